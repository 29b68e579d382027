#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# import vnstat: what vnStat itself writes of a database with two years of
# traffic, and made-up files. Each hour, day, month, year and the total come to
# what vnStat says.
#
# shellcheck disable=SC2094 # files called after the functions that fill them
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris

command -v vnstat >/dev/null && command -v vnstatd >/dev/null && command -v sqlite3 >/dev/null
result "vnstat and sqlite3 are installed" || { plan; exit 1; }

# A piece of traffic every five minutes from 2024-11-20 on, put into the views
# that vnStat keeps, for as long as it keeps them by default. The clock was set
# back on 2026-10-25, within hours and pieces of five minutes.
mkdir database
echo "DatabaseDir \"$WORK/database\"" >vnstat.conf
vnstatd --initdb --config vnstat.conf >/dev/null 2>&1 || {
	# Before 2.7 only a daemon makes one; without an interface it ends by itself.
	timeout 600 vnstatd -n --noadd --config vnstat.conf --pidfile "$WORK/pid" >/dev/null 2>&1
}
sqlite3 database/vnstat.db <<'SQL'
BEGIN;
INSERT INTO interface VALUES(1, 'eth0', '', 1, '2024-11-20 08:00:00',
	'2026-10-26 12:03:20', 0, 0, 0, 0);
INSERT INTO interface VALUES(2, 'idle', '', 1, '2026-10-20 08:00:00',
	'2026-10-26 12:03:20', 0, 0, 0, 0);
CREATE TEMP TABLE raw AS
	WITH RECURSIVE step(at) AS (SELECT 1732086000 UNION ALL
		SELECT at + 300 FROM step WHERE at + 300 <= 1793012400)
	SELECT datetime(at, 'unixepoch', 'localtime') AS date,
		at * 7919 % 100003 + 1 AS rx, at * 104729 % 5003 + 1 AS tx FROM step;
INSERT INTO fiveminute(interface, date, rx, tx)
	SELECT 1, date, sum(rx), sum(tx) FROM raw
	WHERE date >= '2026-10-24 12:00:00' GROUP BY date;
INSERT INTO hour(interface, date, rx, tx)
	SELECT 1, strftime('%Y-%m-%d %H:00:00', date) AS of, sum(rx), sum(tx) FROM raw
	WHERE date >= '2026-10-22 12:00:00' GROUP BY of;
INSERT INTO day(interface, date, rx, tx)
	SELECT 1, date(date) AS of, sum(rx), sum(tx) FROM raw
	WHERE date >= '2026-08-26' GROUP BY of;
INSERT INTO top(interface, date, rx, tx)
	SELECT 1, date(date) AS of, sum(rx), sum(tx) FROM raw
	WHERE date < '2026-10-26' GROUP BY of ORDER BY sum(rx) + sum(tx) DESC LIMIT 20;
INSERT INTO month(interface, date, rx, tx)
	SELECT 1, strftime('%Y-%m-01', date) AS of, sum(rx), sum(tx) FROM raw
	WHERE date >= '2025-03' GROUP BY of;
INSERT INTO year(interface, date, rx, tx)
	SELECT 1, strftime('%Y-01-01', date) AS of, sum(rx), sum(tx) FROM raw
	WHERE date >= '2025' GROUP BY of;
UPDATE interface SET rxtotal = (SELECT sum(rx) FROM raw),
	txtotal = (SELECT sum(tx) FROM raw) WHERE id = 1;
COMMIT;
SQL

# vnstat_json MODE: what vnStat writes
vnstat_json() {
	vnstat --config vnstat.conf -i eth0 --json "$1"
}

# has_timestamps: does vnStat write them? Since 2.7 it does.
has_timestamps() {
	vnstat_json h | grep -q '"timestamp":[0-9]*,"rx"'
}

# entries MODE: "time rx tx" of each entry of a view, from its database where what it
# writes has no such times; which of the two hours is meant that the clock ran through
# twice, nobody can tell then
entries() {
	if has_timestamps; then
		vnstat_json "$1" | tr '{' '\n' |
			sed -n 's/.*"timestamp":\([0-9]*\),"rx":\([0-9]*\),"tx":\([0-9]*\).*/\1 \2 \3/p'
		return
	fi
	case $1 in
	f) table=fiveminute ;;
	h) table=hour ;;
	d) table=day ;;
	t) table=top ;;
	m) table=month ;;
	y) table=year ;;
	esac
	sqlite3 -separator ' ' database/vnstat.db \
		"SELECT strftime('%s', date, 'utc'), rx, tx FROM $table
		WHERE interface = 1 AND date NOT LIKE '2026-10-25 02:%'"
}

# theirs MODE KEY: "time bytes" of each
theirs() {
	entries "$1" | awk -v field="$2" '{ print $1, $field }' | sort
}

# ours REPORT MONITOR: the same
ours() {
	"$PROGRAM" --archive-dir archive --proc-dir none --csv "show-$1" "$2" |
		awk -F, 'NR > 1 { print $2, $6 }' | sort
}

