#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# import vnstat of months that begin on another day than the first (MonthRotate), which
# vnStat 2 does not tell: what it writes of databases that are filled as it would have.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"

command -v vnstat >/dev/null && command -v vnstatd >/dev/null && command -v sqlite3 >/dev/null
result "vnstat and sqlite3 are installed" || { plan; exit 1; }

# database DAY BEGIN END DAYS [YEARS]: months begin on DAY, and so do years if YEARS is
# 1; days are kept for DAYS. A piece of traffic every half hour. vnStat 2.10 reckons a
# month by the time (DAY - 1) * 24 hours ago.
database() {
	rm -rf database
	mkdir database
	printf '%s\n' "DatabaseDir \"$WORK/database\"" "MonthRotate $1" >vnstat.conf
	vnstatd --initdb --config vnstat.conf >/dev/null 2>&1 ||
		timeout 600 vnstatd -n --noadd --config vnstat.conf --pidfile "$WORK/pid" >/dev/null 2>&1
	back=$(($1 - 1))
	begin=$(date -d "$2" +%s)
	end=$(date -d "$3" +%s)
	year="datetime(at, 'unixepoch', 'localtime')"
	[ "${5:-0}" = 0 ] || year="datetime(datetime(at, 'unixepoch', '-$back days'), 'localtime')"
	sqlite3 database/vnstat.db <<-SQL
	BEGIN;
	INSERT INTO interface VALUES(1, 'eth0', 'the line', 1,
		datetime($begin, 'unixepoch', 'localtime'),
		datetime($end, 'unixepoch', 'localtime'), 0, 0, 0, 0);
	CREATE TEMP TABLE raw AS
		WITH RECURSIVE step(at) AS (SELECT $begin UNION ALL
			SELECT at + 1800 FROM step WHERE at + 1800 <= $end)
		SELECT at, datetime(at, 'unixepoch', 'localtime') AS date,
			strftime('%Y-%m-01', datetime(datetime(at, 'unixepoch', '-$back days'), 'localtime')) AS month,
			strftime('%Y-01-01', $year) AS year,
			at * 7919 % 100003 + 1 AS rx, at * 104729 % 5003 + 1 AS tx FROM step;
	INSERT INTO hour(interface, date, rx, tx)
		SELECT 1, strftime('%Y-%m-%d %H:00:00', date) AS of, sum(rx), sum(tx) FROM raw
		WHERE at > $end - 4 * 86400 GROUP BY of;
	INSERT INTO day(interface, date, rx, tx)
		SELECT 1, date(date) AS of, sum(rx), sum(tx) FROM raw
		WHERE of >= date($end, 'unixepoch', '-$4 days') GROUP BY of;
	INSERT INTO top(interface, date, rx, tx)
		SELECT 1, date(date) AS of, sum(rx), sum(tx) FROM raw
		GROUP BY of ORDER BY sum(rx) + sum(tx) DESC LIMIT 20;
	INSERT INTO month(interface, date, rx, tx)
		SELECT 1, month, sum(rx), sum(tx) FROM raw
		WHERE month >= date($end, 'unixepoch', '-25 months') GROUP BY month;
	INSERT INTO year(interface, date, rx, tx)
		SELECT 1, year, sum(rx), sum(tx) FROM raw GROUP BY year;
	UPDATE interface SET rxtotal = (SELECT sum(rx) FROM raw),
		txtotal = (SELECT sum(tx) FROM raw);
	COMMIT;
	SQL
}

# written MODE: what vnStat writes, in file.json
written() {
	# shellcheck disable=SC2086 # no word, or one
	vnstat --config vnstat.conf --json $1 >file.json
}

# figures ARGUMENT...: the bytes of a report of eth0-in
figures() {
	"$PROGRAM" --archive-dir archive --proc-dir none -u B "$@" eth0-in |
		sed 's/.*= \([0-9]*\) B.*/\1/'
}

# theirs TABLE [WHERE]: the same of vnStat's
theirs() {
	sqlite3 database/vnstat.db "SELECT rx FROM $1 ${2:-} ORDER BY date"
}

# lacks NAME WANTED FOUND: not a line of WANTED is missing
lacks() {
	printf '%s\n' "$2" | sort >wanted
	printf '%s\n' "$3" | sort >found
	[ -n "$2" ] && [ -z "$(comm -23 wanted found)" ]
	result "$1 ($(wc -l <wanted) figures)" || comm -23 wanted found | sed 's/^/# lacks /;9q'
}

