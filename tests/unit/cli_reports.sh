#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What reports can be asked for: zones, units, months of one's own.
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
plan
