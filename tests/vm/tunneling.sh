# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Tunnels from the client to the server of the scenarios' network, inside which
# they are 10.9.0.1 and .2, fd09::1 and ::2. Sourced after topology.sh.

# ends NAME FAMILY: the addresses of the tunnel's ends
ends() {
	near=$(address_of client "$1") far=$(address_of server "$1")
}

# device NAMESPACE KIND LOCAL REMOTE PEER: makes one end, called "tunnel". Its
# time to live is its own, or packets for neighbours only die on the router.
device() {
	case $2 in
	vxlan) ip -n "$1" link add tunnel type vxlan id 7 dstport 4789 local "$3" remote "$4" ttl 64 ;;
	gre | ip6gre | ipip | sit) ip -n "$1" link add tunnel type "$2" local "$3" remote "$4" ttl 64 ;;
	gretap) ip -n "$1" link add tunnel type gretap local "$3" remote "$4" ttl 64 ;;
	wireguard) ip -n "$1" link add tunnel type wireguard &&
		in_namespace "$1" wg set tunnel listen-port 51820 private-key "/tmp/key-$1" \
			peer "$(cat "/tmp/public-$5")" allowed-ips 0.0.0.0/0,::/0 endpoint "$4:51820" ;;
	esac
}

# tunnel_up KIND FAMILY: false where this kernel has no such tunnel.
tunnel_up() {
	ends "$2"
	if [ "$1" = wireguard ]; then
		for end in client server; do
			(umask 077 && wg genkey >/tmp/key-$end && wg pubkey </tmp/key-$end >/tmp/public-$end)
		done
	fi
	device client "$1" "$near" "$far" server 2>/tmp/tunnel-errors || return 1
	device server "$1" "$far" "$near" client
	for end in client.1 server.2; do
		ip -n "${end%.*}" link set tunnel addrgenmode none 2>/dev/null || :
		ip -n "${end%.*}" link set tunnel mtu 1300 up
		ip -n "${end%.*}" addr add "10.9.0.${end#*.}/24" dev tunnel
		ip -n "${end%.*}" addr add "fd09::${end#*.}/64" dev tunnel nodad 2>/dev/null || :
	done
	# What arrives is counted one by one.
	offload server tunnel gro off || :
}

tunnel_down() {
	ip -n client link del tunnel
	ip -n server link del tunnel
}
