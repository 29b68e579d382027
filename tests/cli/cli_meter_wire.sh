#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Meters by BPF equal what a plain counter sees behind a hop that gets each packet by
# itself: on this machine's own kernel, in namespaces of its own.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../meters.sh
. "$HERE/../meters.sh"
alone "$@"
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
mkdir archive
make -s -C "$HERE/../vm/tools" BUILD="$WORK/tools" "$WORK/tools/traffic" >&2
PATH=$WORK/tools:$PATH
# shellcheck source=../vm/topology.sh
. "$HERE/../vm/topology.sh"

# meter ARGUMENT...: the program in the router, as there is no module here
meter() {
	status=0
	in_namespace router "$PROGRAM" --archive-dir archive --config trafmetux.conf "$@" \
		>out 2>err </dev/null || status=$?
}

# counted MONITOR: its packets and bytes
counted() {
	in_namespace router "$QUICK" read "$1" | awk '/^packets/ { packets = $2 }
		/^bytes/ { print packets, $2 }'
}

# on_the_wire COUNTER: of the hop
on_the_wire() {
	in_namespace hop nft list counter inet wire "$1" |
		awk '/packets/ { print $2, $4 }'
}

# equal NAME: both ways, at both devices of the router
equal() {
	equal_tries=0
	# A last packet may be on its way.
	while equal_found="$(counted client-in) $(counted client-out) $(counted hop-in) $(counted hop-out)" &&
		equal_there=$(on_the_wire there) equal_back=$(on_the_wire back) &&
		[ "$equal_found" != "$equal_there $equal_back $equal_back $equal_there" ] &&
		[ $equal_tries -lt 20 ]; do
		equal_tries=$((equal_tries + 1))
		sleep 0.1
	done
	same "$1" "$equal_there $equal_back $equal_back $equal_there" "$equal_found"
	echo "# there $equal_there, back $equal_back"
}

# more NAME PACKETS: so many at least came through since the last time
passed=0
more() {
	more_now=$(on_the_wire there)
	more_now=${more_now%% *}
	test $((more_now - passed)) -ge "$2"
	result "$1"
	passed=$more_now
}

network_up
for pair in hop.router hop.server server.hop; do
	offload "${pair%.*}" "${pair#*.}" tso off gso off gro off tx-udp-segmentation off
	ip -n "${pair%.*}" link set "${pair#*.}" gso_max_segs 1
done
for pair in client.router router.client router.hop; do
	offload "${pair%.*}" "${pair#*.}" tso on gso on gro on tx-udp-segmentation on
done
# So the router's kernel cuts what it sends there.
offload router hop tso off tx-udp-segmentation off
# Nobody has anything to say of itself.
for name in $namespaces; do
	in_namespace "$name" nft -f - <<-'END'
		table ip6 silence {
			chain out {
				type filter hook output priority 0
				icmpv6 type { 130, 131, 132, 143 } drop
			}
		}
	END
done
in_namespace hop nft -f - <<'END'
table inet wire {
	counter there {}
	counter back {}
	counter plain {}
	chain in { type filter hook prerouting priority -500; iifname "router" counter name there; }
	chain out { type filter hook postrouting priority 500; oifname "router" counter name back; }
}
END
in_namespace router nft -f - <<'END'
table inet plain {
	counter merged {}
	chain forward { type filter hook forward priority 0; iifname "client" counter name merged; }
}
END
meter meter client hop
expect "two devices are metered" 0 "client-in: counts what arrives at client, by BPF in $(memory) KB of memory
client-out: counts what leaves by client, by BPF in $(memory) KB of memory
hop-in: counts what arrives at hop, by BPF in $(memory) KB of memory
hop-out: counts what leaves by hop, by BPF in $(memory) KB of memory" ""

sink server tcp 7000
sink client tcp 7000
sink server udp 7001
for family in 4 6; do
	there=$(address_of server $family) back=$(address_of client $family)
	send client tcp "$there" 7000 16777216
	equal "TCP that the sender's kernel does not cut, IPv$family"
	more "it was much" 11000
	send server tcp "$back" 7000 16777216
	equal "TCP that the router merges, IPv$family"
	send client udp "$there" 7001 400 12000 1200
	equal "UDP_SEGMENT, IPv$family"
	more "it was cut" 4000
	send client udp "$there" 7001 300 90
	equal "small datagrams, IPv$family"
	TRAFFIC_LONG_HEADERS=1 send client tcp "$there" 7000 4000000
	equal "TCP with options or an extension header, IPv$family"
	TRAFFIC_LONG_HEADERS=1 send client udp "$there" 7001 100 12000 1200
	equal "UDP_SEGMENT with options or an extension header, IPv$family"
	TRAFFIC_FRAGMENTS=1 send client udp "$there" 7001 100 4000
	equal "fragments, IPv$family"
	more "and they were some" 300
done
merged=$(in_namespace router nft list counter inet plain merged | awk '/packets/ { print $2 }')
test "$merged" -lt "$passed"
result "a plain counter in the router saw fewer packets: $merged of $passed"

# tunnel PORT: VXLAN from end to end
tunnel() {
	for end in client.1.10.1.0.1.10.3.0.2 server.2.10.3.0.2.10.1.0.1; do
		name=${end%%.*} rest=${end#*.}
		number=${rest%%.*} rest=${rest#*.}
		local_=$(echo "$rest" | cut -d. -f1-4) remote=$(echo "$rest" | cut -d. -f5-8)
		ip -n "$name" link add tunnel type vxlan id 7 dstport "$1" local "$local_" \
			remote "$remote" ttl 64
		ip -n "$name" link set tunnel addrgenmode none mtu 1400 up
		ip -n "$name" addr add "10.9.0.$number/24" dev tunnel
		ip -n "$name" addr add "fd09::$number/64" dev tunnel nodad
	done
}
for port in 4789 8472; do
	tunnel $port
	on_the_wire there >/dev/null
	send client tcp 10.9.0.2 7000 8000000
	equal "TCP in VXLAN at port $port"
	more "it was much" 5000
	send client tcp fd09::2 7000 8000000
	equal "TCP over IPv6 in VXLAN at port $port"
	ip -n client link del tunnel
	ip -n server link del tunnel
done
tunnel 5555
before=$(counted client-in) wire_before=$(on_the_wire there)
send client tcp 10.9.0.2 7000 8000000
echo "# TCP in VXLAN at a port that is nobody's: $(counted client-in) after $before, on the wire $(on_the_wire there) after $wire_before"
network_down
plan
