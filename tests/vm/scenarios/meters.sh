#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 2
#
# Meters at devices, without a rule: what they count, to the byte; who may make
# and remove them, and what is refused; and that they stay by name while devices
# go, come, get other names and move to other namespaces.

. ./lib.sh
. ./topology.sh
. ./metering.sh

# frames DEVICE COUNT PROTOCOL HEX: from the client to the router's device
frames() {
	in_namespace client framesend "$1" "$2" "$3" "020000000102020000000101$4"
}

# A datagram of no bytes for 10.1.0.2 from 10.1.0.9, 28 bytes long, and one for
# fd00:1::2, 48 bytes long: in frames of 60 bytes and more, as cards make them.
ipv4=4500001c000000004011646b0a0100090a010002270f270f00080000
ipv6=6000000000081140fd000001000000000000000000000009fd000001000000000000000000000002270f270f0008d8d5
padding=000000000000000000000000000000000000

# refused TITLE WORDS ORDER...: an order that must fail, and what is said then
refused() {
	refused_title=$1 refused_words=$2
	shift 2
	if meter router "$@"; then
		fail "refused: $refused_title"
	else
		same "refused: $refused_title" "$refused_words" "$(refusal)"
	fi
}

orders() {
	same "no meter is there at first" "version 1" \
		"$(in_namespace router cat /proc/trafmetux/.meters)"
	refused "a monitor's name that is none" "Invalid argument" + .a client in
	refused "a device's name that is none" "Invalid argument" + a cli/ent in
	refused "a longer name than devices have" "Invalid argument" + a sixteen-letters- in
	refused "a way that is none" "Invalid argument" + a client sideways
	refused "a word too few" "Invalid argument" + a client
	refused "a word too many" "Invalid argument" + a client in shared too
	refused "another option" "Invalid argument" + a client in twice
	refused "neither + nor -" "Invalid argument" '*' a client in
	check "none of that left anything" meter_is router
	same "nor a monitor" .meters "$(in_namespace router ls -A /proc/trafmetux)"

	check "a meter is made" meter router + a client in
	check "the same again is no error" meter router + a client in
	check "nor with more space around the words" meter router " +   a 	client in "
	check "it is there once, and on" meter_is router "a client in on"
	same "its monitor says so" "1 0 1" \
		"$(monitor_field router a references) $(monitor_field router a rules) $(monitor_field router a meters)"
	same "it holds the module" 1 "$(cat /sys/module/xt_TRAFMETUX/refcnt)"
	matches "which can't be unloaded then" "*in use*" "$(rmmod xt_TRAFMETUX 2>&1 || echo "$?")"
	check "another namespace has no such meter" meter_is hop
	echo "nobody:x:65534:65534::/tmp:/bin/sh" >>/etc/passwd
	same "anyone may look" "version 1" \
		"$(in_namespace router su -c 'head -n 1 /proc/trafmetux/.meters' nobody)"
	matches "but not give orders" "*Permission denied*" \
		"$(in_namespace router su -c 'echo + b client in >/proc/trafmetux/.meters' nobody 2>&1 || :)"
	matches "nor may root without the right to change the firewall" "*not permitted*" \
		"$(in_namespace router unshare -U -r sh -c 'echo + b client in >/proc/trafmetux/.meters' 2>&1 || :)"
	check "a meter is removed" meter router - a client in
	check "the same again is no error" meter router - a client in
	check "it is gone" meter_is router
	same "its monitor lingers" "0 0" "$(monitor_field router a references) $(monitor_field router a meters)"
	same "nothing holds the module" 0 "$(cat /sys/module/xt_TRAFMETUX/refcnt)"

	echo 2 >/sys/module/xt_TRAFMETUX/parameters/max_meters
	meter router + a client in
	meter router + b client in
	refused "more than max_meters" "No space left on device" + c client in
	same "of what was refused no reference is left" 0 "$(monitor_field router c references)"
	echo 1024 >/sys/module/xt_TRAFMETUX/parameters/max_meters
	meters_off router
}

