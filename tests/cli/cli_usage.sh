#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Missing modules, monitors and directories; wrong command lines.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC

# known NAME: a monitor with one archived record
known() {
	printf '@ %s 0 0\n1614556860 1 1024\n' $SERIES >"archive/$1-2021-03-01"
}

fresh
trafmetux
expect "no command, and nothing there yet" 0 "There are no monitors yet: lay a rule with '-j TRAFMETUX --monitor NAME'.
Those of another network namespace can be seen from there only.

To know what is left of an ISP's plan, describe it in trafmetux.conf: see trafmetux.conf(5).
For other reports see 'trafmetux --help'." ""
trafmetux show-hourly
expect "show without a monitor" 2 "" "trafmetux: show-hourly needs the name of a monitor; try 'trafmetux --help'"
trafmetux --bogus list
expect "unknown option" 2 "" "trafmetux: unknown option '--bogus'; try 'trafmetux --help'"
trafmetux --version
same "version" "status 0 trafmetux" "status $status $(sed 's/ .*//' out)"
trafmetux --help
same "help goes to standard output" "status 0, 0 messages" "status $status, $(wc -l <err) messages"

known a
trafmetux show-total nope a
expect "an unknown monitor; the others are served" 1 "total: [a= 1.00 KB]" \
	"trafmetux: nope: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
trafmetux show-total a/b a "$(printf 'x\033y')" 0123456789012345678901234567890123
expect "names that no monitor can have" 1 "total: [a= 1.00 KB]" \
"trafmetux: 'a/b' can't be a monitor's name; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -
trafmetux: 'x?y' can't be a monitor's name; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -
trafmetux: '0123456789012345678901234567890123' can't be a monitor's name; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -"
trafmetux show-total nope
expect "no monitor is left" 1 "" \
	"trafmetux: nope: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
trafmetux update nope
expect "update of an unknown monitor" 1 "" \
	"trafmetux: nope: no such monitor in proc; see 'trafmetux list'"

rmdir proc
trafmetux update
expect "update without the module" 1 "" \
	"trafmetux: proc: not there; load the kernel module with 'modprobe xt_TRAFMETUX'"
trafmetux update a b
expect "said once" 1 "" \
	"trafmetux: proc: not there; load the kernel module with 'modprobe xt_TRAFMETUX'"
trafmetux show-total a
expect "show needs no module" 0 "total: [a= 1.00 KB]" ""
trafmetux list
expect "nor does list" 0 'monitor  live  rules  archived since       series
a        no        -  2021-03-01 00:01:00  -' ""
rm archive/*
trafmetux list
same "a list of nothing says why" \
	"status 1 trafmetux: proc: not there; load the kernel module with 'modprobe xt_TRAFMETUX'" \
	"status $status $(cat err)"

fresh
rmdir archive
live a $SERIES 1614556865.25 1 1024 </dev/null
trafmetux update
expect "update without the archive's directory" 1 "" \
	"trafmetux: archive: no such directory; make it with 'mkdir -p archive'"
trafmetux show-total a
expect "show without it" 1 "total: [a= 1.00 KB]" \
	"trafmetux: archive: no such directory; make it with 'mkdir -p archive'"
touch archive
trafmetux update
expect "a file for a directory" 1 "" \
	"trafmetux: archive: not a directory; name a directory"
rm archive

fresh
live good $SERIES 1614556865.25 1 1024 <<END
1614556860 1 1000
END
live bad $SERIES 1614556865.25 1 1024x </dev/null
printf 'version 2\nx\n' >proc/newer
mkfifo proc/pipe
touch proc/.hidden 'proc/no name'
trafmetux update
expect "malformed files; the others are served" 1 "" \
"trafmetux: proc/bad: line 7: malformed; install the module and the program of one release
trafmetux: proc/newer: line 1: written by a newer kernel module; upgrade trafmetux
trafmetux: proc/pipe: not a regular file; move it away"
same "this one was" 1000 "$(total good)"
known bad
trafmetux show-total bad good
expect "the archived part is shown" 1 "total: [bad= 1.00 KB] [good= 1.00 KB]" \
"trafmetux: proc/bad: line 7: malformed; install the module and the program of one release"
trafmetux show-total newer
expect "one message for one fault" 1 "" \
"trafmetux: proc/newer: line 1: written by a newer kernel module; upgrade trafmetux"
plan
