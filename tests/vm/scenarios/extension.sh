#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount
#
# Runs the extensions' own test cases (iptables' format: chains and table first,
# then "ARGUMENTS;SAVED AS;OK or FAIL" lines), and what is printed and saved
# reads back as the same rule.

. ./lib.sh

# try CHAIN ARGUMENTS: adds the rule; the arguments are quoted as for a shell.
try() {
	eval "set -- $1 $2"
	try_chain=$1
	shift
	"$command" -t "$table" -A "$try_chain" "$@" 2>/dev/null
}

# one_case CHAIN ARGUMENTS SAVED OUTCOME
one_case() {
	"$command" -t "$table" -F
	try "$1" "$2" && one_outcome=OK || one_outcome=FAIL
	same "$command $1 $2: $4" "$4" "$one_outcome"
	[ "$4" = OK ] || return 0
	one_saved=$3
	[ "$one_saved" != = ] || one_saved=$2
	# Some versions print a space after a rule without a target.
	same "$command $1 $2: is printed as it was given" "-A $1 $one_saved" \
		"$("$command" -t "$table" -S "$1" | sed -n '/^-A/s/ *$//p')"
	one_name=${one_saved##*--monitor }
	matches "$command $1 $2: and in the list" "*monitor ${one_name%% *}*" \
		"$("$command" -t "$table" -n -L "$1")"
}

# cases_of FILE
cases_of() {
	chains='' table=''
	while IFS=';' read -r arguments saved outcome; do
		case $arguments in
		'' | '#'*) ;;
		:*) chains=$(echo "${arguments#:}" | tr ',' ' ') ;;
		'*'*) table=${arguments#?} ;;
		*) # One chain shows what the extension does; the counting scenario
		   # is in all of them.
		   one_case "${chains%% *}" "$arguments" "$saved" "$outcome" </dev/null ;;
		esac
	done <"$1"
	"$command" -t "$table" -F
}

all_cases() {
	command=$(iptables_command "$1" "$2")
	note "$command"
	cases_of libxt_TRAFMETUX.t
	cases_of libxt_TRAFMETUX_HOSTS.t
	cases_of libxt_trafmetux.t
	matches "$command: help says what the option is" "*--monitor name*" "$("$command" -j TRAFMETUX -h)"
	matches "$command: and those of the target for hosts" "*--host src|dst|none*" "$("$command" -j TRAFMETUX_HOSTS -h)"
	matches "$command: and those of the match" "*--over-limit*" "$("$command" -m trafmetux -h)"
}

iptables_each all_cases
finish