# A monitor is fed by rules and by meters only if that is asked for.
both() {
	printf '*mangle\n-A PREROUTING -p udp --dport 7000 -j TRAFMETUX --monitor both\nCOMMIT\n' |
		restore_rules router nft 4
	refused "a meter for what rules feed" "Device or resource busy" + both client in
	check "it is shared if that is said" meter router + both client in shared
	check "and so it is listed" meter_is router "both client in on shared"
	same "the monitor has a rule and a meter" "2 1 1" \
		"$(monitor_field router both references) $(monitor_field router both rules) $(monitor_field router both meters)"
	send client udp "$(address_of server 4)" 7000 10 100
	same "what both see counts twice then" "20 $((2 * sent_bytes))" "$(monitor_counters router both)"
	meters_off router
	clear_rules router

	meter router + one client in
	dmesg -c >/dev/null
	printf '*mangle\n-A PREROUTING -m trafmetux --monitor one --over-limit -j DROP\nCOMMIT\n' |
		restore_rules router nft 4
	same "a rule that asks is no rule that feeds" "2 0 1" \
		"$(monitor_field router one references) $(monitor_field router one rules) $(monitor_field router one meters)"
	same "and none is warned of" 0 "$(dmesg | grep -c 'counts twice')"
	send client udp "$(address_of server 4)" 7000 10 100
	in_namespace router sh -c "echo $sent_bytes >/proc/trafmetux/one"
	same "up to the limit all is forwarded" "$sent" "$(monitor_counters router one)"
	check "beyond it packets are dropped" \
		sh -c "! nsenter --net=/run/netns/client -- ping -c 1 -W 1 $(address_of server 4) >/dev/null"
	clear_rules router
	printf '*mangle\n-A PREROUTING -p udp --dport 7000 -j TRAFMETUX --monitor one\nCOMMIT\n' |
		restore_rules router nft 4
	same "a rule is never refused, but warned of" 1 \
		"$(dmesg | grep -c 'xt_TRAFMETUX: a rule feeds one, which a meter feeds too')"
	clear_rules router
	meters_off router
}

# counts FAMILY: datagrams there, and the answers back
counts() {
	for way in in tapped-in out routed-out; do
		case $way in
		*in) meter router + "to-$way$1" client $way; meter router + "fro-$way$1" hop $way ;;
		*) [ $way = routed-out ] || [ -n "$egress" ] || continue
		   meter router + "to-$way$1" hop $way; meter router + "fro-$way$1" client $way ;;
		esac
	done
	wire_rules client router
	send client udp "$(address_of server "$1")" 7000 200 100
	back=$(wire client)
	for way in in tapped-in out routed-out; do
		[ -n "$egress" ] || [ $way != out ] || continue
		same "IPv$1 datagrams, $way" "$sent" "$(monitor_counters router "to-$way$1")"
		same "IPv$1 answers, $way" "$back" "$(monitor_counters router "fro-$way$1")"
	done
	clear_rules client
	meters_off router
}

# super FAMILY: super-packets, which are cut up behind the router
super() {
	meter router + "super-in$1" client in
	meter router + "super-routed$1" hop routed-out
	[ -z "$egress" ] || meter router + "super-out$1" hop out
	wire_rules hop router
	send client tcp "$(address_of server "$1")" 7000 8388608
	send client udp "$(address_of server "$1")" 7000 100 50001 1200
	carried=$(wire hop)
	same "IPv$1 super-packets, in" "$carried" "$(monitor_counters router "super-in$1")"
	same "IPv$1 super-packets, routed-out" "$carried" "$(monitor_counters router "super-routed$1")"
	[ -z "$egress" ] || same "IPv$1 super-packets, out" "$carried" "$(monitor_counters router "super-out$1")"
	note "IPv$1 super-packets: $carried on the wire"
	clear_rules hop
	meters_off router
}

# framed TITLE EXPECTED DEVICE PROTOCOL HEX: ten frames, out at the client's device
# and in at the router's
framed() {
	for place in client router; do
		case $place in
		client) [ -n "$egress" ] || continue
			way=out device=$3 ;;
		router) way=in device=client ;;
		esac
		meter $place + "framed-$way" "$device" "$way"
		eval "before_$way=\$(monitor_counters $place framed-$way)"
	done
	frames "$3" 10 "$4" "$5"
	before_in=${before_in:-} before_out=${before_out:-}
	[ -z "$egress" ] ||
		same "$1, out" "$2" "$(less "$(monitor_counters client framed-out)" "$before_out")"
	# Ethernet says what it is on the way in, whatever the sender called it.
	same "$1, in" "$2" "$(less "$(monitor_counters router framed-in)" "$before_in")"
	meters_off client
	meters_off router
}

