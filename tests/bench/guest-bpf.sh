# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Times UDP packets at a device with no meter by BPF, with 1 and with 20, where the
# kernel module was never loaded.
#
# boot: --icount --memory 768 --timeout 1800 --silence 600

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
	bpf-in) cost arrivals 10.8.0.2 9 "$@" ;;
	bpf-vlan) cost arrivals 10.8.5.2 9 "$@" ;;
	bpf-tunnel) cost packets 10.9.6.2 9 "$@" ;;
	bpf-out) cost packets 10.9.0.2 9 "$@" ;;
	esac
}

# device WAY: where that is
device() {
	case $1 in
	bpf-in) echo far ;;
	bpf-vlan) echo near ;;
	*) echo sink ;;
	esac
}

# meters COUNT WAY: each feeds monitors of its own.
meters() {
	meters_left=$1
	while [ "$meters_left" -gt 0 ]; do
		trafmetux meter --name "m$meters_left" "$(device "$2")" >/dev/null || return 1
		meters_left=$((meters_left - 1))
	done
}

# monitors WAY: the packets of all together
monitors() {
	case $1 in
	bpf-in) monitors_way=in ;;
	*) monitors_way=out ;;
	esac
	for monitor in $(trafmetux list | awk -v way="$monitors_way" '$1 ~ "-" way "$" { print $1 }'); do
		trafmetux read "$monitor"
	done | awk '$1 == "packets" { sum += $2 } END { printf "%d\n", sum }'
}

# measure PASS WAY
measure() {
	for copies in 0 1 20; do
		meters $copies "$2"
		sleep 1	# what is switched on or freed later is
		before=$(monitors "$2")
		# shellcheck disable=SC2086 # words
		{
			fact metered "$1" "$2" plain $copies "$(costs "$2" $plain)"
			fact metered "$1" "$2" gso $copies "$(costs "$2" $gso)"
		}
		same "$2: each of $copies counted all that was sent" \
			$((copies * rounds_packets * (1 + segments))) $(($(monitors "$2") - before))
		[ $copies -eq 0 ] || trafmetux unmeter "$(device "$2")" >/dev/null
		sleep 1
	done
}

# neighbour ADDRESS DEVICE MAC
neighbour() {
	ip neigh replace "$1" lladdr "$3" dev "$2" nud permanent
}

unload_module || :
bench_up
mkdir -p /var/lib/trafmetux
ip link add near type veth peer name far
for end in near far; do
	ip link set $end addrgenmode none
	ip link set $end up
done
ip addr add 10.8.0.1/24 dev near
far=$(cat /sys/class/net/far/address)
neighbour 10.8.0.2 near "$far"
# Its tag is in the packet where it is counted; else it is as one without.
ethtool -K near txvlan off >/dev/null
ip link add link near name tagged type vlan id 5 reorder_hdr off
ip link set tagged addrgenmode none up
ip addr add 10.8.5.1/24 dev tagged
neighbour 10.8.5.2 tagged "$far"
ip link add inside type vxlan id 6 remote 10.9.0.2 local 10.9.0.1 dstport 4789 dev sink
ip link set inside addrgenmode none up
ip addr add 10.9.6.1/24 dev inside
neighbour 10.9.6.2 inside 02:00:00:00:09:06
for pass in 1 2; do
	for way in bpf-out bpf-in bpf-vlan bpf-tunnel; do
		measure $pass $way
	done
done
finish
