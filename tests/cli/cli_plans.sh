#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Plans: the configuration, the ledger held against awk, and what words say.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
SCHEMA=$HERE/../../docs/trafmetux-ledger.schema.json

# conf: write the configuration from standard input
conf() {
	cat >trafmetux.conf
}

# What is wrong with a configuration is told by file, line and key.
fresh
conf <<'END'
# plans
[plan home]
monitors = a
amout = 3 GB
period = month
[plan road]
monitors = a
amount = 3 GB
period = month from 32
[plan ok]
monitors = a
amount = 1 KB
period = day
END
printf '@ %s 0 0\n1614556860 1 1024\n' $SERIES >archive/a-2021-03-01
FAULTS="trafmetux: trafmetux.conf: line 4: amout: unknown key; see trafmetux.conf(5)
trafmetux: trafmetux.conf: line 9: period: 'month from 32' is not right; give 'day', 'week [from DAY]', 'month [from 1 to 31]', 'N days from YYYY-MM-DD' or 'prepaid from YYYY-MM-DD [until YYYY-MM-DD]'"
trafmetux --at 1614556900 plan ok
expect "faults name file, line and key; other plans are served" 1 "ok: 1.00 KB of 1.00 KB used (100 %), 0.00 KB left until 2021-03-01.
  The period lasts 23 hours longer." "$FAULTS"
trafmetux --at 1614556900 plan road
expect "a plan with a fault has no answer" 1 "" "$FAULTS"
trafmetux plan away
expect "nor has one that is not there" 1 "" "$FAULTS
trafmetux: away: no such plan in trafmetux.conf; see trafmetux.conf(5)"
trafmetux --config nowhere plan ok
expect "a file that is not there" 1 "" "trafmetux: nowhere: no such file; see trafmetux.conf(5) for what goes into it"
trafmetux --at 1614556900 plan ok --what-if amount=x
expect "a wrong setting on the command line" 2 "" "$FAULTS
trafmetux: --what-if: amount: 'x' is not right; give a number and a unit, such as '3 GB' or '1.5 GiB'"

# in and out: traffic every 37 and 53 minutes, from January to May of 2026, over
# the spring change of Paris's clock.
fresh
# traffic NAME STEP SERIES
traffic() {
	TZ=Europe/Paris awk -v name="$1" -v step="$2" -v series="$3" \
		-v from="$(seconds Europe/Paris '2026-01-10 00:00')" \
		-v to="$(seconds Europe/Paris '2026-05-02 12:00')" 'BEGIN {
		for (time = from + 60; time <= to; time += step * 60) {
			file = "archive/" name "-" strftime("%Y-%m-%d", time - 1)
			if (file != before) {
				if (before) close(before)
				printf "@ %s %d %d\n", series, packets, bytes >file
			}
			before = file
			packets += 1 + time % 7
			bytes += 1000 + time * 7919 % 100003
			printf "%d %d %d\n", time, packets, bytes >file
		} }'
}
traffic in 37 00000000000000aa
traffic out 53 00000000000000bb
LAST=$(seconds Europe/Paris '2026-05-02 12:00')

# reckon sum|larger START...: what awk finds between the local times of in and
# out, that counts and that is free (nights 00:30-06:00, Sundays)
reckon() {
	_how=$1
	shift
	_starts=''
	for _time in "$@"; do
		_starts="$_starts $(seconds Europe/Paris "$_time")"
	done
	TZ=Europe/Paris awk -v how="$_how" -v starts="$_starts" '
	BEGIN { count = split(starts, start, " ") }
	/^@/ { before = $4; next }
	{
		name = FILENAME ~ /in-/ ? "in" : "out"
		growth = $3 - before
		before = $3
		split(strftime("%u %H%M", $1 - 1), local, " ")
		free = local[1] == 7 || (local[2] >= 30 && local[2] < 600)
		for (at = 1; at < count; at++)
			if ($1 - 1 >= start[at] && $1 - 1 < start[at + 1])
				sum[at, free, name] += growth
	}
	function total(at, free,    a, b) {
		a = sum[at, free, "in"] + 0
		b = sum[at, free, "out"] + 0
		return how == "sum" ? a + b : a > b ? a : b
	}
	END { for (at = 1; at < count; at++) print total(at, 0) "," total(at, 1) }' \
		archive/in-????-??-?? archive/out-????-??-??
}

# used: of the last output, the columns used and free
used() {
	sed 1d out | cut -d, -f9,10
}

conf <<'END'
[plan home]
monitors = in + out
amount = 58 MB
period = month from 31
zone = Europe/Paris
free = 00:30-06:00
free = sun
rollover = 5 MB
top-up = 2026-02-28 3 MB

