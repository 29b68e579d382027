#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# explain: the records, series, gaps and damage behind a figure, which is that of the
# reports to the byte.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
use_schema "$HERE/../../docs/trafmetux-explain.schema.json"

# history: a damaged line, a gap, a clock that was set back, a new series, live samples
history() {
	fresh
	cat >archive/m-2021-03-01 <<-END
	# trafmetux archive version 1 monitor m zone UTC
	@ $SERIES 0 0
	1614556860 1 100
	1614556920 3 300
	END
	cat >archive/m-2021-03-02 <<-END
	@ $SERIES 3 300
	1614643260 4 400
	16146433x0 5 500
	1614650400 7 700 1614643260
	END
	cat >archive/m-2021-03-03 <<-END
	@ $SERIES 7 700
	1614729660 9 900
	1614726000 10 1000
	@ 00000000000000bb 0 0
	1614736860 2 250
	END
	echo "1614736920 5 750" |
		live m 00000000000000bb 1614736950.5 6 800 "created 1614733000.25"
}
DAMAGED="trafmetux: archive/m-2021-03-02: 1 damaged line, the first is line 3; nothing is missing in the sums; mend it with 'trafmetux verify --repair'"

# as_reported WHAT RANGE...: the sum is that of show-total and that of show-daily
as_reported() {
	_what=$1
	shift
	often trafmetux "$@" explain m
	_sum=$(sed -n 's/^sum: //p' out)
	often trafmetux --csv "$@" show-total m
	_total=$(awk -F, 'NR == 2 { print $5 " packets, " $6 " bytes" }' out)
	often trafmetux --csv "$@" show-daily m
	_daily=$(awk -F, 'NR > 1 { packets += $5; bytes += $6 }
		END { print packets + 0 " packets, " bytes + 0 " bytes" }' out)
	[ "$_sum" = "$_total" ] && [ "$_sum" = "$_daily" ] && return
	echo "# $_what $*: explain $_sum, total $_total, daily $_daily"
	return 1
}

history
trafmetux explain m
expect "all there is" 0 'm: all there is, zone UTC
files:
  m-2021-03-01: 2 records, 2021-03-01 00:01:00 +0000 to 2021-03-01 00:02:00 +0000, 3 packets, 300 bytes
  m-2021-03-02: 2 records, 2021-03-02 00:01:00 +0000 to 2021-03-02 02:00:00 +0000, 4 packets, 400 bytes
  m-2021-03-03: 3 records, 2021-03-02 23:00:00 +0000 to 2021-03-03 02:01:00 +0000, 5 packets, 550 bytes
  kernel, not archived yet: 2 samples, 2021-03-03 02:02:00 +0000 to 2021-03-03 02:02:31 +0000, 4 packets, 550 bytes
series:
  9f2c1e0b7a664d31: begins at 0 (first rule, reboot, module reloaded or monitor expired), 2021-03-01 00:01:00 +0000 to 2021-03-03 00:01:00 +0000, 10 packets, 1000 bytes
  00000000000000bb: begins at 0 (first rule, reboot, module reloaded or monitor expired), made 2021-03-03 00:56:40 +0000, 2021-03-03 02:01:00 +0000 to 2021-03-03 02:02:31 +0000, 6 packets, 800 bytes
remarks:
  m-2021-03-02 line 3: damaged, passed over; the next whole record has its traffic
  m-2021-03-02 line 4: gap from 2021-03-02 00:01:00 +0000 to 2021-03-02 02:00:00 +0000, counted at its end: 3 packets, 300 bytes
  clock set back, from 2021-03-03 00:01:00 +0000 or later to 2021-03-02 23:00:00 +0000 or earlier
index: has 0 of 3 files
sum: 16 packets, 1800 bytes' "$DAMAGED"
trafmetux explain m 2021-03-03
expect "a day" 0 'm: from 2021-03-03 00:00:00 +0000 to 2021-03-04 00:00:00 +0000, zone UTC
files:
  m-2021-03-03: 2 records, 2021-03-03 00:01:00 +0000 to 2021-03-03 02:01:00 +0000, 4 packets, 450 bytes
  kernel, not archived yet: 2 samples, 2021-03-03 02:02:00 +0000 to 2021-03-03 02:02:31 +0000, 4 packets, 550 bytes
series:
  9f2c1e0b7a664d31: goes on from 7 packets, 700 bytes, 2021-03-03 00:01:00 +0000 to 2021-03-03 00:01:00 +0000, 2 packets, 200 bytes
  00000000000000bb: begins at 0 (first rule, reboot, module reloaded or monitor expired), made 2021-03-03 00:56:40 +0000, 2021-03-03 02:01:00 +0000 to 2021-03-03 02:02:31 +0000, 6 packets, 800 bytes
remarks:
  clock set back, from 2021-03-03 00:01:00 +0000 or later to 2021-03-02 23:00:00 +0000 or earlier
index: has 0 of 1 files
sum: 8 packets, 1000 bytes' "$DAMAGED"
trafmetux explain m 2022
expect "a period without records" 0 'm: from 2022-01-01 00:00:00 +0000 to 2023-01-01 00:00:00 +0000, zone UTC
files:
  none
remarks: none
index: has 0 of 0 files
sum: 0 packets, 0 bytes' ""
trafmetux --at '2021-03-02 12:00' explain m yesterday
same "words for a period" 'm: from 2021-03-01 00:00:00 +0000 to 2021-03-02 00:00:00 +0000, zone UTC sum: 3 packets, 300 bytes' \
	"$(sed -n '1p;/^sum/p' out | tr '\n' ' ' | sed 's/ $//')"
trafmetux --tz Asia/Tokyo explain m 2021-03-03
same "a zone" 'm: from 2021-03-03 00:00:00 +0900 to 2021-03-04 00:00:00 +0900, zone Asia/Tokyo' "$(sed 1q out)"

bad=0
for range in "" "--from 2021-03-02" "--to 2021-03-02" "--from 2021-03-02 --to 2021-03-02" \
	"--from 2021-03-03" "--to 2021-03-01" "--from 1614650000 --to 1614729600" "--from 2022"; do
	# shellcheck disable=SC2086 # several words
	as_reported "history" $range || bad=$((bad + 1))
done
same "the sum is that of the reports, whatever the range" 0 $bad

trafmetux --json explain m
expect "JSON" 0 '{"version":1,"monitor":"m","timezone":"UTC","start":null,"end":null,"files":[
{"name":"m-2021-03-01","interval":60,"records":2,"first":1614556860,"last":1614556920,"packets":3,"bytes":300,"damaged":0,"damaged_lines":[],"cut_off":false,"empty":false,"indexed":false},
{"name":"m-2021-03-02","interval":60,"records":2,"first":1614643260,"last":1614650400,"packets":4,"bytes":400,"damaged":1,"damaged_lines":[3],"cut_off":false,"empty":false,"indexed":false},
{"name":"m-2021-03-03","interval":60,"records":3,"first":1614726000,"last":1614736860,"packets":5,"bytes":550,"damaged":0,"damaged_lines":[],"cut_off":false,"empty":false,"indexed":false}
],"live":{"samples":2,"first":1614736920,"last":1614736951,"packets":4,"bytes":550},"series":[
{"series":"9f2c1e0b7a664d31","begin":"new","base_packets":0,"base_bytes":0,"created":null,"first":1614556860,"last":1614729660,"packets":10,"bytes":1000},
{"series":"00000000000000bb","begin":"new","base_packets":0,"base_bytes":0,"created":1614733000,"first":1614736860,"last":1614736951,"packets":6,"bytes":800}
],"remarks":[
{"kind":"gap","file":"m-2021-03-02","line":4,"since":1614643260,"time":1614650400,"packets":3,"bytes":300},
{"kind":"clock set back","since":1614729660,"time":1614726000,"packets":0,"bytes":0}
],"packets":16,"bytes":1800}' "$DAMAGED"
fits "JSON"
refused "another version" 's/"version":1/"version":2/'
refused "an unknown kind" 's/"kind":"gap"/"kind":"gaps"/'
refused "a file without a name" 's/"name":"m-2021-03-01",//'
trafmetux --json explain m 2022
fits "JSON of nothing"

