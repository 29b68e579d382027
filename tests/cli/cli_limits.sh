#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Plans that stop: what update writes to the kernel as the monitor's limit. The
# made-up file takes it in place of its first bytes.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
NOW=$(date +%s)
TODAY=$(date -d "@$NOW" +%F)

# write_plan LINE...: besides the usual ones
write_plan() {
	printf '%s\n' '[plan home]' 'monitors = a' 'stop = yes' "$@" >trafmetux.conf
}

# update BYTES LIMIT: in a fresh archive; "" for a kernel without limits. What was
# written is left in $limit.
update() {
	fresh
	live a $SERIES "$NOW.5" 10 "$1" ${2:+"limit $2"} </dev/null
	trafmetux update
	limit=$(head -n 1 proc/a)
}

untouched="version 1"
write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01'
update 4000 none
expect "an update with a limit says nothing" 0 "" ""
same "what is left is added to what was counted" 10000 "$limit"
update 4000 10000
same "a limit that is right is not written again" "$untouched" "$limit"
update 10000 none
same "nothing left: up to here" 10000 "$limit"
update 12345 none
same "used up: below what was counted" 12344 "$limit"
write_plan 'amount = 0 B' 'period = prepaid from 2000-01-01'
update 0 none
same "never none by mistake" 1 "$limit"
update 1 none
same "nor at a single byte" 1 "$limit"

write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01' 'calibration = 1.25'
update 4000 none
same "as much as the ISP counts for it" 8000 "$limit"
write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01' 'calibration = 0.3'
update 4000 none
same "rounded down" $((4000 + 29333)) "$limit"
write_plan 'amount = 18446744073709551615 B' 'period = prepaid from 2000-01-01' 'calibration = 0.1'
update 4000 none
same "up to the largest number there is" 18446744073709551615 "$limit"
write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01' 'overhead = 14'
update 4000 none
same "what packets cost besides is taken off" $((4000 + 10000 - 4000 - 140)) "$limit"
write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01' 'top-up = 2001-01-01 500 B'
update 4000 none
same "with what was bought" 10500 "$limit"

write_plan 'amount = 10000 B' 'period = month' 'free = 00:00-24:00'
update 4000 12000
same "in a free window there is none" 0 "$limit"
update 4000 none
same "nor is it written again" "$untouched" "$limit"
write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01 until 2000-02-01'
update 4000 none
same "after a bucket's end nothing passes" 3999 "$limit"
write_plan 'amount = 10000 B' 'period = prepaid from 2190-01-01'
update 4000 12000
same "before it begins all does" 0 "$limit"

write_plan 'amount = 10000 B' 'period = day'
fresh
echo "$((NOW / 86400 * 86400)) 4 3000" | live a $SERIES "$NOW.5" 10 4000 "limit 10000"
trafmetux update
limit=$(head -n 1 proc/a)
same "a new period ($TODAY) has its amount on top of what was counted before" 13000 "$limit"

write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01'
update 4000 ""
expect "a module without limits" 1 "" \
	"trafmetux: home: the kernel module has no limits; install the one of this release"
echo "$((NOW / 60 * 60)) 4 3000" | live a $SERIES "$NOW.5" 10 4000 "limit 10000"
trafmetux update
rm proc/a
trafmetux update
expect "a monitor that the kernel does not count" 1 "" \
	"trafmetux: home: the kernel does not count a, so nothing stops it"
sed -i '/stop/d' trafmetux.conf
update 4000 12000
same "a plan that does not stop leaves limits alone" "$untouched" "$limit"

for monitors in 'a + b' 'larger of a and b' 'a - b'; do
	printf '%s\n' '[plan home]' "monitors = $monitors" 'amount = 1 B' 'period = day' 'stop = yes' >trafmetux.conf
	trafmetux plan home
	expect "stop with $monitors: refused" 1 "" \
		"trafmetux: trafmetux.conf: line 5: stop: 'yes' is not right; give it only where 'monitors' is one monitor; have all rules count in one more"
done
sed -i 's/yes/perhaps/; s/a - b/a/' trafmetux.conf
trafmetux plan home
expect "yes or no" 1 "" "trafmetux: trafmetux.conf: line 5: stop: 'perhaps' is not right; give yes or no"
sed -i 's/perhaps/no/' trafmetux.conf
update 4000 12000
same "no is as if it were not there" "$untouched" "$limit"

