#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Messages that once misled: links that lead nowhere, locks that a user may not take,
# local times that never were or came twice, monitors that are not there.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
export ASAN_OPTIONS="$NO_LEAKS"
chmod 0755 "$WORK"
cp "$PROGRAM" program

# A link that leads nowhere: mkdir -p would not make what it lacks.
fresh
echo "1614556860 1 1000" | live m $SERIES 1614556860.5 1 1000
ln -s nowhere/at/all link
ln -s turn turn
for link in link link/ turn; do
	words="trafmetux: $link: a link that leads nowhere; mount or make what it leads to, or see 'readlink -m $link'"
	for command in update compact verify "import csv trafmetux.conf" doctor "show-total m" list; do
		status=0
		# shellcheck disable=SC2086 # words
		"$PROGRAM" --archive-dir $link --proc-dir proc --config trafmetux.conf $command >out 2>err || status=$?
		same "$command in $link" "1 $words" "$status $(grep "^trafmetux: $link: " err)"
		! grep -q mkdir err
		result "$command in $link: does not tell to make it"
	done
done
trafmetux --archive-dir nowhere update
expect "what is not there is to be made" 1 "" "trafmetux: nowhere: no such directory; make it with 'mkdir -p nowhere'"
trafmetux --config link update
expect "a configuration that is such a link" 1 "" "trafmetux: link: a link that leads nowhere; make the file that it leads to"

# A user may not write: it is said once, however many monitors and plans there are.
for name in a b c; do
	echo "1614556860 1 1000" | live $name $SERIES 1614556860.5 1 1000
done
printf '%s\n' '[plan one]' 'monitors = a' 'amount = 1 GB' 'period = day' \
	'[plan two]' 'monitors = b' 'amount = 1 GB' 'period = day' >trafmetux.conf
trafmetux update
chmod -R go+rX archive proc trafmetux.conf
if [ "$(id -u)" -eq 0 ]; then
	for command in update compact "compact a b" "update a"; do
		status=0
		# shellcheck disable=SC2086 # words
		setpriv --reuid 65534 --regid 65534 --clear-groups "$WORK/program" --archive-dir archive \
			--proc-dir proc --config trafmetux.conf $command >out 2>err </dev/null || status=$?
		expect "$command by a user" 1 "" "trafmetux: archive: permission denied; run it as root"
	done
fi
: >trafmetux.conf

# Monitors that are not there: nothing that could be taken for an empty report.
for words in show-daily "--table show-daily" "--csv show-monthly" "--json show-total" "-t 3 --table show-hourly" \
	"--total --table show-daily" list "--csv list" explain; do
	# shellcheck disable=SC2086 # words
	trafmetux $words nope
	expect "$words of nothing" 1 "" "trafmetux: nope: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
done
trafmetux --csv show-total nope a
same "beside one that is there" "1 total,,,a,1,1000" "$status $(sed -n 2p out)"

# Local times. skipped ZONE TIME NEXT, twice ZONE TIME FIRST SECOND
skipped() {
	for option in --at --from --to; do
		trafmetux --tz "$1" "$option" "$2" show-total a
		expect "$1: $option $2 never was" 2 "" \
			"trafmetux: $option '$2' never was: the clock was set forward over it, to $3; try 'trafmetux --help'"
	done
	printf 'time,bytes\n%s,1\n' "$2" >file.csv
	trafmetux --tz "$1" import csv file.csv --monitor new
	expect "$1: $2 is imported by nobody" 1 "" \
		"trafmetux: file.csv: line 2: '$2' never was: the clock was set forward over it, to $3; nothing was imported"
}
twice() {
	words="came twice, since the clock was set back; give '$2 $3' for the first, '$2 $4' for the second"
	for option in --at --from --to; do
		trafmetux --tz "$1" "$option" "$2" --csv show-total a
		same "$1: $option $2 came twice" "0 trafmetux: $option '$2' $words" "$status $(sed 's/; now the .* is taken$//' err)"
		for offset in "$3" "$4"; do
			trafmetux --tz "$1" "$option" "$2 $offset" --csv show-total a
			same "$1: $option $2 $offset" "0 " "$status $(cat err)"
		done
	done
	[ "$(TZ=$1 date -d "$2 $4" +%s)" -gt "$(TZ=$1 date -d "$2 $3" +%s)" ]
	result "$1: the first is before the second"
	for offset in "$3" "$4"; do
		TZ=$1 date -d "@$(TZ=$1 date -d "$2 $offset" +%s)" '+%Y-%m-%d %H:%M'
	done | grep -cxF "$2" >found
	same "$1: both are that time" 2 "$(cat found)"
	printf 'time,bytes\n%s,1\n%s,1\n' "$2" "$2" >file.csv
	trafmetux --tz "$1" import csv file.csv --monitor new
	expect "$1: $2 in a file" 1 "" "trafmetux: file.csv: line 3: '$2' $words; nothing was imported"
}
skipped Europe/Paris '2026-03-29 02:30' '2026-03-29 03:00'
skipped Europe/Paris '2026-03-29 02:00:01' '2026-03-29 03:00'
skipped America/New_York '2026-03-08 02:59' '2026-03-08 03:00'
skipped Australia/Lord_Howe '2026-10-04 02:15' '2026-10-04 02:30'
skipped Pacific/Apia '2011-12-30 12:00' '2011-12-31 00:00'
skipped Africa/Cairo '2026-04-24 00:30' '2026-04-24 01:00'
skipped CET-1CEST,M3.5.0,M10.5.0/3 '2026-03-29 02:30' '2026-03-29 03:00'
twice Europe/Paris '2026-10-25 02:30' +02:00 +01:00
twice America/New_York '2026-11-01 01:00' -04:00 -05:00
twice America/St_Johns '2026-11-01 01:59' -02:30 -03:30
twice Australia/Lord_Howe '2026-04-05 01:45' +11:00 +10:30
for time in '2026-03-29 01:59' '2026-03-29 03:00' '2026-10-25 01:59' '2026-10-25 03:00' '2026-06-01 12:00'; do
	trafmetux --tz Europe/Paris --at "$time" --csv show-total a
	same "$time was once" "0 " "$status $(cat err)"
done
trafmetux --at '2026-10-25 02:30 +25:00' show-total a
same "an offset that is none" "2 trafmetux: --at '2026-10-25 02:30 +25:00' is no time; give 'YYYY-MM-DD HH:MM[:SS]' or epoch seconds; try 'trafmetux --help'" \
	"$status $(cat err)"
for time in '2021-03-01 00:01 +00:00' '2021-03-01 00:01Z' '2021-03-01 01:01+0100' '2021-03-01 00:01 Z'; do
	trafmetux --from "$time" --to "2021-03-01 00:02Z" --csv show-total a
	same "$time is the same everywhere" "0 total,1614556860,1614556920,a,0,0" "$status $(sed -n 2p out)"
done
trafmetux --from "2021-03-01 00:00 +00:00" --csv show-total a
cp out whole
trafmetux --from "2021-03-01 00:00" --csv show-total a
cmp -s out whole
result "as without an offset in that zone"
plan
