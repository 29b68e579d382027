#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Last lines that were cut off: whatever they were, no reader ever believes them, and
# nothing is lost or counted twice.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
OTHER=1111111111111111

# both MONITOR: packets and bytes in all, of the archive and what the kernel has
both() {
	often trafmetux --csv show-total "$1"
	sed -n 's/^total,,,[^,]*,//p' out
}

# kernel TIME PACKETS BYTES [SERIES]: input as it is; samples on standard input
kernel() {
	live input "${4:-$SERIES}" "$1.0" "$2" "$3" "created 1764460800.0" "dropped 0"
}

# A full disk took the newline, then the machine was in another zone, and back.
fresh
printf '# trafmetux archive version 1 monitor input zone UTC\n@ %s 0 0\n1764460860 1000 5000000000' \
	$SERIES >archive/input-2025-11-30
kernel 1764460870 1000 5000000000 <<END
1764460860 1000 5000000000
END
same "another zone: before" 1000,5000000000 "$(both input)"
TZ=America/New_York trafmetux update
same "another zone: after" 1000,5000000000 "$(both input)"
kernel 1764500010 1001 5000000040 <<END
1764500000 1001 5000000040
1764460860 1000 5000000000
END
TZ=America/New_York trafmetux update
same "another zone: a minute later" 1001,5000000040 "$(both input)"
same "the line that was cut off is none" 1 "$(grep -c '^1764460860 1000 5000000000#$' archive/input-2025-11-30)"

# A torn last line whose series has ended: what it says of itself is nothing.
# torn TEXT: the archive ends in it, without a newline; then a new series counts
torn() {
	fresh
	printf '# trafmetux archive version 1 monitor input zone UTC\n@ %s 0 0\n1764400020 1000 1500000000\n' \
		$SERIES >archive/input-2025-11-29
	# shellcheck disable=SC2059 # a text with escapes
	printf "$1" >>archive/input-2025-11-29
	kernel 1764400141 10 1000 $OTHER <<-END
	1764400140 10 1000
	END
	both input >before
	trafmetux update
	both input >after
	same "a new series after '$1'" "1010,1500001000 1010,1500001000" "$(cat before) $(cat after)"
	same "its end, after '$1'" "@ $OTHER 0 0
1764400140 10 1000" "$(tail -n 2 archive/input-2025-11-29)"
}
torn '1764400080 2000 3000000000'
torn '1764400080 2000 30000'
torn '1764400080 2000 3'
torn '1764400080 2000 '
torn '1764400080 2000'
torn '176'
torn '1764400080 2000 3000000000\r'
torn '1764400080 2000 3000000000 17644'
torn "@ $OTHER 900 9000"
torn "@ $OTHER"
torn '@'
torn '# a comment'
torn '\0\0\0\0'
torn "$(printf '%05000d' 1)"

# The same series goes on: every beginning of the line that it goes on with.
for line in "1764400080 2000 3000000000" "1764400080 2000 3000000000 1764400019" "@ $SERIES 1000 1500000000"; do
	bad=0
	length=${#line}
	for count in $(seq 1 "$length"); do
		fresh
		printf '@ %s 0 0\n1764400020 1000 1500000000\n%s' $SERIES \
			"$(printf %s "$line" | cut -c "1-$count")" >archive/input-2025-11-29
		kernel 1764400141 2001 3000000040 <<-END
		1764400140 2001 3000000040
		1764400080 2000 3000000000 1764400019
		1764400020 1000 1500000000
		END
		trafmetux update
		found=$(both input)
		tail -n 2 archive/input-2025-11-29 >last
		if [ "$found" != 2001,3000000040 ] || [ "$(cat last)" != "1764400080 2000 3000000000 1764400019
1764400140 2001 3000000040" ]; then
			bad=$((bad + 1))
			echo "# $count: $found"
		fi
	done
	[ $bad -eq 0 ]
	result "any beginning of '$line'"
done

# A first line, in a file that holds nothing else.
fresh
printf '# trafmetux archive version 1 moni' >archive/input-2025-11-29
kernel 1764400141 10 1000 <<END
1764400140 10 1000
END
trafmetux update
expect "a first line that was cut off" 0 "" ""
same "is a comment" "10,1000" "$(both input)"

# All records of a file: what grew since its "@" is told by the next file that is there,
# whose series it is, however many days later that begins.
MEND="mend it with 'trafmetux verify --repair'"
for kind in nothing begin NULs other; do
	case $kind in
	nothing) rest='' told='' ;;
	begin) rest=1764 told='the last line is cut off' ;;
	NULs) rest='1764\0\0\0\0' told='the last line is cut off' ;;
	other) rest='x\n' told='1 damaged line, the first is line 3' ;;
	esac
	fresh
	printf '# trafmetux archive version 1 monitor input zone UTC\n@ %s 0 0\n%b' \
		$SERIES "$rest" >archive/input-2025-11-29
	printf '# trafmetux archive version 1 monitor input zone UTC\n@ %s\n%s\n' \
		"$SERIES 5000 700000" "1764600060 5001 700040" >archive/input-2025-12-01
	age archive
	trafmetux -u B show-total input
	expect "all records behind an '@' are lost, $kind is left: the sum stays" 0 \
		"total: [input= 700040 B]" \
		"${told:+trafmetux: archive/input-2025-11-29: $told; nothing is missing in the sums; $MEND}"
	trafmetux --csv show-minutely input
	cp out before
	trafmetux verify --repair
	trafmetux --csv show-minutely input
	cmp before out
	result "$kind: likewise when it is repaired"
done

# A first line that was cut off, before it is closed and after: it tells as much of what
# was lost before it.
fresh
printf '# trafmetux archive version 1 monitor input zone UTC\n@ %s\n%s\n' \
	"$SERIES 0 0" "1764400140 10 1000" >archive/input-2025-11-29
printf '# trafmetux archive version 1 monitor input zone UTC\n@ %s\n%s\n' \
	"$SERIES 5000 700000" "1764600060 5001 700040" >archive/input-2025-12-01
printf '# trafmet' >archive/input-2025-12-02
age archive
same "a first line is cut off: what is missing before counts" 5001,700040 "$(both input)"
kernel 1764676801 5 500 2222222222222222 <<END
1764676800 5 500
END
trafmetux update
age archive
same "and when it is closed" 5006,700540 "$(both input)"
plan
