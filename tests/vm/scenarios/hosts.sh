#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 3 --memory 768 --timeout 1800
#
# Tables of hosts: each of 300 hosts equals, to the byte and packet, a counter behind
# what takes super-packets apart; all rows together equal the monitor, under a flood
# too; and what makes rows, what does not, and what becomes of those that are there.

. ./lib.sh
. ./topology.sh
. ./hosting.sh

each=150	# hosts of each family
first=10	# last part of their first address

# hosts_up: the client's addresses, and where the router finds them
hosts_up() {
	awk -v each=$each -v first=$first 'BEGIN { for (i = 0; i < each; i++) {
		print "addr add 10.1.0." first + i "/24 dev router"
		print "addr add fd00:1::" first + i "/64 dev router nodad" } }' |
		ip -n client -batch -
	awk -v each=$each -v first=$first 'BEGIN { for (i = 0; i < each; i++) {
		print "neigh replace 10.1.0." first + i " lladdr 02:00:00:00:01:01 dev client nud permanent"
		print "neigh replace fd00:1::" first + i " lladdr 02:00:00:00:01:01 dev client nud permanent" } }' |
		ip -n router -batch -
}

# truth NAMESPACE up|down: plain counters of each host, where each packet is one
truth() {
	case $2 in
	up) side=saddr ;;
	down) side=daddr ;;
	esac
	awk -v each="$each" -v first="$first" -v side="$side" 'BEGIN {
		print "table inet truth {"
		for (family = 4; family <= 6; family += 2) {
			printf "set hosts%d { type ipv%d_addr; counter; elements = { ", family, family
			for (i = 0; i < each; i++)
				printf "%s%s%d", i ? ", " : "", family == 4 ? "10.1.0." : "fd00:1::", first + i
			print " }"
			print "}"
		}
		print "chain see { type filter hook prerouting priority -300;"
		print "ip " side " @hosts4"
		print "ip6 " side " @hosts6"
		print "}"
		print "}" }' | in_namespace "$1" nft -f -
}

# truth_rows NAMESPACE: "ADDRESS PACKETS BYTES" of each
truth_rows() {
	# shellcheck disable=SC2020 # one for each
	for truth_family in 4 6; do
		in_namespace "$1" nft list set inet truth hosts$truth_family
	done | tr ',{}' '\n\n\n' |
		sed -n 's/^[ \t]*\(elements = \)\{0,1\}\([0-9a-f.:]*\) counter packets \([0-9]*\) bytes \([0-9]*\).*/\2 \3 \4/p'
}

# transfers WORKER: every third host sends to the server, and gets from it
transfers() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	in_namespace client sh -eu -c '
		number=$1
		while [ $number -lt $2 ]; do
			for address in 10.1.0.$(($3 + number)) fd00:1::$(($3 + number)); do
				case $address in
				*:*) server=fd00:3::2 ;;
				*) server=10.3.0.2 ;;
				esac
				TRAFFIC_FROM=$address traffic tcp $server 7000 $((40000 + 97 * number))
			done
			number=$((number + 3))
		done' sh "$1" $each $first >"/tmp/sent-up-$1"
	# shellcheck disable=SC2016 # expanded by the inner shell
	in_namespace server sh -eu -c '
		number=$1
		while [ $number -lt $2 ]; do
			for address in 10.1.0.$(($3 + number)) fd00:1::$(($3 + number)); do
				traffic tcp $address 7000 $((60000 + 89 * number))
			done
			number=$((number + 3))
		done' sh "$1" $each $first >"/tmp/sent-down-$1"
}

