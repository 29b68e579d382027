#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The index: reports are the same with it, without it, with a stale one and with
# one that is damaged, in every zone's days and hours.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris
DAYS=12

# history: days of two monitors around the end of summer time, with a reboot
history() {
	fresh
	for monitor in in out; do
		awk -v monitor=$monitor -v days=$DAYS 'BEGIN {
			series = "00000000000000aa"
			for (day = 0; day < days; day++) {
				file = sprintf("archive/%s-2026-10-%02d", monitor, 18 + day)
				print "# trafmetux archive version 1 monitor", monitor, "zone Europe/Paris" >file
				if (day == 6) {
					series = "00000000000000bb"
					packets = bytes = 0
				}
				print "@", series, packets + 0, bytes + 0 >file
				# Midnight in Paris; winter time begins on the eighth day.
				start = 1792274400 + day * 86400 + (day > 7 ? 3600 : 0)
				for (minute = 7; minute <= 1440; minute += 11) {
					packets += minute % 7 + 1
					bytes += minute * 31 + day
					print start + minute * 60, packets, bytes >file
				}
			}
		}'
		# shellcheck disable=SC2046 # three words
		set -- $(tail -n 1 archive/$monitor-2026-10-29)
		echo "$1 $2 $3" | live $monitor 00000000000000bb "$1.5" "$2" "$3"
	done
	age archive
}

# report ARGUMENT...: what the program tells; its messages come behind all reports
report() {
	often run_trafmetux "$@" 2>>messages
}

# reports: all there are, in several zones
reports() {
	: >messages
	for zone in Europe/Paris UTC Asia/Kathmandu America/New_York Australia/Lord_Howe; do
		for kind in minutely hourly daily weekly monthly yearly total; do
			for times in '' '-t 3'; do
				# shellcheck disable=SC2086 # two words
				report --tz $zone --at 1793310000 $times show-$kind in out
			done
		done
	done
	# A range that ends among the records of a day or an hour, and rates.
	for kind in hourly daily weekly monthly yearly total; do
		report --from '2026-10-20 10:21' --to '2026-10-26 17:47' --csv show-$kind in out in-out
		report --rates --at 1793310000 --csv show-$kind in-out
	done
	cat messages
}

# index: has update make it
index() {
	trafmetux update
	cat out err
}

history
reports >plain
same "update makes an index and says nothing" "" "$(index)"
same "of all closed days" "$((DAYS - 1)) $((DAYS - 1))" \
	"$(grep -c '^2' archive/.index/in.days) $(grep -c '^2' archive/.index/out.days)"
reports >indexed
cmp -s plain indexed
result "reports are the same with an index"
# Making the index's directory changed the archive's: its list of files comes next.
age archive
index >/dev/null
cp -a archive/.index whole
index
same "a second update leaves it alone" "" "$(diff -r archive/.index whole)"

# Not only the same: it is used. A wrong one that fits the files is believed.
awk '/^2026-10-20/ { $7 += 10000000; $11 = "00000000000000dd"; $12 = $13 = 0; $14 = $6; $15 = $7 }
	{ print }' whole/in.days >archive/.index/in.days
reports >believed
if cmp -s plain believed; then false; else true; fi
result "files are not read where the index has them"
# One that ends above where the next file goes on is not: both are read.
awk '/^2026-10-20/ { $7 += 10000000; $15 += 10000000 } { print }' whole/in.days >archive/.index/in.days
cmp -s whole/in.days archive/.index/in.days && echo "# nothing is wrong"
reports >both_read
cmp -s plain both_read
result "but files that contradict each other are"
rm -r archive/.index
cp -a whole archive/.index

