#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# IPsec between the router and the hop, as tunnel and as transport. What is inside
# is counted as it is on the wire elsewhere; encrypted packets are counted as the
# hop gets them. Rules see both, on the way out and on the way in; those that the
# manual page names count each packet of the wire once. Where the kernel encrypts
# after the rules (esp4_offload) or decrypts before them (the same, with GRO), what
# is not seen is as large as the manual page says.

. ./lib.sh
. ./topology.sh

transfer=2097152
backend=nft
key="aead rfc4106(gcm(aes)) 0x000102030405060708090a0b0c0d0e0f10111213 128"
# Of each packet, with that cipher (RFC 4303, RFC 4106): the header is a number of the
# association, one of the packet, and 8 bytes for the cipher to begin with.
esp_header=16
check_value=16

# trailer BYTES: how many ESP puts behind so many (RFC 4303, 2.4 to 2.8): up to three
# until they, their number and the next header end at a multiple of four, those two
# bytes, and the check value.
trailer() {
	echo $((($1 + 2 + 3) / 4 * 4 - $1 + check_value))
}

# security NAMESPACE: its associations with the other end, both ways, for both modes
security() {
	for mode in tunnel transport; do
		case $mode in
		tunnel) spi=0x700 ;;
		transport) spi=0x701 ;;
		esac
		for pair in "10.2.0.1 10.2.0.2" "10.2.0.2 10.2.0.1" "fd00:2::1 fd00:2::2" "fd00:2::2 fd00:2::1"; do
			# shellcheck disable=SC2086 # words
			ip -n "$1" xfrm state add src ${pair% *} dst ${pair#* } proto esp spi $spi mode $mode $key
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

# policies MODE: those in place of all others
policies() {
	for end in router hop; do
		ip -n $end xfrm policy flush
	done
	case $1 in
	tunnel)
		tunnel_policies 10.1.0.0/24 10.3.0.0/24 10.2.0.1 10.2.0.2
		tunnel_policies fd00:1::/64 fd00:3::/64 fd00:2::1 fd00:2::2 ;;
	transport)
		transport_policies 10.2.0.1 10.2.0.2
		transport_policies fd00:2::1 fd00:2::2 ;;
	esac
}

# plus PACKETS-BYTES PACKETS-BYTES, minus PACKETS-BYTES PACKETS-BYTES
plus() {
	echo "$((${1% *} + ${2% *})) $((${1#* } + ${2#* }))"
}

minus() {
	echo "$((${1% *} - ${2% *})) $((${1#* } - ${2#* }))"
}

# without_policy CHAIN INTERFACE DIRECTION MONITOR: a rule for packets that IPsec has
# yet to unwrap, has wrapped, or has nothing to do with; none where it cannot be asked
without_policy() {
	[ -z "$has_policy" ] ||
		echo "-A $1 $2 -m policy --dir $3 --pol none -j TRAFMETUX --monitor $4"
}

# count NAME FAMILY CHAIN: monitors on the router of what it encrypts, in CHAIN, and
# of what comes of that; on the hop of what comes in
count() {
	restore_rules router $backend "$2" <<-END
		*mangle
		-A $3 -p tcp --dport 7000 -j TRAFMETUX --monitor $1-inner
		-A OUTPUT -o hop -j TRAFMETUX --monitor $1-output
		-A POSTROUTING -p esp -j TRAFMETUX --monitor $1-outer
		-A POSTROUTING -p esp -m comment --comment merged
		-A POSTROUTING -o hop -j TRAFMETUX --monitor $1-both
		$(without_policy POSTROUTING "-o hop" out "$1-none")
		COMMIT
	END
	restore_rules hop $backend "$2" <<-END
		*mangle
		-A PREROUTING -p esp -m comment --comment outer
		-A PREROUTING -p tcp --dport 7000 -m comment --comment inner
		-A PREROUTING -p esp -j TRAFMETUX --monitor $1-in-outer
		-A PREROUTING -i router -j TRAFMETUX --monitor $1-in-both
		$(without_policy PREROUTING "-i router" in "$1-in-none")
		COMMIT
	END
}

