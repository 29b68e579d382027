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

# reports: all there are, in several zones
reports() {
	for zone in Europe/Paris UTC Asia/Kathmandu America/New_York Australia/Lord_Howe; do
		for kind in minutely hourly daily weekly monthly yearly total; do
			for times in '' '-t 3'; do
				# shellcheck disable=SC2086 # two words
				TZ=$zone "$PROGRAM" --archive-dir archive --proc-dir proc --at 1793310000 $times show-$kind in out 2>&1
			done
		done
	done | sed 's/.*/&/'
	# A range that ends among the records of a day or an hour, and rates.
	for kind in hourly daily weekly monthly yearly total; do
		trafmetux --from '2026-10-20 10:21' --to '2026-10-26 17:47' --csv show-$kind in out in-out
		cat out err
		trafmetux --rates --at 1793310000 --csv show-$kind in-out
		cat out err
	done
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
sed -i 's/^\(2026-10-20 [^ ]* [^ ]* [^ ]* [^ ]* [^ ]*\) \([0-9]*\) \(.* [0-9a-f]\{16\} [0-9]* [0-9]* [0-9]*\) \([0-9]*\) \([0-9]*\)$/\1 1\2 \3 1\4 \5/' archive/.index/in.days
reports >believed
if cmp -s plain believed; then false; else true; fi
result "files are not read where the index has them"
rm -r archive/.index
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
same "and reported every time" "1" "$status"
plan
