#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ledgers that were moved through Windows, cut off or damaged: what can be read counts,
# nothing is carried over from what can't, and no advice loses what the file holds.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
# 2026-11-29 19:45, and a quarter past midnight of the month after
NOW=1795981500
NEXT=1796084100
LEDGER=archive/plans/home.ledger
MEND="mend it with 'trafmetux verify --repair'"
LOST="damaged; what was left of its period is not known, so nothing is carried over from it; $MEND"
KNOWN="damaged; no figure hangs on it; $MEND"

cc -D_GNU_SOURCE -shared -fPIC -o clock.so "$HERE/other_clock.c"
result "other_clock.c compiles"

# at TIME ARGUMENT...: run the program with the clock at TIME
at() {
	status=0
	_time=$1
	shift
	env LD_PRELOAD="$WORK/clock.so" CLOCK_NOW="$_time" CLOCK_UPTIME=100000 \
		"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf \
		"$@" >out 2>err </dev/null || status=$?
}

# kernel TIME BYTES: the monitor, without any limit
kernel() {
	live wan $SERIES "$1.5" 12 "$2" "created 1795000000.1" "limit none" </dev/null
}

# limit: what update wrote over the file's first bytes; "version 1": nothing
limit() {
	head -n 1 proc/wan
	kernel $NOW 12000
}

# used, carried and left of the last row
last() {
	at "${1:-$NOW}" --csv ledger home
	tail -n 1 out | cut -d, -f7,9,11
}

# Three months of 4000, 5000 and 3000 bytes.
fresh
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 10000 B
period = month
rollover = all
stop = yes
END
printf '@ %s 0 0\n1789300800 4 4000\n' $SERIES >archive/wan-2026-09-13
printf '@ %s 4 4000\n1791892800 9 9000\n' $SERIES >archive/wan-2026-10-13
printf '@ %s 9 9000\n1794571200 12 12000\n' $SERIES >archive/wan-2026-11-13
kernel $NOW 12000
at $NOW update
expect "an update records two months" 0 "" ""
cp $LEDGER whole
same "what was left of both is carried over" "2 11000,3000,18000" "$(grep -c '^2' whole) $(last)"
same "and in the limit" 30000 "$(limit)"

# Cut off at a line's end it looks whole: what the archive shows to have been recorded is
# reckoned anew, and never from a base that was raised since.
CUT="$LEDGER: 2026-10-01 to 2026-11-01 is not in it, though over for long; it is reckoned anew by the plan as it is, with no more than before"
sed '$d' whole >$LEDGER
at $NOW plan home
same "a ledger without its last line" "0 trafmetux: $CUT" "$status $(cat err)"
same "has the same figures" "11000,3000,18000" "$(last)"
sed -i "s/^amount.*/amount = 20000 B/" trafmetux.conf
same "a plan that was raised carries no more over" "11000,3000,28000" "$(last)"
kernel $NOW 12000
at $NOW update
expect "update tells it" 0 "" "trafmetux: $CUT"
same "once, for it is recorded" "40000 11000,3000,28000" "$(limit) $(last)"
at $NOW plan home
same "and known again" "0 " "$status $(cat err)"
at $NOW --at '2026-11-20 12:00' plan home
same "what was not recorded then is not missed" "0 " "$status $(cat err)"
sed -i "s/^amount.*/amount = 10000 B/" trafmetux.conf
cp whole $LEDGER
kernel $NOW 12000

# Windows was here.
sed 's/$/\r/' whole >$LEDGER
kernel $NOW 12000
at $NOW update
expect "carriage returns" 0 "" ""
same "do not lower the limit" 30000 "$(limit)"
at $NOW plan home
same "reports tell them once" "0 trafmetux: $LEDGER: its lines end as on Windows; all of it is read; $MEND" "$status $(cat err)"
at $NOW check home
same "check too, and stands" 0 "$status"
at $NOW verify
same "so does verify" "0 trafmetux: $LEDGER: its lines end as on Windows; all of it is read; $MEND" "$status $(cat err)"
cp $LEDGER before
at $NOW verify --repair
same "repair says what it did" "0 plans/home.ledger: repaired; as it was it is in plans/home.ledger.damaged" \
	"$status $(grep plans out)"
