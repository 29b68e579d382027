#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The committed instructions of meters by BPF are those of their source, in both orders of
# bytes. What they count: unit/test_meter_program.c.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
PROGRAM=none
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
# What the make that runs this has for its own.
unset MAKEFLAGS MAKELEVEL MFLAGS
# Another one gives other instructions for the same.
MADE_WITH=14
version=$(clang --version 2>/dev/null | sed -n 's/.*clang version \([0-9]*\).*/\1/p')
if ! command -v llvm-objcopy >/dev/null || [ -z "$version" ]; then
	echo "1..0 # SKIP there is no clang with llvm"
	exit 0
fi
make -s -C "$HERE/../../bpf" BUILD="$WORK/build" "$WORK/build/meter_code.h" >out 2>&1
result "they can be made anew, without a warning" || cat out
test ! -s out
result "and nothing is said" || cat out
if [ "$version" = $MADE_WITH ]; then
	cmp "$WORK/build/meter_code.h" "$HERE/../../bpf/meter_code.h"
	result "they are what the source gives"
else
	pass "they are what the source gives # SKIP clang $version, not $MADE_WITH"
fi
for name in ether bare rule over; do
	count=$(awk -v name="meter_$name" 'index($0, name "[]") { on = 1; next } /^};/ { if (on) print n; on = n = 0 }
		on { n++ }' "$HERE/../../bpf/meter_code.h" | tr '\n' ' ')
	echo "# $name: $count"
	case $count in [1-9]*' '[1-9]*' ') true ;; *) false ;; esac
	result "$name is there in both orders"
done
plan
