#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 900 --silence 600 --append slub_debug=FZPU
#
# Namespaces come and go, several at a time, with rules of every kind in place,
# packets counted and files held open: what remains is nothing. Both with the
# module loaded before the tables' modules and after them, since that decides
# which of them is told first that a namespace ends. The kernel poisons what is
# freed, so that using it shows.

. ./lib.sh

kinds=
add_kind() {
	kinds="$kinds $1:$2"
}

# one_life: what happens within a namespace, which ends when its last process
# does: that is the one which holds a file open.
one_life() {
	ip link set lo up
	for kind in $kinds; do
		printf '*mangle\n-A OUTPUT -j TRAFMETUX --monitor shared\n-A OUTPUT -j TRAFMETUX --monitor %s\nCOMMIT\n' \
			"${kind%:*}${kind#*:}" | restore_rules self "${kind%:*}" "${kind#*:}"
	done
	traffic icmp 127.0.0.1 3 10 >/dev/null
	# Three requests and three answers, in a rule of each backend.
	counted=$(monitor_packets self shared)
	if [ "$counted" != $((6 * $(echo "$kinds" | grep -o :4 | wc -l))) ]; then
		echo "counted $counted packets"
		return 1
	fi
	exec 3</proc/trafmetux/shared
	sleep 0.2 &
	exit 0
}

# lives WHO: one after the other; says how many were in order.
lives() {
	for _ in $(seq "$(scaled 20)"); do
		if [ "$1" = "${1%1}" ]; then
			unshare -n sh scenarios/stress-namespaces.sh life "$kinds"
		else
			# Killed in the middle of it, wherever that is.
			unshare -n sh scenarios/stress-namespaces.sh life "$kinds" &
			life=$!
			usleep $(($(tr -dc 0-9 </dev/urandom | head -c 5 | sed 's/^0*//') * 4))
			kill -9 $life 2>/dev/null || :
			wait $life 2>/dev/null || :
		fi || return 1
	done >"/tmp/lives-$1" 2>&1
}

# Objects of a kilobyte in use: what a monitor's history is made of, 45 of them
# from the start in a namespace that is not the first. KASAN keeps what is freed
# for a while, which counts as in use; a cache that is shrunk gives it back.
kilobytes() {
	for cache in /sys/kernel/slab/kmalloc*-1k; do
		[ ! -e "$cache" ] || echo 1 >"$cache/shrink"
	done
	awk '$1 ~ /^kmalloc.*-1k$/ { sum += $2 } END { print sum }' /proc/slabinfo
}

all_lives() {
	kilobytes=$(kilobytes)
	processes=
	for who in first second killed1; do
		lives $who &
		processes="$processes $!"
	done
	lives_status=
	for process in $processes; do
		wait "$process" && lives_status="$lives_status 0" || lives_status="$lives_status $?"
	done
	same "$1: three times $(scaled 20) namespaces counted, and went" " 0 0 0" "$lives_status"
	sed 's/^/# /' /tmp/lives-first /tmp/lives-second
	await 120 "no rule holds the module" unload_module
	pass "$1: no rule and no file holds the module"
	kilobytes=$(($(kilobytes) - kilobytes))
	note "$kilobytes objects of a kilobyte more than before"
	check "$1: not even one monitor of each namespace is left in memory" \
		[ $kilobytes -lt $(($(scaled 20) * 3 * 45)) ]
}

case ${1:-} in
life)
	kinds=$2
	one_life ;;
esac

. ./stress.sh
iptables_each add_kind
modprobe xt_TRAFMETUX linger=0
all_lives "module before tables"
modprobe xt_TRAFMETUX
all_lives "module after tables"
finish
