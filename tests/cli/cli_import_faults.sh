#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An import that is killed at each of its system calls in turn, or each of which
# fails in turn: after an error the archive is as it was, and running it again
# leaves what one whole run would have.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
# Leaks can't be looked for while strace watches.
export ASAN_OPTIONS="$NO_LEAKS"

command -v strace >/dev/null
result "strace is installed" || { plan; exit 1; }

awk 'BEGIN {
	print "monitor,time,bytes"
	for (day = 0; day < 2; day++)
		for (row = 1; row < 3; row++)
			for (monitor = 0; monitor < 2; monitor++)
				print "m" monitor "," 1614556800 + day * 86400 + row * 600 "," row * day + 1
}' >file.csv

# files: the archive's, and their text
files() {
	(cd archive && for _file in m*; do [ -e "$_file" ] && echo "$_file" && cat "$_file"; done)
}

fresh
trafmetux import csv file.csv
expect "four files" 0 "m0: 4 records in 2 files
m1: 4 records in 2 files" ""
files >whole

# spoil CALL FAULT: at the first, the second and so on of these calls
spoil() {
	tried=0 bad='' number=1
	while [ $number -le 60 ]; do
		inject "$1" "$2" $number
		fresh
		status=0
		strace -o log -e "trace=$1" -e "inject=$1:$2:when=$when" \
			"$program" --archive-dir archive --proc-dir none import csv file.csv \
			>out 2>err </dev/null || status=$?
		grep -Eq 'INJECTED|killed by' log || break
		# What fails when all is done is the report of it.
		if [ "$status" -eq 1 ] && [ -n "$(files)" ] && ! grep -q 'standard output' err; then
			bad="$bad $number:left"
		fi
		case $2 in
		error=*) [ "$status" -eq 1 ] || bad="$bad $number:unsaid" ;;
		esac
		often trafmetux import csv file.csv
		files >again
		[ "$status" -eq 0 ] && cmp -s whole again && [ ! -e archive/.import ] ||
			bad="$bad $number:again"
		tried=$((tried + 1))
		number=$((number + 1))
	done
	[ $tried -gt 0 ] && [ -z "$bad" ]
	result "$1, $2: $tried times" || echo "# $bad"
}

for call in write fsync renameat openat unlinkat; do
	spoil $call signal=KILL
done
for call in write fsync renameat; do
	spoil $call error=ENOSPC
done
spoil fsync error=EIO
plan
