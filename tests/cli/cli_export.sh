#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# export: what it writes, to the byte; that its schema says the same; that its
# rows add up to the reports.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
HEADER='monitor,time,seconds,since,packets,bytes'
use_schema "$HERE/../../docs/trafmetux-export.schema.json"

# lines NAME STATUS OUTPUT MESSAGES: as expect, of an output whose lines end in CR LF
lines() {
	grep -qv "$(printf '\r')\$" out && : >out
	tr -d '\r' <out >plain
	mv plain out
	expect "$@"
}

# Nothing yet.
fresh
trafmetux export
lines "an empty archive" 0 "$HEADER" ""
trafmetux --json export
expect "an empty archive as JSON" 0 '{"version":1,"export":"records","timezone":"UTC","records":[
]}' ""
fits "an empty archive"
live a $SERIES 1614556790.5 0 0 </dev/null
trafmetux export a
lines "no traffic yet" 0 "$HEADER" ""

# The first day: a live second, then the archive.
live a $SERIES 1614556805.25 3 3000 </dev/null
trafmetux --csv export
lines "the first seconds" 0 "$HEADER
a,2021-03-01T00:00:06+00:00,1614556806,1614556746,3,3000" ""
live a $SERIES 1614560400.5 12 360000 "dropped 0" <<FIRST
1614560400 12 360000 1614556860
1614556860 3 3000
FIRST
trafmetux update
rm proc/a
trafmetux export
lines "the first day" 0 "$HEADER
a,2021-03-01T00:01:00+00:00,1614556860,1614556800,3,3000
a,2021-03-01T01:00:00+00:00,1614560400,1614556860,9,357000" ""
trafmetux --tz America/St_Johns export
lines "in a zone with an offset of half an hour" 0 "$HEADER
a,2021-02-28T20:31:00-03:30,1614556860,1614556800,3,3000
a,2021-02-28T21:30:00-03:30,1614560400,1614556860,9,357000" ""
trafmetux --json export a
expect "the first day as JSON" 0 '{"version":1,"export":"records","timezone":"UTC","records":[
{"monitor":"a","time":"2021-03-01T00:01:00+00:00","seconds":1614556860,"since":1614556800,"packets":3,"bytes":3000},
{"monitor":"a","time":"2021-03-01T01:00:00+00:00","seconds":1614560400,"since":1614556860,"packets":9,"bytes":357000}
]}' ""
fits "the first day"
refused "another version" 's/"version":1/"version":2/'
refused "a report" 's/"export":"records"/"export":"daily"/'
refused "a record without bytes" 's/,"bytes":3000//'
refused "bytes as text" 's/"bytes":3000/"bytes":"3000"/'
refused "bytes below zero" 's/"bytes":3000/"bytes":-3000/'
refused "bytes of 65 bits" 's/"bytes":3000/"bytes":18446744073709551616/'
refused "a time without its offset" 's/+00:00//'
refused "no records" 's/"records"/"rows"/'

# Two monitors, one of them asked for; ranges.
printf '@ 000000000000000b 0 0\n1614556860 1 18446744073709551615\n' >archive/b-2021-03-01
trafmetux --from '2021-03-01 00:30' export
lines "a range" 0 "$HEADER
a,2021-03-01T01:00:00+00:00,1614560400,1614556860,9,357000" ""
trafmetux --to '2021-03-01 00:01' --json export
expect "the largest number, and midnight's minute" 0 '{"version":1,"export":"records","timezone":"UTC","records":[
{"monitor":"a","time":"2021-03-01T00:01:00+00:00","seconds":1614556860,"since":1614556800,"packets":3,"bytes":3000},
{"monitor":"b","time":"2021-03-01T00:01:00+00:00","seconds":1614556860,"since":1614556800,"packets":1,"bytes":18446744073709551615}
]}' ""
fits "the largest number"
trafmetux export b b a/b nobody
lines "each once; what is no monitor is said" 1 "$HEADER
b,2021-03-01T00:01:00+00:00,1614556860,1614556800,1,18446744073709551615" \
"trafmetux: 'a/b' can't be a monitor's name; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -
trafmetux: nobody: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
printf '@ %s 12 360000\n253402300799 13 360001 0\n' $SERIES >archive/a-9999-12-31
trafmetux --tz Asia/Tokyo --from 9999 export a
lines "the last second there is" 0 "$HEADER
a,9999-12-31T23:59:59+00:00,253402300799,0,1,1" ""

# A report and the export tell the same.
fresh
awk -v series=$SERIES 'BEGIN {
	for (day = 1; day <= 9; day++) {
		file = "archive/m-2021-03-0" day
		print "@", series, packets + 0, bytes + 0 >file
		for (record = 1; record <= 200; record++) {
			packets += record % 7 + 1
			bytes += record * 641 % 1500 + 60
			print 1614556800 + (day - 1) * 86400 + record * 420, packets, bytes >file
		}
	}
}'
trafmetux export
awk -F, 'NR > 1 { hour = int(($3 - 1) / 3600); packets[hour] += $5; bytes[hour] += $6 }
	END { for (hour in bytes) print hour * 3600, packets[hour], bytes[hour] + 0 }' out | sort -n >sums
trafmetux --csv show-hourly m
same "the sums are the report's" "$(awk -F, 'NR > 1 { print $2, $5, $6 }' out)" "$(cat sums)"
trafmetux -t 1 export
expect "-t is for reports" 2 "" "trafmetux: -t does not go with export; try 'trafmetux --help'"
if [ -c /dev/full ]; then
	status=0
	"$PROGRAM" --archive-dir archive --proc-dir proc --to '2021-03-01 01:00' export >/dev/full 2>err || status=$?
	: >out
	expect "a full disk is told" 1 "" "trafmetux: standard output: disk full; free some space"
fi

# What is not there gives no file that looks like one without traffic.
trafmetux export nope
expect "an unknown monitor: no line" 1 "" "trafmetux: nope: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
trafmetux --json export nope
same "nor a document" "1 " "$status $(cat out)"
fresh
trafmetux export
same "all that there are, of none" "0 1" "$status $(wc -l <out)"
plan
