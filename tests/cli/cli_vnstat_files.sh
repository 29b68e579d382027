#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# import of what comes through a pipe, and of the files that people take for what
# vnStat exports: each is read, or told apart with what to give instead.
#
# shellcheck disable=SC2094 # files called after the functions that fill them
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris

cat >file.json <<'JSON'
{"vnstatversion":"2.10","jsonversion":"2","interfaces":[{"name":"e","alias":"",
"created":{"date":{"year":2026,"month":3,"day":3},"timestamp":1772521200},
"updated":{"date":{"year":2026,"month":3,"day":3},"time":{"hour":13,"minute":20},"timestamp":1772540400},
"traffic":{"total":{"rx":1000,"tx":5},"day":[{"date":{"year":2026,"month":3,"day":3},"rx":1000,"tx":5}]}}]}
JSON
printf '%s\n' 'version;3' 'active;1' 'interface;e' 'nick;e' 'created;1772521200' \
	'updated;1772540400' 'totalrx;1' 'totaltx;0' 'currx;1' 'curtx;1' 'totalrxk;0' \
	'totaltxk;5' 'btime;1772500000' 'd;0;1772521200;1;0;0;5;1' >file.txt


# from_pipe FORMAT [OPTION...] <FILE: fills out, err and status
from_pipe() {
	format=$1
	shift
	status=0
	cat >piped
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat piped | "$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf \
		import "$format" - "$@" >out 2>err || status=$?
}

READ="e-in: 1 record in 1 file
e-out: 1 record in 1 file"
for file in file.json file.txt; do
	fresh
	from_pipe vnstat <$file
	expect "$file through a pipe" 0 "$READ" ""
	trafmetux import vnstat $file
	same "is the same as the file itself" "0 2" "$status $(grep -c 'imported before, nothing was added' out)"
	for how in 'a blank line first:1s/^/\n/' 'CRLF:s/$/\r/' 'blank lines and CRLF:s/$/\r/;1s/^/\r\n\r\n/' 'marked as UTF-8:1s/^/\xef\xbb\xbf/' \
		'marked, with a blank line:1s/^/\xef\xbb\xbf\r\n/'; do
		fresh
		sed "${how#*:}" $file >changed
		cmp -s changed $file
		same "$file is changed: ${how%%:*}" 1 $?
		trafmetux import vnstat changed
		expect "$file: ${how%%:*}" 0 "$READ" ""
	done
done
fresh
trafmetux import vnstat - <file.json
same "standard input is what it says" "1 trafmetux: standard input: is empty; did 'vnstat --json' say what is wrong? nothing was imported" \
	"$status $(cat err)"

# More than a pipe holds, and more than one read.
awk 'BEGIN { print "monitor,time,bytes"; for (row = 1; row <= 30000; row++) print "big," 1614556860 + row * 60 "," row }' >file.csv
from_pipe csv <file.csv
expect "half a megabyte of CSV through a pipe" 0 "big: 30000 records in 21 files" ""
same "all of it" 450015000 "$(total big)"
from_pipe csv --monitor other <file.csv
expect "with an option" 0 "other: 30000 records in 21 files" ""
from_pipe csv <file.json
same "mistakes name it" "1 trafmetux: standard input: line 1:" "$status $(cut -d ' ' -f 1-5 err)"
mkdir none
chmod 500 none
if [ "$(id -u)" -ne 0 ]; then
	TMPDIR=$WORK/none from_pipe csv <file.csv
	same "no room for a copy" 1 "$status"
fi
mkfifo pipe
trafmetux import vnstat pipe
expect "a pipe with a name" 1 "" "trafmetux: pipe: not a regular file; give one, or - for standard input"

# told NAME MESSAGE: "file" is refused, as a file and through a pipe
told() {
	fresh
	trafmetux import vnstat file
	expect "$1" 1 "" "trafmetux: file: $2; nothing was imported"
	from_pipe vnstat <file
	expect "$1, through a pipe" 1 "" "trafmetux: standard input: $2; nothing was imported"
	same "and nothing is there: $1" "" "$(find archive -mindepth 1 ! -name .lock)"
}
printf 'SQLite format 3\000and so on' >file
told "the database itself" "is the database of vnStat 2; give what 'vnstat --dbdir FOLDER --json' writes, FOLDER being the one it is in"
printf '\003\000\000\000eth0\000' >file
told "that of vnStat 1" "is a database of vnStat 1; give what 'vnstat --exportdb -i INTERFACE' writes"
echo '<vnstat version="2.10" xmlversion="2">' >file
told "XML" "is XML; give what 'vnstat --json' writes, or of vnStat 1 'vnstat --exportdb -i INTERFACE'"
gzip -c file.json >file
told "compressed" "is compressed; unpack it first, with 'gzip -d'"
echo 'Error: No interface matching "eth9" found in database.' >file
told "an error of vnStat's" "is an error of vnStat's, and no figures; look into it"
printf '\n\n rx  /  tx\n' >file
told "a table for people" "neither what 'vnstat --json' of vnStat 2 writes nor 'vnstat --exportdb' of vnStat 1"
sed 's/"jsonversion":"2"/"jsonversion":"1"/' file.json >file
told "JSON of vnStat 1" "not of vnStat 2 (jsonversion 2); of vnStat 1, give what 'vnstat --exportdb' writes"
sed 's/"interfaces":\[\(.*\)/"interfaces":[\1/' file.json | tr -d '\n' |
	sed 's/\(.*interfaces":\[\)\(.*\)\]}/\1\2,\2]}/' >file
told "an interface twice" "interface e: it is in the file twice"

# UTF-16, as PowerShell writes with ">", with a mark and without, of either order.
WIDE="is UTF-16, as PowerShell writes it; make it UTF-8 with 'iconv -f UTF-16 -t UTF-8'"
for code in UTF-16 UTF-16LE UTF-16BE; do
	for from in file.json file.txt; do
		iconv -f UTF-8 -t $code $from >file
		told "$code of $from" "$WIDE"
	done
done
iconv -f UTF-8 -t UTF-16 file.csv >wide.csv
trafmetux import csv wide.csv
expect "CSV likewise" 1 "" "trafmetux: wide.csv: $WIDE; nothing was imported"
iconv -f UTF-8 -t UTF-16 file.json >file
fresh
iconv -f UTF-16 -t UTF-8 file >again
trafmetux import vnstat again
expect "which helps" 0 "$READ" ""
: >file
trafmetux import vnstat file
expect "an empty file" 1 "" "trafmetux: file: is empty; did 'vnstat --json' say what is wrong? nothing was imported"
printf ' \r\n\n' >file
trafmetux import vnstat file
expect "one with blanks alone" 1 "" "trafmetux: file: is empty; did 'vnstat --json' say what is wrong? nothing was imported"
plan
