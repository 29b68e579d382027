# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Times UDP packets through 1 and through 100 copies of each rule.
#
# boot: --icount --timeout 1200 --silence 300

# shellcheck source=tests/bench/guest-lib.sh
. /bench/guest-lib.sh

# The packets: a datagram, and one of ten segments.
plain="64" gso="10000 1000"
segments=10
rounds_packets=500	# that cost sends, in all its rounds

# What rules need of BPF, for a monitor that has a limit.
pins=/run/trafmetux/meters/own/b
bpf_up() {
	mkdir -p /var/lib/trafmetux
	trafmetux meter --rule b >/dev/null
	printf '[plan b]\nmonitors = b\namount = 1 TB\nperiod = month\nstop = yes\n' >/etc/trafmetux.conf
	trafmetux update || :
	matches "it has a limit" "limit 1*" "$(trafmetux read b | grep limit)"
}

# NAME and what comes after "-A OUTPUT"; '-' for nothing.
rules() {
	cat <<-END
		bare -
		MARK -j MARK --set-mark 1
		TRAFMETUX -j TRAFMETUX --monitor x
		no-limit -m trafmetux --monitor x ! --over-limit
		limit -m trafmetux --monitor limited ! --over-limit
		limit+TRAFMETUX -m trafmetux --monitor limited ! --over-limit -j TRAFMETUX --monitor limited
		nfacct -m nfacct --nfacct-name x
		bpf -m bpf --object-pinned $pins/rule
		bpf-limit -m bpf --object-pinned $pins/over-limit
		comment -m comment --comment x
		quota -m quota --quota 1000000000000
		quota2 -m quota2 --name x --quota 1000000000000
		ACCOUNT/0 -j ACCOUNT --addr 0.0.0.0/0 --tname all
		ACCOUNT/24 -j ACCOUNT --addr 10.9.0.0/24 --tname net
	END
}

native_rules() {
	cat <<-END
		nft-counter counter
		nft-named-counter counter name x
		nft-quota quota until 1000000 mbytes
	END
}

# measure PASS BACKEND NAME COPIES: both kinds of packets, with the rules loaded.
measure() {
	# shellcheck disable=SC2086 # words
	{
		fact measured "$1" "$2" plain "$3" "$4" "$(cost packets 10.9.0.2 9 $plain)"
		fact measured "$1" "$2" gso "$3" "$4" "$(cost packets 10.9.0.2 9 $gso)"
	}
}

# seen BACKEND: how many rules saw each packet that measure sent.
seen() {
	save_rules self "$1" 4 -c -t mangle | grep -c "^\[$((2 * rounds_packets)):[0-9]*\] -A OUTPUT" || :
}

# iptables_rule PASS BACKEND NAME RULE
iptables_rule() {
	for copies in 1 100; do
		if ! rule_lines $copies "$4" >/tmp/rules ||
		   ! restore_rules self "$2" 4 </tmp/rules 2>/tmp/refused; then
			[ "$1" -gt 1 ] || fact unavailable "$2" "$3" "$(tail -n 1 /tmp/refused)"
			return 0
		fi
		case $3 in
		limit*) echo 1000000000000 >/proc/trafmetux/limited ;;
		esac
		measure "$1" "$2" "$3" $copies
		# That match can't be turned round, and is none as long as something is left.
		matching=$copies
		[ "$3" != bpf-limit ] || matching=0
		same "$2 $3: all of $copies rules saw all packets" $matching "$(seen "$2")"
	done
}

# native_rule PASS NAME RULE
native_rule() {
	for copies in 1 100; do
		{
			echo "table ip bench { counter x { }"
			echo "chain output { type route hook output priority mangle;"
			awk -v count=$copies -v rule="$3" 'BEGIN { while (count--) print rule }'
			echo "}"
			echo "}"
		} >/tmp/rules
		if ! nft -f /tmp/rules 2>/tmp/refused; then
			[ "$1" -gt 1 ] || fact unavailable native "$2" "$(head -n 1 /tmp/refused)"
			return 0
		fi
		measure "$1" native "$2" $copies
		case $2 in
		nft-quota) shown='used [1-9]' counted=$copies ;;
		nft-named-counter) shown="packets $((2 * rounds_packets * copies)) " counted=1 ;;
		*) shown="packets $((2 * rounds_packets)) " counted=$copies ;;
		esac
		same "$2: all of $copies rules saw packets" $counted \
			"$(nft list table ip bench | grep -c "$shown")"
		nft delete table ip bench
	done
}

# everything PASS
everything() {
	for backend in $(backends_here); do
		rules >/tmp/list
		while read -r name rule <&7; do
			[ "$rule" != - ] || rule=''
			iptables_rule "$1" "$backend" "$name" "$rule"
		done 7</tmp/list
		clear_rules self
	done
	native_rules >/tmp/list
	while read -r name rule <&7; do
		native_rule "$1" "$name" "$rule"
	done 7</tmp/list
}

bench_up
modprobe nfnetlink_acct
nfacct add x
bpf_up
[ "$(backends_here | head -n 1)" = legacy ] ||
	fact unavailable legacy all "this kernel has no legacy tables"
everything 1
everything 2

# Every copy counted every packet, the super-packets as what they stand for.
measured=$(backends_here | wc -l)
for monitor in x limited; do
	same "monitor $monitor holds all that was sent" \
		$((measured * 2 * 101 * rounds_packets * (1 + segments))) "$(monitor_packets self $monitor)"
done
finish
