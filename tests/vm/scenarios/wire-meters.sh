#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --memory 768
# boot tunnels: --memory 768
#
# Whatever passes the router, its meters on either side equal what a plain counter
# sees behind it, where all is cut up: super-packets of the sender's and the router's
# own making, long headers, fragments, what a flowtable carries by all rules, what
# is shaped on its way in. Or ("tunnels") what is in a tunnel and around it, and
# on devices of other kinds.

. ./lib.sh
. ./topology.sh
. ./metering.sh
. ./tunneling.sh

transfer=8388608

# The meters at both of the router's devices, both ways.
meter_all() {
	meter router + to-in client in
	meter router + to-tapped client tapped-in
	meter router + fro-in hop in
	meter router + to-routed hop routed-out
	[ -n "$egress" ] || return 0
	meter router + to-out hop out
	meter router + fro-out client out
}

# begin: takes down what was counted up to now
begin() {
	began_wire_to=$(wire hop) began_wire_fro=$(wire client)
	for each in to-in to-tapped to-out to-routed fro-in fro-out; do
		eval "began_$(echo "$each" | tr - _)=\$(monitor_counters router $each 2>/dev/null || echo 0 0)"
	done
}

# counted MONITOR: since then
counted() {
	counted_began=''
	eval "counted_began=\$began_$(echo "$1" | tr - _)"
	less "$(monitor_counters router "$1")" "$counted_began"
}

# read_both MONITOR...: the wire, and those monitors, as $got_MONITOR; do they agree?
read_both() {
	wire_to=$(less "$(wire hop)" "$began_wire_to") wire_fro=$(less "$(wire client)" "$began_wire_fro")
	read_agree=yes
	for each in "$@"; do
		got=$(counted "$each")
		eval "got_$(echo "$each" | tr - _)=\$got"
		[ "$got" = "$(expected "$each")" ] || read_agree=''
	done
	[ -n "$read_agree" ]
}

# expected MONITOR: what was on the wire there
expected() {
	case $1 in
	to-*) echo "$wire_to" ;;
	*) echo "$wire_fro" ;;
	esac
}

# judge TITLE MONITOR...: those to the hop, and those back. A last packet may still be
# on its way, and a tunnel has some of its own now and then: what is judged is read once.
judge() {
	judge_title=$1
	shift
	# shellcheck disable=SC2046 # words
	[ -n "$egress" ] || set -- $(printf '%s\n' "$@" | grep -v '^[a-z]*-out$')
	judge_deadline=$(($(date +%s) + 30))
	until read_both "$@"; do
		[ "$(date +%s)" -lt "$judge_deadline" ] || break
	done
	for each in "$@"; do
		eval "got=\$got_$(echo "$each" | tr - _)"
		same "$judge_title: $each" "$(expected "$each")" "$got"
	done
	note "$judge_title: $wire_to there, $wire_fro back"
}

all="to-in to-tapped to-out to-routed fro-in fro-out"

# streams TITLE MONITOR...: TCP and UDP of both families
streams() {
	streams_title=$1
	shift
	for family in $families; do
		begin
		send client tcp "$(address_of server "$family")" 7000 $transfer
		judge "IPv$family TCP, $streams_title" "$@"
		check "IPv$family TCP, $streams_title: all of it was there" test "${wire_to#* }" -gt $transfer
		begin
		send client udp "$(address_of server "$family")" 7000 100 50001 1200
		judge "IPv$family UDP, $streams_title" "$@"
		same "IPv$family UDP, $streams_title: as it was sent" "$sent" "$wire_to"
	done
}

# super_packets YES|NO: does the client make them?
super_packets() {
	case $1 in
	yes) ip -n client link set router gso_max_segs 65535
	     offload client router tso on gso on tx-udp-segmentation on ;;
	no) offload client router tso off gso off tx-udp-segmentation off
	    ip -n client link set router gso_max_segs 1 ;;
	esac 2>/dev/null || :
}

long_headers() {
	for family in $families; do
		# Some kernels drop such super-packets of IPv6; see headers.sh.
		[ "$family" = 4 ] || super_packets no
		begin
		TRAFFIC_LONG_HEADERS=1 send client tcp "$(address_of server "$family")" 7000 $transfer
		# shellcheck disable=SC2086 # a list
		judge "IPv$family TCP with longer headers" $all
	done
}

