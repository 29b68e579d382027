#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --timeout 900 --append slub_debug=FZPU
#
# Files are read a byte at a time, by several at once, while a flood is counted,
# samples push each other out of a short history, and monitors come and go: every
# text makes sense, and no total shrinks within a series. The kernel poisons what is
# freed, so that using it shows.

. ./lib.sh
. ./stress.sh

# churn NAME: as many rule sets as are asked for, every other one without rules.
churn() {
	for churn_round in $(seq "$(scaled 300)"); do
		echo "*raw"
		seq 8 | sed "s/.*/-A OUTPUT -p udp -j TRAFMETUX --monitor $1-&/"
		printf 'COMMIT\n*raw\nCOMMIT\n'
		# Some stay the same for a while, and some come back at once.
		[ $((churn_round % 3)) -eq 0 ] || printf '*raw\n-A OUTPUT -j TRAFMETUX --monitor %s-%s\nCOMMIT\n' \
			"$1" $((churn_round % 8 + 1))
	done
}

none_left() {
	[ -z "$(ls /proc/trafmetux)" ]
}

modprobe xt_TRAFMETUX linger=0 history=4
{
	echo "*mangle"
	flood_rules steady
	echo "COMMIT"
} | restore_rules self nft 4
readers_start whole byte pread held random
flood_start 4
churns=
for backend in $backends; do
	has_backend "$backend" || continue
	churn "$backend" | restore_rules self "$backend" 6 &
	churns="$churns $!"
done
for _ in 1 2 3 4 5 6 7 8; do
	minute_passes
done
churn_status=0
for process in $churns; do
	wait "$process" || churn_status=$?
done
same "rules came and went, $(scaled 300) times under each backend" 0 "$churn_status"
flood_stop
readers_check "while monitors came and went"
flood_check steady "beside the readers"
check "a short history has dropped samples, and says so" \
	[ "$(monitor_field self steady-all dropped)" -gt 0 ]
clear_rules self
await 60 "the monitors without rules are gone" none_left
pass "the monitors without rules are gone"
finish
