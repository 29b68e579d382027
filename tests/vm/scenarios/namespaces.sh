#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 2
#
# A monitor belongs to a network namespace: the same name in two of them is two
# monitors, a reader is shown its own, and they go when the namespace goes.

. ./lib.sh
. ./topology.sh

same_name() {
	for each in router hop; do
		printf '*mangle\n-A FORWARD -p udp --dport 7000 -j TRAFMETUX --monitor same-%s%s\nCOMMIT\n' "$1" "$2" |
			restore_rules $each "$1" "$2"
	done
	send client udp "$(address_of server "$2")" 7000 10 100
	through=$sent
	# These pass the hop only.
	send router udp "$(address_of server "$2")" 7000 7 10
	same "$1 IPv$2: the router's monitor has what the router forwarded" \
		"$through" "$(monitor_counters router "same-$1$2")"
	same "$1 IPv$2: the hop's of the same name has what the hop forwarded" \
		"17 $((${through#* } + sent_bytes))" "$(monitor_counters hop "same-$1$2")"
	differs "$1 IPv$2: they are different series" \
		"$(monitor_series router "same-$1$2")" "$(monitor_series hop "same-$1$2")"
	check "$1 IPv$2: a namespace without rules has no such monitor" \
		in_namespace client test ! -e "/proc/trafmetux/same-$1$2"
	check "$1 IPv$2: nor has the guest's own" test ! -e "/proc/trafmetux/same-$1$2"
	# shellcheck disable=SC2016 # awk's own
	same "$1 IPv$2: /proc/net/trafmetux is the same place" \
		"$(monitor_counters router "same-$1$2")" \
		"$(in_namespace router awk '$1 == "packets" { p = $2 } $1 == "bytes" { print p, $2 }' "/proc/net/trafmetux/same-$1$2")"
}

# Each rule holds the module.
module_is_held_by() {
	[ "$(cat /sys/module/xt_TRAFMETUX/refcnt)" = "$1" ]
}

# With rules in place, and a reader holding a file open.
dies_in_use() {
	held_before=$(cat /sys/module/xt_TRAFMETUX/refcnt)
	namespace_up doomed
	printf '*mangle\n-A OUTPUT -j TRAFMETUX --monitor doomed\nCOMMIT\n' | restore_rules doomed "$1" "$2"
	nsenter --net=/run/netns/doomed -- traffic udp-sink 7000 >/tmp/doomed-sink &
	doomed_sink=$!
	await 20 "the sink listens" grep -q ready /tmp/doomed-sink
	case $2 in
	4) in_namespace doomed traffic udp 127.0.0.1 7000 5 5 >/dev/null ;;
	6) in_namespace doomed traffic udp ::1 7000 5 5 >/dev/null ;;
	esac
	# Five datagrams and the sink's five answers.
	same "$1 IPv$2: a monitor in a namespace of its own counts" 10 "$(monitor_packets doomed doomed)"
	# A reader that stays in the file across the namespace's end.
	mkfifo /tmp/hold-reader
	nsenter --net=/run/netns/doomed -- sh -c 'exec 3</proc/trafmetux/doomed
		echo opened >/tmp/reader
		read -r _ </tmp/hold-reader
		cat <&3 >/tmp/late 2>&1 || :' &
	reader=$!
	await 20 "the reader has the file open" test -s /tmp/reader
	kill "$doomed_sink"
	wait "$doomed_sink" 2>/dev/null || :
	ip netns del doomed
	echo go >/tmp/hold-reader
	wait "$reader" || :
	check "$1 IPv$2: who has a file open reads on in it" grep -qx 'packets 10' /tmp/late
	await 20 "the namespace takes its rules along" module_is_held_by "$held_before"
	pass "$1 IPv$2: a namespace dies with rules in place after that"
	rm -f /tmp/hold-reader /tmp/reader /tmp/doomed-sink
}

network_up
offloads_off
sink server udp 7000
iptables_each same_name
iptables_each dies_in_use
finish
