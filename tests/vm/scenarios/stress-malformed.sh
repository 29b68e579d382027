#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount --timeout 1500 --silence 600
#
# The scenario "malformed", with ten times as many random rules, and every byte value
# at every place of a name.

# shellcheck disable=SC2034 # for that scenario
random=1000
# shellcheck disable=SC1091 # it lies there in the guest
. scenarios/malformed.sh
