#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Clocks that were never set: what is counted then opens and closes no period, sets no
# limit too high, and lands at a time that can be true once the clock is right.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
OLD=1111111111111111
NEW=2222222222222222
# 2026-11-29 19:45
NOW=1795981500
MONTH=$(seconds UTC '2026-11-01')

cc -D_GNU_SOURCE -shared -fPIC -o clock.so "$HERE/other_clock.c"
result "other_clock.c compiles"

# at TIME ARGUMENT...: run the program with the clock at TIME; UPTIME and SYNCED tell
# of the machine
UPTIME=190 SYNCED=
at() {
	status=0
	_time=$1
	shift
	env LD_PRELOAD="$WORK/clock.so" CLOCK_NOW="$_time" CLOCK_UPTIME="$UPTIME" \
		${SYNCED:+CLOCK_SYNCHRONISED=yes} "$PROGRAM" --archive-dir archive \
		--proc-dir proc --config trafmetux.conf "$@" >out 2>err </dev/null || status=$?
}

# kernel SERIES TIME PACKETS BYTES [KEY-LINE...]: a monitor of ours; samples on stdin
kernel() {
	live wan "$@"
}

# limit: what update wrote over the file's first bytes; "version 1": nothing
limit() {
	head -n 1 proc/wan
}

# Nothing was ever set: a router as it comes, whose clock begins in 1970.
UNSET="the clock says 1970-01-01 00:03, before this release (2000-01-01 00:00): until it is set, nothing is archived and no period ends"
fresh
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 80 GB
period = month
rollover = all
stop = yes
warn = 1%
hook = /bin/sh -c 'echo "$TRAFMETUX_PERIOD" >>hooks'
END
kernel $NEW 190.5 300 300000 "created 12.1" "dropped 0" "limit none" <<END
180 280 280000
120 200 200000 12
60 100 100000
END
at 190 update
expect "a clock that was never set is told" 1 "" "trafmetux: $UNSET"
same "nothing is archived" "" "$(cd archive && echo [a-z]*-* | grep -v '\*')"
same "no period, no warning" "no no" "$([ -e archive/plans ] && echo yes || echo no) $([ -e hooks ] && echo yes || echo no)"
same "the whole amount is for all that was ever counted" 85899345920 "$(limit)"
sed -i '1s/.*/version 1/; s/^limit .*/limit 85899345920/' proc/wan
at 250 update
expect "it is told once" 1 "" ""
at 100 update
same "and when it is earlier than that" 1 "$(wc -l <err)"
at $((100 + 86399)) update
same "not within a day" "" "$(cat err)"
at $((100 + 86400)) update
same "and then again" 1 "$(wc -l <err)"
for command in 'plan home' 'ledger home' 'summary'; do
	# shellcheck disable=SC2086 # words
	at 190 $command
	same "$command: the same is told" "1 trafmetux: $UNSET" "$status $(cat err)"
done
at 190 check home
expect "check is UNKNOWN" 3 "TRAFMETUX UNKNOWN: $UNSET" ""
at 190 compact
expect "compact does not know which months are old" 1 "" "trafmetux: $UNSET"
at 190 doctor
same "doctor tells" 1 "$(grep -c '1970-01-01 00:03; set it' err)"
mv proc proc-there
at 190 doctor
same "also where the module is gone" 1 "$(grep -c '1970-01-01 00:03; set it' err)"
mv proc-there proc
at 190 -u B show-daily wan
expect "a report has the bytes, on a day that can be" 1 "2000-01-01: [wan= 300000 B]" "trafmetux: $UNSET"
at 190 clock
expect "clock says why" 1 "The clock says 1970-01-01 00:03, and that is not believed.
  The kernel does not say that it is synchronised.
  This release is of 2000-01-01 00:00: it can't be earlier." "trafmetux: $UNSET"
at 190 clock --accept
expect "it can't be accepted" 1 "" "trafmetux: the clock says 1970-01-01 00:03, before this release (2000-01-01 00:00): that can't be accepted; set the clock"

# The clock is set: what was counted before is in one record with it, since ever.
for zone in UTC Europe/Berlin America/New_York Pacific/Kiritimati; do
	export TZ=$zone
	rm -rf archive hooks
	mkdir archive
	for since in '' ' 200' " $((NOW - 400))"; do
		rm -rf archive
		mkdir archive
		kernel $NEW $NOW.5 1500 1500000 "created 12.1" "dropped 0" "limit none" <<END
$((NOW - 60)) 1400 1400000
$((NOW - 120)) 1200 1200000
$((NOW - 180)) 900 900000$since
180 280 280000
120 200 200000 12
60 100 100000
END
		cp proc/wan after
		at $NOW update
		expect "$zone, since$since: update has nothing to say" 0 "" ""
		same "$zone, since$since: one record, of unknown times" "@ $NEW 0 0
$((NOW - 180)) 900 900000 0
$((NOW - 120)) 1200 1200000
$((NOW - 60)) 1400 1400000" "$(sed 1d archive/wan-*)"
	done
	same "$zone: the limit is of the first period's amount" $((80 << 30)) "$(limit)"
	cp after proc/wan
	# An update just after it was set, before the next minute.
	mv archive later
	mkdir archive
	sed "/^sample 17/d; s/^time.*/time $((NOW - 200)).5/" after >proc/wan
	at $((NOW - 200)) update
	same "$zone: as soon as it is set" "$((NOW - 199)) 280 280000 0" "$(tail -n 1 archive/wan-*)"
	cp after proc/wan
	at $NOW update
	same "$zone: and goes on" "$((NOW - 199)) 280 280000 0
$((NOW - 180)) 900 900000 $((NOW - 400))" "$(sed -n 3,4p archive/wan-*)"
	rm -r archive
	mv later archive
	cp after proc/wan
	at $NOW -u B plan home
	same "$zone: no decade is carried over" "home: 1500000 B of 85899345920 B used (0 %), 85897845920 B left until 2026-11-30." \
		"$(head -n 1 out)"
	at $NOW check home
	same "$zone: check works" "0 TRAFMETUX OK: home" "$status $(cut -d: -f1,2 out)"
	same "$zone: no ledger before the first period ends" no "$([ -e archive/plans/home.ledger ] && echo yes || echo no)"
