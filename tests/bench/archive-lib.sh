# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced by tests/bench/archive-reports, -growth and -update: $work is the folder that
# tests/bench/archive has prepared, $facts the file for what is found.

# What make-archive makes ends here.
present=1782844920

: "${work:?}" "${facts:?}"
program=$work/build/trafmetux

# settle: updates of $place until there is an index, for which a file must not have
# been changed for some seconds, and which takes several updates after years.
settle() {
	tries=0
	"$program" --archive-dir "$place/archive" --proc-dir "$place/proc" update
	until [ -e "$place/archive/.index/files" ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { echo "tests/bench/archive: no index" >&2; return 1; }
		sleep 1
		"$program" --archive-dir "$place/archive" --proc-dir "$place/proc" update
	done
}

# compact: months in place of days, but for the last two. The files of days, which
# compact leaves for an hour, are removed at once.
compact() {
	"$program" --archive-dir "$place/archive" compact --at $present >/dev/null
	for file in "$place"/archive/*-????-??-??; do
		[ ! -e "${file%-??}" ] || echo "$file"
	done | xargs -r rm
}

# years NUMBER [days]: an archive, of days only if told so, and a database of so many
# years in $work/years-NUMBER. Both hold the same: vnStat's interface receives what
# monitor input counts, and sends what output does.
years() {
	place=$work/years-$1
	mkdir -p "$place/archive" "$place/proc" "$place/vnstat"
	"$work/make-archive" --years "$1" --proc "$place/proc" \
		--hours "$place/hours" "$place/archive" >"$place/truth"
	[ "${2-}" = days ] || compact
	settle
	cat >"$place/vnstat/vnstat.conf" <<-END
		DatabaseDir "$place/vnstat"
		Interface "eth0"
		5MinuteHours 48
		HourlyDays -1
		DailyDays -1
		MonthlyMonths -1
		YearlyYears -1
	END
	vnstatd --initdb --config "$place/vnstat/vnstat.conf" >/dev/null
	sqlite3 "$place/vnstat/vnstat.db" <<-END
		.mode csv
		CREATE TEMP TABLE read(start INTEGER, monitor TEXT, packets INTEGER, bytes INTEGER);
		.import $place/hours read
		CREATE TEMP TABLE both AS
			SELECT datetime(start, 'unixepoch', 'localtime') AS hour,
				sum(bytes * (monitor = 'input')) AS rx,
				sum(bytes * (monitor = 'output')) AS tx
			FROM read WHERE monitor IN ('input', 'output') GROUP BY hour;
		INSERT INTO interface(id, name, active, created, updated,
				rxcounter, txcounter, rxtotal, txtotal)
			SELECT 1, 'eth0', 1, min(hour),
				datetime($present, 'unixepoch', 'localtime'),
				0, 0, sum(rx), sum(tx) FROM both;
		INSERT INTO hour(interface, date, rx, tx) SELECT 1, hour, rx, tx FROM both;
		INSERT INTO day(interface, date, rx, tx) SELECT 1,
			strftime('%Y-%m-%d', hour) AS day, sum(rx), sum(tx) FROM both GROUP BY day;
		INSERT INTO month(interface, date, rx, tx) SELECT 1,
			strftime('%Y-%m-01', hour) AS month, sum(rx), sum(tx) FROM both GROUP BY month;
		INSERT INTO year(interface, date, rx, tx) SELECT 1,
			strftime('%Y-01-01', hour) AS year, sum(rx), sum(tx) FROM both GROUP BY year;
	END
}

# command_line WHO REPORT: the command line, on the archive in $place. "monthly-12" is
# a report of the last twelve, "monthly-json" one in JSON.
command_line() {
	limit='' json=''
	case $2 in *-12*) limit=12 ;; esac
	case $2 in *-json) json=yes ;; esac
	kind=${2%%-*}
	case $1 in
	trafmetux)
		printf '%s' "$program --archive-dir $place/archive --proc-dir $place/proc" \
			" --at $present${limit:+ -t $limit}${json:+ --json} show-$kind input output"
		;;
	vnstat)
		letter=$(printf %.1s "$kind")
		printf '%s' "vnstat --config $place/vnstat/vnstat.conf -i eth0" \
			"${json:+ --json $letter ${limit:-0}}"
		[ -n "$json" ] || printf '%s' " -$letter ${limit:-0}"
		;;
	esac
}

# compare YEARS REPORT...: both programs' times for each, in one run of hyperfine.
# Facts: "time YEARS REPORT WHO median least deviation processor", in seconds.
compare() {
	years=$1
	shift
	for report in "$@"; do
		for who in trafmetux vnstat; do
			echo "--command-name"
			echo "$years $report $who"
			command_line $who "$report"
			echo
		done
	done >"$work/arguments"
	set --
	while read -r argument; do
		set -- "$@" "$argument"
	done <"$work/arguments"
	hyperfine --shell none --warmup 3 --min-runs 20 --style none \
		--export-csv "$work/times.csv" "$@" 2>"$work/hyperfine.err" || {
		cat "$work/hyperfine.err" >&2
		return 1
	}
	# command,mean,stddev,median,user,system,min,max
	awk -F, 'NR > 1 { print "time", $1, $4, $7, $3, $5 + $6 }' "$work/times.csv" >>"$facts"
}
