#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# "make install" puts everything in place, twice as well as once, and "make
# uninstall" takes all of it away but the archive. In a copy, for a DESTDIR.

set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
release=$("$top/tests/vm/kernel" release 2>/dev/null) || {
	echo "1..0 # SKIP no kernel headers to build the module with"
	exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
checks=0

check() {
	checks=$((checks + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $checks - $name"
	else
		echo "not ok $checks - $name"
	fi
}

installing() {
	make -C "$work/tree" "$@" PREFIX=/usr DESTDIR="$work/root" \
		KDIR="/usr/src/linux-headers-$release" >"$work/log" 2>&1 || {
		sed 's/^/# /' "$work/log"
		return 1
	}
}

installed() {
	(cd "$work/root" && find . -type f | sort)
}

mkdir "$work/tree"
tar -C "$top" -cf - --exclude='*.o' --exclude='*.ko' --exclude='*.cmd' --exclude='*.mod*' \
	Makefile docs kernel-module iptables-ext trafmetux-src | tar -C "$work/tree" -xf -

check "make install succeeds" installing install
installed >"$work/once"
for part in "lib/modules/$release/updates/xt_TRAFMETUX.ko" libxt_TRAFMETUX.so libxt_trafmetux.so \
	    usr/sbin/trafmetux man8/trafmetux.8 man5/trafmetux.conf.5 man8/xt_TRAFMETUX.8 etc/cron.d/trafmetux \
	    doc/trafmetux/archive-format.md doc/trafmetux/trafmetux-report.schema.json \
	    doc/trafmetux/trafmetux-export.schema.json doc/trafmetux/trafmetux-ledger.schema.json \
	    examples/hook-mail examples/hook-journal; do
	check "it installs $(basename "$part") in its place" grep -q "/$part\$" "$work/once"
done
check "the crontab is one line" [ "$(wc -l <"$work/root/etc/cron.d/trafmetux")" -eq 1 ]
check "which runs update every minute" \
	grep -qx '\* \* \* \* \* root /usr/sbin/trafmetux update' "$work/root/etc/cron.d/trafmetux"
check "the archive's folder is there" [ -d "$work/root/var/lib/trafmetux" ]
echo "# kept" >"$work/root/var/lib/trafmetux/input-2026-01-01"

check "make install succeeds again" installing install
check "the archive stays as it is" grep -q kept "$work/root/var/lib/trafmetux/input-2026-01-01"
rm "$work/root/var/lib/trafmetux/input-2026-01-01"
installed >"$work/twice"
check "the same files are there" cmp -s "$work/once" "$work/twice"

echo "# kept" >"$work/root/var/lib/trafmetux/input-2026-01-01"
check "make uninstall succeeds" installing uninstall
check "it leaves the archive, and nothing else" \
	[ "$(installed)" = ./var/lib/trafmetux/input-2026-01-01 ]
echo "1..$checks"