done
export TZ=UTC
# A report before any update says the same.
rm -rf archive
mkdir archive
at $NOW -u B show-daily wan
expect "a report before the update" 0 "2026-11-29: [wan= 1500000 B]" ""
echo "# no plans" >trafmetux.conf
at $NOW update --now
same "and the reading alone is a record of unknown times" "$((NOW + 1)) 1500 1500000" \
	"$(tail -n 1 archive/wan-* | cut -d ' ' -f 1-3)"
sed -i '/^sample 17/d' proc/wan
rm -rf archive
mkdir archive
at $NOW update --now
same "where there is no other" "$((NOW + 1)) 1500 1500000 0" "$(tail -n 1 archive/wan-*)"

# A used-up plan, a restart, and a clock that begins in 1970, or in 2015.
# archive_used BYTES: recorded up to half an hour ago
archive_used() {
	fresh
	printf '@ %s 0 0\n%d 10 %d\n%d 20 %d\n' $OLD $((MONTH + 3600)) $(($1 / 2)) \
		$((NOW - 1800)) "$1" >archive/wan-2026-11-29
	mv archive/wan-2026-11-29 all
	{ sed -n 1,2p all; } >archive/wan-2026-11-01
	{ printf '@ %s 10 %d\n' $OLD $(($1 / 2)); sed -n 3p all; } >archive/wan-2026-11-29
}
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 10000 B
period = month
stop = yes
END
for clock in 190 1420070400 $((NOW - 1800 - 93601)); do
	archive_used 12000
	kernel $NEW "$clock.5" 0 0 "created 12.1" "limit none" </dev/null
	at "$clock" update
	same "used up, clock at $clock: nothing passes after a restart" "1 1" "$(limit) $(wc -l <err)"
	sed -i '1s/.*/version 1/' proc/wan
	at "$clock" check home
	same "check is CRITICAL by what is known, and says why there may be more to know" \
		"2 TRAFMETUX CRITICAL: home: 11.72 KB of 9.77 KB used (120 %), 1.95 KB too much until 2026-11-30; the clock says" \
		"$status $(sed 's/\(clock says\).*/\1/' out)"
	at "$clock" -u B plan home
	same "the plan is that of the limit, and tells no pace" "1 home: 12000 B of 10000 B used (120 %), 2000 B too much until 2026-11-30.
  How long that has to last is not known until the clock is right." "$status $(cat out)"
	archive_used 4000
	kernel $NEW "$clock.5" 0 0 "created 12.1" "limit none" </dev/null
	at "$clock" update
	same "not used up: what was left passes" 6000 "$(limit)"
	kernel $NEW "$clock.5" 5 1500 "created 12.1" "limit 6000" <<END
$((clock / 60 * 60)) 4 1000
END
	at "$clock" update
	same "and goes on to" "version 1" "$(limit)"
	kernel $NEW "$clock.5" 50 7000 "created 12.1" "limit 9000" </dev/null
	at "$clock" update
	same "traffic since the start counts" 6999 "$(limit)"
done
archive_used 4000
sed -i 's/^period = .*/period = day/' trafmetux.conf
kernel $NEW 190.5 0 0 "created 12.1" "limit none" </dev/null
at 190 update
same "no new day begins" 8000 "$(limit)"
# A free window may be over: nothing of now is free.
echo 'free = 00:00-24:00' >>trafmetux.conf
kernel $NEW 190.5 5 1500 "created 12.1" "limit none" </dev/null
at 190 update
same "a free window is not known to last" 10000 "$(limit)"
# At midnight's record the day before goes on.
archive_used 4000
printf '@ %s 20 4000\n%d 30 9000\n' $OLD "$(seconds UTC '2026-11-30')" >>archive/wan-2026-11-29
sed -i '/^free/d' trafmetux.conf
kernel $NEW 190.5 0 0 "created 12.1" "limit none" </dev/null
at 190 update
same "nor does midnight's record begin one" 3000 "$(limit)"
# A plan that had not begun has its amount, counted from the start.
printf '%s\n' '[plan home]' 'monitors = wan' 'amount = 10000 B' 'stop = yes' \
	'period = prepaid from 2026-12-01' >trafmetux.conf
kernel $NEW 190.5 5 1500 "created 12.1" "limit none" </dev/null
at 190 update
same "a plan that had not begun may have" 10000 "$(limit)"
at $((NOW + 86400)) update
rm -f archive/.clock

# The machine goes down before the clock is set: as of uptime after the newest record.
echo "# no plans" >trafmetux.conf
archive_used 4000
kernel $NEW 190.5 5 1500 "created 12.1" "dropped 0" <<END
180 4 1000
END
UPTIME=200
at 190 update --now
same "update --now" "1 @ $NEW 0 0
$((NOW - 1800 + 200)) 5 1500 $((NOW - 1800))" "$status $(tail -n 2 archive/wan-2026-11-29)"
at 190 update --now
at 190 update --now
same "again, it has it" 5500 "$(total wan)"
kernel $NEW 250.5 6 1600 "created 12.1" "dropped 0" <<END
240 6 1600
180 4 1000
END
UPTIME=260
at 250 update --now
same "and goes on with the time that went by" "$((NOW - 1800 + 260)) 6 1600 $((NOW - 1600))" \
	"$(tail -n 1 archive/wan-2026-11-29)"
UPTIME=190
kernel $NEW $NOW.5 9 1900 "created 12.1" "dropped 0" <<END
$((NOW - 60)) 8 1800
240 6 1600
180 4 1000
END
at $NOW update
same "once it is right, the rest" "$((NOW - 60)) 8 1800" "$(tail -n 1 archive/wan-2026-11-29)"
# Two updates of one start, each of another monitor: the time goes by once.
archive_used 4000
kernel $NEW 61200.5 5 1500 "created 12.1" "limit none" </dev/null
live lan $NEW 61200.5 5 1500 "created 12.1" </dev/null
live dsl $NEW 61200.5 5 1500 "created 12.1" </dev/null
UPTIME=61200
at 61200 update --now wan
UPTIME=61201
at 61201 update --now lan
UPTIME=61210
at 61210 update --now
same "of one start: not twice the uptime" "$((NOW - 1800 + 61200)) $((NOW - 1800 + 61201)) $((NOW - 1800 + 61210))" \
	"$(for name in wan lan dsl; do tail -n 1 archive/$name-2026-11-30 | cut -d ' ' -f 1; done | xargs)"
