#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 1500
# boot preempt: --cpus 4 --timeout 1500 --append preempt=full
#
# A thousand atomic reloads of the rules under each backend, half of them for each
# family, while four processors send as quickly as they can: not one packet is
# missing or counted twice. Once more with a kernel that preempts everywhere.

. ./lib.sh
. ./stress.sh

reloads=$(scaled 500)

# Under nft an atomic reload is one that keeps the chains (-F and -n): replacing a
# whole table runs the old and the new chains both for a moment.
rules() {
	echo "*mangle"
	[ "$1" = legacy ] || printf -- '-F %s\n' OUTPUT POSTROUTING PREROUTING
	flood_rules "$1$2"
	echo "COMMIT"
}

# Each is atomic at its COMMIT; one process does them all, quicker than many do.
many_reloads() {
	for _ in $(seq "$reloads"); do
		cat /tmp/rules
	done
}

reload() {
	rules "$@" >/tmp/rules
	case $1 in
	legacy) keep='' ;;
	nft) keep=-n ;;
	esac
	# shellcheck disable=SC2086 # one option or none
	restore_rules self "$1" "$2" $keep </tmp/rules
	series=$(monitor_series self "$1$2-all")
	flood_start "$2"
	# shellcheck disable=SC2086
	check "$1 IPv$2: rules are reloaded $reloads times under a flood" \
		eval "many_reloads | restore_rules self $1 $2 $keep"
	flood_stop
	flood_check "$1$2" "$1 IPv$2, $reloads reloads among $sent_packets packets"
	same "$1 IPv$2: it is the same series" "$series" "$(monitor_series self "$1$2-all")"
	clear_rules self
}

iptables_each reload
finish
