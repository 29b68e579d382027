#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# compact --keep-minutes: months that are old keep a record for five minutes, and
# every report but that of the minutes says what it said.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris
LATER='2200-01-01 12:00'

# minutes ZONE: January to March 2021 of m in files of that zone: hours with traffic in
# each minute and such with hardly any, a restart, gaps within five minutes and of
# hours, records between minutes
minutes() {
	fresh
	TZ=$1 awk -v zone="$1" -v series="$SERIES" 'BEGIN {
		for (time = 1610000040; time < 1616000000; time += 60) {
			minute++
			if (minute % 1440 > 300 && minute % 17 && minute % 1501 &&
			    minute % 7001 && minute % 911)
				continue
			since = ""
			# Lost samples: of three minutes, and of two hours.
			if (minute % 1501 == 0)
				since = " " time - 240
			if (minute % 7001 == 0)
				since = " " time - 7200
			# update --now
			at = minute % 911 ? time : time - 23
			if (at != time)
				since = " " time - 60
			packets += minute % 13 + 1
			bytes += minute % 977 * 1000 + minute
			if (minute == 49000) {
				series = "00000000000000aa"
				packets = 3
				bytes = 4000
			}
			file = "archive/m-" strftime("%Y-%m-%d", at - 1)
			if (file != before) {
				close(before)
				print "# trafmetux archive version 1 monitor m zone", zone >file
			}
			if (file != before || minute == 49000)
				printf "@ %s %.0f %.0f\n", series, minute == 49000 ? 0 : old,
				       minute == 49000 ? 0 : old_bytes >file
			printf "%d %.0f %.0f%s\n", at, packets, bytes, since >file
			before = file
			old = packets
			old_bytes = bytes
		}
	}'
}

# told: what reports say, here and elsewhere
told() {
	for _zone in "$TZ" Asia/Kathmandu Australia/Lord_Howe America/St_Johns; do
		for _report in hourly daily weekly monthly yearly total; do
			often trafmetux --tz "$_zone" -u B --packets --rates show-$_report m
			cat out err
		done
	done
	often trafmetux --tz Europe/Paris -u B --from '2021-02-03 04:05' --to '2021-02-05 16:55' show-daily m
	cat out err
	often trafmetux --tz Europe/Paris -u B --top 5 show-daily m
	cat out err
}

# records MONTH: how many its file has
records() {
	grep -c '^[0-9]' "archive/m-$1"
}

# With leap seconds, where the system has such zones.
leap=right/Europe/Paris
[ -e "${TZDIR:-/usr/share/zoneinfo}/$leap" ] || leap=''
for zone in Europe/Paris Asia/Kathmandu $leap EST5:07; do
	TZ=$zone
	minutes "$zone"
	told >before
	trafmetux compact --at "$LATER"
	trafmetux compact --at "$LATER"
	records 2021-02 >many
	trafmetux compact --keep-minutes 1000 --at "$LATER"
	expect "$zone: three months" 0 \
		"m: 0 months put into a file, 0 files of days removed, 3 months thinned to five minutes" ""
	told | cmp - before
	result "$zone: reports are the same, with their rates"
	[ "$(records 2021-02)" -lt $(($(cat many) / 2)) ]
	result "$zone: of less than half of the records"
	same "$zone: the first line says so" "# trafmetux archive version 1 monitor m zone $zone minutes 5" \
		"$(head -n 1 archive/m-2021-02)"
	trafmetux compact --keep-minutes 1000 --at "$LATER"
	expect "$zone: once is enough" 0 "" ""
	trafmetux verify
	same "$zone: verify finds all whole" "0 m: 3 files, : whole" "$status $(sed 's/[0-9]* records//' out)$(cat err)"
done
export TZ=Europe/Paris

# Which records are put together.
fresh
printf '%s\n' "# trafmetux archive version 1 monitor m zone Europe/Paris" "@ $SERIES 10 1000" \
	"1614553260 11 1100" "1614553320 12 1200" "1614553380 13 1300" "@ $SERIES 13 1300" \
	"1614553440 14 1400" "1614553500 15 1500" "1614553560 16 1600" "1614553620 17 1700" \
	"1614553860 18 1800" "1614553920 19 1900 1614553890" "1614554040 20 2000 1614553920" \
	"1614554160 21 2100 1614551000" "1614554220 22 2200" "1614554280 23 2300" \
	"1614554570 24 2400" "1614554580 25 2500" \
	"# anything else" "# source 00000000000000aa bpf exact" \
	"@ 00000000000000aa 0 0" "1614554760 1 100" "@ $SERIES 25 2500" "1614554820 26 2600" \
	"1614554880 26 2600" "1614554940 27 2700" "1614555000 28 2800" >archive/m-2021-03
