#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# Tables of hosts: what makes rows and what does not; MAC addresses, masks and what
# has no room; what a monitor may be fed by besides; reloads.

. ./lib.sh
. ./topology.sh
. ./hosting.sh

# rules NAME SRC-OPTIONS DST-OPTIONS: for what comes in from client and from hop
rules() {
	clear_rules router
	for rules_family in $families; do
		# shellcheck disable=SC2086 # words
		{
			hosts_rule router "$backend" "$rules_family" PREROUTING -i client -j TRAFMETUX_HOSTS --monitor "$1" --host src ${2:-}
			hosts_rule router "$backend" "$rules_family" PREROUTING -i hop -j TRAFMETUX_HOSTS --monitor "$1" --host dst ${3:-}
		}
	done
}

learning() {
	name=learn-$backend
	rules "$name"
	same "$backend: a new table is empty" "0 1024 0" \
		"$(hosts_field router "$name" used) $(hosts_field router "$name" max) $(hosts_field router "$name" moves)"
	same "its file is root's" "-rw-r-----" "$(in_namespace router stat -c %A "/proc/trafmetux/$name~hosts")"
	from_hosts 10.1.0.1 3 30
	from_hosts fd00:1::11 2 20
	same "sources get rows" "10.1.0.1 10.1.0.2 10.1.0.3 fd00:1::11 fd00:1::12" \
		"$(hosts_rows router "$name" | awk '{ print $2 }' | sort | tr '\n' ' ' | sed 's/ $//')"
	same "with what they sent" "10 1280 0 0" "$(host_totals router "$name" 10.1.0.2)"
	same "in IPv6 too" "10 1480 0 0" "$(host_totals router "$name" fd00:1::12)"
	to_hosts 10.1.0.1 3 30
	to_hosts fd00:1::11 2 10
	same "what they receive is in the same rows" "10 1280 10 1280" "$(host_totals router "$name" 10.1.0.2)"
	same "in IPv6 too" "10 1480 5 740" "$(host_totals router "$name" fd00:1::12)"
	to_hosts 10.1.1.0 5000 5000
	to_hosts fd00:1:0:1::1 1000 1000
	same "destinations that are scanned get none" "5 0 0 6000 $((5000 * 128 + 1000 * 148))" \
		"$(hosts_field router "$name" used) $(hosts_field router "$name" other)"
	check "the rows are the monitor" hosts_add_up router "$name"

	rules "$name" --no-learn --learn
	from_hosts 10.1.0.2 2 20
	same "by --no-learn a source gets none, but counts where there is one" "20 2560 10 1280 5" \
		"$(host_totals router "$name" 10.1.0.2) $(hosts_field router "$name" used)"
	from_hosts 10.1.0.100 2 20
	same "and in no row where there is none" "20 2560 6000" \
		"$(hosts_field router "$name" other | cut -d ' ' -f 1-3)"
	to_hosts 10.1.0.100 2 20
	same "by --learn a destination gets one" "0 0 10 1280" "$(host_totals router "$name" 10.1.0.101)"
	same "without a MAC address" "-" \
		"$(hosts_rows router "$name" | awk '$2 == "10.1.0.101" { print $3 }')"
	check "the rows are the monitor" hosts_add_up router "$name"
	rules "$name"
	from_hosts 10.1.0.101 1 10
	same "the first packet that has one says it" "10 1280 10 1280 $first_mac" \
		"$(host_totals router "$name" 10.1.0.101) $(hosts_rows router "$name" | awk '$2 == "10.1.0.101" { print $3 }')"
}

turned() {
	name=turned-$backend
	rules "$name" "--as down" "--as up --learn"
	from_hosts 10.1.0.1 1 10
	to_hosts 10.1.0.2 1 10
	same "$backend: --as turns them round" "0 0 10 1280, 10 1280 0 0" \
		"$(host_totals router "$name" 10.1.0.1), $(host_totals router "$name" 10.1.0.2)"
	clear_rules router
	hosts_rule router "$backend" 4 PREROUTING -i client -j TRAFMETUX_HOSTS --monitor "$name" --host none --as up
	hosts_rule router "$backend" 4 PREROUTING -i hop -j TRAFMETUX_HOSTS --monitor "$name" --host none --as down
	from_hosts 10.1.0.1 1 10
	to_hosts 10.1.0.2 1 20
	same "of no host" "10 1280 20 2560" "$(hosts_field router "$name" other)"
	check "the rows are the monitor" hosts_add_up router "$name"

	rules "$name" "--mask4 24 --mask6 64" "--mask4 24 --mask6 64"
	from_hosts 10.1.7.1 200 200
	from_hosts fd00:1:0:7::1 200 200
	to_hosts 10.1.7.77 1 1
	same "$backend: a mask makes one host of a network" "200 $((200 * 128)) 1 128, 200 $((200 * 148)) 0 0" \
		"$(host_totals router "$name" 10.1.7.0/24), $(host_totals router "$name" fd00:1:0:7::/64)"
	same "which has no MAC address" "- -" \
		"$(hosts_rows router "$name" | sort -n | awk '$2 ~ "/" { printf "%s%s", space, $3; space = " " }')"
	check "the rows are the monitor" hosts_add_up router "$name"
	clear_rules router
}

