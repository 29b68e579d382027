#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# update killed again and again, and its files cut anywhere.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
ROUNDS=${LONG:+500}
ROUNDS=${ROUNDS:-60}

# source COUNT: a monitor that has had COUNT minutes of traffic, around midnight
source_at() {
	awk -v count="$1" 'BEGIN { for (at = count; at; at--)
		printf "%d %d %d\n", 1614556800 + (at - 200) * 60, at, at * 1000 + at % 3 }' >samples
	live m $SERIES $((1614556800 + ($1 - 200) * 60)).5 "$1" $(($1 * 1000 + $1 % 3)) \
		"dropped 0" <samples
}

# Killed at some time after it began; traffic goes on meanwhile.
fresh
round=0
while [ $round -lt "$ROUNDS" ]; do
	round=$((round + 1))
	source_at $((round * 5))
	"$PROGRAM" --archive-dir archive --proc-dir proc update >all 2>&1 &
	# No condition to wait for: any moment will do.
	sleep "0.0$((round * 7 % 50 + 10))"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
done
trafmetux update
expect "after all kills update is well" 0 "" ""
same "and the total is the kernel's" $((round * 5000 + round * 5 % 3)) "$(total m)"
same "as is the number of records" $((round * 5)) "$(cat archive/m-* | grep -c '^1')"

# The archive's end cut at each byte: what a crash can leave.
fresh
source_at 230
trafmetux update
cp -a archive whole
source_at 240
wanted=$((240 * 1000 + 240 % 3))
trafmetux update
cp -a archive after
size=$(wc -c <after/m-2021-03-01)
first=$(wc -c <whole/m-2021-03-01)
bad=
at=$first
while [ "$at" -lt "$size" ]; do
	head -c "$at" after/m-2021-03-01 >archive/m-2021-03-01
	often trafmetux -u B show-total m
	grep -q "= $wanted B" out || bad="$bad show:$at"
	often trafmetux update
	[ -s err ] && bad="$bad update:$at"
	often trafmetux update
	[ "$(total m)" = "$wanted" ] || bad="$bad total:$at"
	at=$((at + ${LONG:-7}))
done
same "cut anywhere, live reports are whole and update restores the total" "" "$bad"

# A new file cut at each byte, from its first line on.
bad=
at=0
rm -r archive
cp -a whole archive
while [ "$at" -lt 140 ]; do
	head -c "$at" after/m-2021-03-01 >archive/m-2021-03-01
	often trafmetux -u B show-total m
	grep -q "= $wanted B" out || bad="$bad show:$at"
	often trafmetux update
	often trafmetux update
	[ "$(total m)" = "$wanted" ] || bad="$bad total:$at"
	at=$((at + ${LONG:-3}))
done
same "a new file cut anywhere" "" "$bad"
plan
