#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What was counted near the wire is told apart from what was counted on it, wherever figures
# are shown, and by whatever way they come: from files, months, thinned months or the index.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

# 2021-03-01, 02 and 03, at 12:00.
FIRST=1614600000
NEAR=00000000000000aa
WIRE=00000000000000bb

# archive: monitor m was by nft for a day, then by the kernel module; n always by that
archive() {
	fresh
	printf '%s\n' "# trafmetux archive version 1 monitor m zone UTC" \
		"# source $NEAR nft about 3 300" "@ $NEAR 0 0" \
		"$FIRST 1 100" "# source $NEAR nft about 3 300" "@ $NEAR 1 100" \
		"$((FIRST + 60)) 2 200" >archive/m-2021-03-01
	printf '%s\n' "# trafmetux archive version 1 monitor m zone UTC" \
		"@ $WIRE 0 0" "$((FIRST + 86400)) 1 1000" >archive/m-2021-03-02
	printf '%s\n' "# trafmetux archive version 1 monitor m zone UTC" \
		"@ $WIRE 1 1000" "$((FIRST + 2 * 86400)) 2 2000" >archive/m-2021-03-03
	sed "s/ m / n /; /# source/d" archive/m-2021-03-01 >archive/n-2021-03-01
}

# reports NAME: reports of m, over days of either kind and of both
reports() {
	trafmetux -u B show-daily --from 2021-03-01 --to 2021-03-01 m
	expect "$1: a day near the wire" 0 "2021-03-01: [m= ~200 B]" ""
	trafmetux -u B show-daily --from 2021-03-02 m
	expect "$1: days on it" 0 "2021-03-02: [m= 1000 B]
2021-03-03: [m= 1000 B]" ""
	trafmetux -u B show-monthly m n 'both=m+n'
	expect "$1: both" 0 "2021-03: [m= ~2200 B] [n= 200 B] [both= ~2400 B]" ""
	trafmetux -u B show-minutely --to 2021-03-01 m
	expect "$1: minutes" 0 "2021-03-01 11:59-12:00: [m= ~100 B]
2021-03-01 12:00-12:01: [m= ~100 B]" ""
}

archive
reports "files"
trafmetux --table -u B show-total m n
expect "a table" 0 "period        m      n
total   ~2200 B  200 B" ""
trafmetux --csv show-total m n
expect "CSV" 0 "period,start,end,monitor,packets,bytes,exact
total,,,m,4,2200,no
total,,,n,2,200,yes" ""
trafmetux --csv show-total n
expect "CSV without any" 0 "period,start,end,monitor,packets,bytes
total,,,n,2,200" ""
trafmetux --json show-total m n
expect "JSON" 0 '{"version":1,"report":"total","timezone":"UTC","monitors":["m","n"],"rows":[
{"period":"total","start":null,"end":null,"monitors":[{"name":"m","exact":false,"packets":4,"bytes":2200},{"name":"n","packets":2,"bytes":200}]}
]}' ""
trafmetux list
expect "of a list it is what was counted last that matters" 0 "$(printf '%s\n' \
	"monitor  live  rules  archived since       series" \
	"m        no        -  2021-03-01 12:00:00  -" \
	"n        no        -  2021-03-01 12:00:00  -")" ""
rm archive/m-2021-03-0[23]
trafmetux list m
expect "a list" 0 "$(printf '%s\n' \
	"monitor  live  rules  archived since       series" \
	"m        no        -  2021-03-01 12:00:00  -  not wire-exact")" ""