# row_of NAME MAC: the row of 10.1.0.1 with that
row_of() {
	hosts_rows router "$1" | awk -v mac="$2" '$2 == "10.1.0.1" && $3 == mac { print $1, $4, $5, $6, $7 }'
}

macs() {
	name=macs-$backend
	rules "$name"
	from_hosts 10.1.0.1 1 10
	from_hosts 10.1.0.1 1 7 2
	same "$backend: another MAC address is another row from the packet on" \
		"1 14 $((14 * 128)) 0 0, 2 3 384 0 0" "$(row_of "$name" $first_mac), $(row_of "$name" $second_mac)"
	to_hosts 10.1.0.1 1 5
	same "what comes down is of the one that sent last" \
		"1 14 $((14 * 128)) 5 640, 2 3 384 0 0" "$(row_of "$name" $first_mac), $(row_of "$name" $second_mac)"
	from_hosts 10.1.0.1 1 6 2
	to_hosts 10.1.0.1 1 5
	same "which can be the other" \
		"1 17 $((17 * 128)) 5 640, 2 6 768 5 640" "$(row_of "$name" $first_mac), $(row_of "$name" $second_mac)"
	from_hosts 10.1.0.1 1 1000 2
	same "two of them take two rows" 2 "$(hosts_field router "$name" used)"
	from_hosts 10.1.0.1 1 5000 500
	check "many take no more than a chain has" [ "$(hosts_field router "$name" used)" -le 16 ]
	check "and count as none of them" [ "$(hosts_field router "$name" other | cut -d ' ' -f 1)" -ge 4000 ]
	to_hosts 10.1.0.1 1 5
	check "the rows are the monitor" hosts_add_up router "$name"
	clear_rules router

	for family in $families; do
		hosts_rule router "$backend" "$family" OUTPUT -o lo -j TRAFMETUX_HOSTS --monitor "$name-lo" --host src
		in_namespace router traffic icmp "$(case $family in 4) echo 127.0.0.1 ;; 6) echo ::1 ;; esac)" 10 72 >/dev/null
	done
	same "where there are none" "127.0.0.1 - 20 ::1 - 20" \
		"$(hosts_rows router "$name-lo" | sort -n | awk '{ printf "%s%s %s %s", space, $2, $3, $4; space = " " }')"
	clear_rules router
}

full() {
	name=full-$backend
	rules "$name" "--max 100" "--max 50"
	from_hosts 10.1.0.1 300 600
	from_hosts fd00:1::11 300 300
	same "$backend: no more rows than there is room for" "100 100 200" \
		"$(hosts_field router "$name" max) $(hosts_field router "$name" used) $(hosts_rows router "$name" | awk '{ sum += $4 } END { print sum }')"
	same "the rest is of no row" "700" "$(hosts_field router "$name" other | cut -d ' ' -f 1)"
	check "the rows are the monitor" hosts_add_up router "$name"
	rules "$name" "--max 5000" "--max 50"
	from_hosts 10.1.0.1 300 300
	from_hosts 10.9.0.0 4000 8000
	same "a rule with more room gives it" "5000 4300" \
		"$(hosts_field router "$name" max) $(hosts_field router "$name" used)"
	same "rows that were there go on" "3 384 0 0" "$(host_totals router "$name" 10.1.0.1)"
	same "as do those that there was no room for" "1 128 0 0" "$(host_totals router "$name" 10.1.0.200)"
	check "the rows are the monitor" hosts_add_up router "$name"

	echo 5099 >/sys/module/xt_TRAFMETUX/parameters/max_hosts
	dmesg -c >/dev/null
	matches "$backend: more than max_hosts together are refused" "*No space left on device*" \
		"$(hosts_rule router "$backend" 4 PREROUTING -j TRAFMETUX_HOSTS --monitor too-many --host src --max 100 2>&1)"
	same "the log says why" 1 "$(dmesg | grep -c 'too many hosts to have room for 100 in too-many')"
	check "and of that monitor nothing is left" in_namespace router test ! -e /proc/trafmetux/too-many
	echo 131072 >/sys/module/xt_TRAFMETUX/parameters/max_hosts
	clear_rules router
}

