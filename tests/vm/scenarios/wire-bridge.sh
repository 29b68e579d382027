#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# A bridge that shows its frames to iptables (br_netfilter), with super-packets of
# TCP and with fragments, one by one and put together by connection tracking. At
# each hook a monitor equals what a plain counter sees behind the bridge.

. ./lib.sh
. ./topology.sh

# bridge_up: in the router's place between client and server
bridge_up() {
	ip netns add switch
	ip link add name near netns client address 02:00:00:00:06:01 \
		type veth peer name near netns switch
	ip link add name far netns server address 02:00:00:00:06:02 \
		type veth peer name far netns switch
	ip -n switch link add bridge type bridge
	for port in near far; do
		ip -n switch link set $port addrgenmode none master bridge
		ip -n switch link set $port up
	done
	ip -n switch link set bridge addrgenmode none
	ip -n switch link set bridge up
	for family in ip ip6; do
		echo 1 | in_namespace switch tee /proc/sys/net/bridge/bridge-nf-call-${family}tables >/dev/null
	done
	bridged_end client near 1 2
	bridged_end server far 2 1
	offload client near tx-udp-segmentation off 2>/dev/null || :
	offload switch far tso off gso off gro off
	offload server far gro off
}

# bridged_end NAMESPACE INTERFACE MINE THEIRS: it knows its neighbour.
bridged_end() {
	ip -n "$1" -batch - <<-END
		link set $2 addrgenmode none
		link set $2 up
		addr add 10.6.0.$3/24 dev $2
		addr add fd06::$3/64 dev $2 nodad
		neigh replace 10.6.0.$4 lladdr 02:00:00:00:06:0$4 dev $2 nud permanent
		neigh replace fd06::$4 lladdr 02:00:00:00:06:0$4 dev $2 nud permanent
	END
}

# count NAME BACKEND FAMILY: by the sender's address, for fragments have no ports.
count() {
	case $3 in
	4) from=10.6.0.1 to=10.6.0.2 ;;
	6) from=fd06::1 to=fd06::2 ;;
	esac
	restore_rules switch "$2" "$3" <<-END
		*mangle
		-A PREROUTING -s $from -j TRAFMETUX --monitor $1-in
		-A PREROUTING -s $from -m comment --comment together
		-A FORWARD -s $from -j TRAFMETUX --monitor $1-forward
		-A FORWARD -s $from -m comment --comment merged
		-A POSTROUTING -s $from -j TRAFMETUX --monitor $1-out
		COMMIT
	END
	restore_rules server "$2" "$3" <<-END
		*mangle
		-A PREROUTING -s $from -m comment --comment wire
		COMMIT
	END
}

# agree TITLE NAME BACKEND FAMILY: leaves the server's counters in $wire
agree() {
	wire=$(rule_counters server "$3" "$4" mangle wire)
	for way in in forward out; do
		same "$1: counted so, $way" "$wire" "$(monitor_counters switch "$2-$way")"
	done
}

done_with() {
	clear_rules switch
	clear_rules server
}

# stream BACKEND FAMILY: TCP in super-packets
stream() {
	title="$1 IPv$2, TCP"
	count "tcp-$1$2" "$1" "$2"
	send client tcp "$to" 7000 4194304
	await 10 "$title: all of it has passed" all_passed "$1" "$2"
	agree "$title" "tcp-$1$2" "$1" "$2"
	differs "$title: they were merged" "$wire" "$(rule_counters switch "$1" "$2" mangle merged)"
	done_with
}

# all_passed BACKEND FAMILY: the sender's last acknowledgement, too
all_passed() {
	[ "$(rule_counters server "$1" "$2" mangle wire)" = "$sent" ]
}

# fragments BACKEND FAMILY: 40 datagrams of 4000 bytes, three packets each
fragments() {
	for state in apart together; do
		[ $state = apart ] || restore_rules switch "$1" "$2" <<-END
			*filter
			-A FORWARD -m conntrack --ctstate INVALID -j DROP
			COMMIT
		END
		title="$1 IPv$2, fragments $state"
		count "$state-$1$2" "$1" "$2"
		TRAFFIC_FRAGMENTS=1 send client udp "$to" 7000 40 4000
		agree "$title" "$state-$1$2" "$1" "$2"
		same "$title: on the wire they are three packets a datagram" 120 "${wire% *}"
		seen=$(rule_counters switch "$1" "$2" mangle together)
		note "$title: $wire on the wire, iptables counts $seen on their way in"
		# Nobody but this scenario has them put together, and once that was asked for
		# a kernel before 5.13 goes on with it.
		[ $state = apart ] ||
			same "$title: iptables counts a packet a datagram" 40 "${seen% *}"
		done_with
	done
}

network_up
if modprobe br_netfilter; then
	bridge_up
	sink server tcp 7000
	sink server udp 7000
	iptables_each stream
	iptables_each fragments
	sinks_stop
	ip netns del switch
else
	pass "bridge # SKIP this kernel has no br_netfilter"
fi
finish
