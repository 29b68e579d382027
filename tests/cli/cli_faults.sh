#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# update killed at every one of its system calls, each of them failing, and each
# write cut short: one more update, and the archive's totals are the kernel's.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
if ! command -v strace >/dev/null || ! command -v prlimit >/dev/null; then
	echo "1..0 # skipped: needs strace and prlimit"
	exit 1
fi
# The check for leaks can't run under strace, which is a debugger to it.
# Nor may it give memory back now and then, by the clock: that is a call of its own.
export ASAN_OPTIONS="$NO_LEAKS:verify_asan_link_order=0:allocator_release_to_os_interval_ms=-1"
WORKERS=2
MIDNIGHT=1614556800	# 2021-03-01
# shellcheck disable=SC3045 # dash has it
ulimit -c 0

# schedule NAME FROM COUNT: live with COUNT minutes from FROM minutes after midnight
# on, of which each one has a packet
schedule() {
	awk -v start=$((MIDNIGHT + $2 * 60)) -v count="$3" 'BEGIN { for (at = count; at; at--)
		print start + at * 60, at, at * 1000 + at % 7 }' >samples
	# shellcheck disable=SC2046 # three words
	set -- "$1" $(head -n 1 samples)
	live "$1" "$SERIES" "$2.5" "$3" "$4" "dropped 0" <samples
}

# The fixture "turn": a day ends. Monitor a goes on in its file and in a new one, b
# is new, c's clock went back a day, d's last line is cut off.
fresh
schedule a -20 12
schedule d -20 12
schedule c 1400 12
trafmetux update
printf '%s' "$((MIDNIGHT - 60)) 13 130" >>archive/d-2021-02-28
for monitor in a b d; do
	schedule $monitor -20 30
done
{
	schedule c -30 30
	# Its counters go on from those of the next day.
	awk '/^(packets|sample)/ { $(NF - ($1 == "sample")) += 12 }
		/^(bytes|sample)/ { $NF += 12012 } { print }' proc/c >proc/.c
	mv proc/.c proc/c
}
mkdir turn list 'done' sanitized cases
mv archive proc turn

# calls FOLDER FIXTURE PROGRAM: an update of a copy of it, FOLDER/FIXTURE; prints its
# system calls from main() on, "NAME NUMBER KIND": which call of that name it is, and
# whether it "makes" something or reads the "kernel". (There, EIO tells that the monitor is gone.)
calls() {
	cp -a "$2/archive" "$1/$2"
	age "$1/$2"
	strace -qq -o trace "$3" --archive-dir "$1/$2" --proc-dir "$2/proc" update
	awk -F '(' '/^[a-z]/ { count[$1]++ } /"\/dev\/null"/ { in_main = 1 }
		/"[a-z]*\/proc\// { kernel = $0; sub(/.* = /, "read(", kernel); kernel = kernel "," }
		in_main && /^[a-z]/ {
			kind = /O_CREAT|^write|^mkdir/ ? "makes" : index($0, kernel) == 1 ? "kernel" : "-"
			print $1, count[$1], kind
		}' trace
}

# The fixture "list": a minute later, no new file; the index has its list written.
calls 'done' turn "$QUICK" >turn.quick
calls sanitized turn "$PROGRAM" >turn.sanitized
cp -a done/turn list/archive
cp -a turn/proc .
for monitor in a b d; do
	schedule $monitor -20 31
done
mv proc list
calls 'done' list "$QUICK" >list.quick
calls sanitized list "$PROGRAM" >list.sanitized

# made FIXTURE: the totals that its kernel has, as a report tells them
made() {
	echo period,start,end,monitor,packets,bytes
	awk '/^packets/ { packets = $2 } /^bytes/ { sub(/.*\//, "", FILENAME)
		print "total,,," FILENAME "," packets "," $2 }' "$1"/proc/*
}
made_turn=$(made turn)
made_list=$(made list)
for fixture in turn list; do
	wc -c "$fixture"/archive/[a-d]-* | sed -n 's/\([0-9]\) .*\//\1 /p' >$fixture.sizes
done