same "each since the record before" 3 "$(grep -c " 5 1500 $((NOW - 1800))\$" archive/*-2026-11-30 | grep -c :1)"
rm proc/lan proc/dsl
printf '%s\n' '[plan home]' 'monitors = wan' 'amount = 10000 B' 'period = month' 'stop = yes' >trafmetux.conf
UPTIME=190
kernel 3333333333333333 190.5 1 10 "created 12.1" "limit none" </dev/null
at 190 update
same "so that no new month begins" $((10000 - 5500)) "$(limit)"
echo "# no plans" >trafmetux.conf
kernel 3333333333333333 190.5 1 10 "created 12.1" </dev/null
at 190 update --now
same "the next start goes on from there" "$((NOW - 1800 + 61210 + 190)) 1 10 $((NOW - 1800 + 61210))" \
	"$(tail -n 1 archive/wan-2026-11-30)"
at $((NOW + 86400)) update
same "what was remembered goes with the doubt" 0 "$(grep -c base archive/.clock)"
# The monitor is younger than the machine, which may have been up at the newest record.
archive_used 4000
kernel $NEW 460.5 5 1500 "created 400.5" </dev/null
UPTIME=1814400
at 460 update --now
same "no more than the monitor's age" "$((NOW - 1800 + 60)) 5 1500 $((NOW - 1800))" \
	"$(tail -n 1 archive/wan-2026-11-29)"
UPTIME=190
fresh
# Two that counted the same, archived in the same second.
kernel $NEW 190.5 5 1500 </dev/null
at 190 update --now
kernel $OLD 190.5 5 1500 </dev/null
at 190 update --now
rm proc/*
at $NOW update
same "equal readings are both archived" "0 3000 2" "$status $(total wan) $(grep -c '^@' archive/wan-*)"
at $NOW update
at $NOW verify
same "and no line of them is damaged" "0 3000 wan: 1 file, 2 records: whole" "$status $(total wan) $(cat out)"
fresh
kernel $NEW 190.5 5 1500 </dev/null
at 190 update --now
same "without any record nothing can be placed, and is held" "1 none held wan $NEW 5 1500" \
	"$status $(find archive -name 'wan-*' | grep . || echo none) $(grep held archive/.clock)"
at 190 update --now
kernel $OLD 190.5 2 700 </dev/null
at 190 update --now
same "over more than one restart" 2 "$(grep -c held archive/.clock)"
at 190 -u B show-total wan
same "reports have it" "total: [wan= 2200 B]" "$(cat out)"
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 10000 B
period = month
stop = yes
END
kernel 3333333333333333 190.5 1 100 "limit none" </dev/null
at 190 update
same "limits too" $((10000 - 2200)) "$(limit)"
echo "# no plans" >trafmetux.conf
kernel 3333333333333333 $NOW.5 1 100 <<END
$((NOW - 60)) 1 100
END
cp -a archive held
# Killed anywhere, it is neither lost nor written twice.
for when in '' 1 2 3 4 5 6 7 8; do
	rm -rf archive
	cp -a held archive
	if [ -n "$when" ]; then
		env LD_PRELOAD="$WORK/clock.so" CLOCK_NOW=$NOW ASAN_OPTIONS="$NO_LEAKS:verify_asan_link_order=0" \
			strace -qq -o /dev/null -e trace=write,renameat -e inject=write,renameat:signal=KILL:when=$when \
			"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf update >out 2>err
	fi
	at $NOW update
	at $NOW update
	at $NOW update
	same "once the clock is right it is archived${when:+, killed at write $when}" "0 2300 0 wan-2026-11-29" \
		"$status $(total wan) $(grep -c held archive/.clock) $(cd archive && echo *)"
done
rm proc/wan

# Two processes change what is remembered: what the other one wrote meanwhile stays.
# stopped FILE ARGUMENT...: in the background, at HOLD, and stands still before FILE
stopped() {
	rm -f holder.trace
	_file=$1
	shift
	env LD_PRELOAD="$WORK/clock.so" CLOCK_NOW="$HOLD" CLOCK_UPTIME=190 ASAN_OPTIONS="$NO_LEAKS:verify_asan_link_order=0" \
		strace -f -qq -o holder.trace -P "$_file" -e trace=openat -e inject=openat:signal=STOP:when=1 \
		sh -c 'echo $$ >holder; exec "$@"' holder \
		"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf "$@" >late 2>&1 &
	await_stop holder.trace
	result "$*: stands still"
}
go_on() {
	kill -CONT "$(cat holder)"
	wait
}
fresh
HOLD=190
kernel $NEW 190.5 5 1500 </dev/null
live lan $NEW 190.5 7 1700 </dev/null
stopped proc/lan update --now lan
at 190 update --now wan
go_on
same "what two updates hold is held" "held lan $NEW 7 1700
held wan $NEW 5 1500" "$(grep held archive/.clock | sort)"
# One forgets what is archived, and another one holds more.
rm proc/wan proc/lan
at $NOW update
live dsl $NEW 1420070460.5 9 1900 </dev/null
HOLD=$NOW
stopped proc/dsl update
at 1420070460 update --now
go_on
same "nor does one that forgets lose what is new" "held dsl $NEW 9 1900 1700 1500" "$(grep held archive/.clock) $(total lan) $(total wan)"
rm proc/dsl
# Somebody accepts while an update runs.
archive_used 4000
printf '@ %s 20 4000\n%d 30 5000\n' $OLD "$(seconds UTC '2099-01-01 00:01')" >archive/wan-2099-01-01
kernel $NEW $NOW.5 5 1500 </dev/null
stopped proc/wan update --now
at $NOW clock --accept
go_on
at $NOW clock
same "an update undoes no accept" "0 held wan $NEW 5 1500" "$status $(grep held archive/.clock)"

# Case of a clock that is right, set back without a restart, and right again.
archive_used 4000
kernel $OLD 190.5 30 5000 <<END
180 28 4800
120 24 4400
$((NOW - 1740)) 22 4200
END
at 190 update
same "nothing is archived meanwhile" "$((NOW - 1800)) 20 4000" "$(tail -n 1 archive/wan-2026-11-29)"
at 190 -u B show-daily wan
same "a report loses nothing" "2026-11-01: [wan= 2000 B]
2026-11-29: [wan= 3000 B]" "$(cat out)"
kernel $OLD $NOW.5 40 6000 <<END
$((NOW - 60)) 38 5800
180 28 4800
120 24 4400
$((NOW - 1740)) 22 4200
END
at $NOW update
same "one record since the last one that is right" "$((NOW - 1740)) 22 4200
$((NOW - 60)) 38 5800 $((NOW - 1740))" "$(tail -n 2 archive/wan-2026-11-29)"

# A new monitor whose samples are of a clock that was told of.
archive_used 4000
kernel $NEW 1420070460.5 5 1500 <<END
1420070460 4 1000
END
mv proc/wan proc/lan
sed -i 's/^monitor wan/monitor lan/' proc/lan
at 1420070460 update
live lan $NEW $NOW.5 9 1900 <<END
$((NOW - 60)) 8 1800
1420070460 4 1000
END
at $NOW update
same "a new monitor: not in 2015" "lan-2026-11-29 $((NOW - 60)) 8 1800 0" \
	"$(cd archive && echo lan-*) $(tail -n 1 archive/lan-2026-11-29)"

# 26 hours before the newest record, and no more.
archive_used 4000
kernel $NEW 1.5 0 0 </dev/null
for zone in UTC Pacific/Kiritimati Pacific/Pago_Pago; do
	export TZ=$zone
	at $((NOW - 1800 - 93600)) clock
	same "$zone: 26 hours before the newest record are believed" "0 believed" "$status $(sed -n '1s/.*that is \(.*\)\./\1/p' out)"
	at $((NOW - 1800 - 93601)) clock
	same "$zone: a second more is not" "1 not believed" "$status $(sed -n '1s/.*that is \(.*\)\./\1/p' out)"
	at $((NOW - 1800 - 93601)) update
	same "$zone: nor by update" 1 "$status"
	rm -f archive/.clock
done
export TZ=UTC
SYNCED=yes
at $((NOW - 1800 - 93601)) clock
same "unless it is synchronised" 0 "$status"
at 190 clock
same "which is no help before the release" 1 "$status"
SYNCED=

# A clock that begins years ahead, and nobody says that it is synchronised.
AHEAD=$(seconds UTC '2031-05-05 05:05')
SAID="the clock says 2031-05-05 05:05, long after the newest record (2026-11-29 19:15): until it is set, nothing is archived; see 'trafmetux clock'"
for rollover in '' 'rollover = all'; do
	cat >trafmetux.conf <<-END
		[plan home]
		monitors = wan
		amount = 10000 B
		period = month
		stop = yes
		warn = 1%
		hook = /bin/sh -c 'echo "\$TRAFMETUX_PERIOD" >>hooks'
		$rollover
	END
	archive_used 12000
	kernel $NEW "$AHEAD.5" 0 0 "created $((AHEAD - 180)).5" "limit none" </dev/null
	at "$AHEAD" update
	expect "ahead, ${rollover:-no rollover}: it is told" 1 "" "trafmetux: $SAID"
	same "a plan that is used up stays so" 1 "$(limit)"
	archive_used 4000
	mkdir archive/plans
	kernel $NEW "$AHEAD.5" 2 1500 "created $((AHEAD - 180)).5" "limit none" <<-END
		$((AHEAD - 60)) 2 1500
		$((AHEAD - 120)) 1 1000
	END
	at "$AHEAD" update
	same "nor does another get more than it had" 6000 "$(limit)"
	sed -i '1s/.*/version 1/; s/^limit .*/limit 6000/' proc/wan
	at "$AHEAD" update
	expect "it is told once" 1 "" ""
	same "nothing more is written" "version 1" "$(limit)"
	same "no ledger, no warning, no record" "plans wan-2026-11-01 wan-2026-11-29" "$(cd archive && find . ../hooks -mindepth 1 ! -path '*/.*' 2>/dev/null | sed 's,./,,' | sort | xargs)"
	at "$AHEAD" -u B show-daily wan
	same "a report has it after the newest record" "2026-11-01: [wan= 2000 B]
