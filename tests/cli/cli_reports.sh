#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What reports can be asked for: zones, ranges, sums, rates, columns.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
UNKNOWN_ZONE="is no time zone known here; give a name such as Europe/Paris, and install tzdata"

# 1000 bytes that end at noon, UTC, of each of these days.
# days MONITOR DATE...
days() {
	_monitor=$1
	_count=0
	shift
	for _day in "$@"; do
		_count=$((_count + 1))
		printf '@ %s %d %d\n%d %d %d\n' $SERIES $((_count - 1)) $((_count - 1))000 \
			"$(seconds UTC "$_day 12:00")" $_count ${_count}000 >"archive/$_monitor-$_day"
	done
}

fresh
days a 2023-12-31 2024-01-30 2024-01-31 2024-02-28 2024-02-29 2024-03-30 2024-03-31
trafmetux -u B --month-start 31 show-monthly a
expect "months that begin on the 31st" 0 '2023-12-31 - 2024-01-30: [a= 2000 B]
2024-01-31 - 2024-02-28: [a= 2000 B]
2024-02-29 - 2024-03-30: [a= 2000 B]
2024-03-31 - 2024-04-29: [a= 1000 B]' ""
trafmetux -u B --month-start 1 show-monthly a
expect "months that begin on the first are the calendar's" 0 '2023-12: [a= 1000 B]
2024-01: [a= 2000 B]
2024-02: [a= 2000 B]
2024-03: [a= 2000 B]' ""
trafmetux -u B --month-start 31 show-yearly a
expect "and years always are" 0 '2023: [a= 1000 B]
2024: [a= 6000 B]' ""
trafmetux --json -t 1 --at '2024-03-15 12:00' --month-start 15 show-monthly a
expect "JSON tells the day" 0 '{"version":1,"report":"monthly","timezone":"UTC","month_start":15,"monitors":["a"],"rows":[
{"period":"2024-03-15 - 2024-04-14","start":1710460800,"end":1713139200,"monitors":[{"name":"a","packets":2,"bytes":2000}]}
]}' ""

trafmetux -u B --tz Pacific/Kiritimati -t 1 --at '2024-04-01 02:00' show-daily a
expect "another zone, which times of the command line are in too" 0 '2024-04-01: [a= 1000 B]' ""
trafmetux --tz Europe/Paris --json show-total a
same "JSON tells the zone" '"Europe/Paris"' "$(sed -n 's/.*"timezone":\([^,]*\).*/\1/p' out)"
trafmetux --tz Middle/Earth show-total a
expect "a zone that is not" 2 "" "trafmetux: --tz 'Middle/Earth' $UNKNOWN_ZONE; try 'trafmetux --help'"
TZ=Middle/Earth trafmetux --json show-total a
same "TZ that is not: UTC, and told so" "status 1 \"UTC\" trafmetux: TZ 'Middle/Earth' ${UNKNOWN_ZONE%%;*}, UTC is used;${UNKNOWN_ZONE#*;}" \
	"status $status $(sed -n 's/.*"timezone":\([^,]*\).*/\1/p' out) $(cat err)"
TZ=Middle/Earth trafmetux --tz UTC -u B show-total a
expect "TZ does not matter then" 0 "total: [a= 7000 B]" ""

trafmetux --si show-total a
expect "steps of 1000" 0 "total: [a= 7.00 kB]" ""
trafmetux --si -u mb show-total a
expect "in one unit" 0 "total: [a= 0.01 MB]" ""

# Ranges. wan: i packets of 1000 bytes in minute i of ten hours; lan: 100000
# bytes in each; both begin at midnight.
MIDNIGHT=1614556800
fresh
awk -v midnight=$MIDNIGHT -v series=$SERIES 'BEGIN { print "@", series, 0, 0
	for (at = 1; at <= 600; at++) {
		packets += at
		print midnight + at * 60, packets, packets * 1000 } }' >archive/wan-2021-03-01
awk -v midnight=$MIDNIGHT 'BEGIN { print "@ 000000000000000b 0 0"
	for (at = 1; at <= 600; at++)
		print midnight + at * 60, at, at * 100000 }' >archive/lan-2021-03-01