trafmetux --csv list
expect "a list as CSV" 0 "monitor,live,rules,archived_since,series,exact
m,no,,$FIRST,,no
n,no,,$FIRST,,yes" ""
trafmetux --json list
expect "a list as JSON" 0 '{"version":1,"monitors":[
{"name":"m","live":false,"rules":null,"archived_since":1614600000,"series":null,"exact":false},
{"name":"n","live":false,"rules":null,"archived_since":1614600000,"series":null}
]}' ""
trafmetux explain m
grep -q "^  $NEAR: begins at 0 (chosen, reboot, made anew or set back), by nft, not wire-exact, 2021" out
result "explain" || cat out
trafmetux --json explain m
grep -q '"begin":"new","source":"nft","exact":false,"base_packets":0' out
result "explain as JSON" || cat out

# Plans.
cat >trafmetux.conf <<'END'
[plan near]
monitors = m
amount = 1 KB
period = month
[plan wire]
monitors = n
amount = 1 KB
period = month
END
AT='2021-03-01 13:00'
trafmetux --at "$AT" plan near
same "a plan" "near: about 0.20 KB of 1.00 KB used (19 %), 0.80 KB left until 2021-03-31." \
	"$(sed -n 1p out)"
trafmetux --at "$AT" plan wire
same "another" "wire: 0.20 KB of 1.00 KB used (19 %), 0.80 KB left until 2021-03-31." \
	"$(sed -n 1p out)"
trafmetux --at "$AT"
same "the summary" "m            ~0.20 KB      ~0.20 KB
n             0.20 KB       0.20 KB" "$(grep '^[mn] ' out)"
printf 'version 1\nseries %s\ntime %s\npackets 2\nbytes 200\n' "$NEAR" "$((FIRST + 3599)).5" >proc/m
trafmetux --at "$AT" check near
rm proc/m
case $(cat out) in
"TRAFMETUX OK: near: about 0.20 KB of 1.00 KB used (19 %)"*) true ;;
*) false ;;
esac
result "a check" || cat out err
trafmetux --at "$AT" ledger near
same "a ledger" "~0.20 KB ~0.80 KB" \
	"$(awk 'NR == 2 { print $(NF - 5) " " $(NF - 4), $(NF - 1) " " $NF }' out)"
trafmetux --at "$AT" --json ledger near
grep -q '"used":200,"free":0,"left":824,"exact":false}' out
result "a ledger as JSON" || cat out
: >trafmetux.conf

# The index, months, and thinned months.
archive
cat >proc/m <<END
version 1
series $WIRE
time $((FIRST + 2 * 86400 + 60)).5
packets 2
bytes 2000
END
age archive
trafmetux update
grep -q " ~$NEAR 0 0 2 200 " archive/.index/m.days
result "the index has it" || cat archive/.index/m.days
rm proc/m
reports "the index"
trafmetux compact --at '2021-05-02 12:00'
trafmetux compact --at '2021-05-02 12:00'
test -f archive/m-2021-03
result "a month's file" || ls archive
reports "a month"
rm archive/m-2021-03-0?
trafmetux compact --keep-minutes 0 --at '2022-01-01 12:00'
same "a thinned month names it once" "# trafmetux archive version 1 monitor m zone UTC minutes 5
# source $NEAR nft about 3 300
@ $NEAR 0 0" "$(head -n 3 archive/m-2021-03)"
trafmetux -u B show-monthly m n
expect "and shows it" 0 "2021-03: [m= ~2200 B] [n= 200 B]" ""

# What is read of it, when it can be read in part only.
archive
for comment in "# source $NEAR nft" "# source $NEAR nft near" "# source $NEAR nftabout" \
	"# source ${NEAR}0 nft about" "# source  $NEAR nft about"; do
	sed -i "s/^# source.*/$comment/" archive/m-2021-03-01
	trafmetux -u B show-daily --to 2021-03-01 m
	expect "'$comment' says nothing" 0 "2021-03-01: [m= 200 B]" ""
done
sed -i "s/^# source.*/# source $NEAR another about 1 2 and more/" archive/m-2021-03-01
trafmetux -u B show-daily --to 2021-03-01 m
expect "what a later release adds is passed over" 0 "2021-03-01: [m= ~200 B]" ""
plan