[plan peak]
monitors = larger of in and out
amount = 30 MB
period = 10 days from 2026-03-20
zone = Europe/Paris
free = sun
free = 00:30-06:00
END
MONTHS="$(reckon sum 2026-01-01 2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31)"
# A zone whose midnights are in the middle of files, and nothing is free.
YORK=''
for month in 2026-01-01 2026-02-01 2026-03-01 2026-04-01 2026-05-01 2026-06-01; do
	YORK="$YORK $(TZ=Europe/Paris date -d "@$(seconds America/New_York $month)" '+%Y-%m-%dT%H:%M')"
done
# shellcheck disable=SC2086 # a list of words
YORK="$(reckon sum $YORK | awk -F, '{ print $1 + $2 ",0" }')"
TENS="$(reckon larger 2026-03-20 2026-03-30 2026-04-09 2026-04-19 2026-04-29 2026-05-09)"
# Files that have just been changed are not indexed.
touched=$(date +%s)
for round in "without an index" "with an index"; do
	trafmetux --at "$LAST" --csv ledger home
	same "months from the 31st, $round: as awk has it" "$MONTHS" "$(used)"
	trafmetux --at "$LAST" --csv ledger peak
	same "ten days, the larger of two, $round" "$TENS" "$(used)"
	trafmetux --at "$LAST" --csv ledger home --what-if period=month zone=America/New_York free=
	same "periods that end within files, $round" "$YORK" "$(used)"
	while [ $(($(date +%s) - touched)) -lt 4 ]; do
		sleep 0.1
	done
	# An update of all makes the index, of these as well.
	live idle $SERIES "$LAST.5" 0 0 </dev/null
	trafmetux --config /dev/null update
done
test -s archive/.index/in.days
result "the index was there"
trafmetux --at "$LAST" --csv ledger home --what-if free= monitors=in
same "what if nothing is free, and only in counts" \
	"$(awk '/^@/ { before = $4; next } { sum += $3 - before; before = $3 } END { printf "%d,0", sum }' archive/in-????-??-??)" \
	"$(used | awk -F, '{ used += $1; free += $2 } END { printf "%d,%d", used, free }')"
trafmetux --at "$LAST" plan home --what-if amount=1MB
same "what if: how many periods go over" "as it is: 1 what if: 5" \
	"$(sed -n 's/: more was used than there was in \([0-9]*\) .*/: \1/p' out | tr '\n' ' ' | sed 's/ $//')"

# base, carried, topped up and left follow from what was used.
trafmetux --at "$LAST" --csv ledger home
same "carried is what was left, up to the cap; left is what remains" "" "$(sed 1d out | awk -F, '
	{ top_up = $2 == "2026-03-30" ? 3145728 : 0
	  carry = NR == 1 || left < 0 ? 0 : left > 5242880 ? 5242880 : left
	  if ($6 != 60817408 || $7 != carry || $8 != top_up || $11 != $6 + $7 + $8 - $9)
		print "line " NR ": " $0
	  left = $11 }')"
same "some of it was carried, and some period went over" "yes yes" \
	"$(sed 1d out | awk -F, '$7 > 0 { carried = "yes" } $11 < 0 { over = "yes" } END { print carried, over }')"
trafmetux --at "$LAST" -t 2 --csv ledger home
same "-t asks for the last ones" "2026-03-31 2026-04-30" "$(sed 1d out | cut -d, -f1 | tr '\n' ' ' | sed 's/ $//')"

# A python3 of one's own may lack what the packaged one has.
for PYTHON in python3 /usr/bin/python3 ''; do
	[ -n "$PYTHON" ] && "$PYTHON" -c 'import jsonschema' 2>/dev/null && break
done
cat >validate.py <<'END'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
faults = list(jsonschema.Draft7Validator(schema).iter_errors(json.load(sys.stdin)))
for fault in faults:
    print(fault.message[:300])
sys.exit(1 if faults else 0)
END
# fits FILE: it is as the schema says
fits() {
	"$PYTHON" -W ignore validate.py "$SCHEMA" <"$1" >faults 2>&1
}
trafmetux --at "$LAST" --json ledger home
fits out
result "JSON is as its schema says" || sed 's/^/# /' faults
sed 's/"used"/"Used"/' out >changed
! fits changed && grep -q "'used' is a required" faults
result "which would not take another key"
trafmetux --at "$LAST" --json ledger home --what-if 'period=prepaid from 2026-01-01' rollover=
fits out
result "nor does an open period trouble it" || sed 's/^/# /' faults

# Closed periods stay as they were when the plan is edited, unless asked.
fresh
NOW=$(date +%s)
START=$(seconds UTC "$(date -u +%Y-%m-%d)")
conf <<'END'
[plan days]
monitors = a
amount = 10 KB
period = day
END
# A packet of 1000 bytes each noon of five days, up to the day before yesterday.
at=6 count=0
while [ $at -gt 1 ]; do
	time=$((START - at * 86400 + 43200))
	printf '@ %s %d %d\n%d %d %d\n' $SERIES $count ${count}000 $time $((count + 1)) $((count + 1))000 \
		>"archive/a-$(date -u -d "@$time" +%Y-%m-%d)"
	count=$((count + 1)) at=$((at - 1))
