#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Damaged, planted, unreadable and future files of the archive.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
FILE=archive/m-2021-03-01
KNOWN="; nothing is missing in the sums; mend it with 'trafmetux verify --repair'"
UNKNOWN="; what it told can't be known; 'trafmetux verify --repair' sets it aside"

# archive: the file's text comes on standard input
archive() {
	fresh
	cat >$FILE
}

# report: the bytes of m
report() {
	trafmetux -u B show-total m
}

archive <<END
@ $SERIES 0 0
1614556860 1 100
161455x920 2 200
1614556980 3 300
END
report
expect "a damaged record" 0 "total: [m= 300 B]" "trafmetux: $FILE: 1 damaged line, the first is line 3$KNOWN"

archive <<END
1614556800 1 100
@ $SERIES 0 0
1614556860 1 100
1614556860 1 100
1614556980 3 300
1614556920 2 200
1614557040 4 400
END
report
expect "before any series, doubled, swapped" 0 "total: [m= 400 B]" \
	"trafmetux: $FILE: 2 damaged lines, the first is line 1$KNOWN"

archive <<END
@ $SERIES 0 0
1614556860 1 100
END
printf '1614556920 2 200' >>$FILE
report
expect "a last line that is cut off" 1 "total: [m= 100 B]" \
	"trafmetux: $FILE: the last line is cut off$UNKNOWN"
live m $SERIES 1614556921.0 2 200 <<END
1614556920 2 200
1614556860 1 100
END
report
expect "the kernel tells it still" 0 "total: [m= 200 B]" \
	"trafmetux: $FILE: the last line is cut off$KNOWN"
trafmetux update
expect "update writes it again" 0 "" ""
same "and adds what it lacks" "@ $SERIES 0 0
1614556860 1 100
1614556920 2 200#
@ $SERIES 1 100
1614556920 2 200" "$(cat $FILE)"
report
expect "the line that was cut off stays damaged" 0 "total: [m= 200 B]" \
	"trafmetux: $FILE: 1 damaged line, the first is line 3$KNOWN"

archive <<END
@ $SERIES 0 0
1614556860 1 100
END
{
	printf '1614556920 2 200\r\r\n'
	printf '\000\000\000\000\n1614556980 \0003 300\n'
	head -c 32768 /dev/zero | tr '\000' 9
	printf '\n1614557040 4 400\n'
	head -c 200000 /dev/zero | tr '\000' x
} >>$FILE
report
expect "carriage returns, NULs, 32 KB and 200 KB lines" 1 "total: [m= 400 B]" \
	"trafmetux: $FILE: 4 damaged lines, the first is line 3; the last line is cut off$UNKNOWN"

: >$FILE
for _ in 1 2 3; do
	: >$FILE
	report
	[ "$status" -ne 0 ] || break
done
expect "a file that an update has just made, and not written to" 0 "total: [m= 0 B]" ""
EMPTY="empty$UNKNOWN"
age archive
report
expect "an emptied file" 1 "total: [m= 0 B]" "trafmetux: $FILE: $EMPTY"
trafmetux verify
expect "is told by verify" 1 "m: 1 file, 0 records: 0 damaged lines in 0 files, 1 empty file" "trafmetux: $FILE: $EMPTY"
for month in 2021-01 2021-02; do
	cp $FILE archive/m-$month
done
age archive
trafmetux -u B show-monthly m
expect "and those of months" 1 "" "trafmetux: archive/m-2021-01: $EMPTY
trafmetux: archive/m-2021-02: $EMPTY
trafmetux: $FILE: $EMPTY"
rm archive/m-2021-0?
printf 'notes\n' >$FILE
report
expect "some other text" 1 "total: [m= 0 B]" "trafmetux: $FILE: 1 damaged line, the first is line 1$UNKNOWN"

archive <<END
# trafmetux archive version 2 monitor m zone UTC
@ $SERIES 0 0
1614556860 1 100
END
printf '@ %s 0 0\n1614470460 1 50\n' 000000000000000a >archive/m-2021-02-28
printf '@ %s 0 0\n1614470460 1 50\n' 000000000000000b >archive/other-2021-02-28
cp $FILE before
live m $SERIES 1614556921.0 2 200 <<END
1614556920 2 200
END
live other 000000000000000b 1614556921.0 2 200 <<END
1614556920 2 200
END
trafmetux update
expect "a newer format is not written to" 1 "" \
	"trafmetux: $FILE: written by a newer trafmetux (archive version 2); install that version"
