# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Debian's kernel sources, as installed by "tests/packages --install static" or
# "debug" and unpacked in the cache folder.

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

# source_unpack NAME TAR-OPTIONS...: what the options choose of the sources, in the
# cache under that name; prints the folder. Whole or not at all.
source_unpack() {
	source_folder=$cache/$1
	shift
	if [ ! -e "$source_folder" ]; then
		source_name=$(source_package) || return 1
		mkdir -p "$cache"
		source_part=$(mktemp -d "$cache/.source-XXXXXX")
		tar -C "$source_part" --strip-components=1 -xf "/usr/src/$source_name.tar.xz" "$@" || {
			rm -rf "$source_part"
			return 1
		}
		chmod 755 "$source_part"
		# Another run may have been quicker; its copy will do.
		mv -T "$source_part" "$source_folder" 2>/dev/null || rm -rf "$source_part"
	fi
	echo "$source_folder"
}

# source_tree: the folder of the sources.
source_tree() {
	source_unpack "linux-source-$(source_version)"
}

# source_scripts: only what checks sources: checkpatch and the semantic patches.
source_scripts() {
	source_unpack "linux-scripts-$(source_version)" --wildcards \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
		'*/scripts/const_structs.checkpatch' '*/scripts/coccinelle'
}
