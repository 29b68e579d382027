#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 1800
# boot preempt: --cpus 4 --timeout 1800 --append preempt=full
#
# Tables of hosts under everything at once: floods of new hosts, of MAC addresses that
# change with each packet and of destinations that are scanned, while rules are
# reloaded with more room each time, prefixes come and go, idle hosts leave and texts
# are read. When it is over, rows and monitor are one, to the byte. And a namespace of
# anybody's is bounded, and pays for what it asks.

. ./lib.sh
. ./topology.sh
. ./hosts.sh
. ./stress.sh

floods=

# flood_of WORDS...: hostsend's, from the client or the hop, until floods_end
flood_of() {
	flood_place=$1
	shift
	nsenter --net="/run/netns/$flood_place" -- hostsend router "$@" >/dev/null &
	floods="$floods $!"
}

floods_end() {
	for flood in $floods; do
		kill "$flood"
		wait "$flood"
	done
	floods=
}

# reload MAX: both rules of a family again, in chains that stay
reload() {
	for family in $families; do
		{
			echo "*mangle"
			[ "$backend" = legacy ] || echo "-F PREROUTING"
			echo "-A PREROUTING -i client -j TRAFMETUX_HOSTS --monitor storm --host src --max $1"
			echo "-A PREROUTING -i hop -j TRAFMETUX_HOSTS --monitor storm --host dst"
			echo "COMMIT"
		} | restore_rules router "$backend" "$family" -n
	done
}

# readings END: texts that are read until that file is there; none may make no sense
readings() {
	while [ ! -e "$1" ]; do
		hosts_file router storm >/tmp/storm-text
		case $(hosts_judge </tmp/storm-text) in
		"wrong: a row moved") echo moved ;;
		wrong*) hosts_judge </tmp/storm-text ;;
		*) echo good ;;
		esac
	done >/tmp/storm-readings
}

storm() {
	backend=$1
	reload 200
	flood_of client 02:00:00:00:01:02 10.16.0.0 3000 10.3.0.2 1 0 60
	flood_of client 02:00:00:00:01:02 fd00:1::100 3000 fd00:3::2 1 0 60 3
	flood_of client 02:00:00:00:01:02 10.1.0.1 5 10.3.0.2 1 0 60 40
	flood_of hop 02:00:00:00:02:01 10.3.0.2 1 10.16.0.0 6000 0 60
	rm -f /tmp/storm-over
	readings /tmp/storm-over &
	reader=$!
	for round in $(seq "$(scaled 200)"); do
		reload $((200 + round * 20))
	done
	touch /tmp/storm-over
	wait $reader
	floods_end
	check "$backend: rules are reloaded with ever more room under floods" true
	check "texts were read" grep -q good /tmp/storm-readings
	same "and each made sense" "" "$(grep -vE '^(good|moved)$' /tmp/storm-readings | sort | uniq -c)"
	await 60 "the rows are the monitor" hosts_add_up router storm
	pass "$backend: rows and monitor are one: $(monitor_counters router storm)"
	note "$(hosts_field router storm used) of $(hosts_field router storm max) rows, $(grep -c good /tmp/storm-readings) readings"
	clear_rules router
}

# goes: rows leave while packets look for them
goes() {
	reload 4000
	flood_of client 02:00:00:00:01:02 10.16.0.0 3000 10.3.0.2 1 0 60
	in_namespace router sh -c 'echo 0 >/sys/module/xt_TRAFMETUX/parameters/host_idle'
	for _ in 1 2 3; do
		minute_passes
	done
	floods_end
	await 60 "the rows are the monitor" hosts_add_up router storm
	pass "rows that left are in gone: $(hosts_field router storm gone)"
	clear_rules router
}

# anybody: a namespace that nobody gave it
anybody() {
	dmesg -c >/dev/null
	# shellcheck disable=SC2016 # expanded by the inner shell
	answer=$(unshare -U -r -n sh -c 'for i in 1 2 3 4; do
		iptables-nft -t mangle -A INPUT -j TRAFMETUX_HOSTS --monitor m$i --host src --max 65536 || echo "refused $i"; done' 2>&1 || :)
	matches "anybody's namespace has no more than max_hosts" "*refused 3*refused 4*" "$answer"
	matches "and the log says why" "*too many hosts to have room for 65536 in m3*" "$(dmesg)"
}

modprobe xt_TRAFMETUX host_interval=60
network_up
offloads_off
behind after
for backend in $backends; do
	! has_backend "$backend" || storm "$backend"
done
goes
anybody
finish