cmp -s whole $LEDGER && cmp -s before $LEDGER.damaged
result "it takes them, and nothing else"
at $NOW plan home
same "nothing is told any more" "0 " "$status $(cat err)"
sed 's/$/\r/' whole >$LEDGER
kernel $NEXT 12000
at $NEXT update
kernel $NEXT 12000
at $NEXT update
same "a record of the next month has none, and is written once" "1 3" \
	"$(sed 1,3d $LEDGER | grep -c '^2026-11-01 2026-12-01 [0-9 ]*$') $(grep -c '^2' $LEDGER)"
sed 's/$/\r/' whole | tr -d '\n' >$LEDGER
at $NOW plan home
same "without newlines nothing is a line" "1 0,3000,7000" "$status $(last)"

kernel $NOW 12000

# The last record can't be read. The plan may have been another one then.
for amount in 10000 20000; do
	sed -i "s/^amount.*/amount = $amount B/" trafmetux.conf
	left=$((amount - 3000))
	sed '$s/ 5000 / 5x00 /' whole >$LEDGER
	rm -f $LEDGER.damaged*
	at $NOW plan home
	same "of $amount: a damaged record is trouble" "1 trafmetux: $LEDGER: line 3: $LOST" "$status $(cat err)"
	same "nothing is carried over from it" "0,3000,$left" "$(last)"
	at $NOW check home
	same "check is UNKNOWN" 3 "$status"
	kernel $NOW 12000
	at $NOW update
	same "update says so" "1 trafmetux: $LEDGER: line 3: $LOST" "$status $(cat err)"
	# Where something can't be read it is what was remembered: a thousandth less, at most.
	same "the limit has nothing of it" yes "$(found=$(limit)
		[ "$found" -le $((12000 + left)) ] && [ "$found" -ge $((12000 + left - left / 1000)) ] && echo yes || echo "$found")"
	cp $LEDGER before
	at $NOW verify
	same "verify tells it" "1 trafmetux: $LEDGER: line 3: damaged; $MEND" "$status $(cat err)"
	cmp -s before $LEDGER
	result "and leaves it as it is"
	at $NOW verify --repair
	same "repair makes it a comment" "0 # damaged: $(tail -n 1 before)" "$status $(tail -n 1 $LEDGER)"
	cmp -s before $LEDGER.damaged
	result "and keeps what was there"
	same "still nothing is carried over" "0,3000,$left" "$(last)"
	at $NOW update
	kernel $NOW 12000
	expect "the month is recorded anew" 0 "" ""
	same "behind the comment" 1 "$(sed '1,/^# damaged/d' $LEDGER | grep -c '^2026-10-01 2026-11-01 .* 5000 0 ')"
	same "and still nothing is carried over from it" "0,3000,$left" "$(last)"
	kernel $NEXT 12000
	at $NEXT update
	kernel $NEXT 12000
	same "the month after has a record as ever" "0 $left,0,$((left + amount))" "$status $(last $NEXT)"
done

# A record that is damaged, and others behind it are not: no figure hangs on it.
sed -i "s/^amount.*/amount = 10000 B/" trafmetux.conf
sed '2s/ 4000 / 4x00 /' whole >$LEDGER
at $NOW plan home
same "one with a record behind it is told" "0 trafmetux: $LEDGER: line 2: $KNOWN" "$status $(cat err)"
same "and figures stand" "11000,3000,18000" "$(last)"
at $NOW check home
same "and check" 0 "$status"
kernel $NOW 12000
at $NOW update
expect "to cron it is not told" 0 "" ""
same "the limit stands" 30000 "$(limit)"

