#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# IP options, IPv6 extension headers and fragments. Segments repeat options and
# extension headers, and a monitor counts them with each. Fragments count as
# they are on the wire, but where connection tracking puts them together: there
# the monitor falls short by what the manual page says.

. ./lib.sh
. ./topology.sh

# count_both MARK BACKEND FAMILY PROTOCOL
count_both() {
	restore_rules router "$2" "$3" <<-END
		*mangle
		-A PREROUTING -p $4 --dport 7000 -j TRAFMETUX --monitor in-$1
		-A FORWARD -p $4 --dport 7000 -j TRAFMETUX --monitor forward-$1
		-A FORWARD -p $4 --dport 7000 -m comment --comment merged
		COMMIT
	END
	restore_rules hop "$2" "$3" <<-END
		*mangle
		-A PREROUTING -p $4 --dport 7000 -m comment --comment wire
		COMMIT
	END
}

# long_headers BACKEND FAMILY: TCP whose segments all have them
long_headers() {
	headers_title="$1 IPv$2: TCP with longer headers"
	# IPv6 forgets its extension header until a router says that it is too much.
	TRAFFIC_LONG_HEADERS=1 send client tcp "$(address_of server "$2")" 7000 1048576
	count_both "long-$1$2" "$1" "$2" tcp
	TRAFFIC_LONG_HEADERS=1 send client tcp "$(address_of server "$2")" 7000 8388608
	wire=$(rule_counters hop "$1" "$2" mangle wire)
	check_equal "$headers_title: before routing" "$wire" "$(monitor_counters router "in-long-$1$2")"
	check_equal "$headers_title: forwarded" "$wire" "$(monitor_counters router "forward-long-$1$2")"
	# With an extension header this kernel's TCP sends each segment by itself.
	[ "$2" = 6 ] || check_differs "$headers_title: they were merged" "$wire" \
		"$(rule_counters router "$1" "$2" mangle merged)"
	note "$headers_title: $wire on the wire, the sender's plain headers would be $sent"
	check "$headers_title: the headers are longer" \
		test "${wire#* }" -ge $((sent_bytes + 8 * (sent_packets - 1)))
	clear_rules router
	clear_rules hop
}

# all_udp BACKEND FAMILY: rules that see every fragment, which has no port
all_udp() {
	for place in router hop; do
		restore_rules $place "$1" "$2" <<-END
			*mangle
			-A PREROUTING -s $(address_of client "$2") -j TRAFMETUX --monitor fragments-$1$2-$3
			-A PREROUTING -s $(address_of client "$2") -m comment --comment wire
			COMMIT
		END
	done
}

# fragments BACKEND FAMILY: 40 datagrams of 4000 bytes: three packets each
fragments() {
	all_udp "$1" "$2" apart
	TRAFFIC_FRAGMENTS=1 send client udp "$(address_of server "$2")" 7000 40 4000
	wire=$(rule_counters hop "$1" "$2" mangle wire)
	check_equal "$1 IPv$2: fragments are counted as they are" "120 ${wire#* }" \
		"$(monitor_counters router "fragments-$1$2-apart")"
	clear_rules router
	clear_rules hop

	# From here on the router puts them together, and cuts them apart again.
	restore_rules router "$1" "$2" <<-END
		*filter
		-A FORWARD -m conntrack --ctstate INVALID -j DROP
		COMMIT
	END
	all_udp "$1" "$2" together
	TRAFFIC_FRAGMENTS=1 send client udp "$(address_of server "$2")" 7000 40 4000
	wire=$(rule_counters hop "$1" "$2" mangle wire)
	together=$(monitor_counters router "fragments-$1$2-together")
	check_equal "$1 IPv$2: put together each datagram counts once" 40 "${together% *}"
	case $2 in
	4) more=20 ;;
	6) more=48 ;;
	esac
	# IPv6 fragments have a header of 8 bytes, the first one too.
	missing=$((40 * 2 * more + ($2 == 6) * 40 * 8))
	check_equal "$1 IPv$2: and lacks the headers of the fragments" \
		$((${wire#* } - missing)) "${together#* }"
	note "$1 IPv$2: $together instead of $wire"
	clear_rules router
	clear_rules hop
}

network_up
offloads_off
sink server tcp 7000
sink server udp 7000
ip -n client link set router gso_max_segs 65535
offload client router tso on gso on
iptables_each long_headers
iptables_each fragments
finish
