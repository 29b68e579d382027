#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot:
#
# The match for monitors over their limit: to the byte on one processor, in force
# and out of it as the file is written, by those who may.

. ./lib.sh

size=100

# packet FAMILY: bytes of one datagram
packet() {
	case $1 in
	4) echo $((size + 28)) ;;
	6) echo $((size + 48)) ;;
	esac
}

address() {
	case $1 in
	4) echo 127.0.0.1 ;;
	6) echo ::1 ;;
	esac
}

# limit NAME BYTES
limit() {
	echo "$2" >"/proc/trafmetux/$1"
}

# rules BACKEND FAMILY NAME RULE...: the filter table's INPUT chain, where what is
# dropped is no error to the sender
rules() {
	rules_to="$1 $2" rules_name=$3
	shift 3
	# shellcheck disable=SC2086 # two words
	{
		echo "*filter"
		echo "-A INPUT -p udp --dport 7000 -m comment --comment arrived"
		printf -- "-A INPUT -p udp --dport 7000 %s\n" "$@"
		echo "COMMIT"
	} | sed "s/NAME/$rules_name/g" | restore_rules self $rules_to
}

# passed BACKEND FAMILY: packets that went by all the rules
passed() {
	rule_counters self "$1" "$2" filter passed | cut -d ' ' -f 1
}

count="-j TRAFMETUX --monitor NAME"
stop="-m trafmetux --monitor NAME --over-limit -j DROP"
pass="-m comment --comment passed"

# all_arrived BACKEND FAMILY DATAGRAMS
all_arrived() {
	[ "$(rule_counters self "$1" "$2" filter arrived | cut -d ' ' -f 1)" = "$3" ]
}

# send BACKEND FAMILY DATAGRAMS TOTAL: that many, TOTAL since the rules are there
send() {
	traffic udp "$(address "$2")" 7000 "$3" $size >/dev/null
	await 20 "what is sent has arrived" all_arrived "$1" "$2" "$4"
}

# limited BACKEND FAMILY NAME LIMIT EXPECTED TITLE: 20 datagrams on a monitor that
# has counted nothing yet
limited() {
	limit "$3" "$4"
	send "$1" "$2" 20 20
	same "$1 IPv$2: $6" "$5" "$(passed "$1" "$2")"
}

exact() {
	bytes=$(packet "$2")
	rules "$1" "$2" "before-$1$2" "$count" "$stop" "$pass"
	limited "$1" "$2" "before-$1$2" $((bytes * 10)) 10 \
		"counted first: packets pass up to the limit, the one at it too"
	rules "$1" "$2" "middle-$1$2" "$count" "$stop" "$pass"
	limited "$1" "$2" "middle-$1$2" $((bytes * 10 - 1)) 9 \
		"counted first: the packet whose last byte is over the limit does not"
	rules "$1" "$2" "after-$1$2" "$stop" "$count" "$pass"
	limited "$1" "$2" "after-$1$2" $((bytes * 10)) 11 \
		"counted last: the packet that passes the limit is the last one through"
	rules "$1" "$2" "inverse-$1$2" "$count" "-m trafmetux --monitor NAME ! --over-limit -j ACCEPT" "$pass"
	limited "$1" "$2" "inverse-$1$2" $((bytes * 7)) 13 "the contrary matches below the limit"
	clear_rules self
}

# From packet to packet, in one series.
turns() {
	bytes=$(packet "$2")
	name=turns-$1$2
	rules "$1" "$2" "$name" "$count" "$stop" "$pass"
	total=0
	for turn in "none 5 5" "$((bytes * 7)) 5 7" "0 3 10" "$((bytes * 9)) 2 10" "$((bytes * 1000)) 4 14" "1 3 14" "18446744073709551615 2 16"; do
		# shellcheck disable=SC2086 # limit, datagrams, passed since the rules are there
		set -- "$1" "$2" $turn
		limit "$name" "$3"
		title="$1 IPv$2: limit $3 after $total packets, then $4 more"
		total=$((total + $4))
		send "$1" "$2" "$4" $total
		same "$title" "$5" "$(passed "$1" "$2")"
		case $3 in
		0) shown=none ;;
		*) shown=$3 ;;
		esac
		same "$1 IPv$2: the file shows it" "$shown" "$(monitor_field self "$name" limit)"
	done
	series=$(monitor_series self "$name")
	rules "$1" "$2" "$name" "$count" "$stop" "$pass"
	same "$1 IPv$2: a limit outlives a reload of the rules" \
		"$series 18446744073709551615" "$(monitor_series self "$name") $(monitor_field self "$name" limit)"
	clear_rules self
}

