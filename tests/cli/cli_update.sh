#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# update: what it writes, that it writes it once, gaps, --now, many at once.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris

fresh
live input $SERIES 1225148462.25 50 5500 "dropped 0" <<END
1225148460 40 4000
1225148400 30 3000
1225148340 20 2000 1225148000
END
trafmetux update
expect "update says nothing" 0 "" ""
same "each record is in the file of its day" "# trafmetux archive version 1 monitor input zone Europe/Paris
@ $SERIES 0 0
1225148340 20 2000 1225148000
1225148400 30 3000
# trafmetux archive version 1 monitor input zone Europe/Paris
@ $SERIES 30 3000
1225148460 40 4000" "$(cat archive/input-2008-10-27 archive/input-2008-10-28)"
same "anybody may read it" "-rw-r--r--" "$(stat -c %A archive/input-2008-10-27)"
cp -a archive once
trafmetux update
trafmetux update input input
diff -r archive once >differences
result "a second update writes nothing"
rm -r once
live input $SERIES 1225148530.0 60 6000 "dropped 0" <<END
1225148520 60 6000
1225148460 40 4000
1225148400 30 3000
END
trafmetux update
same "the next one appends" "1225148460 40 4000
1225148520 60 6000" "$(sed -n '3,$p' archive/input-2008-10-28)"

trafmetux update --now
same "nothing is newer than the last sample" 4 "$(wc -l <archive/input-2008-10-28)"
live input $SERIES 1225148535.5 61 6100 "dropped 0" <<END
1225148520 60 6000
END
trafmetux update --now
same "update --now archives the reading" "1225148536 61 6100 1225148520" "$(tail -n 1 archive/input-2008-10-28)"
live input $SERIES 1225148520.0 62 6200 "dropped 0" </dev/null
trafmetux update --now
same "also on a minute's boundary" "1225148520 62 6200 1225148519" "$(tail -n 1 archive/input-2008-10-28)"
same "and all is counted once" 6200 "$(total input)"

# A new series: the module was loaded again.
live input 000000000000000b 1225148650.0 7 700 "dropped 0" <<END
1225148640 7 700
END
trafmetux update
same "a new series begins at zero" "@ 000000000000000b 0 0
1225148640 7 700" "$(tail -n 2 archive/input-2008-10-28)"
same "and adds to the old one" 6900 "$(total input)"

# Gaps: the source has no longer what the archive lacks.
for dropped in "dropped 5" ""; do
	fresh
	printf '@ %s 0 0\n1225140060 1 100\n' $SERIES >archive/gap-2008-10-27
	live gap $SERIES 1225147561.0 9 900 ${dropped:+"$dropped"} <<END
1225147560 9 900
1225147500 8 800
END
	trafmetux update
	same "a gap is marked (${dropped:-without the key})" "1225147500 8 800 1225140060
1225147560 9 900" "$(tail -n 2 archive/gap-2008-10-27)"
done
fresh
live gap $SERIES 1225147561.0 9 900 "created 1225140000.7" "dropped 5" <<END
1225147560 9 900
1225147500 8 800
END
trafmetux update
same "a gap from the beginning on" "1225147500 8 800 1225140000" "$(sed -n 3p archive/gap-2008-10-27)"
fresh
printf '@ %s 0 0\n1225140060 1 100\n' $SERIES >archive/gap-2008-10-27
live gap $SERIES 1225147561.0 9 900 "dropped 5" <<END
1225147560 9 900
1225140120 1 100
END
trafmetux update
same "none where a known sample is left" "1225147560 9 900" "$(tail -n 1 archive/gap-2008-10-27)"
fresh
live gap $SERIES 1225147561.0 9 900 "created 1225140000.7" "dropped 0" <<END
1225147560 9 900
END
trafmetux update
same "none where nothing was dropped" "1225147560 9 900" "$(tail -n 1 archive/gap-2008-10-27)"

# A busy day, updated minute by minute, then by a late one: same figures, and
# little of the file is read however long it is.
fresh
awk 'BEGIN { for (minute = 1; minute <= 600; minute++)
	print 1225062000 + minute * 60, minute * 10, minute * 1000 + minute % 7 }' >schedule
for count in 1 2 3 150 151 152 400 401 600; do
	head -n $count schedule >part
	# shellcheck disable=SC2046
	live busy $SERIES $(tail -n 1 part) "dropped 0" <<END
$(sort -rn part)
END
	sed -i "s/^time .*/time $(tail -n 1 part | cut -d' ' -f1).5/" proc/busy
	trafmetux update
