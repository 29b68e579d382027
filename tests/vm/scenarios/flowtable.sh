#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# Flow offload: once a connection is in a flowtable, its packets pass by the
# rules, and by every monitor. It shows in the connections' list while it lasts,
# and trafmetux doctor says so.

. ./lib.sh
. ./topology.sh

transfer=33554432

# bypass: has the router offload all connections it forwards
bypass() {
	in_namespace router nft -f - <<-'END'
		table inet bypass {
			flowtable fast {
				hook ingress priority 0
				devices = { client, hop }
			}
			chain forward {
				type filter hook forward priority 0
				meta l4proto tcp flow add @fast
			}
		}
	END
}

# begin: takes down what was counted up to now
begin() {
	monitor_began=$(monitor_counters router forwarded)
	wire_began=$(rule_counters hop nft 4 mangle wire)
}

# grown BEFORE AFTER: "PACKETS BYTES"
grown() {
	echo "$((${2% *} - ${1% *})) $((${2#* } - ${1#* }))"
}

# counted, carried: by the monitor, and by the wire behind it, since begin
counted() {
	grown "$monitor_began" "$(monitor_counters router forwarded)"
}

carried() {
	grown "$wire_began" "$(rule_counters hop nft 4 mangle wire)"
}

# doctor: its status, and what it says in /tmp/doctor
doctor() {
	doctor_status=0
	in_namespace router trafmetux --archive-dir /tmp doctor >/tmp/doctor 2>&1 || doctor_status=$?
}

is_offloaded() {
	in_namespace router grep -q '\[\(HW_\)\{0,1\}OFFLOAD\]' /proc/net/nf_conntrack
}

network_up
offloads_off
sink server tcp 7000
restore_rules router nft 4 <<-END
	*mangle
	-A FORWARD -p tcp --dport 7000 -j TRAFMETUX --monitor forwarded
	COMMIT
END
restore_rules hop nft 4 <<-END
	*mangle
	-A PREROUTING -p tcp --dport 7000 -m comment --comment wire
	COMMIT
END

begin
send client tcp "$(address_of server 4)" 7000 1048576
same "without flow offload the monitor sees all" "$(carried)" "$(counted)"
doctor
same "and the doctor finds nothing wrong" 0 $doctor_status
note "$(cat /tmp/doctor)"

if ! bypass 2>/tmp/bypass-errors; then
	note "$(grep -m 1 . /tmp/bypass-errors)"
	pass "flow offload # SKIP this kernel has no flowtables"
	finish
	exit
fi
begin
# Not through in_namespace: $! would be a shell in between.
nsenter --net=/run/netns/client -- traffic tcp "$(address_of server 4)" 7000 $transfer >/tmp/sent &
sender=$!
await 20 "the connection is listed as offloaded" is_offloaded
kill -STOP $sender
pass "the connection is listed as offloaded"
doctor
kill -CONT $sender
wait $sender
same "the doctor says that something is wrong" 1 $doctor_status
same "and what: $(cat /tmp/doctor)" 1 \
	"$(grep -c '^trafmetux: flow offload: 1 of [0-9]* connections pass the rules by' /tmp/doctor)"
counted=$(counted) carried=$(carried)
note "flow offload: the monitor saw $counted of $carried, $(echo "$counted $carried" |
	awk '{ printf "%.2f %% of the bytes", 100 * $2 / $4 }')"
check "nearly all of its packets pass the monitor by" test $((${counted% *} * 50)) -lt "${carried% *}"

in_namespace router nft delete table inet bypass
begin
send client tcp "$(address_of server 4)" 7000 1048576
same "without it again all is seen" "$(carried)" "$(counted)"
doctor
same "and nothing is wrong any more" 0 $doctor_status
finish
