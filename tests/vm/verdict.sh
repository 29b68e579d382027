# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Judges a part's results (TAP) and a guest's console.

# Kernel lines that fail a run whatever the checks say.
console_trouble='WARNING:|BUG:|INFO: |Oops|Kernel panic|Call Trace|KASAN|UBSAN|KFENCE|new suspected memory leaks'
console_trouble="$console_trouble|possible (circular|recursive) locking|inconsistent lock state|suspicious RCU"
console_trouble="$console_trouble|scheduling while atomic|sleeping function called|refcount_t:|general protection fault"
console_trouble="$console_trouble|Unable to handle|unregister_netdevice: waiting|already registered|leaked"
console_trouble="$console_trouble|list_(add|del) corruption|stack-protector|Bad page|Unknown symbol|disagrees about version"
console_trouble="$console_trouble|sysfs: cannot create|page allocation failure|soft lockup|clocksource.*unstable"
console_trouble="$console_trouble|[Oo]ut of memory|segfault|traps: |trap (int|invalid)"

# How many checks the results hold.
checks_in() {
	grep -cE '^(not )?ok ' "$1" || :
}

# progress_line RESULTS: how far a guest is, in a line for a terminal.
progress_line() {
	if [ ! -s "$1" ]; then
		echo "booting"
		return
	fi
	kernel=$(sed -n 's/^# kernel //p' "$1" | head -n 1)
	echo "kernel $kernel, $(checks_in "$1") checks, $(grep '^# ' "$1" | tail -n 1 | cut -c 3-40)"
}

# tap_faults RESULTS: a "trouble: " line for each thing wrong with them. They may
# hold several plans, one of each program that ran.
tap_faults() {
	checks=$(checks_in "$1")
	failed=$(grep -c '^not ok ' "$1" || :)
	plan=$(sed -n 's/^1\.\.\([0-9][0-9]*\).*/\1/p' "$1" | awk '{ sum += $1 } END { print sum + 0 }')
	[ "$failed" -eq 0 ] || echo "trouble: $failed of $checks checks failed"
	[ "$checks" -gt 0 ] || echo "trouble: no check ran"
	[ "$plan" -eq "$checks" ] || echo "trouble: $plan checks were planned, $checks ran"
	grep '^Bail out!' "$1" | sed 's/^/trouble: /' || :
}

# failures RESULTS: the failed checks, with what was wanted and what was found. Of
# either, where it is long, the first lines.
failures() {
	awk '
		/^not ok / { is_told = 1; shown = 0; print; next }
		!/^#/ { is_told = 0 }
		/^# found:/ { shown = 0 }
		is_told && ++shown <= 20 { print substr($0, 1, 400) }
		is_told && shown == 21 { print "# ..." }' "$1"
}

# own_races: takes the titles off those data races on standard input that have
# nothing of the module in their stacks. The kernel has many of its own, harmless or
# mended since; what else is said meanwhile stays.
own_races() {
	awk '
		function tell(line) {
			print is_race && !is_ours ? "" : title
			for (line = 1; line <= lines; line++)
				print body[line]
			is_race = is_ours = lines = 0
		}
		/BUG: KCSAN: / {
			if (is_race) tell()
			title = $0; is_race = 1; is_ours = /xt_TRAFMETUX|trafmetux_/
			next
		}
		is_race {
			body[++lines] = $0
			if (/xt_TRAFMETUX|trafmetux_/) is_ours = 1
			if (/=================/) tell()
			next
		}
		{ print }
		END { if (is_race) { is_ours = 1; tell() } }'
}

# console_faults CONSOLE: likewise for what the kernel had to say.
console_faults() {
	tr -d '\r' <"$1" | own_races | grep -nE "$console_trouble" | head -n 5 |
		sed 's/^/trouble: console line /'
}

# verdict RESULTS CONSOLE REASON QEMU-OUTPUT: prints what is wrong with a guest,
# its failed checks and the console's last lines; returns 1 if anything is.
verdict() {
	faults=$(
		[ -z "$3" ] || echo "trouble: $3"
		tap_faults "$1"
		[ "$(tail -n 1 "$1")" = trafmetux-scenario-done ] || echo "trouble: the last word never came"
		console_faults "$2"
	)
	[ -n "$faults" ] || return 0
	echo "$faults"
	failures "$1"
	echo "--- the console's last lines"
	tail -n 30 "$2" | tr -d '\r'
	cat "$4"
	return 1
}