2026-11-29: [wan= 3500 B]" "$(cat out)"
	for command in 'export wan' export list 'explain wan' 'show-total wan' summary 'plan home' "--at $NOW export"; do
		# shellcheck disable=SC2086 # words
		at "$AHEAD" $command
		same "$command: what has no time is told" "1 trafmetux: $SAID" "$status $(cat err)"
	done
	at "$AHEAD" export wan
	same "export has it at the newest record, since nobody knows when" \
		"wan,2026-11-29T19:15:00+00:00,$((NOW - 1800)),0,2,1500" "$(tr -d '\r' <out | tail -n 1)"
	at "$AHEAD" --csv ledger home
	same "no period is over" "2026-11-01 present" "$(sed 1d out | cut -d, -f1,5 | tr , ' ')"
done
at "$AHEAD" check home
expect "check is UNKNOWN" 3 "TRAFMETUX UNKNOWN: $SAID" ""
at "$AHEAD" compact
same "compact does nothing" 1 "$status"
at "$AHEAD" doctor
same "doctor says it" 1 "$(grep -c 'long after the newest record' err)"
at "$AHEAD" clock
same "clock says it" "1 The clock says 2031-05-05 05:05, and that is not believed. 1" \
	"$status $(head -n 1 out) $(grep -c 'No more than 42 days later' out)"
same "and what to do if it is right" "  If it is right, run 'trafmetux clock --accept'." "$(tail -n 1 out)"
# Set right by hand, it is no witness for 2031.
kernel $NEW $NOW.5 9 4500 "created $((AHEAD - 180)).5" "limit 6000" <<END
$((NOW - 60)) 8 4000
$((AHEAD - 60)) 2 1500
$((AHEAD - 120)) 1 1000
END
at $NOW update
expect "once it is set, all is well" 0 "" ""
same "what was counted before is in the first record" "@ $NEW 0 0
$((NOW - 60)) 8 4000 $((NOW - 1800))" "$(tail -n 2 archive/wan-2026-11-29)"
# It was right: the machine had been off for years.
: >trafmetux.conf
archive_used 4000
kernel $NEW "$AHEAD.5" 2 1500 "created $((AHEAD - 180)).5" <<END
$((AHEAD - 60)) 2 1500
$((AHEAD - 120)) 1 1000
END
at "$AHEAD" update --now
same "what the machine goes down with is held" "$((NOW - 1800)) 20 4000 held wan $NEW 2 1500" \
	"$(tail -n 1 archive/wan-2026-11-29) $(grep held archive/.clock)"
