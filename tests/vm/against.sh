# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Monitors on one machine against plain counters on another, where packets are
# on their own. Sourced after topology.sh by scenarios that need not repeat
# everything with both backends: the packet path is the same for both.

backend=legacy
modprobe -qn iptable_mangle || backend=nft

# rule NAMESPACE FAMILY CHAIN WORDS...: appends to the mangle table.
rule() {
	rule_namespace=$1 rule_command=$(iptables_command "$backend" "$2") rule_chain=$3
	shift 3
	in_namespace "$rule_namespace" "$rule_command" -w -t mangle -A "$rule_chain" "$@"
}

# meter NAMESPACE FAMILY CHAIN NAME MATCH...: a monitor NAME.CHAIN, and a plain
# rule beside it with that comment.
meter() {
	meter_target="$1 $2 $3" meter_name=$4.$3
	shift 4
	# shellcheck disable=SC2086 # three words
	rule $meter_target "$@" -j TRAFMETUX --monitor "$meter_name"
	# shellcheck disable=SC2086
	rule $meter_target "$@" -m comment --comment "$meter_name"
}

# plain NAMESPACE FAMILY CHAIN NAME MATCH...: a plain rule alone.
plain() {
	plain_target="$1 $2 $3" plain_name=$4
	shift 4
	# shellcheck disable=SC2086
	rule $plain_target "$@" -m comment --comment "$plain_name"
}

# seen NAMESPACE FAMILY NAME: "PACKETS BYTES" that the plain rule counted.
seen() {
	rule_counters "$1" "$backend" "$2" mangle "$3"
}

# flush NAMESPACE...: the mangle tables.
flush() {
	for flush_namespace in "$@"; do
		for flush_family in $families; do
			in_namespace "$flush_namespace" "$(iptables_command "$backend" "$flush_family")" -w -t mangle -F
		done
	done
}

# compare WHAT WIRE NAMESPACE FAMILY NAME [merged|single]: the monitor equals WIRE,
# "PACKETS BYTES"; the plain rule beside it does not where the kernel had merged
# packets, which shows that there was something to tell.
compare() {
	check_equal "$1: the monitor equals the packets on the wire" "$2" "$(monitor_counters "$3" "$5")"
	case ${6:-} in
	merged) check_differs "$1: the plain counter does not" "$2" "$(seen "$3" "$4" "$5")" ;;
	single) check_equal "$1: so does the plain counter" "$2" "$(seen "$3" "$4" "$5")" ;;
	esac
}

# share WIRE COUNTED: by how much the second falls short of the first.
share() {
	echo "$1 $2" | awk '{ printf "%d packets and %d bytes of %d and %d, %.2f %% of the bytes missing", $3, $4, $1, $2, 100 * ($2 - $4) / $2 }'
}