# refused_rule TITLE WORDS RULE...: one that can't be added, and what the log says
refused_rule() {
	refused_title=$1 refused_words=$2
	shift 2
	dmesg -c >/dev/null
	matches "$backend: $refused_title is refused" "*esource busy*" "$(hosts_rule router "$backend" 4 PREROUTING "$@" 2>&1)"
	same "and the log says why" 1 "$(dmesg | grep -c "xt_TRAFMETUX: $refused_words")"
}

either() {
	name=either-$backend
	hosts_rule router "$backend" 4 PREROUTING -i client -j TRAFMETUX --monitor "$name"
	refused_rule "a rule for hosts beside a plain one" "$name counts without hosts" \
		-j TRAFMETUX_HOSTS --monitor "$name" --host src
	check "there is no table then" in_namespace router test ! -e "/proc/trafmetux/$name~hosts"
	from_hosts 10.1.0.1 1 10
	rules "$name"
	same "what was counted before is told" "10 1280" "$(hosts_field router "$name" before)"
	from_hosts 10.1.0.1 1 5
	check "with it the rows are the monitor" hosts_add_up router "$name"
	refused_rule "a plain rule beside one for hosts" "$name counts hosts" -j TRAFMETUX --monitor "$name"
	refused_status=0
	echo "+ $name client in" | in_namespace router dd of=/proc/trafmetux/.meters 2>/tmp/refused || refused_status=$?
	matches "so is a plain meter" "1 *esource busy*" "$refused_status $(cat /tmp/refused)"
	hosts_rule router "$backend" 4 PREROUTING -m trafmetux --monitor "$name" --over-limit -j DROP
	pass "a rule that asks is not"
	clear_rules router
	hosts_rule router "$backend" 4 PREROUTING -i client -j TRAFMETUX --monitor "$name"
	from_hosts 10.1.0.1 1 7
	rules "$name"
	same "so is what was counted in between" "17 2176" "$(hosts_field router "$name" before)"
	same "and the rows go on" "5 640 0 0" "$(host_totals router "$name" 10.1.0.1)"
	from_hosts 10.1.0.1 1 5
	check "the rows are the monitor" hosts_add_up router "$name"
	clear_rules router
}

# has_come BEFORE: have the rows all that came but for so many, and does no more come?
has_come() {
	come=$(arrived 10.1.0.1)
	[ "$((come - $1))" = "$(hosts_rows router "$name" | awk '{ sum += $4 } END { print sum }')" ] &&
		[ "$(arrived 10.1.0.1)" = "$come" ]
}

reloads() {
	name=reloads-$backend
	rules "$name"
	from_hosts 10.1.0.1 100 100
	ids=$(hosts_rows router "$name" | awk '{ print $1, $2, $3 }')
	series=$(monitor_series router "$name")
	# Chains stay: as iptables-nft puts a table in, old and new would both count.
	save_rules router "$backend" 4 -t mangle | grep -E '^(-A|COMMIT)' |
		sed -e '1i *mangle' -e '1i -F PREROUTING' >/tmp/saved-rules
	arrived_before=$(arrived 10.1.0.1)
	nsenter --net=/run/netns/client -- hostsend router $router_mac 10.1.0.1 100 10.3.0.2 1 0 100 >/dev/null &
	flood=$!
	await 20 "the flood begins" has_arrived 10.1.0.1 $((arrived_before + 100))
	for _ in $(seq 20); do
		restore_rules router "$backend" 4 -n </tmp/saved-rules
	done
	kill $flood
	wait $flood
	await 20 "the rows have what came" has_come $((arrived_before - 100))
	same "$backend: reloads keep the rows" "$series $ids" \
		"$(monitor_series router "$name") $(hosts_rows router "$name" | awk '{ print $1, $2, $3 }')"
	pass "and lose no packet"
	note "of $(($(arrived 10.1.0.1) - arrived_before))"
	check "the rows are the monitor" hosts_add_up router "$name"
	clear_rules router
	same "without rules they stay" "$ids" "$(hosts_rows router "$name" | awk '{ print $1, $2, $3 }')"
}

others_may_not_read() {
	echo "nobody:x:65534:65534::/tmp:/bin/sh" >>/etc/passwd
	matches "who is not root may not read" "*Permission denied*" \
		"$(in_namespace router su -c 'cat /proc/trafmetux/learn-nft~hosts' nobody 2>&1 || :)"
}

network_up
offloads_off
behind after
for backend in $backends; do
	if ! has_backend "$backend"; then
		pass "tables by $backend # SKIP this kernel has no legacy tables"
		continue
	fi
	learning
	turned
	macs
	full
	either
	reloads
done
others_may_not_read
finish
