#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# The client's super-packets go into a tunnel that begins on the router and ends on
# the server. The kernel marked their headers on their way in, when it had not looked
# at IPv6 extension headers. A tunnel's device marks them anew for their checksum; on
# the way that segment routing takes (SRv6), without a device, they stay marked so.
# Monitors on the router of the outer packets equal what a plain counter sees on the
# hop, those of the inner packets what comes out on the server.

. ./lib.sh
. ./topology.sh

transfer=349525
backend=nft

# device NAMESPACE KIND LOCAL REMOTE NUMBER: one end, called "tunnel"
device() {
	case $2 in
	vxlan) ip -n "$1" link add tunnel address "02:00:00:00:09:0$5" mtu 1450 \
		type vxlan id 7 dstport 4789 local "$3" remote "$4" ttl 64 ;;
	ip6tnl) ip -n "$1" link add tunnel type ip6tnl mode any local "$3" remote "$4" \
		ttl 64 encaplimit none ;;
	ip6gre) ip -n "$1" link add tunnel type ip6gre local "$3" remote "$4" ttl 64 encaplimit none ;;
	*) ip -n "$1" link add tunnel type "$2" local "$3" remote "$4" ttl 64 ;;
	esac
}

# segments_up: IPv6 routed in IPv6, with a routing header that names the server
segments_up() {
	for each in all hop; do
		echo 1 | in_namespace server tee /proc/sys/net/ipv6/conf/$each/seg6_enabled >/dev/null || return 1
	done
	ip -n router route add fd09::2/128 encap seg6 mode encap segs fd00:3::2 \
		via fd00:2::2 dev hop || return 1
	ip -n server addr add fd09::2/128 dev lo
}

# tunnel_up KIND FAMILY: from the router to the server; false where this kernel has none
tunnel_up() {
	if [ "$1" = seg6 ]; then
		segments_up 2>/tmp/tunnel-errors || return 1
		return
	fi
	case $2 in
	4) near=10.2.0.1 ;;
	6) near=fd00:2::1 ;;
	esac
	far=$(address_of server "$2")
	device router "$1" "$near" "$far" 1 2>/tmp/tunnel-errors || return 1
	device server "$1" "$far" "$near" 2
	for end in router.1 server.2; do
		ip -n "${end%.*}" link set tunnel addrgenmode none 2>/dev/null || :
		ip -n "${end%.*}" link set tunnel up
		ip -n "${end%.*}" addr add "10.9.0.${end#*.}/24" dev tunnel 2>/dev/null || :
		ip -n "${end%.*}" addr add "fd09::${end#*.}/64" dev tunnel nodad 2>/dev/null || :
	done
	# Without an address of its own for the link a router asks for no neighbour.
	[ "$1" != vxlan ] || ip -n router -batch - <<-END
		neigh replace 10.9.0.2 lladdr 02:00:00:00:09:02 dev tunnel nud permanent
		neigh replace fd09::2 lladdr 02:00:00:00:09:02 dev tunnel nud permanent
	END
	offload server tunnel gro off || :
}

tunnel_down() {
	for place in router hop server; do
		clear_rules $place
	done
	ip -n router link del tunnel 2>/dev/null || :
	ip -n server link del tunnel 2>/dev/null || :
	ip -n router route del fd09::2/128 2>/dev/null || :
	ip -n server addr del fd09::2/128 dev lo 2>/dev/null || :
}

# outer KIND: what iptables knows the tunnel's packets by
outer() {
	case $1 in
	vxlan) echo "-p udp --dport 4789" ;;
	gre | ip6gre) echo "-p gre" ;;
	sit | ip6tnl | seg6) echo "-p 41" ;;
	esac
}

# count KIND FAMILY INNER HEADERS: the rules
count() {
	case $3 in
	4) target=10.9.0.2 ;;
	6) target=fd09::2 ;;
	esac
	hook=OUTPUT
	[ "$1" != seg6 ] || hook=FORWARD
	restore_rules router $backend "$2" <<-END
		*mangle
		-A $hook $(outer "$1") -j TRAFMETUX --monitor outer-made-$1$2$3$4
		-A POSTROUTING $(outer "$1") -j TRAFMETUX --monitor outer-out-$1$2$3$4
		-A POSTROUTING $(outer "$1") -m comment --comment merged
		COMMIT
	END
	restore_rules hop $backend "$2" <<-END
		*mangle
		-A PREROUTING -i router $(outer "$1") -m comment --comment wire
		COMMIT
	END
	# Not emptied: those of the outer packets may be of this family too.
	restore_rules router $backend "$3" --noflush <<-END
		*mangle
		-A PREROUTING -p tcp --dport 7000 -d $target -j TRAFMETUX --monitor inner-$1$2$3$4
		COMMIT
	END
	restore_rules server $backend "$3" <<-END
		*mangle
		-A PREROUTING -p tcp --dport 7000 -d $target -m comment --comment inside
		COMMIT
	END
}

