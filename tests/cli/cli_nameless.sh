#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The only "@" of a live series is damaged or gone: the kernel's samples show which records
# are of it, so that nothing is counted twice, and nothing is lost.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
BEFORE=1111111111111111
OTHER=9f2c1e0b7a664d32
# Of a day that is over, so that no test runs into its end: 12:00
NOON=$(($(seconds UTC "$(date -u -d '2 days ago' +%Y-%m-%d)") + 43200))
DAY=$(date -u -d "@$NOON" +%Y-%m-%d)
FILE=archive/m-$DAY

# kernel BYTES [SAMPLE...]: the live series; it came to so much, and has such samples
kernel() {
	_bytes=$1
	shift
	for _sample in "$@"; do
		echo "$_sample"
	done | live m "$SERIES" "$((NOON + 3600)).5" 90 "$_bytes" "created $((NOON + 30)).1" \
		"dropped ${DROPPED:-0}"
}

FIRST="$((NOON + 60)) 10 1000" SECOND="$((NOON + 120)) 30 3000" THIRD="$((NOON + 180)) 70 7000"

# archived AT...: a series of 500 bytes that is over, then such lines
archived() {
	fresh
	{
		printf '# trafmetux archive version 1 monitor m zone UTC\n'
		printf '@ %s 0 0\n%s 5 500\n' $BEFORE $((NOON - 600))
		for _line in "$@"; do
			echo "$_line"
		done
	} >"$FILE"
}

# told NAME: 500 bytes and the live series' 9000, before an update and after it, again
# and again, and by the archive alone
told() {
	_least=${2:-9500}
	trafmetux -u B show-total m
	_found=$(sed 's/.*= \([0-9]*\) B.*/\1/' out)
	[ "$_found" -le 9500 ] && [ "$_found" -ge "$_least" ]
	result "$1: a report tells no more than is true" || echo "# $_found"
	trafmetux update
	cp -r archive once
	trafmetux update
	diff -r -x .index -x .lock archive once >/dev/null
	result "$1: a second update writes nothing"
	rm -rf once
	trafmetux -u B show-total m
	same "$1: after an update all is told" "total: [m= 9500 B]" "$(cat out)"
	same "$1: by the archive what was sampled" "7500" "$(total m)"
	trafmetux -u B --csv show-minutely m
	cp out minutes
	trafmetux verify --repair
	same "$1: that is known" 0 "$status"
	trafmetux -u B --csv show-minutely m
	cmp -s out minutes
	result "$1: repair changes no minute"
	same "$1: nor any sum" 7500 "$(total m)"
	# A day later the kernel has other samples.
	kernel 9000
	trafmetux -u B show-total m
	same "$1: when the kernel has forgotten it, too" "total: [m= 9500 B]" "$(cat out)"
}

archived "@ $SERIES 0 0" "$FIRST" "$SECOND" "$THIRD"
kernel 9000 "$THIRD" "$SECOND" "$FIRST"
told "whole"
for harmed in "@ $OTHER 0 0" "x $SERIES 0 0" "# $SERIES 0 0" ""; do
	archived "$harmed" "$FIRST" "$SECOND"
	kernel 9000 "$THIRD" "$SECOND" "$FIRST"
	case $harmed in
	"@ "*) told "another name" ;;
	*) told "no name ($harmed)" 9000 ;;
	esac
done
# What "update --now" wrote is no sample of the kernel's.
archived "$((NOON + 45)) 6 600 $NOON" "$FIRST" "$((NOON + 110)) 29 2900 $((NOON + 60))" "$SECOND"
kernel 9000 "$THIRD" "$SECOND" "$FIRST"
told "with readings between the samples" 9000
# The name and the first record are gone.
archived "x $SERIES 0 0$FIRST" "$SECOND" "$THIRD"
kernel 9000 "$THIRD" "$SECOND" "$FIRST"
told "the first record is gone too" 9000
# The kernel has no longer what the archive has.
archived "@ $OTHER 0 0" "$FIRST" "$SECOND"
DROPPED=1
kernel 9000 "$THIRD" "$SECOND"
DROPPED=0
told "a history that overflowed"
# The clock of another zone: the file is of another day.
archived "@ $OTHER 0 0" "$FIRST" "$SECOND"
kernel 9000 "$THIRD" "$SECOND" "$FIRST"
TZ=Pacific/Kiritimati
told "in another zone"
TZ=UTC
# Another namespace's, by the same name, behind it: more than is read of a file's end.
archived "@ $SERIES 0 0" "$FIRST" "$SECOND"
at=1
while [ $at -lt 400 ]; do
	[ $((at % 80)) -ne 1 ] || echo "@ $OTHER $((at - 1)) $((at - 1))00"
	echo "$((NOON + at * 60)) $at ${at}00"
	at=$((at + 1))
