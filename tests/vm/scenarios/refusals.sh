#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount
#
# Bad names are refused by the extension, with status 2 and the reason, and by
# the kernel, which trusts no blob, with EINVAL and the reason in its log.

. ./lib.sh

# refused BACKEND FAMILY REASON ARGUMENT...: what the extension says to these.
refused() {
	refused_command=$(iptables_command "$1" "$2") refused_reason=$3
	shift 3
	refused_status=0
	refused_text=$("$refused_command" -t mangle -A OUTPUT -j TRAFMETUX "$@" 2>&1) || refused_status=$?
	same "$refused_command $*: status" 2 "$refused_status"
	# shellcheck disable=SC2254 # a pattern is what is wanted
	matches "$refused_command $*: reason" "*TRAFMETUX: *$refused_reason*" "$refused_text"
}

extension() {
	refused "$1" "$2" '"--monitor"*' # the option is missing
	refused "$1" "$2" 'empty' --monitor ''
	refused "$1" "$2" '"a/b" has a character other than' --monitor a/b
	refused "$1" "$2" '"a b" has a character other than' --monitor 'a b'
	refused "$1" "$2" '".hidden" must not begin with' --monitor .hidden
	refused "$1" "$2" '"-x" must not begin with' --monitor=-x
	refused "$1" "$2" '"abcdefghijklmnopqrstuvwxyz012345" is too long, a name can have at most 31 characters' \
		--monitor abcdefghijklmnopqrstuvwxyz012345
	refused "$1" "$2" 'can only*once' --monitor one --monitor two
	same "$1 IPv$2: none of them became a rule" "" \
		"$(save_rules self "$1" "$2" -t mangle | grep TRAFMETUX || :)"
}

# raw BACKEND FAMILY NAME: leaves the kernel's answer and what it logged.
raw() {
	# The log takes ten lines in five seconds. Idle time costs nothing here.
	sleep 6
	dmesg -c >/dev/null
	raw_status=0
	raw_answer=$(rawrule "$@") || raw_status=$?
	raw_log=$(dmesg | grep xt_TRAFMETUX || :)
}

# refused_raw BACKEND FAMILY WHAT NAME REASON
refused_raw() {
	raw "$1" "$2" "$4"
	same "$1 IPv$2: the kernel refuses a raw rule with $3" \
		"1 refused: Invalid argument" "$raw_status $raw_answer"
	matches "$1 IPv$2: and logs that the name $5" "*xt_TRAFMETUX: *name $5*" "$raw_log"
}

kernel() {
	# Both ways in must be open, or refusals would prove nothing.
	"$(iptables_command "$1" "$2")" -t raw -S >/dev/null
	raw "$1" "$2" good
	same "$1 IPv$2: the kernel takes a raw rule with a good name" "0 accepted" \
		"$raw_status $raw_answer"
	check "$1 IPv$2: and makes the monitor" test -e /proc/trafmetux/good
	refused_raw "$1" "$2" "an unterminated name" \
		abcdefghijklmnopqrstuvwxyz012345 "is not terminated"
	refused_raw "$1" "$2" "an empty name" "" "is empty"
	refused_raw "$1" "$2" "a slash in the name" a/b "has a character that is not one of"
	refused_raw "$1" "$2" "a name with a dot in front" .a "begins with"
	refused_raw "$1" "$2" "a name that is .." .. "begins with"
	refused_raw "$1" "$2" "a name with a dash in front" -a "begins with"
	refused_raw "$1" "$2" "a byte above ASCII in the name" "$(printf 'a\377')" "has a character"
	refused_raw "$1" "$2" "a newline in the name" "a
b" "has a character"
	same "$1 IPv$2: no other monitor came of it" good "$(ls /proc/trafmetux)"
}

iptables_each extension
iptables_each kernel
finish
