#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Hooks: once for each threshold of a period, in order, retried until they succeed.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
NOW=$(date +%s)
HOOKS=archive/plans/home.hooks

# The hook notes its words and what it is told; with a file "broken" it fails.
cat >hook <<'END'
#!/bin/sh
[ ! -e "${0%/*}/broken" ] || exit 3
{
	echo "[$1][$2] $TRAFMETUX_PLAN $TRAFMETUX_THRESHOLD% of $TRAFMETUX_AVAILABLE:" \
		"$TRAFMETUX_PERCENT% $TRAFMETUX_USED left $TRAFMETUX_LEFT"
} >>"${0%/*}/given"
echo "$TRAFMETUX_PERIOD|$TRAFMETUX_PERIOD_START|$TRAFMETUX_PERIOD_END|$TRAFMETUX_WORDS|${INHERITED-}" >"${0%/*}/told"
! read -r line
END
chmod +x hook
cat >trafmetux.conf <<END
[plan home]
monitors = a
amount = 10000 B
period = prepaid from 2000-01-01
warn = 100%, 80%, 90.5%
hook = "$WORK/hook" 'two words' \$HOME;x
END
# counted BYTES: by monitor a, up to now
counted() {
	live a $SERIES "$NOW.5" 10 "$1" </dev/null
}
# given: what the hook was called with since this was asked last
given() {
	cat given 2>/dev/null
	rm -f given
}

fresh
counted 7999
trafmetux update
expect "below the first threshold: nothing" 0 "" ""
same "no hook was run" "" "$(given)"
grep -qx "begin [0-9]*" $HOOKS
result "and the file begins"
counted 8000
trafmetux update
expect "an update with a hook says nothing" 0 "" ""
same "on the threshold it is run" "[two words][\$HOME;x] home 80% of 10000: 80% 8000 left 2000" "$(given)"
INHERITED=yes
export INHERITED
trafmetux update
trafmetux update
same "once" "" "$(given)"
same "its line" "given $(seconds UTC 2000-01-01) 8000" "$(sed -n 's/\(given [0-9]* [0-9]*\) [0-9]*$/\1/p' $HOOKS)"

counted 12345
trafmetux update
same "two more at once: in ascending order" "[two words][\$HOME;x] home 90.50% of 10000: 123.45% 12345 left -2345
[two words][\$HOME;x] home 100% of 10000: 123.45% 12345 left -2345" "$(given)"
same "it is told the period, words, and the machine's variables" \
	"2000-01-01 -|$(seconds UTC 2000-01-01)||12.06 KB of 9.77 KB used (123 %), 2.29 KB too much|yes" "$(cat told)"
trafmetux update
same "and never again" "" "$(given)"

sed -i 's/amount = 10000/amount = 12000/' trafmetux.conf
trafmetux update
same "an edited amount does not repeat them" "" "$(given)"
rm $HOOKS
touch broken
trafmetux update
expect "a hook that fails is reported" 1 "" "trafmetux: home: the hook for 80 % ended with status 3; the next update tries again"
same "what would come after it waits" 0 "$(grep -c given $HOOKS)"
rm broken
trafmetux update
same "and all are tried again" 3 "$(given | wc -l)"
mv hook gone
rm $HOOKS
trafmetux update
expect "one that is not there" 1 "" "trafmetux: home: the hook for 80 % could not be run: No such file or directory; the next update tries again"
mv gone hook
rm -f given

# Killed after the hook and before its line, it is run once more; after it, not.
sed -i '$d' $HOOKS
trafmetux update
rm -f given
sed -i '$d' $HOOKS
trafmetux update
same "what has no line is given again" 1 "$(given | wc -l)"
printf 'given 9466' >>$HOOKS
trafmetux update
same "a line that was cut off is reported" "trafmetux: $HOOKS: line 6: damaged; a warning may be given once more; mend it with 'trafmetux verify --repair'" "$(head -n 1 err)"
same "and nothing is given twice for it" "" "$(given)"
# 4294968 percent more than it is: that warning was not given.
sed -i "s/^\(given [0-9]*\) 8000 /\1 $((8000 + 4294967296)) /; \$d" $HOOKS
trafmetux update
grep -q 'damaged; a warning may be given once more' err
result "a threshold that no plan can have is reported"
same "and taken for no other" 1 "$(given | wc -l)"

# Two updates at a time: one of them has the plan.
cat >hook <<'END'
#!/bin/sh
echo once >>"${0%/*}/given"
while [ ! -e "${0%/*}/go" ]; do sleep 0.1; done
END
rm -f $HOOKS
trafmetux update &
first=$!
while [ ! -e given ]; do
	sleep 0.1
done
"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf update >out2 2>err2
same "a second update leaves the plan to the first" "0 once" "$(cat out2 err2 | wc -c) $(cat given)"
touch go
wait $first
same "which goes on" "once once once" "$(given | tr '\n' ' ' | sed 's/ $//')"

# A threshold crossed in the last minute of a period, seen after its end.
fresh
TODAY=$(date -u +%Y-%m-%d)
START=$(seconds UTC "$TODAY")
YESTERDAY=$(date -u -d "@$((START - 86400))" +%Y-%m-%d)
cat >hook <<'END'
#!/bin/sh
echo "$TRAFMETUX_PERIOD $TRAFMETUX_THRESHOLD" >>"${0%/*}/given"
END
sed -i "s/^period = .*/period = day/; s/^hook = .*/hook = $(echo "$WORK" | sed 's/[/]/\\&/g')\/hook/; s/12000/10000/" trafmetux.conf
printf '@ %s 0 0\n%d 1 8000\n' $SERIES "$START" >"archive/a-$YESTERDAY"
live a $SERIES "$NOW.5" 2 8001 </dev/null
trafmetux update
same "of what ended before the hook was there, no warning is given" "" "$(given)"
sed -i "s/^begin .*/begin $((START - 3600))/" $HOOKS
trafmetux update
same "but of the period that ended since" "$YESTERDAY 80" "$(given)"
trafmetux update
same "once" "" "$(given)"

# The examples, with programs that note what they are given.
mkdir bin
for name in mail logger; do
	printf '#!/bin/sh\necho "%s $*" >>%s\ncat >>%s\n' $name "$WORK/given" "$WORK/given" >bin/$name
	chmod +x bin/$name
done
EXAMPLES=$(cd "$HERE/../../docs/examples" && pwd)
rm $HOOKS
sed -i "s/^hook = .*/hook = $(echo "$EXAMPLES" | sed 's/[/]/\\&/g')\/hook-mail you@example.org/; s/^amount = .*/amount = 1 B/; s/^warn = .*/warn = 80%/" trafmetux.conf
PATH=$WORK/bin:$PATH
trafmetux update
same "the example mails" "mail -s home: 80 % of the traffic is used you@example.org
0.00 KB of 0.00 KB used (100 %), 0.00 KB left until $TODAY.

Plan: home
Period: $TODAY" "$(given)"
rm $HOOKS
sed -i "s/hook-mail.*/hook-journal/" trafmetux.conf
trafmetux update
same "the other writes to the journal" "logger --journald
MESSAGE=home: 0.00 KB of 0.00 KB used (100 %), 0.00 KB left until $TODAY
PRIORITY=4
SYSLOG_IDENTIFIER=trafmetux
TRAFMETUX_PLAN=home
TRAFMETUX_THRESHOLD=80
TRAFMETUX_USED=1
TRAFMETUX_AVAILABLE=1" "$(given)"
plan
