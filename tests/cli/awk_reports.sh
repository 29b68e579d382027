#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The awk programs of docs/archive-format.md, as they stand there, make the reports that
# trafmetux makes: of months with clock changes, gaps, two series and a damaged line.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"

# The document's programs: what all share, then one for each report.
sed -n '/^## With awk/,$s/^    //p' "$HERE/../../docs/archive-format.md" >document
sed -n '/^# files/,/^# hourly/p' document >shared
# piece REPORT: its program
piece() {
	awk -v report="# $1" '/^# / { inside = $0 == report } inside' document
}

# months ZONE: February to November in files of that zone
months() {
	fresh
	TZ=$1 awk -v zone="$1" 'BEGIN {
		series = "00000000000000aa"
		for (time = 1771110000; time < 1794700000; time += 60 * (7 + records % 83)) {
			records++
			since = ""
			# Days without a record, and a gap that the next record spans.
			if (records % 2500 == 0) {
				since = " " time
				time += 3 * 86400
			}
			packets += records % 13 + 1
			bytes += records % 977 * 1000 + records
			# The clock is set back: older files are written on.
			if (records == 5100)
				time -= 40 * 3600
			if (records == 3333) {
				# A reboot.
				series = "00000000000000bb"
				packets = 5
				bytes = 321
			}
			# More than 32 bits in a minute.
			if (records == 1000)
				bytes += 5000000000
			file = "archive/input-" strftime("%Y-%m-%d", time - 1)
			if (file != before) {
				close(before)
				print "# trafmetux archive version 1 monitor input zone", zone >>file
			}
			if (file != before || series != known)
				printf "@ %s %.0f %.0f\n", series, known == series ? old : 0,
				       known == series ? old_bytes : 0 >>file
			printf "%d %.0f %.0f%s\n", time, packets, bytes, since >>file
			before = file
			known = series
			old = packets
			old_bytes = bytes
		}
		# A series that comes and goes, an "@" that tells nothing new, damaged lines.
		printf "@ 000000000000000b 0 0\n161455 1\n%d 1 5000\n", time >>file
		printf "@ %s 0 0\n", series >>file
		for (more = 1; more <= 5; more++)
			printf "%d %.0f %.0f\n", time + more * 60, packets + (more == 4 ? -1 : more),
			       bytes + (more == 4 ? 0 : 11 * more) >>file
	}'
	# Another monitor, whose name begins alike.
	printf '@ 00000000000000cc 0 0\n1771110060 1 100\n' >archive/input-b-2026-02-14
}

# reported REPORT: packets and bytes of each period, as trafmetux has them
reported() {
	often trafmetux --csv "show-$1" input
	sed 1d out | awk -F, -v report="$1" '{
		if (report == "hourly")
			$1 = substr($1, 1, 16)
		print $1, $5, $6 }'
}

# derived REPORT: the same by awk
derived() {
	{
		cat shared
		piece "$1"
	} >script
	# The offset from UTC, which tells apart an hour that came twice, is not in CSV.
	(cd archive && PATH="$WORK/bin:$PATH" sh ../script) | sed 's/^\(.*:[0-9][0-9]\) [+-][0-9]* /\1 /'
}

mkdir bin
for awk in mawk gawk 'busybox awk'; do
	${awk} 'BEGIN { exit strftime("%Y", 0, 1) == "" }' 2>/dev/null || continue
	printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v "${awk%% *}") ${awk#"${awk%% *}"}" >bin/awk
	chmod +x bin/awk
	for zone in Europe/Paris Asia/Kathmandu America/St_Johns America/New_York; do
		months $zone
		export TZ=$zone
		for report in hourly daily weekly monthly yearly total; do
			reported $report >wanted
			derived $report >found 2>&1
			[ -s wanted ] && cmp -s wanted found
			result "$awk, $zone: $report ($(wc -l <wanted) rows)" ||
				diff wanted found | sed 's/^/# /' | head -n 6
		done
		# With months beside their days, with months alone, and of five minutes.
		for present in 2026-12-30 2200-01-01 2200-01-02; do
			if [ $present = 2200-01-02 ]; then
				trafmetux compact --keep-minutes 90 --at "$present 12:00"
				grep -q 'thinned' out
				result "$awk, $zone: months are thinned"
			else
				trafmetux compact --at "$present 12:00"
			fi
			for report in hourly monthly; do
				reported $report >wanted
				derived $report >found 2>&1
				[ -s wanted ] && cmp -s wanted found
				result "$awk, $zone: $report of $(find archive -name 'input-????-??' |
					wc -l) months" || diff wanted found | sed 's/^/# /' | head -n 6
			done
		done
	done
done
[ $checks -gt 0 ]
result "there is an awk"
plan