odd_frames() {
	framed "IPv4, padded" "10 280" router 0x0800 "0800$ipv4$padding"
	framed "IPv6, padded" "10 480" router 0x86dd "86dd$ipv6$padding"
	framed "ARP" "0 0" router 0x0806 "08060001080006040001020000000101${padding}0000000000000000"
	framed "ARP that its sender calls IP" "0 0" router 0x0800 "08060001080006040001020000000101${padding}0000000000000000"
	framed "PPPoE" "0 0" router 0x8864 "88641100000100180021$ipv4$padding"
	framed "IPv4 of one version, its frame of another" "0 0" router 0x86dd "86dd$ipv4$padding"
	framed "a tag within" "10 280" router 0x8100 "810000050800$ipv4$padding"
	framed "two tags within" "10 480" router 0x88a8 "88a800058100000686dd$ipv6"
	framed "a tag with nothing behind it" "0 0" router 0x8100 "81000005"
}

# tagged FLAGS: a VLAN within a VLAN; all four devices count the same datagrams
tagged() {
	for end in client.router router.client; do
		place=${end%.*} device=${end#*.}
		ip -n "$place" link add link "$device" name outer type vlan id 5 reorder_hdr "$1"
		ip -n "$place" link add link outer name inner type vlan id 6 reorder_hdr "$1"
		for name in outer inner; do
			ip -n "$place" link set "$name" addrgenmode none
			ip -n "$place" link set "$name" up
		done
	done
	for family in $families; do
		case $family in
		4) here=10.7.0.1 there=10.7.0.2 length=24 ;;
		6) here=fd07::1 there=fd07::2 length=64 ;;
		esac
		ip -n client addr add "$here/$length" dev inner nodad
		ip -n router addr add "$there/$length" dev inner nodad
		ip -n client neigh replace "$there" lladdr 02:00:00:00:01:02 dev inner nud permanent
		ip -n router neigh replace "$here" lladdr 02:00:00:00:01:01 dev inner nud permanent
		tagged_title="IPv$family in a VLAN in a VLAN, reorder_hdr $1"
		# 5.10 loses these, metered or not.
		if ! in_namespace client traffic udp "$there" 7000 1 300 >/dev/null 2>&1; then
			pass "$tagged_title # SKIP this kernel does not carry it"
			continue
		fi
		for name in client outer inner; do
			meter router + "tag-$name" "$name" in
		done
		for name in router outer inner; do
			[ -z "$egress" ] || meter client + "tag-$name" "$name" out
		done
		before_in="$(monitor_counters router tag-client)"
		before_out=$([ -z "$egress" ] || monitor_counters client tag-router)
		send client udp "$there" 7000 100 300
		send_first=$sent
		send client udp "$there" 7000 10 12000 1200
		both="$((${send_first% *} + sent_packets)) $((${send_first#* } + sent_bytes))"
		for name in client outer inner; do
			same "$tagged_title: in at $name" "$both" \
				"$(less "$(monitor_counters router "tag-$name")" "$before_in")"
		done
		for name in router outer inner; do
			[ -n "$egress" ] || continue
			same "$tagged_title: out at $name" "$both" \
				"$(less "$(monitor_counters client "tag-$name")" "$before_out")"
		done
		meters_off router
		meters_off client
	done
	ip -n client link del outer
	ip -n router link del outer
}

# passes EXPECTED: ten datagrams from the client to the router, of which the monitor
# "by-name" must have counted so many
passes() {
	passes_before=$(monitor_packets router by-name)
	in_namespace client env TRAFFIC_UNANSWERED=1 traffic udp 10.6.0.2 7000 10 10 >/dev/null
	[ "$(($(monitor_packets router by-name) - passes_before))" = "$1" ]
}