# failing PROGRAM FIXTURE: each of its calls, and what of it may fail
failing() {
	awk -v fixture="$1 $2" '
		$3 == "makes" {
			print fixture, $1, $2, "ENOSPC"
			print fixture, $1, $2, "EDQUOT"
		}
		$3 == "kernel" { print fixture, $1, $2, "ENOMEM" }
		$3 != "kernel" && /^(access|close|fcntl|fs|fdatas|ftr|getd|lseek|mkd|newf|open|p?read|ren|stat|unl|p?write)/ {
			print fixture, $1, $2, "EIO"
		}
		$3 != "kernel" && /^open/ {
			print fixture, $1, $2, "EACCES"
		}' "$2.$1"
}

# What to do, a line each: "quick|sanitized FIXTURE WHAT NUMBER ERROR". What is killed
# can't tell what it did wrong before; of what fails, one in four is with sanitizers, too.
for fixture in turn list; do
	sed "s/^\([^ ]* [^ ]*\).*/quick $fixture \1 KILL/" $fixture.quick
	failing quick $fixture
	failing sanitized $fixture | awk -v all="${LONG:-}" 'all || NR % 4 == 1'
	# Every file ends after so many bytes, whether or not the writer asked to be told.
	longest=$(wc -c "done/$fixture"/[a-d]-* | sort -n | tail -n 2 | awk 'NR == 1 { print $1 }')
	bytes=0
	while [ "$bytes" -le "$longest" ]; do
		echo "quick $fixture size $bytes XFSZ"
		echo "sanitized $fixture size $bytes EFBIG"
		bytes=$((bytes + ${LONG:-23}))
	done
done | awk '{ print "cases/" $2 "/" int(count[$2] / 50) "/" count[$2]++ % 50, $0 }' >tasks

# A case has a copy of its archive; one process copies fifty.
for fixture in turn list; do
	case=0 block=0 blocks=$(($(grep -c "^cases/$fixture/" tasks) / 50))
	mkdir -p cases/$fixture/0
	while [ $case -lt 50 ]; do
		mkdir cases/$fixture/0/$case
		cp -a "$fixture/archive" cases/$fixture/0/$case
		case=$((case + 1))
	done
	while [ $block -lt "$blocks" ]; do
		block=$((block + 1))
		cp -a cases/$fixture/0 cases/$fixture/$block
	done
done
age cases

# totals FOLDER PROC: what a report tells
totals() {
	"$QUICK" --archive-dir "$1" --proc-dir "$2" --csv show-total a b c d 2>/dev/null
}

# fault FOLDER FIXTURE WHAT NUMBER ERROR: an update by $program to which that happens;
# its messages in FOLDER/err; status
fault() {
	status=0
	case $5 in
	# Through a pipe: a file for its messages would end early, too.
	XFSZ | EFBIG)
		{
			if [ "$5" = EFBIG ]; then
				trap '' XFSZ
			fi
			prlimit "--fsize=$4" "$program" --archive-dir "$1/archive" \
				--proc-dir "$2/proc" update
			echo $? >"$1/status"
		} 2>&1 | cat >"$1/err"
		read -r status <"$1/status"
		return ;;
	# A signal comes only where each call stops; an error is cheaper.
	KILL) set -- "$@" "signal=KILL" "" ;;
	*) set -- "$@" "error=$5" "-f --seccomp-bpf" ;;
	esac
	# shellcheck disable=SC2086 # two options, or none
	strace $7 -qq -o "$1/trace" -e "trace=$3" -e "inject=$3:$6:when=$4" \
		"$program" --archive-dir "$1/archive" --proc-dir "$2/proc" update \
		>"$1/err" 2>&1 || status=$?
	echo $status >"$1/status"
}

# try FOLDER quick|sanitized FIXTURE WHAT NUMBER ERROR: prints what is wrong afterwards,
# if anything
try() {
	folder=$1 program=$PROGRAM made=$made_turn
	[ "$2" = sanitized ] || program=$QUICK
	[ "$3" = turn ] || made=$made_list
	shift 2
	set -- "$folder" "$@"
	fault "$@"
	[ "$(totals "$1/archive" "$2/proc")" = "$made" ] ||
		echo "a report with the kernel's figures differs"
	[ "$status" -ne 0 ] || [ "$(totals "$1/archive" nowhere)" = "$made" ] ||
		echo "something lacks, and that was not told"
	"$QUICK" --archive-dir "$1/archive" --proc-dir "$2/proc" update ||
		echo "the next update fails"
	[ "$(totals "$1/archive" nowhere)" = "$made" ] ||
		echo "the totals differ after another update"
}