trafmetux compact --keep-minutes 0 --at '2022-01-01 12:00'
expect "a month's file" 0 \
	"m: 0 months put into a file, 0 files of days removed, 1 month thinned to five minutes" ""
same "puts minutes together, but no gap with a minute, and nothing over the line of a series" \
	"# trafmetux archive version 1 monitor m zone Europe/Paris minutes 5
# source 00000000000000aa bpf exact
@ $SERIES 10 1000
1614553260 11 1100
1614553380 13 1300 1614553260
@ $SERIES 13 1300
1614553440 14 1400
1614553500 15 1500
1614553620 17 1700 1614553500
1614554040 20 2000 1614553800
1614554160 21 2100 1614551000
1614554280 23 2300 1614554160
1614554580 25 2500 1614554510
@ 00000000000000aa 0 0
1614554760 1 100
@ $SERIES 25 2500
1614554820 26 2600
1614554880 26 2600
1614555000 28 2800 1614554880" "$(cat archive/m-2021-03)"
trafmetux --from 2021-03 --to 2021-03 explain m
same "explain names what it is, and only real gaps" \
	"  m-2021-03: 12 five-minute records
  m-2021-03 line 11: gap from 2021-02-28 23:23:20 +0100 to 2021-03-01 00:16:00 +0100, counted at its end: 1 packets" \
	"$(sed -n 's/\(  m-2021-03: .*records\),.*/\1/p; /: gap from/s/, [^,]* bytes$//p' out)"
trafmetux --tz UTC --json explain m
grep -q '"name":"m-2021-03","interval":300,"records":12' out
result "so does its JSON"
printf '%s\n' "# trafmetux archive version 1 $(printf '%0155d' 0)" "@ $SERIES 0 0" \
	"1614553260 11 1100" >archive/m-2021-03
trafmetux compact --keep-minutes 0 --at '2022-01-01 12:00'
same "a first line without room for more is written anew" \
	"# trafmetux archive version 1 monitor m zone Europe/Paris minutes 5" "$(head -n 1 archive/m-2021-03)"

# A day without records between files: whether it was taken away is told by the time
# of the next record.
fresh
printf '%s\n' "@ $SERIES 0 0" "1612086000 1 100" >archive/m-2021-01
printf '%s\n' "@ $SERIES 50 5000" "1612172340 51 5100" "1612172400 52 5200" "1612172460 53 5300" \
	"1612181340 54 5400" >archive/m-2021-02
before=$(total m)
trafmetux compact --keep-minutes 0 --at '2022-01-01 12:00'
expect "two months beside a hole" 0 \
	"m: 0 months put into a file, 0 files of days removed, 2 months thinned to five minutes" ""
same "which stays as large as it was" "5400 $before" "$(total m) $before"

# What a damaged line costs.
minutes Europe/Paris
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
cp -a archive joined
trafmetux compact --keep-minutes 0 --at "$LATER"
cp -a archive thinned
same "all lines of series stay" "$(grep -h '^@' joined/m-*)" "$(grep -h '^@' archive/m-*)"
# spoiled FOLDER MONTH NUMBER: the total where that line of a series is damaged
spoiled() {
	rm -rf archive
	cp -a "$1" archive
	awk -v number="$3" '/^@/ && ++count == number { sub(/@/, "A") } { print }' \
		"$1/m-$2" >"archive/m-$2"
	total m
}
bad=''
for month in 2021-01 2021-03; do
	for number in $(seq "$(grep -c '^@' "joined/m-$month")"); do
		[ "$(spoiled joined $month "$number")" = "$(spoiled thinned $month "$number")" ] ||
			bad="$bad $month:$number"
	done
done
same "a damaged line of a series costs no more than before" "" "$bad"
rm -rf archive
cp -a thinned archive
# shellcheck disable=SC2046 # fields
set -- $(tail -n 1 archive/m-2021-03)
printf '%s\n' "$*" | live m 00000000000000aa 1630000000 "$2" "$3"
before=$(total m)
sed -i 's/^@ 00000000000000aa/@ 00000000000000ab/;t end;b;:end;n;b end' archive/m-2021-03
trafmetux update
same "nor does update count anything twice" "$before" "$(total m)"
rm proc/m

