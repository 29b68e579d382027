#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The check command by the Monitoring Plugins Development Guidelines: statuses, one
# line, and performance data that a parser of their grammar takes.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

# The guidelines' grammar:
#	'label'=value[UOM];[warn];[crit];[min];[max]
# parted by blanks; a label in quotes if it holds a blank, a quote or "="; values
# of [-0-9.] or U; UOM one of "", s, us, ms, %, B, KB, MB, TB, c; warn and crit
# are ranges: [@]start:end, start may be ~ or left out with its colon.
cat >grammar.py <<'END'
import re, sys
number = r'-?[0-9]+(?:\.[0-9]+)?'
span = rf'@?(?:(?:~|{number})?:(?:{number})?|{number})'
item = re.compile(rf"(?:'(?:[^'=]|'')+'|[^\s'=]+)=(?:{number}|U)(?:s|us|ms|%|B|KB|MB|TB|c)?"
                  rf"(?:;(?:{span})?(?:;(?:{span})?(?:;(?:{number})?(?:;(?:{number})?)?)?)?)?$")
text = sys.stdin.read()
words = {0: 'OK', 1: 'WARNING', 2: 'CRITICAL', 3: 'UNKNOWN'}
faults = []
if text.count('\n') != 1 or not text.endswith('\n'):
    faults.append('not one line')
line = text.rstrip('\n')
if not line.startswith('TRAFMETUX ' + words[int(sys.argv[1])] + ': '):
    faults.append('the status is not the word')
parts = line.split('|')
if len(parts) > 2:
    faults.append('more than one |')
for data in parts[1].split() if len(parts) == 2 else []:
    if not item.match(data):
        faults.append('not performance data: ' + data)
if sys.argv[1] != '3' and len(parts) != 2:
    faults.append('no performance data')
print('\n'.join(faults), end='')
sys.exit(1 if faults else 0)
END
for PYTHON in python3 /usr/bin/python3 ''; do
	[ -n "$PYTHON" ] && PYTHON=$("$PYTHON" -c 'import sys; print(sys.executable)' 2>/dev/null) && break
done

# checked NAME STATUS LINE: what the last run said, and the grammar
checked() {
	same "$1" "status $2
$3
no message" "status $status
$(cat out)
no message$(cat err)"
	same "$1: by the grammar" "" "$("$PYTHON" grammar.py "$status" <out)"
}

# refused NAME LINE: the grammar takes no such line of status 0
refused() {
	printf '%s\n' "$2" | "$PYTHON" grammar.py 0 >/dev/null
	test $? -eq 1
	result "the grammar refuses $1"
}
refused "another word" "TRAFMETUX WARNING: x | a=1"
refused "no performance data" "TRAFMETUX OK: x"
refused "a value that is none" "TRAFMETUX OK: x | a=one"
refused "a unit that is none" "TRAFMETUX OK: x | a=1GB"
refused "a range that is none" "TRAFMETUX OK: x | a=1;1:2:3"
refused "a label with a blank" "TRAFMETUX OK: x | a b=1"

NOW=1614556865
cat >trafmetux.conf <<'END'
[plan home]
monitors = a
amount = 10000 B
period = month
warn = 70%, 90%
[plan none]
monitors = b
amount = 0 B
period = month
[plan later]
monitors = a
amount = 1 GB
period = prepaid from 2190-01-01
[plan odd]
monitors = a
amount = 1 XB
period = day
[plan gone]
monitors = nope
amount = 1 GB
period = day
END

# used BYTES: what monitor a has counted, all of it archived
used() {
	fresh
	live a $SERIES $NOW.25 10 "$1" <<-END
		1614556860 10 $1
	END
	trafmetux update
}
plugin() {
	trafmetux --at $NOW check "$@"
}

used 7000
WORDS="home: 6.84 KB of 9.77 KB used (70 %), 2.93 KB left until 2021-03-31"
plugin home
checked "by the plan's own warnings, at the first one" 0 \
	"TRAFMETUX OK: $WORDS | used=7000B;;;0;10000 percent=70.00%;70;100;0;"
used 7001
plugin home
checked "above it" 1 "TRAFMETUX WARNING: $WORDS | used=7001B;;;0;10000 percent=70.01%;70;100;0;"
used 10000
plugin home
same "all of it is not above all" 1 "$status"
used 10001
plugin home
checked "more than there is" 2 "TRAFMETUX CRITICAL: home: 9.77 KB of 9.77 KB used (100 %), 0.00 KB too much until 2021-03-31 | used=10001B;;;0;10000 percent=100.01%;70;100;0;"

