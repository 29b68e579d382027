#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# import csv: what export wrote gives the same reports elsewhere; simple files of
# others; nothing twice, nothing mixed, and nothing at all if a line is wrong.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
NUMBERS='is no whole number from 0 to 18446744073709551615'

# reports FOLDER MONITOR...: all of them, of an archive
reports() {
	_folder=$1
	shift
	for _report in minutely hourly daily weekly monthly yearly total; do
		"$PROGRAM" --archive-dir "$_folder" --proc-dir none --csv --rates \
			--at '2026-11-01 12:00' show-$_report "$@" 2>&1
	done
}

# contents: every file of the archive but the lock and the index, with its text
contents() {
	find archive -type f ! -name .lock ! -path '*/.index/*' | sort | while read -r _file; do
		echo "== $_file"
		cat "$_file"
	done
	find archive -name '.import*'
}

# file LINE...: what is to be imported
file() {
	printf '%s\n' "$@" >file.csv
}

# refused NAME MESSAGE: the file is, and nothing changes
refused() {
	contents >before
	trafmetux import csv file.csv --monitor x
	expect "refused: $1" 1 "" "trafmetux: file.csv: $2; nothing was imported"
	contents >after
	cmp -s before after
	result "and nothing changed: $1" || diff before after | sed 's/^/# /'
}

# An archive with all there can be: two monitors, series, a gap, clocks that were
# set back within a day and over days, an hour that came twice.
fresh
export TZ=Europe/Paris
awk 'BEGIN {
	base = 1792879200	# 2026-10-24 00:00 in Paris
	for (day = 0; day < 3; day++) {
		file = "archive/m-1-2026-10-" 24 + day
		print "@ 00000000000000aa", packets + 0, bytes + 0 >file
		length_of_day = 86400 + (day == 1) * 3600
		for (at = 300; at <= length_of_day; at += 300) {
			packets += at % 7 + 1
			bytes += at * 641 % 1500 + 60
			print base + at, packets, bytes (at == 3000 ? " " base + 600 : at == 6000 ? " " base + 5980 : "") >file
		}
		base += length_of_day
	}
	print "@ 00000000000000bb 0 0" >file
	print base - 30, 1, "18446744073709551615", 0 >file
	print "@ 00000000000000cc 0 0" >file
	print base - 7200, 5, 500 >file
	print base - 20, 7, 700 >file
	print "@ 00000000000000cc 7 700" >"archive/m-1-2026-10-25"
	print base - 90000, 8, 900 >"archive/m-1-2026-10-25"
}'
printf '@ 00000000000000dd 0 0\n1792879260 0 1\n1792879320 3 4\n' >archive/n-2026-10-24
reports archive m-1 n >wanted
trafmetux export
same "the archive is exported" "status 0, 0 messages" "status $status, $(wc -l <err) messages"
cp out exported.csv
mv archive there
mkdir archive
trafmetux import csv exported.csv
expect "and imported" 0 "m-1: $(grep -c '^m-1,' exported.csv) records in 3 files
n: 2 records in 1 file" ""
reports archive m-1 n >found
cmp -s wanted found
result "all reports are the same" || diff wanted found | sed 's/^/# /;20q'
trafmetux export
cmp -s exported.csv out
result "and the export is the same file" || diff exported.csv out | sed 's/^/# /;9q'
trafmetux verify
same "verify finds it whole" "status 0 2 whole" "status $status $(grep -c 'whole$' out) whole"
trafmetux explain m-1
same "explain says where it is from" "3 an import, 0 others" \
	"$(grep -c 'begins at 0 (an import)' out) an import, $(grep -c 'first rule' out) others"
trafmetux --json explain n
same "so does its JSON" 1 "$(grep -c '"begin":"new","import":true,' out)"
cp archive/.imports listed
same "the list of imports has each series once" 4 "$(sed '/^$/d' listed | sort -u | wc -l)"
contents >once
trafmetux import csv exported.csv
cmp -s archive/.imports listed
result "and nothing more when they are imported again"
expect "once more" 0 "m-1: imported before, nothing was added
n: imported before, nothing was added" ""
contents >twice
cmp -s once twice
result "adds nothing"
rm archive/m-1-2026-10-25
trafmetux import csv exported.csv
same "a file that is missing comes back" "$(grep m-1 once | tail -n 1) some of which were there" \
	"$(contents | grep m-1 | tail -n 1)$(sed -n 's/^m-1:.*,//p' out)"
contents >twice
cmp -s once twice
result "as it was"
export TZ=Asia/Kolkata
rm -r archive
mkdir archive
trafmetux import csv exported.csv
export TZ=Europe/Paris
reports archive m-1 n >found
cmp -s wanted found
result "the machine that imports may be elsewhere" || diff wanted found | sed 's/^/# /;20q'
export TZ=UTC

