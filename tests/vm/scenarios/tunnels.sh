#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --memory 768
# boot merged: --memory 768
#
# TCP inside tunnels from the client to the server, segmentation left to the
# devices; or ("merged") sent packet by packet, which the router merges on their way
# through. On the router a monitor of the outer packets equals what a plain
# counter sees on the hop, where each segment is on its own; on the client a
# monitor of the inner packets equals what comes out at the server's end.

. ./lib.sh
. ./topology.sh
. ./tunneling.sh

transfer=8388608
backend=nft
# Who puts the outer packets together: "client" or "router".
merging=client
if [ "${TRAFMETUX_VARIANT:-}" = merged ]; then
	merging=router transfer=2097152
fi

# outer KIND: what iptables knows the tunnel's packets by
outer() {
	case $1 in
	vxlan) echo "-p udp --dport 4789" ;;
	gre | gretap | ip6gre) echo "-p gre" ;;
	ipip) echo "-p ipencap" ;;
	sit) echo "-p 41" ;;
	wireguard) echo "-p udp --dport 51820" ;;
	esac
}

# count KIND FAMILY INNER: the rules
count() {
	restore_rules router $backend "$2" <<-END
		*mangle
		-A PREROUTING $(outer "$1") -j TRAFMETUX --monitor outer-in-$1$2$3
		-A POSTROUTING $(outer "$1") -j TRAFMETUX --monitor outer-out-$1$2$3
		-A POSTROUTING $(outer "$1") -m comment --comment merged
		COMMIT
	END
	restore_rules hop $backend "$2" <<-END
		*mangle
		-A PREROUTING $(outer "$1") -m comment --comment wire
		COMMIT
	END
	restore_rules client $backend "$3" <<-END
		*mangle
		-A OUTPUT -p tcp --dport 7000 -o tunnel -j TRAFMETUX --monitor inner-$1$2$3
		-A OUTPUT -p tcp --dport 7000 -o tunnel -m comment --comment merged
		COMMIT
	END
	restore_rules server $backend "$3" <<-END
		*mangle
		-A PREROUTING -p tcp --dport 7000 -i tunnel -m comment --comment wire
		COMMIT
	END
}

# agree MONITORS FAMILY: has all that the router sent on reached the hop? Leaves the
# hop's counters in $wire, the router's in $counted_in and $counted_out: a tunnel has
# packets of its own to send now and then, so what is judged is read once.
agree() {
	wire=$(rule_counters hop $backend "$2" mangle wire)
	counted_in=$(monitor_counters router "outer-in-$1")
	counted_out=$(monitor_counters router "outer-out-$1")
	[ "$wire" = "$counted_in" ] && [ "$wire" = "$counted_out" ]
}

# await_agreement MONITORS FAMILY: gives them half a minute; false if they don't.
await_agreement() {
	agreement_deadline=$(($(date +%s) + 200))
	until agree "$@"; do
		[ "$(date +%s)" -lt "$agreement_deadline" ] || return 1
	done
}

clear_all() {
	for place in router hop client server; do
		clear_rules $place
	done
}

# router_merged KIND NAME: the plain counter of the outer packets is not the wire's
router_merged() {
	if [ "$1" = vxlan ] && [ "$wire" = "$outside" ]; then
		pass "$2 # SKIP this kernel merges them only where they end"
	else
		check_merged "$2" "$wire" "$outside" gro
	fi
}

# through KIND FAMILY INNER: inner family INNER in a tunnel over FAMILY
through() {
	tunnel_title="$1 over IPv$2, inside IPv$3"
	[ $merging = client ] || tunnel_title="$tunnel_title, merged by the router"
	# First of all: a device that comes up has packets of its own to send.
	count "$@"
	if ! tunnel_up "$1" "$2"; then
		pass "$tunnel_title # SKIP this kernel has no such tunnel"
		clear_all
		return
	fi
	case $3 in
	4) target=10.9.0.2 ;;
	6) target=fd09::2 ;;
	esac
	send client tcp "$target" 7000 $transfer
	# A last acknowledgement may still be on its way.
	await_agreement "$1$2$3" "$2" || :
	same "$tunnel_title: the outer packets on their way in" "$wire" "$counted_in"
	same "$tunnel_title: and on their way out" "$wire" "$counted_out"
	outside=$(rule_counters router $backend "$2" mangle merged)
	[ $merging = client ] || router_merged "$1" "$tunnel_title: several were one to the plain counter"
	inside=$(rule_counters server $backend "$3" mangle wire)
	same "$tunnel_title: the inner packets" "$inside" \
		"$(monitor_counters client "inner-$1$2$3")"
	differs "$tunnel_title: several of those were one to the plain counter" "$inside" \
		"$(rule_counters client $backend "$3" mangle merged)"
	note "$tunnel_title: outside $wire, for the plain counter $outside, inside $inside"
	clear_all
	tunnel_down
}

network_up
offloads_off
sink server tcp 7000
if [ $merging = client ]; then
	ip -n client link set router gso_max_segs 65535
	offload client router tso on gso on
	through vxlan 4 4
	through vxlan 6 4
	through vxlan 4 6
	through gre 4 4
	through gre 4 6
	through gretap 4 4
	through ip6gre 6 4
	through ip6gre 6 6
	through ipip 4 4
	through wireguard 4 4
	through wireguard 4 6
else
	offload router client gro on
	# With sockets for them, or they are just UDP to the router. Their devices have
	# nothing to send of their own, as IPv6 makes them.
	ip -n router link add merger4 type vxlan id 8 dstport 4789 remote 10.2.0.9
	ip -n router link add merger6 type vxlan id 9 dstport 4789 remote fd00:2::9
	for family in $families; do
		echo 1 | in_namespace router tee "/proc/sys/net/ipv6/conf/merger$family/disable_ipv6" >/dev/null
		ip -n router link set "merger$family" up
	done
	through vxlan 4 4
	through vxlan 6 6
	through gre 4 4
	through gre 4 6
	through gretap 4 4
	through ip6gre 6 4
	through ip6gre 6 6
	through ipip 4 4
	through sit 4 6
fi
finish
