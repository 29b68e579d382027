#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever is wrong with one line of the archive, no byte is lost and none is
# counted twice: the total is the kernel's. Every line, every kind of damage; but
# the first "@" of all, which alone tells where the counting began.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
TRUTH=1086780
DAYS=3

# healthy: some days of a series that the kernel still counts; made once for each DAYS
healthy() {
	rm -rf archive proc
	[ -e healthy-$DAYS ] || {
		make_healthy
		mkdir healthy-$DAYS
		mv archive proc healthy-$DAYS
	}
	cp -a healthy-$DAYS/archive healthy-$DAYS/proc .
}

make_healthy() {
	fresh
	awk -v series=$SERIES -v days=$DAYS 'BEGIN {
		packets = 0; bytes = 0
		for (day = 1; day <= days; day++) {
			file = sprintf("archive/m-2021-03-%02d", day)
			print "# trafmetux archive version 1 monitor m zone UTC" >file
			print "@", series, packets, bytes >file
			for (record = 1; record <= 5; record++) {
				packets += 7 * day + record
				bytes += 71234 + 203 * record * day
				# The last one of a day is that of midnight.
				print 1614556800 + (day - 1) * 86400 + 81000 + record * 1080, packets, bytes >file
			}
		}
	}'
	[ $DAYS = 3 ] || return 0
	live m $SERIES 1614816001.0 255 $TRUTH <<-END
		1614816000 255 $TRUTH
		1614814920 229 1012501
	END
}

# harm FILE LINE KIND: damages a line; false if the line can't be so
harm() {
	cp "$1" before
	case $3 in
	garbled) sed -i "$2s/[0-9]\([0-9]*\)\$/x\1/" "$1" ;;
	higher) sed -i "$2s/ [0-8]\([0-9]*\)\$/ 9\1/" "$1" ;;
	lower) sed -i "$2s/ [2-9]\([0-9]*\)\$/ 1\1/" "$1" ;;
	packets-higher) sed -i "$2s/ [0-8]\([0-9]* [0-9]*\)\$/ 9\1/" "$1" ;;
	packets-lower) sed -i "$2s/ [2-9]\([0-9]* [0-9]*\)\$/ 1\1/" "$1" ;;
	series) sed -i "$2s/^@ 9/@ 8/" "$1" ;;
	time) sed -i "$2s/^16/26/" "$1" ;;
	cut) sed -i "$2s/.....\$//" "$1" ;;
	joined) sed -i "$2{N;s/\\n//}" "$1" ;;
	missing) sed -i "$2d" "$1" ;;
	doubled) sed -i "$2p" "$1" ;;
	swapped) sed -i "$2{h;d};$(($2 + 1)){G}" "$1" ;;
	zeros) sed -i "$2s/[0-9]/\\x00/g" "$1" ;;
	all) [ "$1" = archive/m-2021-03-01 ] || : >"$1" ;;
	end) head -n "$2" "$1" | head -c -3 >cut-off && cat cut-off >"$1" ;;
	esac
	! cmp -s "$1" before
}

# judge WHAT: the reports after a damage
judge() {
	often trafmetux -u B show-total m
	[ "$(cat out)" = "total: [m= $TRUTH B]" ] || {
		echo "# $1: $(cat out) $(cat err)"
		return 1
	}
	often trafmetux -u B show-daily m
	[ "$(awk '{ sum += $3 } END { print sum }' out)" = $TRUTH ] || {
		echo "# $1, by day: $(tr '\n' ' ' <out)"
		return 1
	}
}

# try KIND: every line of every file
try() {
	bad=0 tried=0
	for day in 1 2 3; do
		file=archive/m-2021-03-0$day
		for line in 2 3 4 5 6 7; do
			[ $day$line != 12 ] || continue
			healthy
			harm $file $line "$1" || continue
			tried=$((tried + 1))
			judge "$file, line $line $1" || bad=$((bad + 1))
		done
	done
	[ $bad -eq 0 ] && [ $tried -gt 0 ]
	result "$1: nothing lost, nothing twice ($tried lines)"
}

# judge_ranges WHAT: each day asked for alone is the row that it has in the whole report
judge_ranges() {
	often trafmetux -u B show-daily m
	mv out whole
	for day in 3 4 5 6 7 8 9; do
		date=2021-03-0$day
		often trafmetux -u B --from $date --to $date show-daily m
		[ "$(cat out)" = "$(grep "^$date" whole)" ] || {
			echo "# $1, $date alone: $(cat out) $(cat err), not $(grep "^$date" whole)"
			return 1
		}
	done
}

healthy
judge "nothing is damaged"
result "without damage"
for kind in garbled higher lower packets-higher packets-lower series time cut \
	joined missing doubled swapped zeros all end; do
	try $kind
done

# Reports of a day leave most files of a longer archive unread.
DAYS=14
for kind in garbled higher lower packets-higher packets-lower series time cut \
	joined missing doubled swapped zeros all end; do
	bad=0 tried=0
	for line in 2 3 4 6 7; do
		healthy
		harm archive/m-2021-03-06 $line $kind || continue
		tried=$((tried + 1))
		judge_ranges "line $line $kind" || bad=$((bad + 1))
	done
	[ $bad -eq 0 ] && [ $tried -gt 0 ]
	result "$kind: each day alone is as in the whole report ($tried lines)"
done
plan
