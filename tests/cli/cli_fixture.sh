#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an earlier program wrote is told today as it was told then: fixture/ holds an
# archive, ledgers, the kernel's files and a configuration, and in golden/ what was
# said of them. A change that is meant to be:
#
#	PROGRAM=.../trafmetux REGENERATE=1 sh cli_fixture.sh
#
# and git diff shows it, for the commit to say why it is right. golden/whole-* is what
# is undamaged and never changes; golden/damaged-* hangs on the rules about damage.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"

FIXTURE=$HERE/fixture
GOLDEN=$FIXTURE/golden
PRESENT=1787221800	# 2026-08-20 10:30 UTC
export TZ=UTC
cp -r "$FIXTURE/proc" proc
cp "$FIXTURE/trafmetux.conf" trafmetux.conf

# use whole|damaged: a copy of that archive
use() {
	rm -rf archive
	cp -r "$FIXTURE/$1" archive
	[ "$1" = whole ] || ln -s base-2026-05-11 archive/link-2026-05-11
}

# tell ARGUMENT...: the command line, and what it says and answers, of which plainly()
# makes what is compared
tell() {
	echo "\$ trafmetux $*"
	${AGAIN:+often} run_trafmetux "$@" 2>err
	echo "@@ messages"
	[ ! -s err ] || cat err
	echo "@@ status"
	echo "= $status"
	echo
}

# Messages have a "!" in front. Whether there is an index is not what is asked.
plainly() {
	sed '/^\$ trafmetux/,/@@ messages$/ s/\r//g
		/@@ messages$/,/@@ status$/ {
			/@@ messages$/b last
			/@@ status$/d
			s/^/! /
			b
			:last
			s/@@ messages$//
			/^$/d
		}
		/^index: /d; s/,"indexed":[a-z]*//'
}

# golden NAME FUNCTION ARGUMENT...: what the function tells is as it was
golden() {
	_name=$1
	shift
	"$@" | plainly >told
	[ -z "${REGENERATE:-}" ] || [ -n "${AGAIN:-}" ] || cp told "$GOLDEN/$_name"
	cmp -s told "$GOLDEN/$_name"
	result "$_name${AGAIN:+, $AGAIN}" || diff "$GOLDEN/$_name" told | head -n 40 | sed 's/^/# /'
}

ALL='a-2008-10-27 apia berlin elsewhere eth0-in eth0-out huge input kathmandu lordhowe newyork output renamed wlan0-in wlan0-out'

# reports ZONE: of all monitors, whole days and longer
reports() {
	for _monitor in $ALL; do
		tell --at $PRESENT --tz "$1" --csv --packets show-daily "$_monitor"
	done
	# shellcheck disable=SC2086 # a list
	tell --at $PRESENT --tz "$1" --csv --packets show-yearly $ALL
	# shellcheck disable=SC2086
	tell --at $PRESENT --tz "$1" -u B --packets show-total $ALL
	tell --at $PRESENT --tz "$1" -u B --total show-monthly berlin newyork
	tell --at $PRESENT --tz "$1" -t 5 show-daily berlin 'both=input + output'
	tell --at $PRESENT --tz "$1" -t 9 show-weekly berlin input
	tell --at $PRESENT --tz "$1" --month-start 15 --json --from 2026-02 --to 2026-03 show-monthly berlin
	tell --at $PRESENT --tz "$1" -f mon --table --rates --top 4 show-weekly newyork kathmandu
}

# hours ZONE MONITOR FROM TO: days on which the clock changed
hours() {
	tell --at $PRESENT --tz "$1" -u B --packets --from "$3" --to "$4" show-hourly "$2"
}

change_days() {
	hours Europe/Berlin berlin 2025-10-26 2025-10-26
	hours Europe/Berlin berlin 2026-03-29 2026-03-29
	hours America/New_York newyork 2025-11-02 2025-11-02
	hours America/New_York newyork 2026-03-08 2026-03-08
	hours Asia/Kathmandu kathmandu 2026-04-13 2026-04-13
	hours Australia/Lord_Howe lordhowe 2025-10-05 2025-10-05
	hours Australia/Lord_Howe lordhowe 2026-04-05 2026-04-05
	hours Pacific/Apia apia 2011-12-29 2011-12-31
	# Zones other than the writer's.
	hours America/New_York berlin 2026-03-29 2026-03-29
	hours Asia/Kathmandu newyork 2026-03-08 2026-03-08
}

minutes() {
	tell --at $PRESENT --tz Europe/Berlin -u B --from '2025-10-26 01:00' --to '2025-10-26 04:00' --csv show-minutely berlin
	tell --at $PRESENT --tz America/New_York -u B --from '2026-03-08 01:40' --to '2026-03-08 03:20' show-minutely newyork
	tell --at $PRESENT --tz UTC -t 40 --packets show-minutely input
	tell --at $PRESENT --tz UTC --json -t 3 show-minutely berlin input
	# The clock went back.
	tell --at $PRESENT --tz Europe/Berlin -u B --from 2026-07-06 --to 2026-07-09 show-hourly berlin
}

