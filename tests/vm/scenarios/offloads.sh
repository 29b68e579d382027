#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# Packets that others have put together: a virtual machine, which leaves their
# number open (SKB_GSO_DODGY), and a network card that merges UDP as a list
# (SKB_GSO_FRAGLIST). And packets on their way through a bridge and through NAT.
# Each time a monitor equals what a plain counter sees behind the hop that takes
# them apart.

. ./lib.sh
. ./topology.sh

# both_count MARK FAMILY MATCH...: a monitor on the router, a plain rule behind it.
both_count() {
	both_mark=$1 both_family=$2
	shift 2
	restore_rules router nft "$both_family" <<-END
		*mangle
		-A PREROUTING $* -j TRAFMETUX --monitor in-$both_mark
		-A FORWARD $* -j TRAFMETUX --monitor forward-$both_mark
		-A FORWARD $* -m comment --comment merged
		COMMIT
	END
	restore_rules hop nft "$both_family" <<-END
		*mangle
		-A PREROUTING $* -m comment --comment wire
		COMMIT
	END
}

# wire_is FAMILY PACKETS-BYTES: has all of it come to the hop?
wire_is() {
	[ "$(rule_counters hop nft "$1" mangle wire)" = "$2" ]
}

# comes FAMILY: false if nothing at all has come to the hop for ten seconds
comes() {
	comes_deadline=$(($(date +%s) + 10))
	while wire_is "$1" "0 0"; do
		[ "$(date +%s)" -lt $comes_deadline ] || return 1
	done
}

# both_agree TITLE MARK FAMILY SENT [gro]: the last as for check_merged
both_agree() {
	await 10 "$1 reaches the hop: $4" wire_is "$3" "$4" ||
		note "the hop has $(rule_counters hop nft "$3" mangle wire)"
	check_equal "$1: before routing" "$4" "$(monitor_counters router "in-$2")"
	check_equal "$1: forwarded" "$4" "$(monitor_counters router "forward-$2")"
	check_merged "$1: they were merged" "$4" "$(rule_counters router nft "$3" mangle merged)" "${5:-}"
	clear_rules router
	clear_rules hop
}

