#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Reports over days on which the clock was changed.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"

# quarters FROM COUNT: update the monitor with a sample of 1000 bytes for each
# quarter of an hour, in one go; FROM is in epoch seconds
quarters() {
	fresh
	awk -v from="$1" -v count="$2" 'BEGIN { for (at = count; at; at--)
		printf "%d %d %d\n", from + at * 900, at, at * 1000 }' >samples
	live m $SERIES $(($1 + $2 * 900)).0 "$2" "$2"000 "dropped 0" <samples
	trafmetux update
}

# rows COMMAND: label and thousands of bytes
rows() {
	trafmetux -u B "$@" m
	sed 's/: \[m= \([0-9]*\)000 B\]/ \1/; s/: \[m= 0 B\]/ 0/' out
}

# add_up COMMAND: of all rows
add_up() {
	often trafmetux --csv "$1" m
	awk -F, 'NR > 1 { sum += $6 } END { print sum }' out
}

# agree NAME BYTES: all reports, live and from the archive alone
agree() {
	for _times in live archive; do
		for _report in minutely hourly daily weekly monthly yearly total; do
			same "$1: $_report, $_times" "$2" "$(add_up show-$_report)"
		done
		rm proc/m
		mkdir -p proc
	done 2>/dev/null
}

export TZ=Europe/Paris
quarters "$(seconds UTC '2026-10-24 22:00')" 100
same "Paris, autumn: an hour comes twice" \
'2026-10-25 00:00-01:00 4
2026-10-25 01:00-02:00 4
2026-10-25 02:00-03:00 4
2026-10-25 02:00-03:00 4
2026-10-25 03:00-04:00 4' "$(rows show-hourly | sed -n 1,5p)"
same "a day of 25 hours" "2026-10-25 100" "$(rows show-daily)"
same "in 25 rows" 25 "$(rows show-hourly | wc -l)"
agree "Paris, autumn" 100000
same "the last two hours, at the second 02:30" '2026-10-25 02:00-03:00 4
2026-10-25 02:00-03:00 4' "$(rows -t 2 --at "$(seconds UTC '2026-10-25 01:30')" show-hourly)"
quarters "$(seconds UTC '2026-03-28 23:00')" 92
same "Paris, spring: an hour lacks" \
'2026-03-29 01:00-02:00 4
2026-03-29 03:00-04:00 4' "$(rows show-hourly | sed -n 2,3p)"
same "a day of 23 hours" "2026-03-29 92" "$(rows show-daily)"
same "in 23 rows" 23 "$(rows show-hourly | wc -l)"
agree "Paris, spring" 92000

export TZ=Australia/Lord_Howe
quarters "$(seconds UTC '2016-04-02 13:00')" 98
same "Lord Howe, autumn: half an hour comes twice" \
'2016-04-03 01:00-02:00 4
2016-04-03 01:30-02:00 2
2016-04-03 02:00-03:00 4' "$(rows show-hourly | sed -n 2,4p)"
agree "Lord Howe, autumn" 98000
quarters "$(seconds UTC '2016-10-01 13:30')" 94
same "Lord Howe, spring: half an hour lacks" \
'2016-10-02 01:00-02:00 4
2016-10-02 02:30-03:00 2' "$(rows show-hourly | sed -n 2,3p)"
agree "Lord Howe, spring" 94000

# A record for each minute from 23:58 over the step back at 00:01.
export TZ=America/St_Johns
fresh
awk 'BEGIN { for (at = 64; at; at--)
	printf "%d %d %d\n", 1225592880 + at * 60, at, at * 1000 }' >samples
live m $SERIES 1225596720.0 64 64000 "dropped 0" <samples
trafmetux update
same "St. Johns: back over midnight" \
'2008-11-01 23:00-00:00 2
2008-11-02 00:00-00:01 1
2008-11-01 23:01-00:00 59
2008-11-02 00:00-01:00 2' "$(rows show-hourly)"
same "each minute on its date" '2008-11-01 61
2008-11-02 3' "$(rows show-daily)"
trafmetux update
agree "St. Johns" 64000

export TZ=Pacific/Apia
quarters "$(seconds UTC '2011-12-29 10:00')" 192
same "Apia: a day that never was" '2011-12-29 96
2011-12-31 96' "$(rows show-daily)"
same "nor as an empty row" '2011-12-28 0
2011-12-29 96
2011-12-31 96
2012-01-01 0' "$(printf '@ %s 0 0\n1324980000 1 1000\n' 000000000000000e >archive/m-2011-12-27
	rows -t 4 --at '2012-01-01 12:00' show-daily)"
rm archive/m-2011-12-27
agree "Apia" 192000

export TZ=Asia/Beirut
quarters "$(seconds UTC '2022-03-26 20:00')" 96
same "Beirut: midnight that never was" \
'2022-03-26 23:00-00:00 4
2022-03-27 01:00-02:00 4' "$(rows show-hourly | sed -n 2,3p)"
same "a day that begins at one" '2022-03-26 8
2022-03-27 88' "$(rows show-daily)"
agree "Beirut" 96000

# Written in the zone that is the last to see a date, read in the first one.
fresh
seconds=$(seconds UTC '2021-03-06 10:59')
live m $SERIES "$seconds.0" 1 1000 <<END
$seconds 1 1000
END
TZ=Pacific/Pago_Pago trafmetux update
rm proc/m
export TZ=Pacific/Kiritimati
same "files of another zone are found" "m-2021-03-05 2021-03-07 1" \
	"$(cd archive && echo *) $(rows -t 1 --at "$seconds" show-daily)"

plan
