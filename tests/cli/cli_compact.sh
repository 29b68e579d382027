#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# compact: months that are over become a file each, and no report tells.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris
LATER='2200-01-01 12:00'

# healthy: February to May 2021 of m, every 50 minutes a record, with a restart
healthy() {
	fresh
	awk -v series="$SERIES" 'BEGIN {
		start = 1612137600
		for (time = start + 3000; time < start + 119 * 86400; time += 3000) {
			file = "archive/m-" strftime("%Y-%m-%d", time - 1)
			if (++records == 1600) {
				series = "00000000000000aa"
				packets = bytes = 0
			}
			if (file != before) {
				close(before)
				print "# trafmetux archive version 1 monitor m zone Europe/Paris" >file
			}
			if (file != before || records == 1600)
				printf "@ %s %d %d\n", series, packets, bytes >file
			packets += records % 7 + 1
			bytes += records % 501 * 300 + 40
			print time, packets, bytes >file
			before = file
		}
	}'
}

# reports: what all of them say
reports() {
	for report in minutely hourly daily weekly monthly yearly total; do
		often trafmetux -u B --packets show-$report m
		cat out err
	done
	often trafmetux --from 2021-03 --to 2021-03 --json show-daily m
	cat out err
	often trafmetux --from '2021-03-31 20:00' --to '2021-04-01 03:00' show-hourly m
	cat out err
	often trafmetux --tz Asia/Kathmandu -t 2 show-monthly m
	cat out err
	often trafmetux export m
	cat out err
}

# names: the files, days counted by the month
names() {
	find archive -maxdepth 1 -name 'm-*' | sed 's/.*m-//; s/^\(.......\)-../\1 days/' | sort | uniq -c |
		awk '{ print $2, $3 ? $1 " " $3 : "" }' | sed 's/ $//'
}

healthy
reports >before
names >days
trafmetux compact --at '2021-05-02 00:30'
expect "31 days after its end, a month is joined" 0 \
	"m: 2 months put into a file, 0 files of days removed" ""
same "beside its days" "2021-02
2021-02 28 days
2021-03
2021-03 31 days
2021-04 30 days
2021-05 31 days" "$(names)"
cat archive/m-2021-03-?? | cmp - archive/m-2021-03
result "it is the days one after another"
reports | cmp - before
result "reports are the same"
trafmetux compact --at '2021-05-02 00:30'
expect "there is nothing more to do" 0 "" ""
trafmetux compact
expect "nor are days removed within the hour" 0 "m: 2 months put into a file, 0 files of days removed" ""
trafmetux compact --at "$LATER"
expect "later the days are removed" 0 "m: 0 months put into a file, 120 files of days removed" ""
same "and only months are left" "2021-02
2021-03
2021-04
2021-05" "$(names)"
reports | cmp - before
result "reports are the same without days"
trafmetux verify
expect "the archive is whole" 0 "m: 4 files, 3427 records: whole" ""
# bytes DATE: of that day
bytes() {
	"$PROGRAM" --archive-dir archive --proc-dir proc --csv --from "$1" --to "$1" show-total m |
		awk -F, 'NR > 1 { print $6 }'
}

trafmetux explain m
grep -q '^  m-2021-02 to m-2021-05, 4 files: ' out
result "explain names the months"

# The index of months.
printf '1614556800 1 1\n' | live other 00000000000000cc 1614556801.5 1 1
age archive
trafmetux update
age archive
trafmetux update
same "the index has all but the last" "2021-02
2021-03
2021-04" "$(cut -d ' ' -f 1 archive/.index/m.days | grep '^2')"
same "and they are listed" "m 4 2021-02..2021-04 2021-05" "$(grep '^m ' archive/.index/files)"
rm proc/other archive/other-*
reports | cmp - before
result "reports by the index are the same"
mv archive/.index/m.hours hours
reports | cmp - before
result "and without its hours"

# What comes late.
healthy
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
before=$(bytes 2021-03-11)
last=$(tail -n 1 archive/m-2021-05)
# shellcheck disable=SC2086 # its fields
set -- $last
printf '1615500060 %d %d\n' $(($2 + 5)) $(($3 + 500)) |
	live m 00000000000000aa 1615500061.5 $(($2 + 5)) $(($3 + 500)) "dropped 0"