# Cut off at each byte: what is begun as it would be written now is no loss.
row=$(tail -n 1 whole) base=$(tail -n 1 whole | cut -d' ' -f-5)
: >wrong
length=1
while [ $length -le ${#row} ]; do
	{
		sed '$d' whole
		printf '%s' "$(printf '%s' "$row" | cut -c -$length)"
	} >$LEDGER
	wanted="1 0,3000,7000"
	[ $length -le ${#base} ] || wanted="0 11000,3000,18000"
	at $NOW plan home
	found="$status $(last)"
	[ "$found" = "$wanted" ] || echo "cut off at $length: $found" >>wrong
	if [ $length -gt ${#base} ]; then
		cp $LEDGER torn
		rm -f $LEDGER.damaged*
		at $NOW verify --repair
		found=$(last)
		[ "$found" = 11000,3000,18000 ] || echo "repaired, cut off at $length: $found" >>wrong
		cp torn $LEDGER
		kernel $NOW 12000
		at $NOW update
		kernel $NOW 12000
		found="$status $(tail -n 1 $LEDGER) $(last)"
		[ "$found" = "0 $row 11000,3000,18000" ] || echo "written on, cut off at $length: $found" >>wrong
	fi
	length=$((length + 7))
done
same "what is cut off behind its base goes on as it was begun, and the rest is lost" "" "$(cat wrong)"
sed -i "s/^amount.*/amount = 20000 B/" trafmetux.conf
cp torn $LEDGER
at $NOW plan home
same "not so if the plan was edited" "1 0,3000,17000" "$status $(last)"
sed -i "s/^amount.*/amount = 10000 B/" trafmetux.conf

# What is behind the records may have told another thing of the last of them.
{
	cat whole
	echo 'x'
} >$LEDGER
at $NOW plan home
same "nor is anything carried over past a line that can't be read" "1 0,3000,7000" "$status $(last)"
# What a power failure left of the file is its name; the plan was edited since.
rm -f $LEDGER.damaged*
: >$LEDGER
sed -i "s/^amount.*/amount = 20000 B/" trafmetux.conf
at $NOW plan home
same "of an empty file nothing is known" "1 trafmetux: $LEDGER: line 1: $LOST" "$status $(cat err)"
same "and nothing is carried over" "0,3000,17000" "$(last)"
at $NOW check home
same "check is UNKNOWN" 3 "$status"
kernel $NOW 12000
at $NOW update
same "update says so and records nothing" "1 trafmetux: $LEDGER: line 1: $LOST 0" "$status $(cat err) $(wc -c <$LEDGER)"
same "the limit has nothing of it" 29000 "$(limit)"
at $NOW verify
same "verify names it" "1 trafmetux: $LEDGER: line 1: damaged; $MEND" "$status $(cat err)"
at $NOW verify --repair
same "repair makes it a known loss" "0 # damaged: " "$status $(cat $LEDGER)"
at $NOW verify
expect "which is no damage" 0 "$(cat out)" ""
at $NOW update
expect "the months are recorded" 0 "" ""
same "and nothing is carried over from them" "29000 0,3000,17000 2" "$(limit) $(last) $(grep -c '^# lost' $LEDGER)"
sed -i "s/^amount.*/amount = 10000 B/" trafmetux.conf

# One wrong digit, and a field speaks against another: that line is damaged as well.
row="2026-10-01 2026-11-01 1790812800 1793491200 10000 6000 0 5000 0 $NOW"
: >wrong
for line in \
	"2026-10-02 ${row#* }" \
	"2026-10-01 2026-11-02 ${row#* * }" \
	"2026-10-01 2026-11-01 1790812801 ${row#* * * }" \
	"2026-10-01 2026-11-01 1790712800 ${row#* * * }" \
	"$(echo "$row" | sed 's/ 10000 / 18446744073709551615 /')" \
	$(at=0; while [ $at -lt 10 ]; do
		at=$((at + 1))
		for digit in 0 1 2 3 4 5 6 7 8 9; do
			end=$(echo 1793491200 | sed "s/./$digit/$at")
			[ "$end" = 1793491200 ] || echo "$end"
		done
	done); do
	[ "${#line}" -gt 10 ] || line="2026-10-01 2026-11-01 1790812800 $line 10000 6000 0 5000 0 $NOW"
	{
		sed '$d' whole
		echo "$line"
	} >$LEDGER
	at $NOW --csv ledger home
	found="$(tail -n 1 out | cut -d, -f7,9,11) $status $(cat err)"
	[ "$found" = "0,3000,7000 1 trafmetux: $LEDGER: line 3: $LOST" ] ||
		echo "$line: $found" >>wrong
done
same "a line that speaks against itself is damaged" "" "$(cat wrong)"
{
	sed '$d' whole
	echo "${row% *} 1793491199"
} >$LEDGER
at $NOW --csv ledger home
same "also when it was written before its end" "0 trafmetux: $LEDGER: line 3: $KNOWN" "$status $(cat err)"
{
	sed '$d' whole
	echo "$line"
} >$LEDGER
kernel $NOW 12000
at $NOW update
same "and raises no limit" "1 19000" "$status $(limit)"
at $NOW verify
same "verify tells it" "1 trafmetux: $LEDGER: line 3: damaged; $MEND" "$status $(cat err)"
at $NOW verify --repair
same "repair makes it a comment" "0 # damaged: $line" "$status $(tail -n 1 $LEDGER)"
rm -f $LEDGER.damaged*

# The zone was edited: a record ends within a day of the other one, and what is left of
# that day has no amount.
{
	sed '$d' whole
	echo "2026-10-01 2026-11-01 1790812800 1793487600 10000 6000 0 5000 0 $NOW"
} >$LEDGER
at $NOW --csv ledger home
same "the rest of a day has no amount of its own" "2026-10-31 0 11000
2026-11-01 10000 11000" "$(tail -n 2 out | awk -F, '{ print $1, $6, $7 }')"
for row in '2026-11-01 2026-12-01 1793505600 1796079600' '2026-10-31 2026-11-01 1793487600 1793505600' \
	'2026-10-31 2026-11-01 1793439900 1793440800'; do
	{
		cat whole
		echo "$row 10000 0 0 5000 0 1796084100"
	} >$LEDGER
	at $NEXT verify
	same "a record of two zones is whole: ${row%% *}" 0 "$status"
done

# A file that can't be read at all.
rm $LEDGER
ln -s ../../whole $LEDGER
at $NOW plan home
same "nor where nothing can be read" "1 0,3000,7000" "$status $(last)"
rm $LEDGER

# While the clock was 40 days ahead, two more months were recorded; then it was right
# again, and the first of them was recorded anew. The plan was edited since.
AHEAD=$((NOW + 40 * 86400))
LATER=1799496000
{
	cat whole
	printf '2026-11-01 2026-12-01 1793491200 1796083200 10000 11000 0 3000 0 %s\n' $AHEAD
	printf '2026-12-01 2027-01-01 1796083200 1798761600 90000 18000 0 0 0 %s\n' $AHEAD
	printf '2026-11-01 2026-12-01 1793491200 1796083200 10000 11000 0 3000 0 %s\n' $NEXT
} >$LEDGER
cp $LEDGER ahead
at $NEXT plan home
same "lines of a clock that was ahead are not good yet" "0 18000,0,28000" "$status $(last $NEXT)"
at $LATER plan home
same "nor when their time has come" "0 28000,0,38000" "$status $(last $LATER)"
kernel $LATER 12000
at $LATER update
expect "which is told" 0 "" "trafmetux: home: 2 lines of its ledger, written while the clock was ahead, are passed over"
kernel $LATER 12000
at $LATER update
expect "once" 0 "" ""
same "the month is recorded anew" "1 28000,0,38000" "$(grep -c "^2026-12-01 .* 10000 18000 0 0 0 $LATER\$" $LEDGER) $(last $LATER)"
# A clock that was not set shows nothing of the others.
{
	cat whole
	echo '1970-01-01 1970-02-01 0 2678400 10000 0 0 0 0 2678900'
} >$LEDGER
same "a line of a clock that was not set makes no other one bad" "11000,3000,18000" "$(last)"
rm -f $LEDGER archive/.clock
kernel $NOW 12000

# A disk that is full in the middle of a record.
cp whole wanted
sed '$d' whole >$LEDGER
at $NOW plan home
size=$(($(wc -c <$LEDGER) + 50))
cat >full.c <<'END'
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <errno.h>
#include <unistd.h>
ssize_t write(int fd, const void *text, size_t length)
{
	ssize_t (*own)(int, const void *, size_t) =
		(ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
	const long most = atol(getenv("FULL"));
	struct stat status;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode) ||
	    status.st_size + (long)length <= most || status.st_size < atol(getenv("SPARE")))
		return own(fd, text, length);
	if (status.st_size >= most) {
		errno = ENOSPC;
		return -1;
	}
	return own(fd, text, (size_t)(most - status.st_size));
}
END
cc -D_GNU_SOURCE -shared -fPIC -o full.so full.c -ldl
status=0
kernel $NOW 12000
FULL=$size SPARE=100 LD_PRELOAD="$WORK/full.so $WORK/clock.so" CLOCK_NOW=$NOW CLOCK_UPTIME=100000 \
	"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf update \
	>out 2>err </dev/null || status=$?
same "a full disk is told" "1 trafmetux: $CUT
trafmetux: $LEDGER: disk full; free some space" "$status $(cat err)"
sed '$d' whole | cmp -s - $LEDGER
result "and leaves no part of a record"
kernel $NOW 12000
at $NOW update
kernel $NOW 12000
cmp -s wanted $LEDGER
result "with room, it is recorded"
rm $LEDGER
FULL=0 SPARE=0 LD_PRELOAD="$WORK/full.so $WORK/clock.so" CLOCK_NOW=$NOW CLOCK_UPTIME=100000 \
	"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf update \
	2>&1 </dev/null | cat >out
kernel $NOW 12000
grep -q "^trafmetux: $LEDGER: disk full; free some space" out && [ ! -e $LEDGER ]
result "a disk that was full before leaves no empty file"
at $NOW update
kernel $NOW 12000
cmp -s wanted $LEDGER
result "with room, there is a new one"

# Which warnings were given.
cat >>trafmetux.conf <<'END'
warn = 10%
hook = /bin/sh -c 'echo given >>given'
END
at $NOW update
sed -i 's/$/\r/' archive/plans/home.hooks
kernel $NOW 12000
at $NOW update
kernel $NOW 12000
expect "warnings in a file from Windows" 0 "" ""
same "are not given again" "given" "$(cat given)"
printf 'given 1793491200 1' >>archive/plans/home.hooks
at $NOW plan home
kernel $NOW 12000
at $NOW update
same "nor is one that is cut off trouble, but it is told" \
	"0 trafmetux: archive/plans/home.hooks: line 4: damaged; a warning may be given once more; mend it with 'trafmetux verify --repair' given" \
	"$status $(cat err) $(cat given)"
kernel $NOW 12000
at $NOW verify --repair
same "repair mends that file too" "0 0" "$status $(grep -c "$(printf '\r')" archive/plans/home.hooks)"

# What is remembered of the clock, and of what was told.
printf '# trafmetux clock version 1\r\naccepted %s 0\r\n' $NOW >archive/.clock
kernel $NOW 12000
at $NOW update
expect "a note from Windows is read" 0 "" ""

# The clock is set back by 25 hours over a month's begin, and 23 hours later it is right
# again: the month that was recorded goes on, and each byte is in one period.
fresh
printf '%s\n' '[plan home]' 'monitors = wan' 'amount = 10000 B' 'period = month' 'rollover = all' >trafmetux.conf
END=$(seconds UTC '2026-12-01')
# counted TIME PACKETS BYTES: the newest sample, above those there were
: >samples
counted() {
	echo "$1 $2 $3" | cat - samples >newest
	mv newest samples
	live wan $SERIES "$(($1 + 30)).5" "$2" "$3" "created $((END - 90000)).1" <samples
}
# periods TIME: first day and use of each one, and the sum of all and of the report
periods() {
	at "$1" --csv ledger home
	_periods=$(awk -F, 'NR > 1 { print $1, $9; sum += $9 } END { print sum }' out)
	at "$1" -u B show-total wan
	echo "$_periods $(sed 's/.*= \([0-9]*\) B.*/\1/' out)"
}
counted $((END - 60)) 10 1000
at $((END - 30)) update
counted $((END + 240)) 20 1200
at $((END + 301)) update
same "a month ends" "2026-11-01 1000
2026-12-01 200
1200 1200" "$(periods $((END + 301)))"
BACK=$((END + 301 - 90000))
counted $((BACK + 60)) 30 1500
at $((BACK + 90)) update
same "while it goes on, what is of the next one waits for that" "2026-11-01 1300
1300 1500" "$(periods $((BACK + 90)))"
at $((BACK + 150)) update
same "that the clock was set back is noted once" "# set back $((BACK + 90))" "$(grep back $LEDGER)"
counted $((END - 120)) 40 1900
at $((END - 90)) update
for time in 0 60 86400; do
	at $((END + 301 + time)) update
	same "each byte is in one period, $time s after it ended again" "2026-11-01 1700
2026-12-01 200
1900 1900" "$(periods $((END + 301 + time)))"
done
same "which is recorded once more" 2 "$(grep -c ^2026-11-01 $LEDGER)"
at $((END + 86401)) --csv ledger home
same "what was left is carried on by that" 8300 "$(tail -n 1 out | cut -d, -f7)"
at $((END + 86401)) verify
same "and verify finds nothing wrong" 0 "$status"
plan
