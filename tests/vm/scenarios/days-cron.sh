#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot autumn: --icount --rtc 2026-10-24T21:57:40 --timeout 3600
# boot spring: --icount --rtc 2027-03-27T22:57:40 --timeout 3600
#
# The day on which the clocks change in Paris, with traffic in each of its
# minutes by a schedule, and the crontab of "make install" under the real cron:
# the archive and its reports are the schedule, a day of 25 or of 23 hours.

. ./lib.sh
. ./schedule.sh

ln -sf /usr/share/zoneinfo/Europe/Paris /etc/localtime

# A minute of the day before to begin with, and one of the day after.
case $TRAFMETUX_VARIANT in
autumn) hours=25 ;;
spring) hours=23 ;;
esac
begin=$(($(date +%s) / 60 * 60 + 60))
minutes=$((hours * 60 + 3))

schedule() {
	awk -v minutes=$minutes 'BEGIN {
		for (minute = 0; minute < minutes; minute++) {
			print minute, 1 + minute * 13 % 29, 1 + minute % 7
			if (minute % 5 == 0)
				print minute, 59, 2
		}
	}'
}

traffic udp-sink 7000 >/tmp/sink &
sink=$!
await 20 "the sink listens" grep -q ready /tmp/sink
printf '*mangle\n-A OUTPUT -p udp --dport 7000 -j TRAFMETUX --monitor day\nCOMMIT\n' | restore_rules self nft 4
cron -f >/tmp/cron.log 2>&1 &
cron=$!

start_clock
schedule | while read -r minute second datagrams; do
	sleep_until $((begin + 60 * minute + second))
	traffic udp 127.0.0.1 7000 "$datagrams" $size >/dev/null
	if [ $((minute % 60)) = 3 ]; then
		note "$(date '+%F %H:%M %Z')"
	fi
done
# The last of it is archived at the next minute, and cron has a second for it.
sleep_until $((begin + 60 * minutes + 2))
stop_clock
kill $cron
wait $cron 2>/dev/null || :

archive=/var/lib/trafmetux
expected=$(scheduled_minutes)
same "the monitor has the schedule's total" \
	"$(echo "$expected" | awk '{ p += $2; b += $3 } END { print p, b }')" "$(monitor_counters self day)"
same "each minute is in the archive, in its minute" "$expected" "$(records $archive/day)"
same "a file for each day" 3 "$(find $archive -maxdepth 1 -name 'day-*' | wc -l)"
same "minute report" "$(echo "$expected" | cut -d ' ' -f 2-)" "$(figures $archive day minutely)"
same "hour report" "$(grouped %F-%H-%Z)" "$(figures $archive day hourly)"
same "day report" "$(grouped %F)" "$(figures $archive day daily)"
same "total" "$(monitor_counters self day)" "$(figures $archive day total)"
day=$(date -d "@$((begin + 7200))" +%F)
same "the day has its $hours hours" "$hours" \
	"$(trafmetux --csv --from "$day" --to "$day" show-hourly day | awk 'END { print NR - 1 }')"
check "and the archive is whole" trafmetux verify
trafmetux show-daily day | sed 's/^/# /'
kill $sink
wait $sink 2>/dev/null || :
finish