trafmetux update
expect "an update after the clock was set back" 0 "" ""
same "writes into the month's file" "@ 00000000000000aa $2 $3
1615500060 $(($2 + 5)) $(($3 + 500))" "$(tail -n 2 archive/m-2021-03)"
same "and leaves a mark where it was" "@ 00000000000000aa $2 $3" "$(tail -n 1 archive/m-2021-05)"
printf '1622600040 %d %d\n' $(($2 + 6)) $(($3 + 600)) |
	live m 00000000000000aa 1622600041.5 $(($2 + 6)) $(($3 + 600)) "dropped 0"
trafmetux update
same "the next one finds the state" "@ 00000000000000aa $(($2 + 5)) $(($3 + 500))
1622600040 $(($2 + 6)) $(($3 + 600))" "$(tail -n 2 archive/m-2021-06-02)"
same "and the day has its record" $((before + 500)) "$(bytes 2021-03-11)"

# Months that are not whole.
# damage KIND FILE
damage() {
	case $1 in
	line) sed -i '5s/^1/x1/' "$2" ;;
	end) printf 16155 >>"$2" ;;
	all) : >"$2" ;;
	"series' name") sed -i '2s/@ 9/@ 8/' "$2" ;;
	"series' state") sed -i '2s/.$/x/' "$2" ;;
	esac
}

for kind in line end all "series' name" "series' state"; do
	healthy
	damage "$kind" archive/m-2021-03-11
	# An empty file is told when it is no update's that is at work.
	[ "$kind" != all ] || age archive
	reports >before
	trafmetux compact --at "$LATER"
	expect "a month with a day whose $kind is damaged is left alone" 0 \
		"m: 3 months put into a file, 0 files of days removed; 1 month stays as it is: damaged, or written on while the clock was set back" ""
	reports | cmp - before
	result "and reports stay"
done
healthy
rm archive/m-2021-03-11
reports >before
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
reports | cmp - before
result "so they do where a day is missing"

# What is no file of ours.
for kind in directory link pipe empty notes cut; do
	healthy
	reports >before
	case $kind in
	directory) mkdir archive/m-2021-03 ;;
	link) ln -s m-2021-04-01 archive/m-2021-03 ;;
	pipe) mkfifo archive/m-2021-03 ;;
	empty) : >archive/m-2021-03 ;;
	notes) echo "mine: 1 2 3" >archive/m-2021-03 ;;
	cut) printf '# trafmetux archive ver' >archive/m-2021-03 ;;
	esac
	reports | cmp - before
	result "$kind by the name of a month: hides no day"
	trafmetux compact --at "$LATER"
	expect "$kind: compact says that it is in the way" 1 "m: 3 months put into a file, 0 files of days removed" \
		"trafmetux: archive/m-2021-03: in the way of a file for this month; move it out of the archive"
	trafmetux compact --at "$LATER"
	same "$kind: days stay" "2021-02
2021-03
2021-03 31 days
2021-04
2021-05" "$(names)"
	reports | cmp - before
	result "$kind: and reports"
	trafmetux verify
	same "$kind: verify too" "0 m: 34 files, 3427 records: whole" "$status $(cat out)"
done
healthy
mkdir archive/m-2021-03.new
trafmetux compact --at "$LATER"
expect "what bears the name of the new file" 1 "m: 3 months put into a file, 0 files of days removed" \
	"trafmetux: archive/m-2021-03: what bears its name and .new is in the way; move it out of the archive"

# A day that is not in its month's file.
healthy
trafmetux compact --at "$LATER"
echo "1615500060 99999 99999999" >>archive/m-2021-03-11
reports >/dev/null
message="archive/m-2021-03-11: is not read, since m-2021-03 is, and differs from it; keep the better one, and move the other out of the archive"
trafmetux verify
expect "verify names a day that its month has not" 1 "m: 4 files, 3427 records: whole" "trafmetux: $message"
trafmetux compact --at "$LATER"
expect "and compact keeps it" 1 "m: 0 months put into a file, 119 files of days removed" "trafmetux: $message"
[ -e archive/m-2021-03-11 ]
result "it is still there"