trafmetux -u B --from '2021-03-01 02:30' --to '2021-03-01 04:15' --total show-hourly wan
expect "a range cuts the first and the last row" 0 '2021-03-01 02:00-03:00: [wan= 4965000 B]
2021-03-01 03:00-04:00: [wan= 12630000 B]
2021-03-01 04:00-05:00: [wan= 3720000 B]
total: [wan= 21315000 B]' ""
same "as awk adds it up" 21315000 "$(awk -v from=$((MIDNIGHT + 9000)) -v to=$((MIDNIGHT + 15300)) '
	/^[0-9]/ { if ($1 - 1 >= from && $1 - 1 < to) sum += $3 - before; before = $3 }
	END { print sum }' archive/wan-2021-03-01)"
trafmetux --csv --from '2021-03-01 02:30' --to '2021-03-01 04:15' show-hourly wan
expect "CSV has the bounds of what is shown" 0 'period,start,end,monitor,packets,bytes
2021-03-01 02:00-03:00,1614565800,1614567600,wan,4965,4965000
2021-03-01 03:00-04:00,1614567600,1614571200,wan,12630,12630000
2021-03-01 04:00-05:00,1614571200,1614572100,wan,3720,3720000' ""
trafmetux --csv --from 2021 --to 2021-03 show-total lan
expect "a total has the bounds of the range" 0 'period,start,end,monitor,packets,bytes
total,1609459200,1617235200,lan,600,60000000' ""
trafmetux --csv --to 2021-02 show-total lan
expect "one of them" 0 'period,start,end,monitor,packets,bytes
total,,1614556800,lan,0,0' ""
trafmetux -u B --at '2021-03-02 12:00' --from yesterday --to Yesterday show-daily lan
expect "words" 0 '2021-03-01: [lan= 60000000 B]' ""
trafmetux -u B --at '2021-03-02 12:00' --from today show-daily lan
expect "nothing in the range" 0 "" ""
trafmetux -u B --at '2021-03-02 12:00' --from yesterday -t 3 show-daily lan
expect "the last within the range, empty ones too" 0 '2021-03-01: [lan= 60000000 B]
2021-03-02: [lan= 0 B]' ""
trafmetux -u B -t 2 --to '2021-03-01 02:30' show-hourly lan
expect "the last that the range has" 0 '2021-03-01 01:00-02:00: [lan= 6000000 B]
2021-03-01 02:00-03:00: [lan= 3000000 B]' ""
trafmetux -u B -t 1 --to '2021-03-01 02:00' show-hourly lan
expect "but not its end" 0 '2021-03-01 01:00-02:00: [lan= 6000000 B]' ""
trafmetux --csv --total -t 9 --at '2021-03-01 09:59' --from '2021-03-01 08:30' show-hourly lan
expect "fewer than there were asked for" 0 'period,start,end,monitor,packets,bytes
2021-03-01 08:00-09:00,1614587400,1614589200,lan,30,3000000
2021-03-01 09:00-10:00,1614589200,1614592800,lan,60,6000000
total,1614587400,1614592800,lan,90,9000000' ""
trafmetux --csv --total -t 1 --at '2021-03-01 09:59' --from '2021-02-28' show-hourly lan
expect "a total of those that are shown" 0 'period,start,end,monitor,packets,bytes
2021-03-01 09:00-10:00,1614589200,1614592800,lan,60,6000000
total,1614589200,1614592800,lan,60,6000000' ""
trafmetux --csv --total --from '2021-02-28' show-daily lan
expect "without -t, of the range" 0 'period,start,end,monitor,packets,bytes
2021-03-01,1614556800,1614643200,lan,600,60000000
total,1614470400,1614643200,lan,600,60000000' ""
trafmetux -t 2 --from 2022 show-hourly lan
same "a range after all there is: empty rows" "status 0, 2 rows" "status $status, $(grep -c 0.00 out) rows"
trafmetux --from today --to yesterday show-daily lan
expect "a range of nothing" 2 "" "trafmetux: --from is not before the end of --to; try 'trafmetux --help'"