cp -a archive off
at "$AHEAD" clock --accept
expect "it can be accepted" 0 "Accepted: the clock is believed from now on." ""
at "$AHEAD" clock
same "then it is believed" 0 "$status"
at "$AHEAD" clock --accept
expect "once" 0 "There is nothing to accept: the clock is believed." ""
at "$AHEAD" update
at "$AHEAD" update
same "and all is archived at its time" "0 5500 $((AHEAD - 60)) 2 1500 0" "$status $(total wan) $(tail -n 1 archive/wan-2031-05-05) $(grep -c held archive/.clock)"
kernel 3333333333333333 $((AHEAD + 4000000)).5 1 10 </dev/null
at $((AHEAD + 4000000)) update
same "which is no licence for a later one" 1 "$status"
rm -rf archive
mv off archive
SYNCED=yes
kernel $NEW "$AHEAD.5" 2 1500 "created $((AHEAD - 180)).5" <<END
$((AHEAD - 60)) 2 1500
$((AHEAD - 120)) 1 1000
END
at "$AHEAD" update
expect "or NTP says that it is right" 0 "" ""
SYNCED=
at $((AHEAD + 60)) update
expect "also for later" 0 "" ""
# 42 days, and no more.
archive_used 4000
LAST=$((NOW - 1800 + 42 * 86400))
for zone in UTC Pacific/Kiritimati Pacific/Pago_Pago; do
	export TZ=$zone
	for time in $LAST $((LAST + 1)); do
		kernel $NEW "$time.5" 0 0 </dev/null
		for command in clock doctor; do
			at "$time" $command
			same "$zone: $command, $((time - LAST)) s more than 42 days after the newest record" $((time - LAST)) \
				"$(grep -c 'long after the newest record' err)"
		done
		at "$time" update
		same "$zone: update" $((time - LAST)) "$status"
		rm -f archive/.clock
	done
done
export TZ=UTC
# An update remembers that the clock was believed, also where nothing is counted.
archive_used 4000
LAST=$((NOW - 1800 + 30 * 86400))
kernel $NEW $LAST.5 0 0 </dev/null
at $LAST update
SAID="the clock says 2031-05-05 05:05, long after it was believed (2026-12-29 19:15): until"
kernel $NEW "$AHEAD.5" 0 0 </dev/null
at "$AHEAD" update
same "when it was believed last is known" "1 trafmetux: $SAID" "$status $(sed 's/until.*/until/' err)"
UPTIME=20
for command in 'show-total wan' summary; do
	# shellcheck disable=SC2086 # words
	at "$AHEAD" $command
	same "$command: the same is told" "1 trafmetux: $SAID" "$status $(sed 's/until.*/until/' err)"
done
LAST=$((LAST + 41 * 86400))
kernel $NEW $LAST.5 0 0 </dev/null
at $LAST update
same "longer after the newest record, but not after that" 0 "$status"
# The machine's own time goes by, also while no update runs.
kernel $NEW $((LAST + 8640000)).5 0 0 </dev/null
UPTIME=8640020
at $((LAST + 8640000)) clock
same "a machine that was up for so long has a clock that is right" 0 "$status"
UPTIME=8640010
at $((LAST + 8640000 + 42 * 86400)) clock
same "not if the clock ran faster" 1 "$status"
UPTIME=19
at $((LAST + 8640000)) clock
same "nor if it was restarted" 1 "$status"
UPTIME=190
# What no monitor of this machine counts into, and no update of it has written.
archive_used 4000
at "$AHEAD" -u B show-total wan
expect "an archive of another machine is read by any clock" 0 "total: [wan= 4000 B]" ""
at "$AHEAD" clock
same "also by clock" "0 " "$status $(cat err)"
# The newest record may be an import's, of any machine: it makes no clock ahead, nor do
# samples of that clock. What an update believed last does.
for marks in 0 1; do
	archive_used 4000
	if [ $marks -eq 1 ]; then
		kernel $NEW "$NOW.5" 0 0 </dev/null
		at "$NOW" update
	fi
	echo "$OLD wan" >archive/.imports
	kernel $NEW "$AHEAD.5" 2 1500 "created $((AHEAD - 180)).5" <<-END
		$((AHEAD - 60)) 2 1500
	END
	at "$AHEAD" clock
	same "with imports, $marks updates before: a clock that is ahead" $marks "$status"
	at "$AHEAD" show-total wan
	same "to a report" $marks "$status"
	at "$AHEAD" update
	same "and to update" "$marks $((1 - marks))" "$status $(grep -c "^$((AHEAD - 60)) 2 1500" archive/wan-2031-05-05 2>/dev/null || echo 0)"
	at $((AHEAD + 50 * 86400)) clock
	same "which is held against it later" 1 "$status"
done
# A copy with what is remembered: whose clock it was is known.
archive_used 4000
kernel $NEW "$NOW.5" 0 0 </dev/null
at "$NOW" update
same "whose clock it was is remembered" 1 "$(grep -c '^machine [0-9a-f]\{16\}$' archive/.clock)"
if [ -s /etc/machine-id ] || [ -s /var/lib/dbus/machine-id ]; then
	rm proc/wan
	at "$AHEAD" clock
	same "on this machine it bears witness" 1 "$status"
	# copied ID: as from the machine that has it, and after its start
	copied() {
		sed -i "s/^machine .*/machine $1/; s/^believed [0-9a-f]*/believed 1234567812345678/; /^sum/d" archive/.clock
	}
	for id in 0123456789abcdef 0000000000000000; do
		copied $id
		at "$AHEAD" -u B show-total wan
		expect "a copy of another machine, $id, is read by any clock" 0 "total: [wan= 4000 B]" ""
		at "$AHEAD" clock
		same "also by clock, $id" "0 " "$status $(cat err)"
		for command in list 'explain wan' 'export wan'; do
			# shellcheck disable=SC2086 # words
			at "$AHEAD" $command
			same "and by $command, $id" "0 " "$status $(cat err)"
		done
	done
	kernel $NEW "$AHEAD.5" 0 0 </dev/null
	at "$AHEAD" update
	same "unless this machine counts into it" 1 "$status"
	same "then it is this one's clock that is remembered" "0 1 0" "$(grep -c 0000000000000000 archive/.clock) $(grep -c ^disbelieved archive/.clock) $(grep -c ^believed archive/.clock)"
	rm proc/wan
	at "$AHEAD" clock
	same "and that of no other" 1 "$status"
