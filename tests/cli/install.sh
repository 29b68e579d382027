#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# "make" builds what can be built here and says what cannot; other flags and new files
# rebuild what they have to. "make install" puts everything in place, twice as well as
# once, and "make uninstall" takes away just that, but not the archive. In a copy.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
TOP=$(cd "$HERE/../.." && pwd)
unset BUILD OBJECTS_DIR DESTDIR PREFIX KDIR CPPFLAGS LDFLAGS MAKEFLAGS MAKELEVEL MFLAGS
export CFLAGS=-O0

# A kernel that has no headers, whatever this machine has.
mkdir bin tree
cat >bin/uname <<'END'
#!/bin/sh
echo 9.9.9-none
END
# A compiler that has what it compiled before at hand: what is to be seen is what make
# asks of it.
COMPILER=$(command -v cc) KEPT=$WORK/kept-objects
export COMPILER KEPT
cat >bin/cc <<'END'
#!/bin/sh
object='' source=''
for word; do
	object=$source source=$word
done
kept=$KEPT/$object
case " $*" in
*" -c -o $object "*/*.c) ;;
*) exec "$COMPILER" "$@" ;;
esac
if cmp -s "$source" "${kept%.o}.c"; then
	exec cp "$kept" "${kept%.o}.d" "${object%/*}"
fi
"$COMPILER" "$@" || exit
mkdir -p "${kept%/*}"
cp "$source" "$object" "${object%.o}.d" "${kept%/*}"
END
chmod +x bin/uname bin/cc
PATH=$WORK/bin:$PATH

# making ARGUMENT...: make's status in status, its output in log
making() {
	status=0
	make --no-print-directory -C tree "$@" >log 2>&1 </dev/null || status=$?
}

# made NAME: it succeeded
made() {
	[ $status -eq 0 ]
	result "$1" || sed 's/^/# /' log | tail -n 30
}

# installed FOLDER: what is there, but no folders
installed() {
	(cd "$1" && find . ! -type d | sort)
}

# everything FOLDER
everything() {
	(cd "$1" && find . | sort)
}

# compiled: how many objects make compiled, and what it linked
compiled() {
	echo "$(grep -c -e ' -c -o ' log) compiled, $(grep -c -e ' -o [^ ]*trafmetux .*-ljansson' log) linked, $(grep -c -e ' -shared ' log) libraries"
}

tar -C "$TOP" -cf - --exclude='*.o' --exclude='*.ko' --exclude='*.so' --exclude='*.cmd' --exclude='*.mod*' \
	--exclude='.*-with' --exclude=trafmetux-src/trafmetux \
	Makefile installation docs boot kernel-module bpf iptables-ext trafmetux-src tests/unit/Makefile \
	tests/fuzz/Makefile | tar -C tree -xf -

everything tree >sources-only

# At first those of the quick program, if they are of these sources.
objects=$(dirname "$QUICK")
if [ "$QUICK" != "$PROGRAM" ] && [ -e "$objects/cli/main.o" ] &&
   [ -z "$(find "$TOP/trafmetux-src" -name '*.[ch]' -newer "$QUICK")" ]; then
	mkdir kept-objects
	(cd tree/trafmetux-src && cp --parents ./*/*.c "$KEPT")
	(cd "$objects" && cp --parents ./*/*.o ./*/*.d "$KEPT")
	sed -i "s,^$objects/,./," kept-objects/*/*.d
fi

# What is built.
making program
made "make program needs no kernel headers"
same "and makes nothing else" "" "$(find tree -name '*.so' -o -name '*.ko')"
making DESTDIR="$WORK/program" install
made "it alone can be installed"
same "and what was not built is named" \
	"not installed, as not built: extension (not made); module (no headers of the running kernel: install linux-headers-9.9.9-none)" \
	"$(tail -n 1 log)"
same "no extension is there" "" "$(find program -name '*.so')"
making PKG_CONFIG=false
made "make goes without what can't be built"
same "and says so in a line" \
	"not built: extension (no pkg-config, or no XTABLES_DIR=); module (no headers of the running kernel: install linux-headers-9.9.9-none)" \
	"$(tail -n 1 log)"
making
made "make builds the extension"
same "and names what is left" \
	"not built: module (no headers of the running kernel: install linux-headers-9.9.9-none)" "$(tail -n 1 log)"
making module
same "what is asked for by name and can't be built is an error" \
	"2 can't be built: module (no headers of the running kernel: install linux-headers-9.9.9-none)" \
	"$status $(grep -v '^make:' log)"
making KDIR="$WORK/none"
same "so are headers that are named and not there" \
	"2 no kernel headers in $WORK/none; install them, or name them with KDIR=" "$status $(grep '^no ' log)"
making CC=no-such-compiler
same "and nothing at all" 2 $status
cp tree/iptables-ext/monitor_name.c kept
echo '#error broken' >>tree/iptables-ext/monitor_name.c
making
same "a part that can be built and fails is an error" 2 $status
cp -p kept tree/iptables-ext/monitor_name.c
making
made "until it is mended"

# What is rebuilt.
making
same "nothing anew where nothing changed" "0 compiled, 0 linked, 0 libraries" "$(compiled)"
echo 'extern int another_source; int another_source;' >tree/trafmetux-src/base/another.c
making
same "a new file is compiled alone" "1 compiled, 1 linked, 0 libraries" "$(compiled)"
rm tree/trafmetux-src/base/another.c
making
same "one that is gone is linked no longer" "0 compiled, 1 linked, 0 libraries" "$(compiled)"
sources=$(find tree/trafmetux-src -name '*.c' | wc -l)
making -j4 CFLAGS=-O1
same "other flags are for all" "$sources compiled, 1 linked, 3 libraries" "$(compiled)"
making CFLAGS=-O1
same "once" "0 compiled, 0 linked, 0 libraries" "$(compiled)"
making CFLAGS=-O1 LDFLAGS=-Wl,-O1
same "a linker's are for linking" "0 compiled, 1 linked, 3 libraries" "$(compiled)"
touch now
making DESTDIR=stage install
made "make install, with a relative DESTDIR"
same "takes what was built" "0 compiled, 0 linked, 0 libraries" "$(compiled)"
same "and writes nothing else into the tree" "" \
	"$(find tree -newer now -type f ! -path 'tree/stage/*')"

# A relative DESTDIR.
same "it is one folder" tree/stage "$(find tree -name stage)"
same "with everything in it" "bin etc lib sbin share var" \
	"$(cd tree/stage && find . -type d | sed -n 's,.*/\(bin\|etc\|lib\|sbin\|share\|var\)$,\1,p' | sort -u | tr '\n' ' ' | sed 's/ $//')"