BEGINS="its months begin on day"
for zone in Europe/Paris America/New_York; do
	export TZ=$zone
	for day in 1 2 15 28; do
		database "$day" '2026-02-03 10:00' '2026-10-20 12:00' 62
		fresh
		written ''
		trafmetux import vnstat file.json
		same "$zone: months from day $day on are seen" "0 $((day > 1))" \
			"$status $(grep -c "$BEGINS $day (MonthRotate), as 'show-monthly --month-start $day' has them" out)"
		lacks "$zone, $day: the months" "$(theirs month)" "$(figures --month-start "$day" show-monthly)"
		lacks "$zone, $day: the days" "$(theirs day)" "$(figures show-daily)"
		same "$zone, $day: the total" "$(sqlite3 database/vnstat.db 'SELECT rxtotal FROM interface')" \
			"$(figures show-total)"
	done
done

# Without days nobody can tell.
export TZ=Europe/Paris
database 15 '2026-02-03 10:00' '2026-10-20 12:00' 62
fresh
written m
UNKNOWN="vnStat does not tell on which day its months begin; give MonthRotate of vnstat.conf, mostly 1, with --month-start"
trafmetux import vnstat file.json
expect "months alone" 1 "" "trafmetux: file.json: interface eth0: $UNKNOWN (1 to 20 would fit); nothing was imported"
same "and nothing is there" .lock "$(ls -A archive)"
trafmetux import vnstat file.json --month-start 21
expect "a day on which the present month would not have begun" 1 "" "trafmetux: file.json: interface eth0: its months don't begin on day 21: what it has of days and months fits --month-start 1 to 20; nothing was imported"
trafmetux import vnstat file.json --month-start 15
same "the right day" "0 1" "$status $(grep -c "$BEGINS 15 " out)"
same "puts each month where it was" "$(theirs month)" "$(figures --month-start 15 show-monthly)"
written ''
fresh
trafmetux import vnstat file.json --month-start 1
expect "the wrong day, with days" 1 "" "trafmetux: file.json: interface eth0: its months don't begin on day 1: what it has of days and months fits --month-start 15; nothing was imported"
same "and nothing is there: the wrong day" .lock "$(ls -A archive)"
trafmetux import csv file.json --month-start 1
expect "of the other format" 2 "" "trafmetux: --month-start goes with import vnstat; try 'trafmetux --help'"

# Days that nothing was counted on tell no more.
database 15 '2026-02-03 10:00' '2026-10-20 12:00' 40
sqlite3 database/vnstat.db "DELETE FROM month; DELETE FROM year;
	INSERT INTO month(interface, date, rx, tx) SELECT 1, strftime('%Y-%m-01', date), sum(rx), sum(tx) FROM day WHERE date >= '2026-10-03' GROUP BY 2;
	INSERT INTO month(interface, date, rx, tx) VALUES(1, '2026-08-01', 5, 5);
	DELETE FROM day WHERE date < '2026-10-03'; DELETE FROM top; DELETE FROM hour"
fresh
written ''
trafmetux import vnstat file.json
expect "days that leave several open" 1 "" "trafmetux: file.json: interface eth0: $UNKNOWN (1 to 3 would fit); nothing was imported"
trafmetux import vnstat file.json --month-start 1
same "one of which is told" 0 "$status"

# MonthRotate is one for all interfaces: one without days goes by the others.
database 15 '2026-02-03 10:00' '2026-10-20 12:00' 62
sqlite3 database/vnstat.db "INSERT INTO interface VALUES(2, 'usb0', '', 0,
		'2026-02-03 10:00:00', '2026-06-30 12:00:00', 0, 0, 999, 9);
	INSERT INTO month(interface, date, rx, tx) VALUES(2, '2026-05-01', 900, 9)"
fresh
written ''
trafmetux import vnstat file.json --interface usb0
same "an interface whose days are gone" "0 2026-05-15 - 2026-06-14: [usb0-in= 900 B]" \
	"$status $("$PROGRAM" --archive-dir archive --proc-dir none -u B --month-start 15 show-monthly usb0-in | grep ' 900 ')"

# The setting was changed on September 10, 2026, from 1 to 15.
changed() {
	database 15 "$1" '2026-11-20 12:00' "$2"
	sqlite3 database/vnstat.db "DELETE FROM month;
		CREATE TEMP TABLE raw AS
			WITH RECURSIVE step(at) AS (SELECT $begin UNION ALL
				SELECT at + 1800 FROM step WHERE at + 1800 <= $end)
			SELECT at, at * 7919 % 100003 + 1 AS rx, at * 104729 % 5003 + 1 AS tx FROM step;
		INSERT INTO month(interface, date, rx, tx)
			SELECT 1, strftime('%Y-%m-01', datetime(datetime(at, 'unixepoch',
				CASE WHEN at < 1789000000 THEN '0 days' ELSE '-14 days' END), 'localtime')) AS of,
				sum(rx), sum(tx) FROM raw GROUP BY of"
	fresh
	written ''
}
changed '2026-08-03 10:00' 200
trafmetux import vnstat file.json
same "changed on the way, all days there: months are left out, and that is told" "0 1" \
	"$status $(grep -c 'eth0: the month from 2026-08-15 on has .*: the month was left out, and so were 1 more months' out)"