done
grep '^[0-9]' archive/busy-2008-10-27 >found
cmp -s schedule found
result "ten hours of records, each once"
[ "$(grep -c '^@' archive/busy-2008-10-27)" -ge 2 ]
result "the series is named again in a long file"

# Many at once.
fresh
for name in a b c; do
	live $name $SERIES 1225148530.0 60 6000 "dropped 0" <<END
1225148520 60 6000
1225148460 40 4000
1225148400 30 3000
END
done
: >all
for _ in $(seq 50); do
	"$PROGRAM" --archive-dir archive --proc-dir proc update >>all 2>&1 || echo "status $?" >>all &
done
wait
same "50 updates at once are quiet" "" "$(cat all)"
same "and write each record once" 5 "$(cat archive/a-* | grep -c '^[1@]')"
same "of all monitors" "6000 6000 6000" "$(total a) $(total b) $(total c)"

# The last update before the machine goes down: one is at work on most monitors, and
# stands still. The free one comes first; all the others together are waited for.
fresh
for name in a b c d e; do
	echo 1225148520 50 5000 | live $name $SERIES 1225148530.0 60 6000
done
# The first write is that of the shell, which tells its process.
# shellcheck disable=SC2016 # for the inner shell
hold() {
	rm -f holder.trace
	strace -qq -o holder.trace -e trace=write -e inject=write:signal=STOP:when=2 \
		sh -c 'echo $$ >holder.new; mv holder.new holder; exec "$@"' holder env ASAN_OPTIONS="$NO_LEAKS" \
		"$PROGRAM" --archive-dir archive --proc-dir proc update a b c d >/dev/null 2>&1 &
	await_stop holder.trace
	result "an update stands still, holding four locks"
}
hold
"$PROGRAM" --archive-dir archive --proc-dir proc update --now >out 2>err &
late=$!
tries=0
until [ "$(total e)" = 6000 ] || [ $tries -eq 600 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
kill -0 $late 2>/dev/null && [ "$(total e)" = 6000 ]
result "the free one is archived while the others are waited for"
kill -CONT "$(cat holder)"
wait $late
same "and those as soon as they are free" "0  6000 6000 6000 6000" "$? $(cat err) $(total a) $(total b) $(total c) $(total d)"
wait
fresh
for name in a b c d e; do
	echo 1225148520 50 5000 | live $name $SERIES 1225148530.0 60 6000
done
hold
ASAN_OPTIONS="$NO_LEAKS" strace -qq -f -o pauses -e trace=nanosleep,clock_nanosleep \
	"$PROGRAM" --archive-dir archive --proc-dir proc update --now >out 2>err
status=$?
expect "who holds them for long is told, for each" 1 "" "$(for name in a b c d; do
	echo "trafmetux: $name: another update has been at work for seconds; run it again"; done)"
# Of 10 ms each, so 500 are five seconds at least.
[ "$(grep -c nanosleep pauses)" -gt 20 ] && [ "$(grep -c nanosleep pauses)" -le 500 ]
result "five seconds for all of them, not for each" || wc -l pauses
kill -9 "$(cat holder)"
wait

# Where writing fails.
fresh
live m $SERIES 1225148530.0 60 6000 </dev/null
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=16k tmpfs archive 2>/dev/null; then
	awk 'BEGIN { for (minute = 1440; minute; minute--)
		print 1225130400 + minute * 60, minute * 10, minute * 1000 }' >samples
	live m $SERIES 1225216801.0 14400 1440000 "dropped 0" <samples
	live z $SERIES 1225216801.0 14400 1440000 "dropped 0" <<END
1225130460 10 1000
END
	trafmetux update
	same "a full disk is told" \
	"status 1 trafmetux: archive/m-2008-10-28: disk full; free some space (nothing is lost while the kernel keeps the history)" \
	"status $status $(sed -n 1p err)"
	mount -o remount,size=1m archive
	trafmetux update
	same "after it has room again all is there" "0 1440000 1000" "$status $(total m) $(total z)"
	mount -o remount,ro archive
	live m $SERIES 1225216861.0 14401 1440100 "dropped 0" <<END
1225216860 14401 1440100
END
	trafmetux update
	same "a read-only file system is told" "status 1 trafmetux: archive/.lock: read-only file system; remount it read-write" \
		"status $status $(cat err)"
	umount archive
else
	echo "# skipped: a full disk (needs root and tmpfs)"
fi
plan
