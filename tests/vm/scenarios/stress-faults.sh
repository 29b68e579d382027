#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 2 --memory 1024 --timeout 900 --silence 400
#
# On a kernel that can have memory allocations fail: each one that is made for a rule
# does so in turn, and the rule is refused for want of memory, or does without; each
# that is made for samples does, and the samples that come later account for all.
# Nothing is kept of what failed, as "finish" makes sure. Other kernels skip this.

. ./lib.sh

debug=/sys/kernel/debug
mount -t debugfs debugfs $debug 2>/dev/null || :
if [ ! -e /proc/self/fail-nth ]; then
	pass "failing allocations # SKIP this kernel has no CONFIG_FAULT_INJECTION"
	finish
	exit 0
fi

. ./stress.sh

# knob NAME VALUE: of both kinds of failure, where it is there.
knob() {
	for knob_kind in failslab fail_page_alloc; do
		[ ! -e "$debug/$knob_kind/$1" ] || echo "$2" >"$debug/$knob_kind/$1"
	done
}

nothing_left() {
	[ "$(awk '$1 == "xt_TRAFMETUX" { print $3 }' /proc/modules)" = 0 ] && [ -z "$(ls /proc/trafmetux)" ]
}

rules() {
	"$(iptables_command "$1" "$2")" -t raw -S >/dev/null
	rawrule "$1" "$2" warm-up >/dev/null
	# Where x_tables itself lacks memory, the kernel shows how much there is, and on
	# which way it came there. That stays in the log; all else is looked at.
	dmesg -c >/dev/null
	dmesg -n 4
	rules_status=0
	rawrule fail "$1" "$2" "faulty-$1$2" >/tmp/outcomes || rules_status=$?
	dmesg -n 8
	same "$1 IPv$2: the kernel has no complaint" "" \
		"$(dmesg | grep -E 'WARNING|BUG|INFO:|KASAN|UBSAN|xt_TRAFMETUX' || :)"
	note "$(wc -l </tmp/outcomes) allocations, $(grep -c 'refused: Cannot allocate' /tmp/outcomes) of them needed"
	same "$1 IPv$2: in the end the rule is taken" "0 not reached: accepted" \
		"$rules_status $(tail -n 1 /tmp/outcomes | cut -d ' ' -f 2-)"
	same "$1 IPv$2: until then it was refused for want of memory, or did without" "" \
		"$(grep -vE ': (accepted|refused: (Cannot allocate memory|No buffer space available))$' /tmp/outcomes || :)"
	check "$1 IPv$2: several allocations were needed" \
		[ "$(grep -c 'refused: Cannot allocate' /tmp/outcomes)" -ge 5 ]
	await 120 "neither rule nor monitor is left" nothing_left
	pass "$1 IPv$2: neither rule nor monitor is left"
}

# workers 0|1: whether the kernel threads that may take the samples are to fail.
workers() {
	for process in /proc/[0-9]*; do
		case $(cat "$process/comm" 2>/dev/null) in
		kworker/*) echo "$1" >"$process/make-it-fail" ;;
		esac
	done
}

samples() {
	grep -c '^sample' /proc/trafmetux/sampled || :
}

newest_has() {
	[ "$(sed -n 's/^sample [0-9]* \([0-9]* [0-9]*\).*/\1/p' /proc/trafmetux/sampled | head -n 1)" = "$1" ]
}

sampling() {
	iptables-nft -t mangle -A OUTPUT -p icmp --icmp-type echo-request -j TRAFMETUX --monitor sampled
	knob task-filter Y
	knob interval 1
	knob times -1
	workers 1
	knob probability 100
	for _ in 1 2; do
		traffic icmp 127.0.0.1 5 72 >/dev/null
		minute_passes
	done
	failed_samples=$(samples)
	knob probability 0
	workers 0
	same "without memory there are no samples" 0 "$failed_samples"
	same "but packets are counted" "10 1000" "$(monitor_counters self sampled)"
	traffic icmp 127.0.0.1 5 72 >/dev/null
	minute_passes
	await 120 "the next sample has it all" newest_has "15 1500"
	pass "the next sample has it all"
	clear_rules self
	await 120 "neither rule nor monitor is left" nothing_left
}

knob ignore-gfp-wait N
knob ignore-gfp-highmem N
knob min-order 0
knob verbose 0
knob probability 0
modprobe xt_TRAFMETUX linger=0
iptables_each rules
sampling
finish
