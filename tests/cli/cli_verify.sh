#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# verify and verify --repair: what is wrong is named; after a repair nothing is,
# the totals are those that reports had, and the damaged file is kept.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
FILE=archive/m-2021-03-02

# healthy: three days of five records each
healthy() {
	fresh
	awk -v series=$SERIES 'BEGIN {
		for (day = 1; day <= 3; day++) {
			file = "archive/m-2021-03-0" day
			print "# trafmetux archive version 1 monitor m zone UTC" >file
			print "@", series, packets + 0, bytes + 0 >file
			for (record = 1; record <= 5; record++) {
				packets += 7 * day + record
				bytes += 71234 + 203 * record * day
				print 1614556800 + (day - 1) * 86400 + 81000 + record * 1080, packets, bytes >file
			}
		}
	}'
}

# reports: by the minute and by the day
reports() {
	often trafmetux -u B show-minutely m
	cat out
	often trafmetux -u B show-daily m
	cat out
}

healthy
trafmetux verify
expect "a whole archive" 0 "m: 3 files, 15 records: whole" ""
trafmetux verify --repair
expect "needs no repair" 0 "m: 3 files, 15 records: whole" ""
same "and gets none" "m-2021-03-01
m-2021-03-02
m-2021-03-03" "$(ls archive)"

sed -i '4s/.*/nonsense/' $FILE
cp $FILE damaged
reports >before
trafmetux verify
expect "a damaged line" 1 "m: 3 files, 14 records: 1 damaged line in 1 file" \
	"trafmetux: $FILE: 1 damaged line, the first is line 4; nothing is missing in the sums; mend it with 'trafmetux verify --repair'"
cmp -s $FILE damaged
result "verify changes nothing"
trafmetux verify --repair
expect "is repaired" 0 "m-2021-03-02: repaired; as it was it is in m-2021-03-02.damaged
m: 3 files, 14 records: whole" ""
cmp -s $FILE.damaged damaged
result "the damaged file is kept"
same "reports stay as they were" "$(cat before)" "$(reports)"
same "but have nothing to say any more" "" "$(cat err)"

# Each kind of damage at each line; a copy of each.
for kind in 's/[0-9]\([0-9]*\)$/x\1/' 's/ [0-8]\([0-9]*\)$/ 9\1/' 's/ [2-9]\([0-9]*\)$/ 1\1/' \
	's/^@ 9/@ 8/' 's/^16/26/' 's/.....$//' 's/[0-9]/\x00/g' d; do
	bad=0 tried=0
	for line in 2 3 4 5 6 7; do
		healthy
		cp $FILE whole
		sed -i "$line$kind" $FILE
		cmp -s $FILE whole && continue
		tried=$((tried + 1))
		reports >before
		trafmetux verify --repair
		[ "$status" -eq 0 ] || { bad=$((bad + 1)); echo "# line $line: $(cat out err)"; }
		reports >after
		cmp -s before after || { bad=$((bad + 1)); echo "# line $line"; diff before after | sed 's/^/# /'; }
		trafmetux verify
		[ "$status" -eq 0 ] || { bad=$((bad + 1)); echo "# line $line again: $(cat out err)"; }
	done
	[ $bad -eq 0 ] && [ $tried -gt 0 ]
	result "repaired: $kind ($tried lines)"
done

healthy
: >$FILE
reports >before
trafmetux verify --repair m
expect "an empty file" 0 "m-2021-03-01: repaired; as it was it is in m-2021-03-01.damaged
m-2021-03-02: repaired; as it was it is in m-2021-03-02.damaged
m: 3 files, 11 records: whole" ""
same "tells what is known of its day" "$(cat before)" "$(reports)"

healthy
head -c -5 $FILE >cut-off
cp cut-off $FILE
cp cut-off $FILE.damaged
trafmetux verify --repair m
expect "an older copy stays" 0 "m-2021-03-02: repaired; as it was it is in m-2021-03-02.damaged-2
m: 3 files, 15 records: whole" ""

# By its time the missing record is of a date that has no file.
fresh
printf '@ %s 0 0\n1614470460 1 100\n1614470520 x\n' $SERIES >archive/m-2021-03-01
printf '@ %s 2 210\n1614556860 3 300\n' $SERIES >archive/m-2021-03-02
reports >before
trafmetux verify --repair
expect "a missing record of another date" 0 "m-2021-03-01: repaired; as it was it is in m-2021-03-01.damaged
m: 2 files, 3 records: whole" ""
same "is put next to those it belongs to" "$(cat before)" "$(reports)"

