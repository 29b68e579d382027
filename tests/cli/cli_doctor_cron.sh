#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# doctor names lines of cron's tables whose trafmetux is not there, or where it was of
# old; what else the tables hold is none of its business.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
FINE="Nothing is wrong: the monitor counts, and the archive has what it counted."
EVERY='* * * * *'

# program PATH: one that can be run
program() {
	mkdir -p "root${1%/*}"
	cp "$(command -v expr)" "root$1"
}

# machine: cron's folders, empty, the program and the link as installed
machine() {
	rm -rf root
	mkdir -p root/etc/cron.d root/var/spool/cron/crontabs root/usr/local/sbin
	program /usr/local/bin/trafmetux
	ln -s ../bin/trafmetux root/usr/local/sbin/trafmetux
}

# doctor: everything else is well
doctor() {
	status=0
	"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf --cron-root root doctor \
		>out 2>err </dev/null || status=$?
}

# quiet NAME LINE...: these of a table are as they should be
quiet() {
	_name=$1
	shift
	printf '%s\n' "$@" >root/etc/cron.d/trafmetux
	doctor
	expect "$_name" 0 "$FINE" ""
}

# missing NAME LINE WORDS: a line of which doctor says so
missing() {
	printf '%s\n' "$2" >root/etc/cron.d/trafmetux
	doctor
	expect "$1" 1 "" "trafmetux: root/etc/cron.d/trafmetux, line 1: $3; write where it is, as 'command -v trafmetux' says"
}

fresh
printf '%s\n' "@ $SERIES 0 0" "1761505320 78 9700" >archive/m-2025-10-26
live m $SERIES 1761505350 80 9900 <<-END
	1761505320 78 9700
END
mkdir root
doctor
expect "no cron at all" 0 "$FINE" ""

machine
quiet "as it is installed" "$EVERY root /usr/local/bin/trafmetux update"
printf '%s\n' "$EVERY root /usr/local/sbin/trafmetux update" >root/etc/cron.d/trafmetux
doctor
expect "where it was of old: it works, and is named" 0 "$FINE" \
	"trafmetux: root/etc/cron.d/trafmetux, line 1: /usr/local/sbin/trafmetux is where it was of old; write /usr/local/bin/trafmetux"
rm root/usr/local/sbin/trafmetux
GONE="/usr/local/sbin/trafmetux is no program, and nothing is run"
missing "where there is nothing any more" "$EVERY root /usr/local/sbin/trafmetux update" "$GONE"
program /usr/local/sbin/trafmetux
doctor
expect "an older program, left there" 1 "" \
	"trafmetux: root/etc/cron.d/trafmetux, line 1: /usr/local/sbin/trafmetux is another trafmetux than /usr/local/bin/trafmetux; write that"
rm -r root/usr/local/sbin
ln -s bin root/usr/local/sbin
quiet "where sbin is bin" "$EVERY root /usr/local/sbin/trafmetux update"
rm -r root/usr/local/sbin root/usr/local/bin
program /usr/local/sbin/trafmetux
quiet "an installation of old" "$EVERY root /usr/local/sbin/trafmetux update"

machine
rm root/usr/local/sbin/trafmetux
missing "before anything else is run" "$EVERY root test -x /usr/local/sbin/trafmetux && /usr/local/sbin/trafmetux update" "$GONE"
missing "behind something" "$EVERY root nice -n 19 /usr/local/sbin/trafmetux update >/dev/null 2>&1" "$GONE"
missing "behind a setting" "$EVERY root TZ=UTC LANG=C /opt/trafmetux update" "/opt/trafmetux is no program, and nothing is run"
missing "after a command" "$EVERY root cd /;/opt/trafmetux update" "/opt/trafmetux is no program, and nothing is run"
missing "in another shell" "$EVERY root sh -c '/usr/local/sbin/trafmetux update'" "$GONE"
missing "at a start" "@reboot root /usr/local/sbin/trafmetux update" "$GONE"
missing "with blanks of all kinds" "  */5	*  * * *	root	/usr/local/sbin/trafmetux	update" "$GONE"
program /opt/trafmetux/bin/trafmetux
chmod -x root/opt/trafmetux/bin/trafmetux
missing "no program" "$EVERY root /opt/trafmetux/bin/trafmetux update" \
	"/opt/trafmetux/bin/trafmetux is no program, and nothing is run"