# A plan that is left out may be the one that keeps the limit: it is not raised.
# other LIMIT LINE...: besides a plan that leaves more, with LIMIT being set
other() {
	{
		printf '%s\n' '[plan big]' 'monitors = a' 'stop = yes' \
			'amount = 100000 B' 'period = prepaid from 2000-01-01'
		_limit=$1
		shift
		printf '%b\n' "$@" 'period = prepaid from 2000-01-01'
	} >trafmetux.conf
	update 4000 "$_limit"
}
section='[plan small]'
amount='amount = 10000 B\nstop = yes'
other 10000 "$section" 'monitors = b' "$amount"
same "a plan of another monitor: it is raised" 100000 "$limit"
long=$(printf '%0200d' 0)
for lines in '[paln small]\nmonitors = a' '[PLAN small]\nmonitors = a' \
		'[plan small\nmonitors = a' 'plan small]\nmonitors = a' \
		"$section\nmonitors a" "$section\nmonitor = a" \
		"$section\nMonitors = a" "$section\nmonitors =\n  a" \
		"$section\nmonitors = a +" "$section\nmonitors = \"a\"" \
		"$section\nmonitors = a ;$long" "$section" "[small]" \
		"$section\nmonitors = a\nmonitors = b"; do
	other 10000 "$lines" "$amount"
	same "not raised: $(printf %.40s "$lines" | tr "\n" " ")" "1 $untouched" "$status $limit"
	other 200000 "$lines" "$amount"
	case $lines in
	'plan small]'*) continue ;;	# those lines are of the first plan
	esac
	same "but lowered" 100000 "$limit"
done
other 10000 "$section" 'monitors = b + c' "$amount"
same "several others: none that is stopped" 100000 "$limit"
other 10000 '[paln small]' 'monitors = b' "$amount"
same "not known, and of another one" 100000 "$limit"
other 10000 "$section" 'monitors = "a"' 'amount = 10000 B' 'stop = no'
same "one that does not stop" 100000 "$limit"
other 10000 && sed -i '1i monitors = a\nstop = yes' trafmetux.conf
update 4000 10000
same "not raised: lines of no section" "$untouched" "$limit"

# Where nothing can be written, as in an archive that became read-only, the figures can
# still be read; limits are lowered by them.
# unwritable LIMIT: 9000 B are archived, and of the kernel's new series there are 500
unwritable() {
	fresh
	printf '# x\n@ %s 0 0\n%s 90 9000\n' $SERIES $((NOW - 7200)) \
		>"archive/a-$(date -d "@$((NOW - 7201))" +%F)"
	mkdir archive/.lock
	live a 1111111111111111 "$NOW.5" 5 500 "limit $1" </dev/null
	trafmetux update
	limit=$(head -n 1 proc/a)
}
write_plan 'amount = 9200 B' 'period = prepaid from 2000-01-01'
unwritable none
same "no lock can be had: used up all the same" "1 499" "$status $limit"
same "and told" 1 "$(grep -c 'archive/\.lock: ' err)"
write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01'
unwritable none
same "what is left" "1 1000" "$status $limit"
unwritable 1500
same "lowered" "1 1000" "$status $limit"
unwritable 700
same "not raised" "1 $untouched" "$status $limit"
unwritable none
sed -i '1s/.*/version 1/' proc/a
rm -r archive
trafmetux update
same "no archive: as much as the whole amount" "1 10000" "$status $(head -n 1 proc/a)"
same "told too" 1 "$(grep -c 'archive: no such directory' err)"
sed -i '1s/.*/version 1/; s/^limit .*/limit none/' proc/a
echo >archive
trafmetux update
same "what is no directory" "1 10000" "$status $(head -n 1 proc/a)"
sed -i '1s/.*/version 1/; s/^limit .*/limit 700/' proc/a
trafmetux update
same "never raised then" "1 $untouched" "$status $(head -n 1 proc/a)"
rm archive

