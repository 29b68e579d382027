#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount
#
# Thousands of malformed rules, straight at the kernel by both ways in: it takes
# those that are in order and refuses all others as invalid, tells no userland
# what it keeps in a rule, and keeps nothing of what it refused; all the same for
# whoever made himself a network namespace of his own. The scenario stress-malformed
# does it all with more rules.

. ./lib.sh

# ${random:-100} is how many random rules there are of a kind, each time.
seed=1

# fuzz WHAT MODE BACKEND FAMILY [COUNT]: rules of that mode, one word or two, run by
# way of $within.
fuzz() {
	fuzz_what=$1 fuzz_count=${5:+"$seed $5"}
	fuzz_status=0
	# shellcheck disable=SC2086 # words
	fuzz_said=$($within rawfuzz $2 "$3" "$4" $fuzz_count) || fuzz_status=$?
	matches "$3 IPv$4, $fuzz_what" "0 rules [1-9]*" "$fuzz_status $fuzz_said"
	note "$fuzz_said${fuzz_count:+ (seed $seed)}"
}

references() {
	awk '$1 == "xt_TRAFMETUX" { print $3 }' /proc/modules
}

nothing_left() {
	[ "$(references)" = 0 ] && [ -z "$(ls /proc/trafmetux)" ]
}

all() {
	# The way in must be open, or refusals would prove nothing.
	"$(iptables_command "$1" "$2")" -t raw -S >/dev/null
	fuzz "names at random, garbage for pointers" names "$1" "$2" "${random:-100}"
	fuzz "bytes at random" bytes "$1" "$2" "${random:-100}"
	fuzz "every size" sizes "$1" "$2"
	fuzz "wrong revisions and families" strange "$1" "$2"
	fuzz "matches: names at random, garbage for pointers" "match names" "$1" "$2" "${random:-100}"
	fuzz "matches: bytes at random" "match bytes" "$1" "$2" "${random:-100}"
	fuzz "matches: questions at random" "match flags" "$1" "$2" "${random:-100}"
	fuzz "matches: every size" "match sizes" "$1" "$2"
	fuzz "matches: wrong revisions and families" "match strange" "$1" "$2"
	await 10 "neither rule nor monitor is left" nothing_left
	pass "$1 IPv$2: neither rule nor monitor is left"
}

within=''
modprobe xt_TRAFMETUX linger=0
iptables_each all
if [ -n "${random:-}" ]; then
	for backend in $backends; do
		has_backend "$backend" || continue
		fuzz "every byte at every place of a name" bytes "$backend" 4 0
	done
fi

note "an unprivileged user"
echo "nobody:x:65534:65534::/tmp:/bin/sh" >>/etc/passwd
as_nobody() {
	su -c "$*" nobody
}
fuzz_said=$(as_nobody rawfuzz sizes nft 4 2>&1 || :)
matches "who has no privilege is refused" "*Operation not permitted*" "$fuzz_said"
within="as_nobody unshare -U -r -n"
iptables_each all
finish
