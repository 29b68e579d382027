# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Debian's kernel sources, as installed by "tests/packages --install debug" and
# unpacked in the cache folder.

cache=${TRAFMETUX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafmetux}

# source_package: the newest that is installed, e.g. linux-source-6.1.
source_package() {
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'linux-source-*' 2>/dev/null |
		sed -n 's/^installed //p' | sort -V | tail -n 1 | grep . || {
		echo "tests: no kernel sources are here; run 'tests/packages --install debug' as root" >&2
		return 1
	}
}

# source_version: of that package, e.g. 6.1.192-2.
source_version() {
	source_name=$(source_package) || return 1
	dpkg-query -W -f '${Version}' "$source_name"
}

# source_tree: the folder of the sources, unpacked whole or not at all.
source_tree() {
	source_name=$(source_package) || return 1
	source_folder=$cache/linux-source-$(source_version)
	if [ ! -e "$source_folder" ]; then
		mkdir -p "$cache"
		source_part=$(mktemp -d "$cache/.source-XXXXXX")
		tar -C "$source_part" --strip-components=1 -xf "/usr/src/$source_name.tar.xz" || return 1
		chmod 755 "$source_part"
		mv "$source_part" "$source_folder"
	fi
	echo "$source_folder"
}