cmp -s before $FILE
result "not a byte"
same "the other monitor was served" 200 "$(total other)"
rm proc/*
trafmetux -u B show-total m other
expect "nor read; the other files are" 1 "total: [m= 50 B] [other= 200 B]" \
	"trafmetux: $FILE: written by a newer trafmetux (archive version 2); install that version"

# Planted files: a link to a file that must not change, a pipe, a directory.
fresh
echo precious >precious
ln -s ../precious archive/m-2021-03-01
mkfifo archive/p-2021-03-01
mkdir archive/d-2021-03-01
for name in m p d; do
	live $name $SERIES 1614556921.0 2 200 <<END
1614556920 2 200
END
done
trafmetux update
expect "links, pipes and directories are not opened" 1 "" \
"trafmetux: archive/d-2021-03-01: not a regular file; move it away
trafmetux: archive/m-2021-03-01: not a regular file; move it away
trafmetux: archive/p-2021-03-01: not a regular file; move it away"
same "the link's target is as it was" precious "$(cat precious)"
trafmetux -u B show-total p
expect "nor by show; live traffic is shown" 1 "total: [p= 200 B]" \
	"trafmetux: archive/p-2021-03-01: not a regular file; move it away"
fresh
ln -s ../precious archive/.lock
live m $SERIES 1614556921.0 2 200 </dev/null
trafmetux update
expect "a planted lock" 1 "" "trafmetux: archive/.lock: not a regular file; move it away"

# Names that are none of ours, and a monitor with a date in its name.
fresh
printf '@ %s 0 0\n1614556860 1 100\n' $SERIES >archive/a-2008-10-27-2021-03-01
touch archive/README archive/a-2021-02-30 archive/.a-2021-03-01 archive/a-2021-03-01.bak
trafmetux --csv list
expect "names are split at the last date" 0 'monitor,live,rules,archived_since,series
a-2008-10-27,no,,1614556860,' ""
trafmetux show-total a-2008-10-27
expect "and read" 0 "total: [a-2008-10-27= 0.10 KB]" ""

# The future, by the machine's clock whatever --at says.
fresh
today=$(date +%F)
tomorrow=$(date -d tomorrow +%F)
printf '@ %s 0 0\n1614556860 1 100\n' $SERIES >"archive/m-$today"
sed 's/^@ ./@ a/' "archive/m-$today" >"archive/m-$tomorrow"
sed 's/^@ ./@ b/' "archive/m-$today" >archive/m-9998-03-01
trafmetux -u B --at '9999-01-01 12:00' show-total m
expect "a file from the future is told and counted" 1 "total: [m= 300 B]" \
	"trafmetux: archive/m-9998-03-01: dated in the future; if the clock is right, run 'trafmetux clock --accept'"
live m $SERIES 1614556981.0 2 200 <<END
1614556980 2 200
END
trafmetux update
expect "update does not, every minute: its name alone is of the future" 0 "" ""
same "and goes on" 400 "$(total m | sed 's/^$/nothing/')"

# A record above what the kernel counted: bits flipped upwards.
fresh
printf '@ %s 0 0\n1614556860 1 100\n1614556920 2 9200\n' $SERIES >$FILE
live m $SERIES 1614557041.0 4 400 <<END
1614556980 3 300
1614556920 2 200
1614556860 1 100
END
trafmetux update
expect "a record that can't be true does not stop the archive" 1 "" \
	"trafmetux: $FILE: holds a damaged record, above what the kernel has counted; move that line out of the file"
sed -i '/ 9200$/d' $FILE
same "nothing is missing once it is out" 300 "$(total m)"

# Permissions say nothing to root.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	archive <<END
@ $SERIES 0 0
1614556860 1 100
END
	printf '@ %s 0 0\n1614470460 1 50\n' 000000000000000a >archive/m-2021-02-28
	chmod 600 $FILE
	chmod 755 "$WORK"
	status=0
	setpriv --reuid=65534 --regid=65534 --clear-groups env ASAN_OPTIONS="$NO_LEAKS" "$PROGRAM" \
		--archive-dir archive --proc-dir proc -u B show-total m \
		>out 2>err || status=$?
	if [ "$status" -eq 126 ] || [ "$status" -eq 127 ]; then
		echo "# skipped: an ordinary user can't reach the program"
	else
		expect "an unreadable file; the others are served" 1 "total: [m= 50 B]" \
			"trafmetux: $FILE: permission denied; run as root or change its mode with chmod"
	fi
fi

# What damage took of a series is known only where the same one is told of around it.
# two_series FILE: one that ended, and one behind it; the figures are 300 and 700
two_series() {
	cat >"$1" <<-END
	# trafmetux archive version 1 monitor m zone UTC
	@ 000000000000000a 0 0
	1614556860 1 100
	1614556920 2 200
	1614556980 3 300
	@ $SERIES 0 0
	1614557100 5 500
	1614557160 6 600
	1614557220 7 700
	END
}

# unknown NAME BYTES LINES FIRST SED: what of the file is damaged so can't be known
unknown() {
	fresh
	two_series $FILE
	sed -i "$5" $FILE
	report
	_lines=s
	[ "$3" -gt 1 ] || _lines=''
	expect "$1" 1 "total: [m= $2 B]" \
		"trafmetux: $FILE: $3 damaged line$_lines, the first is line $4$UNKNOWN"
}
unknown "the name of the first series, and its records are of none" 700 4 2 "2s/@/0/"
unknown "part of that name" 700 4 2 "2s/00000//"
unknown "the name of a series behind another one" 700 1 6 "6s/@/0/"
unknown "that line and the one before it in one" 700 1 5 "5{N;s/\\n//}"
unknown "that line, and something else in its place" 700 1 6 "6s/.*/something else/"
unknown "the last record of a series, lower now" 900 1 5 "5s/3 300/0 30/"
unknown "the first lines cut off before another series" 700 1 2 "3,5d; 2s/ 0 0/#/"

