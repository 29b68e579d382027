#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is known in full is told, once, with what mends it, and changes no status; what
# can't be known is trouble.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
FILE=archive/m-2026-11-28
MENDS="nothing is missing in the sums; mend it with 'trafmetux verify --repair'"
LOST="what it told can't be known; 'trafmetux verify --repair' sets it aside"
AT=1795950600

# damaged: two days of a series that counts still; the first one's end is cut off
damaged() {
	fresh
	printf '@ %s 0 0\n1795870800 5000000 9000000000\n17959' $SERIES >$FILE
	printf '@ %s 5000000 9000000000\n1795942800 5100000 9100000000\n' $SERIES \
		>archive/m-2026-11-29
	live m $SERIES $AT.5 5200000 9200000000 "created 1795000000.1" "dropped 0" <<-END
	$AT 5200000 9200000000
	END
}
printf '[plan %s]\nmonitors = m\namount = 80 GB\nperiod = month from 29\n' a >trafmetux.conf
printf '[plan %s]\nmonitors = m\namount = 90 GB\nperiod = month from 29\n' b >>trafmetux.conf

damaged
trafmetux --at $AT check a
same "check says how much is left" "0 TRAFMETUX OK" "$status $(cut -c 1-12 out)"
trafmetux --at $AT summary
same "a summary of two plans tells it once" "0
trafmetux: $FILE: the last line is cut off; $MENDS" "$status
$(cat err)"
trafmetux --at $AT ledger a
same "the ledger has its periods" "0 2" "$status $(grep -c '^20' out)"
trafmetux verify
same "verify answers 1" 1 $status
trafmetux verify --repair
same "repair makes it a comment" "0 # damaged: 17959" "$status $(tail -n 1 $FILE)"
trafmetux verify
same "and it is whole" 0 $status

# Nothing comes after it in its series: nobody knows what it told.
damaged
rm archive/m-2026-11-29
live m 1111111111111111 $AT.5 1 100 "created 1795000000.1" "dropped 0" </dev/null
trafmetux -u B show-total m
expect "a record lost at the end of a series" 1 "total: [m= 9000000100 B]" \
	"trafmetux: $FILE: the last line is cut off; $LOST"
trafmetux --at $AT check a
same "is UNKNOWN for check" "3 TRAFMETUX UNKNOWN" "$status $(cut -c 1-17 out)"

# A new series goes on in the same file.
damaged
printf '#\n@ 1111111111111111 0 0\n1795872000 10 1000\n' >>$FILE
trafmetux -u B show-total m
same "one that ended within a file" "1 trafmetux: $FILE: 1 damaged line, the first is line 3; $LOST" \
	"$status $(cat err)"

# Windows was here.
damaged
sed -i '$d' $FILE
sed -i 's/$/\r/' archive/m-*
WINDOWS="its lines end as on Windows; all of it is read; mend it with 'trafmetux verify --repair'"
trafmetux -u B show-daily m
expect "carriage returns" 0 "2026-11-28: [m= 9000000000 B]
2026-11-29: [m= 200000000 B]" "trafmetux: $FILE: $WINDOWS
trafmetux: archive/m-2026-11-29: $WINDOWS"
trafmetux update
expect "are written on" 0 "" ""
same "without any" "$AT 5200000 9200000000" "$(tail -n 1 archive/m-2026-11-29)"
trafmetux -u B show-daily m
same "all is read" "2026-11-28: [m= 9000000000 B]
2026-11-29: [m= 200000000 B]" "$(cat out)"
sed 's/\r$//' archive/m-2026-11-29 >plain
trafmetux verify --repair
cmp -s plain archive/m-2026-11-29
result "repair takes them, and nothing else"
trafmetux -u B show-daily m
expect "and nothing is told any more" 0 "2026-11-28: [m= 9000000000 B]
2026-11-29: [m= 200000000 B]" ""
damaged
sed -i 's/$/\r/' archive/m-2026-11-29
printf '%s 5200000 9200000000\r' $AT >>archive/m-2026-11-29
trafmetux update
same "one that is cut off in the middle of its end" "$(printf '%s 5200000 9200000000\r#' $AT)
@ $SERIES 5100000 9100000000
$AT 5200000 9200000000" "$(tail -n 3 archive/m-2026-11-29)"

# An archive that can't be read may hold all of it.
fresh
rmdir archive
touch archive
live m $SERIES $AT.5 5200000 9200000000 "dropped 7" <<END
$AT 5200000 9200000000
$((AT - 60)) 5190000 9190000000
END
trafmetux -u B show-daily m
expect "no directory: only what the kernel's samples tell" 1 "2026-11-29: [m= 10000000 B]" \
	"trafmetux: archive: not a directory; name a directory"
rm archive
mkdir archive
printf '# trafmetux archive version 2 monitor m zone UTC\n' >archive/m-2026-11-29
trafmetux -u B show-daily m
expect "a file that can't be read" 1 "2026-11-29: [m= 10000000 B]" \
	"trafmetux: archive/m-2026-11-29: written by a newer trafmetux (archive version 2); install that version"
printf '@ %s 0 0\n%s 5100000 9100000000\n' $SERIES $((AT - 3600)) >archive/m-2026-11-30
trafmetux -u B show-daily m
same "an older one is no matter" "2026-11-29: [m= 9200000000 B]" "$(cat out)"

# What the kernel still tells is not counted to another minute, nor written to one.
fresh
printf '@ %s 0 0\n1795867200 10 1000\n1795867260 2x 2000\n' $SERIES >archive/m-2026-11-28
printf '@ %s 40 4000\n1795950540 50 5000\n' $SERIES >archive/m-2026-11-29
held() {
	live m $SERIES $AT.5 60 6000 "created 1795860000.0" "dropped ${1:-0}" <<-END
	$AT 60 6000
	1795950540 50 5000
	1795910400 40 4000
	1795870800 30 3000
	1795867260 20 2000
	1795867200 10 1000
	END
}
held
hours() {
	trafmetux -u B show-hourly m
	cat out
}
hours >before
[ "$(wc -l <before)" -ge 4 ]
result "hours as the kernel tells them" || sed 's/^/# /' before
trafmetux verify
same "verify knows" "missing records of 3000 bytes, which the kernel still has" "$(sed 's/.*missing/missing/' out)"
cp -r archive damaged
trafmetux verify --repair
same "repair takes what the kernel has" "0 m: 2 files, 5 records: whole" "$status $(tail -n 1 out)"
hours >after
cmp -s before after
result "reports stay" || diff before after | sed 's/^/# /'
trafmetux update
rm -r proc
hours >alone
cmp -s before alone
result "and the archive has it by itself" || diff before alone | sed 's/^/# /'

# The same by the next update, where a power loss took a day in the middle.
mkdir proc
rm -r archive
mkdir archive
printf '@ %s 0 0\n1795867200 10 1000\n' $SERIES >archive/m-2026-11-28
printf '@ %s 40 4000\n1795950540 50 5000\n' $SERIES >archive/m-2026-11-29
held 3
trafmetux update --sync never
expect "a day that was lost" 0 "" ""
rm proc/m
hours >alone
cmp -s before alone
result "is written again" || diff before alone | sed 's/^/# /'
trafmetux verify
same "and the archive is whole" "0 m: 2 files, 6 records: whole" "$status $(cat out)"
plan
