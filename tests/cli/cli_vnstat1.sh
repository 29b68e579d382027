#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# import vnstat: made-up files as vnStat 1 exports them. Hours, days, months and
# the total come to what is in the file, in bytes.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris

TODAY=1366754400	# 2013-04-24, when it began
HEAD="version;3
active;1
interface;eth0
nick;the line
created;1341841971
updated;$((TODAY + 7300))
totalrx;100
totaltx;40
currx;21163008
curtx;3586048
totalrxk;1
totaltxk;0
btime;1366765859"
DAYS="d;0;$((TODAY + 600));1;0;512;3;1
d;1;$((TODAY - 86100));2;1;0;0;1
d;2;0;0;0;0;0;0"
MONTHS="m;0;$((TODAY - 23 * 86400 + 60));10;5;0;0;1
m;1;1362092460;20;7;0;0;1
m;2;0;0;0;0;0;0"
TOPS="t;0;1350000000;4;2;0;1;1
t;1;$((TODAY - 86100));2;1;0;0;1
t;2;0;0;0;0;0;0"
HOURS="h;0;$((TODAY + 3000));1000;1
h;1;$((TODAY + 6600));500;2
h;2;0;0;0
h;23;$((TODAY - 2400));100;50"

# made LINES...: a file of these
made() {
	printf '%s\n' "$@" >file
}

# figures REPORT MONITOR: "time bytes" of its rows, those without bytes left out
figures() {
	"$PROGRAM" --archive-dir archive --proc-dir none --csv "show-$1" "$2" |
		awk -F, 'NR > 1 && $6 + 0 { print $2, $6 }'
}

fresh
made "$HEAD" "$DAYS" "$MONTHS" "$TOPS" "$HOURS"
trafmetux import vnstat file
COARSE="eth0: 26.50 MB in, 11.00 MB out of 2 months are in none of their days: they stand before the first of these, or on the last day
eth0: 66.00 MB in, 26.00 MB out of the total are in no entry: they stand on 2013-02-28, and were counted on it or before, from 2012-07-09"
expect "a file of vnStat 1, and what of it is coarse" 0 "$COARSE
eth0-in: 9 records in 6 files
eth0-out: 8 records in 6 files" ""
same "the total, of MiB and KiB" "104858624 41943040" "$(total eth0-in) $(total eth0-out)"
same "the months" "1362092400 20971520
1364767200 10485760" "$(figures monthly eth0-in | grep '^136')"
same "the days" "1349992800 4194304
$((TODAY - 86400)) 2097152
$TODAY 1572864" "$(figures daily eth0-in | grep -e '^1349992800 ' -e "^$((TODAY - 86400)) " -e "^$TODAY ")"
# What the day has more was counted before the last look.
same "the hours" "$((TODAY - 3600)) 102400
$TODAY 1024000
$((TODAY + 3600)) 512000
$((TODAY + 7200)) 36864" "$(figures hourly eth0-in | tail -n 4)"
trafmetux verify
same "verify finds it whole" "0 2" "$status $(grep -c 'whole$' out)"
trafmetux import vnstat file
expect "once more" 0 "$COARSE
eth0-in: imported before, nothing was added
eth0-out: imported before, nothing was added" ""

# The day has more than its hours, which begin with it: no hour's own figure is changed.
fresh
made "$HEAD" "$(printf '%s\n' "$HOURS" | sed "s/^h;1;.*/h;2;$((TODAY + 10200));500;2/")" "$DAYS"
trafmetux import vnstat file
same "what a day has more is put where there is no hour" "$((TODAY - 3600)) 102400
$TODAY 1024000
$((TODAY + 3600)) 36864
$((TODAY + 7200)) 512000" "$(figures hourly eth0-in | tail -n 4)"

fresh
made "$HEAD" "$(printf '%s\n' "$HOURS" | sed 's/;1000;/;1600;/')" "$DAYS"
trafmetux import vnstat file
same "hours that have more than their day are left out" \
	"0 eth0: the day from 2013-04-24 on has less traffic (1.50 MB in, 3.00 KB out) than its parts (2.05 MB in, 3.00 KB out), which were left out" \
	"$status $(head -n 1 out)"
same "the day stays" "$TODAY 1572864" "$(figures daily eth0-in | grep "^$TODAY ")"
same "and so do the hours of others" "$((TODAY - 3600)) 102400" \
	"$(figures hourly eth0-in | grep "^$((TODAY - 3600)) ")"
same "and the total" 104858624 "$(total eth0-in)"

# Two databases one after the other.
fresh
made "$HEAD" "$DAYS" "$(printf '%s\n' "$HEAD" | sed 's/eth0/ppp0/')" "$MONTHS"
trafmetux import vnstat file
same "two interfaces" "eth0-in eth0-out ppp0-in ppp0-out" \
	"$(grep -v '^[a-z]*0:' out | sed 's/:.*//' | tr '\n' ' ' | sed 's/ $//')"
same "have their own figures" "1572864 10485760" \
	"$(figures daily eth0-in | sed -n "s/^$TODAY //p") $(figures monthly ppp0-in | sed -n 's/^1364767200 //p')"
fresh
trafmetux import vnstat file --interface ppp0 --rx a --tx b
same "one of them, named" "a b" "$(grep -v '^ppp0:' out | sed 's/:.*//' | tr '\n' ' ' | sed 's/ $//')"

# refused NAME MESSAGE
refused() {
	trafmetux import vnstat file
	expect "refused: $1" 1 "" "trafmetux: file: $2; nothing was imported"
	same "and nothing is there: $1" .lock "$(ls -A archive)"
}
fresh
trafmetux import vnstat file --rx a
expect "several interfaces, one name" 1 "" "trafmetux: file: holds several interfaces; name one with --interface; nothing was imported"
trafmetux import vnstat file --interface eth9
expect "an interface that is not there" 1 "" "trafmetux: file: interface eth9: not in this file; nothing was imported"
made "$HEAD" "$HEAD"
refused "an interface twice" "line 16: the interface is in the file already"
made "$(printf '%s\n' "$HEAD" | sed '1s/3/2/')"
refused "an older version" "line 1: not of version 3; open the database with a later vnStat 1, and export it again"
made "$(printf '%s\n' "$HEAD" | grep -v totalrxk)"
refused "no total" "interface eth0: the file lacks its total, or when it was created and updated"
made "$(printf '%s\n' "$HEAD" | grep -v interface)"
refused "no name" "an interface has no name"
made "$HEAD" "d;0;$TODAY;1;0;512;3"
refused "a line that was cut off" "line 14: not as vnStat 1 writes it"
made "$HEAD" "d;0;$TODAY;-1;0;512;3;1"
refused "a number below zero" "line 14: not as vnStat 1 writes it"
made "$HEAD" "d;0;$TODAY;99999999999999;0;512;3;1"
refused "a number too large" "line 14: not as vnStat 1 writes it"
made "$HEAD" "$DAYS" "d;3;$TODAY;1;0;0;0;1"
refused "a day twice" "interface eth0: the day of 2013-04-24 is there twice; if it was written in another zone, name that with --tz"
made "$HEAD" "$HOURS"
TZ=UTC trafmetux --tz Europe/Paris import vnstat file
same "which can be named" 0 "$status"
plan
