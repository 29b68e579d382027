#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Clocks that are set back and forward again: no byte is lost or counted twice.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

# 2021-03-05, 03, 06 at 12:00.
FIVE=1614945600
THREE=1614772800
SIX=1615032000
CARRY='dropped 0'

fresh
live m $SERIES $FIVE.5 10 1000 "$CARRY" <<END
$FIVE 10 1000
END
trafmetux update
live m $SERIES $THREE.5 20 2000 "$CARRY" <<END
$THREE 20 2000
$FIVE 10 1000
END
trafmetux update
expect "the clock goes back two days" 0 "" ""
same "the newer file is left" "@ $SERIES 10 1000" "$(tail -n 1 archive/m-2021-03-05)"
same "and the older one written" "@ $SERIES 10 1000
$THREE 20 2000" "$(sed -n '2,$p' archive/m-2021-03-03)"
same "the total is exact" 2000 "$(total m)"
trafmetux update
same "and stays" 2000 "$(total m)"
cp -a archive back

# Killed between the two writes.
rm archive/m-2021-03-03
same "killed in between, the second write lacks" 1000 "$(total m)"
trafmetux -u B show-total m
same "a report has it all the same" "total: [m= 2000 B]" "$(cat out)"
trafmetux update
same "the next update brings it" 2000 "$(total m)"
diff -r archive back >differences
result "as if nothing had been"

# Forward again: into the file that was left, then to a new one.
samples="$((FIVE + 60)) 30 3000
$THREE 20 2000
$FIVE 10 1000"
live m $SERIES $((FIVE + 61)).5 30 3000 "$CARRY" <<END
$samples
END
trafmetux -u B show-daily m
expect "a report before the update" 0 "2021-03-03: [m= 1000 B]
2021-03-05: [m= 2000 B]" ""
trafmetux update
same "forward again" 3000 "$(total m)"
trafmetux -u B show-daily m
expect "each on its day" 0 "2021-03-03: [m= 1000 B]
2021-03-05: [m= 2000 B]" ""
rm -r archive
cp -a back archive
live m $SERIES $((SIX + 1)).5 30 3000 "$CARRY" <<END
$SIX 30 3000
$THREE 20 2000
$FIVE 10 1000
END
trafmetux update
trafmetux update
same "forward to a new day" "3000 1" "$(total m) $(grep -c '^@' archive/m-2021-03-06)"
# Nothing of the older days is left in the source.
rm -r archive
cp -a back archive
live m $SERIES $((SIX + 1)).5 30 3000 "dropped 2" <<END
$SIX 30 3000
END
trafmetux update
same "forward, with the older samples gone" "3000 $SIX 30 3000 $THREE" "$(total m) $(tail -n 1 archive/m-2021-03-06)"

# All in one late update, and back and forth several times.
fresh
live m $SERIES $((FIVE + 200)).5 50 5000 "$CARRY" <<END
$((THREE + 60)) 50 5000
$((FIVE + 60)) 40 4000
$SIX 30 3000
$THREE 20 2000
$FIVE 10 1000
END
trafmetux update
same "back and forth in one update" 5000 "$(total m)"
trafmetux update
same "and again" 5000 "$(total m)"
trafmetux -u B show-daily m
expect "on the right days" 0 "2021-03-03: [m= 2000 B]
2021-03-05: [m= 2000 B]
2021-03-06: [m= 1000 B]" ""
live m $SERIES $((FIVE + 200)).5 60 6000 "dropped 5" <<END
$((FIVE + 120)) 60 6000
END
trafmetux update
same "going on" 6000 "$(total m)"

# Back within a day.
fresh
live m $SERIES $FIVE.5 20 2000 "$CARRY" <<END
$((FIVE - 3600)) 20 2000
$FIVE 10 1000
END
trafmetux update
trafmetux update
same "back within a day" "2000 3" "$(total m) $(grep -c '^[0-9@]' archive/m-2021-03-05)"

# A machine without a battery: it starts in 1970, the time comes later. Its
# last run ended on the day it starts again. What was counted meanwhile is in the
# first record of a time that can be; cli_belief.sh has more of that.
fresh
live m 000000000000000a $FIVE.5 10 1000 "$CARRY" <<END
$FIVE 10 1000
END
trafmetux update
live m 000000000000000b 121.5 2 200 "created 5.5" "$CARRY" <<END
120 2 200
END
trafmetux update
same "started in 1970" 1000 "$(total m)"
live m 000000000000000b $((FIVE + 600)).5 3 300 "created 5.5" "$CARRY" <<END
$((FIVE + 600)) 3 300
120 2 200
END
trafmetux -u B show-total m
same "a report finds where it went" "total: [m= 1300 B]" "$(cat out)"
trafmetux update
trafmetux update
same "the time has come" "1300 $((FIVE + 600)) 3 300 0" "$(total m) $(tail -n 1 archive/m-2021-03-05)"
# Earlier releases archived it as of 1970.
rm archive/m-2021-03-05
printf '# trafmetux archive version 1 monitor m zone UTC\n@ %s 0 0\n120 2 200\n' 000000000000000b >archive/m-1970-01-01
live m 000000000000000b $((FIVE + 600)).5 3 300 "created 5.5" "dropped 1" <<END
$((FIVE + 600)) 3 300
END
cp archive/m-1970-01-01 before
: >archive/m-2021-03-05
trafmetux update
same "also when only its creation tells" "300 same" "$(total m) $(cmp -s before archive/m-1970-01-01 && echo same)"

# The zone of the machine changes: records go to other dates.
fresh
live m $SERIES 1614985260.5 1 100 "$CARRY" <<END
1614985260 1 100
END
TZ=Pacific/Kiritimati trafmetux update
live m $SERIES 1614985320.5 2 200 "$CARRY" <<END
1614985320 2 200
1614985260 1 100
END
TZ=Pacific/Pago_Pago trafmetux update
TZ=Pacific/Pago_Pago trafmetux update
same "a journey over the date line" "200 m-2021-03-05 m-2021-03-06" \
	"$(total m) $(cd archive && echo m-*)"

# A full disk, or a kill, leaves a new day's file empty; by the time there is
# room again the kernel's history has lost what was archived before.
LATER=$((SIX + 3 * 86400))
fresh
live m $SERIES $FIVE.5 10 1000 "$CARRY" <<END
$FIVE 10 1000
END
trafmetux update
: >archive/m-2021-03-06
live m $SERIES $LATER.5 15 1500 "created 1600000000.0" "dropped 3" <<END
$LATER 15 1500
END
trafmetux update
same "an empty new file, and a history that overflowed" 1500 "$(total m)"
same "the gap is marked" "$LATER 15 1500 $FIVE" "$(tail -n 1 archive/m-2021-03-09)"
plan