# agrees: every figure of vnStat's is one of ours; VIEWS of them were compared
agrees() {
	for view in 'h hourly' 'd daily' 't daily' 'm monthly' 'y yearly'; do
		for direction in '2 eth0-in' '3 eth0-out'; do
			theirs "${view%% *}" "${direction%% *}" >theirs
			ours "${view##* }" "${direction##* }" >ours
			[ -s theirs ] && [ -z "$(comm -23 theirs ours)" ]
			result "$1: ${direction##* }, ${view##* } ($(wc -l <theirs) figures)" ||
				comm -23 theirs ours | sed 's/^/# lacks /;9q'
		done
	done
	same "$1: the totals" \
		"$(sqlite3 database/vnstat.db 'SELECT rxtotal, txtotal FROM interface WHERE id = 1')" \
		"$(total eth0-in)|$(total eth0-out)"
}

fresh
vnstat --config vnstat.conf --json >file.json
trafmetux import vnstat file.json
sed 's/[0-9]* record/N record/;s/[0-9]* file/N file/' out >plain
mv plain out
COARSE="eth0: 7.08 GB in, 362.80 MB out of 18 months are in none of their days: they stand before the first of these, or on the last day
eth0: 810.11 MB in, 40.55 MB out of 1 year are in none of its months: they stand before the first of these, or on the last day
eth0: 516.83 MB in, 25.88 MB out of the total are in no entry: they stand on 2024-12-31, and were counted on it or before, from 2024-11-20"
expect "a file of vnStat's, and what of it is coarse" 0 "$COARSE
eth0-in: N records in N files
eth0-out: N records in N files
idle-in: no traffic
idle-out: no traffic" ""
agrees "all views"
vnstat_json f | tr '{' '\n' | grep -c '"rx"' >pieces
theirs f 2 | awk '$1 < 1793012100 { print $1 + 300, $2 }' >theirs
"$PROGRAM" --archive-dir archive --proc-dir none export eth0-in | tr -d '\r' |
	awk -F, 'NR > 1 { print $3, $6 }' | sort >ours
[ -s theirs ] && [ -z "$(comm -23 theirs ours)" ]
result "pieces of five minutes, at their ends ($(wc -l <theirs) figures)" || comm -23 theirs ours | head | sed 's/^/# /'
trafmetux verify
same "verify finds it whole" "status 0 2 whole" "status $status $(grep -c 'whole$' out) whole"
ls archive >once
cat archive/eth0-* | cksum >>once
trafmetux import vnstat file.json
expect "once more" 0 "$COARSE
eth0-in: imported before, nothing was added
eth0-out: imported before, nothing was added
idle-in: no traffic
idle-out: no traffic" ""
{ ls archive; cat archive/eth0-* | cksum; } >twice
same "adds nothing" "$(cat once)" "$(cat twice)"
trafmetux import vnstat file.json --interface eth0 --rx wan-down --tx wan-up
same "other names" "wan-down wan-up" "$(grep -v '^eth0:' out | sed 's/:.*//' | tr '\n' ' ' | sed 's/ $//')"
same "the same total" "$(total eth0-in)" "$(total wan-down)"

# Fewer views: coarser, and right as far as they go.
for mode in d m y; do
	fresh
	vnstat_json $mode >file.json
	case $mode in
	m) trafmetux import vnstat file.json --month-start 1 ;;
	*) trafmetux import vnstat file.json ;;
	esac
	theirs $mode 2 >theirs
	case $mode in d) ours daily eth0-in ;; m) ours monthly eth0-in ;; y) ours yearly eth0-in ;; esac >ours
	[ "$status" -eq 0 ] && [ -s theirs ] && [ -z "$(comm -23 theirs ours)" ]
	result "vnstat --json $mode alone" || sed 's/^/# /' err
	same "and its total ($mode)" "$(sqlite3 database/vnstat.db 'SELECT rxtotal FROM interface WHERE id = 1')" "$(total eth0-in)"
done

# Made up: where a rest goes.
# made TRAFFIC: a file
made() {
	cat >file.json <<-JSON
	{"vnstatversion":"2.10","jsonversion":"2","interfaces":[{"name":"e","alias":"",
	"created":{"date":{"year":2026,"month":1,"day":10},"timestamp":1768032000},
	"updated":{"date":{"year":2026,"month":3,"day":3},"time":{"hour":13,"minute":20},"timestamp":1772540400},
	"traffic":{$1}}]}
	JSON
}
DAY='"day":[{"date":{"year":2026,"month":3,"day":3},"rx":100,"tx":0}]'
HOURS='"hour":[{"date":{"year":2026,"month":3,"day":3},"time":{"hour":10,"minute":0},"rx":30,"tx":0},
	{"date":{"year":2026,"month":3,"day":3},"time":{"hour":13,"minute":0},"rx":7,"tx":0}]'
