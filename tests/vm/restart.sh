# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # lib.sh counts the checks
#
# Restarting the guest: sourced after lib.sh by scenarios that boot with a disk, on
# which files last until the scenario begins anew. All else is in memory, and gone.

disk=/dev/vda

# after_restart: brings the files back and goes on counting checks; false when the
# guest has been started for the first time.
after_restart() {
	modprobe -a virtio_pci virtio_blk
	await 20 "the disk is there" test -b $disk
	tar -C / -xf $disk 2>/dev/null || :
	[ -e /tmp/checks ] || return 1
	checks=$(cat /tmp/checks)
}

# restart FILE...: the guest goes down as by its reset button. The files are named
# from the root, without its slash.
restart() {
	echo "$checks" >/tmp/checks
	tar -C / -cf $disk tmp/checks "$@"
	sync
	# Its clock runs on.
	hwclock -w -u
	reboot -f
	await 60 "the guest is restarted" false
}