# Columns.
trafmetux --top 2 -u B show-hourly wan-lan
expect "the busiest first, by what is shown" 0 '2021-03-01 09:00-10:00: [wan-lan= 28230000 B]
2021-03-01 08:00-09:00: [wan-lan= 24630000 B]' ""
trafmetux --top 3 -u B --total show-hourly lan
expect "of equals the older" 0 '2021-03-01 00:00-01:00: [lan= 6000000 B]
2021-03-01 01:00-02:00: [lan= 6000000 B]
2021-03-01 02:00-03:00: [lan= 6000000 B]
total: [lan= 18000000 B]' ""
trafmetux -u B --to '2021-03-01 01:00' --packets show-hourly wan-lan 'both=wan + lan' 'wan - lan - lan'
expect "differences may be below zero" 0 '2021-03-01 00:00-01:00: [wan-lan= -4170000 B, 1770 packets] [both= 7830000 B, 1890 packets] [wan - lan - lan= -10170000 B, 1710 packets]' ""
trafmetux --json --to '2021-03-01 01:00' show-hourly wan-lan
expect "in JSON too" 0 '{"version":1,"report":"hourly","timezone":"UTC","monitors":["wan-lan"],"rows":[
{"period":"2021-03-01 00:00-01:00","start":1614556800,"end":1614560400,"monitors":[{"name":"wan-lan","packets":1770,"bytes":-4170000}]}
]}' ""
sed 's/ 0 0$/ 0 0/' archive/lan-2021-03-01 >archive/wan-lan-2021-03-01
trafmetux -u B show-total wan-lan 'wan - lan'
expect "a monitor of that name wins; blanks tell" 0 'total: [wan-lan= 60000000 B] [wan - lan= 120300000 B]' ""
rm archive/wan-lan-2021-03-01
live wan-lan 000000000000000c 1614556800.5 1 1 </dev/null
trafmetux -u B show-total wan-lan
expect "also if it is only live" 0 'total: [wan-lan= 1 B]' ""
rm proc/wan-lan
trafmetux show-total wan-nope wan
expect "a difference to nothing; the others are served" 1 "total: [wan= 171.95 MB]" \
	"trafmetux: wan-nope: no such monitor, nor a sum or difference of some; see 'trafmetux list'"
trafmetux show-total 'wan - nope' wan
expect "and named when it is spelt out" 1 "total: [wan= 171.95 MB]" \
	"trafmetux: nope: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
trafmetux show-total 'wan -' wan
expect "half a difference" 1 "total: [wan= 171.95 MB]" \
	"trafmetux: 'wan -' is no column; give a monitor, or a sum such as 'input+output' or 'both=input + output' of at most 16"
touch archive/a-2021-03-01 archive/b-2021-03-01 archive/a-b-2021-03-01
trafmetux -u B show-total a-b-b wan
expect "two ways to split it" 1 "total: [wan= 180300000 B]" \
	"trafmetux: a-b-b: can be split into monitors in more than one way; put blanks around the operators, as in 'wan - lan'"
rm archive/a-* archive/b-*

# Rates.
trafmetux --csv --rates --total --from '2021-03-01 08:00' --to '2021-03-01 10:00' show-hourly wan
expect "rates" 0 'period,start,end,monitor,packets,bytes,seconds,average_bits_per_second,percentile_95_bits_per_second
2021-03-01 08:00-09:00,1614585600,1614589200,wan,30630,30630000,3600,68067,71733
2021-03-01 09:00-10:00,1614589200,1614592800,wan,34230,34230000,3600,76067,79733
total,1614585600,1614592800,wan,64860,64860000,7200,72067,79067' ""
same "as awk finds them" "72067 79067" "$(awk -v from=$((MIDNIGHT + 28800)) -v to=$((MIDNIGHT + 36000)) '
	/^[0-9]/ { at = $1 - 1
		if (at >= from && at < to) { sum += $3 - before; part[int(at / 300)] += $3 - before }
		before = $3 }
	END { printf "%.0f ", sum * 8 / (to - from)
		for (at in part) print part[at] * 8 / 300 | "sort -nr | sed -n 2p"
	}' archive/wan-2021-03-01 | tr -d '\n' | awk '{ printf "%d %.0f", $1, $2 }')"
trafmetux --rates --at '2021-03-01 02:00' --to '2021-03-01 02:00' --packets -t 1 show-daily lan
expect "a day that has come to two o'clock" 0 \
	'2021-03-01: [lan= 11.44 MB, 120 packets, average 13.33 kbit/s, 95th percentile 13.33 kbit/s]' ""
