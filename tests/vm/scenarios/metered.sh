#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --memory 768
#
# trafmetux meter, unmeter and what they are for, where the kernel module has meters: what
# is counted, reported and remembered, what is refused and in which words; devices that
# come later, shapers, and a module that is gone.

. ./lib.sh
. ./topology.sh
. ./metering.sh

archive=/var/lib/trafmetux

# asked STATUS OUTPUT MESSAGES TITLE WORD...: what the program answers
asked() {
	asked_wanted="$1
$2
$3" asked_title=$4
	shift 4
	asked_status=0
	trafmetux "$@" >/tmp/out 2>/tmp/err </dev/null || asked_status=$?
	same "$asked_title" "$asked_wanted" "$asked_status
$(cat /tmp/out)
$(cat /tmp/err)"
}

# said PATTERN TITLE WORD...: among what it answers
said() {
	said_pattern=$1 said_title=$2
	shift 2
	trafmetux "$@" >/tmp/out 2>&1 </dev/null || :
	matches "$said_title" "*$said_pattern*" "$(cat /tmp/out)"
}

# ping COUNT: so many packets of 128 bytes, and as many back
ping() {
	traffic icmp 10.9.0.2 "$1" 100 >/dev/null
}

# device NAME: here, joined to one in the namespace far
device() {
	ip link add "$1" type veth peer name "far-$1" netns far
	ip link set "$1" addrgenmode none up
	ip -n far link set "far-$1" addrgenmode none up
	ip addr add 10.9.0.1/24 dev "$1"
	ip -n far addr add 10.9.0.2/24 dev "far-$1"
	ip neigh replace 10.9.0.2 lladdr "$(address far "far-$1")" dev "$1" nud permanent
	in_namespace far ip neigh replace 10.9.0.1 lladdr "$(address self "$1")" dev "far-$1" nud permanent
}

# address NAMESPACE DEVICE
address() {
	in_namespace "$1" ip link show "$2" | awk '/link\/ether/ { print $2 }'
}

# out_words MONITOR DEVICE: what is said of what goes out
out_words() {
	[ -n "$egress" ] && echo "$1: counts what leaves by $2, by the kernel module" ||
		echo "$1: counts what IP sends by $2, by the kernel module"
}

# no_egress MONITOR: and what such a meter misses
no_egress() {
	[ -n "$egress" ] || echo "trafmetux: $1: as this kernel has no hook at egress, only what IP sends is counted: not what bridges and flow offload carry"
}

way_out=out
both() {
	device e0
	asked 0 "e0-in: counts what arrives at e0, by the kernel module
$(out_words e0-out e0)" "$(no_egress e0-out)" "a device is metered" meter e0
	check "in the kernel" meter_is self "e0-in e0 in on" "e0-out e0 $way_out on"
	same "and remembered" "e0-in e0 in
e0-out e0 out" "$(sed 1d $archive/.meters)"
	ping 3
	same "what comes and what goes is counted" "3 384 3 384" \
		"$(monitor_counters self e0-in) $(monitor_counters self e0-out)"
	asked 0 "e0-in: counts what arrives at e0, by the kernel module
$(out_words e0-out e0)" "$(no_egress e0-out)" "the same again changes nothing" meter e0
	asked 0 "" "" "again" meter --again
	check "there is one of each" meter_is self "e0-in e0 in on" "e0-out e0 $way_out on"

	asked 0 "" "" "an update" update --now
	same "archives both" "3 384 3 384" \
		"$(tail -n 1 $archive/e0-in-* | cut -d ' ' -f 2-3) $(tail -n 1 $archive/e0-out-* | cut -d ' ' -f 2-3)"
	ping 1
	asked 0 "total: [e0-in+e0-out= 1024 B]" "" "a report" -u B show-total e0-in+e0-out
	same "the list" "e0-in yes 1
e0-out yes 1" "$(trafmetux list | awk 'NR > 1 { print $1, $2, $3 }')"
	said "rules 0
meters 1" "read" read e0-in
	printf '[plan isp]\nmonitors = e0-in + e0-out\namount = 10 KB\nperiod = month\n' >/etc/trafmetux.conf
	said "OK" "a plan's check" check isp
	said "isp: 1.00 KB of 10.00 KB used" "a plan" plan isp
	said "e0-in" "explain" explain e0-in
	rm /etc/trafmetux.conf
	trafmetux doctor >/tmp/out 2>&1 || :
	same "doctor has nothing to say of rules" "" "$(grep 'e0\|rule' /tmp/out)"
}