# A series by another name, which was at the very state of the first.
fresh
printf '@ %s 7 700\n1614643260 8 40\n@ %s 7 700\n1614643320 8 809\n' \
	$SERIES 8f2c1e0b7a664d31 >$FILE
reports >before
trafmetux verify --repair
expect "two damages that hide each other" 0 "m-2021-03-02: repaired; as it was it is in m-2021-03-02.damaged
m: 1 file, 1 records: whole" ""
same "are repaired" "$(cat before)" "$(reports)"

healthy
sed -i '1s/version 1/version 9/' $FILE
trafmetux verify --repair
expect "a newer file is left alone" 1 "m: 2 files, 10 records: whole" \
	"trafmetux: $FILE: written by a newer trafmetux (archive version 9); install that version"

# An update makes a file of the day before, in another zone, while a repair has listed
# the files and waits for its lock.
fresh
printf '1778106480 16 1600\n' | live m $SERIES 1778106481.5 16 1600 "dropped 0"
TZ=Europe/Berlin trafmetux update
printf '1778118360 30 3000\n1778106540 20 2000\n1778106480 16 1600\n' |
	live m $SERIES 1778118361.5 30 3000 "dropped 0"
# shellcheck disable=SC2016 # for the inner shell
ASAN_OPTIONS="$NO_LEAKS" strace -qq -o holder.trace -P .lock -e trace=openat \
	-e inject=openat:signal=STOP:when=1 \
	sh -c 'echo $$ >holder.new; mv holder.new holder; exec "$@"' holder "$PROGRAM" \
	--archive-dir archive --proc-dir proc verify --repair m >repair.out 2>/dev/null &
await_stop holder.trace
result "a repair stands still before it has its lock"
TZ=UTC trafmetux update
kill -CONT "$(cat holder)"
wait $!
same "what an update has put into a new file meanwhile is not missed" \
	"0 m: 2 files, 3 records: whole" "$? $(cat repair.out)"
trafmetux verify nobody
expect "an unknown monitor" 1 "" \
	"trafmetux: nobody: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
trafmetux --repair list
expect "--repair goes with verify" 2 "" \
	"trafmetux: --repair does not go with list; try 'trafmetux --help'"
trafmetux --archive-dir none verify
expect "no archive" 1 "" "trafmetux: none: no such directory; make it with 'mkdir -p none'"

# once NAME BYTES: one repair leaves nothing to be done, and no figure changes
once() {
	trafmetux -u B show-total m
	same "$1: counted" "0 total: [m= $2 B]" "$status $(cat out)"
	trafmetux verify --repair
	same "$1: repaired" 0 "$status"
	rm -rf before
	cp -r archive before
	trafmetux verify --repair
	diff -r -x .index -x .lock before archive && grep -q ': whole$' out
	result "$1: a second repair has nothing to do"
	trafmetux -u B show-total m
	expect "$1: the figure stays" 0 "total: [m= $2 B]" ""
}
fresh
printf '@ %s 0 0\n16145' $SERIES >archive/m-2021-03-01
printf '@ %s 42 4200\n1615032120 46 4600\n' $SERIES >archive/m-2021-03-06
once "all of a series before the file where it goes on" 4600
same "it goes before that" "@ $SERIES 0 0
1615032120 42 4200
@ $SERIES 42 4200
1615032120 46 4600" "$(cat archive/m-2021-03-06)"
fresh
printf '@ %s 0 0\n1614556860 1 100\n' $SERIES >archive/m-2021-03-01
printf '@ %s 9 100\n1614643260 3 300\n' $SERIES >archive/m-2021-03-02
printf '@ %s 3 300\n1614729660 4 400\n' $SERIES >archive/m-2021-03-03
once "an @ that the next file refutes" 400
fresh
printf '# trafmetux archive version 1 monitor m zo' >archive/m-2021-03
printf '@ %s 0 0\n1614556860 1 100\n' $SERIES >archive/m-2021-03-01
trafmetux -u B show-total m
cp out total
trafmetux verify --repair
trafmetux -u B show-total m
same "a month's file that was cut off stands for its days after a repair, too" "$(cat total)" "$(cat out)"
plan