same "the days are all right" "$(theirs day)" "$(figures show-daily)"
changed '2026-02-03 10:00' 100
trafmetux import vnstat file.json
expect "changed on the way, and months before" 1 "" "trafmetux: file.json: interface eth0: its month 2026-08 is not the sum of its days: months before it may begin on another day than 15; give that with --month-start; nothing was imported"
trafmetux import vnstat file.json --month-start 1
same "the months before are right then" "0 $(theirs month "WHERE date < '2026-08-01'" | tr '\n' ' ')" \
	"$status $(figures show-monthly | sed '7,$d' | tr '\n' ' ')"
same "and all days, and the total" "0 $(sqlite3 database/vnstat.db 'SELECT rxtotal FROM interface')" \
	"$(figures show-daily >ours; theirs day | grep -cvxFf ours) $(figures show-total)"

# Entries that contradict each other: the finer ones are kept.
database 1 '2026-08-03 10:00' '2026-10-20 12:00' 100
before=$(theirs month "WHERE date = '2026-09-01'")
sqlite3 database/vnstat.db "UPDATE month SET rx = 1048576, tx = 2048 WHERE date = '2026-09-01'"
fresh
written ''
trafmetux import vnstat file.json
same "a month that is not its days' sum is left out, and that is told" \
	"0 eth0: the month from 2026-09-01 on has 1.00 MB in, 2.00 KB out, its days 68.71 MB in, 3.44 MB out: the month was left out" \
	"$status $(grep month out)"
same "its days are there" "$before" "$(figures show-monthly | sed -n 2p)"
sqlite3 database/vnstat.db "UPDATE month SET rx = $before WHERE date = '2026-09-01';
	UPDATE interface SET rxtotal = 5, txtotal = 1"
fresh
written ''
trafmetux import vnstat file.json
same "a total below its parts" "0 eth0: the total from 2026-08-03 on has less traffic (5 B in, 1 B out) than its parts: it was left out" \
	"$status $(grep total out)"
same "the months are there" "$(theirs month)" "$(figures show-monthly)"

# An entry of the future does not keep out the rest.
database 1 '2026-08-03 10:00' '2026-10-20 12:00' 100
sqlite3 database/vnstat.db "INSERT INTO day(interface, date, rx, tx) VALUES(1, '2036-02-07', 5000, 7);
	UPDATE interface SET rxtotal = rxtotal + 5000, txtotal = txtotal + 7"
fresh
written ''
trafmetux import vnstat file.json
same "a day of the future is named, with how much it has" \
	"0 eth0: the day of 2036-02-07 is of the future, with 4.88 KB in, 7 B out: it was left out" \
	"$status $(grep future out)"
same "all else is there" "$(theirs day "WHERE date < '2026-10-20'")" "$(figures show-daily | sed '$d')"
same "and what it had, as the total has it" "$(sqlite3 database/vnstat.db 'SELECT rxtotal FROM interface') 1" \
	"$(figures show-total) $(grep -c '^eth0: 4.88 KB in, 7 B out of the total are in no entry: they stand on 2026-10-20,' out)"
sqlite3 database/vnstat.db "UPDATE interface SET updated = '2036-02-07 10:00:00'"
fresh
written ''
trafmetux import vnstat file.json
expect "all of the future" 1 "" "trafmetux: file.json: interface eth0: it was updated last on 2036-02-07, which is of the future; is this machine's clock right?; nothing was imported"

# The zone that a file was written in is found.
export TZ=Asia/Kathmandu
database 1 '2026-08-03 10:00' '2026-10-20 12:00' 100
for mode in '' d; do
	written "$mode"
	export TZ=Europe/Paris
	fresh
	trafmetux import vnstat file.json
	expect "another zone is named (${mode:-all})" 1 "" "trafmetux: file.json: interface eth0: it is in the times of another zone; --tz Asia/Kathmandu fits; nothing was imported"
	trafmetux import vnstat file.json --tz Asia/Kathmandu
	same "and fits (${mode:-all})" 0 "$status"
	same "day by day (${mode:-all})" "$(theirs day)" "$(TZ=Asia/Kathmandu figures show-daily)"
	export TZ=Asia/Kathmandu
done
plan
