#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# IPsec between the router and the hop, as tunnel and as transport. What is inside
# is counted as it is on the wire elsewhere; encrypted packets are counted as the
# hop gets them.

. ./lib.sh
. ./topology.sh

transfer=2097152
backend=nft
key="aead rfc4106(gcm(aes)) 0x000102030405060708090a0b0c0d0e0f10111213 128"

# security MODE: associations between the router and the hop, both ways
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

# tunnel_policies FROM TO ROUTER HOP: what runs between client and server
tunnel_policies() {
	policy router out tunnel "$1" "$2" "$3" "$4"
	policy router fwd tunnel "$2" "$1" "$4" "$3"
	policy hop fwd tunnel "$1" "$2" "$3" "$4"
	policy hop out tunnel "$2" "$1" "$4" "$3"
}

# transport_policies ROUTER HOP: what runs between those two
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

# count NAME FAMILY CHAIN: monitors on the router of what it encrypts, in CHAIN, and
# of what comes of that
count() {
	restore_rules router $backend "$2" <<-END
		*mangle
		-A $3 -p tcp --dport 7000 -j TRAFMETUX --monitor $1-inner
		-A $3 -p tcp --dport 7000 -m comment --comment merged
		-A POSTROUTING -p esp -j TRAFMETUX --monitor $1-outer
		-A POSTROUTING -o hop -j TRAFMETUX --monitor $1-both
		COMMIT
	END
	restore_rules hop $backend "$2" <<-END
		*mangle
		-A PREROUTING -p esp -m comment --comment outer
		-A PREROUTING -p tcp --dport 7000 -m comment --comment inner
		-A FORWARD -p tcp --dport 7000 -m comment --comment forwarded
		COMMIT
	END
}

# judge TITLE NAME FAMILY INNER: against the hop's plain counter INNER
judge() {
	outer=$(rule_counters hop $backend "$3" mangle outer)
	inner=$(rule_counters hop $backend "$3" mangle "$4")
	check "$1: it was encrypted, packet for packet" test "${outer% *}" -ge "${inner% *}" -a "${inner% *}" -gt 1000
	check_equal "$1: the encrypted packets" "$outer" "$(monitor_counters router "$2-outer")"
	check_equal "$1: what is in them" "$inner" "$(monitor_counters router "$2-inner")"
	both=$(monitor_counters router "$2-both")
	note "$1: $outer on the wire; POSTROUTING without a match counts $both, $(echo "$both $outer" | awk '{ printf "%.1f %% of the bytes", 100 * $2 / $4 }')"
	for place in router hop; do
		clear_rules $place
	done
}

# learn PLACE ADDRESS: how long a packet may be that is to be encrypted. Until the
# sender knows, IPv6 drops longer ones after the rules.
learn() {
	send "$1" tcp "$2" 7000 100000
}

tunnel() {
	learn client "$(address_of server "$1")"
	count tunnel-"$1" "$1" FORWARD
	send client tcp "$(address_of server "$1")" 7000 $transfer
	judge "IPsec tunnel, IPv$1" tunnel-"$1" "$1" forwarded
}

transport() {
	learn router "$(address_of hop "$1")"
	count transport-"$1" "$1" OUTPUT
	send router tcp "$(address_of hop "$1")" 7000 $transfer
	judge "IPsec transport, IPv$1" transport-"$1" "$1" inner
}

network_up
offloads_off
sink server tcp 7000
sink hop tcp 7000
if security tunnel 2>/tmp/refused; then
	ip -n client link set router gso_max_segs 65535
	offload client router tso on gso on
	tunnel_policies 10.1.0.0/24 10.3.0.0/24 10.2.0.1 10.2.0.2
	tunnel_policies fd00:1::/64 fd00:3::/64 fd00:2::1 fd00:2::2
	for family in $families; do
		tunnel "$family"
	done
	forget_security
	security transport
	transport_policies 10.2.0.1 10.2.0.2
	transport_policies fd00:2::1 fd00:2::2
	ip -n router link set hop gso_max_segs 65535
	offload router hop gso on
	for family in $families; do
		transport "$family"
	done
	forget_security
else
	note "$(head -n 1 /tmp/refused)"
	pass "IPsec # SKIP this kernel has not all that it needs"
fi
finish