making DESTDIR=stage uninstall
made "make uninstall there"
same "leaves nothing" tree/stage "$(find tree/stage)"
rmdir tree/stage

# Everything, with a module if there are headers to build it with.
release=$("$TOP/tests/vm/kernel" release 2>/dev/null)
headers=/usr/src/linux-headers-$release
modules=
if [ -n "$release" ] && [ -e "$headers/Makefile" ]; then
	making module KDIR="$headers"
	made "make module"
	modules=./lib/modules/$release/updates/xt_TRAFMETUX.ko
else
	echo "# no kernel headers to build the module with"
fi
# What was there before stays: beside ours, and a folder of ours.
root=$WORK/root
mkdir -p root/usr/share/doc/trafmetux root/etc/cron.d root/lib/modules/1.2.3/updates root/usr/bin
for file in usr/share/doc/trafmetux/mine etc/cron.d/trafmetux-mine usr/bin/trafmetux-mine \
	    lib/modules/1.2.3/updates/xt_TRAFMETUX.ko; do
	echo mine >"root/$file"
done
everything root >before
making PREFIX=/usr DESTDIR="$root" install
made "make install"
extensions=.$(pkg-config --variable=xtlibdir xtables)
documents=./usr/share/doc/trafmetux
same "what it puts there" "$({
	[ -z "$modules" ] || echo "$modules"
	printf '%s\n' "$extensions/libxt_TRAFMETUX.so" "$extensions/libxt_TRAFMETUX_HOSTS.so" \
		"$extensions/libxt_trafmetux.so" \
		./usr/bin/trafmetux ./usr/sbin/trafmetux ./etc/cron.d/trafmetux ./usr/share/trafmetux/installed \
		./usr/share/man/man8/trafmetux.8 ./usr/share/man/man5/trafmetux.conf.5 ./usr/share/man/man8/xt_TRAFMETUX.8 \
		./usr/lib/udev/rules.d/90-trafmetux.rules ./usr/lib/systemd/system/trafmetux-again@.service \
		./usr/lib/systemd/system/trafmetux-meters.service \
		./usr/lib/systemd/system/multi-user.target.wants/trafmetux-meters.service
	for document in archive-format.md plans.md proc-format.md trafmetux-explain.schema.json \
		trafmetux-export.schema.json trafmetux-ledger.schema.json trafmetux-report.schema.json \
		examples/hook-mail examples/hook-journal examples/trafmetux-limits.service; do
		echo "$documents/$document"
	done
} | sort)" "$(installed root | grep -vx -f before)"
same "the program runs from there" "trafmetux" "$(root/usr/bin/trafmetux --version | sed 's/ .*//')"
same "where crontabs of old look there is a link to it" "../bin/trafmetux" "$(readlink root/usr/sbin/trafmetux)"
same "the crontab runs update every minute" "* * * * * root /usr/bin/trafmetux update" \
	"$(cat root/etc/cron.d/trafmetux)"