# ranges STATUS -w -c [THRESHOLDS-OF-USED THRESHOLDS-OF-PERCENT]
used 5000
ranges() {
	plugin home -w "$2" -c "$3"
	same "-w $2 -c $3" "$1 ${4-;} ${5-;}" \
		"$status $(sed 's/.*used=5000B;\([^;]*;[^;]*\);0;10000 percent=50.00%;\([^;]*;[^;]*\);0;$/\1 \2/' out)"
	same "-w $2 -c $3: by the grammar" "" "$("$PYTHON" grammar.py "$status" <out)"
}
ranges 0 5000 6000 '5000;6000'
ranges 1 4999 6000 '4999;6000'
ranges 2 1000 4999B '1000;4999'
ranges 0 50% 60% ';' '50;60'
ranges 1 49.99% 60% ';' '49.99;60'
ranges 0 10:5000 10: '10:5000;10:'
ranges 2 0: 5001: '0:;5001:'
ranges 0 ~:5000 ~: '~:5000;~:'
ranges 1 @5000 @4999 '@5000;@4999'
ranges 1 @4KB:5KB 5KB '@4096:5120;5120'
ranges 2 @10:20% @40%:60% ';' '@10:20;@40:60'

# wrong OPTION RANGE
wrong() {
	plugin home "$1" "$2"
	checked "$1 '$2' is no range" 3 "TRAFMETUX UNKNOWN: $1 '$2' is no range; give [@][START:][END] in % or in bytes, such as 80%, ~:2.5GB, 10%: or @90%:100%"
}
wrong -w ''
wrong -w x
wrong -w 10:5
wrong -c 1:2:3
wrong -c @
wrong -w -1
wrong -c ~
wrong -w 10%:5000B
wrong -c 10KB:5KB

# No answer, and why.
plugin
checked "no plan is named" 3 "TRAFMETUX UNKNOWN: check needs the name of a plan"
plugin nope
checked "no such plan" 3 "TRAFMETUX UNKNOWN: nope: no such plan in trafmetux.conf; see trafmetux.conf(5)"
plugin odd
checked "a plan with a fault" 3 "TRAFMETUX UNKNOWN: trafmetux.conf: line 16: amount: '1 XB' is not right; give a number and a unit, such as '3 GB' or '1.5 GiB'"
plugin home --frob
checked "a wrong option" 3 "TRAFMETUX UNKNOWN: unknown option '--frob'"
plugin --help
same "help is no state" "3 Usage: trafmetux [summary]" "$status $(head -n 1 out)"
plugin home --config nowhere
checked "no configuration" 3 "TRAFMETUX UNKNOWN: nowhere: no such file; see trafmetux.conf(5) for what goes into it"
plugin later
checked "no period yet" 3 "TRAFMETUX UNKNOWN: the plan has no period at present"
plugin gone
checked "a missing monitor" 3 "TRAFMETUX UNKNOWN: nope: no such monitor, neither in proc nor in archive; see 'trafmetux list'"

used 5000
trafmetux --at $((NOW + 900)) check home
same "a copy of fifteen minutes ago will do" 0 "$status"
trafmetux --at $((NOW + 1000)) check home
checked "older is stale" 3 "TRAFMETUX UNKNOWN: a was read 16 minutes ago: its file is a copy that is not kept up"
trafmetux --at $((NOW + 1000)) check home --stale 3600
same "unless told otherwise" 0 "$status"
live a $SERIES $((NOW + 1000)).25 12 5002 <<END
1614556920 11 5001
1614556860 10 5000
END
trafmetux --at $((NOW + 1000)) check home
checked "no update for long is stale" 3 "TRAFMETUX UNKNOWN: a was not archived for 15 minutes: see what 'trafmetux update' says, and have cron run it"
trafmetux update
trafmetux --at $((NOW + 1000)) check home
same "after it all is well" 0 "$status"
rm proc/a
plugin home
checked "a monitor that nothing feeds" 3 "TRAFMETUX UNKNOWN: a is not counted: no rule has fed it since the kernel started, or the module is not loaded"

# A configuration that nobody writes to: reading it would never end.
used 5000
mkfifo pipe
plugin home --config pipe -t 1
checked "what takes too long" 3 "TRAFMETUX UNKNOWN: the answer took too long; allow more time with -t"
plugin home -t 0
checked "no time at all" 3 "TRAFMETUX UNKNOWN: -t '0' is not a whole number from 1 on"

# A plan of nothing: there is no percentage of it.
fresh
live b $SERIES $((NOW - 1)).25 1 1 </dev/null
plugin none
checked "anything is more than nothing" 2 "TRAFMETUX CRITICAL: none: 0.00 KB of 0.00 KB used, 0.00 KB too much until 2021-03-31 | used=1B;;;0;0 percent=U;80;100;0;"
plan
