#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# What is written to a table's file: limits of hosts, which packets are then judged by,
# and prefixes, of which the longest that an address has is its row.

. ./lib.sh
. ./topology.sh
. ./hosting.sh

# order NAME WORDS...: what the kernel has against it is in /tmp/refused
order() {
	order_name=$1
	shift
	echo "$*" | in_namespace router dd of="/proc/trafmetux/$order_name~hosts" 2>/tmp/refused
}

# refused TITLE WORDS NAME ORDER...
refused() {
	refused_title=$1 refused_words=$2
	shift 2
	if order "$@"; then
		fail "refused: $refused_title"
	else
		same "refused: $refused_title" "$refused_words" "$(sed -n 's/^dd: .*: //p' /tmp/refused)"
	fi
}

# passed: packets that went by all rules with a verdict
passed() { rule_counters router "$backend" 4 mangle passed | cut -d ' ' -f 1; }

# through SOURCE N COUNT [MACS]: how many of those pass
through() {
	through_before=$(passed)
	from_hosts "$@"
	through=$(($(passed) - through_before))
}

# The rules drop before "behind" sees anything: it is counted in the raw table.
limits() {
	name=limits-$backend
	for family in $families; do
		hosts_rule router "$backend" "$family" PREROUTING -i client -j TRAFMETUX_HOSTS --monitor "$name" --host src
		hosts_rule router "$backend" "$family" PREROUTING -i client -m trafmetux --monitor "$name" --host src --over-limit -j DROP
		hosts_rule router "$backend" "$family" PREROUTING -i client -m comment --comment passed
	done
	through 10.1.0.1 2 20
	same "$backend: without limits all pass" 20 $through
	order "$name" limit 10.1.0.1 $((13 * 128))
	same "the row tells its limit" "limit $((13 * 128))" \
		"$(hosts_rows router "$name" | awk '$2 == "10.1.0.1" { print $8, $9 }')"
	through 10.1.0.1 2 20
	same "with one, a host's do up to it, and another's all" 13 $through
	through 10.1.0.1 1 10 2
	same "another MAC address is no way round" 0 $through
	same "which has the same limit in its row" "2 $((13 * 128))" \
		"$(hosts_rows router "$name" | awk '$2 == "10.1.0.1" { print $9 }' | uniq -c | sed 's/^ *//')"
	order "$name" limit 10.1.0.1 none
	through 10.1.0.1 1 10
	same "without it again all pass" 10 $through
	order "$name" limit 10.1.0.9 $((2 * 128))
	same "a host that was not there has its limit already" "0 limit $((2 * 128)) -" \
		"$(hosts_rows router "$name" | awk '$2 == "10.1.0.9" { print $4, $8, $9, $3 }')"
	through 10.1.0.9 1 5
	same "when it comes" 2 $through
	check "the rows are the monitor" hosts_add_up router "$name"
	order "$name" limit fd00:1::11 $((3 * 148))
	from_hosts fd00:1::11 1 5
	same "in IPv6 too" 3 "$(rule_counters router "$backend" 6 mangle passed | cut -d ' ' -f 1)"

	for words in "limit" "limit 10.1.0.1" "limit 10.1.0.1 x" "limit 10.1.0.1 -1" "limit 10.1.0.1 +1" "limit 10.1.0 5" \
		"limit 10.1.0.1/33 5" "limit 10.1.0.1/24 5" "limit fd00::1/129 5" "limit 10.1.0.1 5 6" \
		"10.1.0.1 5" "limit lan 5" "limit :: : 5"; do
		# shellcheck disable=SC2086 # words
		refused "$words" "Invalid argument" "$name" $words
	done
	refused "more than a number holds" "Numerical result out of range" "$name" limit 10.1.0.1 18446744073709551616
	matches "nor may root without the right to change the firewall" "*not permitted*" \
		"$(in_namespace router unshare -U -r sh -c "echo limit 10.1.0.1 1 >/proc/trafmetux/$name~hosts" 2>&1 || :)"
	refused "a prefix, where rows were learnt" "Device or resource busy" "$name" + 10.2.0.0/16
	clear_rules router
}

# rows_of NAME: "PREFIX PACKETS" of all, and of no row
rows_of() {
	{
		hosts_rows router "$1" | sort -n | awk '{ print $2, $4 }'
		echo "other $(hosts_field router "$1" other | cut -d ' ' -f 1)"
	} | tr '\n' ',' | sed 's/,$//'
}

listed() {
	name=listed-$backend
	for family in $families; do
		hosts_rule router "$backend" "$family" PREROUTING -i client -j TRAFMETUX_HOSTS --monitor "$name" --host src --no-learn --max 20000
	done
	for prefix in 10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.3 fd00::/8 fd00:1::/64 fd00:1::42/128; do
		order "$name" + $prefix
	done
	check "the same again is no error" order "$name" + 10.1.2.0/24
	same "$backend: prefixes have rows" \
		"10.0.0.0/8 0,10.1.0.0/16 0,10.1.2.0/24 0,10.1.2.3 0,fd00::/8 0,fd00:1::/64 0,fd00:1::42 0,other 0" "$(rows_of "$name")"
	from_hosts 10.1.2.3 1 1
	from_hosts 10.1.2.4 2 20
	from_hosts 10.1.3.0 1 300
	from_hosts 10.7.0.0 1 4000
	from_hosts 11.0.0.0 1 5
	from_hosts fd00:1::42 1 6
	from_hosts fd00:1::43 7 70
	from_hosts fd00:7::1 1 800
	from_hosts fc00::1 1 9
	same "each packet is in the longest" \
		"10.0.0.0/8 4000,10.1.0.0/16 300,10.1.2.0/24 20,10.1.2.3 1,fd00::/8 800,fd00:1::/64 70,fd00:1::42 6,other 14" "$(rows_of "$name")"
	check "the rows are the monitor" hosts_add_up router "$name"
	refused "a limit for what is not listed" "No such file or directory" "$name" limit 10.9.9.9 5
	check "one for what is" order "$name" limit 10.1.0.0/16 5
	order "$name" - 10.1.2.0/24
	check "where there is none, none is removed" order "$name" - 10.99.0.0/16
	from_hosts 10.1.2.4 1 20
	same "without it, they are in the next" "10.0.0.0/8 4000,10.1.0.0/16 320,10.1.2.3 1" "$(rows_of "$name" | cut -d , -f 1-3)"
	same "and what it had is gone" "20 $((20 * 128)) 0 0" "$(hosts_field router "$name" gone)"
	check "the rows are the monitor" hosts_add_up router "$name"
	# All in one process: a prefix each.
	# shellcheck disable=SC2016 # expanded by the inner shell
	in_namespace router sh -c 'i=0; while [ $i -lt 10000 ]; do
		echo "+ 172.$((i / 256)).$((i % 256)).0/24" >"/proc/trafmetux/$1~hosts" || exit; i=$((i + 1)); done' sh "$name"
	same "ten thousand are no trouble" 10006 "$(hosts_field router "$name" used)"
	from_hosts 172.16.0.0 100000 1000
	same "nor in the way" "256 256 256 232" \
		"$(hosts_rows router "$name" | sort -n | awk '$2 ~ /^172\./ && $4 { printf "%s%s", space, $4; space = " " }')"
	check "the rows are the monitor" hosts_add_up router "$name"
	clear_rules router
}

network_up
offloads_off
behind raw
for backend in $backends; do
	if ! has_backend "$backend"; then
		pass "orders by $backend # SKIP this kernel has no legacy tables"
		continue
	fi
	limits
	listed
done
finish
