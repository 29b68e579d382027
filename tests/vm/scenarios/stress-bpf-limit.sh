#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --memory 768 --timeout 900
#
# Limits of meters by BPF, which a plan sets, are passed while four processors send as
# quickly as they can. Where packets are counted before the match nothing passes beyond
# the limit; where they are counted afterwards, at most the packet that each is at.

. ./lib.sh
. ./stress.sh

turns=$(scaled 12)
pins=/run/trafmetux/meters/own

# counted MONITOR packets|bytes
counted() {
	trafmetux read "$1" | sed -n "s/^$2 //p"
}

# plan MONITOR BYTES: more bytes may it count
plan() {
	trafmetux update --now || :
	printf '[plan stop]\nmonitors = %s\namount = %s B\nperiod = month\nstop = yes\n' \
		"$1" $(($(counted "$1" bytes) + $2)) >/etc/trafmetux.conf
	trafmetux update --now || :
	limit=$(counted "$1" limit)
}

over() { [ "$(counted "$1" bytes)" -gt "$limit" ]; }

arrived() { [ "$(counted "$1" packets)" -ge "$2" ]; }

# more MONITOR: every processor is past the packet that it was at
more() {
	await 60 "more packets arrive" arrived "$1" $(($(counted "$1" packets) + 1000))
}

# rules NAME...: in INPUT, where what is dropped is no error to the sender
rules() {
	echo "*filter"
	for rule in "$@"; do
		case $rule in
		*/over-limit) echo "-A INPUT -p udp -m bpf --object-pinned $pins/$rule -j DROP" ;;
		*) echo "-A INPUT -p udp -m bpf --object-pinned $pins/$rule/rule" ;;
		esac
	done
	echo "COMMIT"
}

# is_bound NUMBER BOUND: from 0 on
is_bound() { [ "$1" -ge 0 ] && [ "$1" -le "$2" ]; }

# count_first BACKEND: what is over the limit is counted too, and dropped
count_first() {
	name=first-$1
	for monitor in "$name" "$name-passed"; do
		trafmetux meter --rule "$monitor" >/dev/null
	done
	rules "$name" "$name/over-limit" "$name-passed" | restore_rules self "$1" 4
	for turn in $(seq "$turns"); do
		before=$(counted "$name-passed" bytes) all=$(counted "$name" bytes)
		plan "$name" $((turn * turn * 100003))
		flood_start 4
		await 60 "the limit is passed" over "$name"
		more "$name"
		flood_stop
		passed=$(($(counted "$name-passed" bytes) - before))
		check "$1: of $((limit - all)) bytes, $passed pass, and nearly all" \
			is_bound $((limit - all - passed)) 512
	done
	clear_rules self
}

# count_last BACKEND: limit after limit in one flood
count_last() {
	name=last-$1 largest=0
	for monitor in "$name" "$name-arrived"; do
		trafmetux meter --rule "$monitor" >/dev/null
	done
	rules "$name-arrived" "$name/over-limit" "$name" | restore_rules self "$1" 4
	plan "$name" 1
	flood_start 4
	for turn in $(seq "$turns"); do
		plan "$name" $((turn * 100003))
		await 60 "the limit is passed" over "$name"
		more "$name-arrived"
		overshoot=$(($(counted "$name" bytes) - limit))
		[ $overshoot -le $largest ] || largest=$overshoot
	done
	flood_stop
	note "$1: $turns limits were passed by $largest bytes at most"
	check "$1: none by more than a packet on each processor" [ $largest -le 512 ]
	clear_rules self
}

unload_module || :
mkdir -p /var/lib/trafmetux
ip link set lo up
for backend in $backends; do
	has_backend "$backend" || continue
	count_first "$backend"
	count_last "$backend"
done
finish