# on_the_hop WHAT FAMILY: its plain counter
on_the_hop() {
	rule_counters hop $backend "$2" mangle "$1"
}

# check_none TITLE EXPECTED PLACE MONITOR: if there is such a monitor
check_none() {
	if [ -n "$has_policy" ]; then
		same "$1" "$2" "$(monitor_counters "$3" "$4")"
	else
		pass "$1 # SKIP this kernel has no policy match"
	fi
}

clear_both() {
	for place in router hop; do
		clear_rules $place
	done
}

# judge TITLE NAME FAMILY: the transfer is over, what is in $sent went plain, and in
# $own what of the latter the router made itself
judge() {
	outer=$(on_the_hop outer "$3")
	inner=$(on_the_hop inner "$3")
	check "$1: it was encrypted, packet for packet" test "${outer% *}" -ge "${inner% *}" -a "${inner% *}" -gt 1000
	same "$1: the encrypted packets" "$outer" "$(monitor_counters router "$2-outer")"
	same "$1: what is in them" "$inner" "$(monitor_counters router "$2-inner")"
	same "$1: the encrypted packets on their way in" "$outer" "$(monitor_counters hop "$2-in-outer")"
	wire=$(plus "$outer" "$sent")
	both=$(monitor_counters router "$2-both")
	same "$1: without a match both are counted, and others once" "$(plus "$wire" "$inner")" "$both"
	same "$1: on the way in too" "$(plus "$wire" "$inner")" "$(monitor_counters hop "$2-in-both")"
	same "$1: the router's own in OUTPUT too" "$(plus "$outer" "$own")" \
		"$(monitor_counters router "$2-output")"
	check_none "$1: with --pol none each is counted once" "$wire" router "$2-none"
	check_none "$1: on the way in too, with --pol none" "$wire" hop "$2-in-none"
	both=$(minus "$both" "$sent")
	note "$1: $outer on the wire; POSTROUTING without a match counts $both, $(echo "$both $outer" | awk '{ printf "%.1f %% of the bytes", 100 * $2 / $4 }')"
	clear_both
}

# leave_room: the senders know how long a packet may be that is to be encrypted, or put
# into a tunnel before. Until they found out themselves, IPv6 would drop longer ones
# after the rules.
leave_room() {
	ip -n client -batch - <<-END
		route replace 10.3.0.0/24 via 10.1.0.2 rto_min $patience mtu 1280
		route replace fd00:3::/64 via fd00:1::2 rto_min $patience mtu 1280
	END
	ip -n router -batch - <<-END
		route replace 10.2.0.0/24 dev hop src 10.2.0.1 rto_min $patience mtu 1400
		route replace fd00:2::/64 dev hop metric 256 rto_min $patience mtu 1400
	END
}

# transfer_between MODE FAMILY NAME: encrypted, while monitors count
transfer_between() {
	case $1 in
	tunnel) from=client to=$(address_of server "$2") chain=FORWARD ;;
	transport) from=router to=$(address_of hop "$2") chain=OUTPUT ;;
	esac
	count "$3" "$2" "$chain"
	send "$from" tcp "$to" 7000 $transfer
}

# twice MODE FAMILY: both are seen
twice() {
	transfer_between "$1" "$2" "$1$2"
	case $1 in
	tunnel)
		send router udp "$(address_of server "$2")" 7000 40 500
		own=$sent ;;
	transport)
		send client udp "$(address_of server "$2")" 7000 40 500
		own=$(monitor_counters router "$1$2-inner") ;;
	esac
	judge "IPsec $1, IPv$2" "$1$2" "$2"
}

