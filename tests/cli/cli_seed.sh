#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The three reports that were printed when the program was first described.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris

# fixture: "DATE TIME MONITOR FIGURE UNIT" lines, the time being a period's end
fixture() {
	while read -r date time monitor figure unit; do
		end=$(date -d "$date $time" +%s)
		day=$(date -d "@$((end - 1))" +%F)
		echo "$monitor-$day $end $monitor $figure $unit"
	done | awk -v directory=archive -v zone=$TZ -f "$HERE/seed_archive.awk"
}

fresh
fixture <<'END'
2008-10-27 20:00 input 24.21 MB
2008-10-27 20:00 output 3.37 MB
2008-10-27 20:00 total sum
2008-10-27 21:00 input 16.65 MB
2008-10-27 21:00 output 10.43 MB
2008-10-27 21:00 total sum
2008-10-27 22:00 input 3.21 MB
2008-10-27 22:00 output 823.61 KB
2008-10-27 22:00 total sum
2008-10-27 23:00 input 10.30 MB
2008-10-27 23:00 output 1.82 MB
2008-10-27 23:00 total sum
2008-10-28 00:00 input 1.89 MB
2008-10-28 00:00 output 494.08 KB
2008-10-28 00:00 total sum
END
hourly='2008-10-27 19:00-20:00: [input= 24.21 MB] [output= 3.37 MB] [total= 27.58 MB]
2008-10-27 20:00-21:00: [input= 16.65 MB] [output= 10.43 MB] [total= 27.08 MB]
2008-10-27 21:00-22:00: [input= 3.21 MB] [output= 823.61 KB] [total= 4.01 MB]
2008-10-27 22:00-23:00: [input= 10.30 MB] [output= 1.82 MB] [total= 12.12 MB]
2008-10-27 23:00-00:00: [input= 1.89 MB] [output= 494.08 KB] [total= 2.37 MB]'
trafmetux --at '2008-10-27 23:59' -t 5 show-hourly input output total
expect "traffic per hour, the last 5" 0 "$hourly" ""
trafmetux show-hourly input output total
expect "traffic per hour, all there is" 0 "$hourly" ""
trafmetux --at '2008-10-28 00:59' show-hourly -t 2 output input
expect "columns as asked, and the present hour empty" 0 \
'2008-10-27 23:00-00:00: [output= 494.08 KB] [input= 1.89 MB]
2008-10-28 00:00-01:00: [output= 0.00 KB] [input= 0.00 KB]' ""

fresh
fixture <<'END'
2008-10-21 14:00 input 98.83 MB
2008-10-21 14:00 output 16.46 MB
2008-10-21 14:00 total sum
2008-10-23 00:00 input 100.27 MB
2008-10-23 00:00 output 34.19 MB
2008-10-23 00:00 total sum
2008-10-23 09:30 input 40.27 MB
2008-10-23 09:30 output 5.39 MB
2008-10-23 09:30 total sum
2008-10-24 18:00 input 542.83 MB
2008-10-24 18:00 output 50.77 MB
2008-10-24 18:00 total sum
2008-10-25 20:00 input 107.99 MB
2008-10-25 20:00 output 93.05 MB
2008-10-25 20:00 total sum
END
trafmetux --at '2008-10-25 21:00' -t 5 show-daily input output total
expect "traffic per day" 0 \
'2008-10-21: [input= 98.83 MB] [output= 16.46 MB] [total= 115.29 MB]
2008-10-22: [input= 100.27 MB] [output= 34.19 MB] [total= 134.46 MB]
2008-10-23: [input= 40.27 MB] [output= 5.39 MB] [total= 45.66 MB]
2008-10-24: [input= 542.83 MB] [output= 50.77 MB] [total= 593.60 MB]
2008-10-25: [input= 107.99 MB] [output= 93.05 MB] [total= 201.04 MB]' ""

# The second week's printed total is less than the sum of the other two: a
# monitor of its own, that counted for a shorter time.
fresh
fixture <<'END'
2008-10-20 12:00 input 0.64 GB
2008-10-20 12:00 output 100.86 MB
2008-10-20 12:00 total sum
2008-10-26 00:00 input 0.60 GB
2008-10-26 00:00 output 145.00 MB
2008-10-26 00:00 total sum
2008-10-26 12:00 input 1.00 GB
2008-10-26 12:00 output 600.27 MB
2008-10-26 12:00 total 0.89 GB
2008-10-31 12:00 input 0.33 GB
2008-10-31 12:00 output 25.00 MB
2008-10-31 12:00 total 1.00 GB
END
weekly='2008-10-19 - 2008-10-25: [input= 1.24 GB] [output= 245.86 MB] [total= 1.48 GB]
2008-10-26 - 2008-11-01: [input= 1.33 GB] [output= 625.27 MB] [total= 1.89 GB]'
trafmetux --at '2008-11-01 10:00' -t 2 show-weekly input output total
expect "traffic per week" 0 "$weekly" ""
trafmetux -f sunday show-weekly input output total
expect "weeks start on Sunday" 0 "$weekly" ""
trafmetux -f Mon show-weekly output
expect "or on Monday" 0 \
'2008-10-20 - 2008-10-26: [output= 846.13 MB]
2008-10-27 - 2008-11-02: [output= 25.00 MB]' ""
plan