MONTH='"month":[{"date":{"year":2026,"month":3},"rx":150,"tx":0},{"date":{"year":2026,"month":2},"rx":9,"tx":0}]'
fresh
made "\"total\":{\"rx\":1000,\"tx\":0},$HOURS,$DAY,$MONTH"
trafmetux import vnstat file.json --month-start 1
expect "one direction" 0 "e: 59 B in, 0 B out of 2 months are in none of their days: they stand before the first of these, or on the last day
e: 841 B in, 0 B out of the total are in no entry: they stand on 2026-01-31, and were counted on it or before, from 2026-01-10
e-in: 6 records in 4 files
e-out: no traffic" ""
trafmetux export
same "before the finer entries; the present hour at the last look" "time,since,bytes
2026-02-01T00:00:00+01:00,1768032000,841
2026-03-01T00:00:00+01:00,1769900400,9
2026-03-03T00:00:00+01:00,1772319600,50
2026-03-03T10:00:00+01:00,1772492400,63
2026-03-03T11:00:00+01:00,1772528400,30
2026-03-03T13:20:00+01:00,1772539200,7" "$(tr -d '\r' <out | awk -F, '{ print $2 "," $4 "," $6 }')"
fresh
made "\"total\":{\"rx\":1000,\"tx\":5}"
trafmetux import vnstat file.json
trafmetux export
same "only a total, at the last look" "e-in,1772540400,1768032000,0,1000
e-out,1772540400,1768032000,0,5" "$(tr -d '\r' <out | awk -F, 'NR > 1 { print $1 "," $3 "," $4 "," $5 "," $6 }')"

# Wrong files.
# refused NAME MESSAGE
refused() {
	trafmetux import vnstat file.json
	expect "refused: $1" 1 "" "trafmetux: file.json: $2; nothing was imported"
	same "and nothing is there: $1" .lock "$(ls -A archive)"
}
fresh
made "\"total\":{\"rx\":1000,\"tx\":0},\"day\":[{\"date\":{\"year\":2026,\"month\":3,\"day\":3},\"rx\":36,\"tx\":0}],$HOURS"
refused "a day below its hours" "interface e: the day from 2026-03-03 on has less traffic than its parts; write the file with 'vnstat --json d', which leaves those out"
made "\"total\":{\"rx\":-1,\"tx\":0}"
refused "a total below zero" "interface e: has no total"
made "\"total\":{\"rx\":1000,\"tx\":0},\"day\":[{\"date\":{\"year\":2026,\"month\":2,\"day\":29},\"rx\":36,\"tx\":0}]"
refused "a day that never was" "interface e: day has an entry without its time, rx and tx"
made "\"total\":{\"rx\":1000,\"tx\":0},\"day\":[{\"date\":{\"year\":2026,\"month\":2,\"day\":28},\"rx\":36}]"
refused "no tx" "interface e: day has an entry without its time, rx and tx"
made "\"total\":{\"rx\":1000,\"tx\":0},\"hour\":[{\"date\":{\"year\":2026,\"month\":3,\"day\":3},\"time\":{\"hour\":10,\"minute\":0},\"timestamp\":1772532000,\"rx\":1,\"tx\":0}]"
refused "the times of no zone" "interface e: hour is in the times of another zone; none known here fits, so name that of the machine that wrote it with --tz"
made "\"total\":{\"rx\":18446744073709551616,\"tx\":0}"
trafmetux import vnstat file.json
same "a number too large: the line is named" "status 1 line 4" "status $status $(sed -n 's/.*file.json: \(line [0-9]*\):.*/\1/p' err)"
sed -i 's/"jsonversion":"2"/"jsonversion":"1"/;s/18446744073709551616/1/' file.json
refused "vnStat 1" "not of vnStat 2 (jsonversion 2); of vnStat 1, give what 'vnstat --exportdb' writes"
sed -i 's/"jsonversion":"1"/"jsonversion":"2"/;s/"name":"e"/"name":"e f"/' file.json
refused "a name that no monitor can have" "interface e f: can't name monitors; give --rx and --tx"
echo '{}' >file.json
refused "another file" "not what 'vnstat --json' writes"
echo '{' >file.json
trafmetux import vnstat file.json
same "no JSON: the line is named" "status 1 line 2" "status $status $(sed -n 's/.*file.json: \(line [0-9]*\):.*/\1/p' err)"
vnstat --config vnstat.conf --json >file.json
trafmetux import vnstat file.json --rx a
expect "several interfaces, one name" 1 "" "trafmetux: file.json: holds several interfaces; name one with --interface; nothing was imported"
trafmetux import vnstat file.json --interface eth9
expect "an interface that is not there" 1 "" "trafmetux: file.json: interface eth9: not in this file; nothing was imported"
# Without timestamps nobody can tell.
if has_timestamps; then
	TZ=Asia/Tokyo trafmetux import vnstat file.json
	same "the times of another zone" "status 1, and nothing is there: " "status $status, and nothing is there: $(ls archive)"
fi
trafmetux import vnstat file.json --monitor a
expect "an option of the other format" 2 "" "trafmetux: --monitor goes with import csv; try 'trafmetux --help'"
plan
