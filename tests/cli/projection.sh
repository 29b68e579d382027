#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Projections over a year of made-up traffic: nearer to the truth than vnStat's, and
# as near as docs/PROJECTION.md says.

set -u

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/../bench/projection" --households 5 >"$work/report" 2>&1
status=$?
[ $status -eq 0 ] || sed 's/^/# /' "$work/report"
[ $status -eq 0 ] || printf 'not '
echo "ok 1 - better than vnStat in all kinds of years and periods"

# Twice what was measured over 20 households is a fault, not chance.
awk -F'[|*% ]+' '$4 == "all" { most = $2 == "steady" ? 6 : 30; count++
	if ($6 + 0 <= 0 || $6 > most) { print "# " $0; bad = 1 } }
	END { exit bad || count != 4 }' "$work/report" || { bad=yes; printf 'not '; }
echo "ok 2 - and as near as was measured"
echo "1..2"
[ $status -eq 0 ] && [ -z "${bad-}" ]
