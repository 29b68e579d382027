#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the archive has lost and the kernel still has is written again where the clock was
# set back too, and stays in its minutes when the kernel has forgotten it.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
# Noon of a day: the clock is five days ahead then, and set back to the next day.
NOON=$(($(seconds UTC "$(date -u -d '10 days ago' +%Y-%m-%d)") + 43200))

# file DAYS: the file of a day so much later
file() {
	echo "archive/m-$(date -u -d "@$((NOON + $1 * 86400))" +%Y-%m-%d)"
}

# record DAYS MINUTES PACKETS
record() {
	echo "$((NOON + $1 * 86400 + $2 * 60)) $3 ${3}00"
}

# kernel SAMPLES: with the newest of them only, or with all
kernel() {
	{
		record 1 3 70
		record 1 2 60
		record 1 1 50
		record 5 2 40
		record 5 1 30
		record 0 2 20
		record 0 1 10
	} | head -n "$1" | live m $SERIES "$((NOON + 86400 + 300)).5" 75 7500 \
		"created $NOON.1" "dropped $((7 - $1))"
}

archived() {
	fresh
	kernel 7
	{
		printf '@ %s 0 0\n' $SERIES
		record 0 1 10
		record 0 2 20
	} >"$(file 0)"
	{
		printf '@ %s 20 2000\n' $SERIES
		record 5 1 30
		record 5 2 40
		printf '@ %s 40 4000\n' $SERIES
	} >"$(file 5)"
	{
		printf '@ %s 40 4000\n' $SERIES
		record 1 1 50
		record 1 2 60
		record 1 3 70
	} >"$(file 1)"
}

minutes() {
	"$PROGRAM" --archive-dir archive --proc-dir "${1:-proc}" --csv show-minutely m 2>/dev/null
}

# written NAME [COMMAND...]: after that, the archive tells the minutes by itself
written() {
	minutes >found
	cmp -s wanted found
	result "$1: a report has it from the kernel" || sed 's/^/# /' found
	_name=$1
	shift
	trafmetux "${@:-update}"
	trafmetux "${@:-update}"
	minutes nowhere >found
	cmp -s archived found
	result "$_name: it is written again" || sed 's/^/# /' found
	trafmetux verify
	same "$_name: and the archive is whole" "0 m: 3 files, 7 records: whole" "$status $(cat out)"
	cp -r archive once
	trafmetux update
	diff -r -x .index -x .lock once archive >/dev/null
	result "$_name: nothing is written twice"
	rm -r once
	kernel 1
	minutes >found
	cmp -s wanted found
	result "$_name: reports stay when the kernel has forgotten it" || sed 's/^/# /' found
}

archived
minutes >wanted
minutes nowhere >archived
same "seven records, and what came after them" "9 8" "$(wc -l <wanted) $(wc -l <archived)"
sed -i '2,3d' "$(file 0)"
written "the end of the first day"
archived
rm "$(file 5)"
written "the day from which the clock was set back"
archived
sed -i '2,$d' "$(file 5)"
written "all but the beginning of that day"
archived
sed -i '2{N;s/\n/ /}' "$(file 5)"
written "two records of that day" verify --repair
plan