# The same damage where the same series is told of around it.
fresh
two_series $FILE
sed -i '2,5d; s/^1614557160.*/something else/' $FILE
printf '@ %s 7 700\n1614643260 8 800\n' $SERIES >archive/m-2021-03-02
report
expect "what may have named a series is known when the next file tells of the one before" 0 \
	"total: [m= 800 B]" "trafmetux: $FILE: 1 damaged line, the first is line 4$KNOWN"
fresh
two_series $FILE
sed -i '2,5d' $FILE
printf '@ %s 7 7X0\n1614643260 8 800\n1614643320 9 900\n@ %s 9 900\n' $SERIES $SERIES >archive/m-2021-03-02
report
expect "records of no series, of which nothing goes on" 1 "total: [m= 700 B]" \
	"trafmetux: archive/m-2021-03-02: 3 damaged lines, the first is line 1$UNKNOWN"
echo 1614643380 10 1000 >>archive/m-2021-03-02
report
expect "records of no series are known between the states of one" 0 "total: [m= 1000 B]" \
	"trafmetux: archive/m-2021-03-02: 3 damaged lines, the first is line 1$KNOWN"
sed -i 's/^1614643260.*/1614643260 4 400/' archive/m-2021-03-02
report
expect "but not those below them" 1 "total: [m= 1000 B]" \
	"trafmetux: archive/m-2021-03-02: 3 damaged lines, the first is line 1$UNKNOWN"

# A record that the next file refutes tells nothing of how far the archive has come.
fresh
printf '@ %s 0 0\n1614556860 1 100\n1614556920 92 200\n' $SERIES >$FILE
printf '@ %s 2 200\n1614643260 8 800\n' $SERIES >archive/m-2021-03-02
live m $SERIES 1614643381.0 100 1000 </dev/null
report
expect "a damaged record above the next file's is not gone on from" 0 "total: [m= 1000 B]" \
	"trafmetux: $FILE: 1 damaged line, the first is line 3$KNOWN"

# emptied SERIES DROPPED SAMPLE...: the newest file was emptied, and the kernel has these samples
HEADER="# trafmetux archive version 1 monitor m zone UTC"
emptied() {
	fresh
	printf '@ %s 0 0\n1614556860 1 100\n1614556920 2 200\n' "$1" >$FILE
	: >archive/m-2021-03-02
	_dropped=$2
	shift 2
	for _sample in "$@"; do
		echo "$_sample"
	done | live m $SERIES 1614650000.5 9 900 "dropped $_dropped"
	age archive
}

# What an update that was killed has left, and all else that the kernel can tell again.
emptied $SERIES 0 "1614643320 8 800" "1614643260 7 700"
report
expect "an emptied file between states of one series" 0 "total: [m= 900 B]" \
	"trafmetux: archive/m-2021-03-02: empty$KNOWN"
