# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # some variables are for the scenarios
#
# The scenarios' network, four namespaces in a row:
#
#	client --- router --- hop --- server
#	      10.1.0     10.2.0   10.3.0     (/24; the left end is .1, the right .2)
#	      fd00:1::   fd00:2:: fd00:3::   (/64)
#
# An interface is named after its neighbour: the router's are "client" and
# "hop". Nothing but the scenario's own traffic runs over them: neighbours are
# static, there is no duplicate address detection, no router solicitation and
# no link-local address.

namespaces="client router hop server"
# On a busy machine TCP must not take what is slow for lost: the sender's own
# count lacks what it answers to a FIN that comes twice.
patience=5s
network_is_up=

# link LEFT RIGHT NUMBER: joins two namespaces.
link() {
	ip link add name "link$3a" address "02:00:00:00:0$3:01" \
		type veth peer name "link$3b" address "02:00:00:00:0$3:02"
	keep_order "link$3a"
	keep_order "link$3b"
	ip link set "link$3a" netns "$1" name "$2"
	ip link set "link$3b" netns "$2" name "$1"
	link_end "$1" "$2" "$3" 1 2
	link_end "$2" "$1" "$3" 2 1
}

# keep_order INTERFACE: of this namespace, whichever processors send there. One takes
# in all packets of a connection (receive packet steering), or else they overtake each
# other, and an ACK that comes after a FIN which was sent later is answered once more,
# when there is no socket left to count that.
keep_order() {
	[ "$(nproc)" = 1 ] ||
		printf '%x\n' $(((1 << $(nproc)) - 1)) >"/sys/class/net/$1/queues/rx-0/rps_cpus"
}

# link_end HERE THERE NUMBER MINE THEIRS: addresses and neighbour on one side.
link_end() {
	ip -n "$1" -batch - <<-END
		link set $2 addrgenmode none
		link set $2 up
		addr add 10.$3.0.$4/24 dev $2
		addr add fd00:$3::$4/64 dev $2 nodad
		route replace 10.$3.0.0/24 dev $2 src 10.$3.0.$4 rto_min $patience
		route replace fd00:$3::/64 dev $2 metric 256 rto_min $patience
		neigh replace 10.$3.0.$5 lladdr 02:00:00:00:0$3:0$5 dev $2 nud permanent
		neigh replace fd00:$3::$5 lladdr 02:00:00:00:0$3:0$5 dev $2 nud permanent
	END
}

# namespace_up NAME: a quiet namespace that forwards.
namespace_up() {
	ip netns add "$1"
	# shellcheck disable=SC2016 # expanded inside
	in_namespace "$1" sh -c '
		cd /proc/sys/net
		for each in all default; do
			echo 0 >ipv6/conf/$each/accept_ra
			echo 0 >ipv6/conf/$each/accept_dad
			echo 0 >ipv6/conf/$each/router_solicitations
			echo 0 >ipv4/conf/$each/rp_filter
			echo 1 >ipv6/conf/$each/forwarding
		done
		echo 0 >ipv4/tcp_early_retrans
		echo 1 >ipv4/ip_forward'
	ip -n "$1" link set lo up
}

network_up() {
	for network_name in $namespaces; do
		namespace_up "$network_name"
	done
	link client router 1
	link router hop 2
	link hop server 3
	veth_is_able
	for network_prefix in 10.%s.0.%s fd00:%s::%s; do
		network_routes "$network_prefix"
	done
	network_is_up=yes
}

# network_routes FORMAT: the way to the links that are not one's own.
network_routes() {
	case $1 in
	10.*) one=10.1.0.0/24 two=10.2.0.0/24 three=10.3.0.0/24 ;;
	*) one=fd00:1::/64 two=fd00:2::/64 three=fd00:3::/64 ;;
	esac
	via() {
		# shellcheck disable=SC2059
		printf "$@"
	}
	ip -n client route replace "$two" via "$(via "$1" 1 2)" rto_min "$patience"
	ip -n client route replace "$three" via "$(via "$1" 1 2)" rto_min "$patience"
	ip -n router route replace "$three" via "$(via "$1" 2 2)" rto_min "$patience"
	ip -n hop route replace "$one" via "$(via "$1" 2 1)" rto_min "$patience"
	ip -n server route replace "$one" via "$(via "$1" 3 1)" rto_min "$patience"
	ip -n server route replace "$two" via "$(via "$1" 3 1)" rto_min "$patience"
}

