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

# Each option with each command that takes it, by the words of the program's own tables,
# as in manual.sh; that no other is taken, tests/unit/test_options.c sees.
COMMANDS=$HERE/../../trafmetux-src/cli/command.c
OPTIONS=$HERE/../../trafmetux-src/cli/options.c
# Lines "COMMAND LEAST OPTION..."; the rows name options in quotes, or lists of them.
awk '
	function expand(text,   word, all) {
		while (match(text, /"[^"]*"|[A-Z_]+/)) {
			word = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
			all = all (word ~ /^"/ ? substr(word, 2, length(word) - 2) : lists[word])
		}
		return all
	}
	/\\$/ { held = held substr($0, 1, length($0) - 1); next }
	{ $0 = held $0; held = "" }
	/^#define [A-Z_]+ / { name = $2; sub(/^#define [A-Z_]+ /, ""); lists[name] = expand($0) }
	/^#/ { next }
	/\.word = "/ { split($0, part, "\""); word = part[2]; least = 0 }
	match($0, /\.least = [0-9]/) { least = substr($0, RSTART + 9, 1) }
	/^\t\t\.options = / { sub(/.*\.options = /, ""); sub(/,.*/, ""); options = expand($0) }
	/^\t}/ && word != "" { print word, least, options; word = "" }
	/^\tSHOW_PERIOD\(/ {
		split($0, part, /[",()]+/)
		print "show-" part[2], 1, lists[substr(part[3], 2)]
	}
' "$COMMANDS" >taken
everywhere=$(sed -n 's/^\tANYWHERE("\([a-z-]*\)", "\([A-Z]*\)".*/\1/p' "$OPTIONS")
same "each command's row is read" \
	"$(sed -n 's/^\t\t\.word = "\([a-z-]*\)",.*/\1/p; s/^\tSHOW_PERIOD("\([a-z]*\)".*/show-\1/p' "$COMMANDS")" \
	"$(sed 's/ .*//' taken)"

# given OPTION COMMAND: the words for it; which have a value, their rows say
given() {
	case $1 in
	interval | follow) echo "--follow --times 1 --interval 0.1" ;;
	times) [ "$2" = show-total ] && echo "--follow --interval 0.1 --times 1" || echo "--times 1" ;;
	unit) echo "--unit B" ;;
	tz) echo "--tz UTC" ;;
	first-day) echo "--first-day mon" ;;
	at) echo "--at 1614600000" ;;
	from | to) echo "--$1 2021" ;;
	sync) echo "--sync daily" ;;
	config) echo "--config trafmetux.conf" ;;
	archive-dir) echo "--archive-dir archive" ;;
	proc-dir) echo "--proc-dir proc" ;;
	*)
		if grep -q -e "^	VALUE(\"$1\"" -e "\.name = \"$1\", \.value" "$OPTIONS"; then
			echo "--$1 1"
		else
			echo "--$1"
		fi
		;;
	esac
}
# What is not known here is run by an ordinary user, who can do this machine nothing.
bad=0 tried=0
while read -r command least options; do
	as=trafmetux wanted='[0134]' operands=
	[ "$least" -ge 1 ] && operands=m
	[ "$least" -ge 2 ] && operands='m m'
	case $command in
	summary | update | list | explain | verify | compact | clock | export | show-*) wanted=0 ;;
	doctor | retire | plan | ledger | check) ;;
	calibrate) operands='p 1GB' ;;
	import) operands='csv -' ;;
	meter | unmeter) as=user operands=m ;;
	*) as=user ;;
	esac
	for option in $options $everywhere; do
		words=$operands
		case $command.$option in
		import.interface | import.rx | import.tx | import.month-start) words='vnstat -' ;;
		meter.again | meter.rule | unmeter.rule) words='' ;;
		*.what-if) words='p amount=1GB' ;;
		esac
		tried=$((tried + 1))
		# shellcheck disable=SC2046,SC2086 # several words
		often $as $(given "$option" "$command") $command $words
		# shellcheck disable=SC2254 # a pattern
		case $status in
		$wanted) grep -q 'does not go with' out err || continue ;;
		esac
		bad=$((bad + 1))
		echo "# $(given "$option" "$command") $command $words: status $status, not $wanted: $(cat err)"
	done
done <taken
same "an option that a command's row names is taken ($tried pairs)" 0 $bad
plan
