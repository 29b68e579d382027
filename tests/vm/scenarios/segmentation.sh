#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# With GSO and GRO on, a monitor on the router equals, to the byte, what a plain
# counter sees behind it on the hop, where segmentation and merging are off and
# every segment is counted on its own. The plain counter beside the monitor
# falls short.

. ./lib.sh
. ./topology.sh

transfer=67108864

# rules NAMESPACE HOW BACKEND FAMILY: on the router monitors, each with a plain
# rule beside it, to the server and back; on the hop plain rules only.
rules() {
	echo "*mangle"
	for direction in to fro; do
		port=dport
		[ $direction = to ] || port=sport
		for protocol in tcp udp; do
			for hook in PREROUTING FORWARD POSTROUTING; do
				[ "$1" = hop ] || echo "-A $hook -p $protocol --$port 7000 -j TRAFMETUX --monitor $2-$3$4-$protocol-$direction-$hook"
				echo "-A $hook -p $protocol --$port 7000 -m comment --comment $hook-$protocol-$direction"
			done
		done
	done
	echo "COMMIT"
}

# falls_short MONITOR PLAIN: by how many percent of the bytes.
falls_short() {
	echo "$1 $2" | awk '{ printf "%d packets instead of %d, %.1f %% of the bytes missing", $3, $1, 100 * ($2 - $4) / $2 }'
}

# compare HOW BACKEND FAMILY PROTOCOL: what router and hop have counted.
compare() {
	case $1$4 in
	gro*) needs=gro ;;
	*udp) needs=udp ;;
	*) needs='' ;;
	esac
	for direction in to fro; do
		keep_counters hop "$2" "$3" mangle
		wire=$(plain_counters "FORWARD-$4-$direction")
		keep_counters router "$2" "$3" mangle
		for hook in PREROUTING FORWARD POSTROUTING; do
			counted=$(monitor_counters router "$1-$2$3-$4-$direction-$hook")
			same "$2 IPv$3 $4 $1 $hook $direction: the monitor equals the segments behind the hop" \
				"$wire" "$counted"
			plain=$(plain_counters "$hook-$4-$direction")
			# Acknowledgements are single packets, no sender merges them.
			[ $direction = to ] || continue
			check_merged "$2 IPv$3 $4 $1 $hook: the plain counter does not" "$wire" "$plain" "$needs"
			[ $hook = FORWARD ] || continue
			note "$2 IPv$3 $4 $1: the plain counter sees $(falls_short "$counted" "$plain")"
		done
	done
}

# start_counting HOW BACKEND FAMILY
start_counting() {
	note "$1 $2 IPv$3"
	rules router "$@" | restore_rules router "$2" "$3"
	rules hop "$@" | restore_rules hop "$2" "$3"
}

# The sender hands over super-packets, and the router passes them on.
sender_segments() {
	start_counting gso "$1" "$2"
	send client tcp "$(address_of server "$2")" 7000 $transfer
	compare gso "$1" "$2" tcp
	same "$1 IPv$2 tcp gso: the monitor equals the sender's own count" "$sent" \
		"$(monitor_counters router "gso-$1$2-tcp-to-PREROUTING")"
	send client udp "$(address_of server "$2")" 7000 300 50001 1200
	compare gso "$1" "$2" udp
	same "$1 IPv$2 udp gso: the monitor equals the sender's own count" "$sent" \
		"$(monitor_counters router "gso-$1$2-udp-to-PREROUTING")"
	clear_rules router
	clear_rules hop
}

# The sender's segments arrive one by one, and the router merges them.
router_merges() {
	start_counting gro "$1" "$2"
	send client tcp "$(address_of server "$2")" 7000 $transfer
	compare gro "$1" "$2" tcp
	clear_rules router
	clear_rules hop
}

network_up
offloads_off
# Between client and router, super-packets; the router cuts them up for the hop.
ip -n client link set router gso_max_segs 65535
offload client router tso on gso on tx-udp-segmentation on
sink server tcp 7000
sink server udp 7000
iptables_each sender_segments

offload client router tso off gso off tx-udp-segmentation off
offload router client gro on
iptables_each router_merges
finish
