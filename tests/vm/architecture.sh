# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # the variables are for whoever sources this
#
# Everything that depends on an architecture, in one place. To add one, add a
# case below; nothing else in tests/ names one.
#
# TRAFMETUX_ARCHITECTURE asks for another one than this machine's: that is built
# for with a cross compiler, from packages unpacked by tests/vm/sysroot.

architecture=${TRAFMETUX_ARCHITECTURE:-$(dpkg --print-architecture)}
cache=${TRAFMETUX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trafmetux}

# qemu_ports: the console on the first port, the results on another. The guest
# loads results_module where the kernel has no driver for that one built in.
# tsc=reliable: emulation is jittery enough to make the clocksource watchdog
# speak up, and its warning would fail the run. patience: how many times longer
# than on amd64 a guest may take, which qemu is quickest at.
results_module='' patience=3
case $architecture in
amd64)
	patience=1
	triplet=x86_64-linux-gnu
	kernel_flavour=cloud-amd64
	qemu_package=qemu-system-x86
	qemu_program=qemu-system-x86_64
	qemu_machine="-machine pc,hpet=off -cpu max,la57=off"
	qemu_ports="-serial chardev:console -serial chardev:results"
	console_device=ttyS0
	results_device=ttyS1
	kernel_parameters="tsc=reliable no_timer_check"
	;;
i386)
	triplet=i386-linux-gnu
	kernel_flavour=686-pae
	qemu_package=qemu-system-x86
	qemu_program=qemu-system-i386
	# Of AMD's 32-bit processors Linux would have it that they are no pair.
	qemu_machine="-machine pc,hpet=off -cpu max,vendor=GenuineIntel"
	qemu_ports="-serial chardev:console -serial chardev:results"
	console_device=ttyS0
	results_device=ttyS1
	# This kernel's calibration of the TSC is off tenfold on a busy machine.
	kernel_parameters="tsc=unstable clocksource=acpi_pm no_timer_check"
	;;
arm64)
	triplet=aarch64-linux-gnu
	kernel_flavour=arm64
	qemu_package=qemu-system-arm
	qemu_program=qemu-system-aarch64
	# Signing pointers as the specification has it costs an emulator too much.
	qemu_machine="-machine virt -cpu max,pauth-impdef=on"
	qemu_ports="-serial chardev:console -device pci-serial,chardev=results"
	console_device=ttyAMA0
	results_device=ttyS0
	kernel_parameters=""
	;;
s390x)
	triplet=s390x-linux-gnu
	kernel_flavour=s390x
	qemu_package=qemu-system-misc
	qemu_program=qemu-system-s390x
	qemu_machine="-machine s390-ccw-virtio -cpu max"
	qemu_ports="-serial chardev:console
		-device virtio-serial-ccw -device virtconsole,chardev=results"
	console_device=ttysclp0
	results_device=hvc0
	results_module=virtio_console
	kernel_parameters=""
	;;
*)
	echo "tests: no virtual machine is described for $architecture yet; add it to tests/vm/architecture.sh" >&2
	exit 1
	;;
esac

sysroot='' cross='' compiler_package=gcc apt_options=''
if [ "$architecture" != "$(dpkg --print-architecture)" ]; then
	sysroot=$cache/root-$architecture
	cross=$triplet-
	compiler_package=gcc-$triplet
	# Lists, cache and status of its own: apt knows of no machine then.
	apt_options="-o APT::Architecture=$architecture -o APT::Architectures=$architecture
		-o Dir::State=$cache/apt-$architecture -o Dir::State::status=/dev/null
		-o Dir::Cache=$cache/apt-$architecture
		-o Dir::Etc::SourceList=$cache/apt-$architecture/sources.list
		-o Dir::Etc::SourceParts=/dev/null"
fi

# package_version NAME: of what is tested with, here or in the other architecture's root.
package_version() {
	if [ -n "$sysroot" ]; then
		sed -n "s/^$1_\([^_]*\)_.*/\1/p" "$sysroot/packages" | sed 's/%3a/:/'
	else
		dpkg-query -W -f '${Version}' "$1"
	fi
}
