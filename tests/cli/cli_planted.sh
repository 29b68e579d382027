#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# update among things planted in the archive's directory, a lock whose holder dies,
# and monitors with names at every limit.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
export ASAN_OPTIONS="$NO_LEAKS"

# monitor NAME MINUTE: has counted since 2021-02-28, up to this minute of 2021-03-01
monitor() {
	live "$1" $SERIES $((1614556800 + $2 * 60)).5 $(($2 + 2)) $((($2 + 2) * 100)) "dropped 0" <<END
$((1614556800 + $2 * 60)) $(($2 + 2)) $((($2 + 2) * 100))
1614556800 2 200
1614556740 1 100
END
}

# update_soon: the program with its update, which must not hang
update_soon() {
	briefly "$PROGRAM" --archive-dir archive --proc-dir proc update
}

# Things in the place of the index: it is done without, or made anew, and what they
# point to is not touched.
fresh
monitor m 5
trafmetux update
monitor m 6
mkdir precious before cases
echo precious | tee precious/file >before/file
for place in .index .index/files .index/files.new .index/m.days .index/m.hours; do
	for kind in file-link folder-link loop pipe folder device; do
		case=cases/${place#*/},$kind
		cp -a archive "$case"
		mkdir -p "$case/$(dirname $place)"
		thing=$case/$place
		case $kind in
		file-link) ln -s "$WORK/precious/file" "$thing" ;;
		folder-link) ln -s "$WORK/precious" "$thing" ;;
		loop) ln -s "$(basename $place)" "$thing" ;;
		pipe) mkfifo "$thing" ;;
		folder) mkdir -p "$thing" ;;
		device) mknod "$thing" c 1 5 2>/dev/null || rm -r "$case" ;;
		esac
	done
done
cp -a archive cases/plain
age cases
bad=
for case in cases/*; do
	rmdir archive 2>/dev/null || rm -r archive
	mv "$case" archive
	update_soon
	[ "$status$(cat err)" = 0 ] || bad="$bad $case:$status"
	[ "$(total m)" = 800 ] || bad="$bad $case:total"
	briefly "$PROGRAM" --archive-dir archive --proc-dir proc show-daily m
	[ $status -eq 0 ] || bad="$bad $case:show"
done
same "links, pipes, folders, devices in the place of the index" "" "$bad"
same "what the links lead to is as it was" "" "$(diff -r before precious)"
[ -s archive/.index/m.days ]
result "there would have been something to write"

# In the place of the lock: nothing can be done, and that is told.
bad=
for kind in link dangling pipe folder; do
	fresh
	case $kind in
	link) ln -s ../precious/file archive/.lock ;;
	dangling) ln -s ../made archive/.lock ;;
	pipe) mkfifo archive/.lock ;;
	folder) mkdir archive/.lock ;;
	esac
	monitor m 5
	update_soon
	[ "$status $(cat err)" = "1 trafmetux: archive/.lock: not a regular file; move it away" ] ||
		bad="$bad $kind:$status"
	for command in 'compact m' 'verify --repair m'; do
		# shellcheck disable=SC2086 # words
		trafmetux $command
		[ "$status $(cat err)" = "1 trafmetux: archive/.lock: not a regular file; move it away" ] ||
			bad="$bad $kind:$command:$status"
	done
done
same "links, pipes, folders in the place of the lock" "" "$bad"
[ ! -e made ] && [ "$(cat precious/file)" = precious ]
result "no link was followed"

# In the place of the day's file, when the day before is whole.
for kind in link dangling pipe; do
	fresh
	case $kind in
	link) ln -s ../precious/file archive/m-2021-03-01 ;;
	dangling) ln -s ../made archive/m-2021-03-01 ;;
	pipe) mkfifo archive/m-2021-03-01 ;;
	esac
	monitor m 5
	update_soon
	expect "a $kind in the place of a day" 1 "" \
		"trafmetux: archive/m-2021-03-01: not a regular file; move it away"
	same "$kind: the day before is archived" "200" \
		"$(sed -n 's/^1.* //p' archive/m-2021-02-28 | tail -n 1)"
	rm archive/m-2021-03-01
	trafmetux update
	same "$kind: and all once it is away" "0 700" "$status $(total m)"
done
[ ! -e made ] && [ "$(cat precious/file)" = precious ]
result "no link was followed there"

# A lock whose holder stands still, and then dies.
fresh
monitor m 5
# The first write is that of the shell, which tells its process.
# shellcheck disable=SC2016 # for the inner shell
strace -qq -o holder.trace -e trace=write -e inject=write:signal=STOP:when=2 \
	sh -c 'echo $$ >holder.new; mv holder.new holder; exec "$@"' holder "$PROGRAM" \
	--archive-dir archive --proc-dir proc update m >/dev/null 2>&1 &
await_stop holder.trace
result "an update stands still, holding the lock"
monitor m 6
monitor other 6
update_soon
expect "another one is quiet" 0 "" ""
same "leaves that monitor alone, and serves the others" "200 800" "$(total m) $(total other)"
kill -9 "$(cat holder)"
wait
trafmetux update
same "a holder that died holds nothing" "0 800" "$status $(total m)"

# Names: the shortest and the longest, all signs, dates, what the index uses.
cat >names <<END
a
+
@
:
_
A
0
_.:+@-
a-
a.-
abcdefghijklmnopqrstuvwxyz01234
ABCDEFGHIJKLMNOPQRSTUVWXYZ_.:+@
-----------------------------56
2021-03-01
a-2021-03-01
a-2021-03-01-2021-03-02
files
files.new
a.days
a.hours
lock
END
sed -i 's/^-----/_----/' names
fresh
while read -r name; do
	monitor "$name" 5
done <names
trafmetux update
expect "names at every limit are archived" 0 "" ""
for minute in 6 7; do
	while read -r name; do
		monitor "$name" $minute
	done <names
	xargs "$PROGRAM" --archive-dir archive --proc-dir proc update <names
done
bad=
while read -r name; do
	[ "$(total "$name")" = 900 ] || bad="$bad $name"
	[ "$(grep -c '^1' "archive/$name-2021-03-01")" = 3 ] || bad="$bad $name:records"
done <names
same "each in files of its own" "" "$bad"
trafmetux --csv list
same "and listed" "$(LC_ALL=C sort names)" "$(sed 1d out | cut -d , -f 1 | LC_ALL=C sort)"
name=abcdefghijklmnopqrstuvwxyz012345
for name in $name .hidden -dash 'a b' 'a,b' "$(printf 'a\033b')" "$(printf 'n\303\266')"; do
	monitor "$name" 5
done
trafmetux update
same "names that can't be are no monitors" "0 $(wc -l <names)" \
	"$status $(find archive -name '*-2021-03-01' | wc -l)"
plan