fi

# The kernel's samples are witnesses too.
fresh
kernel $NEW $((NOW - 200000)).5 9 1900 <<END
$((NOW - 200040)) 8 1800
$NOW 7 1700
END
at $((NOW - 200000)) update
expect "a sample of the future contradicts the clock" 1 "" "trafmetux: the clock says 2026-11-27 12:11, before wan's record of 2026-11-29 19:45: until it is set, nothing is archived; see 'trafmetux clock'"

# A clock once ran ahead, and a record of 2099 is left of it.
FUTURE=$(seconds UTC '2099-01-01 00:01')
archive_used 4000
printf '@ %s 20 4000\n%d 30 5000\n' $OLD "$FUTURE" >archive/wan-2099-01-01
cp -a archive ahead
kernel $OLD $NOW.5 40 6000 <<END
$((NOW - 60)) 38 5800
END
BLOCKED="trafmetux: the clock says 2026-11-29 19:45, before wan's record of 2099-01-01 00:01: until it is set, nothing is archived; see 'trafmetux clock'"
at $NOW update
expect "a record of the future blocks" 1 "" "$BLOCKED"
at $NOW doctor
same "doctor lists it, and says the same" "$BLOCKED
trafmetux: archive/wan-2099-01-01: dated in the future; if the clock is right, run 'trafmetux clock --accept'" \
	"$(grep -v 'not archived since' err)"
at $NOW clock --accept
expect "the way out" 0 "Accepted: records of the future, up to 2099-01-01 00:01, tell nothing of the time." ""
at $NOW update
expect "is one" 0 "" ""
same "and the archive goes on" "$((NOW - 60)) 38 5800" "$(tail -n 1 archive/wan-2026-11-29)"
at $NOW clock
expect "clock says so" 0 "The clock says 2026-11-29 19:45, and that is believed.
  The kernel does not say that it is synchronised.
  This release is of 2000-01-01 00:00: it can't be earlier.
  The newest record is of 2026-11-29 19:44 (wan): it can't be 26 hours earlier.
  Records of the future, up to 2099-01-01 00:01, tell nothing of the time." ""
at $NOW doctor
same "nor does doctor say more" "0 " "$status $(cat err)"
at $NOW clock --accept
expect "again there is nothing to accept" 0 "There is nothing to accept: the clock is believed." ""
at 190 update
same "no licence for 1970" 1 "$status"
at $((NOW - 200000)) update
same "nor for a few days before" 1 "$status"
# 40 days later, with an update each day, the clock is reset to what was accepted.
at $NOW update
day=1
while [ $day -le 40 ]; do
	time=$((NOW + day * 86400))
	kernel $OLD $time.5 $((40 + day)) $((6000 + day)) <<END
$((time - 60)) $((40 + day)) $((6000 + day))
END
	at $time update
	[ "$status" -eq 0 ] || break
	day=$((day + 1))
done
same "days go by" 41 "$day"
at $((NOW + 38 * 86400)) update
same "nor for a reset to a time after it" 1 "$status"
SYNCED=yes
at $((FUTURE + 86400)) update
SYNCED=
same "in 2099 all is as ever" "0 " "$status $(grep accepted archive/.clock)"

# The machine goes down before anybody says which one is wrong, the clock or the record.
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 10000 B
period = month
stop = yes
END
# archive_down CLOCK: 9000 bytes are counted at CLOCK, more than are recorded
archive_down() {
	kernel $OLD "$1.5" 90 9000 "limit none" <<END
$(($1 - 60)) 80 8000
$(($1 - 120)) 50 6000
END
	UPTIME=90000
	at "$1" update --now
	UPTIME=190
	kernel $NEW "$1.5" 1 10 "created $(($1 - 180)).5" "limit none" </dev/null
}
rm -rf archive
cp -a ahead archive
archive_down $NOW
same "nothing is written beside a record of the future" "$((NOW - 1800)) 20 4000 $FUTURE 30 5000 held wan $OLD 90 9000" \
	"$(tail -n 1 archive/wan-2026-11-29) $(tail -n 1 archive/wan-2099-01-01) $(grep held archive/.clock)"
at $NOW update
same "after the restart the limit has it" 2000 "$(limit)"
sed -i '1s/.*/version 1/' proc/wan
at $NOW clock --accept
at $NOW -u B plan home
same "nor does it rise once the clock is accepted" "home: 8010 B of 10000 B used (80 %), 1990 B left until 2026-11-30." \
	"$(head -n 1 out)"
at $NOW update
same "it is archived then" 2000 "$(limit)"
sed -i '1s/.*/version 1/; s/^limit .*/limit 2000/' proc/wan
at $NOW update
same "once" "0 9000 0" "$status $(total wan) $(grep -c held archive/.clock)"
same "today" "9000 0" "$(tail -n 1 archive/wan-2026-11-29 | cut -d ' ' -f 3,4)"
# It was the clock.
archive_used 4000
archive_down 1420070460
at 1420070460 update
same "in 2015 the limit has it too" 1000 "$(limit)"
kernel $NEW $NOW.5 1 10 "limit 1000" </dev/null
at $NOW update
same "and once the clock is right" "0 9000 version 1" "$status $(total wan) $(limit)"
echo "# no plans" >trafmetux.conf

