# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What every scenario uses: the checks of checks.sh, waiting, rules and monitors. A scenario
# sources this first and calls "finish" last. TAP goes to stdout.

set -eu

# shellcheck source=tests/checks.sh
. ./checks.sh
# shellcheck disable=SC2034 # for the scenarios
backends="legacy nft"
# shellcheck disable=SC2034
families="4 6"

# await SECONDS WHAT COMMAND...: until the command succeeds; ends the scenario
# where it does not in ten times as long as an idle machine takes.
await() {
	await_deadline=$(($(date +%s) + $1 * 10)) await_what=$2
	shift 2
	until "$@"; do
		if [ "$(date +%s)" -gt "$await_deadline" ]; then
			fail "waiting until $await_what"
			return 1
		fi
		sleep 0.02
	done
}

# start_clock: one process that sleeps for sleep_until; starting one each time
# would take the guest longer than all else it does.
start_clock() {
	mkfifo /tmp/clock-asked /tmp/clock-reached
	traffic until </tmp/clock-asked >/tmp/clock-reached &
	clock_process=$!
	exec 8>/tmp/clock-asked 9</tmp/clock-reached
}

# sleep_until SECONDS: until that second since 1970 begins.
sleep_until() {
	echo "$1" >&8
	read -r _ <&9
}

stop_clock() {
	exec 8>&- 9<&-
	wait "$clock_process"
}

# in_namespace NAME COMMAND...; the guest's own namespace is called "self".
# (Quicker than "ip netns exec", which mounts a /sys that nobody needs. Busybox
# before 1.31 takes the command's options for its own without the "--".)
in_namespace() {
	in_name=$1
	shift
	if [ "$in_name" = self ]; then
		"$@"
	else
		nsenter --net="/run/netns/$in_name" -- "$@"
	fi
}

# iptables_command BACKEND FAMILY [save|restore]: the program's name.
iptables_command() {
	case $2 in
	4) echo "iptables-$1${3:+-$3}" ;;
	6) echo "ip6tables-$1${3:+-$3}" ;;
	esac
}

# has_backend BACKEND: a kernel may be without legacy tables (an option since 6.17).
has_backend() {
	[ "$1" != legacy ] || modprobe -qn iptable_mangle
}

# iptables_each COMMAND...: runs "COMMAND... BACKEND FAMILY" for all of them. Those
# of a backend that is not there are skipped, and say so.
iptables_each() {
	for each_backend in $backends; do
		if ! has_backend "$each_backend"; then
			pass "$* legacy # SKIP this kernel has no legacy tables"
			continue
		fi
		for each_family in $families; do
			"$@" "$each_backend" "$each_family"
		done
	done
}

# The number behind a key of a monitor's file.
monitor_field() {
	in_namespace "$1" sed -n "s/^$3 //p" "/proc/trafmetux/$2"
}

# monitor_counters NAMESPACE NAME: "PACKETS BYTES"
# shellcheck disable=SC2016 # awk's own
monitor_counters() {
	in_namespace "$1" awk '$1 == "packets" { p = $2 } $1 == "bytes" { b = $2 }
		END { print p, b }' "/proc/trafmetux/$2"
}

monitor_packets() { monitor_field "$1" "$2" packets; }
monitor_bytes() { monitor_field "$1" "$2" bytes; }
monitor_series() { monitor_field "$1" "$2" series; }

# has_match NAMESPACE BACKEND FAMILY CHAIN WORDS...: does the kernel take such a rule?
has_match() {
	match_namespace=$1 match_command=$(iptables_command "$2" "$3")
	shift 3
	in_namespace "$match_namespace" "$match_command" -t mangle -A "$@" 2>/dev/null &&
		in_namespace "$match_namespace" "$match_command" -t mangle -D "$@"
}

# save_rules NAMESPACE BACKEND FAMILY OPTIONS...: iptables-save, without its
# remark that the other backend has tables too.
save_rules() {
	save_namespace=$1 save_command=$(iptables_command "$2" "$3" save)
	shift 3
	save_status=0
	in_namespace "$save_namespace" "$save_command" "$@" 2>/tmp/save-errors || save_status=$?
	grep -v '^# Warning: .* tables present' /tmp/save-errors >&2 || :
	return $save_status
}

# keep_counters NAMESPACE BACKEND FAMILY TABLE: takes down the table's rules with
# iptables' own counters, for plain_counters.
keep_counters() {
	save_rules "$1" "$2" "$3" -c -t "$4" >/tmp/kept-counters
}

# plain_counters COMMENT: "PACKETS BYTES" that keep_counters found at the rule
# with that comment.
plain_counters() {
	sed -n "s/^\[\([0-9]*\):\([0-9]*\)\] .* --comment \"\{0,1\}$1\"\{0,1\}\( .*\)\{0,1\}\$/\1 \2/p" /tmp/kept-counters
}

# rule_counters NAMESPACE BACKEND FAMILY TABLE COMMENT: both at once.
rule_counters() {
	keep_counters "$1" "$2" "$3" "$4"
	plain_counters "$5"
}

# restore_rules NAMESPACE BACKEND FAMILY OPTIONS...: iptables-restore of stdin.
restore_rules() {
	restore_namespace=$1 restore_command=$(iptables_command "$2" "$3" restore)
	shift 3
	in_namespace "$restore_namespace" "$restore_command" "$@"
}

# clear_rules NAMESPACE: empties every table that is there, of both backends and
# families.
clear_rules() {
	for clear_backend in $backends; do
		for clear_family in $families; do
			save_rules "$1" "$clear_backend" "$clear_family" | grep -E '^(\*|COMMIT)' >/tmp/bare-tables || continue
			restore_rules "$1" "$clear_backend" "$clear_family" </tmp/bare-tables
		done
	done
}

module_loaded() { grep -q '^xt_TRAFMETUX ' /proc/modules; }

# True once nothing holds the module any more and it could be unloaded.
unload_module() { rmmod xt_TRAFMETUX 2>/dev/null; }

kmemleak=/sys/kernel/debug/kmemleak

# check_leaks: memory that nothing points to any more, whoever allocated it, on a
# kernel that looks for that. What is younger than five seconds is spared, and a
# pointer may hide in a register, so that it is asked twice.
check_leaks() {
	[ -e $kmemleak ] || return 0
	sleep 6
	echo scan >$kmemleak
	echo scan >$kmemleak
	head -n 40 $kmemleak >/tmp/leaks
	check "no memory is lost" test ! -s /tmp/leaks
	sed 's/^/# /' /tmp/leaks
}

# finish: takes everything away, proves that the module lets go, and prints the
# plan. The plan counts the checks of this shell: one made in a subshell is
# missing from it, and the host notices.
finish() {
	if [ -n "${network_is_up:-}" ]; then
		network_down
	fi
	clear_rules self
	if module_loaded; then
		await 30 "the module unloads when the last rule is gone" unload_module
		pass "the module unloads when the last rule is gone"
		check "nothing of it is left in /proc" test ! -e /proc/trafmetux -a ! -e /proc/net/trafmetux
	fi
	check_leaks
	echo "1..$checks"
}
