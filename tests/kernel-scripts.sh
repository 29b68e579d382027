# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# The kernel's own checkers of sources, out of Debian's package linux-source, as
# installed by "tests/packages --install static"; unpacked in the cache folder.

cache=${TRAFMETUX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafmetux}

# source_package: the newest that is installed, e.g. linux-source-6.1.
source_package() {
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'linux-source-*' 2>/dev/null |
		sed -n 's/^installed //p' | sort -V | tail -n 1 | grep . || {
		echo "tests: no kernel sources are here; run 'tests/packages --install static' as root" >&2
		return 1
	}
}

# source_version: of that package, e.g. 6.1.192-2.
source_version() {
	source_name=$(source_package) || return 1
	dpkg-query -W -f '${Version}' "$source_name"
}

# source_scripts: a folder with checkpatch and the semantic patches. Whole or not at
# all.
source_scripts() {
	source_name=$(source_package) || return 1
	source_folder=$cache/linux-scripts-$(source_version)
	if [ ! -e "$source_folder" ]; then
		mkdir -p "$cache"
		source_part=$(mktemp -d "$cache/.source-XXXXXX")
		tar -C "$source_part" --strip-components=1 -xf "/usr/src/$source_name.tar.xz" --wildcards \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch' '*/scripts/coccinelle' || {
			rm -rf "$source_part"
			return 1
		}
		chmod 755 "$source_part"
		# Another run may have been quicker; its copy will do.
		mv -T "$source_part" "$source_folder" 2>/dev/null || rm -rf "$source_part"
	fi
	echo "$source_folder"
}