# NTP sets it ahead once more, but not as far as what was accepted, and right again.
AGAIN=$(seconds UTC '2036-02-07 12:00')
archive_again() {
	rm -rf archive
	cp -a ahead archive
	kernel $OLD $NOW.5 40 6000 <<END
$((NOW - 60)) 38 5800
END
	at $NOW clock --accept
	at $NOW update
	kernel $OLD "$AGAIN.5" 42 6200 <<END
$((AGAIN - 60)) 42 6200
END
	SYNCED=yes
	at "$AGAIN" update
	SYNCED=
	kernel $OLD $((NOW + 600)).5 44 6400 <<END
$((NOW + 540)) 44 6400
END
}
archive_again
same "a second false future is archived" "0 $((AGAIN - 60)) 42 6200 $((NOW - 60))" "$status $(tail -n 1 archive/wan-2036-02-07)"
at $((NOW + 600)) update
same "blocks as the first one did" 1 "$status"
at $((NOW + 600)) clock --accept
expect "and is accepted as well" 0 "Accepted: records of the future, up to 2099-01-01 00:01, tell nothing of the time." ""
at $((NOW + 600)) update
expect "which lets the archive go on" 0 "" ""
same "at the time of now" "$((NOW + 540)) 44 6400" "$(tail -n 1 archive/wan-2026-11-29)"
at $((NOW + 600)) clock --accept
expect "then there is nothing to accept" 0 "There is nothing to accept: the clock is believed." ""
archive_again
SYNCED=yes
at $((NOW + 600)) update
same "NTP vouches against it too, which is told" "1 1" "$status $(grep -c 'has records of the future' err)"
at $((NOW + 610)) update
expect "once" 0 "" ""
SYNCED=
at $((NOW + 620)) update
expect "and for later" 0 "" ""

# NTP vouches as well, and that is told once.
rm -rf archive
cp -a ahead archive
kernel $OLD $NOW.5 40 6000 <<END
$((NOW - 60)) 38 5800
END
at $NOW update
SYNCED=yes
at $((NOW + 60)) update
expect "once the clock is synchronised it is believed" 1 "" "trafmetux: wan has records of the future, up to 2099-01-01 00:01; they tell nothing of the time any more, see 'trafmetux clock'"
same "and what was counted meanwhile is at its times" "$((NOW - 60)) 38 5800" "$(tail -n 1 archive/wan-2026-11-29)"
SYNCED=
at $((NOW + 120)) update
expect "also when it is so no longer" 0 "" ""

# While nobody knows which one is wrong, a limit is the lower one.
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 10000 B
period = month
rollover = all
stop = yes
END
rm -rf archive
cp -a ahead archive
kernel $NEW $NOW.5 5 1500 "limit none" </dev/null
at $NOW update
same "not decades of rollover" $((10000 - 4000)) "$(limit)"
sed -i '1s/.*/version 1/' proc/wan
for command in 'plan home' summary; do
	# shellcheck disable=SC2086 # words
	at $NOW -u B $command
	same "$command: no more is left than the limit leaves" "1 home: 5500 B of 10000 B used (55 %), 4500 B left until 2026-11-30.
  How long that has to last is not known until the clock is right." "$status $(head -n 2 out)"
done
at $NOW check home
same "nor is check OK" "3 $BLOCKED" "$status $(sed 's/TRAFMETUX UNKNOWN/trafmetux/' out)"

echo "# no plans" >trafmetux.conf
# What is dated in the future by its name alone can be accepted too.
archive_used 4000
cp archive/wan-2026-11-29 archive/wan-9998-03-01
at $NOW -u B show-total wan
same "a report tells it" 1 "$(grep -c "wan-9998-03-01: dated in the future; if the clock is right, run 'trafmetux clock --accept'" err)"
at $NOW clock --accept
at $NOW -u B show-total wan
same "until it is accepted" "0 " "$status $(cat err)"
# Ninety files in one line.
day=0
while [ $day -lt 90 ]; do
	cp archive/wan-2026-11-29 "archive/wan-$(date -u -d "@$((FUTURE + day * 86400))" +%F)"
	day=$((day + 1))
done
rm archive/.clock archive/wan-9998-03-01
at $NOW doctor
same "ninety files in one line" "trafmetux: archive/wan-2099-01-01 and 89 files after it: dated in the future; if the clock is right, run 'trafmetux clock --accept'" \
	"$(grep 'wan-2099' err)"
at 190 update
same "and in none when it is the clock that is wrong" "1 the clock says 1970-01-01 00:03" "$(wc -l <err) $(sed 's/trafmetux: \([^,]*\),.*/\1/' err)"

# Ledgers that earlier releases wrote from 1970 on.
fresh
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 1000 B
period = month
rollover = all
END
export TZ=Europe/Berlin
mkdir archive/plans
awk -v now=$NOW 'BEGIN {
	print "# trafmetux ledger version 1 plan home"
	for (year = 1970; year <= 2026; year++)
		for (month = 1; month <= 12 && (year < 2026 || month < 11); month++) {
			first = year "-" sprintf("%02d", month)
			next_ = month < 12 ? year "-" sprintf("%02d", month + 1) : year + 1 "-01"
			print first "-01", next_ "-01", mktime(year " " month " 1 0 0 0"), \
				mktime(year " " month + 1 " 1 0 0 0"), 1000, carried + 0, 0, 0, 0, now - 86400
			carried += 1000
		}
	}' >archive/plans/home.ledger
same "the first one begins below zero" -3600 "$(sed -n 2p archive/plans/home.ledger | cut -d ' ' -f 3)"
kernel $NEW $NOW.5 9 190 <<END
$((NOW - 60)) 8 180
END
at $NOW -u B plan home
expect "they are passed over" 0 "home: 190 B of 1000 B used (19 %), 810 B left until 2026-11-30.
  The period lasts 1 day longer: 713 B a day are safe.
  It is too early to tell how long that will last." ""
at $NOW update
expect "which is told" 0 "" "trafmetux: home: 385 periods of its ledger are from before 2002, when the clock was not set, and passed over"
at $NOW update
expect "once" 0 "" ""
cp archive/plans/home.ledger ledger
at $NOW --csv ledger home
same "the ledger begins with the traffic" "2026-11-01 present" "$(sed 1d out | cut -d, -f1,5 | tr , ' ')"
# The month ends: it is recorded, once, and stays.
NEXT=$(seconds Europe/Berlin '2026-12-01 00:06')
at "$NEXT" update
at $((NEXT + 60)) update
same "periods are recorded as ever" "$(wc -l <ledger) + 1 2026-11-01 2026-12-01 0" \
	"$(($(wc -l <archive/plans/home.ledger) - 1)) + 1 $(tail -n 1 archive/plans/home.ledger | cut -d ' ' -f 1,2,6)"