# Records that are missing: of an hour, which count, and of days, which do not.
fresh
cat >archive/m-2021-03-01 <<END
@ $SERIES 0 0
1614556860 1 100
END
cat >archive/m-2021-03-02 <<END
@ $SERIES 4 400
1614643260 5 500
END
cat >archive/m-2021-03-05 <<END
@ $SERIES 8 800
1614902460 9 900
END
sed -i 's/1614556860/1614639600/' archive/m-2021-03-01
trafmetux explain m
same "missing records" "  records missing after 2021-03-01 23:00:00 +0000, counted at 2021-03-01 23:01:00 +0000: 3 packets, 300 bytes
  records missing after 2021-03-02 00:01:00 +0000, not counted: 3 packets, 300 bytes
sum: 6 packets, 600 bytes" "$(sed -n '/missing\|^sum/p' out)"
same "a day that has no file shows" "  m-2021-03-01 to m-2021-03-02, 2 files
  m-2021-03-05" "$(sed -n 's/^\(  m-[^:]*\):.*/\1/p' out)"
as_reported "missing records" && as_reported "missing records" --to 2021-03-02 &&
	as_reported "missing records" --from 2021-03-01 --to 2021-03-01
result "are in the sum as in the reports"
rm archive/m-2021-03-01
trafmetux explain m
same "a series that lacks its begin" "  $SERIES: goes on from 4 packets, 400 bytes, which no file has, 2021-03-02 00:01:00 +0000 to 2021-03-05 00:01:00 +0000, 2 packets, 200 bytes" \
	"$(sed -n "/^  $SERIES/p" out)"