# veth_is_able: what this kernel's veth cannot do goes to $veth_lacks, for
# check_merged: "gro", which it has on from the start where that means nothing
# (before 5.13), and "udp" in super-packets.
veth_is_able() {
	in_namespace router ethtool -k client >/tmp/veth-features
	veth_lacks=' '
	! grep -q '^generic-receive-offload: on' /tmp/veth-features || veth_lacks="${veth_lacks}gro "
	! grep -q '^tx-udp-segmentation: off \[fixed\]' /tmp/veth-features || veth_lacks="${veth_lacks}udp "
}

# check_merged NAME WIRE PLAIN [gro|udp]: a plain counter fell short of what was
# on the wire, or it could not, for the veth lacks the named ability.
check_merged() {
	case $veth_lacks in
	*" ${4:-none} "*)
		if [ "$2" = "$3" ]; then
			pass "$1 # SKIP this kernel's veth has no $4 super-packets"
			return
		fi ;;
	esac
	differs "$1" "$2" "$3"
}

network_down() {
	sinks_stop
	for network_name in $namespaces; do
		ip netns del "$network_name"
	done
	network_is_up=
}

# address_of NAMESPACE FAMILY: where the others reach it.
address_of() {
	case $1$2 in
	client4) echo 10.1.0.1 ;;
	client6) echo fd00:1::1 ;;
	router4) echo 10.1.0.2 ;;
	router6) echo fd00:1::2 ;;
	hop4) echo 10.2.0.2 ;;
	hop6) echo fd00:2::2 ;;
	server4) echo 10.3.0.2 ;;
	server6) echo fd00:3::2 ;;
	esac
}

# offload NAMESPACE INTERFACE WORD...: e.g. "offload router hop tso off gso off".
# Some are tied to each other, and some are fixed on some kernels: what could
# not be set shows in the scenario's own control checks.
offload() {
	offload_namespace=$1 offload_interface=$2
	shift 2
	in_namespace "$offload_namespace" ethtool -K "$offload_interface" "$@" >/dev/null
}

# No segmentation and no merging anywhere: a packet is a packet. TCP hands its
# own device several segments at a time even so, unless one is the most it takes.
offloads_off() {
	for offload_pair in client.router router.client router.hop hop.router hop.server server.hop; do
		offload "${offload_pair%.*}" "${offload_pair#*.}" tso off gso off gro off
		# Not everywhere a part of gso, nor a thing that every kernel's veth has.
		offload "${offload_pair%.*}" "${offload_pair#*.}" tx-udp-segmentation off 2>/dev/null || :
		ip -n "${offload_pair%.*}" link set "${offload_pair#*.}" gso_max_segs 1
	done
}

sinks=

# sink NAMESPACE tcp|udp PORT: a traffic sink in the background, once it listens.
sink() {
	sink_file=/tmp/sink-$1-$2-$3
	# Not through in_namespace: $! would be a shell in between.
	nsenter --net="/run/netns/$1" -- traffic "$2-sink" "$3" >"$sink_file" &
	sinks="$sinks $!"
	await 20 "the $2 sink in $1 listens" grep -q ready "$sink_file"
}

sinks_stop() {
	for sink_process in $sinks; do
		kill "$sink_process" 2>/dev/null || :
		wait "$sink_process" 2>/dev/null || :
	done
	sinks=
}

# send NAMESPACE MODE ARGUMENTS...: runs the traffic tool, and leaves what it
# sent in $sent ("PACKETS BYTES"), $sent_packets and $sent_bytes.
send() {
	send_namespace=$1
	shift
	send_report=$(in_namespace "$send_namespace" traffic "$@")
	# shellcheck disable=SC2086 # words: packets N bytes N payload N
	set -- $send_report
	sent_packets=$2 sent_bytes=$4 sent="$2 $4"
}