# Nor is the file before the newest one, which alone the index has not, as long as that
# goes on from it: a wrong index is believed of it. Else it is read.
newest=archive/in-2026-10-29
before() {
	"$PROGRAM" --archive-dir archive --proc-dir proc --csv show-daily in 2>&1 | grep '2026-10-2[89]\|line'
}
before >plain-days
cp $newest newest
awk '/^2026-10-28/ { $7 -= 1000; $13 += 1000 } { print }' whole/in.days >archive/.index/in.days
cmp -s whole/in.days archive/.index/in.days && echo "# nothing is wrong"
before >believed
if cmp -s plain-days believed; then false; else true; fi
result "nor the one before the newest"
cp -a archive/.index wrong
bad=0
# shellcheck disable=SC2016 # sed's own
for change in '/^@/s/.$/x/' '/^@/s/\([0-9]*\)[0-9]$/\1/' '/^@/s/^\(.*\)\([0-9]\) \([0-9]*\)$/\1\20 \3/' \
	'/^@/s/bb /bc /' '/^@/s/bb /b5 /' '2{h;s/bb/cc/;p;g}' '9s/^1/x/' '$s/.*/17923/' '$!d' '1,$d' '2d'; do
	sed "$change" newest >$newest
	case $change in *17923*) truncate -s -1 $newest ;; esac
	cmp -s newest $newest && echo "# no change: $change"
	before >found
	mv archive/.index away
	before >wanted
	mv away archive/.index
	cmp -s wanted found || { bad=$((bad + 1)); echo "# $change"; diff wanted found | sed 's/^/# /'; }
done
same "but where that is otherwise, it is read" 0 $bad
cp newest $newest
rm -r archive/.index wrong
cp -a whole archive/.index

# A line added, a file replaced, one taken away, one that came.
line=$(tail -n 1 archive/in-2026-10-22 | awk '{ print $1, $2, $3 }')
echo "$line" >>archive/in-2026-10-22
sed -i '20,30d' archive/out-2026-10-21
rm archive/out-2026-10-26
sed 's/^@ 00000000000000bb/@ 00000000000000cc/' archive/in-2026-10-24 | head -n 40 >archive/out-2026-10-30
reports >changed
mv archive/.index stale
reports >unindexed
cmp -s changed unindexed
result "a file that was changed is read"
mv stale archive/.index
age archive
index >/dev/null
reports >again
cmp -s unindexed again
result "and the index is brought up to date"
same "in the order of its days, each once" "" "$(for monitor in in out; do
	grep '^2' archive/.index/$monitor.days | cut -c 1-10 | sort -cu 2>&1
done)"

# Damage to the index: whatever it says, only what adds up is taken.
history
index >/dev/null
bad=0
for damage in 's/^2026-10-2/2026-11-2/' 's/ 00000000000000/ /' 's/$/ 1/' '5s/./x/' \
	'3d' '4p' '6s/......$//' '7s/ / 9/7' 's/ [0-9]*\( [0-9]*\( [0-9a-f]\{16\}\)\)/ 99999999\1/' ; do
	sed -i "$damage" archive/.index/in.days
	reports >damaged
	cmp -s plain damaged || { bad=$((bad + 1)); echo "# days $damage"; }
	cp whole/in.days archive/.index/in.days
done
# shellcheck disable=SC2016 # sed's own
for damage in '3s/ [0-9]/ x/' '5d' '5p' '9s/[0-9]$//' '1s/1/2/' '$s/..$//'; do
	sed -i "$damage" archive/.index/in.hours
	reports >damaged
	cmp -s plain damaged || { bad=$((bad + 1)); echo "# hours $damage"; }
	cp whole/in.hours archive/.index/in.hours
done
for part in days hours; do
	: >archive/.index/in.$part
	reports >damaged
	cmp -s plain damaged || { bad=$((bad + 1)); echo "# no $part"; }
	cp whole/in.$part archive/.index/in.$part
done
same "a damaged index does no harm" 0 $bad
# The list of files, of which nothing is true: then the directory tells.
age archive
index >/dev/null
cp archive/.index/files files
some() {
	trafmetux show-daily in out
	cat out err
	trafmetux --at 1793310000 -t 3 show-monthly in
	cat out err
}
some >short
bad=0
for damage in '3p' '3s/[.][.].*//' '3s/\([0-9-]*\)[.][.]/\1..\1 \1../' '3s/ [0-9]* / 11 /' '3s/$/ /' \
	'3s/$/ 2026-11-31/' '3s/2026-10-18[.]/2026-10-19./' '3s/.*/in/' '2s/1/2/' '1s/[0-9]$/9/'; do
	sed "$damage" files >archive/.index/files
	cmp -s files archive/.index/files && echo "# no damage: $damage"
	some >damaged
	cmp -s short damaged || { bad=$((bad + 1)); echo "# files $damage"; }
