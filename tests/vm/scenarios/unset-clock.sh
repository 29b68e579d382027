#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --disk 16
#
# A router without a battery, twice restarted: its clock begins in 1970, and a plan
# that stops is used up. Nothing passes from the first packet on, which comes as soon as
# the interface is up. What is counted before the clock is set is lost neither when it
# is set nor when the machine goes down before; then all goes on.

. ./lib.sh
. ./restart.sh

TZ=UTC
export TZ
size=100
packet=$((size + 28))
room=20

lay_rules() {
	restore_rules self nft 4 <<-END
		*filter
		-A INPUT -p udp --dport 7001 -j TRAFMETUX --monitor other
		-A INPUT -p udp --dport 7000 -j TRAFMETUX --monitor home
		-A INPUT -p udp --dport 7000 -m trafmetux --monitor home --over-limit -j DROP
		-A INPUT -p udp --dport 7000 -m comment --comment passed
		COMMIT
	END
}

# set_clock TIME
set_clock() {
	date -s "$1" >/dev/null
}

# send PORT DATAGRAMS
send() {
	TRAFFIC_UNANSWERED=1 traffic udp 127.0.0.1 "$1" "$2" $size >/dev/null
}

# update STATUS MESSAGES: what it must say, with the time left out
update() {
	update_status=0
	update_said=$(trafmetux update 2>&1) || update_status=$?
	same "update, at $(date '+%F %H:%M')" "$1 $2" \
		"$update_status $(echo "$update_said" | sed 's/^trafmetux: \(the clock\) says.*/\1/')"
}

# start_unset MESSAGES: as by trafmetux-limits.service, rules and limits before the network
start_unset() {
	set_clock '1970-01-01 00:00:57'
	ip link set lo down
	lay_rules
	update 1 "$1"
	same "the limit is there before the interface" 1 "$(monitor_field self home limit)"
	ip link set lo up
	send 7000 5
	same "not a packet passes, of those that were counted" "0 5" "$(passed) $(monitor_packets self home)"
	update 1 ""
	check "nothing is archived as of 1970" test ! -e /var/lib/trafmetux/other-1970-01-01
}

# passed: packets to the plan's port that were not stopped
passed() {
	rule_counters self nft 4 filter passed | cut -d ' ' -f 1
}

# sample_of PATTERN: has the kernel one of such a time?
sample_of() {
	grep -qE "^sample $1 " /proc/trafmetux/other
}

# total MONITOR: packets of the archive and the kernel
total() {
	trafmetux --csv show-total "$1" | tail -n 1 | cut -d , -f 5
}

stage=0
if after_restart; then
	stage=$(cat /tmp/stage)
fi
traffic udp-sink 7000 >/tmp/sink &
sink=$!
traffic udp-sink 7001 >/tmp/other-sink &
other=$!
await 20 "the sinks listen" grep -q ready /tmp/sink
await 20 "the sinks listen" grep -q ready /tmp/other-sink

case $stage in
0)
	cat >/etc/trafmetux.conf <<-END
		[plan home]
		monitors = home
		amount = $((room * packet)) B
		period = month
		rollover = all
		stop = yes
	END
	set_clock '2026-11-29 12:00:10'
	lay_rules
	update 0 ""
	send 7000 30
	same "the plan is used up" "$room 30" "$(passed) $(monitor_packets self home)"
	trafmetux update --now
	echo 1 >/tmp/stage
	restart tmp/stage etc/trafmetux.conf var/lib/trafmetux
	;;
1)
	pass "the machine has been restarted"
	start_unset "the clock"
	send 7001 7
	# Before the clock is set it goes down.
	trafmetux update --now 2>/dev/null || :
	same "what was counted is archived after the newest record" "7 $((7 * packet)) yes" \
		"$(tail -n 1 /var/lib/trafmetux/other-2026-11-29 | awk -v newest="$(date -d '2026-11-29 12:00:10' +%s)" \
			'{ print $2, $3, ($4 >= newest && $1 > $4 && $1 < newest + 600) ? "yes" : $0 }')"
	echo 2 >/tmp/stage
	restart tmp/stage etc/trafmetux.conf var/lib/trafmetux
	;;
2)
	pass "the machine has been restarted again"
	# That was told, less than a day ago as far as anybody knows.
	start_unset ""
	send 7001 3
	await 70 "the kernel has a sample of 1970" sample_of '[0-9]{2,3}'
	set_clock '2026-11-29 14:00:57'
	update 0 ""
	same "once it is set, the period is the same" $((5 * packet - 1)) \
		"$(monitor_field self home limit)"
	same "and what was counted before is a record of unknown times" "3 $((3 * packet)) 1" \
		"$(tail -n 1 /var/lib/trafmetux/other-2026-11-29 | awk '{ print $2, $3, NF == 4 }')"
	send 7001 2
	await 70 "the kernel has one of now" sample_of '[0-9]{10}'
	update 0 ""
	same "which is gone on from" "5 $((5 * packet))" \
		"$(tail -n 1 /var/lib/trafmetux/other-2026-11-29 | cut -d ' ' -f 2,3)"
	same "not a byte is lost or doubled" "12 40" "$(total other) $(total home)"
	set_clock '2026-12-01 00:00:30'
	update 0 ""
	same "the next period has its amount, and no more" $(((5 + room) * packet)) \
		"$(monitor_field self home limit)"
	send 7000 5
	same "and packets pass" 5 "$(passed)"
	same "two periods are all there are" "2026-11-01 $((40 * packet))
2026-12-01 $((5 * packet))" "$(trafmetux --csv ledger home | awk -F, 'NR > 1 { print $1, $9 }')"
	check "the archive is whole" trafmetux verify
	;;
esac
kill $sink $other
wait $sink $other 2>/dev/null || :
finish
