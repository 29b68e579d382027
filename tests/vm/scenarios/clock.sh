#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot autumn: --icount --rtc 2026-10-24T21:57:40
# boot spring: --icount --rtc 2026-03-28T22:57:40
#
# Through minutes, hours, midnight and the change of the clocks in Paris (01:00
# UTC in both nights), with traffic by a schedule: samples fall on minute
# boundaries, and however often "update" runs, the archives say the same, which
# is the schedule.

. ./lib.sh
. ./schedule.sh

TZ=Europe/Paris
export TZ

# The first whole minute, and the schedule as "MINUTE SECOND DATAGRAMS": around
# midnight, through an hour, then hours of silence with little in them, then
# around the change of the clocks, 03:00 after midnight at the latest.
begin=$(($(date +%s) / 60 * 60 + 60))
change=$(date -u -d "$(date -u -d "@$((begin + 14400))" +%Y-%m-%d) 01:00" +%s)
last=$(((change - begin) / 60 + 7))

schedule() {
	awk -v last=$last 'BEGIN {
		for (minute = 0; minute <= last; minute++) {
			if (minute < 8 || minute > last - 15) {
				print minute, 1, 1 + minute % 3
				if (minute % 2)
					print minute, 30, 5
				print minute, 59, 2
			} else if (minute < 66 && minute % 9 == 0) {
				print minute, 20, minute
			} else if (minute == 100) {
				print minute, 59, 7
			}
		}
	}'
}

# Whose update runs when: "EPOCH WHO". The schedule's events are "EPOCH send N".
events() {
	schedule | awk -v begin="$begin" '{ print begin + 60 * $1 + $2, "send", $3 }'
	awk -v begin="$begin" -v last=$last 'BEGIN {
		for (minute = 1; minute <= last + 1; minute++) {
			at = begin + 60 * minute
			print at, "update", "minutely"
			if (minute % 7 == 3)
				print at + 2, "update", "seventh"
			print at + 15, "update", "twice"
			print at + 45, "update", "twice"
		}
		# The last of it is complete; each of them runs once more.
		print at + 2, "update", "minutely"
		print at + 2, "update", "seventh"
		print at + 2, "update", "once"
	}'
}

run_schedule() {
	events | sort -n -s -k 1,1 >/tmp/events
	start_clock
	while read -r time action argument; do
		sleep_until "$time"
		case $action in
		send) traffic udp 127.0.0.1 7000 "$argument" $size >/dev/null ;;
		update) trafmetux update --archive-dir "/tmp/$argument" clock ;;
		esac
		if [ $((time % 600)) = 0 ]; then
			note "$(date -d "@$time" '+%F %H:%M %Z')"
		fi
	done </tmp/events
	stop_clock
}

traffic udp-sink 7000 >/tmp/sink &
sink=$!
await 20 "the sink listens" grep -q ready /tmp/sink
printf '*mangle\n-A OUTPUT -p udp --dport 7000 -j TRAFMETUX --monitor clock\nCOMMIT\n' | restore_rules self nft 4
mkdir /tmp/minutely /tmp/seventh /tmp/twice /tmp/once
note "from $(date '+%F %H:%M:%S %Z') through $((last + 1)) minutes"
run_schedule

expected=$(scheduled_minutes)
same "the kernel's samples are the schedule, each on its minute's boundary" "$expected" \
	"$(sed -n 's/^sample //p' /proc/trafmetux/clock | sort -n |
	   awk '{ print $1, $2 - packets, $3 - bytes, $4; packets = $2; bytes = $3 }' | sed 's/ *$//')"
same "the monitor has the schedule's total" \
	"$(echo "$expected" | awk '{ p += $2; b += $3 } END { print p, b }')" "$(monitor_counters self clock)"
same "the time in the change's night is the right one" \
	"$(case $TRAFMETUX_VARIANT in autumn) echo CEST CET ;; spring) echo CET CEST ;; esac)" \
	"$(date -d "@$begin" +%Z) $(date +%Z)"
for who in minutely seventh twice once; do
	same "update $who: the archive's records are the schedule" "$expected" "$(records /tmp/$who/clock)"
	same "update $who: there is a file for each local day" 2 "$(find /tmp/$who -name 'clock-*' | wc -l)"
	same "update $who: minute report" "$(echo "$expected" | cut -d ' ' -f 2-)" "$(figures /tmp/$who clock minutely)"
	same "update $who: hour report" "$(grouped %F-%H-%Z)" "$(figures /tmp/$who clock hourly)"
	same "update $who: day report" "$(grouped %F)" "$(figures /tmp/$who clock daily)"
	same "update $who: total" "$(monitor_counters self clock)" "$(figures /tmp/$who clock total)"
done
trafmetux --archive-dir /tmp/once show-hourly clock | sed 's/^/# /'
kill $sink
wait $sink 2>/dev/null || :
finish
