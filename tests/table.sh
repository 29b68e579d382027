# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A table of test runs, a line for each as soon as it is known. Who sources this
# has tests/suite.sh's $cache.

passed=0 failed=0 left_out=0

table_line() {
	printf '%-14s %-28s %-10s %-34s %s\n' "$@"
}

# tabulate NAME COMMAND...: runs a tests/run, and adds its line and its figures.
# What it printed is in a log, and on the screen where something failed. One that
# does not get to its last line is a failure of its own.
tabulate() {
	table_name=$1 table_status=0
	# shellcheck disable=SC2154
	table_log=$cache/run-$1.log
	table_started=$(date +%s)
	shift
	"$@" >"$table_log" 2>&1 </dev/null || table_status=$?
	closing=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$table_log" | tail -n 1)
	skipped=$(sed -n 's/.* failed, \([0-9]*\) skipped,.*/\1/p' "$table_log" | awk '{ sum += $1 } END { print sum + 0 }')
	[ -n "$closing" ] || [ $table_status -ne 0 ] || table_status=1
	passed=$((passed + $(echo "${closing:-0}" | cut -d ' ' -f 1)))
	failed=$((failed + $(echo "${closing:-0 passed, 1 failed}" | cut -d ' ' -f 3)))
	[ "$skipped" -eq 0 ] || closing="$closing, $skipped skipped"
	table_line "$table_name" "$(sed -n 's/^building for \([^,]*\), .*/\1/p' "$table_log" | head -n 1)" \
		"$(sed -n 's/^building for .*, iptables //p' "$table_log" | head -n 1)" \
		"${closing:-did not finish}" "$(($(date +%s) - table_started)) s"
	if [ $table_status -ne 0 ]; then
		grep -vE ' 0 failed' "$table_log" | tail -n 40 | sed 's/^/    /'
		echo "    all of it: $table_log"
	fi
}

# leave_out NAME REASON: adds a line for what this machine cannot run.
leave_out() {
	left_out=$((left_out + 1))
	table_line "$1" - - "left out: $2" -
}

# table_end: the closing line. Returns 1 if anything failed or nothing ran, and
# else 77 if something was left out.
table_end() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] || return 1
	[ $left_out -eq 0 ] || return 77
	[ "$passed" -gt 0 ]
}