trafmetux verify
same "verify answers that something is to be mended" 1 "$status"
trafmetux doctor
same "doctor names it" 1 "$(grep -c "m-2021-03-02: empty$KNOWN\$" err)"
trafmetux update
expect "the kernel has all of it" 0 "" ""
same "and it is written again" "$HEADER
@ $SERIES 2 200
1614643260 7 700
1614643320 8 800" "$(cat archive/m-2021-03-02)"
report
expect "nothing is to be told" 0 "total: [m= 900 B]" ""

# mended NAME BYTES: repair sets aside in one run what was told of such a file
mended() {
	trafmetux verify --repair
	same "$1: repair" 0 "$status"
	trafmetux verify --repair
	expect "$1: has nothing to do again" 0 "m: 2 files, $3 records: whole" ""
	report
	expect "$1: and no figure changes" 0 "total: [m= $2 B]" ""
}

# The kernel has not all of it any more.
emptied $SERIES 3 "1614643320 8 800" "1614643260 7 700"
trafmetux update
same "what is missing is told in the file" "$HEADER
# lost
@ $SERIES 2 200
1614643260 7 700 1614556920
1614643320 8 800" "$(cat archive/m-2021-03-02)"
report
expect "and by reports, which have all of its bytes" 0 "total: [m= 900 B]" \
	"trafmetux: archive/m-2021-03-02: 1 damaged line, the first is line 2$KNOWN"
trafmetux verify
expect "and by verify" 1 "m: 2 files, 4 records: 1 damaged line in 1 file" \
	"trafmetux: archive/m-2021-03-02: 1 damaged line, the first is line 2$KNOWN"
trafmetux doctor
same "and by doctor" 1 "$(grep -c "m-2021-03-02: 1 damaged line, .*$KNOWN\$" err)"
mended "a gap" 900 4

# Another series may have been in it.
emptied 000000000000000a 0 "1614643320 8 800" "1614643260 7 700"
report
expect "an emptied file between two series" 1 "total: [m= 1100 B]" "trafmetux: archive/m-2021-03-02: $EMPTY"
trafmetux update
report
expect "stays unknown when it is written on" 1 "total: [m= 1100 B]" \
	"trafmetux: archive/m-2021-03-02: 1 damaged line, the first is line 2$UNKNOWN"
trafmetux update
report
same "it is told by each report" 1 "$status"
mended "two series" 1100 4

# Empty to the end: repair makes a file without records of it.
emptied $SERIES 0
rm proc/m
report
expect "an empty file that nothing follows" 1 "total: [m= 200 B]" "trafmetux: archive/m-2021-03-02: $EMPTY"
mended "empty" 200 2
same "what is left" "$HEADER" "$(cat archive/m-2021-03-02)"

# Where there is no room for the first lines of a file, it is taken away again.
fresh
live m $SERIES 1614650000.5 9 900 <<END
1614643260 7 700
END
cat >limited <<END
#!/bin/sh
ulimit -f 0
exec "$PROGRAM" "\$@" | cat
END
chmod +x limited
PROGRAM_OWN=$PROGRAM PROGRAM=./limited
trafmetux update
PROGRAM=$PROGRAM_OWN
same "a full disk leaves no empty file" "" "$(ls archive)"
trafmetux update
expect "and the next update has nothing to tell" 0 "" ""


# A first line that others became a part of: an end of line, or all bytes up to the next
# series, as a disk leaves its first block.
for kind in NULs newline; do
	fresh
	printf '# trafmetux archive version 1 monitor m zone UTC\n@ %s 0 0\n%s\n' \
		1111111111111111 "1614556860 5000 5000000" >first
	printf '@ %s 0 0\n1614560460 10 1000\n' $SERIES >rest
	line=2
	[ $kind = newline ] || line=1
	case $kind in
	NULs)
		head -c $(($(wc -c <first) - 1)) /dev/zero
		echo ;;
	newline)
		sed '1{N;s/\n/x/}' first ;;
	esac | cat - rest >archive/m-2021-03-01
	trafmetux -u B show-total m
	expect "lines in the first line, $kind: not known" 1 "total: [m= 1000 B]" \
		"trafmetux: archive/m-2021-03-01: 1 damaged line, the first is line $line$UNKNOWN"
done
plan
