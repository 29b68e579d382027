#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Formats, units, periods, the list.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

# 2021-02-28 23:58 to 2021-03-01 00:02, and a year later.
fresh
cat >archive/a-2021-02-28 <<END
# trafmetux archive version 1 monitor a zone UTC
@ $SERIES 0 0
1614556740 10 1000
1614556800 20 3000
END
cat >archive/a-2021-03-01 <<END
@ $SERIES 20 3000
1614556860 30 6000
END
cat >archive/a-2022-03-01 <<END
@ $SERIES 30 6000
1646092860 31 6500 1646092000
END
cat >archive/b-2021-03-01 <<END
@ 000000000000000b 0 0
1614556860 1 18446744073709551615
END
trafmetux -u B show-minutely a
expect "minutes" 0 '2021-02-28 23:58-23:59: [a= 1000 B]
2021-02-28 23:59-00:00: [a= 2000 B]
2021-03-01 00:00-00:01: [a= 3000 B]
2022-03-01 00:00-00:01: [a= 500 B]' ""
trafmetux -u B show-daily a
expect "midnight's record belongs to the day before" 0 \
'2021-02-28: [a= 3000 B]
2021-03-01: [a= 3000 B]
2022-03-01: [a= 500 B]' ""
trafmetux show-monthly a
expect "months" 0 '2021-02: [a= 2.93 KB]
2021-03: [a= 2.93 KB]
2022-03: [a= 0.49 KB]' ""
trafmetux show-yearly a b
expect "years" 0 '2021: [a= 5.86 KB] [b= 16384.00 PB]
2022: [a= 0.49 KB] [b= 0.00 KB]' ""
trafmetux -u kib show-total a a
expect "a monitor named twice" 0 'total: [a= 6.35 KiB] [a= 6.35 KiB]' ""
trafmetux -t 1 show-total a
expect "the total has no -t" 2 "" "trafmetux: -t does not go with show-total; try 'trafmetux --help'"
trafmetux -t 3 --at '2021-03-02 12:00' -u B show-daily a
expect "no period before the first record" 0 '2021-02-28: [a= 3000 B]
2021-03-01: [a= 3000 B]
2021-03-02: [a= 0 B]' ""
trafmetux -t 3 --at '2021-03-03 12:00' -u B show-daily a
expect "empty periods are shown" 0 '2021-03-01: [a= 3000 B]
2021-03-02: [a= 0 B]
2021-03-03: [a= 0 B]' ""
trafmetux -t 2 --at '2022-03-05' show-monthly a
expect "a time needs its hour" 2 "" "trafmetux: --at '2022-03-05' is no time; give 'YYYY-MM-DD HH:MM[:SS]' or epoch seconds; try 'trafmetux --help'"
for date in 2022 202203 20220305 202203051200; do
	trafmetux -t 2 --at $date show-monthly a
	expect "$date is a date without dashes, and no time of 1970 or the year 8390" 2 "" "trafmetux: --at '$date' is no time; give 'YYYY-MM-DD HH:MM[:SS]' or epoch seconds; try 'trafmetux --help'"
done
trafmetux -t 2 --at '2022-03-05 00:00' -u B show-monthly a
expect "months that are far back are not read" 0 '2022-02: [a= 0 B]
2022-03: [a= 500 B]' ""

trafmetux --csv show-monthly a b
expect "CSV" 0 'period,start,end,monitor,packets,bytes
2021-02,1612137600,1614556800,a,20,3000
2021-02,1612137600,1614556800,b,0,0
2021-03,1614556800,1617235200,a,10,3000
2021-03,1614556800,1617235200,b,1,18446744073709551615
2022-03,1646092800,1648771200,a,1,500
2022-03,1646092800,1648771200,b,0,0' ""
trafmetux --csv show-total a
expect "CSV of the total" 0 'period,start,end,monitor,packets,bytes
total,,,a,31,6500' ""
trafmetux --json show-yearly a
expect "JSON" 0 '{"version":1,"report":"yearly","timezone":"UTC","monitors":["a"],"rows":[
{"period":"2021","start":1609459200,"end":1640995200,"monitors":[{"name":"a","packets":30,"bytes":6000}]},
{"period":"2022","start":1640995200,"end":1672531200,"monitors":[{"name":"a","packets":1,"bytes":500}]}
]}' ""
trafmetux --json -f wed show-weekly a
expect "JSON of weeks" 0 '{"version":1,"report":"weekly","timezone":"UTC","first_day":"wednesday","monitors":["a"],"rows":[
{"period":"2021-02-24 - 2021-03-02","start":1614124800,"end":1614729600,"monitors":[{"name":"a","packets":30,"bytes":6000}]},
{"period":"2022-02-23 - 2022-03-01","start":1645574400,"end":1646179200,"monitors":[{"name":"a","packets":1,"bytes":500}]}
]}' ""

