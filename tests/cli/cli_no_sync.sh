#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# File systems that can't be waited for, of directories or at all: whatever writes
# does so, and says nothing. What is wrong with a disk is told nevertheless.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
export ASAN_OPTIONS="$NO_LEAKS:verify_asan_link_order=0"

cc -D_GNU_SOURCE -shared -fPIC -o no_sync.so "$HERE/no_sync.c" -ldl
result "no_sync.c compiles" || { plan; exit 1; }

# As on most machines: EINVAL, ENOSYS, EOPNOTSUPP, EIO.
EINVAL=22 ENOSYS=38 EOPNOTSUPP=95 EIO=5
MARCH=$(seconds UTC 2021-03-01)
# Days are removed an hour after their month has a file.
LATER="--at $(($(date +%s) + 7200))"
printf '%s\n' '[plan home]' 'monitors = m' 'amount = 1 B' 'period = month' 'warn = 80%' 'hook = /bin/true' \
	>trafmetux.conf
printf '%s\n' 'monitor,time,bytes' "n,$((MARCH + 600)),1" "n,$((MARCH + 90000)),2" >file.csv

# run NAME: writes with all that writes, into the folder NAME
run() {
	mkdir "$1"
	cp -a made "$1/archive"
	for command in "update --sync always" "import csv file.csv" "verify --repair" \
		"compact $LATER" "compact $LATER" "compact $LATER --keep-minutes 0"; do
		# shellcheck disable=SC2086 # words
		"$PROGRAM" --archive-dir "$1/archive" --proc-dir proc --config trafmetux.conf $command \
			2>&1 | sed "s|$1/||; s|^|${command%% *}: |"
	done >"$1/said"
	"$PROGRAM" --archive-dir "$1/archive" --proc-dir proc show-daily m n >"$1/told" 2>&1
	(cd "$1" && ls archive archive/plans >files 2>&1)
}

# Two days, a line of which is damaged; what the kernel has goes into the next one.
fresh
awk -v start="$MARCH" 'BEGIN { for (at = 40; at; at--) print start + 85000 + at * 60, at, at * 100 }' |
	live m $SERIES $((MARCH + 87400)).5 40 4000 "dropped 0"
trafmetux update
sed -i '5s/ /x/' "archive/m-2021-03-01"
awk -v start="$MARCH" 'BEGIN { for (at = 90; at; at--) print start + 85000 + at * 60, at, at * 100 }' |
	live m $SERIES $((MARCH + 90400)).5 90 9000 "dropped 0"
cp -a archive made
run whole
grep -q "^verify: .*repaired" whole/said && grep -q "^compact: .*thinned" whole/said && [ -s whole/archive/plans/home.ledger ] &&
	[ -s whole/archive/plans/home.hooks ]
result "all of them have something to write"
for error in $EINVAL $ENOSYS $EOPNOTSUPP; do
	for of in '' directories; do
		# shellcheck disable=SC2030,SC2031 # that is why it is a shell of its own
		(
			export LD_PRELOAD="$WORK/no_sync.so" NO_SYNC="$error"
			[ -z "$of" ] || export NO_SYNC_DIRECTORIES=yes
			run "none$error$of"
		)
		same "errno $error $of: all say the same" "$(cat whole/said)" "$(cat "none$error$of/said")"
		same "errno $error $of: and tell the same" "$(cat whole/told whole/files)" \
			"$(cat "none$error$of/told" "none$error$of/files")"
	done
done
# shellcheck disable=SC2030,SC2031
(
	export LD_PRELOAD="$WORK/no_sync.so" NO_SYNC="$EIO"
	run failing
)
for command in update import verify; do
	grep -q "^$command: .*input/output error" failing/said
	result "$command tells of a disk that fails"
done
plan
