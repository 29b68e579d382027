#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# Flow offload: once a connection is in a flowtable, its packets pass by the
# rules, and by every monitor. It shows in the connections' list, and trafmetux
# doctor says so.

. ./lib.sh
. ./topology.sh

transfer=8388608

# packets_forwarded NAME: by the router's monitor
packets_forwarded() {
	monitor_packets router "$1"
}

# count_as NAME
count_as() {
	restore_rules router nft 4 <<-END
		*mangle
		-A FORWARD -p tcp --dport 7000 -j TRAFMETUX --monitor $1
		COMMIT
	END
	restore_rules hop nft 4 <<-END
		*mangle
		-A PREROUTING -p tcp --dport 7000 -m comment --comment wire
		COMMIT
	END
}

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

network_up
offloads_off
sink server tcp 7000

count_as before
send client tcp "$(address_of server 4)" 7000 $transfer
check_equal "without flow offload the monitor sees all" \
	"$(rule_counters hop nft 4 mangle wire)" "$(monitor_counters router before)"
in_namespace router trafmetux --archive-dir /tmp doctor >/tmp/doctor 2>&1 || :
check "and the doctor finds no connection that passes by" sh -c '! grep -q "flow offload" /tmp/doctor'
clear_rules hop

if ! bypass 2>/tmp/bypass-errors; then
	note "$(grep -m 1 . /tmp/bypass-errors)"
	pass "flow offload # SKIP this kernel has no flowtables"
	finish
	exit
fi
count_as during
send client tcp "$(address_of server 4)" 7000 $transfer
wire=$(rule_counters hop nft 4 mangle wire)
seen=$(packets_forwarded during)
note "flow offload: the monitor saw $seen of ${wire% *} packets"
check "with it nearly all packets pass the monitor by" test $((seen * 50)) -lt "${wire% *}"
check "the connection is listed as offloaded" \
	in_namespace router grep -q '\[\(HW_\)\{0,1\}OFFLOAD\]' /proc/net/nf_conntrack
doctor_status=0
in_namespace router trafmetux --archive-dir /tmp doctor >/tmp/doctor 2>&1 || doctor_status=$?
check_equal "the doctor says that something is wrong" 1 $doctor_status
check "and what: $(grep 'flow offload' /tmp/doctor)" grep -q 'flow offload' /tmp/doctor
clear_rules hop
in_namespace router nft delete table inet bypass

count_as after
send client tcp "$(address_of server 4)" 7000 $transfer
check_equal "without it again all is seen" \
	"$(rule_counters hop nft 4 mangle wire)" "$(monitor_counters router after)"
finish
