# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Meters at the devices of the scenarios' network. Sourced after topology.sh.

# meter NAMESPACE WORDS...: gives an order, as "+ NAME DEVICE in". What the kernel
# has against it is in /tmp/refused, in words.
meter() {
	meter_namespace=$1
	shift
	# One write, of which others do not say what was wrong.
	echo "$*" | in_namespace "$meter_namespace" dd of=/proc/trafmetux/.meters 2>/tmp/refused
}

# meters NAMESPACE: what there is, without the version
meters() {
	in_namespace "$1" sed 1d /proc/trafmetux/.meters
}

# meter_is NAMESPACE LINE...: are the meters these?
meter_is() {
	meter_namespace=$1
	shift
	[ "$(printf '%s\n' "$@")" = "$(meters "$meter_namespace")" ]
}

# has_egress: kernels before 5.16 have no hook for "out", and some later ones
has_egress() {
	if meter self + probe lo out; then
		meter self - probe lo out
	else
		return 1
	fi
}

# meters_off NAMESPACE: takes all away
# shellcheck disable=SC2086 # three words
meters_off() {
	meters "$1" >/tmp/meters-there
	while read -r off_monitor off_device off_way _ <&7; do
		meter "$1" - $off_monitor $off_device $off_way
	done 7</tmp/meters-there
}

# wire_rules NAMESPACE DEVICE: plain counters of all IP that comes in there
wire_rules() {
	for wire_family in 4 6; do
		restore_rules "$1" nft $wire_family <<-END
			*mangle
			-A PREROUTING -i $2 -m comment --comment wire
			COMMIT
		END
	done
}

# wire NAMESPACE: "PACKETS BYTES" that they saw, of both families
wire() {
	{ rule_counters "$1" nft 4 mangle wire; rule_counters "$1" nft 6 mangle wire; } |
		awk '{ packets += $1; bytes += $2 } END { print packets, bytes }'
}

# less A B: the difference of two readings
less() {
	echo "$((${1% *} - ${2% *})) $((${1#* } - ${2#* }))"
}

# refusal: what the kernel had against the last order
refusal() {
	sed -n 's/^dd: .*: //p' /tmp/refused
}

# quiet NAMESPACE...: a new device has packets of its own to tell of groups, which a
# meter counts too, now or seconds later; these, who listens to what, never get to it.
quiet() {
	for quiet_namespace in "$@"; do
		in_namespace "$quiet_namespace" nft -f - <<-END
			table ip quiet {
				chain output {
					type filter hook output priority 0
					ip protocol igmp drop
				}
			}
			table ip6 quiet {
				chain output {
					type filter hook output priority 0
					icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } drop
				}
			}
		END
	done
}
