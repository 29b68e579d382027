#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 2
#
# Meters that count hosts: without a rule, each host equals a counter behind what
# takes super-packets apart, up and down; odd frames and tags; what goes with what.

. ./lib.sh
. ./topology.sh
. ./metering.sh
. ./hosting.sh

# refused TITLE WORDS ORDER...
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
	check "a meter for hosts is made" meter router + lan client in hosts
	check "the same again is no error" meter router + lan client in hosts
	check "with room for more hosts too" meter router + many hop in hosts=5000
	check "it is listed so" meter_is router "lan client in on hosts" "many hop in on hosts"
	same "there are tables" "1024 5000" "$(hosts_field router lan max) $(hosts_field router many max)"
	same "the monitor says that it has a meter" "1 0 1" \
		"$(monitor_field router lan references) $(monitor_field router lan rules) $(monitor_field router lan meters)"
	refused "no room at all" "Invalid argument" + a client in hosts=0
	refused "more room than there can be" "Invalid argument" + a client in hosts=1048577
	refused "more than max_hosts" "No space left on device" + a client in hosts=1000000
	refused "no number" "Invalid argument" + a client in hosts=x
	refused "a way that sees no hosts" "Operation not supported" + a client tapped-in hosts
	refused "a plain meter beside it" "Device or resource busy" + lan hop in
	refused "even if it is to be shared" "Device or resource busy" + lan hop in shared
	matches "a plain rule too" "*esource busy*" "$(hosts_rule router nft 4 PREROUTING -j TRAFMETUX --monitor lan 2>&1)"
	matches "and one for hosts" "*esource busy*" \
		"$(hosts_rule router nft 4 PREROUTING -j TRAFMETUX_HOSTS --monitor lan --host src 2>&1)"
	hosts_rule router nft 4 PREROUTING -j TRAFMETUX_HOSTS --monitor ruled --host src
	refused "a meter beside a rule for hosts" "Device or resource busy" + ruled client in hosts
	clear_rules router
	meters_off router
	check "of what was refused nothing is left" in_namespace router test ! -e /proc/trafmetux/a
}

# wire_of NAMESPACE DEVICE FAMILY: plain counters there, for the client's address
wire_of() {
	for wire_family in 4 6; do
		address=$(address_of client $wire_family)
		hosts_rule "$1" nft $wire_family PREROUTING -i "$2" -s "$address" -m comment --comment up
		hosts_rule "$1" nft $wire_family PREROUTING -i "$2" -d "$address" -m comment --comment down
	done
}

# counts: super-packets both ways, in both families
counts() {
	meter router + lan client in hosts
	meter router + lan client out hosts
	wire_of hop router
	wire_of client router
	for family in $families; do
		TRAFFIC_FROM=$(address_of client "$family")
		export TRAFFIC_FROM
		send client tcp "$(address_of server "$family")" 7000 4194304
		send client udp "$(address_of server "$family")" 7000 50 50001 1200
		unset TRAFFIC_FROM
		send server tcp "$(address_of client "$family")" 7000 4194304
	done
	for family in $families; do
		address=$(address_of client "$family")
		same "IPv$family: the host's way up and down is what the wire has" \
			"$(rule_counters hop nft "$family" mangle up) $(rule_counters client nft "$family" mangle down)" \
			"$(host_totals router lan "$address")"
	done
	same "they have the MAC address of the frame" "02:00:00:00:01:01" \
		"$(hosts_rows router lan | awk '{ print $3 }' | sort -u)"
	check "the rows are the monitor" hosts_add_up router lan
	clear_rules hop
	clear_rules client
	meters_off router
}

# A datagram of no bytes for 10.1.0.2 from 10.1.0.9, and one for fd00:1::2 from fd00:1::9.
ipv4=4500001c000000004011646b0a0100090a010002270f270f00080000
ipv6=6000000000081140fd000001000000000000000000000009fd000001000000000000000000000002270f270f0008d8d5

# framed TITLE ADDRESS BYTES PROTOCOL HEX: ten frames of one host
framed() {
	meter router + "frames-$2" client in hosts
	framed_before=$(host_totals router "frames-$2" "$2")
	in_namespace client framesend router 10 "$4" "020000000102020000000101$5"
	await 10 "they come" framed_comes "$2" "$((${framed_before%% *} + 10))"
	same "$1: its host has it" "$((${framed_before%% *} + 10))" "$(host_totals router "frames-$2" "$2" | cut -d ' ' -f 1)"
	same "$1: with its bytes" "$3" \
		"$(host_totals router "frames-$2" "$2" | awk -v was="${framed_before:-0 0}" '{ split(was, w, " "); print $2 - w[2] }')"
	check "$1: the rows are the monitor" hosts_add_up router "frames-$2"
	meters_off router
}

framed_comes() { [ "$(host_totals router "frames-$1" "$1" | cut -d ' ' -f 1)" = "$2" ]; }

modprobe xt_TRAFMETUX
network_up
quiet client router hop
offloads_off
sink server tcp 7000
sink server udp 7000
sink client tcp 7000
orders
if has_egress; then
	ip -n client link set router gso_max_segs 65535
	offload client router tso on gso on tx-udp-segmentation on
	offload router hop gro on
	counts
else
	pass "up and down # SKIP this kernel has no hook at egress"
fi
framed "IPv4, padded" 10.1.0.9 280 0x0800 "0800${ipv4}000000000000000000000000000000000000"
framed "a tag within" 10.1.0.9 280 0x8100 "810000050800$ipv4"
framed "two tags within" fd00:1::9 480 0x88a8 "88a800058100000686dd$ipv6"
finish