# oversized FAMILY: datagrams that are encrypted whole and cut then
oversized() {
	title="IPsec transport, IPv$1, datagrams of 4000 bytes"
	count "oversized$1" "$1" OUTPUT
	TRAFFIC_FRAGMENTS=1 send router udp "$(address_of hop "$1")" 7000 40 4000
	wire=$(on_the_hop outer "$1")
	counted=$(monitor_counters router "oversized$1-outer")
	clear=$((8 + 4000))
	case $1 in
	4) header=20 fragment=20 first=0 ;;
	6) header=40 fragment=48 first=8 ;;
	esac
	same "$title: on the wire they are three packets each" 120 "${wire% *}"
	same "$title: counted as one each" \
		"40 $((40 * (header + esp_header + clear + $(trailer $clear))))" "$counted"
	same "$title: each one more has $fragment bytes more" \
		"${wire#* }" $((${counted#* } + 80 * fragment + 40 * first))
	clear_both
}

# unseen_on_the_way_in MODE FAMILY: decrypted before PREROUTING, where GRO is on
unseen_on_the_way_in() {
	title="IPsec $1, IPv$2, merged" name=gro-$1$2
	transfer_between "$1" "$2" "$name"
	outer=$(monitor_counters router "$name-outer")
	inner=$(monitor_counters router "$name-inner")
	counted=$(monitor_counters hop "$name-in-both")
	same "$title: encrypted packets are not seen" "0 0" "$(monitor_counters hop "$name-in-outer")"
	same "$title: what is in them is counted once" "$inner" "$counted"
	same "$title: as many packets as on the wire" "${outer% *}" "${counted% *}"
	check_none "$title: with --pol none nothing is counted" "0 0" hop "$name-in-none"
	case $1$2 in
	tunnel4) more=20 ;;
	tunnel6) more=40 ;;
	transport?) more=0 ;;
	esac
	check_lacks "$title: each" "$outer" "$counted" $((esp_header + more))
	clear_both
}

# check_lacks TITLE WIRE COUNTED HEADERS: packet for packet, so many bytes and a trailer
check_lacks() {
	lacks=$((${2#* } - ${3#* })) least=$(($4 + $(trailer 2))) most=$(($4 + $(trailer 3)))
	check "$1 lacks $least to $most bytes" \
		test $lacks -ge $((least * ${2% *})) -a $lacks -le $((most * ${2% *}))
	note "$1 lacks $(echo "$lacks ${2% *} ${2#* }" | awk '{ printf "%.1f bytes, %.1f %%", $1 / $2, 100 * $1 / $3 }') of $2"
}

# without_trailer MODE FAMILY: encrypted after POSTROUTING
without_trailer() {
	title="IPsec $1 at the device, IPv$2" name=device-$1$2
	transfer_between "$1" "$2" "$name"
	outer=$(on_the_hop outer "$2")
	counted=$(monitor_counters router "$name-outer")
	same "$title: what is in them" "$(on_the_hop inner "$2")" "$(monitor_counters router "$name-inner")"
	same "$title: the encrypted packets" "${outer% *}" "${counted% *}"
	differs "$title: several were one to the plain counter" "${outer% *}" \
		"$(rule_counters router $backend "$2" mangle merged | cut -d ' ' -f 1)"
	check_lacks "$title: each" "$outer" "$counted" 0
	check_none "$title: with --pol none the same is counted" "$counted" router "$name-none"

	# Each length of the padding.
	expected=0
	case $1$2 in
	tunnel4) clear=28 ;;
	tunnel6) clear=48 ;;
	transport?) clear=8 ;;
	esac
	for size in 500 501 502 503; do
		send "$from" udp "$to" 7000 10 $size
		expected=$((expected + 10 * $(trailer $((clear + size)))))
	done
	datagrams=$(minus "$(on_the_hop outer "$2")" "$outer")
	seen=$(minus "$(monitor_counters router "$name-outer")" "$counted")
	same "$title: datagrams lack their trailers" "$datagrams" "$(plus "$seen" "0 $expected")"
	same "$title: datagrams are as many as sent" 40 "${seen% *}"
	clear_both
}

# gre_up KIND FAMILY: a tunnel from the router to the hop; false where this kernel has
# none. Its devices have nothing to send of their own, as IPv6 makes them.
gre_up() {
	for end in router.hop.1 hop.router.2; do
		place=${end%%.*} other=${end#*.}
		ip -n "$place" link add tunnel type "$1" local "$(near "$2" "$place")" \
			remote "$(near "$2" "${other%.*}")" ttl 64 2>/dev/null || return 1
		echo 1 | in_namespace "$place" tee /proc/sys/net/ipv6/conf/tunnel/disable_ipv6 >/dev/null
		ip -n "$place" link set tunnel mtu 1300 up
		ip -n "$place" addr add "10.9.0.${end##*.}/24" dev tunnel
	done
	ip -n router route replace 10.3.0.0/24 via 10.9.0.2 dev tunnel
	offload hop tunnel gro off || :
}

# near FAMILY PLACE: the router's and the hop's addresses on their link
near() {
	case $2$1 in
	router4) echo 10.2.0.1 ;;
	router6) echo fd00:2::1 ;;
	*) address_of "$2" "$1" ;;
	esac
}

