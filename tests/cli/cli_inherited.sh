#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What update takes over from whoever starts it: ignored and blocked signals, limits.
# None of it loses anything without a word, or counts as a warning that was given.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
export ASAN_OPTIONS="$NO_LEAKS"
NOW=$(date +%s)

# started WITH...: an update that is started by these words; through a pipe, since a
# file for its messages might have to end early
started() {
	{
		"$@" "$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf update </dev/null
		echo $? >status
	} 2>&1 | cat >err
	: >out
	status=$(cat status)
}
# counted MONITOR COUNT: so many minutes, up to now
counted() {
	awk -v count="$2" -v now="$NOW" 'BEGIN { for (at = count; at; at--)
		print now - now % 60 - (count - at) * 60, at, at * 1000 }' |
		live "$1" $SERIES "$NOW.5" "$2" $(($2 * 1000)) "dropped 0"
}

# A hook that fails has not warned anybody.
printf '%s\n' '[plan home]' 'monitors = a' 'amount = 1 B' 'period = prepaid from 2000-01-01' 'warn = 80%' "hook = $WORK/hook" >trafmetux.conf
cat >hook <<'END'
#!/bin/sh
grep -E '^Sig(Blk|Ign)' /proc/self/status >"${0%/*}/signals"
exit "$(cat "${0%/*}/ends")"
END
chmod +x hook
fresh
counted a 5
for signal in CHLD PIPE XFSZ; do
	echo 3 >ends
	started env "--ignore-signal=$signal"
	expect "SIG$signal ignored: a hook that fails is told" 1 "" \
		"trafmetux: home: the hook for 80 % ended with status 3; the next update tries again"
	same "SIG$signal ignored: it was not given" 0 "$(grep -c given archive/plans/home.hooks)"
done
started env --ignore-signal=CHLD --ignore-signal=XFSZ --block-signal
# PIPE is 13, CHLD 17 and XFSZ 25.
same "a hook has no signal blocked, and none of these ignored" "0 0" \
	"$((0x$(sed -n 's/SigBlk:.//p' signals))) $((0x$(sed -n 's/SigIgn:.//p' signals) & (1 << 12 | 1 << 16 | 1 << 24)))"
echo 0 >ends
started env --ignore-signal=CHLD
expect "SIGCHLD ignored: one that succeeds" 0 "" ""
same "was given" 1 "$(grep -c given archive/plans/home.hooks)"
rm hook

NOW=1614600005	# no midnight is near
# A limit of files' sizes is told as a full disk is; nothing is lost by it.
: >trafmetux.conf
for bytes in 0 1 100 200 300; do
	fresh
	counted a 20
	started prlimit "--fsize=$bytes"
	expect "files of $bytes bytes" 1 "" "trafmetux: archive/a-2021-03-01: file too large; raise the limit with ulimit -f (nothing is lost while the kernel keeps the history)"
	trafmetux update
	same "files of $bytes bytes: all is there afterwards" "0 20000" "$status $(total a)"
done

# So are files that can't be opened.
for files in 4 5 6 7 8 9 10 12; do
	fresh
	counted a 20
	started prlimit "--nofile=$files"
	same "$files open files: archived or told" "" \
		"$([ "$status" -eq 0 ] && [ "$(total a)" = 20000 ] || grep -q '^trafmetux: .*too many open files; raise' err || cat err)"
	trafmetux update
	same "$files open files: all is there afterwards" "0 20000" "$status $(total a)"
done

# A check that takes too long says so, whatever is blocked.
mkfifo pipe
timeout -s KILL 60 env --block-signal "$PROGRAM" --archive-dir archive --proc-dir proc \
	--config pipe check home -t 1 >out 2>err
same "blocked signals: a check ends" "3 TRAFMETUX UNKNOWN: the answer took too long; allow more time with -t" "$? $(cat out)"
plan
