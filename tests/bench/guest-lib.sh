# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What both of the bench's guests use. The clock must count instructions.

# shellcheck source=tests/vm/lib.sh
. ./lib.sh

# fact WORDS...: for the report.
fact() {
	note "fact $*"
}

# The modules of the bench are not in the image's index yet.
bench_up() {
	depmod -a
	# The kernel has a little to do yet after booting, such as to print what
	# it said meanwhile. Idle time passes at once.
	sleep 10
	clock=$(cost clock)
	fact instruction-ns "$clock"
	matches "1000 instructions take 1000 ns" "1000.0?" "$clock"
	modprobe dummy numdummies=0
	ip link add sink type dummy
	ip link set sink addrgenmode none
	ip addr add 10.9.0.1/24 dev sink
	ip link set sink up
	ip neigh replace 10.9.0.2 lladdr 02:00:00:00:09:02 dev sink nud permanent
}

# backends_here: legacy is an option of newer kernels.
backends_here() {
	! modprobe -q iptable_mangle || echo legacy
	echo nft
}

# rule_lines COUNT RULE: an iptables-restore file for the mangle table's OUTPUT.
rule_lines() {
	echo "*mangle"
	awk -v count="$1" -v rule="-A OUTPUT $2" \
		'BEGIN { while (count--) print rule; print "COMMIT" }'
}
