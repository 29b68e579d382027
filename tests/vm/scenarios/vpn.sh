#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# Encryption between the router and the hop: IPsec as tunnel and as transport, and
# WireGuard. Monitors of the encrypted packets equal a plain counter on the hop;
# those of what is inside equal what the hop takes out.

. ./lib.sh
. ./topology.sh
. ./against.sh

transfer=500000
key="aead rfc4106(gcm(aes)) 0x000102030405060708090a0b0c0d0e0f10111213 128"

# security MODE: associations between the router and the hop, both ways.
security() {
	for end in router hop; do
		for pair in "10.2.0.1 10.2.0.2" "10.2.0.2 10.2.0.1" "fd00:2::1 fd00:2::2" "fd00:2::2 fd00:2::1"; do
			# shellcheck disable=SC2086 # words
			ip -n $end xfrm state add src ${pair% *} dst ${pair#* } proto esp spi 0x700 mode "$1" $key
		done
	done
}

# policy NAMESPACE DIRECTION MODE FROM TO [OUTER-FROM OUTER-TO]
policy() {
	outer=''
	[ $# -lt 6 ] || outer="src $6 dst $7"
	# shellcheck disable=SC2086 # words
	ip -n "$1" xfrm policy add dir "$2" src "$4" dst "$5" tmpl $outer proto esp mode "$3"
}

# tunnel_policies FROM TO ROUTER HOP: what runs between client and server.
tunnel_policies() {
	policy router out tunnel "$1" "$2" "$3" "$4"
	policy router fwd tunnel "$2" "$1" "$4" "$3"
	policy hop fwd tunnel "$1" "$2" "$3" "$4"
	policy hop out tunnel "$2" "$1" "$4" "$3"
}

# transport_policies ROUTER HOP: what runs between those two.
transport_policies() {
	policy router out transport "$1" "$2"
	policy router in transport "$2" "$1"
	policy hop in transport "$1" "$2"
	policy hop out transport "$2" "$1"
}

forget_security() {
	for end in router hop; do
		ip -n $end xfrm policy flush
		ip -n $end xfrm state flush
	done
}

# encrypted NAME FAMILY PROTOCOL...: monitors of it where the router sends it.
encrypted() {
	name=$1 family=$2
	shift 2
	for chain in OUTPUT POSTROUTING; do
		meter router "$family" $chain "$name-out" "$@"
	done
	plain hop "$family" PREROUTING wire "$@"
}

check_encrypted() {
	wire=$(seen hop "$2" wire)
	for chain in OUTPUT POSTROUTING; do
		compare "$1 IPv$2: encrypted, $chain" "$wire" router "$2" "$3-out.$chain" single
	done
}

# twice WHAT WIRE NAME: how much a rule without a match counts that sees both.
twice() {
	note "$1: POSTROUTING without a match counts $(monitor_counters router "$3.POSTROUTING" |
		awk -v wire="$2" '{ split(wire, w); printf "%.1f %% of the bytes on the wire", 100 * $2 / w[2] }')"
}

ipsec_tunnel() {
	name=tunnel-$1
	encrypted "$name" "$1" -p esp
	meter router "$1" FORWARD "$name-in" -i client -p tcp
	meter router "$1" POSTROUTING "$name-all" -o hop
	plain hop "$1" FORWARD inner -i router -p tcp
	in_namespace client shaped tcp "$(address_of server "$1")" 7000 $transfer plain
	check_encrypted "IPsec tunnel" "$1" "$name"
	compare "IPsec tunnel IPv$1: inner, FORWARD" "$(seen hop "$1" inner)" router "$1" "$name-in.FORWARD" merged
	twice "IPsec tunnel IPv$1" "$wire" "$name-all"
	flush router hop
}

ipsec_transport() {
	name=transport-$1
	encrypted "$name" "$1" -p esp
	meter router "$1" OUTPUT "$name-in" -p tcp
	plain hop "$1" INPUT inner -p tcp
	in_namespace router shaped tcp "$(address_of hop "$1")" 7000 $transfer plain
	check_encrypted "IPsec transport" "$1" "$name"
	compare "IPsec transport IPv$1: inner, OUTPUT" "$(seen hop "$1" inner)" router "$1" "$name-in.OUTPUT"
	flush router hop
}

# wireguard_end HERE THERE MINE ADDRESS: a device that sends all it gets there.
wireguard_end() {
	ip -n "$1" link add secret type wireguard || return 1
	in_namespace "$1" wg set secret listen-port 51820 private-key "/tmp/key-$1" \
		peer "$(wg pubkey <"/tmp/key-$2")" allowed-ips 0.0.0.0/0,::/0 endpoint "$3:51820"
	ip -n "$1" -batch - <<-END
		link set secret addrgenmode none
		link set secret up
		addr add 10.30.0.$4/24 dev secret
		addr add fd00:30::$4/64 dev secret nodad
	END
}

wireguard_up() {
	for end in router hop; do
		(umask 077; wg genkey >/tmp/key-$end)
	done
	wireguard_end router hop 10.2.0.2 1 || return 1
	wireguard_end hop router 10.2.0.1 2
	offload hop secret gro off
	ip -n router route replace 10.3.0.0/24 dev secret
	ip -n router route replace fd00:3::/64 dev secret
	ip -n hop route replace 10.1.0.0/24 dev secret
	ip -n hop route replace fd00:1::/64 dev secret
}

wireguard() {
	name=wireguard-$1
	encrypted "$name" 4 -p udp --dport 51820
	meter router "$1" FORWARD "$name-in" -o secret -p tcp
	plain hop "$1" FORWARD inner -i secret -p tcp
	in_namespace client shaped tcp "$(address_of server "$1")" 7000 $transfer plain
	check_encrypted "WireGuard around IPv$1" 4 "$name"
	compare "WireGuard IPv$1: inner, FORWARD" "$(seen hop "$1" inner)" router "$1" "$name-in.FORWARD" merged
	flush router hop
}

network_up
offloads_off
ip -n client link set router gso_max_segs 65535
offload client router tso on gso on
sink server tcp 7000
sink hop tcp 7000
if security tunnel 2>/tmp/refused; then
	tunnel_policies 10.1.0.0/24 10.3.0.0/24 10.2.0.1 10.2.0.2
	tunnel_policies fd00:1::/64 fd00:3::/64 fd00:2::1 fd00:2::2
	for family in $families; do
		ipsec_tunnel "$family"
	done
	forget_security
	security transport
	transport_policies 10.2.0.1 10.2.0.2
	transport_policies fd00:2::1 fd00:2::2
	ip -n router link set hop gso_max_segs 65535
	offload router hop gso on
	for family in $families; do
		ipsec_transport "$family"
	done
	forget_security
	offload router hop gso off
	ip -n router link set hop gso_max_segs 1
else
	note "$(head -n 1 /tmp/refused)"
	pass "IPsec # SKIP this kernel has not all that it needs"
fi
if wireguard_up; then
	for family in $families; do
		wireguard "$family"
	done
else
	pass "WireGuard # SKIP this kernel has none"
fi
finish
