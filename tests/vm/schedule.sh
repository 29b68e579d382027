# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Traffic by a schedule, and what the archive must say of it. Sourced after lib.sh
# by scenarios that set $begin, the first minute's start, and have a function
# "schedule": "MINUTE SECOND DATAGRAMS" in order of time, minutes from $begin.

size=100
packet=$((size + 28))

# What the archive and the minute report must be made of: "END PACKETS BYTES".
# shellcheck disable=SC2154 # the scenario's $begin
scheduled_minutes() {
	schedule | awk -v begin="$begin" -v packet=$packet '
		{ sum[$1] += $3; if ($1 > last) last = $1 }
		END { for (m = 0; m <= last; m++) if (sum[m]) print begin + 60 * (m + 1), sum[m], sum[m] * packet }'
}

# grouped FORMAT: those sums by what strftime() makes of each minute's start.
grouped() {
	scheduled_minutes | awk -v format="$1" '{ key = strftime(format, $1 - 60)
		if (!(key in packets)) order[++count] = key
		packets[key] += $2; bytes[key] += $3 }
		END { for (i = 1; i <= count; i++) print packets[order[i]], bytes[order[i]] }'
}

# records START: "END PACKETS BYTES" of each record in the files START-DATE, growth
# worked out; a record's fourth number, which must not be there, stays in sight.
records() {
	cat "$1"-* | awk '/^[0-9]/ { print $1, $2 - packets, $3 - bytes, $4; packets = $2; bytes = $3 }' |
		sed 's/ *$//'
}

# figures FOLDER MONITOR REPORT: "PACKETS BYTES" of each of its rows.
figures() {
	trafmetux --archive-dir "$1" --csv "show-$3" "$2" | awk -F, 'NR > 1 { print $5, $6 }'
}