done >>"$FILE"
kernel 9000 "$THIRD" "$SECOND" "$FIRST"
trafmetux update
same "a series with much of another one behind it goes on" "@ $SERIES 30 3000
$THIRD" "$(tail -n 2 "$FILE")"
trafmetux verify
same "and nothing is written twice" "0 m: 1 file, 403 records: whole" "$status $(cat out)"
# A disk that is full then leaves all to the next update.
archived "@ $OTHER 0 0" "$FIRST" "$SECOND"
kernel 9000 "$THIRD" "$SECOND" "$FIRST"
chmod 0444 "$FILE"
cp "$FILE" kept
PROGRAM_OWN=$PROGRAM
cat >limited <<END
#!/bin/sh
ulimit -f 0
exec "$PROGRAM_OWN" "\$@" | cat
END
chmod +x limited
PROGRAM=./limited
trafmetux update
PROGRAM=$PROGRAM_OWN
cmp -s kept "$FILE"
result "where nothing can be written, nothing is"
told "and the next update"
# The write that named it again was cut off behind its "@", and the next one went on.
archived "@ 2z22222222222222 0 0" "$FIRST" "$SECOND" '# written again' "@ $SERIES 0 0" '17959#' \
	"@ $SERIES 0 0" "$FIRST" "$SECOND" "$THIRD"
kernel 7000 "$THIRD"
trafmetux -u B show-total m
same "cut off behind its @, it is counted once" "total: [m= 7500 B]" "$(cat out)"

# The kernel has none of the samples any more that the archive has: what is told behind the
# begin of the series, by another name, is taken for its own.
LATER="$((NOON + 1800)) 80 8000" LAST="$((NOON + 1860)) 85 8500"
# forgotten LINE WANTED STATUS WORDS: before an update, after it, and after a repair
forgotten() {
	archived "$1" "$FIRST" "$SECOND"
	DROPPED=5
	kernel 9000 "$LAST" "$LATER"
	trafmetux -u B show-total m
	same "forgotten, '$1': a report" "$3 total: [m= $2 B]" "$status $(cat out)"
	same "forgotten, '$1': says so" "$4" "$(sed 's/^trafmetux: //; s/; .*//' err)"
	trafmetux update
	same "forgotten, '$1': an update goes on from there" "@ $SERIES 30 3000
$LATER $((NOON + 120))
$LAST" "$(tail -n 3 "$FILE")"
	trafmetux -u B show-total m
	same "forgotten, '$1': no figure changes" "$3 total: [m= $2 B]" "$status $(cat out)"
	trafmetux verify
	same "forgotten, '$1': verify knows" "$3" "$status"
	trafmetux verify --repair
	same "forgotten, '$1': repair sets it aside" 0 "$status"
	cp -r archive once
	trafmetux verify --repair
	diff -r once archive && grep -q ': whole$' out
	result "forgotten, '$1': at once"
	rm -r once
	trafmetux -u B show-total m
	same "forgotten, '$1': the figure stays" "0 total: [m= $2 B]" "$status $(cat out)"
	DROPPED=0
}
forgotten "@ $OTHER 0 0" 9500 0 ""
forgotten "x $SERIES 0 0" 9000 1 "$FILE: 1 damaged line, the first is line 4"
# Of what came before it began, or by a name of its own, nothing is taken for it.
archived
DROPPED=5
kernel 9000 "$LAST" "$LATER"
trafmetux -u B show-total m
expect "a new series that the kernel has forgotten the begin of" 0 "total: [m= 9500 B]" ""
archived "@ 2222222222222222 0 0" "$FIRST" "$SECOND"
kernel 9000 "$LAST" "$LATER"
trafmetux -u B show-total m
expect "beside one that another namespace counts" 0 "total: [m= 12500 B]" ""
DROPPED=0

# The clock was set back, and the name in the file that it went on in is damaged.
fresh
printf '@ %s 0 0\n%s 3 300\n@ %s 3 300\n' $SERIES $((NOON + 600)) $SERIES >"$FILE"
BACK=archive/m-$(date -u -d "@$((NOON - 86400))" +%Y-%m-%d)
printf '@ %s 3 300\n%s 4 400\n' 7777777777777777 $((NOON - 86400 + 600)) >"$BACK"
live m $SERIES $((NOON - 86400 + 900)).5 6 600 "created $((NOON + 30)).1" "dropped 4" <<END
$((NOON - 86400 + 780)) 6 600
$((NOON - 86400 + 720)) 5 500
END
trafmetux update
trafmetux -u B show-total m
same "left in all files, an update goes on behind the damaged name" \
	"600 total: [m= 600 B]" "$(total m) $(cat out)"

# Behind damage, where the clock was set back before the series began.
archived "x $SERIES 0 0" "$((NOON - 3600)) 30 3000"
DROPPED=5
kernel 9000 "$LAST" "$LATER"
trafmetux update
trafmetux -u B show-total m
same "behind damage it is taken for its own by a clock that was set back, too" \
	"1 total: [m= 9000 B]" "$status $(cat out)"
DROPPED=0
plan
