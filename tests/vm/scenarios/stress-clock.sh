#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount --rtc 2026-11-03T10:20:10
# boot flood: --cpus 4 --timeout 900
#
# The clock is stepped forward a day and back an hour, again and again, while
# packets are counted: totals are exact, the samples account for all of it, and
# one that covers more than a minute says since when, in the clock as it is then.
# Under a flood as fast as it goes; and in a guest whose time counts instructions,
# where what each sample must say is known.

. ./lib.sh
. ./stress.sh

samples() {
	sed -n 's/^sample //p' "/proc/trafmetux/$1" | awk '{ line[NR] = $0 } END { for (i = NR; i; i--) print line[i] }'
}

# step SECONDS: sets the clock forward, or back.
step() {
	date -s "@$(($(date +%s) + $1))" >/dev/null
}

newest() {
	samples "$1" | tail -n 1
}

# moved: true if there is a newer sample than there was.
moved() {
	[ "$(newest "$1")" != "$before" ]
}

# ---- the flood: steps come close on each other, and minutes with them

has_all() {
	[ "$(newest flood-all | cut -d ' ' -f 2,3)" = "$sent" ]
}

under_a_flood() {
	{ echo "*mangle"; flood_rules flood; echo "COMMIT"; } | restore_rules self nft 4
	flood_start 4
	for seconds in $(for _ in $(seq "$(scaled 3)"); do echo 86400 -3600; done); do
		step "$seconds"
		before=$(newest flood-all)
		minute_passes
		await 60 "there is a sample" moved flood-all
		note "stepped by $seconds s: $(newest flood-all)"
	done
	flood_stop
	flood_check flood "after all steps"
	minute_passes
	await 60 "the last sample is taken" has_all
	pass "the last sample has what was sent"
	same "no sample is below the one before" "" \
		"$(samples flood-all | awk '$2 < packets || $3 < bytes { print } { packets = $2; bytes = $3 }')"
	same "none lost its place: each step had one" "" \
		"$(samples flood-all | awk -v steps="$(($(scaled 3) * 2))" 'END { if (NR < steps) print NR }')"
	clear_rules self
}

# ---- counted time: "T packets bytes [SINCE]" to the second

# send_some: ten packets, at once.
send_some() {
	traffic icmp 127.0.0.1 10 72 >/dev/null
	total=$((total + 10))
}

boot_seconds() {
	cut -d . -f 1 /proc/uptime
}

# at SECOND: until that second of the minute.
at() {
	now=$(date +%s)
	sleep_until $((now / 60 * 60 + $1 + ($1 <= now % 60 ? 60 : 0)))
}

# within RANGE NUMBER NUMBER: true if they are that close.
within() {
	[ $(($2 - $3)) -le "$1" ] && [ $(($3 - $2)) -le "$1" ]
}

# one_step NAME SECONDS FROM: steps at second FROM of a minute, with packets before
# and after; the next sample holds both.
one_step() {
	at 0
	at 2
	sampled=$(($(boot_seconds) - 2)) before=$(newest steps)
	send_some
	at "$3"
	step "$2"
	send_some
	sent_at=$(date +%s)
	one_wait=20
	until moved steps || [ $one_wait -eq 0 ]; do
		sleep 10
		one_wait=$((one_wait - 1))
	done
	# shellcheck disable=SC2046 # words
	set -- "$1" $(newest steps)
	same "$1: the next sample has it all" "$total $((total * 100))" "$3 $4"
	# Between minutes its time is rounded up to a whole second.
	check "$1: it is of after the step, and not of a time to come" \
		[ "$2" -ge "$sent_at" -a "$2" -le "$(($(date +%s) + 1))" ]
	# The boot time when it was taken, less that of the sample before.
	elapsed=$(($(boot_seconds) - ($(date +%s) - $2) - sampled))
	if [ -n "${5:-}" ]; then
		check "$1: it covers $elapsed s, and says since when" within 2 $elapsed $(($2 - $5))
		long=$((long + 1))
	else
		check "$1: it covers $elapsed s, a minute, and has no more to say" \
			[ $elapsed -le 61 -a $(($2 % 60)) -eq 0 ]
	fi
}

in_counted_time() {
	total=0 long=0
	printf '*mangle\n-A OUTPUT -p icmp --icmp-type echo-request -j TRAFMETUX --monitor steps\nCOMMIT\n' | restore_rules self nft 4
	start_clock
	send_some
	for second in 5 20 31 45 58; do
		one_step "a day forward at second $second" 86400 "$second"
		one_step "an hour back at second $second" -3600 "$second"
		one_step "a day and 37 s forward at second $second" 86437 "$second"
		one_step "an hour and 37 s back at second $second" -3637 "$second"
		one_step "50 s back at second $second" -50 "$second"
	done
	stop_clock
	check "some of the samples covered more than a minute" [ "$long" -ge 5 ]
	same "the monitor has all that was sent" "$total $((total * 100))" "$(monitor_counters self steps)"
	same "no sample is below the one before" "" \
		"$(samples steps | awk '$2 < packets || $3 < bytes { print } { packets = $2; bytes = $3 }')"
}

case ${TRAFMETUX_VARIANT:-} in
flood) under_a_flood ;;
*) in_counted_time ;;
esac
finish