# refused TEXT REASON: the text is for printf
refused() {
	# shellcheck disable=SC2059 # it is
	answer=$(printf -- "$1" | cat 2>&1 >/proc/trafmetux/refused) || :
	matches "a limit of \"$1\" is refused" "*$2" "$answer"
	same "and changes nothing" 12345 "$(monitor_field self refused limit)"
}

refusals() {
	iptables-nft -A OUTPUT -m trafmetux --monitor refused --over-limit -j DROP
	same "the match alone makes the monitor, without a limit" none "$(monitor_field self refused limit)"
	limit refused 12345
	for text in x -1 +1 1x 1.5 0x10 ' ' '1 2' 'none of it' 'limit' 'limit x' 'bytes 5' '5\0006'; do
		refused "$text" "nvalid argument"
	done
	refused 18446744073709551616 "out of range"
	printf 'limit 99\n\n' >/proc/trafmetux/refused
	same "the line that the file shows can be written" 99 "$(monitor_field self refused limit)"
	printf ' 12345' >/proc/trafmetux/refused
	same "a newline is not needed" 12345 "$(monitor_field self refused limit)"

	same "only root may write" "-rw-r--r--" "$(stat -c %A /proc/trafmetux/refused)"
	echo "nobody:x:65534:65534::/tmp:/bin/sh" >>/etc/passwd
	answer=$(su -c 'echo 1 >/proc/trafmetux/refused' nobody 2>&1) || :
	matches "another user may not" "*ermission denied*" "$answer"
	answer=$(unshare -U -r sh -c 'echo 1 >/proc/trafmetux/refused' 2>&1) || :
	matches "nor may root without the right to change the firewall" "*not permitted*" "$answer"
	same "nothing of that changed anything" 12345 "$(monitor_field self refused limit)"
	clear_rules self
}

# The README's rules, on the loopback: slower beyond one limit, and beyond the other
# nothing but what stays open.
recipe() {
	for way in "INPUT -i lo" "OUTPUT -o lo"; do
		# shellcheck disable=SC2086 # a chain and a match
		{
			iptables-nft -A $way -j TRAFMETUX --monitor phone
			iptables-nft -A $way -j TRAFMETUX --monitor phone-slow
			iptables-nft -A $way -p udp -m multiport --ports 7001 -j ACCEPT
			iptables-nft -A $way -m trafmetux --monitor phone --over-limit -j DROP
			iptables-nft -A $way -m trafmetux --monitor phone-slow --over-limit -m hashlimit --hashlimit-above 16kb/s --hashlimit-name slow -j DROP
		}
	done
	# Behind all of them.
	iptables-nft -t security -A INPUT -p udp --dport 7000:7001 -m comment --comment passed
	before=0 passes=''
	for port in 7000 7001; do
		for state in open slow closed; do
			case $state in
			open) limit phone none; limit phone-slow none ;;
			slow) limit phone-slow 1 ;;
			closed) limit phone 1 ;;
			esac
			# What is dropped where it is sent is an error to the sender.
			traffic udp 127.0.0.1 $port 1000 $size >/dev/null 2>&1 || :
			now=$(rule_counters self nft 4 security passed | cut -d ' ' -f 1)
			passes="$passes $((now - before))" before=$now
		done
	done
	# shellcheck disable=SC2086 # a number for each port and state
	set -- $passes
	note "of 1000 packets pass: $1, slower $2, then $3; of those that stay open $4, $5, $6"
	same "the README's rules: all passes below both limits" "1000 1000" "$1 $4"
	check "beyond the first some does" [ "$2" -gt 0 -a "$2" -lt 1000 ]
	same "beyond the second nothing does" 0 "$3"
	same "and what stays open does" "1000 1000" "$5 $6"
	clear_rules self
}

in_own_namespace() {
	ip netns add other
	in_namespace other iptables-nft -A OUTPUT -m trafmetux --monitor other --over-limit -j DROP
	in_namespace other sh -c 'echo 77 >/proc/trafmetux/other'
	same "each namespace has limits of its own" 77 "$(monitor_field other other limit)"
	ip netns del other
}

ip link set lo up
TRAFFIC_UNANSWERED=1
export TRAFFIC_UNANSWERED
traffic udp-sink 7000 >/tmp/sink &
sink=$!
traffic udp-sink 7001 >/tmp/sink-open &
sink="$sink $!"
await 20 "the sink listens" grep -q ready /tmp/sink
await 20 "the other one too" grep -q ready /tmp/sink-open
iptables_each exact
iptables_each turns
refusals
recipe
in_own_namespace
# shellcheck disable=SC2086 # two processes
kill $sink
# shellcheck disable=SC2086
wait $sink 2>/dev/null || :
finish
