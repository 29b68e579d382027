# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the stress scenarios share: floods of packets that are counted where they
# are sent, and how much of the work to do. Sourced after lib.sh.

# Percent of the work: TRAFMETUX_STRESS, or all of it, or little on a kernel whose
# checks slow everything down.
stress_percent=${TRAFMETUX_STRESS:-100}
if [ -z "${TRAFMETUX_STRESS:-}" ] && grep -qE ' (__asan_load8_noabort|__tsan_read8)$' /proc/kallsyms; then
	stress_percent=5
fi
note "doing $stress_percent % of the work, on $(nproc) processors"

# scaled NUMBER: that share of it, at least 1.
scaled() {
	echo $((($1 * stress_percent + 99) / 100))
}

flood_ports="7000 7001 7002 7003"

# flood_rules PREFIX: a monitor for each of the flood's ports in OUTPUT, and one
# for all in POSTROUTING, and one in PREROUTING, where another processor's
# interrupt may be what handles the packet. Without COMMIT.
flood_rules() {
	for flood_port in $flood_ports; do
		echo "-A OUTPUT -p udp --dport $flood_port -j TRAFMETUX --monitor $1-$flood_port"
	done
	echo "-A POSTROUTING -p udp --dport 7000:7003 -j TRAFMETUX --monitor $1-all"
	echo "-A PREROUTING -p udp --dport 7000:7003 -j TRAFMETUX --monitor $1-in"
}

# flood_start FAMILY: four senders on the loopback, until flood_stop.
flood_start() {
	rm -f /tmp/flood
	case $1 in
	4) flood_address=127.0.0.1 ;;
	6) flood_address=::1 ;;
	esac
	traffic flood "$flood_address" 7000 4 100 >/tmp/flood &
	flooding=$!
	await 60 "the flood begins" grep -q ready /tmp/flood
}

# flood_stop: leaves what was sent in $sent ("PACKETS BYTES") and $sent_packets.
flood_stop() {
	kill "$flooding"
	wait "$flooding"
	# shellcheck disable=SC2034,SC2046 # for the scenarios; words
	set -- $(tail -n 1 /tmp/flood)
	sent_packets=$2 sent="$2 $4"
}

# flood_arrives PREFIX: waits for what was sent last, which may still be on its way in.
flood_arrives() {
	flood_patience=300
	while [ "$(monitor_packets self "$1-in")" -lt "$sent_packets" ] && [ $flood_patience -gt 0 ]; do
		flood_patience=$((flood_patience - 1))
		sleep 0.1
	done
}

# flood_counted PREFIX: "PACKETS BYTES" of the ports' monitors together.
flood_counted() {
	for flood_port in $flood_ports; do
		monitor_counters self "$1-$flood_port"
	done | awk '{ packets += $1; bytes += $2 } END { print packets, bytes }'
}

# flood_check PREFIX WHAT: every monitor against the sender.
flood_check() {
	check "$2: there was a flood" [ "$sent_packets" -gt 1000 ]
	same "$2: the ports' monitors together equal the senders" "$sent" "$(flood_counted "$1")"
	same "$2: so does the monitor fed in POSTROUTING" "$sent" "$(monitor_counters self "$1-all")"
	flood_arrives "$1"
	same "$2: and the one in PREROUTING" "$sent" "$(monitor_counters self "$1-in")"
}

readers=

# readers_start MODE...: a reader of all monitors for each, in the background.
readers_start() {
	for reader_mode in "$@"; do
		reader "$reader_mode" /proc/trafmetux >"/tmp/reader-$reader_mode" &
		readers="$readers $reader_mode:$!"
	done
}

# readers_check WHAT: ends them; each must have read, and never found nonsense.
readers_check() {
	for reader_entry in $readers; do
		kill "${reader_entry#*:}" 2>/dev/null || :
		reader_status=0
		wait "${reader_entry#*:}" || reader_status=$?
		reader_words=$(cat "/tmp/reader-${reader_entry%:*}")
		note "reader ${reader_entry%:*}: $reader_words"
		matches "$1: reader ${reader_entry%:*} found no nonsense, and did read" \
			"0 reads [1-9]*" "$reader_status $reader_words"
	done
	readers=
}

# minute_passes: the clock is set to a second before its next minute, and this
# waits until that has begun and the samples of it are taken.
minute_passes() {
	minute_next=$((($(date +%s) + 1) / 60 * 60 + 60))
	# The sampler takes no two samples within a second.
	sleep 1
	date -s "@$((minute_next - 1))" >/dev/null
	await 60 "the minute is over" minute_is_over
}

minute_is_over() {
	[ "$(date +%s)" -ge "$((minute_next + 1))" ]
}
