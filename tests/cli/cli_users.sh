#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whoever may log in may read reports: what is written can be read by all, whatever
# the umask; and what can't be read is not passed over in silence.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
# Ordinary users must get at it.
chmod 0755 "$WORK"
cp "$PROGRAM" program
DAY=86400

# user ARGUMENT...: as trafmetux, but run by an ordinary user
user() {
	status=0
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$WORK/program" \
			--archive-dir archive --proc-dir proc "$@" >out 2>err </dev/null || status=$?
	else
		trafmetux "$@"
	fi
}

# modes: what is in the archive that not all may read, or that others may write
modes() {
	find archive -mindepth 1 ! -name .lock \( ! -perm -044 -o -perm /022 \) -printf '%P %m\n'
	find archive -type d ! -perm -055 -printf '%P %m\n'
}

fresh
umask 077
for day in 1 2 3; do
	time=$((1614556860 + (day - 1) * DAY))
	echo "$time $day ${day}000" | live m $SERIES $time.5 $day ${day}000
	trafmetux update
done
chmod 0644 proc/m
chmod 0755 proc archive
# What was changed just now is not indexed.
until [ -e archive/.index/files ]; do
	trafmetux update
	sleep 0.1
done
same "what update makes can be read by all, whatever the umask" "" "$(modes)"
same "all of it" ".index .index/files .index/m.days .index/m.hours .lock m-2021-03-01 m-2021-03-02 m-2021-03-03" \
	"$(find archive -mindepth 1 -printf '%P\n' | sort | tr '\n' ' ' | sed 's/ $//')"
echo x >>archive/m-2021-03-02
trafmetux verify --repair
same "what a repair makes, too" "0 " "$status $(modes)"
umask 022

for words in "show-minutely m" "show-daily m" "-t 2 show-monthly m" "show-total m" list "explain m" verify; do
	# shellcheck disable=SC2086 # several words
	trafmetux $words
	cat out err >root
	# shellcheck disable=SC2086 # several words
	user $words
	same "an ordinary user's $words" "0 $(cat root)" "$status $(cat out err)"
done

chmod 0600 archive/m-2021-03-02
user list
expect "list names a file that it can't read" 1 "monitor  live  rules  archived since       series
m        yes       1  2021-03-01 00:01:00  $SERIES" \
	"trafmetux: archive/m-2021-03-02: permission denied; run as root or change its mode with chmod"
chmod 0600 archive/m-*
user list
expect "or the first of many" 1 "monitor  live  rules  archived since       series
m        yes       1  -                    $SERIES" \
	"trafmetux: archive/m-2021-03-01: permission denied; run as root or change its mode with chmod (and so are 2 more of this monitor)"
user show-total m
same "as reports do" "1 3" "$status $(grep -c 'permission denied' err)"
user update
same "only root can update" "1 1" "$status $(grep -c 'permission denied' err)"
chmod 0700 archive
user list
expect "a directory that can't be read" 1 "monitor  live  rules  archived since       series
m        yes       1  -                    $SERIES" \
	"trafmetux: archive: permission denied; run as root or change its mode with chmod"

# Each option with each command: it is taken, or it does not go with it.
chmod 0755 archive
chmod 0644 archive/m-*
# What can't be read may contradict the clock.
chmod 0755 archive
trafmetux clock
same "clock, of an archive that can be read" "0 believed" "$status $(sed -n '1s/.*that is \(.*\)\./\1/p' out)"
for unread in archive archive/m-2021-03-03; do
	mode=$(stat -c %a $unread)
	chmod 0 $unread
	user clock
	same "clock, as one who may not read $unread" "1 1 trafmetux: archive: the archive can't be read: permission denied; run as root or change its mode with chmod" \
		"$status $(grep -c "whether that is believed can't be told" out) $(cat err)"
	user clock --accept
	same "nor can it be accepted" "1 1 " "$status $(grep -c 'permission denied' err) $(cat out)"
	chmod "$mode" $unread
done
goes() {
	case $2 in
	--tz) echo "$1" | grep -qv '^\(update\|verify\)' ;;
	--archive-dir | --proc-dir) true ;;
	--json) echo "$1" | grep -q '^\(show\|list\|explain\)' ;;
	--csv) echo "$1" | grep -q '^\(show\|list\)' ;;
	--now) [ "$1" = update ] ;;
	--repair) [ "$1" = verify ] ;;
	--first-day | --month-start | --at | --from | --to) echo "$1" | grep -q '^\(show\|explain\)' ;;
	--top | --total) echo "$1" | grep -q '^show' && [ "$1" != show-total ] ;;
	--times) echo "$1" | grep -q '^show' && [ "$1" != show-total ] ;;
	*) echo "$1" | grep -q '^show' ;;
	esac
}
bad=0 tried=0
for command in update list verify explain show-minutely show-hourly show-daily show-weekly \
	show-monthly show-yearly show-total; do
	for option in "--tz UTC" "--times 1" "--unit B" --si "--first-day mon" "--month-start 2" \
		"--at 1614600000" "--from 2021" "--to 2021" "--top 1" --total --packets --rates \
		"--follow --times 1 --interval 0.1" "--interval 1" --table --json --csv --now --repair \
		"--archive-dir archive" "--proc-dir proc"; do
		tried=$((tried + 1))
		monitor=m wanted=2
		[ $command = list ] && monitor=
		goes $command "${option%% *}" && wanted=0
		# It goes with --follow only.
		[ "$option" = "--interval 1" ] && wanted=2
		# shellcheck disable=SC2086 # several words
		often trafmetux $option $command $monitor
		[ "$status" -eq $wanted ] && continue
		bad=$((bad + 1))
		echo "# $option $command: status $status, not $wanted: $(cat err)"
	done
done
same "an option that does nothing for a command is refused ($tried pairs)" 0 $bad
plan
