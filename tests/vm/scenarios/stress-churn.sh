#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 4 --memory 1024 --timeout 1500 --silence 400 --append slub_debug=FZPU
#
# Everything at once, and none of it tidy: rules of 50 names come and go under all
# backends, in this namespace and in others that come and go themselves, while packets
# pass, files are read at odd offsets, callers are held inside them, limits are
# written, and memory fails where the kernel can do that. The module goes in between.
# What remains is nothing, and the kernel has no complaint.

. ./lib.sh

stop=/tmp/churn-over

# name: one of the 50.
name() {
	echo "n-$(($(tr -dc 0-9 </dev/urandom | head -c 4 | sed 's/^0*\(.\)/\1/') % 50 + 1))"
}

# tables COUNT: so many tables, each with rules of some of the names, or none.
tables() {
	tr -dc 0-9 </dev/urandom | head -c $(($1 * 16)) | awk -v count="$1" '{
		for (i = 0; i < count; i++) {
			print "*raw"
			for (j = substr($0, i * 16 + 1, 1); j > 0; j--) {
				n = substr($0, i * 16 + j, 2) % 50 + 1
				print "-A OUTPUT -j TRAFMETUX --monitor n-" n
				print "-A OUTPUT -m trafmetux --monitor n-" n " --over-limit -j ACCEPT"
			}
			print "COMMIT"
		}
	}'
}

# churn BACKEND FAMILY COUNT: a transaction that met another's is tried again.
churn() {
	for _ in $(seq "$3"); do
		tables 5 >"/tmp/tables-$1$2"
		churn_tries=0
		until restore_rules self "$1" "$2" -w 60 <"/tmp/tables-$1$2" 2>"/tmp/churn-errors-$1$2"; do
			churn_tries=$((churn_tries + 1))
			if [ $churn_tries -ge 50 ]; then
				cat "/tmp/churn-errors-$1$2" >&2
				return 1
			fi
		done
	done
}

# In a namespace of its own, which goes with the last process in it: who holds a file,
# or is held in one.
life() {
	ip link set lo up
	for kind in $kinds; do
		tables 2 | restore_rules self "${kind%:*}" "${kind#*:}" -w 60 2>/dev/null || :
	done
	traffic icmp 127.0.0.1 3 10 >/dev/null 2>&1 || :
	life_file=/proc/net/trafmetux/$(name)
	(sleep 0.3 | holder read 2 "$life_file" >/dev/null 2>&1) &
	(exec 2>/dev/null 3<"$life_file" && sleep 0.2) &
}

lives() {
	until [ -e $stop ]; do
		unshare -n sh scenarios/stress-churn.sh life "$kinds"
	done
}

# First in one that stays, so that somebody is held however quickly files go.
holding() {
	holding_name=steady
	until [ -e $stop ]; do
		for holding_mode in read write lseek; do
			(usleep $(($(name | tr -dc 0-9) * 10000)) |
				holder $holding_mode 4 "/proc/trafmetux/$holding_name") >>/tmp/holding 2>/dev/null || :
			holding_name=$(find /proc/trafmetux/ -name 'n-*' | shuf -n 1)
			holding_name=${holding_name##*/}
		done
	done
}

limits() {
	until [ -e $stop ]; do
		for limits_text in none 1 1000 100000 nonsense; do
			echo $limits_text >"/proc/trafmetux/$(name)" || :
		done
	done 2>/dev/null
}

# Each allocation for a rule in turn, and those for opening a file.
faults() {
	until [ -e $stop ] || [ ! -e /proc/self/fail-nth ]; do
		rawrule fail nft 6 "$(name)"
		for faults_nth in 1 2 3 4 5; do
			sh -c "echo $faults_nth >/proc/self/fail-nth; read -r _ </proc/trafmetux/$(name)" || :
		done
	done >/dev/null 2>&1
}

steady() {
	printf '*mangle\n-A OUTPUT -p udp --dport 7000:7003 -j TRAFMETUX --monitor steady\nCOMMIT\n' |
		restore_rules self nft "$1"
}

nothing_left() {
	[ "$(awk '$1 == "xt_TRAFMETUX" { print $3 }' /proc/modules)" = 0 ] && [ -z "$(ls /proc/trafmetux)" ]
}

kinds=
add_kind() {
	kinds="$kinds $1:$2"
}

# round TITLE FAMILY: of the packets.
round() {
	rm -f $stop /tmp/holding
	modprobe xt_TRAFMETUX linger=0 history=4
	steady "$2"
	flood_start "$2"
	readers_start byte pread held random
	others=
	for other in holding limits faults lives; do
		$other &
		others="$others $!"
	done
	churns=
	for kind in $kinds; do
		churn "${kind%:*}" "${kind#*:}" "$(scaled 40)" &
		churns="$churns $!"
	done
	refused=$(rmmod xt_TRAFMETUX 2>&1) || :
	matches "$1: meanwhile the module cannot be unloaded" "*in use*" "$refused"
	for _ in 1 2; do
		minute_passes
	done
	churn_status=
	for process in $churns; do
		wait "$process" && churn_status="$churn_status 0" || churn_status="$churn_status $?"
	done
	touch $stop
	for process in $others; do
		wait "$process" || :
	done
	same "$1: rules came and went under all backends" "$(echo "$kinds" | sed 's/[^ ][^ ]*/0/g')" "$churn_status"
	[ -n "$cannot_hold" ] || check "$1: callers were held" grep -q '^held [1-4]' /tmp/holding
	flood_stop
	same "$1: a monitor that stayed has all that was sent" "$sent" "$(monitor_counters self steady)"
	readers_check "$1"
	clear_rules self
	await 120 "$1: no rule, no caller and no file is left" nothing_left
	rmmod xt_TRAFMETUX
	pass "$1: no rule, no caller and no file is left, and the module goes"
}

case ${1:-} in
life)
	kinds=$2
	life
	exit 0 ;;
esac

. ./stress.sh
iptables_each add_kind
cannot_hold=
holder readlink 1 /proc/self </dev/null >/dev/null || cannot_hold=yes
dmesg -c >/dev/null
# Where memory is made to fail, the kernel shows how much there is, and on which way it
# came there. That stays in the log; all else is looked at.
[ ! -e /proc/self/fail-nth ] || dmesg -n 4
for number in 1 2; do
	for family in $families; do
		round "round $number, IPv$family" "$family"
	done
done
dmesg -n 8
same "the kernel has no complaint" "" \
	"$(dmesg | grep -E 'WARNING|BUG|INFO:|KASAN|UBSAN|refcount_t' || :)"
modprobe xt_TRAFMETUX
finish
