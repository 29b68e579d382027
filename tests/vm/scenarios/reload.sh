#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 2
#
# Reloading rules changes no series and loses no packet, even while packets
# flow. Unloading the module begins a new series; the archive then only grows
# and no report drops.

. ./lib.sh
. ./topology.sh

archive=/var/lib/trafmetux

# counts WHAT: adds what was sent to what the monitor must hold, and compares.
counts() {
	packets=$((packets + sent_packets))
	bytes=$((bytes + sent_bytes))
	same "$1: the monitor holds all that was sent" "$packets $bytes" \
		"$(monitor_counters router "$name")"
	same "$1: it is the same series" "$series" "$(monitor_series router "$name")"
}

rule() {
	in_namespace router "$(iptables_command "$backend" "$family")" -t mangle "$@"
}

send_some() {
	send client udp "$(address_of server "$family")" 7000 "$1" "$2"
}

# reload_once: saves the rules and puts the very same in their place.
reload_once() {
	save_rules router "$backend" "$family" >/tmp/rules
	restore_rules router "$backend" "$family" </tmp/rules
}

# replace_rules: the same rules again, in chains that stay.
replace_rules() {
	save_rules router "$backend" "$family" -t mangle | grep -E '^(-A|COMMIT)' |
		sed -e '1i *mangle' -e '1i -F FORWARD' >/tmp/rules
	restore_rules router "$backend" "$family" -n </tmp/rules
}

# under_traffic COMMAND...: runs the command again and again while a sender is at
# work.
under_traffic() {
	nsenter --net=/run/netns/client -- traffic udp "$(address_of server "$family")" 7000 4000 100 >/tmp/sent &
	under_sender=$!
	reloads=0
	while kill -0 "$under_sender" 2>/dev/null; do
		"$@"
		reloads=$((reloads + 1))
	done
	wait "$under_sender"
	# shellcheck disable=SC2046 # words
	set -- $(cat /tmp/sent)
	sent_packets=$2 sent_bytes=$4
	check "$label: rules were reloaded while packets passed" [ "$reloads" -gt 1 ]
}

# What iptables-nft-restore does with a whole table: nf_tables takes the old
# chains away and puts new ones in, and for a moment runs both. A packet of that
# moment is counted in both, by whatever is in the rules. None may be missing.
counts_at_least() {
	packets=$((packets + sent_packets))
	counted=$(monitor_packets router "$name")
	check "$1: the monitor lacks nothing of what was sent" [ "$counted" -ge "$packets" ]
	same "$1: it is the same series" "$series" "$(monitor_series router "$name")"
	note "$1: $((counted - packets)) of $sent_packets packets went through old and new chains both, in $reloads reloads"
	packets=$counted bytes=$(monitor_bytes router "$name")
}

reload() {
	backend=$1 family=$2 name=$1$2 packets=0 bytes=0
	label="$1 IPv$2"
	note "$label"
	rule -A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor "$name"
	series=$(monitor_series router "$name")
	send_some 10 100
	counts "$label, first rule"

	reload_once
	same "$label: what is saved and restored reads the same" \
		"$(grep '^-A' /tmp/rules)" "$(save_rules router "$1" "$2" | grep '^-A')"
	send_some 20 200
	counts "$label, save and restore"
	under_traffic replace_rules
	counts "$label, rules replaced under traffic"
	under_traffic reload_once
	case $backend in
	legacy) counts "$label, tables replaced under traffic" ;;
	nft) counts_at_least "$label, tables replaced under traffic" ;;
	esac

	rule -R FORWARD 1 -p udp --dport 7000 -m comment --comment new -j TRAFMETUX --monitor "$name"
	send_some 5 10
	counts "$label, rule replaced"

	rule -F FORWARD
	send_some 7 70
	sent_packets=0 sent_bytes=0 # nobody was to count these
	counts "$label, flushed"
	same "$label: no rule feeds it then" 0 "$(monitor_field router "$name" references)"
	rule -A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor "$name"
	send_some 9 90
	counts "$label, added again"
	clear_rules router
}

total_of() {
	in_namespace router trafmetux --csv show-total "$1" | awk -F, 'NR == 2 { print $5, $6 }'
}

# begins_with FILE OLD: true if all that OLD holds is still there, unchanged.
begins_with() {
	head -c "$(wc -c <"$2")" "$1" | cmp -s - "$2"
}

new_series() {
	backend=nft family=4 name=kept packets=0 bytes=0 all_series=''
	touch /tmp/archive-before
	for round in 1 2 3; do
		rule -A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor kept
		all_series="$all_series $(monitor_series router kept)"
		send_some $((round * 10)) 300
		packets=$((packets + sent_packets)) bytes=$((bytes + sent_bytes))
		same "load $round: the report has what was sent, live" "$packets $bytes" "$(total_of kept)"
		check "load $round: update --now succeeds" in_namespace router trafmetux update --now
		cat "$archive"/kept-* >/tmp/archive-after
		check "load $round: the archive grew and kept what it had" \
			begins_with /tmp/archive-after /tmp/archive-before
		differs "load $round: it did grow" \
			"$(wc -c </tmp/archive-before)" "$(wc -c </tmp/archive-after)"
		cp /tmp/archive-after /tmp/archive-before
		same "load $round: the report says the same from the archive" "$packets $bytes" "$(total_of kept)"

		rule -F FORWARD
		await 30 "load $round: the module unloads" unload_module
		pass "load $round: the module unloads"
		same "load $round: the report says the same without the module" "$packets $bytes" "$(total_of kept)"
		modprobe xt_TRAFMETUX
		same "load $round: and with a module that knows nothing" "$packets $bytes" "$(total_of kept)"
		check "load $round: an update then changes nothing" in_namespace router trafmetux update
		cat "$archive"/kept-* >/tmp/archive-after
		check "load $round: not a byte" cmp -s /tmp/archive-before /tmp/archive-after
	done
	# shellcheck disable=SC2086 # words
	same "each load was a series of its own" 3 "$(printf '%s\n' $all_series | sort -u | wc -l)"
}

# In use, the module stays: nothing but an error comes of rmmod.
busy() {
	backend=nft family=4
	rule -A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor busy
	busy_text=$(rmmod xt_TRAFMETUX 2>&1) && busy_status=0 || busy_status=$?
	differs "rmmod with a rule in place fails" 0 "$busy_status"
	matches "and says that the module is in use" "*in use*" "$busy_text"
	send_some 3 30
	same "the monitor counts on" "$sent" "$(monitor_counters router busy)"
	clear_rules router
}

network_up
offloads_off
sink server udp 7000
iptables_each reload
clear_rules router
busy
new_series
finish
