#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A configuration that can't be read opens no limit and is never "all is well".
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
NOW=$(date +%s)
untouched="version 1"

# config LINE...: the file
config() {
	printf '%s\n' "$@" >trafmetux.conf
}

# update LIMIT BYTES: in a fresh archive; what was written is left in $limit
update() {
	fresh
	live a $SERIES "$NOW.5" 10 "$2" "limit $1" </dev/null
	trafmetux update
	limit=$(head -n 1 proc/a)
}
home() {
	config '[plan home]' 'monitors = a' 'amount = 10000 B' 'period = prepaid from 2000-01-01' "$@"
}

# Each of these was a limit that was left open, or lifted.
for line in 'stop yes' 'stop = maybe' "stop = yes
warn = 80%$(printf '%200s' '' | tr ' ' ,)" 'stop = yes
amount = 60' 'stop = yes
[stop = no' 'stop = yes
  no' 'stop = yes
rollover = 60' 'stop = yes
[plan home]
monitors = a
amount = 90000 B
period = prepaid from 2000-01-01'; do
	home "$line"
	name=$(echo "$line" | tr '\n' '/' | cut -c 1-40)
	update 5000 4000
	same "$name: the limit stays" "$untouched" "$limit"
	same "$name: and is told, with its line" "1 trafmetux: trafmetux.conf: line " \
		"$status $(head -n 1 err | cut -c 1-32)"
	trafmetux check home
	same "$name: check knows nothing" "3 TRAFMETUX UNKNOWN: trafmetux.conf: line" \
		"$status $(cut -c 1-39 out)$(cat err)"
	trafmetux plan home
	same "$name: nor does plan" "1 " "$status $(cat out)"
done

# Sections, and the file itself.
lines='monitors = a
amount = 10000 B
period = prepaid from 2000-01-01
stop = yes'
for header in '[plan home' '[plan home] stop = no' '[Plan home]' 'plan home]' '[plan home/x]' '# [plan home]'; do
	config "$header" "$lines"
	update 5000 4000
	same "'$header': the limit stays" "$untouched" "$limit"
	same "'$header': told" 1 "$status"
	trafmetux check home
	same "'$header': check knows nothing" "3 TRAFMETUX UNKNOWN: home: no such plan in trafmetux.conf; see trafmetux.conf(5); trafmetux.conf: line" \
		"$status $(sed -n 's/ line [12]: .*/ line/p' out)"
done
# Cut off in its last line, wherever: what the line was is not known.
home 'stop = yes' '# and' 'zone = UTC'
cp trafmetux.conf whole
length=$(head -n 1 whole | wc -c)
: >wrong
while [ "$length" -lt "$(wc -c <whole)" ]; do
	head -c "$length" whole >trafmetux.conf
	[ -z "$(tail -c 1 trafmetux.conf)" ] || {
		update 5000 4000
		line=$(($(wc -l <trafmetux.conf) + 1))
		found="$limit $status $(head -n 1 err)"
		wanted="trafmetux: trafmetux.conf: line $line: the line is cut off; end the last line with a newline"
		[ "$found" = "$untouched 1 $wanted" ] || echo "$length: $found" >>wrong
		[ "$(wc -l <err)" -eq 1 ] || cat err >>wrong
		trafmetux check home
		[ "$status $(cut -c 1-17 out)" = "3 TRAFMETUX UNKNOWN" ] || echo "$length: $(cat out)" >>wrong
	}
	length=$((length + 1))
done
same "a file that is cut off in a line leaves the limit" "" "$(cat wrong)"
mkdir directory
mkdir -m 0 closed
truncate -s 2M large
printf '\377\376[\0p\0' >wide
for file in directory nowhere closed/file trafmetux.conf/file large wide; do
	fresh
	live a $SERIES "$NOW.5" 10 4000 "limit 5000" </dev/null
	if [ $file = closed/file ] && [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --clear-groups true 2>/dev/null || continue
		chmod -R a+rwX . "$WORK"
		setpriv --reuid 65534 --clear-groups "$PROGRAM" --archive-dir archive --proc-dir proc \
			--config $file update >out 2>err
		status=$?
	else
		trafmetux --config $file update
	fi
	same "$file: the limit stays" "$untouched" "$(head -n 1 proc/a)"
	same "$file: told" "1 trafmetux: $file: " "$status $(grep -o "^trafmetux: $file: " err)"
	trafmetux --config $file check home
	same "$file: check knows nothing" 3 "$status"
done

# The file that is read unless told otherwise need not be there, until there are plans.
if [ ! -e /etc/trafmetux.conf ]; then
	fresh
	live a $SERIES "$NOW.5" 10 4000 "limit 5000" </dev/null
	for command in update summary; do
		"$PROGRAM" --archive-dir archive --proc-dir proc $command >out 2>err
		same "$command without plans" "0 " "$? $(cat err)"
	done
	mkdir archive/plans
	for command in update summary; do
		"$PROGRAM" --archive-dir archive --proc-dir proc $command >out 2>err
		same "$command: where there were plans, their file is missed" \
			"1 trafmetux: /etc/trafmetux.conf: no such file; see trafmetux.conf(5) for what goes into it" \
			"$? $(cat err)"
	done
	same "and the limit stays" "$untouched" "$(head -n 1 proc/a)"
fi

# All at once, in the order of the lines.
config 'frob = 1' '[plan a]' 'monitors = a' 'stop yes' 'amount = 60' 'period = moth' '[plan b' \
	'stop = maybe' '[plan c]' 'monitors = a' 'amount = 1 GB' 'period = day' '[plan a]' 'zone = Middle/Earth'
trafmetux plan c
same "all faults in one run, in the order of the lines" "1 4 5 6 7 8 13 14 " \
	"$(sed -n 's/.*: line \([0-9]*\): .*/\1/p' err | tr '\n' ' ')"

# The case that it was found with.
config '[plan a]' 'monitors = input' 'amount = 1 GB' 'period = month' 'stop yes' \
	'[plan b]' 'monitors = input' '   + output' 'amount = 1 GB' 'period = month'
fresh
trafmetux summary
same "both are left out" "trafmetux: trafmetux.conf: line 5: not a setting; give 'key = value'
trafmetux: trafmetux.conf: line 8: not a setting; give 'key = value', all of the value in one line" \
	"$(grep conf: err)"

home 'stop = yes'
for amount in 60 0 1.5 10000000000; do
	update none 4000
	trafmetux plan home --what-if amount=$amount
	expect "--what-if amount=$amount: no unit" 2 "" \
		"trafmetux: --what-if: amount: '$amount' has no unit; give one, such as GB"
done

# What is nearly an amount is told what it lacks, and not that it is none.
amount() {
	config '[plan home]' 'monitors = a' "$1 = $2" 'period = month'
	trafmetux plan home
	grep -q "^trafmetux: trafmetux.conf: line 3: $1: '.*' $3$" err
	result "$1 = $2: $3" || sed 's/^/# /' err
}
amount amount '0.00001 GB' 'has more than four decimals; give a smaller unit, such as MB'
amount amount '99999999 PB' 'is more than can be counted; give 16383 PB at most'
amount amount '1.5 B' 'is no whole number of bytes; leave out the decimals'
amount rollover '16384 PB' 'is more than can be counted; give 16383 PB at most'
amount top-up '2026-10-25 0.00001 GB' 'has more than four decimals; give a smaller unit, such as MB'

# Several plans may stop one monitor: the least counts, and a plan that can't be
# read is not more than the others.
two() {
	config '[plan day]' 'monitors = a' "amount = $1 B" 'period = prepaid from 2000-01-01' 'stop = yes' \
		'[plan month]' 'monitors = a' "amount = $2 B" 'period = prepaid from 2000-01-01' "$3"
}
two 9000 7000 'stop = yes'
update none 4000
same "the lower one of two limits" 7000 "$limit"
two 7000 9000 'stop = yes'
update 9000 4000
same "whichever comes first" 7000 "$limit"
update 7000 4000
same "it is not written again" "$untouched" "$limit"
two 9000 8000 'stop yes'
update 7000 4000
same "a plan that can't be read may have the lower one" "$untouched" "$limit"
update 9500 4000
same "lower is always right" 9000 "$limit"
update none 4000
same "as where there is none" 9000 "$limit"
two 9000 8000 'stop = yes
zone = Asia/Tokyo'
update none 4000
same "a raise waits until all are asked" 8000 "$limit"
update 7000 4000
same "and comes then" 8000 "$limit"
two 9000 8000 'stop = yes'
fresh
live a $SERIES "$NOW.5" 10 4000 "limit 7000" </dev/null
mkdir "archive/a-$(date -d "@$NOW" +%F)"
trafmetux update
same "where the archive can't be read none is raised" "1 $untouched" "$status $(head -n 1 proc/a)"
two 9000 8000 'stop = no
warn = x'
update 7000 4000
same "one that does not stop does not matter" 9000 "$limit"
plan
