#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The live view, by the real clock; test_follow.c has the figures by another one.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

# without_time: without what changes from run to run
without_time() {
	sed 's/^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] /TIME /' "$@"
}

fresh
printf '@ %s 0 0\n1614556860 1 1024\n' $SERIES >archive/a-2021-03-01
live a $SERIES 1614556865.25 2 2048 </dev/null
live b 000000000000000b 1614556865.25 2 5120 </dev/null
trafmetux --follow --interval 0.1 -t 2 show-total a b a+b
same "a line for each interval" "status 0
TIME total: [a= 2.00 KB, 0 bit/s] [b= 5.00 KB, 0 bit/s] [a+b= 7.00 KB, 0 bit/s]
TIME total: [a= 2.00 KB, 0 bit/s] [b= 5.00 KB, 0 bit/s] [a+b= 7.00 KB, 0 bit/s]" "status $status
$(without_time out)"

# follow ARGUMENT...: in the background, its lines in "lines"
follow() {
	"$PROGRAM" --archive-dir archive --proc-dir proc --follow "$@" >lines 2>err &
	follower=$!
}

# lines COUNT: wait for so many
lines() {
	_tries=0
	until [ "$(wc -l <lines)" -ge "$1" ]; do
		_tries=$((_tries + 1))
		[ $_tries -lt 6000 ] || return 1
		sleep 0.05
	done
}

# An interactive shell's children take SIGINT; the others ignore it unless told.
: >lines
env --default-signal=INT "$PROGRAM" --archive-dir archive --proc-dir proc --follow --interval 0.1 \
	--csv show-daily a >lines 2>err &
follower=$!
lines 2
live a $SERIES 1614556866.25 3 1026048 </dev/null
at=$(wc -l <lines)
lines $((at + 2))
kill -INT $follower
status=0
wait $follower || status=$?
same "SIGINT ends it, and that is no trouble" "status 0, 0 messages" "status $status, $(wc -l <err) messages"
same "what came meanwhile is there" "1024000" "$(awk -F, 'NR > 1 && $7 != before { before = $7 } END { print before }' lines)"
same "with its rate, in one interval" 1 "$(awk -F, 'NR > 1 && $8 > 0' lines | wc -l)"

: >lines
follow --interval 0.1 show-total a
lines 1
kill -TERM $follower
status=0
wait $follower || status=$?
same "SIGTERM ends it too" 0 $status

# A reader that leaves: the program must not go on for ever.
"$PROGRAM" --archive-dir archive --proc-dir proc --follow --interval 0.1 show-total a 2>err |
	head -n 1 | without_time >out
same "it ends with its reader" "TIME total: [a= 1002.00 KB, 0 bit/s]" "$(cat out)"

# On a terminal each line is written over the one before.
script -q -e -c "stty cols 30; $PROGRAM --archive-dir archive --proc-dir proc --follow --interval 0.1 -t 2 show-total a b" \
	typescript </dev/null | tr '\r\033' '\nE' | without_time >out
same "a terminal has one line, cut to its width" "
TIME total: [a= 1002.00 KE[K
TIME total: [a= 1002.00 KE[K" "$(cat out)"

# One that can't be read any more.
: >lines
follow --interval 0.1 show-total a b
lines 1
printf 'version 2\nx\n' >proc/new
mv proc/new proc/b
lines 5
kill -TERM $follower
status=0
wait $follower || status=$?
same "what can't be read any more is told once; the others go on" "status 1
trafmetux: proc/b: line 1: written by a newer kernel module; upgrade trafmetux" "status $status
$(cat err)"

for wrong in '--at 1614600000' '--from now' '--to now' '--top 1' '--total' '--rates' '--table'; do
	# shellcheck disable=SC2086 # words
	trafmetux --follow $wrong show-daily a
	same "not with $wrong" "2 trafmetux: --follow does not go with ${wrong%% *}; try 'trafmetux --help'" "$status $(cat err)"
done
trafmetux --interval 1 show-daily a
expect "an interval of nothing" 2 "" "trafmetux: --interval goes with --follow only; try 'trafmetux --help'"
# What is taken after all must not run for ever.
for wrong in 0 0.09 0.0999 86400.001 86401 1. .5 1.0000 -1 x; do
	briefly "$PROGRAM" --follow --interval $wrong show-daily a
	same "no interval: $wrong" "2 trafmetux: --interval '$wrong' is not a number of seconds from 0.1 to 86400; try 'trafmetux --help'" "$status $(cat err)"
done
plan