# pair NAME: a link of its own between client and router
pair() {
	ip -n client link add name to-router address 02:00:00:00:06:01 type veth \
		peer name "$1" address 02:00:00:00:06:02 netns router
	ip -n client link set to-router addrgenmode none
	ip -n client link set to-router up
	ip -n client addr add 10.6.0.1/24 dev to-router
	ip -n client neigh replace 10.6.0.2 lladdr 02:00:00:00:06:02 dev to-router nud permanent
	pair_up router "$1"
}

pair_up() {
	ip -n "$1" link set "$2" addrgenmode none
	ip -n "$1" link set "$2" up
}

by_name() {
	check "a meter needs no device" meter router + by-name ppp9 in
	meter router + by-name ppp9 routed-out
	meter router + tapped ppp9 tapped-in
	check "it is off until there is one" meter_is router "by-name ppp9 in off" "by-name ppp9 routed-out off" "tapped ppp9 tapped-in off"
	pair ppp9
	check "it is on when one comes" meter_is router "by-name ppp9 in on" "by-name ppp9 routed-out on" "tapped ppp9 tapped-in on"
	check "and counts at once" passes 10
	ip -n router link set ppp9 down
	ip -n router link set ppp9 name other
	check "of another name, the device has no meter" meter_is router "by-name ppp9 in off" "by-name ppp9 routed-out off" "tapped ppp9 tapped-in off"
	pair_up router other
	check "and is not counted" passes 0
	ip -n router link set other down
	ip -n router link set other name ppp9
	pair_up router ppp9
	check "with its name again it is" passes 10
	ip -n router link set ppp9 netns hop
	check "nor has it one in another namespace" meter_is router "by-name ppp9 in off" "by-name ppp9 routed-out off" "tapped ppp9 tapped-in off"
	pair_up hop ppp9
	check "where it is not counted" passes 0
	meter hop + by-name ppp9 in
	check "a meter of that namespace counts it" passes 0
	same "a meter of that namespace counts it" 10 "$(monitor_packets hop by-name)"
	ip -n hop link set ppp9 netns router
	check "when it moves, that one lets go" meter_is hop "by-name ppp9 in off"
	pair_up router ppp9
	check "and the other takes it up" passes 10
	same "the one that let go counts no more" 10 "$(monitor_packets hop by-name)"
	ip -n router link del ppp9
	check "when it is deleted, the meter is off" meter_is router "by-name ppp9 in off" "by-name ppp9 routed-out off" "tapped ppp9 tapped-in off"
	pair ppp9
	check "and on when there is one again" passes 10
	# Its peer's end takes it along.
	ip -n client link del to-router
	same "the tap counted the same" "$(monitor_packets router by-name)" "$(monitor_packets router tapped)"
	check "off again" meter_is router "by-name ppp9 in off" "by-name ppp9 routed-out off" "tapped ppp9 tapped-in off"
	meters_off router
	meters_off hop
}

module_is_free() {
	[ "$(cat /sys/module/xt_TRAFMETUX/refcnt)" = 0 ]
}

# A namespace that ends takes its meters along, on and off.
ends() {
	namespace_up doomed
	ip -n doomed link add name one type veth peer name two
	for order in "+ a one in" "+ a one tapped-in" "+ a two routed-out" "+ b none in" "+ b lo in"; do
		# shellcheck disable=SC2086 # words
		meter doomed $order
	done
	in_namespace doomed ping -c 3 127.0.0.1 >/dev/null
	same "a meter of a namespace that is to end counts" 6 "$(monitor_packets doomed b)"
	ip netns del doomed
	await 20 "the namespace takes its meters along" module_is_free
	pass "a namespace ends with meters in it"
}

modprobe xt_TRAFMETUX
network_up
quiet client router hop
offloads_off
sink server tcp 7000
sink server udp 7000
sink router udp 7000
egress=yes
if ! has_egress; then
	egress=''
	same "without an egress hook, that is said" "Operation not supported" \
		"$(refusal)"
	pass "meters at egress # SKIP this kernel has no hook for them"
fi
orders
both
for family in $families; do
	counts "$family"
done
odd_frames
for flags in on off; do
	tagged $flags
done
by_name
ends
ip -n client link set router gso_max_segs 65535
offload client router tso on gso on tx-udp-segmentation on
for family in $families; do
	super "$family"
done
finish
