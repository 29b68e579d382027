#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual page and --help have every command and option that the program takes, and
# no others; and the page is well-formed.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
PAGE=$HERE/../../docs/trafmetux.8
COMMANDS=$HERE/../../trafmetux-src/cli/command.c
OPTIONS=$HERE/../../trafmetux-src/cli/options.c

# The words of the program's own tables; getopt's two are not in them.
sed -n 's/^\t\t\.word = "\([a-z-]*\)",.*/\1/p; s/^\tSHOW_PERIOD("\([a-z]*\)".*/show-\1/p' "$COMMANDS" |
	sort >commands
{
	echo --help
	echo --version
	sed -n 's/^\t\(FLAG\|FORMAT\|CALL\|VALUE\|ANYWHERE\)("\([a-z-]*\)".*/--\2/p
		s/^\t\t\.name = "\([a-z-]*\)".*/--\1/p' "$OPTIONS"
} | sort >options
[ "$(grep -c . commands)" -ge 10 ] && [ "$(grep -c . options)" -ge 20 ]
result "the tables are found"
# Whatever else the program is asked to do, it knows these words.
while read -r option; do
	trafmetux "$option" nonsense
	grep "unknown option" err
done <options >unknown
same "and are the program's" "" "$(cat unknown)"

trafmetux --help
mv out help
grep -v -e '-j TRAFMETUX' help | grep -o -e '--[a-z][a-z-]*' | sort -u >found
same "--help fits 80 columns" "" "$(awk 'length > 80' help)"
same "--help has every option and no other" "$(cat options)" "$(cat found)"
awk '/^Commands:/ { inside = 1 } /^Which/ { inside = 0 }
	inside && /^  [a-z]/ { sub(/^  /, ""); sub(/  .*/, ""); print }' help |
	tr -s ', ' '\n' | grep . | sort >found
same "--help has every command and no other" "$(cat commands)" "$(cat found)"

# Entries of the lists: ".It Fl t , Fl Fl times Ar times", ".It Cm update".
sed -n '/^\.Sh DESCRIPTION/,/^\.Sh CALENDAR/p' "$PAGE" >description
sed -n 's/^\.It \(Fl.*\)/\1/p' description | grep -o 'Fl Fl [a-z][a-z-]*' |
	sed 's/Fl Fl /--/' | sort >found
same "the page has every option, once, and no other" "$(cat options)" "$(cat found)"
# A command may have words of its own: ".It Cm import csv , import vnstat".
sed -n 's/^\.It Cm //p' description | tr ',' '\n' | awk '{ print $1 }' | sort -u >found
same "the page has every command, once, and no other" "$(cat commands)" "$(cat found)"
sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/s/^\.\(Op \)\{0,1\}Cm //p' "$PAGE" | tr '|' '\n' |
	awk '/^show-/ { print; next } { print $1 }' | sort -u >found
same "its synopsis too" "$(sed 's/^show-.*/show- Ns Ar period/' commands | sort -u)" \
	"$(cat found)"
# Letters and values: "-t, --times N" is "Fl t , Fl Fl times Ar times".
grep -o -e '-[a-zA-Z], --[a-z-]*' help | sort >letters
same "letters are the same in both" "$(cat letters)" \
	"$(sed -n 's/^\.It Fl \([a-zA-Z]\) , Fl Fl \([a-z-]*\).*/-\1, --\2/p' description | sort)"
sed -n 's/^\t\(VALUE\|ANYWHERE\)("\([a-z-]*\)".*/--\2/p
	s/^\t\t\.name = "\([a-z-]*\)", \.value.*/--\1/p' "$OPTIONS" | sort >valued
same "the page names the values of options" "$(cat valued)" \
	"$(grep '^\.It Fl' description | grep -o 'Fl Fl [a-z-]* Ar' | sed 's/Fl Fl \(.*\) Ar/--\1/' | sort)"
for section in FILES 'EXIT STATUS' EXAMPLES ENVIRONMENT; do
	grep -qx "\.Sh $section" "$PAGE"
	result "the page has $section"
done

if command -v mandoc >/dev/null; then
	same "mandoc has nothing to say" "" "$(mandoc -T lint -W warning "$PAGE" 2>&1)"
else
	echo "# no mandoc: the page is not checked by it"
fi
if man --help 2>/dev/null | grep -q -e --warnings; then
	same "nor has man" "" "$(MANWIDTH=80 man -Tutf8 --warnings -l "$PAGE" 2>&1 >/dev/null)"
else
	echo "# no man-db: the page is not checked by it"
fi
plan