formats() {
	for _format in '' --table --json --csv; do
		# shellcheck disable=SC2086 # no word where there is none
		for _report in 'show-hourly -t 4' 'show-daily -t 4' 'show-weekly -t 3' 'show-monthly -t 3' 'show-yearly -t 2' show-total; do
			tell --at $PRESENT --tz Europe/Berlin $_format --packets --rates $_report berlin 'sum=input + output' 'berlin - input'
		done
	done
}

explanations() {
	for _monitor in $ALL; do
		tell --at $PRESENT explain "$_monitor"
	done
	tell --at $PRESENT --tz Europe/Berlin explain berlin 2026-03-29
	tell --at $PRESENT --tz Europe/Berlin explain berlin 2026-07
	tell --at $PRESENT --tz America/New_York explain newyork 2026-03-08
	tell --at $PRESENT --tz Europe/Berlin --json explain berlin 2026-03-29
}

exports() {
	tell --at $PRESENT --tz Europe/Berlin export --from 2026-07-06 --to 2026-07-09 berlin
	tell --at $PRESENT --tz UTC export eth0-in eth0-out wlan0-in wlan0-out huge apia
	tell --at $PRESENT --tz Asia/Kathmandu export --from 2026-08-11 --to 2026-08-12 kathmandu
	tell --at $PRESENT --tz UTC export --json --from 2026-08-20 berlin input
	tell --at $PRESENT --tz America/New_York export --from 2026-03-08 --to 2026-03-08 newyork
	# All of it, by its sum: it is in the reports too.
	trafmetux --at $PRESENT --tz UTC export
	echo "all: $status $(cksum <out)"
}

lists() {
	for _zone in Europe/Berlin America/New_York Pacific/Apia; do
		tell --tz $_zone list
	done
	tell list --json
	tell list --csv
	tell list berlin huge
}

plans() {
	for _plan in home coast larger runs bucket island; do
		tell --at $PRESENT plan $_plan
		tell --at $PRESENT ledger $_plan
		tell --at $PRESENT --csv ledger $_plan
		tell --at $PRESENT --recompute ledger -t 9 $_plan
		tell --at $PRESENT check --stale 1000000000 $_plan
	done
	tell --at $PRESENT ledger --json -t 3 home
	tell --at $PRESENT check home
	tell --at $PRESENT plan home --what-if 'amount = 1 MB' 'rollover = 2 MB'
	tell --at $PRESENT calibrate coast '3 MB'
	tell --at $PRESENT summary
}

verdict() {
	tell verify
}

# whole: all that is said of the undamaged archive
whole() {
	for _zone in Europe/Berlin America/New_York Asia/Kathmandu Australia/Lord_Howe Pacific/Apia UTC; do
		golden "whole-reports-$(echo $_zone | tr / -)" reports $_zone
	done
	golden whole-hours change_days
	golden whole-minutes minutes
	golden whole-formats formats
	golden whole-explain explanations
	golden whole-export exports
	golden whole-list lists
	golden whole-plans plans
	golden whole-verify verdict
}

DAMAGED='digit-lost digit-changed bytes-too-high time-changed line-lost line-twice line-swapped series-changed series-gone first-gone garbage fields version crlf bare-newline half torn torn-closed nuls nuls-inside empty gone link future month'

damaged_reports() {
	tell --at $PRESENT -u B --packets show-daily base
	for _monitor in $DAMAGED; do
		tell --at $PRESENT -u B --packets show-daily "$_monitor"
		tell --at $PRESENT --csv show-total "$_monitor"
	done
}

damaged_explanations() {
	for _monitor in $DAMAGED; do
		tell --at $PRESENT explain "$_monitor"
	done
}

# damaged_plans: what hangs on damaged files
damaged_plans() {
	for _monitor in base torn digit-lost empty gone; do
		{
			echo "[plan p]"
			echo "monitors = $_monitor"
			echo "amount = 500 KB"
			echo "period = month"
			echo "zone = UTC"
			echo "rollover = all"
		} >trafmetux.conf
		tell --at 1778580000 plan p
		tell --at 1778580000 --stale 1000000000 check p
		tell --at $PRESENT ledger p
	done
}

# repaired: of each monitor what repair says and leaves
repaired() {
	tell verify --repair
	tell verify
	for _monitor in $DAMAGED; do
		tell --at $PRESENT -u B --packets show-daily "$_monitor"
	done
	for _file in archive/*; do
		_plain=$FIXTURE/damaged/${_file#archive/}
		[ ! -f "$_file" ] || cmp -s "$_file" "$_plain" || {
			echo "${_file#archive/}:"
			sed 's/\x0/\\0/g; s/^/| /' "$_file"
		}
	done
}

mkdir -p "$GOLDEN"
use whole
whole
cp -r archive before
# With the index, which an update of no monitor makes, all of it once more.
mkdir none
age archive
"$PROGRAM" --archive-dir archive --proc-dir none --config /dev/null update
[ -s archive/.index/berlin.days ]
result "there is an index"
AGAIN="by the index"
whole
AGAIN=''
rm -rf archive/.index archive/.lock before/.lock
diff -r before archive
result "and nothing else was written"

use damaged
# An empty file is told when it is no update's that is at work.
age archive
golden damaged-reports damaged_reports
golden damaged-explain damaged_explanations
golden damaged-plans damaged_plans
golden damaged-verify verdict
golden damaged-repair repaired
plan
