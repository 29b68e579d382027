#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount --rtc 2026-03-02T10:29:30
#
# The crontab that "make install" puts in place works with the real cron: five
# simulated minutes of traffic are in the archive, each in its minute.

. ./lib.sh

printf '*mangle\n-A OUTPUT -p udp --dport 7000 -j TRAFMETUX --monitor total\nCOMMIT\n' | restore_rules self nft 4
traffic udp-sink 7000 >/tmp/sink &
sink=$!
await 20 "the sink listens" grep -q ready /tmp/sink
cron -f >/tmp/cron.log 2>&1 &
cron=$!

start_clock
now=$(date +%s)
minute=$((now - now % 60 + 60))
expected=''
for count in 1 2 3 4 5; do
	sleep_until $((minute + 20))
	traffic udp 127.0.0.1 7000 $count 100 >/dev/null
	expected="$expected$((minute + 60)) $count $((count * 128))
"
	minute=$((minute + 60))
	note "minute $count"
done
# The last of them is archived at the next minute.
sleep_until $((minute + 2))
stop_clock
archive=/var/lib/trafmetux/total-2026-03-02
await 30 "cron has archived the last minute" grep -q "^$minute " $archive
same "cron runs update each minute: the archive has each minute's traffic" "$expected" \
	"$(awk '/^[0-9]/ { print $1, $2 - packets, $3 - bytes; packets = $2; bytes = $3 }' $archive)
"
kill $cron $sink
wait $cron $sink 2>/dev/null || :
finish