done
cp files archive/.index/files
same "nor does a damaged list of files" 0 $bad
rm archive/.index/in.*
reports >damaged
cmp -s plain damaged
result "nor does one that is gone"
rm -rf archive/.index
ln -s /tmp archive/.index
same "a link for an index is not followed" "" "$(index; ls /tmp/in.days 2>/dev/null)"
rm archive/.index

# Damaged files stay out of it, so that every report tells.
sed -i '50s/^1/x/' archive/in-2026-10-23
age archive
index >/dev/null
same "damaged days are not indexed" "0 1" \
	"$(grep -c '^2026-10-23' archive/.index/in.days) $(grep -c '^2026-10-22' archive/.index/in.days)"
trafmetux show-monthly in
same "and told every time" "0 1" "$status $(grep -c '2026-10-23: 1 damaged line' err)"

# Where the clock was set back within a day, the hours go back too.
history
awk '/^[0-9]/ && ++records > 80 { $1 -= 25200 } { print }' archive/in-2026-10-22 >turned
cp turned archive/in-2026-10-22
age archive
reports >plain
index >/dev/null
same "hours go back" 1 "$(grep -c '^-' archive/.index/in.hours)"
reports >indexed
cmp -s plain indexed
result "a clock that was set back is nothing to the index"

# So many days that of the last ones' lines only the end is read.
fresh
awk 'BEGIN {
	for (day = 0; day < 1000; day++) {
		start = 1546297200 + day * 86400
		date = strftime("%Y-%m-%d", start + 43200)
		file = "archive/in-" date
		print "@ 00000000000000aa", day * 3, day * 300 >file
		for (minute = 1; minute <= 3; minute++)
			print start + 36000 + minute * 60, day * 3 + minute, day * 300 + minute * 100 >file
		close(file)
	}
}'
age archive
ends() {
	for request in '-t 2 show-monthly' '-t 40 show-daily' '-t 700 show-daily' '-t 9 show-hourly' \
		'--from 2019-05-03 --to 2019-05-20 show-daily' '--from 2021 show-monthly' show-monthly; do
		# shellcheck disable=SC2086 # several words
		trafmetux --at 1632650000 $request in
		cat out err
	done
}
ends >plain
same "a thousand days" "$((2 + 40 + 700 + 9 + 18 + 9 + 33))" "$(wc -l <plain)"
index >/dev/null
[ "$(wc -c <archive/.index/in.days)" -gt 80000 ]
result "have a long index"
ends >indexed
cmp -s plain indexed
result "of which a part is enough for the last days"
awk '/^2021-09-1/ { $4 -= 30 * 86400; $5 -= 30 * 86400 } { print }' archive/.index/in.days >lying
cp lying archive/.index/in.days
trafmetux -u B --at 1632650000 -t 1 show-monthly in
same "and is used" "2021-09: [in= $((16 * 300)) B]" "$(cat out err)"

# june DAYS: a file for each of so many days, with a record of 10000 bytes
june() {
	fresh
	awk -v days="$1" 'BEGIN {
		for (day = 1; day <= days; day++) {
			start = 1622498400 + (day - 1) * 86400
			file = sprintf("archive/in-2021-06-%02d", day)
			print "@ 00000000000000cc", (day - 1) * 100, (day - 1) * 10000 >file
			print start + 36000, day * 100, day * 10000 >file
			close(file)
		}
	}'
}

# The newest file is moved away: the list tells of the one before it, though the index
# has that, or an update would begin with one that the index has not.
june 11
echo damaged >>archive/in-2021-06-05
live in 00000000000000cc 1623400000.5 1100 110000 "dropped 5" </dev/null
age archive
trafmetux update
mv archive/in-2021-06-11 away
age archive
trafmetux update
same "the list ends with a file by its name" "2021-06-10" "$(sed -n 's/^in .* //p' archive/.index/files)"
printf '1623486460 1401 140100\n' |
	live in 00000000000000cc 1623486461.5 1401 140100 "dropped 5"
trafmetux update
same "and an update begins with it" "0 140100" "$status $(total in)"