# afterwards: of all cases, what can be seen when they are done, as what a worker says.
# A month's file would hide its days. What another moment asks for once more or less:
# that call was not made, and nothing happened; it goes into "unmade".
afterwards() {
	find cases -name '?-????-??' >months
	awk '
	function text(file, whole) {
		RS = "\001"
		whole = ""
		getline whole <file
		close(file)
		RS = "\n"
		return whole
	}
	function wrong(what) { print task ": " what }
	FILENAME == "months" { sub(/\/archive\/.*/, ""); has_month[$0] = 1; next }
	FILENAME ~ /sizes$/ {
		fixture = substr(FILENAME, 1, 4)
		names[fixture, ++name_count[fixture]] = $2
		before[fixture, $2] = text(fixture "/archive/" $2)
		if (length(before[fixture, $2]) != $1)
			print "afterwards: " $2 " was not read"
		next
	}
	{
		folder = $1
		task = substr($0, length($1) + 2)
		status = text(folder "/status") + 0
		messages = text(folder "/err")
		if ($6 !~ /XFSZ|EFBIG/) {
			trace = text(folder "/trace")
			made = 0
			for (left = split(trace, calls, "\n"); left; left--)
				made += calls[left] ~ ("^[0-9]* *" $4 "\\(")
			if (made < $5)
				print task >"unmade"
			else if ($6 == "KILL" ? status != 137 : trace !~ /INJECTED/)
				wrong("did not happen (" status ")")
		}
		if ($6 == "XFSZ" && status && (status != 1 || messages !~ /ulimit -f/))
			wrong("status " status ", and not told")
		if (messages ~ /Sanitizer|runtime error/ || status == 132)
			wrong("what is undefined: " messages)
		if (folder in has_month)
			wrong("a file of a month")
		for (at = 1; at <= name_count[$3]; at++) {
			was = before[$3, names[$3, at]]
			if (substr(text(folder "/archive/" names[$3, at]), 1, length(was)) != was)
				wrong("what was archived before changed")
		}
	}' months turn.sizes list.sizes tasks
}

# worker NUMBER: does every so manyth task
worker() {
	awk -v worker="$1" -v workers=$WORKERS 'NR % workers == worker' tasks |
	while read -r folder task; do
		# shellcheck disable=SC2086 # five words
		try "$folder" $task >"$folder/wrong" 2>&1 </dev/null
		if [ -s "$folder/wrong" ]; then
			echo "$task: $(head -n 3 "$folder/wrong")"
		fi
	done >"wrong-$1"
}
number=0
while [ $number -lt $WORKERS ]; do
	worker $number &
	number=$((number + 1))
done
wait
: >unmade
afterwards >wrong-afterwards
same "each case was looked at" "$(wc -l <tasks)" "$(cat cases/*/*/*/status | wc -l)"

# count ERRORS: how many tasks there were
count() {
	grep -cE " ($1)\$" tasks
}
same "killed at each of $(count KILL) system calls" "" "$(grep -h ' KILL: ' wrong-*)"
same "each call failing, $(count 'E[A-EG-Z].*') times" "" "$(grep -hE ' E[A-EG-Z][A-Z]*: ' wrong-*)"
same "files cut off in $(count 'XFSZ|EFBIG') places" "" "$(grep -hE ' (XFSZ|EFBIG): ' wrong-*)"
unmade=$(wc -l <unmade)
echo "# $unmade calls were not made again"
[ $((unmade * 20)) -lt "$(wc -l <tasks)" ] && [ "$(count KILL)" -gt 100 ] && [ "$(count EDQUOT)" -gt 20 ]
result "those were many"

# Writes that are cut short and can go on.
if cc -D_GNU_SOURCE -shared -fPIC -o short.so "$HERE/short_writes.c" -ldl; then
	bad=
	for most in 1 2 50; do
		rm -rf short
		cp -a turn/archive short
		LD_PRELOAD=$WORK/short.so SHORT_WRITES=$most "$PROGRAM" \
			--archive-dir short --proc-dir turn/proc update || bad="$bad status:$most"
		for file in done/turn/[a-d]-*; do
			cmp "$file" "short/${file##*/}" || bad="$bad $most:$file"
		done
	done
	same "short writes go on where they stopped" "" "$bad"
else
	false
	result "short_writes.c compiles"
fi
plan