same "only root writes it" "644" "$(stat -c %a root/etc/cron.d/trafmetux)"
same "the unit names the PREFIX" "ExecStart=/usr/bin/trafmetux update" \
	"$(grep ^ExecStart "root/$documents/examples/trafmetux-limits.service")"
same "so do the units that meter, and the rules of udev" "4" \
	"$(cat root/usr/lib/systemd/system/trafmetux-* root/usr/lib/udev/rules.d/* | grep -c /usr/bin/trafmetux)"
same "so do hooks" "hook = /usr/share/doc/trafmetux/examples/hook-journal" \
	"$(sed -n 's/.*\(hook = \)/\1/p' "root/$documents/examples/hook-journal")"
grep -q '/usr/bin/trafmetux update' root/usr/share/man/man8/trafmetux.8 &&
	grep -q 'hook = /usr/share/doc/trafmetux/' root/usr/share/man/man5/trafmetux.conf.5
result "and pages"
same "no other is named" "" "$(grep -rl /usr/local root/etc root/usr/share root/usr/lib/systemd root/usr/lib/udev)"
[ -d root/var/lib/trafmetux ]
result "the archive's folder is there"
if [ -n "$modules" ]; then
	same "the module is stripped" "" "$(readelf -S "root/$modules" | grep debug_info)"
fi

everything root >once
cat >root/var/lib/trafmetux/input-2026-01-01 <<'END'
# kept
END
chmod 700 root/var/lib/trafmetux
making PREFIX=/usr/ DESTDIR="$root/" install
made "make install again"
same "the archive stays as it is" "# kept, 700" \
	"$(cat root/var/lib/trafmetux/input-2026-01-01), $(stat -c %a root/var/lib/trafmetux)"
echo ./var/lib/trafmetux/input-2026-01-01 | sort - once >wanted
same "the same files are there" "$(cat wanted)" "$(everything root)"

making DESTDIR="$root" uninstall
same "make uninstall with another PREFIX takes nothing" "0 $(cat wanted)" "$status $(everything root)"
rm -rf gone
making PREFIX=/usr DESTDIR="$root" PKG_CONFIG=false CC=false uninstall
made "make uninstall, with neither headers nor compiler"
printf '%s\n' ./var ./var/lib ./var/lib/trafmetux ./var/lib/trafmetux/input-2026-01-01 | sort - before >wanted
same "leaves the archive, and what was there before" "$(cat wanted)" "$(everything root)"
making PREFIX=/usr DESTDIR="$root" uninstall
same "a second time it has nothing to do" "0 $(cat wanted)" "$status $(everything root)"

# Other places.
mkdir -p merged/usr/bin
ln -s bin merged/usr/sbin
making PREFIX=/usr DESTDIR="$WORK/merged" install
made "make install where sbin is bin"
[ -x merged/usr/sbin/trafmetux ] && [ -f merged/usr/bin/trafmetux ] && [ ! -L merged/usr/bin/trafmetux ]
result "leaves the program a program"
mkdir -p older/usr/sbin
echo older >older/usr/sbin/trafmetux
making PREFIX=/usr DESTDIR="$WORK/older" install
same "an older program is replaced by the link" "../bin/trafmetux" "$(readlink older/usr/sbin/trafmetux)"
mkdir -p router/etc
: >router/etc/rc.common
making DESTDIR="$WORK/router" install
made "for OpenWrt"
same "it is in OpenWrt's places" "./etc/hotplug.d/iface/90-trafmetux ./etc/hotplug.d/net/90-trafmetux ./etc/init.d/trafmetux ./etc/rc.d/K90trafmetux ./etc/rc.d/S18trafmetux" \
	"$(cd router && find ./etc ! -type d ! -name rc.common ! -path './etc/cron.d/*' | sort | tr '\n' ' ' | sed 's/ $//')"
making DESTDIR="$WORK/router" uninstall
same "and goes again" ./etc/rc.common "$(cd router && find ./etc ! -type d)"
making DESTDIR="$WORK/with blanks" install
made "a DESTDIR with blanks"
[ -x 'with blanks/usr/local/bin/trafmetux' ] && grep -q '/usr/local/bin/' 'with blanks/etc/cron.d/trafmetux'
result "is one folder, too"
for wrong in usr '/a b' '/a%b' '/a&b'; do
	making DESTDIR="$WORK/wrong" PREFIX="$wrong" install
	same "PREFIX='$wrong' is refused" "2 no" "$status $([ -e wrong ] && echo yes || echo no)"
done

# All at once, from nothing.
making clean
same "make clean leaves no file that building made" "" "$(everything tree | grep -vx -f sources-only)"
making -j8 DESTDIR="$WORK/parallel" all program extension install
made "make -j, of all and install"
same "compiles everything once" "$sources compiled, 1 linked, 3 libraries" "$(compiled)"
[ -x parallel/usr/local/bin/trafmetux ] && [ -n "$(find parallel -name libxt_TRAFMETUX.so)" ]
result "and puts it in place"
plan