# A file that is cut off, one that is empty, and many damaged lines.
history
printf 16147 >>archive/m-2021-03-01
: >archive/m-2021-03-02
for line in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do
	echo x
done >>archive/m-2021-03-03
sed -i '3i 1614727000 9 90' archive/m-2021-03-03
trafmetux explain m
same "files that are not whole" "  m-2021-03-01: the last line is cut off, passed over
  m-2021-03-02: empty
  m-2021-03-03 line 3: damaged, passed over; the next whole record has its traffic
  m-2021-03-03 line 7: damaged, passed over; the next whole record has its traffic
  m-2021-03-03 line 21: damaged, passed over; the next whole record has its traffic
  m-2021-03-03: and 3 more damaged lines" \
	"$(sed -n '/cut off\|: empty\|line [37]:\|line 21:\|more/p' out)"
trafmetux --json explain m
fits "JSON of damage"

# Every line damaged in turn, in a month with a reboot.
bad=0 tried=0
for damage in 's/[0-9]$/x/' 's/ [0-8]/ 9/' 's/.....$//' d; do
	for line in 2 3 4 5; do
		for file in 1 2 3; do
			history
			cp archive/m-2021-03-0$file before
			sed -i "$line$damage" archive/m-2021-03-0$file
			cmp -s before archive/m-2021-03-0$file && continue
			tried=$((tried + 1))
			as_reported "$file $line $damage" || bad=$((bad + 1))
			as_reported "$file $line $damage" --from 2021-03-02 --to 2021-03-02 || bad=$((bad + 1))
		done
	done
done
[ $bad -eq 0 ] && [ $tried -gt 30 ]
result "the sum is that of the reports, whatever is damaged ($tried files)"

# The index: which files it has, and one that lies.
fresh
for day in 1 2 3 4; do
	printf '@ %s %d %d00\n%d %d %d00\n' $SERIES $((day - 1)) $((day - 1)) \
		$((1614556860 + (day - 1) * 86400)) $day $day >archive/m-2021-03-0$day
	touch -d '2021-03-10' archive/m-2021-03-0$day
done
live m $SERIES 1614816120.5 4 400 </dev/null
indexed() {
	trafmetux update
	grep -qs ^2021-03-03 archive/.index/m.days
}
until indexed; do
	sleep 0.1
done
trafmetux explain m
same "what the index has" "index: has 3 of 4 files" "$(grep ^index out)"
sed -i 's/^\(2021-03-02 [^ ]* [^ ]* [^ ]* [^ ]*\) 1 100 \(.*\) 1614643260$/\1 1 101 \2 1614643260/; s/ 2 200 1614643260$/ 2 201 1614643260/' archive/.index/m.days
trafmetux explain m
expect "an index that lies is reported" 1 "$(cat out)" \
	"trafmetux: archive/m-2021-03-02: the index tells other figures; remove the directory .index, the next update makes it anew"

history
trafmetux explain
expect "no monitor" 2 "" "trafmetux: explain needs the name of a monitor; try 'trafmetux --help'"
trafmetux explain m 2021-03-02 x
expect "too many words" 2 "" "trafmetux: 'x' is one word too many; try 'trafmetux --help'"
PERIODS="give 'YYYY[-MM[-DD]]', or words such as 'yesterday', 'last month', '3 days ago', 'last 7 days'; try 'trafmetux --help'"
trafmetux explain m 2021-13
expect "no period" 2 "" "trafmetux: '2021-13' is no period; $PERIODS"
for instant in now 1614556860 '2021-03-01 10:00'; do
	trafmetux explain m "$instant"
	expect "an instant has no length" 2 "" "trafmetux: '$instant' is no period; $PERIODS"
done
trafmetux --from 2021 explain m 2021
expect "two periods" 2 "" "trafmetux: '2021' does not go with --from and --to; try 'trafmetux --help'"
trafmetux --csv explain m
expect "no CSV" 2 "" "trafmetux: --csv does not go with explain; try 'trafmetux --help'"
trafmetux explain nobody
expect "an unknown monitor" 1 "" "trafmetux: nobody: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
plan
