#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 1500
#
# A thousand meters come and go under a flood, while devices are made, renamed,
# moved and deleted, namespaces end, and the module is loaded anew. What was there
# all the time has counted every packet.

. ./lib.sh
. ./stress.sh

many=$(scaled 1000)
rounds=$(scaled 40)

# meters SIGN COUNT: by turns in, tapped-in, out and routed-out of the loopback, under
# names of their own. Each is one write.
# shellcheck disable=SC2016 # awk's own
meters() {
	awk -v sign="$1" -v count="$2" 'BEGIN {
		split("in tapped-in out routed-out", way)
		for (i = 1; i <= count; i++)
			print sign, "m" i, "lo", way[i % 4 + 1]
	}' >/tmp/orders
	while read -r order; do
		echo "$order" >/proc/trafmetux/.meters || return 1
	done </tmp/orders
}

listed() {
	[ "$(sed 1d /proc/trafmetux/.meters | grep -c ' lo [a-z-]* on$')" = "$1" ]
}

memory() {
	sed -n 's/^Slab: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

# devices: a pair that is never at rest, metered by name in two namespaces
devices() {
	devices_left=$rounds
	while [ "$devices_left" -gt 0 ]; do
		devices_left=$((devices_left - 1))
		ip netns add other
		for place in self other; do
			for way in in tapped-in out routed-out; do
				echo "+ wild wild $way" |
					in_namespace $place tee /proc/trafmetux/.meters >/dev/null
			done
		done
		ip link add name wild type veth peer name peer
		ip link set peer up
		ip link set wild up
		ip link set wild down
		ip link set wild name tame
		ip link set tame name wild
		ip link set wild netns other
		ip -n other link set wild up
		if [ $((devices_left % 2)) = 0 ]; then
			ip link del peer
			ip netns del other
		else
			ip netns del other
			await 60 "the device is gone with its namespace" [ ! -e /sys/class/net/peer ]
		fi
	done
	# What happened in this shell its parent does not see.
	echo "all of them" >/tmp/devices
}

arrived() {
	[ "$(monitor_packets self "all-in$1")" -ge "$sent_packets" ]
}

# under_flood FAMILY
under_flood() {
	for way in in tapped-in out routed-out; do
		echo "+ all-$way$1 lo $way" >/proc/trafmetux/.meters
	done
	flood_start "$1"
	rm -f /tmp/devices
	devices 2>/tmp/devices-errors &
	wild=$!
	meters + "$many"
	check "IPv$1: all meters are there" listed $((many + 4))
	note "IPv$1: $(memory) kB of slabs with $many meters"
	check "IPv$1: they count" [ "$(monitor_packets self m1)" -gt 0 ]
	meters - "$many"
	check "IPv$1: all of those are gone" listed 4
	note "IPv$1: $(memory) kB of slabs without"
	same "IPv$1: nothing uses their monitors" 0 \
		"$(cat /proc/trafmetux/m[0-9]* | grep -c '^references [^0]')"
	wait $wild || :
	check "IPv$1: devices came and went meanwhile" [ -e /tmp/devices ]
	flood_stop
	check "IPv$1: there was a flood" [ "$sent_packets" -gt 1000 ]
	await 60 "the last of it has arrived" arrived "$1"
	for way in in tapped-in out routed-out; do
		same "IPv$1: the one that was there, $way, has all" "$sent" "$(monitor_counters self "all-$way$1")"
		echo "- all-$way$1 lo $way" >/proc/trafmetux/.meters
	done
	for way in in tapped-in out routed-out; do
		echo "- wild wild $way" >/proc/trafmetux/.meters
	done
}

is_busy() {
	! rmmod xt_TRAFMETUX 2>/dev/null
}

# keep_hooks: netfilter's hooks at devices stay in use, by others. The kernel rewrites
# its own code when the first begins and the last ends. Where four processors run that
# code meanwhile, QEMU 7.2 may keep what it translated in the midst of it: a trap that is
# in memory no more, and from which the kernel goes back to it for ever. So it does with
# nft alone and no module of ours, and goes on as soon as QEMU translates anew.
keep_hooks() {
	ip link add name keep type veth peer name kept
	nft -f - <<-'END' || nft -f - <<-'WITHOUT_EGRESS'
		table netdev keep {
			chain in {
				type filter hook ingress device keep priority 0
			}
			chain out {
				type filter hook egress device keep priority 0
			}
		}
	END
		table netdev keep {
			chain in {
				type filter hook ingress device keep priority 0
			}
		}
	WITHOUT_EGRESS
}

# loads FAMILY: the module, again and again
loads() {
	flood_start "$1"
	loads_left=$(scaled 20) busy=0 unloaded=0
	while [ "$loads_left" -gt 0 ]; do
		loads_left=$((loads_left - 1))
		modprobe xt_TRAFMETUX
		meters + 8
		! is_busy || busy=$((busy + 1))
		meters - 8
		# The last put of a namespace's end may be a little late.
		await 60 "the module unloads" unload_module
		unloaded=$((unloaded + 1))
	done
	loads_times=$(scaled 20)
	same "IPv$1: while meters were there it did not unload" "$loads_times" "$busy"
	same "IPv$1: once they were gone it did, $loads_times times" "$loads_times" "$unloaded"
	flood_stop
}

keep_hooks
modprobe xt_TRAFMETUX max_meters=2000
for family in $families; do
	under_flood "$family"
done
await 60 "the module unloads" unload_module
for family in $families; do
	loads "$family"
done
nft delete table netdev keep
ip link del keep
finish
