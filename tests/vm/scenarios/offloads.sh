#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# Packets that others have put together: a virtual machine, which leaves their
# number open (SKB_GSO_DODGY) and may want datagrams fragmented (SKB_GSO_UDP), and a
# network card that merges as a list (SKB_GSO_FRAGLIST). And packets on their way
# through NAT. Each time a monitor equals what a plain counter sees behind the hop
# that takes them apart.

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
	same "$1: before routing" "$4" "$(monitor_counters router "in-$2")"
	same "$1: forwarded" "$4" "$(monitor_counters router "forward-$2")"
	check_merged "$1: they were merged" "$4" "$(rule_counters router nft "$3" mangle merged)" "${5:-}"
	clear_rules router
	clear_rules hop
}

# from_tap KIND COUNT PAYLOAD SEGMENT: kinds with an x have longer IP headers
from_tap() {
	tap_title="a virtual machine's $1, $3 bytes in pieces of $4"
	family=${1#???}
	family=${family%x}
	# Not by ports: fragments have none.
	case $family in
	4) both_count "tap-$1-$3" 4 -s 10.8.0.2 ;;
	6) both_count "tap-$1-$3" 6 -s fd08::2 ;;
	esac
	tap_status=0
	in_namespace router tapsend tap 02:00:00:08:00:01 "$@" >/tmp/tap-sent || tap_status=$?
	if [ $tap_status -eq 2 ]; then
		pass "$tap_title # SKIP this kernel takes no such frames"
		clear_rules router
		clear_rules hop
		return
	fi
	# Some kernels cut up no IPv6 packets with extension headers, 7.2 for one; and
	# what no network card does any more may go out of use.
	case $1 in
	tcp6x | ufo*)
		if ! comes "$family"; then
			pass "$tap_title # SKIP this kernel drops them behind the rules"
			clear_rules router
			clear_rules hop
			return
		fi ;;
	esac
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

# A stream of packets, which the router merges as a list of them; TCP so only since
# 6.10, and before as ever.
fraglist() {
	if ! offload router client rx-gro-list on 2>/dev/null; then
		pass "merged as a list # SKIP this kernel does not merge so"
		return
	fi
	offload router client gro on
	# Segments of one size from one socket, all at once.
	offload client router tx-udp-segmentation off
	ip -n client link set router gso_max_segs 65535
	for family in $families; do
		for protocol in udp tcp; do
			both_count "list-$protocol$family" "$family" -p $protocol --dport 7000
			case $protocol in
			udp) send client udp "$(address_of server "$family")" 7000 60 40000 1000 ;;
			tcp) send client tcp "$(address_of server "$family")" 7000 4194304 ;;
			esac
			list_title="IPv$family $protocol merged as a list"
			note "$list_title: $(rule_counters router nft "$family" mangle merged) of $sent"
			both_agree "$list_title" "list-$protocol$family" "$family" "$sent" gro
		done
	done
	ip -n client link set router gso_max_segs 1
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
	same "NAT: after translation" "$(rule_counters hop nft 4 mangle wire)" "$(monitor_counters router out-nat)"
	both_agree "NAT" nat 4 "$(rule_counters hop nft 4 mangle wire)"
	in_namespace router iptables-nft -t nat -F
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
# The payload of a fragment is a multiple of eight, and the UDP header a part of it.
for kind in ufo4 ufo6 ufo4x ufo6x; do
	from_tap $kind 50 50000 1296
	from_tap $kind 50 2584 1296
	from_tap $kind 50 1289 1296
done
sinks_stop
unset TRAFFIC_UNANSWERED
sink server tcp 7000
sink server udp 7000
fraglist
nat
finish
