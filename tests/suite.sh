# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Debian suites to build and run in, each a debootstrap in the cache folder. Who
# sources this has run "tests/packages --install kernels" and is root. A suite
# is named trixie, or bookworm-i386 where it is not of this machine's
# architecture but one that its processor runs too.

cache=${TRAFMETUX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafmetux}
mkdir -p "$cache"

# mirror_of ARCHIVE: where this machine gets "debian" or "debian-security" from.
mirror_of() {
	apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' |
		sed -n "s|\(/$1\)/*\$|\1|p" | head -n 1
}

# lock_suite NAME: keeps other runs out of it until this process ends or locks
# another one.
lock_suite() {
	exec 9>"$cache/suite-$1.lock"
	flock -n 9 || {
		echo "$1: waiting for another run to be through with it"
		flock 9
	}
}

# obstacle NAME: why this machine cannot have it, in words; nothing if it can.
obstacle() {
	root=$cache/suite-$1
	if ! unshare --mount --fork --pid --kill-child mount -t proc proc /proc 2>/dev/null; then
		echo "nothing can be mounted here"
		return
	fi
	[ ! -e "$root/complete" ] || return 0
	mirror=$(mirror_of debian)
	if [ -z "$mirror" ]; then
		echo "apt names no mirror of Debian"
	elif ! /usr/lib/apt/apt-helper -qq download-file "$mirror/dists/${1%%-*}/InRelease" \
		"$cache/suite-$1.release" >/dev/null 2>&1; then
		echo "$mirror has no ${1%%-*}"
	fi
}

# bootstrap NAME: its root, whole or not at all.
bootstrap() {
	root=$cache/suite-$1
	[ ! -e "$root/complete" ] || return 0
	echo "$1: making a Debian of it"
	mirror=$(mirror_of debian)
	rm -rf "$root.part"
	architecture=''
	case $1 in *-*) architecture=--arch=${1#*-} ;; esac
	# What it mounts goes when it ends, however that comes about.
	# shellcheck disable=SC2086 # an option or nothing
	unshare --mount --fork --pid --kill-child debootstrap --variant=minbase \
		--include=ca-certificates,make $architecture "${1%%-*}" "$root.part" "$mirror" \
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

# update NAME: the newest packages of the suite and what the tests need, the
# kernel's headers among them, for which tests/vm/kernel then fetches the kernel.
# Mends what an interrupted run left behind. The security archive is left out
# where it cannot be used: sid has none, and an old suite's is taken down one
# day. The tree is at /trafmetux in the suite. Without a network, what is there
# has to do.
update() {
	security=$(mirror_of debian-security)
	log=$cache/suite-$1.log
	# shellcheck disable=SC2016 # expanded by the inner shell
	enter "$1" sh -c '
		export DEBIAN_FRONTEND=noninteractive
		all() {
			apt-get -q -y --no-install-recommends -f dist-upgrade &&
				apt-get -q -y --purge autoremove &&
				/trafmetux/tests/packages --install check
		}
		list=/etc/apt/sources.list.d/security.list
		rm -f $list
		[ -z "$1" ] || echo "deb $1 $2-security main" >$list
		dpkg --configure -a
		apt-get -q update || rm -f $list
		all
		status=$?
		apt-get clean
		exit $status' sh "$security" "${1%%-*}" >"$log" 2>&1 </dev/null ||
		echo "$1: not brought up to date: $(grep -m 1 '^[EW]:' "$log")"
}

# enter NAME COMMAND...: runs it inside, with a /proc that goes when it ends and
# nothing of this environment.
enter() {
	enter_root=$cache/suite-$1
	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare --mount --fork --pid --kill-child sh -c '
		mount -t proc proc "$1/proc"
		mount -t sysfs sysfs "$1/sys"
		mount --rbind /dev "$1/dev"
		root=$1
		shift
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LC_ALL=C "$@"' sh "$enter_root" "$@"
}

# suite_tree NAME FOLDER: copies the tree, which $top names, without what was
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