mkdir root/usr/local/sbin/trafmetux
missing "a folder" "$EVERY root /usr/local/sbin/trafmetux update" "$GONE"
rmdir root/usr/local/sbin/trafmetux

# By its name alone.
quiet "found by a usual PATH" "$EVERY root trafmetux update"
quiet "found by the table's" 'PATH="/bin:/usr/local/bin"' "$EVERY root trafmetux update"
printf '%s\n' "SHELL=/bin/sh" "PATH = /bin:/usr/bin" "$EVERY root trafmetux update" >root/etc/cron.d/trafmetux
doctor
expect "and not by another" 1 "" "trafmetux: root/etc/cron.d/trafmetux, line 3: trafmetux is not in /bin:/usr/bin, and nothing is run; write where it is, as 'command -v trafmetux' says"
rm root/usr/local/bin/trafmetux
missing "nor by a usual one where it is not" "$EVERY root trafmetux update" \
	"trafmetux is not in /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin, and nothing is run"

# What is none of them.
# shellcheck disable=SC2016 # the table's own
quiet "other lines" '' '# /usr/local/sbin/trafmetux update' '	# likewise' \
	'MAILTO=/usr/local/sbin/trafmetux' "$EVERY root tar -cf /backup /var/lib/trafmetux" \
	"$EVERY root rsync -a /var/lib/trafmetux other:/backup/trafmetux" \
	"$EVERY trafmetux echo hello" "$EVERY root logger -t trafmetux hello" \
	"$EVERY root mail me%/usr/local/sbin/trafmetux" "$EVERY root \$HOME/bin/trafmetux update" \
	"$EVERY root ls >/usr/share/doc/trafmetux" "$EVERY root /usr/local/sbin/trafmetux-other" "$EVERY root" "$EVERY" '*' '@' \
	"$(printf '%05000d' 0) /usr/local/sbin/trafmetux" "$(printf '\001\377')"

# Each table, with or without users; only those that cron reads.
rm root/etc/cron.d/*
for table in etc/crontab etc/cron.d/a etc/cron.d/b; do
	echo "$EVERY root /gone/bin/trafmetux update" >root/$table
done
for table in var/spool/cron/crontabs/root var/spool/cron/crontabs/first.last; do
	echo "$EVERY /gone/bin/trafmetux update" >root/$table
done
for table in etc/cron.d/trafmetux.dpkg-old etc/cron.d/.hidden etc/cron.d/a~ var/spool/cron/crontabs/.hidden; do
	echo "$EVERY root /gone/bin/trafmetux update" >root/$table
done
mkdir root/etc/cron.d/folder
mkfifo root/etc/cron.d/pipe
ln -s nowhere root/etc/cron.d/dangling
doctor
same "each table is read" "1 root/etc/crontab root/etc/cron.d/a root/etc/cron.d/b root/var/spool/cron/crontabs/first.last root/var/spool/cron/crontabs/root" \
	"$status$(sed -n 's/^trafmetux: \(.*\), line 1: .*/ \1/p' err | tr -d '\n')"
printf '%s' "$EVERY me /gone/bin/trafmetux update" >root/etc/crontab
doctor
same "a last line without an end too" 1 "$(grep -c '^trafmetux: root/etc/crontab, line 1: ' err)"
printf '%s\n' "$EVERY root printf \\033 $(printf '\033')/bin/trafmetux; /x$(printf '\033')/bin/trafmetux" >root/etc/crontab
doctor
same "nothing of them disturbs a terminal" "trafmetux: root/etc/crontab, line 1: /x?/bin/trafmetux is no program, and nothing is run" \
	"$(head -n 1 err | sed 's/;.*//')"
plan
