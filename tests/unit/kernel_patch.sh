#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The patches for the kernel's tree are what kernel-module/ makes of them.

set -eu

patches=$(cd "$(dirname "$0")/../../kernel-patch" && pwd)
if "$patches/make-patches" --check; then
	echo "ok 1 - the in-tree patches are those of kernel-module/"
else
	echo "not ok 1 - the in-tree patches are those of kernel-module/"
fi
echo "1..1"
