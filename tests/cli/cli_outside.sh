#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands that are programs of their own, in libexec beside the program's folder.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
commands=prefix/libexec/trafmetux
mkdir -p prefix/bin prefix/sbin $commands elsewhere
cp "$PROGRAM" prefix/bin/trafmetux
ln -s ../bin/trafmetux prefix/sbin/trafmetux

# outside NAME LINE...: makes one
outside() {
	_name=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$commands/$_name"
	chmod +x "$commands/$_name"
}

# run ARGUMENT...: the program there, on them
run() {
	status=0
	prefix/bin/trafmetux "$@" >out 2>err </dev/null || status=$?
}

# unknown WORD ARGUMENT...: it is no command
unknown() {
	run "$@"
	expect "no command: '$1'" 2 "" "trafmetux: unknown command '$1'; try 'trafmetux --help'"
}

unknown serve
# shellcheck disable=SC2016 # the command's own
outside serve 'printf "[%s]" "$@"' 'echo' 'echo trouble >&2' 'exit 7'
run serve --json -x 'two words' '' update --help
expect "it gets the rest of the line as it is, and has the last word" 7 \
	"[--json][-x][two words][][update][--help]" "trouble"
run serve
expect "or nothing" 7 "[]" "trouble"
status=0
prefix/sbin/trafmetux serve a >out 2>err || status=$?
expect "through a link" 7 "[a]" "trouble"
status=0
(cd prefix/bin && PATH=.:$PATH env trafmetux serve a) >out 2>err || status=$?
expect "found by PATH" 7 "[a]" "trouble"
# shellcheck disable=SC2016
outside Two-3 'echo "$(cat) $(umask)"'
mkfifo pipe
(umask 027; echo input | prefix/bin/trafmetux Two-3) >out 2>err
same "its input and umask are the caller's" "input 0027" "$(cat out)"
outside signals 'yes' 'echo "status $?" >&2'
prefix/bin/trafmetux signals 2>err | head -n 1 >out
same "it dies of a closed pipe, as others do" "status 141" "$(cat err)"
cp "$(command -v expr)" $commands/binary
run binary 1 + 1
expect "a program, no script" 0 2 ""
ln -s ../../../elsewhere/there $commands/linked
unknown linked
printf '#!/bin/sh\necho there\n' >elsewhere/there
chmod +x elsewhere/there
run linked
expect "a link" 0 "there" ""

# What is no command.
outside list 'echo mine'
run --archive-dir elsewhere --proc-dir elsewhere list
same "the program's own come first" "" "$(grep mine out)"
outside update 'echo mine'
run update --bogus
expect "with wrong options, too" 2 "" "trafmetux: unknown option '--bogus'; try 'trafmetux --help'"
run --json serve
expect "options come behind it" 2 "" "trafmetux: unknown command 'serve'; try 'trafmetux --help'"
chmod -x $commands/serve
unknown serve
mkdir $commands/folder
unknown folder
for word in ../trafmetux/Two-3 ./Two-3 "$WORK/$commands/Two-3" . .. '' 'Two-3 ' 'a_b' 'a.b' 'é'; do
	case $word in
	*/* | . | .. | '') ;;
	*) outside "$word" 'echo wrong' ;;
	esac
	unknown "$word"
done
# Nothing but the place of the program decides.
printf '#!/bin/sh\necho wrong\n' >elsewhere/other
chmod +x elsewhere/other
PATH=$WORK/elsewhere:$PATH LIBEXECDIR=$WORK/elsewhere TRAFMETUX_LIBEXECDIR=$WORK/elsewhere
export PATH LIBEXECDIR TRAFMETUX_LIBEXECDIR
unknown other

printf '#!/nonexistent/shell\n' >$commands/broken
chmod +x $commands/broken
run broken
expect "one that can't be run" 1 "" \
	"trafmetux: $WORK/prefix/bin/../libexec/trafmetux/broken: can't be run: No such file or directory"
plan