# A new series, after a reboot: where the index tells which series a file has, the file
# need not be opened to know that this one is not in it.
june 30
printf '1625090460 1 100\n' | live in 00000000000000cc 1625090461.5 3000 300000 "dropped 5"
age archive
trafmetux update
age archive
trafmetux update
# opened SERIES: how many files an update opens that finds 1000 bytes of it
opened() {
	printf '1625097600 10 1000\n' | live in "$1" 1625097601.5 10 1000 "dropped 5"
	ASAN_OPTIONS="$NO_LEAKS" strace -qq -o trace -e trace=openat "$PROGRAM" \
		--archive-dir archive --proc-dir proc update
	grep -o '"in-2021-[^"]*"' trace | sort -u | grep -c .
}
before=$(total in)
few=$(opened 00000000000000dd)
# Two of them may hold its samples without a name, and two are where they go.
[ "$few" -le 4 ]
result "an update opens $few of 31 files for a new series"
same "and has what it counted" "$((before + 1000))" "$(total in)"
# A file that was changed since: the series is in it.
printf '@ 00000000000000ee 0 0\n1623060000 7 700\n' >>archive/in-2021-06-07
before=$(total in)
opened 00000000000000ee >/dev/null
same "one that the index does not know is found" "$((before + 300))" "$(total in)"

# Files that are read before their turn, more than one, and one that cannot be.
fresh
awk 'BEGIN {
	for (day = 1; day <= 5; day++) {
		start = 1622498400 + (day - 1) * 86400
		file = sprintf("archive/in-2021-06-%02d", day)
		print "@ 00000000000000cc", (day - 1) * 100, (day - 1) * 10000 >file
		for (minute = 1; minute <= 100; minute++)
			print start + 36000 + minute * 60, (day - 1) * 100 + minute, (day - 1) * 10000 + minute * 100 >file
		if (day == 2)
			print "damaged" >file
	}
}'
rm archive/in-2021-06-05
ln -s /nowhere archive/in-2021-06-05
age archive
trafmetux show-daily in
cat out err >plain
index >/dev/null
trafmetux show-daily in
same "two files read ahead, the second no file" "1 $(cat plain)" "$status $(cat out err)"

# A day of 23 hours that was taken away: its traffic is counted, or not, as without.
fresh
awk 'BEGIN {
	for (day = 27; day <= 31; day++) {
		start = 1774566000 + (day - 27) * 86400 - (day > 29 ? 3600 : 0)
		minutes = day == 29 ? 1380 : 1440
		file = sprintf("archive/in-2026-03-%02d", day)
		print "@ 00000000000000cc", count + 0, count * 100 >file
		for (minute = 1; minute <= minutes; minute++) {
			count++
			print start + minute * 60, count, count * 100 >file
		}
	}
}'
age archive
index >/dev/null
rm archive/in-2026-03-29
trafmetux -u B show-total in
with=$(cat out err)
rm -r archive/.index
trafmetux -u B show-total in
same "a day that was taken away" "$(cat out err)" "$with"

# day DATE SERIES LINE...: a file of monitor in
day() {
	_file=archive/in-2026-03-$1
	echo "@ $2 $3" >"$_file"
	shift 3
	printf '%s\n' "$@" >>"$_file"
}

# without NAME: the hours are the same without the index
without() {
	age archive
	index >/dev/null
	[ -s archive/.index/in.days ] || echo "# no index"
	trafmetux -u B show-hourly in
	with=$(cat out err)
	rm -r archive/.index
	trafmetux -u B show-hourly in
	same "$1" "$(cat out err)" "$with"
}

# A record in which nothing grew comes before missing ones, whose minute it must not tell.
fresh
day 24 1234567890abcdef "0 0" "1774342560 0 100" "1774349220 0 100"
day 25 1234567890abcdef "0 100" "1774479600 0 1100"
day 26 1234567890abcdef "0 1100" "1774479660 0 1200" "1774505100 0 1500" "@ 1234567890abcdef 0 3100" \
	"1774524320 0 3107"
without "records that are missing after one without traffic"

# A series goes on by another name in files that are whole, each by itself.
fresh
day 24 1234567890abcdef "5 200" "1774342560 7 300"
day 25 1234567890abceef "7 300" "1774429200 8 500"
day 26 1234567890abceef "8 500" "1774515600 9 700"
day 27 1234567890abceef "9 700" "1774602000 10 800"
without "a name that is misread"
plan