# Simple files of others.
fresh
file 1614556860,1000 1614556920,2000
trafmetux import csv file.csv --monitor x
expect "no names of columns" 0 "x: 2 records in 1 file" ""
same "what becomes of it" "# trafmetux archive version 1 monitor x zone UTC
@ 0 0
1614556860 0 1000
1614556920 0 3000" "$(sed 's/^@ [0-9a-f]\{16\}/@/' archive/x-2021-03-01)"
file 'Bytes,note,TIME' '10,"a ""quoted"", comma",2021-03-01T00:01Z' '20,,2021-03-01 02:02:00+01:00' '' \
	'"30",,2021-03-01T01:03:30' '18446744073709551615,,2021-03-01 01:05'
sed -i 's/$/\r/' file.csv
trafmetux import csv file.csv --monitor y
expect "columns in another order, times in every form, quotes, the largest number" 0 "y: 4 records in 1 file" ""
trafmetux --csv export y
same "two series where one would be too large" "1614556860 10
1614560520 20
1614560610 30
1614560700 18446744073709551615" "$(awk -F, 'NR > 1 { print $3, $6 }' out | tr -d '\r')"
trafmetux verify y
expect "and whole" 0 "y: 1 file, 4 records: whole" ""
TZ=America/New_York trafmetux import csv file.csv --monitor z
same "local times are of the zone" 1614578610 "$("$PROGRAM" --archive-dir archive --proc-dir proc --csv export z | tr -d '\r' | awk -F, '$6 == 30 { print $3 }')"
file monitor,seconds,bytes a,1614556860,1 b,1614556860,2 a,1614556920,0
trafmetux import csv file.csv
expect "monitors in turns, and no traffic" 0 "a: 1 record in 1 file
b: 1 record in 1 file" ""
file monitor,seconds,bytes c,1614556860,0
trafmetux import csv file.csv
expect "nothing but no traffic" 0 "c: no traffic" ""
file time,bytes
trafmetux import csv file.csv --monitor c
expect "nothing but names" 0 "no traffic" ""

# Never mixed.
file monitor,time,bytes fresh,1614556860,5 x,1614643260,1 x,1614729660,1
sed 's/1614729660/1614556860/;s/1614643260/1614556800/' file.csv >mixed.csv
contents >before
trafmetux import csv mixed.csv
expect "a day that has records" 1 "" \
	"trafmetux: archive/x-2021-03-01: holds other records of that day; import into a monitor of another name"
contents >after
cmp -s before after
result "nothing changed, of other monitors neither"
trafmetux import csv file.csv
expect "days that have none" 0 "fresh: 1 record in 1 file
x: 2 records in 2 files" ""
trafmetux -u B show-daily x
expect "come beside those that have" 0 "2021-03-01: [x= 3000 B]
2021-03-02: [x= 1 B]
2021-03-03: [x= 1 B]" ""

# Wrong lines.
fresh
file time,bytes 1614556860,5 1614556920,-5
refused "bytes below zero" "line 3: '-5' $NUMBERS"
file time,bytes 1614556860,18446744073709551616
refused "bytes of 65 bits" "line 2: '18446744073709551616' $NUMBERS"
file time,bytes 1614556860,5.5
refused "parts of bytes" "line 2: '5.5' $NUMBERS"
file time,bytes 1614556860,
refused "no bytes" "line 2: '' $NUMBERS"
file time,bytes 1614556920,5 1614556860,5
refused "a time that goes back" "line 3: '1614556860' is not later than the row before it"
file time,bytes 1614556920,5 '' 1614556920,5
refused "a time that comes twice" "line 4: '1614556920' is not later than the row before it"
file time,bytes -1614556920,5
refused "a time below zero" "line 2: '-1614556920' is no time; give 'YYYY-MM-DD HH:MM[:SS]', with an offset such as Z or +01:00, or seconds since 1970"
file seconds,bytes 0,5
refused "the first instant" "line 2: '0' is too early"
file time,bytes 20210301,5
refused "a date without its dashes" "line 2: '20210301' is no time; give 'YYYY-MM-DD HH:MM[:SS]', with an offset such as Z or +01:00, or seconds since 1970"
file time,bytes 99999999999,5
refused "the future" "line 2: '99999999999' is in the future; is this machine's clock right?"
file time,bytes 2021-02-29T00:00Z,5
refused "a date that never was" "line 2: '2021-02-29T00:00Z' is no time; give 'YYYY-MM-DD HH:MM[:SS]', with an offset such as Z or +01:00, or seconds since 1970"
file time,seconds,bytes 2021-03-01T00:01Z,1614556861,5
refused "two times" "line 2: '1614556861' is another time than the one beside it"
file time,since,bytes 1614556860,1614556861,5
refused "since after the time" "line 2: '1614556861' is later than the time of its record"
file time,bytes 1614556860,5,6
refused "a field too many" "line 2: has not as many fields as the first line"
file time,bytes 1614556860
refused "a field too few" "line 2: has not as many fields as the first line"
file time,bytes '1614556860,"5'
refused "a quote that does not end" "line 2: has a quote in the wrong place"
file time,bytes 1614556860,5'"'
refused "a quote in a field" "line 2: has a quote in the wrong place"
file when,bytes 1614556860,5
refused "no time" "line 1: does not name the columns time (or seconds) and bytes"
file time,bytes,bytes 1614556860,5,5
refused "a column twice" "line 1: 'bytes' stands twice"
file monitor,time,bytes 'a/b,1614556860,5'
refused "no name of a monitor" "line 2: 'a/b' can't be a monitor's name"
file monitor,time,bytes a,1614556860,5 b,1614556860,5
refused "two monitors for --monitor" "line 3: 'b' is another monitor, and --monitor names only one"
printf 'time,bytes\n1614556860,5\n1614556920,5' >file.csv
refused "a file that was cut off" "line 3: has no newline, perhaps the file was cut off"
printf 'time,bytes\n1614556860,5\000\n' >file.csv
refused "no text" "line 2: is no text"
{ echo time,bytes; head -c 5000 /dev/zero | tr '\0' 5; echo; } >file.csv
refused "a long line" "line 2: is too long"
file time,bytes 1614556860,5
cat exported.csv exported.csv >file.csv
contents >before
trafmetux import csv file.csv
line=$(wc -l <exported.csv)
expect "refused: two exports in one file" 1 "" \
	"trafmetux: file.csv: line $((line + 1)): 'time' is no time; give 'YYYY-MM-DD HH:MM[:SS]', with an offset such as Z or +01:00, or seconds since 1970; nothing was imported"