wire() {
	for family in $families; do
		hosts_rule router nft "$family" PREROUTING -i client -j TRAFMETUX_HOSTS --monitor lan --host src
		hosts_rule router nft "$family" POSTROUTING -o client -j TRAFMETUX_HOSTS --monitor lan --host dst
		hosts_rule router nft "$family" PREROUTING -i client -m comment --comment merged
	done
	truth hop up
	truth client down
	workers=''
	for worker in 0 1 2; do
		transfers $worker &
		workers="$workers $!"
	done
	failed=''
	for worker in $workers; do
		wait "$worker" || failed=yes
	done
	same "all hosts sent and received" "" "$failed"

	truth_rows hop | sort >/tmp/truth-up
	truth_rows client | sort >/tmp/truth-down
	hosts_rows router lan | awk '{ print $2, $4, $5 }' | sort >/tmp/seen-up
	hosts_rows router lan | awk '{ print $2, $6, $7 }' | sort >/tmp/seen-down
	same "there is a row for each of them" $((2 * each)) "$(hosts_field router lan used)"
	same "each was seen behind the hop" $((2 * each)) "$(awk '$2 > 20' /tmp/truth-up | wc -l)"
	same "each host's way up is what the hop counted" "" "$(diff /tmp/truth-up /tmp/seen-up | head -n 3)"
	same "each host's way down is what came to it" "" "$(diff /tmp/truth-down /tmp/seen-down | head -n 3)"
	check "the rows are the monitor" hosts_add_up router lan
	same "nothing was of no host" "0 0 0 0" "$(hosts_field router lan other)"
	same "all have the client's MAC address" "$((2 * each)) 02:00:00:00:01:01" \
		"$(hosts_rows router lan | awk '{ print $3 }' | sort | uniq -c | sed 's/^ *//')"
	merged="$({ rule_counters router nft 4 mangle merged; rule_counters router nft 6 mangle merged; } |
		awk '{ packets += $1 } END { print packets }')"
	check_merged "they were merged" "$(awk '{ packets += $2 } END { print packets }' /tmp/truth-up)" "$merged" gro
	note "$merged packets for $(awk '{ packets += $2 } END { print packets }' /tmp/truth-up) on the wire"
}

# one_reading: rows that are read under a flood have all that the monitor had before,
# and no more than it has afterwards, but for what three processors are just counting.
one_reading() {
	hosts_file router lan >/tmp/flood-text
	reading_after=$(monitor_counters router lan)
	reading_sum=$(hosts_judge </tmp/flood-text)
	reading_before=$(awk '$1 == "packets" { p = $2 } $1 == "bytes" { b = $2 } END { print p, b }' /tmp/flood-text)
	echo "$reading_before $reading_sum $reading_after" |
		awk 'NF != 6 { exit 1 }
			{ exit !($1 <= $3 && $2 <= $4 && $3 <= $5 + 3 * 64 && $4 <= $6 + 3 * 65536) }' ||
		{ note "before $reading_before, rows $reading_sum, after $reading_after"; return 1; }
	awk '$1 != "host" { next }
		NR == FNR { for (i = 5; i < 9; i++) was[$2, i] = $i; next }
		{ for (i = 5; i < 9; i++) if ($i < was[$2, i]) exit 1 }' /tmp/flood-before /tmp/flood-text ||
		{ note "a row has shrunk"; return 1; }
	mv /tmp/flood-text /tmp/flood-before
}

# flooding: from all hosts at once
flooding() {
	hosts_file router lan >/tmp/flood-before
	begun=$(monitor_packets router lan)
	floods=''
	for source in "10.1.0.$first $each 10.3.0.2" "fd00:1::10 $each fd00:3::2"; do
		# shellcheck disable=SC2086 # words
		nsenter --net=/run/netns/client -- hostsend router 02:00:00:00:01:02 $source 1 0 100 >/dev/null &
		floods="$floods $!"
	done
	await 20 "the flood begins" sh -c "[ \$(nsenter --net=/run/netns/router -- sed -n 's/^packets //p' /proc/trafmetux/lan) -gt $((begun + 1000)) ]"
	good=0
	for _ in $(seq 100); do
		! one_reading || good=$((good + 1))
	done
	for flood in $floods; do
		kill "$flood"
		wait "$flood"
	done
	same "under a flood, 100 readings of the rows are the monitor" 100 $good
	note "$(($(monitor_packets router lan) - begun)) packets meanwhile"
	check "and when it is over, to the byte" hosts_add_up router lan
}

network_up
offloads_off
hosts_up
sink server tcp 7000
sink client tcp 7000
# The router merges what comes from both sides, and takes it apart again.
offload router client gro on
offload router hop gro on
wire
flooding
finish