at $((NEXT + 60)) --csv ledger home
same "with what is left carried on" "2026-11-01 0 recorded
2026-12-01 810 present" "$(sed 1d out | cut -d, -f1,5,7 | awk -F, '{ print $1, $3, $2 }')"
# A clock that began in 2015 then: since undoes it.
export TZ=UTC
grep -E '^(#|201[5-9]|202)' ledger >archive/plans/home.ledger
at $NOW --csv ledger home
same "from 2015 on the ledger can't know" recorded "$(sed -n 2p out | cut -d, -f5)"
echo 'since = 2026-11-01' >>trafmetux.conf
at $NOW --csv ledger home
same "with since it does" "2026-11-01 0 present" "$(sed 1d out | cut -d, -f1,5,7 | awk -F, '{ print $1, $3, $2 }')"
sed -i 's/^since.*/since = 2026-10-01/' trafmetux.conf
at $NOW --csv ledger home
same "nor is anything carried into the first one" "2026-10-01 0 reckoned
2026-11-01 1000 present" "$(sed 1d out | cut -d, -f1,5,7 | awk -F, '{ print $1, $3, $2 }')"
at $NOW update
at $NOW update
same "recorded once" 1 "$(tail -n 5 archive/plans/home.ledger | grep -c '^2026-10-01 2026-11-01 .* 1000 0 0 0 0 ')"
# A plan that says itself that it began in 1970.
sed -i 's/^since.*/since = 1970-01-01/; s/^rollover.*//' trafmetux.conf
rm -r archive/plans
for zone in Europe/Berlin America/New_York; do
	export TZ=$zone
	rm -rf archive/plans
	at $NOW update
	at $NOW update
	at $NOW check home
	same "$zone: a plan since 1970 has its ledger, whole" "0 682 1970-01-01" \
		"$status $(sed 1d archive/plans/home.ledger | wc -l) $(sed -n 2p archive/plans/home.ledger | cut -d ' ' -f 1)"
done
export TZ=UTC

# Files of 1970 that earlier releases wrote begin no period.
sed -i '/^since/d' trafmetux.conf
rm -rf archive/plans archive/.clock
printf '@ %s 0 0\n60 5 500\n' $OLD >archive/wan-1970-01-01
at $NOW --csv ledger home
same "files of 1970 begin no period" 2026-11-01 "$(sed 1d out | cut -d, -f1)"
at $NOW -u B show-total wan
same "their bytes are there" "total: [wan= 690 B]" "$(cat out)"

# An emptied file that was changed later than now, by the clock as it was then, is not
# one that an update makes just now.
fresh
: >archive/wan-2026-11-01
SYNCED=yes at $((NOW - 86400)) -u B show-total wan
same "a file that was emptied before the clock was set back" 1 \
	"$(grep -c '^trafmetux: archive/wan-2026-11-01: empty; ' err)"

# What was remembered is damaged: what is lost with it is told, and raises no limit.
cat >trafmetux.conf <<'END'
[plan home]
monitors = wan
amount = 8000 B
period = month
stop = yes
END
DAMAGED="trafmetux: archive/.clock: damaged; traffic may be lost with it, so no limit is raised; 'trafmetux clock --accept' goes on without"
fresh
UPTIME=5000
kernel $OLD 5000.5 500 5000 "limit none" </dev/null
at 5000 update --now
same "it is held, and its sum is told" "held wan $OLD 500 5000 1" \
	"$(grep held archive/.clock) $(grep -c '^sum [0-9a-f]\{16\}$' archive/.clock)"
rm -rf saved
cp -a archive saved
UPTIME=300
for damage in none old word digit other tail line empty directory link; do
	rm -rf archive
	cp -a saved archive
	case $damage in
	old) sed -i '/^sum/d' archive/.clock ;;
	word) sed -i '/^sum/d; s/^held/hexd/' archive/.clock ;;
	digit) sed -i '/^held/s/ 500 / 501 /' archive/.clock ;;
	other) sed -i '/^sum/d; s/^disbelieved .*/disbelieved x/' archive/.clock ;;
	tail) truncate -s -3 archive/.clock ;;
	line) sed -i '/^held/d' archive/.clock ;;
	empty) : >archive/.clock ;;
	directory) rm archive/.clock && mkdir archive/.clock ;;
	link) mv archive/.clock archive/clock && ln -s clock archive/.clock ;;
	esac
	cp -a archive damaged
	kernel $NEW $NOW.5 5 500 "limit none" <<END
$((NOW - 60)) 4 400
END
	case $damage in
	none | old)
		at $NOW update
		same "$damage: all is well" "0 3000 none" "$status $(limit) $(cd archive && ls -d .clock.damaged 2>/dev/null || echo none)"
		;;
	*)
		at $NOW check home
		same "$damage: check" "3 TRAFMETUX UNKNOWN: ${DAMAGED#trafmetux: }" "$status $(cat out)"
		at $NOW doctor
		same "$damage: doctor" "1 $DAMAGED" "$status $(cat err)"
		at $NOW update
		same "$damage: update" "1 1 $DAMAGED" "$status $(limit) $(cat err)"
		diff -r damaged/.clock archive/.clock.damaged >&2 || [ $damage = link ]
		same "$damage: what it was is kept" 0 $?
		kernel $NEW $((NOW + 60)).5 6 600 "limit 1" <<END
$NOW 5 500
END
		at $((NOW + 60)) update
		at $((NOW + 60)) clock
		same "$damage: it lasts" "1 $DAMAGED lost version 1" "$status $(cat err) $(grep lost archive/.clock) $(limit)"
		at $((NOW + 60)) clock --accept
		same "$damage: it is accepted" "0 Accepted: what .clock has lost is gone." "$status $(cat out)"
		at $((NOW + 60)) update
		same "$damage: and over" "0  0" "$status $(cat err) $(grep -c lost archive/.clock)"
		[ "$(limit)" -gt 1 ]
		same "$damage: the limit is raised" 0 $?
		;;
	esac
	rm -rf damaged
done
# Nor does a clock become believed by it, that is far ahead.
echo "# no plans" >trafmetux.conf
archive_used 4000
echo "0123456789abcdef wan" >archive/.imports
kernel $OLD "$NOW.5" 30 5000 <<END
$((NOW - 60)) 21 4100
END
at $NOW update
rm proc/wan
at "$AHEAD" clock
same "a clock that is ahead" 1 "$status"
sed -i 's/^believed/bexieved/; s/^machine/maxhine/' archive/.clock
at "$AHEAD" clock
same "is so without what was believed" 1 "$(grep -c 'long after the newest record' err)"
plan