gre_down() {
	ip -n router link del tunnel
	ip -n hop link del tunnel
	ip -n router route replace 10.3.0.0/24 via 10.2.0.2 rto_min "$patience"
}

# gre_transfer: to the server; false if it does not arrive
gre_transfer() {
	in_namespace client timeout 120 traffic tcp "$(address_of server 4)" 7000 $transfer >/tmp/gre-sent 2>&1
}

# gre_piecemeal TITLE: super-packets did not arrive (as with 6.12.117). Do packets?
gre_piecemeal() {
	sinks_stop
	rm -f /tmp/sink-server-tcp-7000
	sink server tcp 7000
	offload client router tso off gso off
	ip -n client link set router gso_max_segs 1
	if gre_transfer; then
		pass "$1 # SKIP this kernel loses super-packets there"
	else
		fail "$1: it arrives, packet by packet at least"
	fi
	ip -n client link set router gso_max_segs 65535
	offload client router tso on gso on
}

# gre_without_trailer KIND FAMILY: TCP in a tunnel, whose packets are encrypted after
# POSTROUTING
gre_without_trailer() {
	title="$1 in IPsec at the device, over IPv$2"
	if ! gre_up "$@"; then
		pass "$title # SKIP this kernel has no such tunnel"
		return
	fi
	count "$1" "$2" OUTPUT
	if ! gre_transfer; then
		gre_piecemeal "$title"
		clear_both
		gre_down
		return
	fi
	outer=$(on_the_hop outer "$2")
	counted=$(monitor_counters router "$1-outer")
	check "$title: it was encrypted" test "${outer% *}" -gt 1000
	same "$title: the encrypted packets" "${outer% *}" "${counted% *}"
	check_lacks "$title: each" "$outer" "$counted" 0
	note "$title: to the plain counter $(rule_counters router $backend "$2" mangle merged)"
	clear_both
	gre_down
}

network_up
offloads_off
leave_room
for place in server hop; do
	sink $place tcp 7000
	sink $place udp 7000
done
if security router 2>/tmp/refused && security hop 2>/tmp/refused; then
	has_policy=''
	! has_match router $backend 4 OUTPUT -m policy --dir out --pol none || has_policy=yes
	ip -n client link set router gso_max_segs 65535
	offload client router tso on gso on
	policies tunnel
	for family in $families; do
		twice tunnel "$family"
	done
	policies transport
	ip -n router link set hop gso_max_segs 65535
	offload router hop gso on
	for family in $families; do
		twice transport "$family"
	done
	for family in $families; do
		oversized "$family"
	done
	if modprobe -q esp4_offload && modprobe -q esp6_offload; then
		# The associations are made anew: they learn of the module as they begin.
		ip -n hop xfrm state flush
		security hop
		case $veth_lacks in
		*" gro "*)
			pass "IPsec, merged # SKIP this kernel's veth has no GRO" ;;
		*)
			offload hop router gro on
			for mode in tunnel transport; do
				policies $mode
				for family in $families; do
					unseen_on_the_way_in $mode "$family"
				done
			done
			offload hop router gro off ;;
		esac
		ip -n router xfrm state flush
		security router
		for mode in tunnel transport; do
			policies $mode
			for family in $families; do
				without_trailer $mode "$family"
			done
		done
		gre_without_trailer gre 4
		gre_without_trailer ip6gre 6
	else
		pass "IPsec at the device # SKIP this kernel cannot leave it to one"
	fi
	for end in router hop; do
		ip -n $end xfrm policy flush
		ip -n $end xfrm state flush
	done
else
	note "$(head -n 1 /tmp/refused)"
	pass "IPsec # SKIP this kernel has not all that it needs"
fi
finish
