#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 1500
#
# The module is loaded and unloaded again and again, with packets in its rules
# and readers in its files until the last moment. While rules are in place it
# cannot be unloaded; once they are gone it can.

. ./lib.sh
. ./stress.sh

rules() {
	{ echo "*mangle"; flood_rules "$1$2"; echo "COMMIT"; } | restore_rules self "$1" "$2"
}

flush() {
	printf '*mangle\n-F OUTPUT\n-F POSTROUTING\n-F PREROUTING\nCOMMIT\n' | restore_rules self "$1" "$2" -n
}

# rmmod says why it fails; it must be this.
is_busy() {
	busy_text=$(rmmod xt_TRAFMETUX 2>&1) && return 1
	case $busy_text in
	*"in use"* | *"Resource temporarily unavailable"*) ;;
	*) note "$busy_text"; return 1 ;;
	esac
}

count_if() {
	if "$@"; then
		counted=$((counted + 1))
	fi
}

loads() {
	loads_left=$(scaled 20) busy=0 unloaded=0 moved=0
	while [ "$loads_left" -gt 0 ]; do
		loads_left=$((loads_left - 1))
		modprobe xt_TRAFMETUX
		rules "$1" "$2"
		counted=$busy
		count_if is_busy
		busy=$counted counted=$moved
		await 60 "the flood is counted" [ -e "/proc/trafmetux/$1$2-all" ]
		count_if [ "$(monitor_packets self "$1$2-all")" -gt 0 ]
		moved=$counted
		flush "$1" "$2"
		# nf_tables destroys rules a little later.
		await 60 "the module unloads" unload_module
		unloaded=$((unloaded + 1))
	done
	loads_times=$(scaled 20)
	same "$1 IPv$2: while rules were in place it did not unload" "$loads_times" "$busy"
	same "$1 IPv$2: once they were gone it did, $loads_times times" "$loads_times" "$unloaded"
	same "$1 IPv$2: each time it had counted" "$loads_times" "$moved"
}

each_family() {
	flood_start "$2"
	loads "$@"
	flood_stop
}

readers_start byte held whole
iptables_each each_family
readers_check "while the module came and went"
finish
