#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --icount --rtc 2026-10-24T20:56:00
#
# The demonstration that "make demo" runs in a guest: an evening and a night of
# traffic over a small network, counted by the five monitors of the README.
#
#	client --- wlan0 [this router] eth0 --- server
#
# The night is one on which the clocks go back, so that 02:00-03:00 comes twice.

. ./lib.sh

# side NAME INTERFACE V4 V6 MINE THEIRS: a neighbour and the link to it.
side() {
	ip netns add "$1"
	ip link add "$2" type veth peer name eth0 netns "$1"
	ip addr add "$3.$5/24" dev "$2"
	ip addr add "$4::$5/64" dev "$2" nodad
	ip link set "$2" up
	ip -n "$1" link set lo up
	ip -n "$1" addr add "$3.$6/24" dev eth0
	ip -n "$1" addr add "$4::$6/64" dev eth0 nodad
	ip -n "$1" link set eth0 up
	ip -n "$1" route add default via "$3.$5"
	ip -n "$1" route add default via "$4::$5"
}

# The rules of the README.
rules() {
	for iptables in iptables-nft ip6tables-nft; do
		$iptables -t mangle -A PREROUTING -i wlan0 -p tcp -j TRAFMETUX --monitor input
		$iptables -t mangle -A POSTROUTING -o wlan0 -p tcp -j TRAFMETUX --monitor output
		$iptables -t mangle -A PREROUTING -i wlan0 -p tcp -j TRAFMETUX --monitor inout
		$iptables -t mangle -A POSTROUTING -o wlan0 -p tcp -j TRAFMETUX --monitor inout
		$iptables -t mangle -A PREROUTING -i eth0 -p tcp --sport 22 -j TRAFMETUX --monitor ssh
		$iptables -t mangle -A POSTROUTING -o eth0 -p tcp --dport 22 -j TRAFMETUX --monitor ssh
	done
	iptables-nft -t mangle -A PREROUTING -i eth0 -s 123.123.123.123 -j TRAFMETUX --monitor myserver
	iptables-nft -t mangle -A POSTROUTING -o eth0 -d 123.123.123.123 -j TRAFMETUX --monitor myserver
	ip6tables-nft -t mangle -A PREROUTING -i eth0 -s 2001:db8::123 -j TRAFMETUX --monitor myserver
	ip6tables-nft -t mangle -A POSTROUTING -o eth0 -d 2001:db8::123 -j TRAFMETUX --monitor myserver
}

# What happens when: minutes from the start, what, how much (KiB or packets).
schedule() {
	cat <<-END
		7 fetch 14800
		19 send 3450
		41 ping 100
		65 fetch 9050
		78 ssh 6680
		96 call 2000
		110 fetch6 3290
		125 send 824
		135 fetch 1930
		150 ssh 1860
		166 ping 60
		181 send 494
		191 fetch6 2100
		211 fetch 2048
		251 fetch 4096
		273 send 300
	END
}

# happen WHAT AMOUNT: real traffic between client and server.
happen() {
	case $1 in
	fetch) in_namespace server traffic tcp 192.168.8.2 8080 $(($2 * 1024)) ;;
	fetch6) in_namespace server traffic tcp fd00:8::2 8080 $(($2 * 1024)) ;;
	send) in_namespace client traffic tcp 123.123.123.123 80 $(($2 * 1024)) ;;
	ssh) in_namespace client traffic tcp 123.123.123.123 22 $(($2 * 1024)) ;;
	call) in_namespace client traffic udp 123.123.123.123 5060 "$2" 172 ;;
	ping) in_namespace client traffic icmp 123.123.123.123 "$2" 56 ;;
	esac >/dev/null
}

# in_words WHAT AMOUNT
in_words() {
	case $1 in
	fetch) echo "the client fetches $2 KiB from the server" ;;
	fetch6) echo "the client fetches $2 KiB over IPv6" ;;
	send) echo "the client sends $2 KiB" ;;
	ssh) echo "scp copies $2 KiB to the server" ;;
	call) echo "a call: $2 UDP packets" ;;
	ping) echo "$2 pings" ;;
	esac
}

# listen NAMESPACE tcp|udp PORT
listen() {
	in_namespace "$1" traffic "$2-sink" "$3" >"/tmp/sink-$3" &
	listeners="$listeners $!"
	await 20 "port $3 listens" grep -q ready "/tmp/sink-$3"
}

# show COMMAND...: the command as typed, and what it prints.
show() {
	printf '\n$ %s\n' "$*"
	"$@"
}

ln -sf /usr/share/zoneinfo/Europe/Paris /etc/localtime
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
side client wlan0 192.168.8 fd00:8 1 2
side server eth0 123.123.123 2001:db8 1 123

listeners=''
listen client tcp 8080
listen server tcp 80
listen server tcp 22
listen server udp 5060

rules
show iptables-nft -t mangle -S
echo
cron -f >/tmp/cron.log 2>&1 &
cron=$!

started=$(date +%s)
start_clock
schedule >/tmp/schedule
while read -r minutes what amount; do
	sleep_until $((started + minutes * 60))
	echo "$(date '+%a %H:%M %Z')  $(in_words "$what" "$amount")"
	happen "$what" "$amount"
done </tmp/schedule
# The last minute's sample, and cron's chance to archive it.
now=$(date +%s)
sleep_until $((now - now % 60 + 125))
stop_clock

show ls -l /var/lib/trafmetux
show head -n 5 /var/lib/trafmetux/input-2026-10-24
show trafmetux show-hourly input output inout
show trafmetux show-daily input output inout ssh myserver
show trafmetux list
echo

check "cron has archived the evening" test -s /var/lib/trafmetux/inout-2026-10-24
check "and the night" test -s /var/lib/trafmetux/inout-2026-10-25
# shellcheck disable=SC2086 # process ids
kill $cron $listeners
wait
finish
