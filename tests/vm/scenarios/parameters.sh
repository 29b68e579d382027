#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount --rtc 2026-11-03T10:20:10
#
# The module's parameters do what they are for, and what is out of range is refused
# when the module is loaded. (How many monitors there may be is for stress-limit.)

. ./lib.sh

rule() {
	iptables-nft -t mangle "$1" OUTPUT -p icmp --icmp-type echo-request -j TRAFMETUX --monitor "$2"
}

ping() {
	traffic icmp 127.0.0.1 "$1" 10 >/dev/null
}

# refused WORDS PARAMETER: the module does not load, and the log says why.
refused() {
	dmesg -c >/dev/null
	refused_status=0
	modprobe xt_TRAFMETUX "$2" 2>/dev/null || refused_status=$?
	differs "$2 is refused" 0 $refused_status
	matches "$2: the log says what may be had" "*xt_TRAFMETUX: $1*" "$(dmesg | grep xt_TRAFMETUX:)"
}

# The files' access mode, in octal.
mode_of() {
	stat -c %a "/proc/net/trafmetux/$1"
}

lingers() {
	modprobe xt_TRAFMETUX linger=300
	rule -A lingers
	ping 3
	series=$(monitor_series self lingers)
	same "by default anybody may read, and root set a limit" 644 "$(mode_of lingers)"
	rule -D lingers
	sleep 240
	check "four minutes without a rule: still there" test -e /proc/trafmetux/lingers
	rule -A lingers
	same "a new rule takes it up: the same series, the same packets" "$series 3" \
		"$(monitor_series self lingers) $(monitor_packets self lingers)"
	sleep 400
	same "with a rule it stays as long as may be" "$series" "$(monitor_series self lingers)"
	rule -D lingers
	sleep 400
	check "seven minutes without a rule: gone" test ! -e /proc/trafmetux/lingers
	rule -A lingers
	differs "a new rule then begins a new series" "$series 0" \
		"$(monitor_series self lingers) $(monitor_packets self lingers)"
	rule -D lingers
	rmmod xt_TRAFMETUX
}

remembers() {
	modprobe xt_TRAFMETUX history=3 mode=0400
	rule -A remembers
	for _ in 1 2 3 4 5; do
		ping 1
		sleep 60
	done
	same "a history of 3 has the last three samples, and tells of two more" "3 2" \
		"$(grep -c '^sample' /proc/trafmetux/remembers) $(monitor_field self remembers dropped)"
	same "and they are the newest" "5 4 3" \
		"$(awk '/^sample/ { printf "%s%s", space, $3; space = " " }' /proc/trafmetux/remembers)"
	same "mode=0400: only root may read" 600 "$(mode_of remembers)"
	rule -D remembers
	rmmod xt_TRAFMETUX
}

refused "history=0 is out of range, use 1 to 44640" history=0
refused "history=44641 is out of range, use 1 to 44640" history=44641
refused "mode=0666 is out of range, use 0444, 0440 or 0400" mode=0666
refused "mode=0 is out of range, use 0444, 0440 or 0400" mode=0
refused "mode=044 is out of range, use 0444, 0440 or 0400" mode=044
lingers
remembers
finish
