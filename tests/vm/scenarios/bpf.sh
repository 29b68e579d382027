#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --memory 768
#
# Meters by BPF on this kernel, without the module: at tcx, or in a filter where there is
# none. What they count on the router, both ways, equals what a plain counter sees behind
# the hop that gets each packet by itself; VLANs, tunnels without a link header, bonds and
# BIG TCP too, as far as the kernel has them.

. ./lib.sh
. ./topology.sh
. ./metering.sh

unload_module || :
network_up
for pair in hop.router hop.server server.hop; do
	offload "${pair%.*}" "${pair#*.}" tso off gso off gro off
	offload "${pair%.*}" "${pair#*.}" tx-udp-segmentation off 2>/dev/null || :
	ip -n "${pair%.*}" link set "${pair#*.}" gso_max_segs 1
done
offload client router tso on gso on
offload router client gro on tso on gso on
offload router hop gro on tso off gso on
offload router hop tx-udp-segmentation off 2>/dev/null || :
for backend_family in 4 6; do
	restore_rules hop nft $backend_family <<-END
		*mangle
		-A PREROUTING -i router -m comment --comment there
		-A POSTROUTING -o router -m comment --comment back
		COMMIT
	END
	for name in $namespaces; do
		[ $backend_family = 4 ] || [ "$name" = hop ] ||
			restore_rules "$name" nft 6 <<-END
				*filter
				-A OUTPUT -p icmpv6 --icmpv6-type 143 -j DROP
				COMMIT
			END
	done
done

# counted MONITOR
counted() {
	in_namespace router trafmetux read "$1" |
		awk '/^packets/ { packets = $2 } /^bytes/ { print packets, $2 }'
}

# on_the_wire COMMENT: of both families
on_the_wire() {
	{
		rule_counters hop nft 4 mangle "$1"
		rule_counters hop nft 6 mangle "$1"
	} | awk '{ packets += $1; bytes += $2 } END { printf "%d %d\n", packets, bytes }'
}

agrees() {
	there=$(on_the_wire there) back=$(on_the_wire back)
	found="$(counted client-in) $(counted client-out) $(counted hop-in) $(counted hop-out)"
	[ "$found" = "$there $back $back $there" ]
}

# equal NAME
equal() {
	equal_deadline=$(($(date +%s) + 10))
	until agrees || [ "$(date +%s)" -ge $equal_deadline ]; do :; done
	same "$1" "$there $back $back $there" "$found"
}

# The hop's devices have said all that they say when they come up.
mkdir -p /var/lib/trafmetux
in_namespace router trafmetux meter client hop >/tmp/metered
same "four monitors" 4 "$(grep -c 'by BPF' /tmp/metered)"
for backend_family in 4 6; do
	in_namespace hop "$([ $backend_family = 4 ] && echo iptables-nft || echo ip6tables-nft)" \
		-t mangle -Z
done
sink server tcp 7000
sink client tcp 7000
sink server udp 7001
for family in 4 6; do
	server=$(address_of server $family) client=$(address_of client $family)
	send client tcp "$server" 7000 4194304
	equal "TCP that the sender's kernel does not cut, IPv$family"
	send server tcp "$client" 7000 4194304
	equal "TCP that the router merges, IPv$family"
	send client udp "$server" 7001 100 12000 1200
	equal "UDP_SEGMENT, IPv$family"
	# Some kernels drop such super-packets of IPv6; see headers.sh.
	[ "$family" = 4 ] || ip -n client link set router gso_max_segs 1
	TRAFFIC_LONG_HEADERS=1 send client tcp "$server" 7000 1000000
	ip -n client link set router gso_max_segs 65535
	equal "TCP with options or an extension header, IPv$family"
	TRAFFIC_FRAGMENTS=1 send client udp "$server" 7001 50 4000
	equal "fragments, IPv$family"
done

# VLAN in VLAN, from the router to the hop: the wire is what the device beneath has.
for end in router.hop.1 hop.router.2; do
	name=${end%%.*} number=${end##*.} lower=${end#*.} lower=${lower%.*}
	ip -n "$name" link add link "$lower" name outer type vlan id 5
	ip -n "$name" link set outer up
	ip -n "$name" link add link outer name inner type vlan id 6
	ip -n "$name" link set inner addrgenmode none up
	ip -n "$name" addr add "10.7.0.$number/24" dev inner
	ip -n "$name" addr add "fd07::$number/64" dev inner nodad
	ip -n "$name" neigh replace "fd07::$((3 - number))" lladdr "02:00:00:00:02:0$((3 - number))" \
		dev inner nud permanent
	offload "$name" inner gro off || :
done
sink hop tcp 7002
in_namespace router trafmetux meter inner outer >/tmp/metered
# growth MONITOR PACKETS-BYTES: since then
growth() {
	echo "$(counted "$1") $2" | awk '{ print $1 - $3, $2 - $4 }'
}
for address in 10.7.0.2 fd07::2; do
	inner=$(counted inner-out) outer=$(counted outer-out) lowest=$(counted hop-out)
	send router tcp "$address" 7002 2000000
	same "VLAN in VLAN, to $address: as was sent" "$sent" "$(growth inner-out "$inner")"
	same "VLAN in VLAN, to $address: and in the outer one" "$sent" \
		"$(growth outer-out "$outer")"
	same "VLAN in VLAN, to $address: and beneath" "$sent" "$(growth hop-out "$lowest")"
done

# What a sender says it sent lacks what TCP repeats where a machine is slow: from here on
# the truth is what rules of the hop see, which gets each packet by itself.

# wire_rules_of DEVICE COMMENT: COMMENT-there and COMMENT-back
wire_rules_of() {
	for backend_family in iptables-nft ip6tables-nft; do
		in_namespace hop $backend_family -t mangle -A PREROUTING -i "$1" -m comment --comment "$2-there"
		in_namespace hop $backend_family -t mangle -A POSTROUTING -o "$1" -m comment --comment "$2-back"
	done
	offload hop "$1" tso off gso off gro off
	ip -n hop link set "$1" gso_max_segs 1
}

# alike NAME MONITOR COMMENT [MONITOR'S-BEFORE RULES'-BEFORE]: both counted something,
# and the same
alike() {
	alike_deadline=$(($(date +%s) + 100))
	until
		alike_rules=$(less "$(on_the_wire "$3")" "${5:-0 0}")
		alike_monitor=$(less "$(counted "$2")" "${4:-0 0}")
		[ "$alike_rules" = "$alike_monitor" ] || [ "$(date +%s)" -ge $alike_deadline ]
	do :; done
	check "$1: there was something" test "${alike_rules% *}" -gt 100
	same "$1" "$alike_rules" "$alike_monitor"
}

# near_address router|hop FAMILY: on the way between both
near_address() {
	case $1$2 in
	router4) echo 10.2.0.1 ;;
	router6) echo fd00:2::1 ;;
	hop4) echo 10.2.0.2 ;;
	hop6) echo fd00:2::2 ;;
	esac
}