trafmetux --csv --rates --at '2021-03-01 12:00' show-daily lan
same "a day that has come to noon" 43200 "$(sed -n 's/.*,60000000,\([0-9]*\),.*/\1/p' out)"
trafmetux --csv --rates --at '2021-03-01 02:00' show-daily lan
same "its traffic is later than the present: up to that" 36000 "$(sed -n 's/.*,60000000,\([0-9]*\),.*/\1/p' out)"
trafmetux --rates --to '2021-03-01 00:02' show-minutely lan
expect "minutes have no five" 0 \
'2021-03-01 00:00-00:01: [lan= 97.66 KB, average 13.33 kbit/s, 95th percentile -]
2021-03-01 00:01-00:02: [lan= 97.66 KB, average 13.33 kbit/s, 95th percentile -]' ""
trafmetux --json --rates --total --to '2021-03-01 00:02' show-minutely lan-wan
expect "JSON has null there" 0 '{"version":1,"report":"minutely","timezone":"UTC","monitors":["lan-wan"],"rows":[
{"period":"2021-03-01 00:00-00:01","start":1614556800,"end":1614556860,"seconds":60,"monitors":[{"name":"lan-wan","packets":0,"bytes":99000,"average_bits_per_second":13200,"percentile_95_bits_per_second":null}]},
{"period":"2021-03-01 00:01-00:02","start":1614556860,"end":1614556920,"seconds":60,"monitors":[{"name":"lan-wan","packets":-1,"bytes":98000,"average_bits_per_second":13067,"percentile_95_bits_per_second":null}]}
],"total":{"start":1614556800,"end":1614556920,"seconds":120,"monitors":[{"name":"lan-wan","packets":-1,"bytes":197000,"average_bits_per_second":13133,"percentile_95_bits_per_second":null}]}}' ""

# Aligned columns.
trafmetux --table --total --from '2021-03-01 00:00' --to '2021-03-01 02:00' show-hourly wan lan wan-lan
expect "aligned columns" 0 'period                      wan       lan     wan-lan
2021-03-01 00:00-01:00  1.75 MB   5.72 MB    -3.98 MB
2021-03-01 01:00-02:00  5.18 MB   5.72 MB  -556.64 KB
total                   6.92 MB  11.44 MB    -4.52 MB' ""
trafmetux --table --packets --rates --si --to '2021-03-01 01:00' show-hourly lan
expect "with all there is" 0 'period                      lan  lan packets   lan average       lan 95%
2021-03-01 00:00-01:00  6.00 MB           60  13.33 kbit/s  13.33 kbit/s' ""
trafmetux --table --to 2020 show-hourly lan
expect "a table of nothing" 0 'period  lan' ""
# on_terminal COMMAND...: what it prints on one; script(1) makes it
on_terminal() {
	script -q -e -c "$*" typescript </dev/null | tr -d '\r'
}
table="$PROGRAM --archive-dir archive --proc-dir proc --table --to 2020 show-hourly lan"
bold=$(printf '\033[1mperiod  lan\033[0m')
same "a terminal shows the names in bold type" "$bold" "$(TERM=xterm NO_COLOR='' on_terminal "$table")"
same "NO_COLOR objects" "period  lan" "$(TERM=xterm NO_COLOR=1 on_terminal "$table")"
same "a dumb terminal has none" "period  lan" "$(TERM=dumb on_terminal "$table")"

# Large numbers, exactly.
fresh
printf '@ %s 0 0\n1614556860 1 18446744073709551615\n' $SERIES >archive/big-2021-03-01
printf '@ %s 0 0\n1614556860 1 9223372036854775808\n' $SERIES >archive/half-2021-03-01
trafmetux --json show-total big half half-big
expect "JSON has all digits" 0 '{"version":1,"report":"total","timezone":"UTC","monitors":["big","half","half-big"],"rows":[
{"period":"total","start":null,"end":null,"monitors":[{"name":"big","packets":1,"bytes":18446744073709551615},{"name":"half","packets":1,"bytes":9223372036854775808},{"name":"half-big","packets":0,"bytes":-9223372036854775807}]}
]}' ""

# Anyone may read the reports.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	chmod 0755 .
	cp "$PROGRAM" program
	status=0
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		./program --archive-dir archive --proc-dir proc -u B show-daily half >out 2>err || status=$?
	expect "ordinary users read reports" 0 "2021-03-01: [half= 9223372036854775808 B]" ""
fi
plan
