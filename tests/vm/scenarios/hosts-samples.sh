#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount --rtc 2026-11-03T10:20:10
#
# Hours of hosts: a sample of each that has moved, at each full hour; what comes late
# says since when; what is dropped is told. And hosts that are long idle leave a table
# that is nearly full, with all that they have.

. ./lib.sh
. ./topology.sh
. ./hosting.sh

base=$(date -d '2026-11-03 10:00:00' +%s)

# rule MAX: for what comes from the client
rule() {
	hosts_rule router nft 4 PREROUTING -i client -j TRAFMETUX_HOSTS --monitor lan --host src --max "$1"
}

# until_hour N: ten seconds after that hour of the first day
until_hour() {
	sleep $((base + ($1 - 10) * 3600 + 10 - $(date +%s)))
}

# samples: "HOUR:MINUTE ID PACKETS BYTES SINCE" up, the newest first
samples() {
	hosts_field router lan sample | while read -r time id packets bytes _ _ since; do
		echo "$(date -d "@$time" +%H:%M) $id $packets $bytes${since:+ $(date -d "@$since" +%H:%M)}"
	done | tr '\n' ',' | sed 's/,$//'
}

hours() {
	modprobe xt_TRAFMETUX
	behind after
	rule 2
	from_hosts 10.1.0.1 2 6
	from_hosts 10.1.0.3 1 5
	same "before the hour is over there are no samples" "" "$(samples)"
	until_hour 11
	same "at its end there is one for each host, and one for all others" \
		"11:00 2 3 384,11:00 1 3 384,11:00 0 5 640" "$(samples)"
	from_hosts 10.1.0.2 1 4
	until_hour 12
	same "later for those alone that moved" \
		"12:00 2 7 896,11:00 2 3 384,11:00 1 3 384,11:00 0 5 640" "$(samples)"
	until_hour 14
	same "and for none if none did" 4 "$(hosts_rows router lan >/dev/null; hosts_field router lan sample | wc -l)"
	from_hosts 10.1.0.1 1 1
	until_hour 15
	same "an hour after idle ones is an hour" "15:00 1 4 512" "$(samples | cut -d , -f 1)"
	from_hosts 10.1.0.1 1 1
	# Five hours on, as after a sleep of the machine whose clock went on.
	date -s "@$(($(date +%s) + 5 * 3600 + 600))" >/dev/null
	sleep 70
	until_hour 21
	same "after the clock was set a sample is not of a later hour than it knows" \
		"21:00 1 5 640" "$(samples | cut -d , -f 1)"
	check "the rows are the monitor" hosts_add_up router lan
	same "the head tells of the interval, and that none was dropped" "3600 0" \
		"$(hosts_field router lan interval) $(hosts_field router lan dropped)"
	clear_rules router
	rmmod xt_TRAFMETUX
}

# refused PARAMETER
refused() {
	dmesg -c >/dev/null
	refused_status=0
	modprobe xt_TRAFMETUX "$1" 2>/dev/null || refused_status=$?
	differs "$1 is refused" 0 $refused_status
	matches "and the log says what may be had" "*${1%%=*}=*is out of range*" "$(dmesg | grep xt_TRAFMETUX:)"
}

few() {
	for parameter in host_history=0 host_interval=61 host_interval=7140 host_interval=0 hosts_mode=0666; do
		refused $parameter
	done
	modprobe xt_TRAFMETUX host_history=4 host_interval=60 hosts_mode=0400
	rule 100
	for _ in 1 2 3; do
		from_hosts 10.1.0.1 3 3
		sleep 60
	done
	same "a history of 4 has the newest four, and tells of five more" "4 5" \
		"$(hosts_field router lan sample | wc -l) $(hosts_field router lan dropped)"
	same "of minutes, if that is asked for" 60 "$(hosts_field router lan interval)"
	same "and is read by whom the parameter says" 600 "$(in_namespace router stat -c %a /proc/trafmetux/lan~hosts)"
	clear_rules router
	rmmod xt_TRAFMETUX
}

goes() {
	modprobe xt_TRAFMETUX host_interval=60 host_idle=600
	rule 8
	from_hosts 10.1.0.1 6 60
	sleep 1000
	same "no idle host goes where there is room" "6 0" \
		"$(hosts_field router lan used) $(hosts_field router lan moves)"
	same "there is one sample of each" 6 "$(hosts_field router lan sample | wc -l)"
	in_namespace router sh -c 'echo limit 10.1.0.6 1000000 >/proc/trafmetux/lan~hosts'
	from_hosts 10.1.0.1 1 1
	from_hosts 10.1.0.7 1 10
	sleep 130
	same "of a table that is nearly full the idle ones go" "3 4 0 0 40 5120" \
		"$(hosts_field router lan used) $(hosts_field router lan moves) $(hosts_field router lan gone | awk '{ print $3, $4, $1, $2 }')"
	same "but none that moved, and none that has a limit" "1 10.1.0.1,6 10.1.0.6,7 10.1.0.7" \
		"$(hosts_rows router lan | sort -n | awk '{ printf "%s%s %s", comma, $1, $2; comma = "," }')"
	check "the rows are the monitor" hosts_add_up router lan
	from_hosts 10.1.0.2 1 3
	same "who comes back is a new row" "8 10.1.0.2 3 384" \
		"$(hosts_rows router lan | awk '$2 == "10.1.0.2" { print $1, $2, $4, $5 }')"
	check "the rows are the monitor" hosts_add_up router lan
	clear_rules router
}

network_up
offloads_off
hours
few
goes
finish
