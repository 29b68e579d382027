# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced by the scripts that meter devices by BPF: they do so in namespaces of their own,
# where the machine's devices, mounts and processes are not.

# alone: starts the script anew in such namespaces; where that can't be, it skips all
alone() {
	[ -z "${METERS_ALONE:-}" ] || {
		mount -t tmpfs none /run
		mount -t sysfs none /sys
		ip link set lo up
		return
	}
	if [ "$(id -u)" -ne 0 ] || ! unshare --mount --net --pid --fork true 2>/dev/null; then
		echo "1..0 # SKIP namespaces of one's own need root"
		exit 0
	fi
	METERS_ALONE=yes exec unshare --mount --net --pid --fork --kill-child --mount-proc \
		sh "$0" "$@"
}

# in_namespace NAME COMMAND...
in_namespace() {
	in_namespace_name=$1
	shift
	nsenter --net="/run/netns/$in_namespace_name" -- "$@"
}

# await SECONDS NAME COMMAND...
await() {
	await_until=$(($(date +%s) + $1 * 10))
	shift 2
	until "$@"; do
		[ "$(date +%s)" -lt $await_until ] || return 1
		sleep 0.05
	done
}

# memory: KB of a monitor by BPF
memory() {
	awk '{ count = 0; split($0, part, ","); for (each in part) {
		split(part[each], range, "-")
		count += (2 in range ? range[2] - range[1] : 0) + 1 }
		slots = int(4194304 / 24 / count); if (slots > 1440) slots = 1440
		if (slots < 60) slots = 60
		places = 1; while (places < count) places *= 2
		print int((count * slots * 24 + places * 64 + 1023) / 1024) }' /sys/devices/system/cpu/possible
}
