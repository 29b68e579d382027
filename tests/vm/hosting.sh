# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Tables of hosts, read and judged, and packets of many hosts. Sourced after
# topology.sh.

# hosts_file NAMESPACE NAME: the whole text
hosts_file() {
	in_namespace "$1" cat "/proc/trafmetux/$2~hosts"
}

# hosts_field NAMESPACE NAME KEY: what is behind a key, as of "used" or "other"
hosts_field() {
	hosts_file "$1" "$2" | sed -n "s/^$3 //p"
}

# hosts_rows NAMESPACE NAME: the rows, without the word before each
hosts_rows() {
	hosts_field "$1" "$2" host
}

# host_totals NAMESPACE NAME ADDRESS: "UP-PACKETS UP-BYTES DOWN-PACKETS DOWN-BYTES" of
# each of its rows, in the order of their ids
host_totals() {
	hosts_rows "$1" "$2" | sort -n |
		awk -v address="$3" '$2 == address { print $4, $5, $6, $7 }'
}

# hosts_judge: reads a table's text; says what is wrong with it in itself: the last
# line's sums are those of all lines, and nothing moved meanwhile. Prints its sum.
hosts_judge() {
	awk '$1 == "monitor" { name = $2 }
		$1 == "moves" { moves = $2 }
		$1 == "max" { max = $2 }
		$1 == "used" { used = $2 }
		$1 == "before" { packets += $2; bytes += $3 }
		$1 == "other" || $1 == "gone" { for (i = 2; i < 6; i++) sum[i] += $i }
		$1 == "host" {
			rows++
			for (i = 5; i < 9; i++) sum[i - 3] += $i
			if (ids[$2]++) wrong = "an id is there twice"
		}
		$1 == "end" {
			ended++
			if ($2 != moves) wrong = "a row moved"
			for (i = 2; i < 6; i++) if ($(i + 1) != sum[i]) wrong = "the sums are not those of the lines"
		}
		END {
			if (ended != 1) wrong = "there is no end"
			if (rows < used || rows > max) wrong = rows " rows, where " used " are told of " max
			if (wrong) print "wrong: " wrong
			else printf "%.0f %.0f\n", packets + sum[2] + sum[4], bytes + sum[3] + sum[5]
		}'
}

# hosts_add_up NAMESPACE NAME: once nothing is being counted, rows and monitor are one
hosts_add_up() {
	hosts_file "$1" "$2" >/tmp/hosts-text
	[ "$(hosts_judge </tmp/hosts-text)" = "$(monitor_counters "$1" "$2")" ] && return
	note "rows $(hosts_judge </tmp/hosts-text), monitor $(monitor_counters "$1" "$2")"
	return 1
}

# hosts_rule NAMESPACE BACKEND FAMILY CHAIN WORDS...: one rule in the mangle table
hosts_rule() {
	rule_namespace=$1 rule_command=$(iptables_command "$2" "$3") rule_chain=$4
	shift 4
	in_namespace "$rule_namespace" "$rule_command" -t mangle -A "$rule_chain" "$@"
}

# The router at the client, and the first two that hostsend has.
router_mac=02:00:00:00:01:02
# shellcheck disable=SC2034 # scenarios want it
first_mac=02:00:00:01:00:00
# shellcheck disable=SC2034 # likewise
second_mac=02:00:00:01:00:01

# from_hosts SOURCE N COUNT [MACS]: datagrams of N hosts, which come to the router
from_hosts() {
	case $1 in
	*:*) from_to=fd00:3::2 ;;
	*) from_to=10.3.0.2 ;;
	esac
	from_before=$(arrived "$1")
	in_namespace client hostsend router $router_mac "$1" "$2" $from_to 1 "$3" 100 ${4:+"$4"} >/dev/null
	await 10 "the router has them" has_arrived "$1" $((from_before + $3))
}

# to_hosts DESTINATION N COUNT: the other way, from the hop
to_hosts() {
	case $1 in
	*:*) to_from=fd00:3::2 ;;
	*) to_from=10.3.0.2 ;;
	esac
	to_before=$(arrived "$1")
	in_namespace hop hostsend router 02:00:00:00:02:01 $to_from 1 "$1" "$2" "$3" 100 >/dev/null
	await 10 "the router has them" has_arrived "$1" $((to_before + $3))
}

# arrived ADDRESS: packets of that family that the router has handled, by a counter
# that is behind all rules of the scenario; nobody is to answer them
arrived() {
	case $1 in
	*:*) arrived_family=ip6 ;;
	*) arrived_family=ip ;;
	esac
	in_namespace router nft list chain $arrived_family behind seen | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p'
}

has_arrived() { [ "$(arrived "$1")" -ge "$2" ]; }

# behind after|raw: those counters; where the rules drop some, "raw" has them before
behind() {
	case $1 in
	raw) behind_priority=-300 ;;
	*) behind_priority=100 ;;
	esac
	for behind_family in ip ip6; do
		in_namespace router nft -f - <<-END
			table $behind_family behind {
				chain seen {
					type filter hook prerouting priority $behind_priority
					udp dport 7000 counter
				}
				chain end {
					type filter hook prerouting priority 101
					udp dport 7000 drop
				}
			}
		END
	done
}