contents >after
cmp -s before after
result "and nothing changed: two exports in one file" || diff before after | sed 's/^/# /;9q'
printf '\357\273\277time,bytes\r\n2021-03-01 00:01,7\r\n' >file.csv
trafmetux import csv file.csv --monitor marked
expect "a file of a program that marks text as UTF-8" 0 "marked: 1 record in 1 file" ""
: >file.csv
refused "an empty file" "line 0: is missing: the file is empty"
file time,bytes 1614556860,5
trafmetux import csv file.csv
expect "no monitor" 1 "" "trafmetux: file.csv: line 1: names no column monitor; give --monitor; nothing was imported"
trafmetux import csv none.csv
expect "no file" 1 "" "trafmetux: none.csv: No such file or directory"
mkfifo pipe
trafmetux import csv pipe
expect "a pipe" 1 "" "trafmetux: pipe: not a regular file; give one, or - for standard input"
trafmetux import csv
expect "no word for the file" 2 "" "trafmetux: import needs a format, csv or vnstat, and a file; try 'trafmetux --help'"
trafmetux import xml file.csv
expect "another format" 2 "" "trafmetux: import 'xml': the formats are csv and vnstat; try 'trafmetux --help'"
trafmetux import csv file.csv --rx a
expect "an option of the other format" 2 "" "trafmetux: --interface, --rx and --tx go with import vnstat; try 'trafmetux --help'"
trafmetux --archive-dir none import csv file.csv --monitor x
expect "no archive" 1 "" "trafmetux: none: no such directory; make it with 'mkdir -p none'"

# An update of the same monitor, and the index, get along with it.
fresh
live x $SERIES 1614816060.5 12 360000 "created 1614729600.0" "dropped 0" <<SAMPLES
1614816060 12 360000
1614729660 3 3000
SAMPLES
trafmetux update
tries=0
# A change that was a moment ago is not indexed yet.
until [ -e archive/.index/files ] || [ $tries -ge 3000 ]; do
	sleep 0.1
	trafmetux update
	tries=$((tries + 1))
done
test -e archive/.index/files
result "there is an index"
file time,bytes 1614556860,1 1614643260,10
trafmetux import csv file.csv --monitor x
expect "earlier days of a live monitor" 0 "x: 2 records in 2 files" ""
trafmetux -u B show-daily x
expect "are in its reports at once" 0 "2021-03-01: [x= 1 B]
2021-03-02: [x= 10 B]
2021-03-03: [x= 3000 B]
2021-03-04: [x= 357000 B]" ""
live x $SERIES 1614816120.5 13 360100 "created 1614729600.0" "dropped 0" <<SAMPLES
1614816120 13 360100
SAMPLES
trafmetux update
trafmetux -u B show-total x
expect "updates go on" 0 "total: [x= 360111 B]" ""
rm proc/x
trafmetux verify
expect "all of it whole" 0 "x: 4 files, 5 records: whole" ""

# A day that has begun elsewhere, and goes on here.
fresh
file time,bytes 1614816030,7
trafmetux import csv file.csv --monitor x
live x $SERIES 1614816060.5 12 360000 "created 1614816000.0" "dropped 0" <<SAMPLES
1614816060 12 360000
SAMPLES
trafmetux update
trafmetux import csv file.csv --monitor x
expect "which is known again" 0 "x: imported before, nothing was added" ""
trafmetux -u B show-total x
expect "and counted once" 0 "total: [x= 360007 B]" ""
trafmetux verify
expect "and whole" 0 "x: 1 file, 2 records: whole" ""
plan
