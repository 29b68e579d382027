# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced by the cli_*.sh scripts: runs the program on made-up directories and
# compares output, messages and status exactly. Prints TAP.

# shellcheck source=tests/checks.sh
. "$HERE/../checks.sh"
: "${PROGRAM:?is the path of the trafmetux to be tested}"
umask 022
export LC_ALL=C
WORK=$(mktemp -d "${TMPDIR:-/tmp}/trafmetux-cli-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
cd "$WORK" || exit 1
# shellcheck disable=SC2034 # for the scripts
SERIES=9f2c1e0b7a664d31

# The same program without AddressSanitizer, where there is one: it starts in a fraction of
# the time. What is undefined kills it, by SIGILL.
: "${QUICK:=$PROGRAM}"
# To look for leaks takes as long as all else of a short run, and so does keeping who asked
# for each piece of memory: in short tests that is done once for each command line.
NO_LEAKS=detect_leaks=0:malloc_context_size=1
LOOKED_FOR_LEAKS='|'
[ -n "${LONG:-}" ] || export ASAN_OPTIONS="$NO_LEAKS"

echo 0 >.often

# The machine's own configuration is not asked; no plan unless a script says so.
: >trafmetux.conf

# fresh: empty archive and proc directories
fresh() {
	rm -rf archive proc
	mkdir archive proc
}

# run_trafmetux ARGUMENT...: run the program on them; fills status
run_trafmetux() {
	status=0 _options=${ASAN_OPTIONS:-}
	case "$_options$LOOKED_FOR_LEAKS" in
	"$NO_LEAKS"*"|$*|"*) ;;
	"$NO_LEAKS|"*) LOOKED_FOR_LEAKS="$LOOKED_FOR_LEAKS$*|" _options=detect_leaks=1 ;;
	esac
	ASAN_OPTIONS=$_options "$PROGRAM" --archive-dir archive --proc-dir proc \
		--config trafmetux.conf "$@" </dev/null || status=$?
}

# trafmetux ARGUMENT...: likewise; fills out and err, too
trafmetux() {
	run_trafmetux "$@" >out 2>err
}

# often COMMAND...: a function of which there are hundreds of runs, with PROGRAM, or
# trafmetux, or run_trafmetux: one in eleven is with sanitizers, and the next time it is another one
often() {
	# In a file, for subshells count as well.
	read -r _often <"$WORK/.often"
	_often=$(((_often + 1) % 11)) _program=$PROGRAM
	echo $_often >"$WORK/.often"
	[ -n "${LONG:-}" ] || [ $_often -eq 1 ] || PROGRAM=$QUICK
	"$@"
	_often=$? PROGRAM=$_program
	return $_often
}

# expect NAME STATUS OUTPUT MESSAGES: what the last run did
expect() {
	same "$1" "status $2
$3
-- messages
$4" "status $status
$(cat out)
-- messages
$(cat err)"
}

# briefly COMMAND...: runs what might hang, and ends it then: status is 124. So long
# takes nothing else, however busy the machine is.
briefly() {
	status=0
	timeout 300 "$@" >out 2>err </dev/null || status=$?
}

# before_main PROGRAM CALL: how many of these calls it makes until main() looks whether
# its files are open
before_main() {
	strace -qq -o before-main -e "trace=openat,$2" "$1" --archive-dir none --proc-dir none \
		list >/dev/null 2>&1 </dev/null
	awk -v call="$2(" '/"\/dev\/null"/ { exit } index($0, call) == 1 { count++ }
		END { print count + 0 }' before-main
}

# inject CALL FAULT NUMBER: sets program, and when it is to be the NUMBERth of these calls
# that main() makes. What is killed can't tell what it did wrong before; of what fails,
# the first and then one in four is with sanitizers.
INJECTED=''
# shellcheck disable=SC2034 # for the scripts
inject() {
	if [ "$INJECTED" != "$1" ]; then
		INJECTED=$1
		_quick=$(before_main "$QUICK" "$1") _slow=$(before_main "$PROGRAM" "$1")
	fi
	program=$QUICK when=$((_quick + $3))
	case $2${LONG:+,}$(($3 % 4)) in
	error=*,* | error=*[!0-9]1) program=$PROGRAM when=$((_slow + $3)) ;;
	esac
}