# fragments TITLE: three to a datagram, on their way through and to the router
fragments() {
	for family in $families; do
		begin
		TRAFFIC_FRAGMENTS=1 send client udp "$(address_of server "$family")" 7000 40 4000
		# shellcheck disable=SC2086 # a list
		judge "IPv$family fragments, $1" $all
		same "IPv$family fragments, $1: three a datagram" 120 "${wire_to% *}"
		through=$wire_to
		begin
		TRAFFIC_FRAGMENTS=1 send client udp "$(address_of router "$family")" 7000 40 4000
		same "IPv$family fragments for the router, $1" "$through" "$(counted to-in)"
		begin
		TRAFFIC_FRAGMENTS=1 send router udp "$(address_of hop "$family")" 7000 40 4000
		judge "IPv$family fragments of the router's own, $1" to-out to-routed
		same "IPv$family fragments, $1: as many of the router's own" "$through" "$wire_to"
	done
}

# cut: the next link takes shorter packets. What the router makes of them only the
# device sees.
cut() {
	ip -n router link set hop mtu 1000
	begin
	TRAFFIC_FRAGMENTS=1 send client udp "$(address_of server 4)" 7000 50 1400
	judge "datagrams cut by the router" to-out
	same "datagrams cut by the router: two packets each" 100 "${wire_to% *}"
	same "datagrams cut by the router: in as they came" "$sent" "$(counted to-in)"
	same "datagrams cut by the router: routed out as they came" "$sent" "$(counted to-routed)"
	ip -n router link set hop mtu 1500
}

flowtable() {
	if ! in_namespace router nft -f - 2>/dev/null <<-'END'
		table inet bypass {
			flowtable fast {
				hook ingress priority 0
				devices = { client, hop }
			}
			chain forward {
				type filter hook forward priority 0
				meta l4proto tcp flow add @fast
			}
		}
	END
	then
		pass "flow offload # SKIP this kernel has no flowtables"
		return
	fi
	printf '*mangle\n-A FORWARD -p tcp --dport 7000 -j TRAFMETUX --monitor rule\nCOMMIT\n' |
		restore_rules router nft 4
	begin
	send client tcp "$(address_of server 4)" 7000 33554432
	judge "flow offload" to-in to-tapped to-out fro-in fro-out
	check "flow offload: it hid nearly all from the rules" \
		test $(($(monitor_packets router rule) * 50)) -lt "${wire_to% *}"
	routed=$(counted to-routed)
	check "flow offload: and from the hook after routing" \
		test $((${routed% *} * 50)) -lt "${wire_to% *}"
	note "flow offload: the rule saw $(monitor_counters router rule) of $wire_to"
	in_namespace router nft delete table inet bypass
	clear_rules router
}

# shaped: all that comes in from the client goes through an ifb first
shaped() {
	if ! modprobe -q ifb numifbs=0 || ! modprobe -q act_mirred; then
		pass "shaped on the way in # SKIP this kernel has no ifb"
		return
	fi
	ip -n router link add shaper type ifb
	ip -n router link set shaper up
	in_namespace router tc qdisc add dev client ingress
	in_namespace router tc filter add dev client parent ffff: matchall \
		action mirred egress redirect dev shaper
	begin
	send client tcp "$(address_of server 4)" 7000 $transfer
	judge "shaped on the way in" to-tapped to-routed fro-in fro-out
	# The manual page and docs/proc-format.md say so.
	same "shaped on the way in: netfilter's hook does not see it" "0 0" "$(counted to-in)"
	[ -z "$egress" ] ||
		same "shaped on the way in: nor does that where it goes out" "0 0" "$(counted to-out)"
	in_namespace router tc qdisc del dev client ingress
	ip -n router link del shaper
}

# virtual_machine: a tap device, whose super-packets do not say how many they are
virtual_machine() {
	modprobe -q tun || :
	ip -n router tuntap add vm mode tap vnet_hdr
	ip -n router link set vm address 02:00:00:08:00:01
	ip -n router link set vm addrgenmode none
	ip -n router link set vm up
	ip -n router addr add 10.8.0.1/24 dev vm
	ip -n router addr add fd08::1/64 dev vm nodad
	for kind in tcp4 tcp6 udp4 udp6 ufo4 ufo6 tcp4x tcp6x udp4x udp6x; do
		meter router + "vm-$kind" vm in
		status=0
		report=$(in_namespace router tapsend vm 02:00:00:08:00:01 $kind 10 20000 1200) || status=$?
		if [ $status -eq 2 ]; then
			pass "a virtual machine's $kind # SKIP this kernel takes none"
		else
			# shellcheck disable=SC2086 # words
			set -- $report
			same "a virtual machine's $kind" "$2 $4" "$(monitor_counters router "vm-$kind")"
		fi
		meter router - "vm-$kind" vm in
	done
	ip -n router link del vm
}

