# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# The checks that scripts and scenarios make; sourced by cli/cli_library.sh and
# vm/lib.sh. TAP goes to stdout. Each has a name that says what is true when it passes;
# one that fails shows what was wanted and what was found.

checks=0
failed=0

# note WORDS: for people, and for the progress line of a guest.
note() {
	echo "# $*"
}

# pass NAME, fail NAME: one check's outcome. What can't be checked here passes as
# "NAME # SKIP why".
pass() {
	checks=$((checks + 1))
	echo "ok $checks - $1"
}

fail() {
	checks=$((checks + 1)) failed=$((failed + 1))
	echo "not ok $checks - $1"
}

# check NAME COMMAND...: passes if the command does.
check() {
	check_name=$1
	shift
	if "$@"; then
		pass "$check_name"
	else
		fail "$check_name"
		note "failed: $*"
	fi
}

# result NAME: passes if the command before it did, and returns whether. Not with set -e.
result() {
	if [ $? -eq 0 ]; then
		pass "$1"
	else
		fail "$1"
		return 1
	fi
}

# shown WORD TEXT: of a check that failed.
shown() {
	printf '%s:\n%s\n' "$1" "$2" | sed 's/^/# /'
}

# same NAME WANTED FOUND: the two texts are equal.
same() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1"
		shown wanted "$2"
		shown found "$3"
	fi
}

# differs NAME UNWANTED FOUND
differs() {
	if [ "$2" != "$3" ]; then
		pass "$1"
	else
		fail "$1"
		shown "wanted another than it, found" "$3"
	fi
}

# matches NAME SHELL-PATTERN FOUND
matches() {
	# shellcheck disable=SC2254 # a pattern is what is wanted
	case $3 in
	$2) pass "$1" ;;
	*) fail "$1"
	   shown wanted "$2"
	   shown found "$3" ;;
	esac
}

# plan: the last line. It counts the checks of this shell: one made in a subshell is
# missing from it, and is noticed. Fails if any check did.
plan() {
	echo "1..$checks"
	[ $failed -eq 0 ]
}