# total MONITOR: the bytes that a report of the archive alone adds up to
total() {
	"$QUICK" --archive-dir archive --proc-dir nowhere -u B show-total "$1" 2>&1 |
		sed -n "s/.*= \([0-9]*\) B.*/\1/p"
}

# age FOLDER: waits until what is in it is old enough to be indexed: what has just
# been changed may change again unseen
age() {
	touch "$1/.age"
	rm "$1/.age"
	_newest=$(find "$1" -printf '%C@\n' | sort -n | tail -n 1)
	while _left=$((${_newest%.*} + 4 - $(date +%s))) && [ $_left -gt 0 ]; do
		sleep $_left
	done
}

# await_stop TRACE: waits until what strace watches has been stopped, by a signal that
# it sent; 1 if that never happens
await_stop() {
	_tries=0
	until grep -q 'stopped by SIGSTOP' "$1" 2>/dev/null; do
		_tries=$((_tries + 1))
		[ $_tries -lt 6000 ] || return 1
		sleep 0.05
	done
}

# live NAME SERIES TIME PACKETS BYTES [KEY-LINE...]: begin a live monitor;
# samples come on standard input, "T packets bytes [SINCE]", newest first
live() {
	_file=proc/$1
	{
		echo "version 1"
		echo "monitor $1"
		echo "series $2"
		echo "references 1"
		echo "time $3"
		echo "packets $4"
		echo "bytes $5"
		shift 5
		for _line in "$@"; do
			echo "$_line"
		done
		sed 's/^/sample /'
	} >"$_file.new"
	mv "$_file.new" "$_file"
}

# use_schema FILE: what fits() and refused() hold documents against. One process checks
# them all, for it takes long to start.
use_schema() {
	SCHEMA=$1
	# A python3 of one's own may lack what the packaged one has.
	for PYTHON in python3 /usr/bin/python3 ''; do
		[ -n "$PYTHON" ] && "$PYTHON" -c 'import jsonschema' 2>/dev/null && break
	done
	test -n "$PYTHON"
	result "python3-jsonschema is installed" || { plan; exit 1; }
	cat >validate.py <<-'END'
	import json, sys
	import jsonschema
	schema = json.load(open(sys.argv[1]))
	jsonschema.Draft7Validator.check_schema(schema)
	validator = jsonschema.Draft7Validator(schema)
	def faults(file):
	    try:
	        return [fault.message[:300] for fault in validator.iter_errors(json.load(open(file)))]
	    except ValueError as fault:
	        return ["no document: " + str(fault)]
	for name in sys.stdin:
	    found = faults(name.rstrip("\n"))
	    with open("faults", "w") as said:
	        said.writelines(fault + "\n" for fault in found)
	    print(len(found), flush=True)
	END
	mkfifo ask answer
	"$PYTHON" -W ignore validate.py "$SCHEMA" <ask >answer 2>validate.err &
	exec 8>ask 9<answer
	rm ask answer
}

# validate FILE: what is wrong in faults, and how much of that as _found; status 1 if anything
validate() {
	echo "$1" >&8
	read -r _found <&9 || { _found=-1; cat validate.err >faults; }
	[ "$_found" -eq 0 ]
}

# fits NAME: what is in "out" is as the schema says
fits() {
	validate out
	result "$1: the schema agrees" || sed 's/^/# /' faults
}

# refused NAME SCRIPT: the document, changed by sed, does not fit
refused() {
	sed "$2" out >changed
	cmp -s out changed
	test $? -eq 1 && ! validate changed && [ "$_found" -gt 0 ]
	result "refused: $1"
}

# seconds ZONE TIME: epoch seconds of a local time
seconds() {
	TZ=$1 date -d "$2" +%s
}