#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What fails a guest on its console: anything the kernel complains of, but of data
# races only those that have to do with the module.

set -eu

# shellcheck source=tests/checks.sh
. "$(dirname "$0")/../checks.sh"
# shellcheck source=tests/vm/verdict.sh
. "$(dirname "$0")/../vm/verdict.sh"

console=$(mktemp)
trap 'rm -f "$console"' EXIT

# race TITLE FRAME...: as KCSAN reports it, see report.c in the kernel's kernel/kcsan.
race() {
	bar="[    9.146] =================================================================="
	printf '%s\r\n[    9.146] BUG: KCSAN: data-race in %s\r\n\r\n' "$bar" "$1"
	shift
	printf '[    9.146] write to 0xffff888004f3e2a8 of 8 bytes by task 77 on cpu 1:\r\n'
	printf '[    9.146]  %s+0x1f/0x40\r\n' "$@"
	printf '\r\n[    9.146] Reported by Kernel Concurrency Sanitizer on:\r\n%s\r\n' "$bar"
}

# found NAME LINES: the numbers of the lines that are trouble.
found() {
	lines=$(console_faults "$console" | sed 's/^trouble: console line \([0-9]*\):.*/\1/' | tr '\n' ' ')
	same "$1" "$2" "$lines"
}

echo "[    1.000] Freeing unused kernel image memory" >"$console"
found "a quiet console" ""

race "tick_sched_do_timer / tick_sched_do_timer" tick_sched_do_timer update_process_times >"$console"
found "a race of the kernel's own" ""

race "seq_read_iter / trafmetux_sample [xt_TRAFMETUX]" seq_read_iter >"$console"
found "a race with the module in its title" "2 "

race "list_add / list_del" list_add "trafmetux_monitor_get+0x3/0x9 [xt_TRAFMETUX]" >"$console"
found "a race with the module in its stacks" "2 "

{ race "a / b" a; race "c / d" trafmetux_count; race "e / f" e; } >"$console"
found "one of the module's among others" "10 "

race "a / b" a | sed '5s/.*/WARNING: CPU: 0 PID: 1 at mm\/slub.c/' >"$console"
found "something else within a race of the kernel's own" "5 "

race "a / b" a | head -n 3 >"$console"
found "a race that is cut off" "2 "

race "a / b" a | sed 's/KCSAN: data-race/KASAN: use-after-free/' >"$console"
found "a use after free, whoever's" "2 "

plan