# A device without a link header: IP in IP, to the hop and back.
sink router tcp 7003
for family in 4 6; do
	case $family in
	4) type=ipip mode="" there=10.8.0.2 back=10.8.0.1 ;;
	6) type=ip6tnl mode="mode ip6ip6 encaplimit none" there=fd08::2 back=fd08::1 ;;
	esac
	for end in router.hop.1 hop.router.2; do
		name=${end%%.*} number=${end##*.} other=${end#*.} other=${other%.*}
		# shellcheck disable=SC2086 # words
		ip -n "$name" link add bare type $type $mode local "$(near_address "$name" $family)" \
			remote "$(near_address "$other" $family)"
		ip -n "$name" link set bare addrgenmode none
	done
	wire_rules_of bare bare$family
	in_namespace router trafmetux meter bare >/tmp/metered
	for end in router.1 hop.2; do
		name=${end%%.*} number=${end##*.}
		ip -n "$name" link set bare up
		case $family in
		4) ip -n "$name" addr add "10.8.0.$number/24" dev bare ;;
		6) ip -n "$name" addr add "fd08::$number/64" dev bare nodad ;;
		esac
	done
	lowest=$(counted hop-out) beneath=$(on_the_wire there)
	send router tcp "$there" 7002 2000000
	send hop tcp "$back" 7003 2000000
	alike "IP in IP, IPv$family: what is sent" bare-out bare$family-there
	alike "IP in IP, IPv$family: what comes" bare-in bare$family-back
	alike "IP in IP, IPv$family: and beneath" hop-out there "$lowest" "$beneath"
	in_namespace router trafmetux unmeter bare >/dev/null
	for name in router hop; do ip -n "$name" link del bare; done
done

# A bond and its member see the same.
ip link add member netns router type veth peer name member netns hop
ip -n router link add bonded type bond mode active-backup
ip -n router link set member master bonded
ip -n router link set bonded addrgenmode none
for name in router hop; do ip -n $name link set member addrgenmode none; done
offload router member tso off gso on gro on
wire_rules_of member member
in_namespace router trafmetux meter bonded member >/tmp/metered 2>/tmp/said
matches "a bond and its member are named" "*member and bonded are metered both*" "$(cat /tmp/said)"
for name in router hop; do ip -n $name link set member up; done
ip -n router link set bonded up
ip -n router addr add 10.6.0.1/24 dev bonded
ip -n hop addr add 10.6.0.2/24 dev member
send router tcp 10.6.0.2 7002 2000000
send hop tcp 10.6.0.1 7003 2000000
for name in bonded member; do
	alike "a bond and its member: what $name sends" $name-out member-there
	alike "a bond and its member: what comes to $name" $name-in member-back
done
in_namespace router trafmetux unmeter bonded member >/dev/null

# Packets of more than 64 KB: IPv6 has them from 5.19 on, IPv4 from 6.3.
big() {
	ip -n router link set hop gso_max_size 190000 2>/dev/null || return 0
	ip -n router link set hop gso_ipv4_max_size 190000 2>/dev/null || :
	in_namespace router nft -f - <<-'END'
		table inet big {
			chain out {
				type filter hook output priority 0
				meta nfproto ipv4 meta length > 65535 counter comment "big4"
				meta nfproto ipv6 meta length > 65535 counter comment "big6"
			}
		}
	END
	for family in 4 6; do
		lowest=$(counted hop-out) beneath=$(on_the_wire there)
		send router tcp "$(near_address hop $family)" 7002 16000000
		alike "BIG TCP, IPv$family" hop-out there "$lowest" "$beneath"
		note "larger than 64 KB: $(in_namespace router nft list table inet big |
			sed -n "s/.*packets \([0-9]*\) .*big$family.*/\1/p")"
	done
}
big
check "update --now archives them" in_namespace router trafmetux update --now
in_namespace router trafmetux unmeter client hop inner outer >/tmp/unmetered
same "they are all taken away" 8 "$(wc -l </tmp/unmetered)"
same "nothing of them is left" "" "$(find /run/trafmetux/meters -mindepth 2 2>/dev/null)"
finish
