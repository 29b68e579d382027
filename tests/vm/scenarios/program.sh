#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --silence 600
#
# The program's own tests in C, where they were built for another machine than the
# one that runs this. (Those that call it from a shell run natively only.)

. ./lib.sh

export CMOCKA_MESSAGE_OUTPUT=TAP
for test in ./unit/test_*; do
	note "$test"
	check "$test ends well" "$test"
done
finish
