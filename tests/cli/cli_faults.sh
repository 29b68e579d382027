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
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0:allocator_release_to_os_interval_ms=-1
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

# made FIXTURE: the totals that its kernel has
made() {
	awk '/^packets/ { packets = $2 } /^bytes/ { sub(/.*\//, "", FILENAME)
		print FILENAME "," packets "," $2 }' "$1"/proc/*
}
for fixture in turn list; do
	made $fixture >$fixture.made
	for file in "$fixture"/archive/[a-d]-*; do
		stat -c "%s ${file##*/}" "$file" >>$fixture.sizes
		cat "$file" >>$fixture.before
	done
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
done >tasks
number=0
while read -r _ fixture _; do
	number=$((number + 1))
	mkdir cases/$number
	cp -a "$fixture/archive" cases/$number
done <tasks
age cases

# totals FOLDER PROC: in the form of made()
totals() {
	"$QUICK" --archive-dir "$1" --proc-dir "$2" --csv show-total a b c d 2>/dev/null |
		sed -n 's/^total,,,//p'
}

# fault FOLDER FIXTURE WHAT NUMBER ERROR: an update by $program to which that happens;
# err, status
fault() {
	case $5 in
	KILL) set -- "$@" strace -qq -o "$1/trace" -e "trace=$3" -e "inject=$3:signal=KILL:when=$4" ;;
	XFSZ) set -- "$@" prlimit "--fsize=$4" ;;
	EFBIG) set -- "$@" env --ignore-signal=XFSZ prlimit "--fsize=$4" ;;
	*) set -- "$@" strace -qq -o /dev/null -e "trace=$3" -e "inject=$3:error=$5:when=$4" ;;
	esac
	folder=$1 fixture=$2
	shift 5
	# Through a pipe: a file for its messages would end early, too.
	{
		"$@" "$program" --archive-dir "$folder/archive" --proc-dir "$fixture/proc" update
		echo $? >"$folder/status"
	} 2>&1 | cat >"$folder/err"
}

# try FOLDER quick|sanitized FIXTURE WHAT NUMBER ERROR: prints what is wrong afterwards,
# if anything
try() {
	folder=$1 program=$PROGRAM
	[ "$2" = sanitized ] || program=$QUICK
	shift 2
	set -- "$folder" "$@"
	fault "$@"
	read -r status <"$1/status"
	made=$(cat "$2.made")
	case $5 in
	KILL)
		# What another moment asks for once more or less: that call was not made.
		if [ "$(grep -c "^$3(" "$1/trace")" -lt "$4" ]; then
			echo "$*" >>"$1/unmade"
		else
			[ "$status" -eq 137 ] || echo "was not killed ($status)"
		fi
		;;
	XFSZ) [ "$status" -eq 0 ] || { [ "$status" -eq 1 ] && grep -q 'ulimit -f' "$1/err"; } ||
		echo "status $status, and not told" ;;
	esac
	! grep -E 'Sanitizer|runtime error' "$1/err" || :
	[ "$(totals "$1/archive" "$2/proc")" = "$made" ] ||
		echo "a report with the kernel's figures differs"
	[ "$status" -ne 0 ] || [ "$(totals "$1/archive" nowhere)" = "$made" ] ||
		echo "something lacks, and that was not told"
	"$QUICK" --archive-dir "$1/archive" --proc-dir "$2/proc" update ||
		echo "the next update fails"
	[ "$(totals "$1/archive" nowhere)" = "$made" ] ||
		echo "the totals differ after another update"
	# A month's file would hide its days.
	find "$1/archive" -name '?-????-??'
	while read -r size file; do
		head -c "$size" "$1/archive/$file"
	done <"$2.sizes" | cmp - "$2.before" || echo "what was archived before changed"
}

# worker NUMBER: does every so manyth task
worker() {
	awk -v worker="$1" -v workers=$WORKERS \
		'NR % workers == worker { print "cases/" NR, $0 }' tasks |
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

# count ERRORS: how many tasks there were
count() {
	grep -cE " ($1)\$" tasks
}
same "killed at each of $(count KILL) system calls" "" "$(grep -h ' KILL: ' wrong-*)"
same "each call failing, $(count 'E[A-EG-Z].*') times" "" "$(grep -hE ' E[A-EG-Z][A-Z]*: ' wrong-*)"
same "files cut off in $(count 'XFSZ|EFBIG') places" "" "$(grep -hE ' (XFSZ|EFBIG): ' wrong-*)"
unmade=$(cat cases/*/unmade 2>/dev/null | wc -l)
echo "# $unmade calls were not made again"
[ $((unmade * 20)) -lt "$(count KILL)" ] && [ "$(count KILL)" -gt 100 ] && [ "$(count EDQUOT)" -gt 20 ]
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