done
live a $SERIES "$NOW.5" 5 5000 </dev/null
LEDGER=archive/plans/days.ledger
trafmetux update
expect "an update records what is over, and says nothing" 0 "" ""
CLOSED=$(grep -c '^2' $LEDGER)
test "$CLOSED" -ge 5
result "each period that is over has a line"
cp $LEDGER once
trafmetux update
cmp -s once $LEDGER
result "a second update adds nothing"
sed -i 's/10 KB/20 KB/' trafmetux.conf
trafmetux --csv ledger days
same "an edited plan: the past is as it was" "$CLOSED recorded,10240" \
	"$(sed 1d out | grep recorded | cut -d, -f5,6 | sort | uniq -c | sed 's/^ *//')"
same "the present is not" "present,20480" "$(tail -n 1 out | cut -d, -f5,6)"
trafmetux --csv --recompute ledger days
same "unless asked" "reckoned,20480" "$(sed 1d out | cut -d, -f5,6 | head -n 1)"
sed -i 's/period = day/period = 30 days from 2020-01-01/' trafmetux.conf
trafmetux --csv ledger days
same "no byte is in two periods: the first new one begins where the last old one ended" \
	"$(tail -n 1 $LEDGER | cut -d' ' -f4)" "$(sed 1d out | grep -v recorded | head -n 1 | cut -d, -f3)"
same "and none is lost" 5000 "$(sed 1d out | awk -F, '{ sum += $9 } END { print sum }')"
sed -i 's/period = .*/period = day/; s/20 KB/10 KB/' trafmetux.conf
rm $LEDGER
trafmetux update
sed 's/ [0-9]*$//' once >wanted
sed 's/ [0-9]*$//' $LEDGER | cmp -s - wanted
result "without the file the same figures come out of the archive"

# Damage, power cuts and wrong clocks.
printf '2026-01-01 2026' >>$LEDGER
trafmetux plan days
same "a line that was cut off is reported" \
	"trafmetux: $LEDGER: line $((CLOSED + 2)): damaged; what was left of its period is not known, so nothing is carried over from it; mend it with 'trafmetux verify --repair'" \
	"$(cat err)"
sed "$((CLOSED + 1))d" once >$LEDGER
printf '2026-01-01 2026' >>$LEDGER
trafmetux update
trafmetux --config /dev/null update
same "nothing is recorded while something could not be read" "2026-01-01 2026" "$(tail -n 1 $LEDGER)"
sed "$((CLOSED + 1))d" once >$LEDGER
future=$((NOW + 864000))
sed "1d; s/ [0-9]*\$/ $future/; s/ 1000 0 / 7 0 /" once >>$LEDGER
trafmetux --csv ledger days
same "what a clock of the future wrote is not believed" "5000" "$(cat err; sed 1d out | awk -F, '{ sum += $9 } END { print sum }')"
trafmetux update
sed 1d once | sed 's/ [0-9]*$//' | tail -n 1 >wanted
tail -n 1 $LEDGER | sed 's/ [0-9]*$//' | cmp -s - wanted
result "what lacks is recorded by the clock that is right"
echo "# trafmetux ledger version 2 plan days" >$LEDGER
trafmetux --csv ledger days
same "a file of a later version is left alone" "trafmetux: $LEDGER: written by a newer trafmetux; upgrade this one" "$(cat err)"
same "the archive tells" 5000 "$(sed 1d out | awk -F, '{ sum += $9 } END { print sum }')"
rm $LEDGER
ln -s ../../once $LEDGER
trafmetux --csv ledger days
same "a link is not followed" "trafmetux: $LEDGER: not a regular file; move it away" "$(cat err)"

# Other words.
fresh
live a $SERIES "$NOW.5" 5 5000 </dev/null
conf <<'END'
[plan later]
monitors = a
amount = 10 KB
period = prepaid from 2190-01-01
[plan gone]
monitors = a
amount = 10 KB
period = prepaid from 2000-01-01 until 2000-02-01
[plan bucket]
monitors = a
amount = 10 KB
period = prepaid from 2000-01-01
[plan si]
monitors = a
amount = 10 KB
period = prepaid from 2000-01-01
steps = 1000
END
trafmetux
expect "no arguments: all plans, and the monitors" 0 "later: begins on 2190-01-01.

gone: ended with 2000-02-01.

bucket: 4.88 KB of 10.00 KB used (48 %), 5.12 KB left.
  It is too early to tell how long that will last.

si: 5.00 kB of 10.00 kB used (50 %), 5.00 kB left.
  It is too early to tell how long that will last.

monitor         today    this month
a             4.88 KB       4.88 KB" ""
trafmetux -u B plan bucket
same "in one unit" "bucket: 5000 B of 10240 B used (48 %), 5240 B left." "$(head -n 1 out)"
conf <<'END'
[plan home]
monitors = a + nope
amount = 10 KB
period = day
END
trafmetux plan home
expect "a monitor that is not there" 1 "" "trafmetux: nope: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
plan
