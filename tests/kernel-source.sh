# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# The kernel's sources as Debian's suites have them (package linux-source), each
# unpacked in the cache folder, whatever suite this machine is of: $cache/source-SUITE
# is a link to linux-source-VERSION. About 1.5 GB each. Who sources this sets $tests,
# the folder this is in.

cache=${TRAFMETUX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafmetux}
mkdir -p "$cache"
# shellcheck source=tests/suite.sh disable=SC2154
. "$tests/suite.sh" # for mirror_of

# of_suite SUITE COMMAND ARGUMENT...: apt-get or apt-cache with that suite's lists
# alone, which are kept in the cache folder.
of_suite() {
	of_lists=$cache/apt-source-$1 of_command=$2
	shift 2
	"$of_command" -q -o Dir::State="$of_lists" -o Dir::State::status=/dev/null \
		-o Dir::Cache="$of_lists" -o Dir::Etc::SourceList="$of_lists/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null "$@"
}

# source_lists SUITE: reads them. The security archive is left out where there is
# none: for sid, and for an old suite one day.
source_lists() {
	lists=$cache/apt-source-$1
	mkdir -p "$lists/lists/partial" "$lists/archives/partial"
	for extra in "deb [check-valid-until=no] $(mirror_of debian-security) $1-security main" ''; do
		printf 'deb [check-valid-until=no] %s %s main\n%s\n' "$(mirror_of debian)" "$1" "$extra" \
			>"$lists/sources.list"
		! of_suite "$1" apt-get -o APT::Update::Error-Mode=any update || return 0
	done
	return 1
}

# source_unpack SUITE FOLDER: the newest there is, unless it is here; then links it.
source_unpack() {
	source_lists "$1" || return 1
	# linux-source depends on linux-source-6.1; a suite may have several of those.
	package=$(of_suite "$1" apt-cache depends linux-source | sed -n 's/^ *Depends: //p' | head -n 1)
	version=$(of_suite "$1" apt-cache show "$package" | sed -n 's/^Version: //p' | head -n 1)
	[ -n "$version" ] || return 1
	# Without the security archive, which may be out of reach for once, it is older.
	dpkg --compare-versions "$version" ge "$(source_version "$1" 2>/dev/null)" || return 0
	if [ ! -e "$cache/linux-source-$version" ]; then
		mkdir "$2/source"
		(cd "$2" && of_suite "$1" apt-get download "$package=$version") &&
			dpkg-deb -x "$2"/*.deb "$2/package" &&
			tar -C "$2/source" --strip-components=1 -xf "$2/package/usr/src/$package.tar.xz" &&
			mv "$2/source" "$cache/linux-source-$version" || return 1
	fi
	ln -sfn "linux-source-$version" "$cache/source-$1"
}

# source_fetch SUITE: brings them up to date; without a network those that are here do.
# One at a time: whoever finds apt's lists locked takes an archive for missing.
source_fetch() {
	exec 6>"$cache/apt-source-$1.lock"
	flock 6
	source_newest "$1" && source_status=0 || source_status=1
	exec 6>&-
	return "$source_status"
}

source_newest() {
	source_work=$(mktemp -d "$cache/.source-XXXXXX")
	if ! source_unpack "$1" "$source_work" >"$source_work/log" 2>&1 && [ ! -e "$cache/source-$1" ]; then
		tail -n 20 "$source_work/log" >&2
		rm -rf "$source_work"
		return 1
	fi
	rm -rf "$source_work"
}

# source_tree SUITE, source_version SUITE: the folder, and what is in it: 6.1.192-2.
source_tree() {
	readlink -e "$cache/source-$1" || {
		echo "tests: the kernel's sources of $1 are not here" >&2
		return 1
	}
}

source_version() {
	source_folder=$(source_tree "$1") || return 1
	echo "${source_folder##*/linux-source-}"
}

# patch_for SUITE: prints the patch for those sources.
patch_for() {
	source_line=$(source_version "$1" | cut -d . -f 1-2) &&
		"$tests/../kernel-patch/make-patches" --for "$source_line"
}

# patched_tree SUITE FOLDER: makes it a copy of the sources with the patch in, which
# has to go in without fuzz. What the patch leaves alone are links, so that it is
# quickly made, and keeps its times for make.
patched_tree() {
	rm -rf "$2"
	cp -al "$(source_tree "$1")" "$2"
	patch_for "$1" | patch -d "$2" -p1 --fuzz=0 -N
}