# A month's file that was damaged.
healthy
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
sed -i '500s/.*/nonsense/' archive/m-2021-04
trafmetux -u B show-daily m
cp out before
trafmetux verify --repair
expect "a damaged month is repaired" 0 "m-2021-04: repaired; as it was it is in m-2021-04.damaged
m: 4 files, 3426 records: whole" ""
trafmetux -u B show-daily m
same "and tells the same" "$(cat before)" "$(cat out)"

# Imports of what has become months.
fresh
cat >file.csv <<-END
	monitor,seconds,packets,bytes
	x,1614600000,1,100
	x,1614700000,2,200
	x,1614800000,3,300
END
trafmetux import csv file.csv
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
trafmetux import csv file.csv
expect "an import is known in a month's file" 0 "x: imported before, nothing was added" ""
sed -i 's/,200$/,201/' file.csv
trafmetux import csv file.csv
expect "another one is not" 1 "" \
	"trafmetux: archive/x-2021-03: holds other records of that day; import into a monitor of another name"

# An import that was cut off: what it has still to put in place would be refused.
healthy
mkdir archive/.import
trafmetux compact --at "$LATER"
expect "an import that was cut off comes first" 1 "" \
	"trafmetux: archive/.import: an import is at work, or was cut off; run the same import again, and then this"
same "nothing was done" "" "$(names | grep -v days)"

# A month of minutes, one of them wrong by a digit: one line of 44640.
fresh
awk -v series="$SERIES" 'BEGIN {
	for (minute = 1; minute < 44640; minute++) {
		time = 1614553200 + minute * 60
		file = "archive/m-" strftime("%Y-%m-%d", time - 1)
		if (file != before) {
			close(before)
			printf "@ %s %d %d\n", series, minute - 1, (minute - 1) * 1000 >file
		}
		print time, minute, minute * 1000 >file
		before = file
	}
}'
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
sed -i 's/^\([0-9]*\) 10090 10090000$/\1 10090 90090000/' archive/m-2021-03
trafmetux -u B --packets show-total m
same "a wrong digit in a month is one damaged line" \
	"0 trafmetux: archive/m-2021-03: 1 damaged line, the first is line 10098; nothing is missing in the sums; mend it with 'trafmetux verify --repair'" \
	"$(grep -vc 44639000 out) $(cat err)"

# A new series in the middle of a month, since the clock was wrong when it began, is
# found there, though the kernel has its samples no longer.
healthy
printf '1615334460 100 1000000\n' | live m 00000000000000bb 1615334461.5 100 1000000 "dropped 0"
trafmetux update
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
printf '1625026680 101 1000100\n' | live m 00000000000000bb 1625026681.5 101 1000100 "dropped 1"
before=$(total m)
trafmetux update
same "a series that a month has in its middle goes on" "$((before + 100))" "$(total m)"

# A report that began before the months were there, and goes on when the days are gone.
healthy
# shellcheck disable=SC2016 # for the inner shell
ASAN_OPTIONS="$NO_LEAKS" strace -qq -o reader.trace -e trace=getdents64 \
	-e inject=getdents64:signal=STOP:when=4 \
	sh -c 'echo $$ >reader.new; mv reader.new reader; exec "$@"' reader "$PROGRAM" \
	--archive-dir archive --proc-dir proc show-monthly m >reader.out 2>reader.err &
await_stop reader.trace
result "a report stands still when it has listed the files"
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
kill -CONT "$(cat reader)"
wait $!
same "a report whose files were removed says so, and fails" "1 120" \
	"$? $(grep -c 'was put into a file of its month meanwhile; run this again$' reader.err)"

# Words.
fresh
trafmetux compact
expect "an empty archive" 0 "" ""
trafmetux compact nobody
expect "a monitor without files" 1 "" "trafmetux: nobody: no such monitor in archive; see 'trafmetux list'"
trafmetux compact ../x
expect "what can be no monitor" 1 "" "trafmetux: '../x' can't be a monitor's name; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -"
rm -r archive
trafmetux compact
expect "no archive" 1 "" \
	"trafmetux: archive: no such directory; make it with 'mkdir -p archive'"
plan
