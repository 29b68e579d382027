#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 2
# boot nolegacy: --cpus 2
#
# In every hook, under both backends and both families, a monitor equals the
# plain rule counter beside it and the sender's own count: packets and bytes.
# The same with the legacy tables' modules taken away, as kernels may lack them.

. ./lib.sh
. ./topology.sh

hooks="PREROUTING INPUT FORWARD OUTPUT POSTROUTING"

# match PROTOCOL FAMILY: what the scenario's own traffic looks like.
match() {
	case $1$2 in
	icmp4) echo "-p icmp --icmp-type echo-request" ;;
	icmp6) echo "-p ipv6-icmp --icmpv6-type echo-request" ;;
	*) echo "-p $1 --dport 7000" ;;
	esac
}

# A monitor and a plain rule with the same match, for each hook and protocol.
# Each backend has monitors of its own: they linger when their rules go.
rules() {
	echo "*mangle"
	for hook in $hooks; do
		for protocol in udp tcp icmp; do
			echo "-A $hook $(match $protocol "$2") -j TRAFMETUX --monitor $hook-$protocol$2-$1"
			echo "-A $hook $(match $protocol "$2") -m comment --comment plain-$hook-$protocol"
		done
	done
	echo "COMMIT"
}

# add_sent HOOK...: the last sender's packets pass these hooks of the router.
add_sent() {
	for hook in "$@"; do
		eval "packets_$hook=\$((packets_$hook + sent_packets))"
		eval "bytes_$hook=\$((bytes_$hook + sent_bytes))"
	done
}

# flows PROTOCOL FAMILY: three flows, in different sizes, that together pass
# through every hook.
flows() {
	for hook in $hooks; do
		eval "packets_$hook=0 bytes_$hook=0"
	done
	case $1 in
	udp) one="7000 40 700" two="7000 30 1" three="7000 20 1400" ;;
	tcp) one="7000 200000 5000" two="7000 1000 100" three="7000 70000" ;;
	icmp) one="12 56" two="8 1000" three="5 1" ;;
	esac
	# shellcheck disable=SC2086 # words
	{
		send client "$1" "$(address_of server "$2")" $one
		add_sent PREROUTING FORWARD POSTROUTING
		send client "$1" "$(address_of router "$2")" $two
		add_sent PREROUTING INPUT
		send router "$1" "$(address_of server "$2")" $three
		add_sent OUTPUT POSTROUTING
	}
}

counting() {
	note "$1 IPv$2"
	rules "$1" "$2" | restore_rules router "$1" "$2"
	for protocol in udp tcp icmp; do
		flows $protocol "$2"
		keep_counters router "$1" "$2" mangle
		for hook in $hooks; do
			expected=''
			eval "expected=\"\$packets_$hook \$bytes_$hook\""
			counted=$(monitor_counters router "$hook-$protocol$2-$1")
			same "$1 IPv$2 $protocol $hook: the monitor equals the senders' count" \
				"$expected" "$counted"
			same "$1 IPv$2 $protocol $hook: the monitor equals the rule beside it" \
				"$(plain_counters "plain-$hook-$protocol")" "$counted"
		done
	done
	clear_rules router
}

# other_tables BACKEND FAMILY: a monitor in each of the other tables.
other_tables() {
	note "$1 IPv$2, other tables"
	for table in raw filter security nat; do
		hook=OUTPUT
		printf '*%s\n-A %s -p udp --dport 7000 -j TRAFMETUX --monitor %s\n%s\nCOMMIT\n' \
			$table $hook "$table$2-$1" \
			"-A $hook -p udp --dport 7000 -m comment --comment plain-$table" |
			restore_rules router "$1" "$2"
	done
	send router udp "$(address_of server "$2")" 7000 10 100
	for table in raw filter security; do
		same "$1 IPv$2 $table: the monitor equals the sender's count" \
			"$sent" "$(monitor_counters router "$table$2-$1")"
	done
	# nat sees only the first packet of a connection; the rule beside it knows.
	same "$1 IPv$2 nat: the monitor equals the rule beside it" \
		"$(rule_counters router "$1" "$2" nat plain-nat)" "$(monitor_counters router "nat$2-$1")"
	clear_rules router
}

if [ "${TRAFMETUX_VARIANT:-}" = nolegacy ]; then
	if grep -q iptable_mangle /lib/modules/*/modules.builtin; then
		pass "without legacy tables # SKIP this kernel has them built in"
		finish
		exit 0
	fi
	# Until 6.3 ip_tables itself has the match of ICMP, for both backends.
	find /lib/modules/ -name 'ip*table_*.ko' -exec rm {} +
	depmod
	matches "this kernel has no legacy tables" "*Table does not exist*3" \
		"$(iptables-legacy -t mangle -S 2>&1 || echo "$?")"
fi
network_up
offloads_off
sink server tcp 7000
sink server udp 7000
sink router tcp 7000
sink router udp 7000
iptables_each counting
iptables_each other_tables
finish