trafmetux --json -u MB show-yearly a
expect "JSON in no unit but bytes" 2 "" \
	"trafmetux: -u and --si do not go with --json, which is in bytes; try 'trafmetux --help'"

# A monitor without traffic.
fresh
live idle 0000000000000001 1614556800.5 0 0 </dev/null
trafmetux show-daily idle
expect "no traffic: no row" 0 "" ""
trafmetux show-total idle
expect "no traffic: a total" 0 "total: [idle= 0.00 KB]" ""
trafmetux --at 1614556800 -t 5 show-daily idle
expect "no traffic with -t: the present period" 0 "2021-03-01: [idle= 0.00 KB]" ""
trafmetux --json show-daily idle
expect "no traffic: JSON without rows" 0 '{"version":1,"report":"daily","timezone":"UTC","monitors":["idle"],"rows":[
]}' ""
trafmetux --csv show-daily idle
expect "no traffic: CSV without rows" 0 "period,start,end,monitor,packets,bytes" ""

# Live only, and live over archived.
live up $SERIES 1614556865.25 40 4100 "created 1614556000.0" "dropped 0" <<END
1614556860 30 3000
1614556800 20 2000
END
trafmetux -u B show-minutely up
expect "a live monitor is true to the second" 0 '2021-02-28 23:59-00:00: [up= 2000 B]
2021-03-01 00:00-00:01: [up= 1000 B]
2021-03-01 00:01-00:02: [up= 1100 B]' ""
printf '@ %s 0 0\n1614556800 20 2000\n' $SERIES >archive/up-2021-02-28
trafmetux -u B show-minutely up
expect "what is archived and live counts once" 0 '2021-02-28 23:59-00:00: [up= 2000 B]
2021-03-01 00:00-00:01: [up= 1000 B]
2021-03-01 00:01-00:02: [up= 1100 B]' ""
trafmetux -u B --at 1614556870 -t 1 show-minutely up
expect "and so it does when older files are left unread" 0 \
	'2021-03-01 00:01-00:02: [up= 1100 B]' ""
printf '@ %s 20 2000\n1614556860 30 3000\n' $SERIES >archive/gone-2021-03-01
trafmetux list
expect "list" 0 'monitor  live  rules  archived since       series
gone     no        -  2021-03-01 00:01:00  -
idle     yes       1  -                    0000000000000001
up       yes       1  2021-03-01 00:00:00  9f2c1e0b7a664d31' ""
trafmetux list up
expect "list of one" 0 'monitor  live  rules  archived since       series
up       yes       1  2021-03-01 00:00:00  9f2c1e0b7a664d31' ""
trafmetux --csv list
expect "list as CSV" 0 'monitor,live,rules,archived_since,series
gone,no,,1614556860,
idle,yes,1,,0000000000000001
up,yes,1,1614556800,9f2c1e0b7a664d31' ""
trafmetux --json list
expect "list as JSON" 0 '{"version":1,"monitors":[
{"name":"gone","live":false,"rules":null,"archived_since":1614556860,"series":null},
{"name":"idle","live":true,"rules":1,"archived_since":null,"series":"0000000000000001"},
{"name":"up","live":true,"rules":1,"archived_since":1614556800,"series":"9f2c1e0b7a664d31"}
]}' ""

# A column of an archive by awk alone.
awk '/^@/ { base = $4; next } /^[0-9]/ { sum[int(($1 - 1) / 3600)] += $3 - base; base = $3 }
	END { for (hour in sum) print hour * 3600, sum[hour] }' archive/up-* | sort -n >byawk
rm proc/up
trafmetux --csv show-hourly up
same "awk agrees" "$(cat byawk)" "$(awk -F, 'NR > 1 { print $2, $6 }' out)"

if [ -c /dev/full ]; then
	status=0
	"$PROGRAM" --archive-dir archive --proc-dir proc list >/dev/full 2>err || status=$?
	: >out
	expect "a full disk is told" 1 "" "trafmetux: standard output: disk full; free some space"
fi

# More than is kept back: then it is not the last piece that fails.
fresh
awk -v series=$SERIES 'BEGIN {
	print "@", series, 0, 0
	for (minute = 1; minute <= 1440; minute++)
		print 1614556800 + minute * 60, minute, minute * 100
}' >archive/up-2021-03-01
# A pipe without a reader, on 4.
mkfifo pipe
exec 3<>pipe
exec 4>pipe
exec 3<&-
status=0
"$PROGRAM" --archive-dir archive --proc-dir proc --csv show-minutely up >&4 2>err || status=$?
exec 4>&-
: >out
expect "a reader that left is not spoken of, but by the status" 1 "" ""
if [ -c /dev/full ]; then
	status=0
	"$PROGRAM" --archive-dir archive --proc-dir proc --csv show-minutely up >/dev/full 2>err || status=$?
	: >out
	expect "much output on a full disk" 1 "" "trafmetux: standard output: not all of it could be written; is the disk full?"
fi
plan
