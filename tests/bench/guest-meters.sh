# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Times UDP packets at a device with no meter, with 1 and with 100.
#
# boot: --icount --timeout 600 --silence 300

# shellcheck source=tests/bench/guest-lib.sh
. /bench/guest-lib.sh

# The packets: a datagram, and one of ten segments.
plain="64" gso="10000 1000"
segments=10
rounds_packets=500	# that cost sends, in all its rounds

# costs WAY SIZE...: of sending a packet to where it is counted
costs() {
	costs_way=$1
	shift
	case $costs_way in
	*in) cost arrivals 10.8.0.2 9 "$@" ;;
	*) cost packets 10.9.0.2 9 "$@" ;;
	esac
}

# device WAY: where that is
device() {
	case $1 in
	*in) echo far ;;
	*) echo sink ;;
	esac
}

# meters SIGN COUNT WAY: each feeds a monitor of its own.
meters() {
	meters_left=$2
	while [ "$meters_left" -gt 0 ]; do
		echo "$1 m$meters_left $(device "$3") $3" >/proc/trafmetux/.meters || return 1
		meters_left=$((meters_left - 1))
	done
}

# measure PASS WAY: the hooks of one way at a time, or they cost the others too.
measure() {
	if ! meters + 1 "$2" 2>/tmp/refused; then
		[ "$1" -gt 1 ] || fact unavailable meter "$2" "this kernel has no such hook"
		return 0
	fi
	meters - 1 "$2"
	for copies in 0 1 100; do
		meters + $copies "$2"
		sleep 1	# what is switched on or freed later is
		before=$(monitors)
		# shellcheck disable=SC2086 # words
		{
			fact metered "$1" "$2" plain $copies "$(costs "$2" $plain)"
			fact metered "$1" "$2" gso $copies "$(costs "$2" $gso)"
		}
		same "$2: each of $copies counted all that was sent" \
			$((copies * rounds_packets * (1 + segments))) $(($(monitors) - before))
		meters - $copies "$2"
		sleep 1
	done
}

# monitors: the packets of all together
monitors() {
	cat /proc/trafmetux/m* | awk '$1 == "packets" { sum += $2 } END { printf "%d\n", sum }'
}

bench_up
modprobe xt_TRAFMETUX
ip link add near type veth peer name far
for end in near far; do
	ip link set $end addrgenmode none
	ip link set $end up
done
ip addr add 10.8.0.1/24 dev near
ip neigh replace 10.8.0.2 lladdr "$(cat /sys/class/net/far/address)" dev near nud permanent
for pass in 1 2; do
	for way in out in tapped-in routed-out; do
		measure $pass $way
	done
done
finish