# agree MARK FAMILY INNER: leaves the plain counters in $wire and $inside, the monitors
# in $made, $out and $inner. A tunnel has packets of its own to send now and then, so
# what is judged is read once.
agree() {
	wire=$(rule_counters hop $backend "$2" mangle wire)
	inside=$(rule_counters server $backend "$3" mangle inside)
	made=$(monitor_counters router "outer-made-$1")
	out=$(monitor_counters router "outer-out-$1")
	inner=$(monitor_counters router "inner-$1")
	[ "$wire" = "$made" ] && [ "$wire" = "$out" ] && [ "$inside" = "$inner" ]
}

# await_agreement MARK FAMILY INNER: a last acknowledgement may still be on its way;
# whether they agree is judged by others.
await_agreement() {
	agreement_deadline=$(($(date +%s) + 30))
	until agree "$@"; do
		[ "$(date +%s)" -lt "$agreement_deadline" ] || return 0
	done
}

# stream HEADERS: to $target, three connections; false if one does not arrive. (Wrongly
# marked, TCP's header is as long as the connection's first number happens to say,
# which may be right.)
stream() {
	lengthen=''
	[ "$1" = plain ] || lengthen=TRAFFIC_LONG_HEADERS=1
	: >/tmp/stream-sent
	for _ in 1 2 3; do
		# shellcheck disable=SC2086 # a word or none
		in_namespace client env $lengthen timeout 60 traffic tcp "$target" 7000 $transfer \
			>>/tmp/stream-sent 2>/tmp/stream-errors || return 1
	done
}

# nothing_lost: have as many packets come out as were sent? (What is said of the bytes
# lacks longer headers.)
nothing_lost() {
	[ "$(awk '{ sent += $2 } END { print sent }' /tmp/stream-sent)" -le "${inside% *}" ]
}

# sink_anew: it still waits for the rest of what did not arrive
sink_anew() {
	sinks_stop
	rm -f /tmp/sink-server-tcp-7000
	sink server tcp 7000
}

# into KIND FAMILY INNER HEADERS: inner packets of family INNER into a tunnel over FAMILY
into() {
	title="$1 over IPv$2, IPv$3 forwarded into it, $4 headers" mark=$1$2$3$4
	# First of all: a device that comes up has packets of its own to send.
	count "$@"
	if ! tunnel_up "$1" "$2"; then
		pass "$title # SKIP this kernel has no such tunnel"
		tunnel_down
		return
	fi
	arrived=''
	if stream "$4"; then
		arrived=yes
		await_agreement "$mark" "$2" "$3"
	else
		sink_anew
		agree "$mark" "$2" "$3" || :
	fi
	# 6.12.117 and 7.2.13 drop super-packets with extension headers where the next
	# device wants segments, see headers.sh.
	case $1-$3$4 in
	seg6-* | *-6long)
		if [ -z "$arrived" ] || ! nothing_lost; then
			pass "$title # SKIP this kernel drops them"
			note "sent: $(cat /tmp/stream-sent /tmp/stream-errors); inside: $inside"
			tunnel_down
			return
		fi ;;
	esac
	check "$title: it arrived" test -n "$arrived"
	same "$title: the outer packets, made" "$wire" "$made"
	same "$title: the outer packets, out" "$wire" "$out"
	same "$title: the inner packets" "$inside" "$inner"
	merged=$(rule_counters router $backend "$2" mangle merged)
	differs "$title: several of them were one to the plain counter" "$wire" "$merged"
	note "$title: $wire on the wire, $merged for the plain counter, $inside inside"
	tunnel_down
}

network_up
offloads_off
ip -n client link set router gso_max_segs 65535
offload client router tso on gso on
ip -n client route replace 10.9.0.0/24 via 10.1.0.2 rto_min "$patience"
ip -n client route replace fd09::/64 via fd00:1::2 rto_min "$patience"
# As much as fits with all headers, or else the first packets only tell of that.
ip -n server route replace 10.1.0.0/24 via 10.3.0.1 rto_min "$patience" advmss 1300
ip -n server route replace fd00:1::/64 via fd00:3::1 rto_min "$patience" advmss 1300
sink server tcp 7000
# The others are without extension headers in tunnels.sh.
into vxlan 4 4 plain
into sit 4 6 plain
into ip6tnl 6 6 plain
into gre 4 4 long
into vxlan 4 4 long
into gre 4 6 long
into sit 4 6 long
into vxlan 4 6 long
into ip6gre 6 6 long
into ip6tnl 6 6 long
into seg6 6 6 plain
into seg6 6 6 long
finish
