# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Times UDP packets through 1 and through 100 copies of rules for hosts, whose table
# has one host, a thousand, or 65,536 of them; what a full table takes of memory, and
# what it costs to read it.
#
# boot: --icount --timeout 2400 --silence 600 --memory 768

# shellcheck source=tests/bench/guest-lib.sh
. /bench/guest-lib.sh

plain="64" gso="10000 1000"
addresses=24	# that the figures are the mean of
full=65536

# host FAMILY NUMBER: the address of a host, of 65,536
host() {
	case $1 in
	4) echo "10.32.$(($2 / 256)).$(($2 % 256))" ;;
	6) printf 'fd32::%x\n' "$2" ;;
	esac
}

# numbers COUNT: of those hosts that are sent to, spread over all that there are
numbers() {
	awk -v count="$1" -v addresses=$addresses 'BEGIN {
		for (i = 0; i < addresses; i++) print int(i * count / addresses) }'
}

# fill FAMILY COUNT: packets of so many hosts come in, from which the table learns
fill() {
	case $1 in
	4) fill_to=10.8.0.9 ;;
	6) fill_to=fd08::9 ;;
	esac
	hostsend near "$far_mac" "$(host "$1" 0)" "$2" "$fill_to" 1 "$2" 10 >/dev/null
	await 60 "all are in the table" filled "$2"
}

filled() {
	[ "$(sed -n 's/^used //p' /proc/trafmetux/x~hosts)" = "$1" ]
}

# mean FAMILY COUNT SIZE...: of sending to the hosts
mean() {
	mean_family=$1 mean_count=$2
	shift 2
	numbers "$mean_count" | while read -r mean_number; do
		cost packets "$(host "$mean_family" "$mean_number")" 9 "$@"
	done | awk '{ sum += $1 } END { printf "%.2f\n", sum / NR }'
}

# rule_copies COPIES FAMILY BACKEND CHAIN-AND-RULE: with what else there is to be
rule_copies() {
	{
		echo "*mangle"
		echo "-A PREROUTING -i far -p udp --dport 7000 -j TRAFMETUX_HOSTS --monitor x --host src --max $full"
		awk -v count="$1" -v rule="-A $4" 'BEGIN { while (count--) print rule }'
		echo COMMIT
	} | restore_rules self "$3" "$2"
}

# measured PASS BACKEND FAMILY NAME COUNT RULE: where packets go out
measured() {
	for copies in 1 100; do
		rule_copies $copies "$3" "$2" "OUTPUT $6"
		# shellcheck disable=SC2086 # words
		{
			fact hosts "$1" "$2" "$3" plain "$4" "$5" $copies "$(mean "$3" "$5" $plain)"
			fact hosts "$1" "$2" "$3" gso "$4" "$5" $copies "$(mean "$3" "$5" $gso)"
		}
	done
}

# measured_in PASS BACKEND NAME RULE: where they come in, from one host
measured_in() {
	for copies in 1 100; do
		rule_copies $copies 4 "$2" "PREROUTING -i far -p udp --dport 9 $4"
		# shellcheck disable=SC2086 # words
		fact hosts "$1" "$2" 4 plain "$3" 1 $copies "$(cost arrivals 10.8.0.2 9 $plain)"
	done
}

# everything PASS
everything() {
	for backend in $(backends_here); do
		for family in $families; do
			measured "$1" "$backend" "$family" TRAFMETUX 1 "-j TRAFMETUX --monitor plain"
			for count in 1 1000 $full; do
				rule_copies 0 "$family" "$backend" ''
				fill "$family" "$count"
				measured "$1" "$backend" "$family" hosts "$count" \
					"-j TRAFMETUX_HOSTS --monitor x --host dst --max $full"
			done
			measured "$1" "$backend" "$family" other 1 \
				"-j TRAFMETUX_HOSTS --monitor x --host none --as down --max $full"
			clear_rules self
			rmmod xt_TRAFMETUX
		done
		measured_in "$1" "$backend" in-TRAFMETUX "-j TRAFMETUX --monitor plain"
		measured_in "$1" "$backend" in-MAC "-j TRAFMETUX_HOSTS --monitor x --host src --max $full"
		# The row is there by now.
		measured_in "$1" "$backend" in-no-MAC "-j TRAFMETUX_HOSTS --monitor x --host src --max $full --no-learn"
		clear_rules self
		rmmod xt_TRAFMETUX
	done
}

free_memory() {
	sed -n 's/^MemFree: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

# memory: of eight tables that have all that they may come to hold at once, as those
# of a namespace do, samples too; more than what else comes and goes
memory() {
	modprobe xt_TRAFMETUX max_hosts=$((8 * full))
	ip netns add full
	in_namespace full "$(iptables_command "$backend" 4)" -t mangle -S >/dev/null
	sleep 10
	sync
	echo 3 >/proc/sys/vm/drop_caches
	free_before=$(free_memory)
	{
		echo "*mangle"
		for table in 1 2 3 4 5 6 7 8; do
			echo "-A OUTPUT -j TRAFMETUX_HOSTS --monitor t$table --host dst --max $full"
		done
		echo COMMIT
	} | restore_rules full "$backend" 4
	sleep 10
	fact hosts-memory $(((free_before - $(free_memory)) * 1024 / 8))
	ip netns del full
	await 60 "the namespace is gone" unload_module
}

# reading FAMILY: a full table
reading() {
	modprobe xt_TRAFMETUX
	rule_copies 0 "$1" "$backend" ''
	fill "$1" $full
	fact hosts-reading "$1" "$(cost read /proc/trafmetux/x~hosts)"
	clear_rules self
	rmmod xt_TRAFMETUX
}

bench_up
backend=$(backends_here | head -n 1)
ip link add near type veth peer name far
for end in near far; do
	ip link set $end addrgenmode none
	ip link set $end up
done
far_mac=$(cat /sys/class/net/far/address)
ip addr add 10.8.0.1/24 dev near
ip neigh replace 10.8.0.2 lladdr "$far_mac" dev near nud permanent
# Whoever is sent to is not asked for.
ip link set sink arp off
ip addr add fd09::1/64 dev sink nodad
ip route add 10.32.0.0/16 dev sink
ip -6 route add fd32::/64 dev sink
memory
for family in $families; do
	reading "$family"
done
for pass in 1 2; do
	everything $pass
done
finish
