#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# Packets that rules see more often than the wire does, or not at all, and what
# helps: a host's own multicast and broadcast, which the kernel also gives back to
# the host itself; those of a VRF; those of packet sockets.

. ./lib.sh
. ./topology.sh

backend=nft

# plus PACKETS-BYTES PACKETS-BYTES
plus() {
	echo "$((${1% *} + ${2% *})) $((${1#* } + ${2#* }))"
}

# to_all TITLE MARK FAMILY ROUTERS HOPS: datagrams of the router and some of the hop
# to an address of all on their link, as each of them writes it
to_all() {
	others=''
	! has_match router $backend "$3" PREROUTING -m addrtype ! --src-type LOCAL || others=yes
	restore_rules router $backend "$3" <<-END
		*mangle
		-A OUTPUT -o hop -p udp --dport 7000 -j TRAFMETUX --monitor $2-own
		-A POSTROUTING -o hop -p udp --dport 7000 -j TRAFMETUX --monitor $2-out
		-A PREROUTING -i hop -p udp --dport 7000 -j TRAFMETUX --monitor $2-in
		${others:+-A PREROUTING -i hop -p udp --dport 7000 -m addrtype ! --src-type LOCAL -j TRAFMETUX --monitor $2-others}
		COMMIT
	END
	restore_rules hop $backend "$3" <<-END
		*mangle
		-A PREROUTING -i router -p udp --dport 7000 -m comment --comment wire
		COMMIT
	END
	TRAFFIC_UNANSWERED=1 send router udp "$4" 7000 40 500
	same "$1: on the wire they are once" "$sent" "$(rule_counters hop $backend "$3" mangle wire)"
	same "$1: in OUTPUT too" "$sent" "$(monitor_counters router "$2-own")"
	same "$1: in POSTROUTING twice" "$(plus "$sent" "$sent")" "$(monitor_counters router "$2-out")"
	same "$1: they come back" "$sent" "$(monitor_counters router "$2-in")"
	own=$sent
	TRAFFIC_UNANSWERED=1 send hop udp "$5" 7000 10 500
	same "$1: another's are once" "$(plus "$own" "$sent")" "$(monitor_counters router "$2-in")"
	if [ -n "$others" ]; then
		same "$1: another's alone, by addrtype" "$sent" "$(monitor_counters router "$2-others")"
	else
		pass "$1: another's alone # SKIP this kernel has no addrtype match"
	fi
	clear_rules router
	clear_rules hop
}

# from_packet_socket: DHCP, whose client has no address yet to send from
from_packet_socket() {
	for place in router hop; do
		restore_rules $place $backend 4 <<-END
			*mangle
			-A OUTPUT -p udp --dport 67 -j TRAFMETUX --monitor dhcp-output
			-A POSTROUTING -p udp --dport 67 -j TRAFMETUX --monitor dhcp-out
			-A PREROUTING -p udp --dport 67 -j TRAFMETUX --monitor dhcp-in
			COMMIT
		END
	done
	in_namespace router udhcpc -i hop -n -q -t 2 -T 1 -s /bin/true >/tmp/dhcp 2>&1 || :
	check "a packet socket: the neighbour gets its packets" test "$(monitor_packets hop dhcp-in)" -gt 0
	for way in output out in; do
		same "a packet socket: no rule of its own host sees them, $way" "0 0" \
			"$(monitor_counters router dhcp-$way)"
	done
	clear_rules router
	clear_rules hop
}

# in_vrf: the hop's link to the router, last of all, for it goes down on the way
in_vrf() {
	if ! modprobe -q vrf || ! ip -n hop link add blue type vrf table 10 2>/tmp/refused; then
		pass "a VRF # SKIP this kernel has none"
		return
	fi
	ip -n hop link set blue up
	ip -n hop link set router master blue
	for end in router.hop.2 hop.router.1; do
		place=${end%%.*} other=${end#*.}
		ip -n "$place" neigh replace "10.2.0.${end##*.}" lladdr "02:00:00:00:02:0${end##*.}" \
			dev "${other%.*}" nud permanent
	done
	restore_rules hop $backend 4 <<-END
		*mangle
		-A PREROUTING -p icmp -j TRAFMETUX --monitor vrf-in
		-A PREROUTING -i router -p icmp -j TRAFMETUX --monitor vrf-in-device
		-A OUTPUT -p icmp -j TRAFMETUX --monitor vrf-output
		-A OUTPUT -o router -p icmp -j TRAFMETUX --monitor vrf-output-device
		-A POSTROUTING -p icmp -j TRAFMETUX --monitor vrf-out
		-A POSTROUTING -o router -p icmp -j TRAFMETUX --monitor vrf-out-device
		COMMIT
	END
	send router icmp "$(address_of hop 4)" 20 300
	for way in in output out; do
		same "a VRF: without a device they are seen twice, $way" "$(plus "$sent" "$sent")" \
			"$(monitor_counters hop vrf-$way)"
		same "a VRF: with one, once, $way" "$sent" "$(monitor_counters hop vrf-$way-device)"
	done
	clear_rules hop
}

network_up
offloads_off
ip -n router route add 224.0.0.0/4 dev hop
ip -n hop route add 224.0.0.0/4 dev router
to_all "multicast, IPv4" multicast4 4 224.0.0.1 224.0.0.1
to_all "multicast, IPv6" multicast6 6 ff02::1%hop ff02::1%router
to_all "broadcast" broadcast 4 10.2.0.255 10.2.0.255
from_packet_socket
in_vrf
finish
