# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Debian suites to build and run in, each a debootstrap in the cache folder. Who
# sources this has run "tests/packages --install kernels" and is root.

cache=${TRAFMETUX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafmetux}
mkdir -p "$cache"

# suite_mirror: where this machine gets Debian from.
suite_mirror() {
	mirror=$(apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' |
		grep '/debian/\{0,1\}$' | head -n 1)
	[ -n "$mirror" ] || { echo "tests: apt names no Debian mirror" >&2; return 1; }
	echo "$mirror"
}

# bootstrap SUITE: its root, whole or not at all.
bootstrap() {
	root=$cache/suite-$1
	[ ! -e "$root/complete" ] || return 0
	echo "$1: making a Debian of it"
	mirror=$(suite_mirror) || return 1
	rm -rf "$root.part"
	debootstrap --variant=minbase --include=ca-certificates,make "$1" "$root.part" "$mirror" \
		>"$cache/suite-$1.log" 2>&1 || {
		tail -n 20 "$cache/suite-$1.log" >&2
		return 1
	}
	# A mirror may be a snapshot, which says that it is out of date. Its
	# signature is still looked at.
	echo 'Acquire::Check-Valid-Until "false";' >"$root.part/etc/apt/apt.conf.d/90snapshot"
	touch "$root.part/complete"
	rm -rf "$root"
	mv "$root.part" "$root"
}

# enter SUITE COMMAND...: runs it inside, with a /proc that goes when it ends and
# nothing of this environment.
enter() {
	enter_root=$cache/suite-$1
	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --fork --pid --kill-child sh -c '
		mount -t proc proc "$1/proc"
		mount --rbind /dev "$1/dev"
		root=$1
		shift
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LC_ALL=C "$@"' sh "$enter_root" "$@"
}

# suite_tree SUITE FOLDER: copies the tree, which $top names, without what was
# built, into the suite.
suite_tree() {
	# shellcheck disable=SC2154
	: "$top"
	tree=$cache/suite-$1$2
	rm -rf "$tree"
	mkdir -p "$tree"
	tar -C "$top" -cf - --exclude=.git --exclude='*.o' --exclude='*.ko' . |
		tar -C "$tree" -xf -
}
