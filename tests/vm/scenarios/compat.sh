#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# 32-bit iptables on a 64-bit kernel, from a second userland in /i386: its rules
# count, both userlands list, save, restore and delete the rules of both alike,
# and both programs make the same report.

. ./lib.sh

size=100

# in_32 COMMAND...: a program of the other userland.
in_32() {
	chroot /i386 "$@"
}

# has_compat BACKEND: legacy tables have a layout for 32-bit programs of their
# own, which a kernel may leave out (NETFILTER_XTABLES_COMPAT); netlink has one.
has_compat() {
	[ "$1" = nft ] || grep -q ' xt_compat_lock' /proc/kallsyms
}

# rule MONITOR: the rule's words.
rule() {
	echo "OUTPUT -p udp -m udp --dport 7000 -j TRAFMETUX --monitor $1"
}

# rules USERLAND-PREFIX: the table as saved, without remarks and counters.
rules() {
	# shellcheck disable=SC2086 # a prefix or nothing
	$1 "$save" -t mangle 2>/dev/null | sed -n '/^[#:]/d; p'
}

# A packet of each size of a few, to the sink; adds to $packets and $bytes.
more_traffic() {
	for payload in $size 1 1400; do
		send_report=$(traffic udp "$address" 7000 5 "$payload")
		# shellcheck disable=SC2086 # words: packets N bytes N payload N
		set -- $send_report
		packets=$((packets + $2)) bytes=$((bytes + $4))
	done
}

# check_monitor WHAT MONITOR RULES: counted exactly that often.
check_monitor() {
	same "$title: $1" "$(($3 * packets)) $(($3 * bytes))" "$(monitor_counters self "$2")"
}

# shellcheck disable=SC2046,SC2086 # rules are words
both() {
	title="$1 IPv$2" both=both-$1-$2 alone=alone-$1-$2
	if ! has_compat "$1"; then
		pass "$title # SKIP this kernel has no layout of legacy tables for 32-bit programs"
		return
	fi
	note "$title"
	command=$(iptables_command "$1" "$2") save=$(iptables_command "$1" "$2" save)
	restore=$(iptables_command "$1" "$2" restore)
	packets=0 bytes=0
	case $2 in 4) address=127.0.0.1 ;; 6) address=::1 ;; esac

	in_32 "$command" -t mangle -A $(rule $both)
	in_32 "$command" -t mangle -A $(rule $alone)
	"$command" -t mangle -A $(rule $both)
	more_traffic
	check_monitor "a 32-bit program's rule counts" $alone 1
	check_monitor "a 32-bit and a 64-bit program's rules feed one monitor" $both 2
	expected=$(printf '*mangle\n-A %s\n-A %s\n-A %s\nCOMMIT' "$(rule $both)" "$(rule $alone)" "$(rule $both)")
	same "$title: 32-bit iptables-save shows all three" "$expected" "$(rules in_32)"
	same "$title: and 64-bit iptables-save the same" "$expected" "$(rules '')"

	"$save" -t mangle >/tmp/saved-64 2>/dev/null
	in_32 "$save" -t mangle >/tmp/saved-32 2>/dev/null
	series=$(monitor_series self $both)
	in_32 "$restore" </tmp/saved-64
	same "$title: a 32-bit program restores what a 64-bit one saved" "$expected" "$(rules '')"
	more_traffic
	"$restore" </tmp/saved-32
	same "$title: a 64-bit program restores what a 32-bit one saved" "$expected" "$(rules in_32)"
	more_traffic
	check_monitor "no byte is lost meanwhile" $both 2
	same "$title: the series is the same" "$series" "$(monitor_series self $both)"
	same "$title: two rules feed the monitor" 2 "$(monitor_field self $both references)"

	in_32 trafmetux update --now --archive-dir /tmp $alone
	same "$title: both programs report the same" \
		"$(trafmetux --archive-dir /i386/tmp --csv show-total $alone)" \
		"$(in_32 trafmetux --archive-dir /tmp --csv show-total $alone)"
	same "$title: and it is what was sent" "$packets,$bytes" \
		"$(in_32 trafmetux --archive-dir /tmp --csv show-total $alone | awk -F, 'NR > 1 { print $5 "," $6 }')"

	refusal_status=0
	refusal=$(in_32 "$command" -t mangle -A OUTPUT -j TRAFMETUX --monitor a/b 2>&1) || refusal_status=$?
	matches "$title: the 32-bit extension refuses a bad name" '2 *"a/b" has a character*' "$refusal_status $refusal"
	in_32 "$command" -t mangle -D $(rule $both)
	"$command" -t mangle -D $(rule $alone)
	same "$title: each deletes the other's rules" \
		"$(printf '*mangle\n-A %s\nCOMMIT' "$(rule $both)")" "$(rules '')"
	in_32 "$command" -t mangle -D $(rule $both)
	same "$title: until none is left" "$(printf '*mangle\nCOMMIT')" "$(rules in_32)"
}

mount --bind /proc /i386/proc
mount --bind /dev /i386/dev
same "the second userland is a 32-bit one" 1 "$(od -An -t u1 -j 4 -N 1 /i386/usr/bin/dash | tr -d ' ')"
# The other userland has no modules to load.
modprobe x_tables
! has_backend legacy || modprobe -a iptable_mangle ip6table_mangle
traffic udp-sink 7000 >/tmp/sink &
sink=$!
await 20 "the sink listens" grep -q ready /tmp/sink
iptables_each both
kill $sink
wait $sink 2>/dev/null || :
finish
