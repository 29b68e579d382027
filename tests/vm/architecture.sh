# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # the variables are for whoever sources this
#
# Everything that depends on the machine's architecture, in one place. To add
# one, add a case below; nothing else in tests/ names an architecture.

architecture=$(dpkg --print-architecture)

case $architecture in
amd64)
	kernel_flavour=cloud-amd64
	qemu_package=qemu-system-x86
	qemu_program=qemu-system-x86_64
	qemu_machine="-machine pc,hpet=off -cpu max,la57=off"
	console_device=ttyS0
	results_device=ttyS1
	# tsc=reliable: emulation is jittery enough to make the clocksource
	# watchdog speak up, and its warning would fail the run.
	kernel_parameters="tsc=reliable no_timer_check"
	;;
*)
	echo "tests: no virtual machine is described for $architecture yet; add it to tests/vm/architecture.sh" >&2
	exit 1
	;;
esac