refused() {
	printf '*mangle\n-A PREROUTING -p udp -j TRAFMETUX --monitor fed-in\nCOMMIT\n' |
		restore_rules self nft 4
	asked 1 "$(out_words fed-out e0)" "trafmetux: fed-in: rules feed it, and a packet would count twice; give another name with --name, or take the rules out first${egress:+}$([ -n "$egress" ] || printf '\n'; no_egress fed-out)" \
		"what rules feed is refused" meter --name fed e0
	same "and not remembered" "e0-in e0 in
e0-out e0 out
fed-out e0 out" "$(sed 1d $archive/.meters)"
	asked 0 "" "" "the other one goes" unmeter --name fed e0
	clear_rules self
	echo 2 >/sys/module/xt_TRAFMETUX/parameters/max_meters
	words="the kernel module has as many as it may; see max_meters and max_monitors in /sys/module/xt_TRAFMETUX/parameters"
	asked 1 "" "trafmetux: more-in: $words
trafmetux: more-out: $words" "more than there may be" meter --name more e0
	echo 1024 >/sys/module/xt_TRAFMETUX/parameters/max_meters
	same "of that nothing is left" "e0-in e0 in
e0-out e0 out" "$(sed 1d $archive/.meters)"
}

later() {
	asked 0 "ppp9-in: counts what arrives at ppp9, by the kernel module
$(out_words ppp9-out ppp9)" "trafmetux: ppp9: there is no such device; it is metered once there is$([ -n "$egress" ] || printf '\n'; no_egress ppp9-out)" \
		"a device that is not there" meter ppp9
	said "ppp9-in: its device is not there, or no longer metered" "doctor says so" doctor
	same "nothing feeds it" "0" "$(trafmetux list | awk '$1 == "ppp9-in" { print $3 }')"
	ip link del e0
	device ppp9
	ping 2
	same "from its first packet on it counts" "2 256 2 256" \
		"$(monitor_counters self ppp9-in) $(monitor_counters self ppp9-out)"
	ip link del ppp9
	device e0
	# As after a start of the machine: nothing is left but what is remembered.
	meters_off self
	check "there are no meters" meter_is self
	asked 0 "" "" "update lays all again" update
	check "which are as they were" meter_is self "e0-in e0 in on" "e0-out e0 $way_out on" \
		"ppp9-in ppp9 in off" "ppp9-out ppp9 $way_out off"
	ping 1
	same "and go on in their series" "5 640" "$(monitor_counters self e0-in)"
	asked 0 "ppp9-in: no more expected to count; its figures stay
ppp9-out: no more expected to count; its figures stay" "" "the device is not metered any more" unmeter ppp9
}

shaped() {
	modprobe ifb numifbs=0
	modprobe act_mirred
	ip link add shaper type ifb
	ip link set shaper up
	tc qdisc add dev e0 ingress
	tc filter add dev e0 parent ffff: protocol all pref 10 matchall \
		action mirred egress redirect dev shaper
	said "e0-in: tc redirects what arrives at e0, so that it is not counted" \
		"doctor sees a shaper" doctor
	check "an update counts before it" trafmetux update
	check "at the tap" meter_is self "e0-out e0 $way_out on" "e0-in e0 tapped-in on"
	shaped_before=$(monitor_counters self e0-in)
	ping 4
	same "where all of it is counted" "4 512" "$(less "$(monitor_counters self e0-in)" "$shaped_before")"
	trafmetux unmeter e0 >/dev/null
	trafmetux meter e0 >/tmp/out 2>&1
	matches "meter says so" "*e0-in: counts what arrives at e0, before tc redirects it, by the kernel module*" \
		"$(cat /tmp/out)"
	ip link add lan type veth peer name nal
	trafmetux meter lan >/tmp/out 2>&1
	matches "what leaves elsewhere is counted where IP sends it" \
		"*lan-out: as tc redirects what comes in elsewhere*lan-out: counts what IP sends by lan, by the kernel module*" "$(cat /tmp/out)"
	trafmetux unmeter lan >/dev/null
	ip link del lan
	tc qdisc del dev e0 ingress
	ip link del shaper
}

gone() {
	trafmetux unmeter e0 >/tmp/out
	same "unmeter" "e0-in: no more expected to count; its figures stay
e0-out: no more expected to count; its figures stay" "$(cat /tmp/out)"
	check "leaves no meter" meter_is self
	same "and nothing is remembered" "" "$(cat $archive/.meters 2>/dev/null)"
	same "what was counted is archived" "$(monitor_counters self e0-in)" \
		"$(tail -n 1 $archive/e0-in-* | cut -d ' ' -f 2-3)"
	check "an update misses nothing" trafmetux update
	trafmetux meter e0 >/dev/null 2>&1
	meters_off self
	rmmod xt_TRAFMETUX
	trafmetux update >/tmp/out 2>&1 || :
	same "without the module BPF goes on" 1 "$(trafmetux read e0-in | sed -n 's/^references //p')"
	ping 2
	same "and counts" "2 256" "$(trafmetux read e0-in | awk '$1 == "packets" { p = $2 } $1 == "bytes" { print p, $2 }')"
	modprobe xt_TRAFMETUX
	check "it stays where it is while it is there" trafmetux update
	check "and the module has none" meter_is self
	trafmetux unmeter e0 >/dev/null
	same "nothing of it is left" "" "$(find /run/trafmetux/meters -mindepth 2 2>/dev/null)"
}

unload_module || :
modprobe xt_TRAFMETUX
mkdir -p $archive
namespace_up far
quiet self far
egress=yes
meter far + probe lo out || { egress='' way_out=routed-out; }
meters_off far
both
refused
later
shaped
gone
finish
