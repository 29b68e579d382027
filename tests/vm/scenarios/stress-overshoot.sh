#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 900
# boot preempt: --cpus 4 --timeout 900 --append preempt=full
#
# Limits that are passed while four processors send as quickly as they can. Where
# the counting rule is before the match nothing passes beyond the limit; where it is
# behind it, at most the packet that each processor is at.

. ./lib.sh
. ./stress.sh

turns=$(scaled 60)

# packet_bytes FAMILY: one packet of the flood
packet_bytes() {
	case $1 in
	4) echo 128 ;;
	6) echo 148 ;;
	esac
}

# limit_rules ORDER NAME: in INPUT, where what is dropped is no error to the sender
limit_rules() {
	match="-A INPUT -p udp --dport 7000:7003"
	echo "*filter"
	echo "$match -j TRAFMETUX --monitor $2-arrived"
	case $1 in
	first) echo "$match -j TRAFMETUX --monitor $2" ;;
	esac
	echo "$match -m trafmetux --monitor $2 --over-limit -j DROP"
	case $1 in
	last) echo "$match -j TRAFMETUX --monitor $2" ;;
	first) echo "$match -j TRAFMETUX --monitor $2-passed" ;;
	esac
	echo "COMMIT"
}

# more_arrive NAME: every processor is past the packet that it was at
more_arrive() {
	arrived=$(($(monitor_packets self "$1-arrived") + 1000))
	await 60 "more packets arrive" arrived_are "$1" $arrived
}

arrived_are() { [ "$(monitor_packets self "$1-arrived")" -ge "$2" ]; }

over() { [ "$(monitor_bytes self "$1")" -gt "$(monitor_field self "$1" limit)" ]; }

# count_last BACKEND FAMILY: limit after limit in one flood
count_last() {
	name=last-$1$2
	bound=$((4 * $(packet_bytes "$2")))
	limit_rules last "$name" | restore_rules self "$1" "$2"
	echo 1 >"/proc/trafmetux/$name"
	flood_start "$2"
	largest=0
	for turn in $(seq "$turns"); do
		more_arrive "$name"
		limit=$(($(monitor_bytes self "$name") + turn * 7919 + turn % 128))
		echo $limit >"/proc/trafmetux/$name"
		await 60 "the limit is passed" over "$name"
		more_arrive "$name"
		overshoot=$(($(monitor_bytes self "$name") - limit))
		[ $overshoot -le $largest ] || largest=$overshoot
	done
	flood_stop
	note "$1 IPv$2: $turns limits were passed by $largest bytes at most"
	check "$1 IPv$2: no limit is passed by more than a packet on each processor ($bound bytes)" \
		[ $largest -le $bound ]
	clear_rules self
}

# count_first BACKEND FAMILY: a new monitor each time, whose limit is there before
# the flood
count_first() {
	for turn in 1 2 3 4; do
		name=first-$1$2-$turn
		limit=$((turn * turn * $(scaled 1000003)))
		limit_rules first "$name" | restore_rules self "$1" "$2"
		echo $limit >"/proc/trafmetux/$name"
		flood_start "$2"
		await 60 "the limit is passed" over "$name"
		more_arrive "$name"
		flood_stop
		passed=$(monitor_bytes self "$name-passed")
		bound=$((4 * $(packet_bytes "$2")))
		check "$1 IPv$2: of a limit of $limit bytes, $passed pass" [ "$passed" -le $limit ]
		check "$1 IPv$2: and nearly all of it" [ $((limit - passed)) -le $bound ]
		clear_rules self
	done
}

ip link set lo up
iptables_each count_last
iptables_each count_first
finish
