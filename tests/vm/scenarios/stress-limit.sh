#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 600
#
# A namespace may have max_monitors monitors: the next is refused, with words for
# it, until one is gone; and however many try at once, not one more gets in. Who
# asks for the same name at once is given the same monitor.

. ./lib.sh
. ./stress.sh

limit=16 contest=

# add BACKEND FAMILY NAME: a rule with that monitor.
add() {
	"$(iptables_command "$1" "$2")" -t mangle -A OUTPUT -j TRAFMETUX --monitor "$3" 2>/tmp/add-errors
}

there_are() {
	[ "$(find /proc/net/trafmetux/ -type f | wc -l)" = "$1" ]
}

one_after_the_other() {
	for number in $(seq $limit); do
		add "$1" "$2" "one-$number"
	done
	dmesg -c >/dev/null
	limit_status=0
	add "$1" "$2" one-more || limit_status=$?
	differs "$1 IPv$2: a monitor more than $limit is refused" 0 $limit_status
	matches "$1 IPv$2: iptables says that there is no room" "*No space left on device*" "$(cat /tmp/add-errors)"
	matches "$1 IPv$2: the log says which, why and what to do" \
		"*xt_TRAFMETUX: too many monitors to add one-more, see max_monitors, and linger*" "$(dmesg | grep xt_TRAFMETUX)"
	check "$1 IPv$2: one more rule for a monitor that is there" add "$1" "$2" one-3
	"$(iptables_command "$1" "$2")" -t mangle -D OUTPUT -j TRAFMETUX --monitor one-5
	await 60 "the freed monitor is gone" there_are $((limit - 1))
	check "$1 IPv$2: when one is gone, another gets in" add "$1" "$2" one-more
	check "$1 IPv$2: another namespace has a count of its own" unshare -n \
		"$(iptables_command "$1" "$2")" -t mangle -A OUTPUT -j TRAFMETUX --monitor elsewhere
	clear_rules self
	await 60 "all monitors are gone" there_are 0
}

# Every backend and family has a lock of its own: these really meet.
kinds=
add_kind() {
	kinds="$kinds $1:$2"
}

# compete: each kind wants as many as there may be in all, under its own names.
compete() {
	processes=
	for kind in $kinds; do
		(
			for number in $(seq $limit); do
				# A transaction that met another's is tried again.
				until add "${kind%:*}" "${kind#*:}" "${kind%:*}${kind#*:}-$number"; do
					! grep -q 'No space' /tmp/add-errors || break
				done
			done
		) &
		processes="$processes $!"
	done
	for process in $processes; do
		wait "$process"
	done
}

# same_name: every kind asks for the same monitors at the same time, and gives them
# up again.
same_name() {
	processes=''
	for kind in $kinds; do
		"$(iptables_command "${kind%:*}" "${kind#*:}")" -t raw -S >/dev/null
	done
	for kind in $kinds; do
		rawrule race "${kind%:*}" "${kind#*:}" "$(scaled 1000)" >"/tmp/race-$kind" &
		processes="$processes $!"
	done
	for process in $processes; do
		wait "$process" || :
	done
	same "all kinds of rules could have the same monitors at the same time" accepted \
		"$(cat /tmp/race-* | sort -u)"
	await 60 "all monitors are gone" there_are 0
	for kind in $kinds; do
		add "${kind%:*}" "${kind#*:}" same
	done
	same "all kinds of rules feed the one monitor that they name" "same $(echo "$kinds" | wc -w)" \
		"$(ls /proc/trafmetux) $(monitor_field self same references)"
}

modprobe xt_TRAFMETUX linger=0 max_monitors=$limit
iptables_each one_after_the_other
iptables_each add_kind
for _ in $(seq "$(scaled 10)"); do
	compete
	contest="$contest $(find /proc/net/trafmetux/ -type f | wc -l)"
	clear_rules self
	await 60 "all monitors are gone" there_are 0
done
same "of all who tried at once, $limit got in, each time" "$(seq "$(scaled 10)" | sed "s/.*/ $limit/" | tr -d '\n')" "$contest"
same_name
finish
