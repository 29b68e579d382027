#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A report of a day out of years reads the files of that time and no others, unless
# what is missing there may be in another one.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

# decade: ten years of days with two records each
decade() {
	fresh
	awk -v series=$SERIES 'BEGIN {
		for (day = 14610; day < 14610 + 3653; day++) {
			file = "archive/m-" strftime("%Y-%m-%d", day * 86400, 1)
			print "@", series, packets + 0, bytes + 0 >file
			for (record = 1; record <= 2; record++)
				print day * 86400 + record * 36000, ++packets, bytes += 1000 + day % 7 >file
			close(file)
		}
		print packets, bytes >"end"
	}'
}

# opened ARGUMENT...: how many of the archive's files that command opens
opened() {
	strace -f --seccomp-bpf -qq -e trace=openat -o trace "$PROGRAM" --archive-dir archive --proc-dir proc "$@" \
		>out 2>err </dev/null
	grep -c '"m-[0-9-]*".*= [0-9]' trace
}

decade
trafmetux -u B show-daily m
mv out whole
same "a report of ten years has a row for each day" 3653 "$(wc -l <whole)"
if ! command -v strace >/dev/null; then
	echo "# no strace: what is opened is not counted"
else
	# LeakSanitizer can't run under strace.
	ASAN_OPTIONS="$NO_LEAKS"
	export ASAN_OPTIONS
	same "which reads every file" 3653 "$(opened show-daily m)"
	for day in 2010-01-01 2013-05-17 2019-12-31; do
		count=$(opened -u B --from $day --to $day show-daily m)
		[ "$count" -ge 3 ] && [ "$count" -le 8 ] || echo "# $day: $count"
		[ "$count" -ge 3 ] && [ "$count" -le 8 ]
		result "$day alone reads a handful"
		same "and is as in the whole report" "$(grep "^$day" whole)" "$(cat out err)"
	done
	# shellcheck disable=SC2046 # two words
	set -- $(cat end)
	live m $SERIES 1577836861.5 $(($1 + 1)) $(($2 + 500)) </dev/null
	count=$(opened -u B --from 2013-05-17 --to 2013-05-17 show-daily m)
	[ "$count" -le 8 ]
	result "so it does while the monitor is live"
	same "and is the same" "$(grep "^2013-05-17" whole)" "$(cat out err)"
	count=$(opened -u B --from 2013-05-17 show-total m)
	[ "$count" -gt 2000 ]
	result "a report up to the present reads what it must"
fi

# The clock was set back for an hour: what seems to be missing is in a file of old.
fresh
cat >archive/m-2021-03-01 <<END
@ $SERIES 0 0
1614560400 10 1000
@ $SERIES 30 3000
1614564000 40 4000
END
cat >archive/m-2021-03-10 <<END
@ 000000000000000b 0 0
1615381200 7 700
END
cat >archive/m-2021-03-20 <<END
@ $SERIES 10 1000
1616202000 30 3000
@ $SERIES 30 3000
@ $SERIES 40 4000
1616205600 60 6000
END
trafmetux -u B show-daily m
expect "a clock that was set back" 0 "2021-03-01: [m= 2000 B]
2021-03-10: [m= 700 B]
2021-03-20: [m= 4000 B]" ""
for day in 2021-03-01 2021-03-20; do
	grep "^$day" out >row
	trafmetux -u B --from $day --to $day show-daily m
	expect "$day alone" 0 "$(cat row)" ""
	trafmetux -u B show-daily m
done

# The kernel's day of minutes: a report reads what the archive may lack.
# minutes ARCHIVED: 1440 samples, of which the archive has so many
minutes() {
	fresh
	awk -v series=$SERIES -v archived="$1" 'BEGIN {
		print "@", series, 0, 0 >"archive/m-2021-03-01"
		for (minute = 1; minute <= 1440; minute++) {
			line = 1614556800 + minute * 60 " " minute * 10 " " minute * 10000
			if (minute <= archived)
				print line >"archive/m-2021-03-01"
			lines = line "\n" lines
		}
		printf "%s", lines >"samples"
	}'
	live m $SERIES 1614643230 14405 14400500 <samples
}
# told: the report, and whether it came to the kernel's oldest sample, which is wrong
told() {
	sed -i '$s/ /  /' proc/m
	trafmetux -u B --packets show-hourly m
	grep -c 'line 1447' err
}
minutes 0
trafmetux -u B --packets show-hourly m
mv out all
same "nothing is archived: all of the kernel's samples are read" 1 "$(told)"
minutes 1438
same "all but two: no further than to them" 0 "$(told)"
same "and the report is the same" "$(cat all)" "$(cat out)"
minutes 1438
sed -i '$s/ 14380 / 99980 /' archive/m-2021-03-01
same "the archive tells more than the kernel has counted: all are read" 1 "$(told)"
minutes 1438
sed -i '$s/ 14380 / 99980 /' archive/m-2021-03-01
trafmetux -u B --packets show-hourly m
same "and it is not believed" "$(cat all)" "$(cat out)"
plan