# A start of the kernel knows no limit, and the configuration is not what it was.
BOOTED=1111111111111111
# started LINE...: the plan has used 9000 of 10000 B when the machine goes down; after
# that 500 B were counted
started() {
	fresh
	write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01' "$@"
	echo "$((NOW / 60 * 60)) 90 9000" | live a $SERIES "$NOW.5" 90 9000 "limit none"
	trafmetux update
	live a $BOOTED "$NOW.5" 5 500 "limit none" </dev/null
}
# again BYTES LIMIT: another update, without another start
again() {
	live a "${3:-$BOOTED}" "$NOW.5" 15 "$1" "limit $2" </dev/null
	trafmetux update
	limit=$(head -n 1 proc/a)
}
STAYS="home: its last limit stays"
whole() { write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01'; }
for fault in 'sed -i s/stop.=/stop/ trafmetux.conf' 'echo frob = 1 >>trafmetux.conf' 'rm trafmetux.conf' \
		'rm trafmetux.conf && mkdir trafmetux.conf' 'rm trafmetux.conf && ln -s nowhere trafmetux.conf' ': >trafmetux.conf' \
		'printf "\n \n" >trafmetux.conf' 'printf "\357\273\277\r\n" >trafmetux.conf' 'sed -i "s/= a$/= wan/" trafmetux.conf' \
		'sed -i s/plan.home/paln.home/ trafmetux.conf' 'sed -i /plan.home/d trafmetux.conf' \
		'sed -i s/10000.B/60/ trafmetux.conf' 'cp trafmetux.conf twice && cat twice >>trafmetux.conf' \
		'sed -i "s/= a$/= b/; s/10000.B/60/" trafmetux.conf' 'truncate -s 2M trafmetux.conf' \
		'printf "\\000\\000\\000" >trafmetux.conf' 'printf "\f\n\v\n" >trafmetux.conf' \
		'printf "# My" >trafmetux.conf' 'printf "# My\n# pl" >trafmetux.conf' \
		'printf "\n[pl" >trafmetux.conf'; do
	started
	eval "$fault"
	trafmetux update
	same "after a start, $fault: what was left is set again" "1 1000" "$status $(head -n 1 proc/a)"
	same "and told, with the way out" 1 "$(grep -c "$STAYS" err)"
	again 700 1000
	same "it stays, and is not written again" "1 $untouched" "$status $limit"
	again 1200 1000
	same "nor raised when it is used up" "$untouched" "$limit"
	again 10 none 2222222222222222
	same "the next start has what was left then: $fault" 1000 "$limit"
	rm -rf trafmetux.conf twice
done
started
rm trafmetux.conf
trafmetux update
expect "all that is said of a file that is gone" 1 "" "trafmetux: trafmetux.conf: no such file; see trafmetux.conf(5) for what goes into it
trafmetux: $STAYS; put the plan back into trafmetux.conf, or a comment if there is to be none"
live a $BOOTED "$NOW.5" 5 500 "limit 1000" </dev/null
write_plan 'amount = 10000 B' 'period = prepaid from 2000-01-01'
trafmetux update
expect "the plan is back: no more is said" 0 "" ""
same "and it is asked" "$untouched" "$(head -n 1 proc/a)"
write_plan 'amount = 20000 B' 'period = prepaid from 2000-01-01'
trafmetux update
same "as it is now" $((20000 - 9000)) "$(head -n 1 proc/a)"

# What was counted and archived after the start is used too, by one start after another.
started
echo 'frob = 1' >>trafmetux.conf
trafmetux update
echo "$((NOW / 60 * 60)) 10 600" | live a $BOOTED "$NOW.5" 12 700 "limit 1000"
trafmetux update
live a 2222222222222222 "$NOW.5" 1 10 "limit none" </dev/null
trafmetux update
same "of what was left 600 B are used" 400 "$(head -n 1 proc/a)"
# Damage behind the last state that the archive tells may have been more of it.
# shellcheck disable=SC2034 # for what is evaluated
file=archive/a-$(date -d "@$NOW" +%F)
# shellcheck disable=SC2016 # likewise
for damage in ': >$file' 'head -c 75 $file >cut && cp cut $file' 'sed -i "s/^@/#/" $file' 'sed -i "s/ 9000$/ 90x0/" $file'; do
	started
	eval "$damage"
	: >trafmetux.conf
	trafmetux update
	same "$damage: nothing is left of what can't be known" "1 1" "$status $(head -n 1 proc/a)"
	same "and that is told" 1 "$(grep -c "home: what a used up to its last start can't be known, so nothing is left" err)"
done
# Used up it is used up.
fresh
whole
echo "$((NOW / 60 * 60)) 90 12000" | live a $SERIES "$NOW.5" 90 12000 "limit none"
trafmetux update
echo 'frob = 1' >>trafmetux.conf
live a $BOOTED "$NOW.5" 0 0 "limit none" </dev/null
trafmetux update
same "what was used up stays so" 1 "$(head -n 1 proc/a)"
again 40 1
same "for as long as nobody mends it" "$untouched" "$limit"
# In a free window, which may end while nobody can tell.
started 'free = 00:00-24:00'
same "a free window has no limit" none "$(sed -n 's/^limit //p' proc/a)"
echo 'frob = 1' >>trafmetux.conf
trafmetux update
same "but a fault does not leave it open" 10000 "$(head -n 1 proc/a)"
# What can't be read of the archive does not give back what was used.
started
sed -i '1s/version 1/version 2/' archive/a-*
trafmetux update
same "nor does an archive that can't be read" "1 1" "$status $(head -n 1 proc/a)"
same "which is told" 1 "$(grep -c 'archive/a-' err)"

# A plan that its owner took out, or that stops no more, has no limit any more.
started
echo '# no plans' >trafmetux.conf
trafmetux update
expect "taken out of the file" 0 "" "trafmetux: home: no more in trafmetux.conf; the kernel keeps its limit until none is written to proc/a"
same "no limit is set" "$untouched" "$(head -n 1 proc/a)"
rm trafmetux.conf
trafmetux update
same "nor later" "1 $untouched" "$status $(head -n 1 proc/a)"
started
sed -i 's/^stop.*/stop = no/' trafmetux.conf
trafmetux update
expect "stop = no" 0 "" ""
echo 'frob = 1' >>trafmetux.conf
trafmetux update
same "is meant" "$untouched" "$(head -n 1 proc/a)"
# One of two plans is read: its own limit counts, and the other's stays below.
# two_plans BYTES LIMIT: what the other one has, and the kernel's limit
two_plans() {
	started
	printf '%s\n' '[plan more]' 'monitors = a' "amount = $1 B" 'period = prepaid from 2000-01-01' 'stop = yes' >>trafmetux.conf
	sed -i '0,/^stop = yes/s//stop yes/' trafmetux.conf
	live a $BOOTED "$NOW.5" 5 500 "limit $2" </dev/null
	trafmetux update
	limit=$(head -n 1 proc/a)
}
two_plans 50000 1000
same "a plan that can be read does not raise what stays" "1 $untouched" "$status $limit"
two_plans 9600 1000
same "but lowers it" "1 600" "$status $limit"

# What is remembered is written to disk, so it changes no more often than it must.
fresh
write_plan 'amount = 100 MB' 'period = prepaid from 2000-01-01' 'overhead = 14'
live a $SERIES "$NOW.5" 1000 1000000 "limit none" </dev/null
trafmetux update
remembered=$(ls -i archive/.limits)
live a $SERIES "$NOW.5" 1500 1400000 "limit none" </dev/null
trafmetux update
same "not as the estimate of the overhead does" "$remembered" "$(ls -i archive/.limits)"
live a $SERIES "$NOW.5" 40000 120000000 "limit none" </dev/null
trafmetux update
same "of a used-up plan nothing is left" "limit home a $SERIES 1" "$(sed 1d archive/.limits)"
remembered=$(ls -i archive/.limits)
live a $SERIES "$NOW.5" 50000 150000000 "limit none" </dev/null
trafmetux update
same "nor as what it counts goes on" "$remembered" "$(ls -i archive/.limits)"

# Damage of what is remembered is told.
started
whole
echo 'limit home a x 7' >archive/.limits
trafmetux update
DAMAGED="trafmetux: archive/.limits: damaged; leave it to 'trafmetux update', which writes it anew once all plans can be read"
expect "what can't be read of it" 1 "" "$DAMAGED"
same "is written anew" "limit home a $BOOTED 1000" "$(sed 1d archive/.limits)"
# A power failure leaves it cut off, or of NULs, or without a byte.
cut_number() { truncate -s -3 archive/.limits; }
cut_id() { truncate -s -15 archive/.limits; }
of_nuls() { truncate -s 20 archive/.limits; truncate -s 60 archive/.limits; }
no_byte() { : >archive/.limits; }
only_nuls() { : >archive/.limits && truncate -s 60 archive/.limits; }
for cut in cut_number cut_id of_nuls no_byte only_nuls; do
	started
	$cut
	trafmetux update
	expect "$cut: told" 1 "" "$DAMAGED"
	same "$cut: the plan can be read, so nothing is lost" "1000 limit home a $BOOTED 1000" "$(head -n 1 proc/a) $(sed 1d archive/.limits)"
	live a $BOOTED "$NOW.5" 5 500 "limit 1000" </dev/null
	trafmetux update
	expect "$cut: and that was all" 0 "" ""
done
for cut in cut_number cut_id; do
	started
	$cut
	echo 'frob = 1' >>trafmetux.conf
	trafmetux update
	same "$cut: of a plan that can't be read, nothing is left" "1 1" "$status $(head -n 1 proc/a)"
	same "$cut: and that is told" "1 1" "$(grep -cF "$DAMAGED" err) $(grep -c "$STAYS" err)"
	live a $BOOTED "$NOW.5" 5 500 "limit 1" </dev/null
	whole
	trafmetux update
	same "$cut: until it can be" "1000 limit home a $BOOTED 1000" "$(head -n 1 proc/a) $(sed 1d archive/.limits)"
	started
	$cut
	live a $BOOTED "$NOW.5" 5 500 "limit 1000" </dev/null
	echo 'frob = 1' >>trafmetux.conf
	trafmetux update
	same "$cut: a limit that is set stays" "1 $untouched" "$status $(head -n 1 proc/a)"
	same "$cut: and is remembered" "limit home a $BOOTED 1000" "$(sed -n 2p archive/.limits)"
done
# Of two, one can be read.
started
echo "limit other b $SERIES 70" >>archive/.limits
truncate -s -2 archive/.limits
rm trafmetux.conf
live b 3333333333333333 "$NOW.5" 5 500 "limit none" </dev/null
trafmetux update
same "what can be read of it is used" "1 1000 1" "$status $(head -n 1 proc/a) $(head -n 1 proc/b)"
whole
for _ in first second; do
	live a $BOOTED "$NOW.5" 5 500 "limit 1000" </dev/null
	live b 3333333333333333 "$NOW.5" 5 500 "limit 1" </dev/null
	trafmetux update
done
expect "when all plans can be read, it is whole again" 0 "" ""
# Where the figures can't be read either, what is not known is no reason to open.
started
no_byte
sed -i '1s/version 1/version 2/' archive/a-*
trafmetux update
same "nothing is left of what neither tells" "1 1" "$status $(head -n 1 proc/a)"
started
no_byte
sed -i '1s/version 1/version 2/' archive/a-*
live a $BOOTED "$NOW.5" 5 500 "limit 1000" </dev/null
trafmetux update
same "and a limit that is set stays" "1 $untouched" "$status $(head -n 1 proc/a)"
same "each is told once" "$(sort -u err)" "$(sort err)"
rm -f proc/b
started
whole
rm archive/.limits
mkdir archive/.limits
trafmetux update
same "a folder in its place is told" "1 1" "$status $(grep -c 'archive/\.limits: not a regular file; move it away' err)"

# Of a record that a power cut left in part, no more is lost than of those that it took
# whole: the plan goes on with what is known, and that is told.
cat >trafmetux.conf <<END
[plan home]
monitors = a
amount = 80 GB
period = prepaid from 2000-01-01
stop = yes
END
fresh
live a 1111111111111111 1614556921.5 20 10000000000 "limit none" "dropped 0" "created 1614470000.0" <<END
1614556920 20 10000000000
1614556860 10 9000000000
END
trafmetux update
size=$(wc -c <archive/a-2021-03-01)
head -c $((size - 8)) archive/a-2021-03-01 >torn
cp torn archive/a-2021-03-01
live a 2222222222222222 1614557221.5 5 5000 "limit none" "dropped 0" "created 1614557100.0" <<END
1614557220 5 5000
END
trafmetux update
same "a record cut off by a power cut, then a start: told" 1 "$status"
same "and the rest of the plan is left" 76899345920 "$(head -n 1 proc/a)"
plan
