#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# compact that is killed at each of its system calls in turn, or each of which fails in
# turn, while it joins months, while it removes days and while it puts minutes
# together: reports stay as they were,
# and running it again leaves what one whole run would have.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
# Leaks can't be looked for while strace watches.
export ASAN_OPTIONS="$NO_LEAKS:verify_asan_link_order=0"
LATER='2200-01-01 12:00'
# What runs that go wrong are given, and the report that stays then.
ARGUMENTS=''
PERIOD=minutely

command -v strace >/dev/null
result "strace is installed" || { plan; exit 1; }

# The fixture "days": two days of each of two months. "months": these, and the days.
fresh
awk -v series="$SERIES" 'BEGIN {
	for (day = 0; day < 4; day++) {
		time = (day < 2 ? 1612137600 : 1614556800) + day % 2 * 86400
		file = "archive/m-" strftime("%Y-%m-%d", time)
		printf "@ %s %d %d\n", series, packets, bytes >file
		for (record = 1; record < 9; record++)
			print time + record * 120, packets += record, bytes += record * 100 + day >file
	}
}'
cp -a archive days
trafmetux compact --at "$LATER"
expect "two months" 0 "m: 2 months put into a file, 0 files of days removed" ""
cp -a archive months
trafmetux compact --at "$LATER"
expect "of four days" 0 "m: 0 months put into a file, 4 files of days removed" ""

# files: the archive's, and their text
files() {
	(cd archive && tail -v -c +1 -- *)
}

# told: what reports say
told() {
	"$QUICK" --archive-dir archive --proc-dir none -u B --packets "show-${1:-minutely}" m 2>&1
}
files >whole
before=$(told)

# again: two more runs; what is wrong then, if anything
# shellcheck disable=SC2086 # words
again() {
	_program=$PROGRAM PROGRAM=$QUICK
	trafmetux compact $ARGUMENTS --at "$LATER"
	[ "$status" -eq 0 ] || echo "status $status"
	trafmetux compact $ARGUMENTS --at "$LATER"
	files | cmp -s whole - || echo "other files"
	PROGRAM=$_program
}

# On the disk before it is read, and its name before the days go.
rm -rf archive
cp -a days archive
strace -qq -y -o log -e trace=write,fsync,renameat,unlinkat "$PROGRAM" --archive-dir archive \
	--proc-dir none compact --at "$LATER" >/dev/null 2>&1
same "written, synced, renamed, and the directory synced" "$(for month in 02 03; do
	echo "unlinkat m-2021-$month.new
write m-2021-$month.new
fsync m-2021-$month.new
renameat m-2021-$month.new
fsync archive"
done)" "$(sed -n 's|^\([a-z]*\)(.*/\(m-[^>"]*\)>.*|\1 \2|p; s|^fsync(.*/\(archive\)>.*|fsync \1|p
	s#^\(renameat\|unlinkat\)([^"]*"\([^"]*\)".*#\1 \2#p' log)"

# spoil FIXTURE CALL FAULT: at the first, the second and so on of these calls
# shellcheck disable=SC2086 # words
spoil() {
	tried=0 bad='' number=1 OPTIONS=''
	# A signal comes only where each call stops; an error is cheaper.
	case $3 in error=*) OPTIONS='-f --seccomp-bpf' ;; esac
	while [ $number -le 90 ]; do
		inject "$2" "$3" $number
		rm -rf archive
		cp -a "$1" archive
		status=0
		strace $OPTIONS -qq -o log -e "trace=$2" -e "inject=$2:$3:when=$when" \
			"$program" --archive-dir archive --proc-dir none compact $ARGUMENTS --at "$LATER" \
			>out 2>err </dev/null || status=$?
		seen=$(grep -hoE 'INJECTED|killed by|AddressSanitizer|runtime error' log err)
		case $seen in *INJECTED* | *killed*) ;; *) break ;; esac
		case $seen,$status in
		*Sanitizer* | *runtime* | *,132) bad="$bad $number:fault" ;;
		esac
		[ "$(told "$PERIOD")" = "$before" ] || bad="$bad $number:told"
		wrong=$(again)
		[ -z "$wrong" ] || bad="$bad $number:$wrong"
		tried=$((tried + 1))
		number=$((number + 1))
	done
	[ $tried -gt 0 ] && [ -z "$bad" ]
	result "$1: $2, $3: $tried times" || echo "# $bad"
}

# spoil_each FIXTURE FAULT CALL...
spoil_each() {
	spoiled=$1 fault=$2
	shift 2
	for call; do
		spoil "$spoiled" "$call" "$fault"
	done
}

spoil_each days signal=KILL write fsync renameat openat unlinkat pread64
spoil_each months signal=KILL openat unlinkat
spoil_each days error=ENOSPC write fsync renameat openat
spoil_each days error=EIO fsync openat read pread64 unlinkat
spoil_each months error=EIO openat pread64 unlinkat

# Writes that are cut short and can go on.
cc -D_GNU_SOURCE -shared -fPIC -o short.so "$HERE/short_writes.c" -ldl
result "short_writes.c compiles"
rm -rf archive
cp -a days archive
LD_PRELOAD=$WORK/short.so SHORT_WRITES=7 "$PROGRAM" --archive-dir archive --proc-dir none \
	compact --at "$LATER" >/dev/null 2>err
same "writes that are cut short" "" "$(cat err; [ "$(told)" = "$before" ] || echo told; again)"

# Minutes put together, in months that have only files of theirs.
rm -rf archive
cp -a days archive
trafmetux compact --at "$LATER"
trafmetux compact --at "$LATER"
rm -rf months
cp -a archive months
trafmetux compact --keep-minutes 0 --at "$LATER"
expect "two months are thinned" 0 \
	"m: 0 months put into a file, 0 files of days removed, 2 months thinned to five minutes" ""
cp whole joined
told_joined=$before
files >whole
before=$(told hourly)
ARGUMENTS='--keep-minutes 0'
PERIOD=hourly
spoil_each months signal=KILL write fsync renameat openat unlinkat pread64 read
spoil_each months error=ENOSPC write fsync renameat openat
spoil_each months error=EIO fsync openat read pread64 unlinkat
ARGUMENTS='' PERIOD=minutely
mv joined whole
before=$told_joined

# Several at once, again and again; and reports, for whose sake the days stay an hour.
bad=''
round=0
while [ $round -lt 20 ]; do
	round=$((round + 1))
	rm -rf archive
	cp -a days archive
	for _ in 1 2 3; do
		"$PROGRAM" --archive-dir archive --proc-dir none compact --at '2022-01-01 12:00' \
			>/dev/null 2>>err &
	done
	[ "$(told)" = "$before" ] || bad="$bad $round:meanwhile"
	wait
	wrong=$(again)
	[ -z "$wrong$(cat err)" ] || bad="$bad $round:$wrong"
done
same "three at once" "" "$bad"
plan
