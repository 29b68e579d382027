#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# update --sync: when it waits for the disk, what it says when that fails, and what
# a power loss leaves.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
export ASAN_OPTIONS="$NO_LEAKS"
MIDNIGHT=1614556800	# 2021-03-01

# until_minute COUNT: monitors m and n have counted that many minutes, from ten
# minutes before midnight on
until_minute() {
	for monitor in m n; do
		awk -v count="$1" -v start=$((MIDNIGHT - 600)) 'BEGIN {
			for (at = count; at; at--)
				print start + at * 60, at, at * 1000 + at % 7 }' >samples
		live $monitor $SERIES $((MIDNIGHT - 600 + $1 * 60)).5 "$1" \
			$(($1 * 1000 + $1 % 7)) "dropped 0" <samples
	done
	kernel=$(($1 * 1000 + $1 % 7))
}

# traced [OPTION...]: update under strace, which writes the file calls
traced() {
	strace -qq -y -o calls "$PROGRAM" --archive-dir archive --proc-dir proc update "$@" >out 2>err
	status=$?
}

# syncs: of which files the disk was waited for
syncs() {
	sed -n 's/^f[a-z]*sync([0-9]*<[^>]*\/\([^/>]*\)>) .*/\1/p' calls | tr '\n' ' '
}

for sync in never daily always default; do
	option="--sync $sync"
	case $sync in
	never) first='' minute='' day='' ;;
	daily) first='archive ' minute='' day='m-2021-02-28 n-2021-02-28 archive ' ;;
	always)	first='m-2021-02-28 n-2021-02-28 archive '
		minute='m-2021-02-28 n-2021-02-28 '
		day='m-2021-02-28 m-2021-03-01 n-2021-02-28 n-2021-03-01 archive ' ;;
	default) option='' first='archive ' minute='' day='m-2021-02-28 n-2021-02-28 archive ' ;;
	esac
	fresh
	until_minute 5
	# shellcheck disable=SC2086 # none or two words
	traced $option
	same "$sync: the first update waits for" "$first" "$(syncs)"
	until_minute 10
	# shellcheck disable=SC2086
	traced $option
	same "$sync: one within a day" "$minute" "$(syncs)"
	until_minute 11
	# shellcheck disable=SC2086
	traced $option
	same "$sync: the first one of a day" "$day" "$(syncs)"
	# shellcheck disable=SC2086
	traced $option
	same "$sync: one with nothing to do" "" "$(syncs)"
done
same "a day's file is on the disk before the next one is begun" "sync begin " \
	"$(fresh; until_minute 5; traced; until_minute 15; traced; sed -n '/^fdatasync.*m-2021-02-28/s/.*/sync/p
		/^openat.*m-2021-03-01.*O_CREAT/s/.*/begin/p' calls | tr '\n' ' ')"
trafmetux update --sync weekly
expect "no such policy" 2 "" \
	"trafmetux: --sync 'weekly' is not one of never, daily, always; try 'trafmetux --help'"
trafmetux --sync daily show-total m
expect "only update writes" 2 "" "trafmetux: --sync does not go with show-total; try 'trafmetux --help'"

# What fails is told, and does not stop the rest.
IO="input/output error; check the disk (nothing is lost while the kernel keeps the history)"
fresh
until_minute 5
trafmetux update
until_minute 12
strace -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:error=EIO \
	"$PROGRAM" --archive-dir archive --proc-dir proc update >out 2>err
status=$?
expect "waiting fails" 1 "" "trafmetux: archive/m-2021-02-28: $IO
trafmetux: archive/n-2021-02-28: $IO
trafmetux: archive: $IO"
same "all is archived nevertheless" "$kernel $kernel" "$(total m) $(total n)"
until_minute 13
strace -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:error=EINVAL \
	"$PROGRAM" --archive-dir archive --proc-dir proc update --sync always >out 2>err
status=$?
expect "a file system that can't wait need not" 0 "" ""

# Network file systems may tell of a full disk when a file is closed.
until_minute 14
strace -qq -o calls "$PROGRAM" --archive-dir archive --proc-dir proc update
number=$(awk '/^close/ { count++ } /^write/ { print count + 1; exit }' calls)
until_minute 15
strace -qq -o /dev/null -e trace=close -e "inject=close:error=EDQUOT:when=$number" \
	"$PROGRAM" --archive-dir archive --proc-dir proc update >out 2>err
status=$?
expect "closing fails" 1 "" "trafmetux: archive/m-2021-03-01: disk full; free some space (nothing is lost while the kernel keeps the history)"

# Power loss. What was not synced ends anywhere, or in NULs, or is not there.
fresh
until_minute 10
trafmetux update
until_minute 16
trafmetux update
cp -a archive whole

# lose FILE HOW FROM: its end from each byte at or after FROM on is "cut" off or
# "zeroed"; prints what is wrong after another update
lose() {
	at=$3
	size=$(wc -c <"whole/$1")
	while [ "$at" -lt "$size" ]; do
		head -c "$at" "whole/$1" >"archive/$1"
		[ "$2" = cut ] || head -c $((size - at)) /dev/zero >>"archive/$1"
		often trafmetux update
		[ "$(total m)" = "$kernel" ] || echo "$1 $2 at $at: $(total m)"
		[ "$3" -gt 0 ] || [ "$(minutes)" -eq 16 ] || echo "$1 $2 at $at: minutes lack"
		at=$((at + ${LONG:-11}))
	done
	cp "whole/$1" "archive/$1"
}

# minutes: how many are archived
minutes() {
	cat archive/m-* | tr -d '\000' | awk '/^1/ && NF == 3 { print $1 }' | sort -u | wc -l
}
same "the day's file cut anywhere: each minute comes back" "" "$(lose m-2021-03-01 cut 0)"
same "or followed by NULs" "" "$(lose m-2021-03-01 zeroed 0)"
rm archive/m-2021-03-01
trafmetux update
cmp archive/m-2021-03-01 whole/m-2021-03-01
result "or gone"
# With --sync never only: the day before, all but its begin, which is old.
begin=$(head -n 2 whole/m-2021-02-28 | wc -c)
same "the day before cut anywhere: no byte lacks" "" "$(lose m-2021-02-28 cut "$begin")"
same "or followed by NULs: likewise" "" "$(lose m-2021-02-28 zeroed "$begin")"
plan