# within KIND FAMILY INNER: inner family INNER in a tunnel over FAMILY. The meters of
# the tunnel's own devices are there before them.
within() {
	title="$1 over IPv$2, inside IPv$3"
	mark="$1$2$3"
	meter server + "end-in-$mark" tunnel in
	[ -z "$egress" ] || meter client + "end-out-$mark" tunnel out
	wire_rules server tunnel
	if ! tunnel_up "$1" "$2"; then
		pass "$title # SKIP this kernel has no such tunnel"
		return
	fi
	begin
	case $3 in
	4) target=10.9.0.2 ;;
	6) target=fd09::2 ;;
	esac
	send client tcp "$target" 7000 $transfer
	judge "$title: around it" to-in to-tapped to-out to-routed fro-in fro-out
	inside=$(wire server)
	same "$title: in at its end" "$inside" "$(monitor_counters server "end-in-$mark")"
	[ -z "$egress" ] ||
		same "$title: out at its beginning" "$inside" "$(monitor_counters client "end-out-$mark")"
	note "$title: inside $inside"
	tunnel_down
	clear_rules server
	meters_off server
	meters_off client
}

# What is between devices: one end is a port, a member or a lower device.
# stacked TITLE UPPER LOWER FAMILY: the same packets at both, out of the client
stacked() {
	[ -n "$egress" ] || return 0
	meter client + "upper-$1" "$2" out
	meter client + "lower-$1" "$3" out
	send client udp "$4" 7000 30 20000 1200
	same "$1: out at the upper device" "$sent" "$(monitor_counters client "upper-$1")"
	same "$1: out at the lower one" "$sent" "$(monitor_counters client "lower-$1")"
	meters_off client
}

# on_top NAME: an address of its own network on that device, the router's on "client"
on_top() {
	ip -n client link set "$1" addrgenmode none
	ip -n client link set "$1" up
	ip -n client addr add 10.5.0.1/24 dev "$1"
	ip -n router addr replace 10.5.0.2/24 dev client
	ip -n client neigh replace 10.5.0.2 lladdr 02:00:00:00:01:02 dev "$1" nud permanent
	ip -n router neigh replace 10.5.0.1 lladdr "$(ip -n client -o link show "$1" | sed 's/.*link\/ether \([^ ]*\).*/\1/')" \
		dev client nud permanent
}

stacks() {
	modprobe -q macvlan || :
	if ip -n client link add link router name upper type macvlan mode bridge 2>/dev/null; then
		on_top upper
		stacked macvlan upper router 10.5.0.2
		ip -n client link del upper
	fi
	ip -n client link add name upper type bridge
	ip -n client link set router master upper
	on_top upper
	stacked bridge upper router 10.5.0.2
	ip -n client link del upper
}

modprobe xt_TRAFMETUX
network_up
quiet client router hop server
offloads_off
sink server tcp 7000
sink server udp 7000
sink router udp 7000
sink hop udp 7000
egress=yes
has_egress || egress=''
wire_rules hop router
wire_rules client router
meter_all
super_packets yes
if [ "${TRAFMETUX_VARIANT:-}" = tunnels ]; then
	within vxlan 4 4
	within vxlan 6 4
	within vxlan 4 6
	within gre 4 4
	within gre 4 6
	within gretap 4 4
	within ip6gre 6 4
	within ipip 4 4
	within wireguard 4 4
	within wireguard 4 6
	stacks
else
	# shellcheck disable=SC2086 # a list
	streams "the sender's super-packets" $all
	long_headers
	super_packets no
	offload router client gro on
	# shellcheck disable=SC2086 # a list
	streams "merged by the router" $all
	offload router client gro off
	fragments apart
	printf '*filter\n-A FORWARD -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n' |
		restore_rules router nft 4
	fragments together
	clear_rules router
	cut
	virtual_machine
	flowtable
	super_packets yes
	shaped
fi
finish
