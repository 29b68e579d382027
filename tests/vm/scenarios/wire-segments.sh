#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --memory 768
#
# Super-packets that few machines make: of more than 64 KiB ("BIG TCP"; those of IPv6
# have a header then that is never on the wire), from the sender or merged by the
# router, and of SCTP, whose segments are of any size. A monitor on the router equals
# what a plain counter sees behind it, where all are cut up.

. ./lib.sh
. ./topology.sh

big=180000
transfer=67108864
backend=nft

# count MARK FAMILY MATCH...: also how many packets were larger than any on a wire
count() {
	count_mark=$1 count_family=$2
	shift 2
	restore_rules router $backend "$count_family" <<-END
		*mangle
		-A PREROUTING $* -j TRAFMETUX --monitor in-$count_mark
		-A FORWARD $* -j TRAFMETUX --monitor forward-$count_mark
		-A FORWARD $* -m comment --comment merged
		-A POSTROUTING $* -j TRAFMETUX --monitor out-$count_mark
		COMMIT
	END
	restore_rules hop $backend "$count_family" <<-END
		*mangle
		-A PREROUTING $* -m comment --comment wire
		COMMIT
	END
	in_namespace router nft -f - <<-END
		table inet large {
			chain forward {
				type filter hook forward priority 0
				meta length > 65575 counter
			}
		}
	END
}

# large_packets: how many of them there were
large_packets() {
	in_namespace router nft list table inet large | sed -n 's/.* counter packets \([0-9]*\) .*/\1/p'
}

# all_the_same MARK FAMILY: leaves the hop's counters in $wire, the monitors' in $in,
# $forward and $out: SCTP has packets of its own to send, so what is judged is read once.
all_the_same() {
	wire=$(rule_counters hop $backend "$2" mangle wire)
	in=$(monitor_counters router "in-$1")
	forward=$(monitor_counters router "forward-$1")
	out=$(monitor_counters router "out-$1")
	[ "$wire" = "$in" ] && [ "$wire" = "$forward" ] && [ "$wire" = "$out" ]
}

# await_the_same MARK FAMILY: a last packet may still be on its way; whether they
# become the same is judged by others.
await_the_same() {
	same_deadline=$(($(date +%s) + 30))
	until all_the_same "$@"; do
		[ "$(date +%s)" -lt "$same_deadline" ] || return 0
	done
}

# agree TITLE MARK FAMILY
agree() {
	await_the_same "$2" "$3"
	same "$1: counted so, in" "$wire" "$in"
	same "$1: counted so, forward" "$wire" "$forward"
	same "$1: counted so, out" "$wire" "$out"
	merged=$(rule_counters router $backend "$3" mangle merged)
	note "$1: $wire on the wire, $merged merged, $(large_packets) larger than 64 KiB"
}

done_with() {
	in_namespace router nft delete table inet large
	clear_rules router
	clear_rules hop
}

# sizes NAMESPACE INTERFACE WHAT BYTES: the largest super-packets of both families, or
# of IPv6 alone where this kernel or its ip has no other; "gso" or "gro"
sizes() {
	ip -n "$1" link set "$2" "$3_max_size" "$4" 2>/dev/null || return 1
	ip -n "$1" link set "$2" "$3_ipv4_max_size" "$4" 2>/dev/null || :
}

# big_stream WHO FAMILY: TCP, as large as WHO ("sender" or "router") makes it
big_stream() {
	title="IPv$2 TCP, the $1's super-packets over 64 KiB" mark=big-$1$2
	count "$mark" "$2" -p tcp --dport 7000
	send client tcp "$(address_of server "$2")" 7000 $transfer
	agree "$title" "$mark" "$2"
	same "$title: and so does the sender" "$sent" "$wire"
	if [ "$(large_packets)" -gt 0 ]; then
		differs "$title: they were merged" "$wire" "$merged"
	else
		pass "$title # SKIP this kernel makes none"
	fi
	done_with
}

# leave_room: for a header that 6.1 counts when it is to forward, and then drops what
# is too large for the next link with it.
leave_room() {
	ip -n server route replace 10.1.0.0/24 via 10.3.0.1 rto_min "$patience" advmss 1400
	ip -n server route replace fd00:1::/64 via fd00:3::1 rto_min "$patience" advmss 1400
}

big_tcp() {
	leave_room
	ip -n client link set router gso_max_segs 65535
	if sizes client router gso $big; then
		offload client router tso on gso on
		big_stream sender 6
		big_stream sender 4
		offload client router tso off gso off
		sizes client router gso 65536
	else
		pass "super-packets over 64 KiB # SKIP this kernel has none"
	fi
	if sizes router client gro $big; then
		offload router client gro on
		big_stream router 6
		big_stream router 4
		offload router client gro off
		sizes router client gro 65536
	else
		pass "merged to more than 64 KiB # SKIP this kernel does not"
	fi
}

# sctp_stream FAMILY: writes of a size that leaves segments of several sizes
sctp_stream() {
	title="IPv$1 SCTP"
	# By the sender's address: not every kernel's iptables knows SCTP's ports.
	count "sctp$1" "$1" -p sctp -s "$(address_of client "$1")"
	in_namespace client traffic sctp "$(address_of server "$1")" 7000 4000000 9001 >/tmp/sctp-sent
	agree "$title" "sctp$1" "$1"
	differs "$title: they were merged" "$wire" "$merged"
	check "$title: all of it was on the wire" test "${wire#* }" -gt 4000000
	done_with
}

sctp() {
	if ! modprobe -q sctp; then
		pass "SCTP # SKIP this kernel has no SCTP"
		return
	fi
	offload client router tso on gso on
	# Not a part of gso.
	offload router hop tx-sctp-segmentation off 2>/dev/null || :
	sink server sctp 7000
	for family in $families; do
		sctp_stream "$family"
	done
}

network_up
offloads_off
sink server tcp 7000
big_tcp
sctp
finish
