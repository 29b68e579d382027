#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 900
#
# Processors go and come back during a flood. What they had counted stays in the
# sum meanwhile, and what they had in hand is counted: totals are exact.

. ./lib.sh
. ./stress.sh

# processor NUMBER 0|1: off or on.
processor() {
	echo "$2" >"/sys/devices/system/cpu/cpu$1/online"
}

# All but the first, which cannot go, one after the other and all at once.
go_and_come() {
	for number in 1 2 3; do
		processor "$number" 0
		processor $((number % 3 + 1)) 1
	done
	processor 1 0; processor 2 0; processor 3 0
	sleep 0.1	# long enough to be read
	processor 2 1; processor 1 1; processor 3 1
}

hotplug() {
	{ echo "*mangle"; flood_rules "$1$2"; echo "COMMIT"; } | restore_rules self "$1" "$2"
	flood_start "$2"
	readers_start whole
	hotplug_times=$(scaled 20)
	hotplug_left=$hotplug_times
	while [ "$hotplug_left" -gt 0 ]; do
		go_and_come
		hotplug_left=$((hotplug_left - 1))
	done
	flood_stop
	readers_check "$1 IPv$2, while processors went"
	same "$1 IPv$2: all processors are back" 4 "$(nproc)"
	flood_check "$1$2" "$1 IPv$2, processors went $((hotplug_times * 6)) times"
	clear_rules self
}

# A monitor made while some are away has room for what they count later.
made_meanwhile() {
	processor 1 0; processor 3 0
	{ echo "*mangle"; flood_rules late; echo "COMMIT"; } | restore_rules self nft 4
	processor 1 1; processor 3 1
	flood_start 4
	sleep 1
	flood_stop
	flood_check late "monitors made while processors were away"
}

iptables_each hotplug
made_meanwhile
finish
