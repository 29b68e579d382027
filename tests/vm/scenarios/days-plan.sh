#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount --rtc 2028-01-30T22:57:40 --disk 16 --timeout 6000
#
# A plan from day 31 of the month that stops, through nine simulated weeks in Paris:
# over a leap day and the change of the clocks, with the module loaded anew and the
# machine restarted in mid-period, the clock set wrong and right again, and the plan
# edited. The real cron runs update each hour; hours in which nothing happens are
# left out, by setting the clock on. The ledger is the schedule's, to the
# byte; each hook ran once; the rules stopped at the limit and let go at the
# period's turn.

. ./lib.sh
. ./restart.sh

TZ=Europe/Paris
export TZ
ln -sf /usr/share/zoneinfo/$TZ /etc/localtime
size=100
packet=$((size + 28))

# Ten datagrams a day, at half past some hour.
first=2028-01-31 days=63
# Each period's first day, and the packets it has room for: the last one of them
# begins within the limit.
periods="2028-01-31:200 2028-02-29:250 2028-03-31:250"
reload=2028-02-10 restart=2028-02-15 wrong=2028-02-20 edit=2028-03-10

cat >/etc/cron.d/trafmetux <<'END'
0 * * * * root /usr/sbin/trafmetux update 2>>/tmp/said
END
cat >/tmp/hook <<'END'
#!/bin/sh
echo "$TRAFMETUX_PERIOD_START $TRAFMETUX_THRESHOLD" >>/tmp/hooks
END
chmod +x /tmp/hook

# plan PACKETS: with room for so many
plan() {
	cat >/etc/trafmetux.conf <<-END
		[plan home]
		monitors = home
		amount = $((($1 - 1) * packet)) B
		period = month from 31
		warn = 50%, 100%
		hook = /tmp/hook
		stop = yes
	END
}

lay_rules() {
	restore_rules self nft 4 <<-END
		*filter
		-A INPUT -p udp --dport 7000 -m trafmetux --monitor home --over-limit -j DROP
		-A INPUT -p udp --dport 7000 -j TRAFMETUX --monitor home
		COMMIT
	END
}

# midnight DATE: when it begins
midnight() {
	date -d "$1 00:00" +%s
}

# Days are counted by the calendar: two of them have 23 and 25 hours.
day_of() {
	date -d "@$(($(midnight $first) + $1 * 86400 + 43200))" +%F
}

# The module's counters are gone, and its limit.
reload() {
	clear_rules self
	await 30 "the module unloads" unload_module
	lay_rules
	trafmetux update
}

# More than a year ahead, over the top of an hour, and back. Nothing is sent. No period
# ends by it, and that is told.
clock_goes_wrong() {
	right=$(date +%s)
	date -s "@$((right + 400 * 86400))" >/dev/null
	sleep_until $(((right + 400 * 86400) / 3600 * 3600 + 3602))
	same "an update a year ahead says that the clock is not believed" 1 \
		"$(grep -c 'the clock says .* see .trafmetux clock' /tmp/said)"
	: >/tmp/said
	date -s "@$((right + 3700))" >/dev/null
}

# skip_to EPOCH: nothing happens until then
skip_to() {
	[ "$(date +%s)" -ge "$1" ] || date -s "@$1" >/dev/null
}

# new_period MIDNIGHT: the update of its first minute lets go. Cron looks at the
# clock each minute, and needs one to notice that it was set.
new_period() {
	skip_to $(($1 - 130))
	sleep_until $(($1 + 5))
	amount=$(sed -n 's/^amount = \(.*\) B/\1/p' /etc/trafmetux.conf)
	same "$(date +%F): the rules have let go" $(($(monitor_bytes self home) + amount)) \
		"$(monitor_field self home limit)"
}

# send_at EPOCH: at half past an hour, with cron's update before and after it
send_at() {
	skip_to $(($1 - 1810))
	sleep_until "$1"
	TRAFFIC_UNANSWERED=1 traffic udp 127.0.0.1 7000 10 $size >/dev/null
	sleep_until $(($1 + 1803))
}

next_day=0
if after_restart; then
	next_day=$(cat /tmp/day)
	pass "the machine has been restarted"
	check "nothing is left of the module" test ! -e /proc/trafmetux
else
	plan 200
	: >/tmp/said
fi
traffic udp-sink 7000 >/tmp/sink &
sink=$!
await 20 "the sink listens" grep -q ready /tmp/sink
lay_rules
trafmetux update
cron -f >/tmp/cron.log 2>&1 &
cron=$!
start_clock
for day in $(seq "$next_day" $((days - 1))); do
	date=$(day_of "$day")
	midnight=$(midnight "$date")
	case $date in
	"$reload") skip_to $((midnight + 300)); reload ;;
	"$restart")
		if [ "$day" -ne "$next_day" ]; then
			skip_to $((midnight + 300))
			echo "$day" >/tmp/day
			restart tmp/day tmp/hooks tmp/said etc/trafmetux.conf var/lib/trafmetux
		fi ;;
	"$wrong") skip_to $((midnight + 300)); clock_goes_wrong ;;
	"$edit") skip_to $((midnight + 300)); plan 250 ;;
	esac
	case " $periods" in
	" $date:"*) ;;
	*" $date:"*) new_period "$midnight" ;;
	esac
	send_at $((midnight + (2 + day * 7 % 21) * 3600 + 1800))
	note "$date: $(trafmetux plan home | head -n 1)"
done
stop_clock
kill $cron
wait $cron 2>/dev/null || :

# What each period must have used, and whose thresholds were reached.
day=0
for period in $periods; do
	start=${period%:*} room=${period#*:} used=0
	while [ $day -lt $days ]; do
		date=$(day_of $day)
		case " $periods" in
		*" $date:"*) [ "$date" = "$start" ] || break ;;
		esac
		used=$((used + 10)) day=$((day + 1))
	done
	[ $used -le "$room" ] || used=$room
	amount=$(((room - 1) * packet)) bytes=$((used * packet))
	echo "$start $amount $bytes $((amount - bytes))" >>/tmp/wanted
	[ $((bytes * 2)) -lt $amount ] || echo "$(midnight "$start") 50" >>/tmp/wanted-hooks
	[ $bytes -lt $amount ] || echo "$(midnight "$start") 100" >>/tmp/wanted-hooks
done
trafmetux ledger home | sed 's/^/# /'
same "the ledger is the schedule's" "$(cat /tmp/wanted)" \
	"$(trafmetux --csv ledger home | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ print $at["first_day"], $at["base"], $at["used"], $at["left"] }')"
same "reckoned anew for the plan as it was, the past is the same" "$(head -n 1 /tmp/wanted)" \
	"$(plan 200; trafmetux --csv ledger home --recompute | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		NR == 2 { print $at["first_day"], $at["base"], $at["used"], $at["left"] }')"
same "each hook ran once, in order" "$(cat /tmp/wanted-hooks)" "$(cat /tmp/hooks)"
check "the archive is whole" trafmetux verify
same "cron's updates had nothing to say" "" "$(cat /tmp/cron.log /tmp/said)"
kill $sink
wait $sink 2>/dev/null || :
finish