# Which months.
minutes Europe/Paris
trafmetux compact --at '2021-05-02 12:00'
trafmetux compact --keep-minutes 60 --at '2021-05-02 12:00'
expect "not while there are days beside it" 0 "" ""
trafmetux compact --at "$LATER"
trafmetux compact --keep-minutes 63 --at '2021-05-02 12:00'
expect "January ended more than 63 days before" 0 \
	"m: 0 months put into a file, 0 files of days removed, 1 month thinned to five minutes" ""
same "and is the one" "archive/m-2021-01" "$(grep -l 'minutes 5$' archive/m-*)"
trafmetux compact --keep-minutes 62 --at '2021-05-02 12:00'
expect "so did February more than 62 days before" 0 \
	"m: 0 months put into a file, 0 files of days removed, 1 month thinned to five minutes" ""
trafmetux compact --keep-minutes x
expect "what is no number of days" 2 "" \
	"trafmetux: --keep-minutes 'x' is not a number of days; try 'trafmetux --help'"
trafmetux --keep-minutes 3 update
expect "nor is it for update" 2 "" \
	"trafmetux: --keep-minutes does not go with update; try 'trafmetux --help'"

# What is not whole stays as it is.
minutes Europe/Paris
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
sed -i '500s/.*/nonsense/' archive/m-2021-02
cp archive/m-2021-02 damaged
trafmetux compact --keep-minutes 0 --at "$LATER"
expect "a damaged month is left alone" 0 \
	"m: 0 months put into a file, 0 files of days removed, 2 months thinned to five minutes; 1 month stays as it is: damaged, or written on while the clock was set back" ""
cmp damaged archive/m-2021-02
result "it is as it was"
trafmetux verify --repair
trafmetux compact --keep-minutes 0 --at "$LATER"
expect "when it is repaired, its turn comes" 0 \
	"m: 0 months put into a file, 0 files of days removed, 1 month thinned to five minutes" ""
sed -i '500s/.*/nonsense/' archive/m-2021-01
trafmetux -u B show-daily m
cp out before
trafmetux verify --repair
trafmetux -u B show-daily m
same "one that is damaged later is repaired" "$(cat before)" "$(cat out)"
same "and still says what it is" 1 "$(grep -c ' minutes 5$' archive/m-2021-01)"

# What is in the way.
minutes Europe/Paris
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
mkdir archive/m-2021-01.new
trafmetux compact --keep-minutes 0 --at "$LATER"
expect "what bears the name of the new file" 1 \
	"m: 0 months put into a file, 0 files of days removed, 2 months thinned to five minutes" \
	"trafmetux: archive/m-2021-01: what bears its name and .new is in the way; move it out of the archive"

# An import that is repeated.
trafmetux export m
cp out records.csv
fresh
trafmetux import csv records.csv
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
trafmetux compact --keep-minutes 0 --at "$LATER"
before=$(total m)
trafmetux import csv records.csv
expect "an import is known in what has been thinned" 0 "m: imported before, nothing was added" ""
sed -i '1000s/\r$/1\r/' records.csv
trafmetux import csv records.csv
same "and another one is not" "1 1" "$status $(grep -c "holds other records of that day" err)"
same "nothing was added" "$before" "$(total m)"

# The index, and what comes late.
minutes Europe/Paris
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
told >before
printf '1614556800 1 1\n' | live other 00000000000000cc 1614556801.5 1 1
age archive
trafmetux update
trafmetux compact --keep-minutes 0 --at "$LATER" m
told | cmp - before
result "an index of before does not mislead"
age archive
trafmetux update
age archive
trafmetux update
same "it is made anew" "2021-01
2021-02" "$(cut -d ' ' -f 1 archive/.index/m.days | grep '^2')"
told | cmp - before
result "and reports by it are the same"
rm proc/other archive/other-*
last=$(tail -n 1 archive/m-2021-03)
# shellcheck disable=SC2086 # its fields
set -- $last
printf '1612400460 %d %d\n' $(($2 + 5)) $(($3 + 500)) |
	live m 00000000000000aa 1612400461.5 $(($2 + 5)) $(($3 + 500)) "dropped 0"
before=$(total m)
trafmetux update
expect "an update after the clock was set back" 0 "" ""
same "writes into the month's file" "@ 00000000000000aa $2 $3
1612400460 $(($2 + 5)) $(($3 + 500))" "$(tail -n 2 archive/m-2021-02)"
same "and nothing is counted twice" "$((before + 500))" "$(total m)"
plan
