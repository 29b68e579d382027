#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests/run shows of a part that fails: what was wanted and what was found, and
# nothing of building, unless that failed. The parts are made up here.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
mkdir -p tests/vm/scenarios tests/unit
cp "$HERE/../run" tests/
cp "$HERE/../vm/verdict.sh" tests/vm/
echo "sysroot=''" >tests/vm/architecture.sh
for stub in tests/packages tests/vm/kernel tests/vm/build tests/vm/image tests/static; do
	printf '#!/bin/sh\n' >$stub
	chmod +x $stub
done
sed -i '$a package_version() { echo 1; }' tests/vm/architecture.sh
for scenario in clock segmentation reload some; do
	echo '# boot:' >tests/vm/scenarios/$scenario.sh
done
unset MAKEFLAGS MAKELEVEL MFLAGS

printf 'all:\n\t@sh ./building >&2\ncheck-built:\n\t@sh ./running\n' >tests/unit/Makefile

# unit: the unit part, whose building and running are scripts; the latter on stdin
unit() {
	cat >tests/unit/running
	status=0
	tests/run unit >out 2>err </dev/null || status=$?
}

# told: what was said of the part, without the times
told() {
	sed -e '/^running/d; /^building the/d' -e 's/, [0-9]* s$//' out
}

echo 'seq 100 | sed "s/^/cc -c /"' >tests/unit/building
unit <<'END'
echo ok 1 - fine
echo 1..1
END
same "a part that is well" "0
unit                    1 passed, 0 failed
1 passed, 0 failed" "$status
$(told)"
unit <<'END'
printf '%s\n' 'ok 1 - fine' 'not ok 2 - wrong' '# wanted:' '# a' '# b' '# c' '# d' '# found:' '# e' \
	'ok 3 - fine' '# of another' 1..3
echo said >&2
exit 1
END
same "one that fails: what was wanted and what was found" "1
    trouble: it ended with status 2
    trouble: 1 of 3 checks failed
    not ok 2 - wrong
    # wanted:
    # a
    # b
    # c
    # d
    # found:
    # e
    said" "$status
$(told | sed -n '/^ /p' | grep -v 'make.*Error')"
unit <<'END'
echo not ok 1 - long
{ echo wanted:; seq 100; echo found:; seq 101 200; } | sed 's/^/# /'
echo 1..1
END
same "of long ones the beginnings of both" "# 19 # ... # found: # 101 # 119 # ..." \
	"$(told | sed -n 's/^    //p' | grep -xE '# (19|20|\.\.\.|found:|101|119|120)' | tr '\n' ' ' | sed 's/ $//')"
echo 'echo "file.c:3: error: no such thing" >&2; exit 1' >>tests/unit/building
unit <<'END'
echo ok 1 - never
echo 1..1
END
same "what can't be built" "1
unit                    0 passed, 1 failed
    trouble: building failed
    file.c:3: error: no such thing" "$status
$(told | head -n 3)"

# guest LINE...: tests/vm/boot, with its folder in $folder
guest() {
	{
		# shellcheck disable=SC2016 # the script's own
		printf '%s\n' '#!/bin/sh' 'while [ "$1" != --keep ]; do shift; done; folder=$2'
		printf '%s\n' "$@"
	} >tests/vm/boot
	chmod +x tests/vm/boot
	status=0
	tests/run some >out 2>err </dev/null || status=$?
}

# shellcheck disable=SC2016 # the script's own
guest 'printf "ok 1 - fine\n1..1\n" >$folder/results' 'echo "started once more: why" >$folder/again'
same "a guest that was started once more: that is said, and no failure" "0
some                    1 passed, 0 failed
    started once more: why
1 passed, 0 failed" "$status
$(told | grep -v '^building')"
plan