# from_tap KIND COUNT PAYLOAD SEGMENT: kinds with an x have longer IP headers
from_tap() {
	tap_title="a virtual machine's $1, $3 bytes in pieces of $4"
	family=${1#???} protocol=${1%%[46]*}
	family=${family%x}
	both_count "tap-$1-$3" "$family" -p "$protocol" --dport 7000
	tap_status=0
	in_namespace router tapsend tap 02:00:00:08:00:01 "$@" >/tmp/tap-sent || tap_status=$?
	if [ $tap_status -eq 2 ]; then
		pass "$tap_title # SKIP this kernel takes no such frames"
		clear_rules router
		clear_rules hop
		return
	fi
	# Some kernels cut up no IPv6 packets with extension headers, 7.2 for one.
	if [ "$1" = tcp6x ] && ! comes "$family"; then
		pass "$tap_title # SKIP this kernel drops them behind the rules"
		clear_rules router
		clear_rules hop
		return
	fi
	# shellcheck disable=SC2046 # words
	set -- "$tap_title" "tap-$1-$3" "$family" $(cat /tmp/tap-sent)
	both_agree "$1" "$2" "$3" "$5 $7"
}

tap_up() {
	modprobe tun
	ip -n router tuntap add dev tap mode tap vnet_hdr
	ip -n router link set tap address 02:00:00:08:00:01 addrgenmode none up
	ip -n router addr add 10.8.0.1/24 dev tap
	ip -n router addr add fd08::1/64 dev tap nodad
	# Nobody answers a virtual machine that is none.
	ip -n server route add blackhole 10.8.0.0/24
	ip -n server route add blackhole fd08::/64
}

# UDP in one stream, which the router merges as a list of packets.
fraglist() {
	if ! offload router client rx-gro-list on 2>/dev/null; then
		pass "UDP merged as a list # SKIP this kernel does not merge UDP"
		return
	fi
	offload router client gro on
	both_count fraglist 4 -p udp --dport 7000
	# Segments of one size from one socket, all at once.
	offload client router tx-udp-segmentation off
	send client udp "$(address_of server 4)" 7000 60 40000 1000
	note "merged: $(rule_counters router nft 4 mangle merged) of $sent"
	both_agree "UDP merged as a list" fraglist 4 "$sent" gro
	offload router client rx-gro-list off gro off
}

# The client's address hidden, the server's invented.
nat() {
	in_namespace router iptables-nft -t nat -A POSTROUTING -o hop -j MASQUERADE
	in_namespace router iptables-nft -t nat -A PREROUTING -d 10.7.7.7 -j DNAT --to-destination 10.3.0.2
	ip -n client route replace 10.7.7.7 via 10.1.0.2
	offload client router tso on gso on
	ip -n client link set router gso_max_segs 65535
	both_count nat 4 -p tcp --dport 7000
	in_namespace router iptables-nft -t mangle -A POSTROUTING -p tcp --dport 7000 -j TRAFMETUX --monitor out-nat
	send client tcp 10.7.7.7 7000 4194304
	await 10 "NAT: the last packet reaches the hop" wire_is 4 "$(monitor_counters router out-nat)"
	check_equal "NAT: after translation" "$(rule_counters hop nft 4 mangle wire)" "$(monitor_counters router out-nat)"
	both_agree "NAT" nat 4 "$(rule_counters hop nft 4 mangle wire)"
	in_namespace router iptables-nft -t nat -F
}

# A bridge in the client's place between it and the router.
bridge() {
	modprobe br_netfilter || { pass "bridge # SKIP this kernel has no br_netfilter"; return; }
	ip netns add switch
	ip -n client addr flush dev router
	ip link add name near netns client type veth peer name near netns switch
	ip link add name far netns switch type veth peer name far netns server
	ip -n switch link add bridge type bridge
	for port in near far; do
		ip -n switch link set $port master bridge
		ip -n switch link set $port up
	done
	ip -n switch link set bridge up
	echo 1 | in_namespace switch tee /proc/sys/net/bridge/bridge-nf-call-iptables >/dev/null
	ip -n client addr add 10.6.0.1/24 dev near
	ip -n client link set near up
	ip -n server addr add 10.6.0.2/24 dev far
	ip -n server link set far up
	offload server far gro off
	offload switch far tso off gso off gro off
	in_namespace switch iptables-nft -t mangle -A FORWARD -p tcp --dport 7000 -j TRAFMETUX --monitor bridged
	in_namespace switch iptables-nft -t mangle -A FORWARD -p tcp --dport 7000 -m comment --comment merged
	in_namespace server iptables-nft -t mangle -A PREROUTING -p tcp --dport 7000 -m comment --comment wire
	send client tcp 10.6.0.2 7000 4194304
	check_equal "a bridge: forwarded" "$(rule_counters server nft 4 mangle wire)" "$(monitor_counters switch bridged)"
	check_differs "a bridge: they were merged" "$(rule_counters server nft 4 mangle wire)" \
		"$(rule_counters switch nft 4 mangle merged)"
	clear_rules server
	ip netns del switch
}

network_up
offloads_off
# Nobody is there to take an answer, and there is no way to send one.
export TRAFFIC_UNANSWERED=1
sink server tcp 7000
sink server udp 7000
tap_up
for kind in tcp4 tcp6 tcp4x tcp6x udp4 udp6; do
	from_tap $kind 50 50000 1300
	from_tap $kind 50 2600 1300
	from_tap $kind 50 1301 1300
done
sinks_stop
unset TRAFFIC_UNANSWERED
sink server tcp 7000
sink server udp 7000
fraglist
nat
bridge
finish
