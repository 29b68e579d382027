#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 2
#
# Two monitors on the same packets, one monitor fed by several rules, 300
# monitors, and names as long and as odd as are allowed.

. ./lib.sh
. ./topology.sh

long=0123456789.abcdefgh:ABCDEF+G@_-
dated=eth0-2008-10-27-2026-03-29

together() {
	restore_rules router "$1" "$2" <<-END
		*mangle
		-A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor one-$1$2
		-A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor other-$1$2
		-A FORWARD -p udp --dport 7001 -j TRAFMETUX --monitor other-$1$2
		-A POSTROUTING -p udp --dport 7001 -j TRAFMETUX --monitor one-$1$2
		-A POSTROUTING -p udp --dport 7000 -j TRAFMETUX --monitor $long
		-A POSTROUTING -p udp --dport 7000 -j TRAFMETUX --monitor $dated
		COMMIT
	END
	send client udp "$(address_of server "$2")" 7000 11 500
	first_packets=$sent_packets first_bytes=$sent_bytes
	same "$1 IPv$2: two monitors on the same packets both count them" \
		"$sent $sent" "$(monitor_counters router "one-$1$2") $(monitor_counters router "other-$1$2")"
	send client udp "$(address_of server "$2")" 7001 5 33
	both="$((first_packets + sent_packets)) $((first_bytes + sent_bytes))"
	same "$1 IPv$2: a monitor fed by two rules of a hook has their sum" \
		"$both" "$(monitor_counters router "other-$1$2")"
	same "$1 IPv$2: a monitor fed from two hooks has their sum" \
		"$both" "$(monitor_counters router "one-$1$2")"
	same "$1 IPv$2: its file says that two rules feed it" \
		2 "$(monitor_field router "one-$1$2" references)"

	for name in "$long" "$dated"; do
		# These go on from what the backend and family before counted.
		expect "$name" "$first_packets" "$first_bytes"
		same "$1 IPv$2: a monitor called $name counts" \
			"$expected" "$(monitor_counters router "$name")"
		same "$1 IPv$2: and its file says its name" "$name" "$(monitor_field router "$name" monitor)"
	done
	matches "$1 IPv$2: iptables prints the longest name" "*--monitor $long*" \
		"$(save_rules router "$1" "$2" -t mangle)"
	clear_rules router
}

# expect NAME PACKETS BYTES: adds to what a name shared by all must have.
expect() {
	expect_key=long
	[ "$1" = "$long" ] || expect_key=dated
	eval "packets_$expect_key=\$((\${packets_$expect_key:-0} + $2))"
	eval "bytes_$expect_key=\$((\${bytes_$expect_key:-0} + $3))"
	expected=''
	eval "expected=\"\$packets_$expect_key \$bytes_$expect_key\""
}

# As many monitors as there are rules, one each.
many() {
	{
		echo "*mangle"
		seq 1 300 | sed "s/.*/-A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor many-$1$2-&/"
		echo "COMMIT"
	} | restore_rules router "$1" "$2"
	send client udp "$(address_of server "$2")" 7000 3 200
	same "$1 IPv$2: 300 monitors on the same packets all have them" "300 $sent" \
		"$(in_namespace router sh -c "cat /proc/trafmetux/many-$1$2-*" |
		   awk '$1 == "packets" { p = $2 } $1 == "bytes" { print p, $2 }' | sort | uniq -c | sed 's/^ *//')"
	same "$1 IPv$2: each is a series of its own" 300 \
		"$(in_namespace router sh -c "cat /proc/trafmetux/many-$1$2-*" | sed -n 's/^series //p' | sort -u | wc -l)"
	clear_rules router
	same "$1 IPv$2: they stay readable when their rules are gone" 300 \
		"$(in_namespace router sh -c "cat /proc/trafmetux/many-$1$2-*" | grep -c '^references 0$')"
}

same "the longest name has 31 characters" 31 "${#long}"
network_up
offloads_off
sink server udp 7000
sink server udp 7001
iptables_each together
iptables_each many
finish
