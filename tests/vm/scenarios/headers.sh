#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# IP options, IPv6 extension headers and fragments. Segments repeat options and
# extension headers, and a monitor counts them with each. Fragments count as they
# are on the wire, whether the rules see them one by one, put together by
# connection tracking, or not yet cut; but not what a router cuts after its rules.

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
	count_both "long-$1$2" "$1" "$2" tcp
	# 6.12.117 and 7.2.13 drop such super-packets of IPv6 where the router's next
	# device wants segments; what comes through after that is a matter of luck.
	case $2 in
	4) most=65535 ;;
	6) most=1 ;;
	esac
	ip -n client link set router gso_max_segs "$most"
	TRAFFIC_LONG_HEADERS=1 send client tcp "$(address_of server "$2")" 7000 8388608
	wire=$(rule_counters hop "$1" "$2" mangle wire)
	same "$headers_title: before routing" "$wire" "$(monitor_counters router "in-long-$1$2")"
	same "$headers_title: forwarded" "$wire" "$(monitor_counters router "forward-long-$1$2")"
	[ "$2" = 6 ] || differs "$headers_title: they were merged" "$wire" \
		"$(rule_counters router "$1" "$2" mangle merged)"
	case $2 in
	4) plain_header=20 ;;
	6) plain_header=40 ;;
	esac
	# TCP's own header has 32 bytes with its time stamps.
	note "$headers_title: $wire on the wire"
	check "$headers_title: each has 8 bytes more" \
		test "${wire#* }" -ge $((8388608 + ${wire% *} * (plain_header + 32 + 8)))
	clear_rules router
	clear_rules hop
}

# all_udp BACKEND FAMILY NAME: rules that see every fragment, which has no port, on
# the router's way from client to hop, and those it sends itself
all_udp() {
	restore_rules router "$1" "$2" <<-END
		*mangle
		-A PREROUTING -i client -j TRAFMETUX --monitor $3-in
		-A PREROUTING -i client -m comment --comment together
		-A FORWARD -i client -j TRAFMETUX --monitor $3-forward
		-A INPUT -i client -j TRAFMETUX --monitor $3-local
		-A OUTPUT -o hop -j TRAFMETUX --monitor $3-output
		-A POSTROUTING -o hop -j TRAFMETUX --monitor $3-out
		COMMIT
	END
	restore_rules hop "$1" "$2" <<-END
		*mangle
		-A PREROUTING -i router -m comment --comment wire
		COMMIT
	END
}

# datagrams FROM TO: neighbours are known already, or their packets would count
datagrams() {
	TRAFFIC_FRAGMENTS=1 send "$1" udp "$2" 7000 40 4000
}

# stays_together FAMILY: before 5.13 a kernel that was asked once to put fragments
# together goes on with it, having no nf_defrag_ipv4_disable().
were_together=''
stays_together() {
	case $were_together in
	*"$1"*) ! grep -q ' nf_defrag_ipv4_disable' /proc/kallsyms ;;
	*) return 1 ;;
	esac
}

# fragments BACKEND FAMILY: 40 datagrams of 4000 bytes, three packets each
fragments() {
	for place in client router; do
		for target in server hop; do
			TRAFFIC_FRAGMENTS=1 send $place udp "$(address_of $target "$2")" 7000 1 10
		done
	done
	TRAFFIC_FRAGMENTS=1 send client udp "$(address_of router "$2")" 7000 1 10
	for state in apart together; do
		[ $state = apart ] || restore_rules router "$1" "$2" <<-END
			*filter
			-A FORWARD -m conntrack --ctstate INVALID -j DROP
			COMMIT
		END
		title="$1 IPv$2, fragments $state" name=$state-$1$2
		all_udp "$1" "$2" "$name"
		datagrams client "$(address_of server "$2")"
		wire=$(rule_counters hop "$1" "$2" mangle wire)
		same "$title: on the wire they are three packets a datagram" 120 "${wire% *}"
		for way in in forward out; do
			same "$title: counted so, $way" "$wire" "$(monitor_counters router "$name-$way")"
		done
		seen=$(rule_counters router "$1" "$2" mangle together)
		note "$title: $wire on the wire, iptables counts $seen before routing"
		if [ $state = together ] || stays_together "$2"; then
			same "$title: iptables counts a packet a datagram" 40 "${seen% *}"
			were_together="$were_together $2"
		else
			same "$title: so does iptables" "$wire" "$seen"
		fi

		datagrams router "$(address_of hop "$2")"
		own=$(rule_counters hop "$1" "$2" mangle wire)
		own="$((${own% *} - ${wire% *})) $((${own#* } - ${wire#* }))"
		same "$title: as many of the router's own" 120 "${own% *}"
		same "$title: counted before they are cut" "$own" "$(monitor_counters router "$name-output")"

		before=$(monitor_counters router "$name-in")
		datagrams client "$(address_of router "$2")"
		after=$(monitor_counters router "$name-in")
		into="$((${after% *} - ${before% *})) $((${after#* } - ${before#* }))"
		same "$title: for the router itself" "$own" "$into"
		same "$title: counted put together for its program" "$into" "$(monitor_counters router "$name-local")"
		clear_rules router
		clear_rules hop
	done
}

# cut_anew BACKEND FAMILY: fragments too long for the next link. They count as they
# came in; the manual page says by how much that is less. (IPv6 has none of that.)
cut_anew() {
	[ "$2" = 4 ] || return 0
	ip -n router link set hop mtu 1000
	restore_rules router "$1" 4 <<-END
		*filter
		-A FORWARD -m conntrack --ctstate INVALID -j DROP
		COMMIT
	END
	all_udp "$1" 4 "anew-$1"
	datagrams client "$(address_of server 4)"
	wire=$(rule_counters hop "$1" 4 mangle wire)
	counted=$(monitor_counters router "anew-$1-out")
	same "$1 IPv4, fragments cut anew: counted as they came" 120 "${counted% *}"
	same "$1 IPv4, fragments cut anew: five packets a datagram" 200 "${wire% *}"
	same "$1 IPv4, fragments cut anew: each one more has 20 bytes more" \
		"${wire#* }" $((${counted#* } + 20 * (200 - 120)))
	ip -n router link set hop mtu 1500
	clear_rules router
	clear_rules hop
}

# cut_whole BACKEND FAMILY: datagrams that came in one piece, whose sender lets
# routers cut them, and the next link takes shorter ones
cut_whole() {
	[ "$2" = 4 ] || return 0
	ip -n router link set hop mtu 1000
	all_udp "$1" 4 "whole-$1"
	TRAFFIC_FRAGMENTS=1 send client udp "$(address_of server 4)" 7000 40 1400
	wire=$(rule_counters hop "$1" 4 mangle wire)
	for way in in forward out; do
		same "$1 IPv4, datagrams cut after the rules: counted whole, $way" \
			"$sent" "$(monitor_counters router "whole-$1-$way")"
	done
	same "$1 IPv4, datagrams cut after the rules: two packets each, 20 bytes more" \
		"80 $((sent_bytes + 20 * 40))" "$wire"
	ip -n router link set hop mtu 1500
	clear_rules router
	clear_rules hop
}

network_up
offloads_off
sink server tcp 7000
for place in server hop router; do
	sink $place udp 7000
done
offload client router tso on gso on
iptables_each long_headers
iptables_each fragments
iptables_each cut_anew
iptables_each cut_whole
finish
