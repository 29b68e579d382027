#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# boot: --cpus 1 --timeout 900 --silence 240 --append slub_debug=FZPU
#
# Callers that stay inside monitors' files for as long as they like: a rule of the
# same name loads at once, a namespace ends, the kernel's other work goes on, and
# rmmod gives its answer; what they read is whole. The kernel poisons what is freed,
# so that using it shows.

. ./lib.sh

# hold MODE COUNT FILE: as many callers, inside when this returns.
hold() {
	rm -f /tmp/hold /tmp/held
	mkfifo /tmp/hold
	holder "$@" </tmp/hold >/tmp/held &
	holder=$!
	exec 7>/tmp/hold
	await 180 "$2 callers are inside" grep -qx "held $2" /tmp/held
}

# let_go: they go on, and end.
let_go() {
	exec 7>&-
	wait "$holder"
}

rule() {
	"$(iptables_command "$1" "$2")" -t mangle "$3" OUTPUT -j TRAFMETUX --monitor "$4"
}

is_closed() {
	! head -c 1 "/proc/trafmetux/$1" >/tmp/first-byte 2>/dev/null
}

is_gone() {
	[ ! -e "/proc/trafmetux/$1" ]
}

# module_is_held_by NUMBER: of rules and calls.
module_is_held_by() {
	[ "$(cat /sys/module/xt_TRAFMETUX/refcnt)" = "$1" ]
}

# no_byte: what is open as 6 cannot be read.
no_byte() {
	! head -c 1 <&6 >/tmp/first-byte 2>/dev/null
}

# replaced BACKEND FAMILY MODE NAME: with callers inside, the monitor goes, and a rule
# makes a new one.
replaced() {
	rule "$1" "$2" -A "$4"
	series=$(monitor_series self "$4")
	hold "$3" 3 "/proc/trafmetux/$4"
	exec 6<"/proc/trafmetux/$4"
	rule "$1" "$2" -D "$4"
	await 180 "nobody gets in any more" is_closed "$4"
	check "$1 IPv$2: while somebody is held in $3, a rule of that name loads" rule "$1" "$2" -A "$4"
	new_series=$(monitor_series self "$4")
	differs "$1 IPv$2: its monitor is a new one" "$series" "$new_series"
	check "$1 IPv$2: who begins to read a file opened before has an error" no_byte
	exec 6<&-
	let_go
}

reading() {
	replaced "$1" "$2" read "read-$1$2"
	same "$1 IPv$2: who was held has read the old one, to the end" \
		"series $series, read: whole 3 gone 0 other 0" \
		"$(grep '^series' /tmp/held), $(tail -n 1 /tmp/held)"
	rule "$1" "$2" -D "read-$1$2"
	await 180 "the new monitor goes" is_gone "read-$1$2"
	pass "$1 IPv$2: the new monitor goes as the old one would have"
}

writing() {
	replaced nft 4 write written
	same "a limit for a monitor that went meanwhile is refused" \
		"write: whole 0 gone 3 other 0" "$(tail -n 1 /tmp/held)"
	same "and is not the new one's" none "$(monitor_field self written limit)"
	rule nft 4 -D written
	await 180 "the new monitor goes" is_gone written
}

winding() {
	replaced nft 4 lseek wound
	same "who waits for a held reader of the same open file is inside as well" \
		"lseek: whole 3 gone 0 other 0, winding back: whole 3 gone 0 other 0" \
		"$(tail -n 2 /tmp/held | paste -s -d , | sed 's/,/, /')"
	rule nft 4 -D wound
	await 180 "the new monitor goes" is_gone wound
}

# Not followed by another: the last one to leave takes the file along.
leaving() {
	rule nft 4 -A left
	hold lseek 3 /proc/trafmetux/left
	exec 6</proc/trafmetux/left
	rule nft 4 -D left
	await 180 "nobody gets in any more" is_closed left
	check "nor does who has it open" no_byte
	exec 6<&-
	let_go
	matches "after the call that was held, the monitor is gone" \
		"lseek: whole 0 gone 3 other 0" "$(tail -n 2 /tmp/held | head -n 1)"
	await 180 "the file goes with the last one" is_gone left
	pass "the file goes with the last one"
}

# More namespaces than the kernel has places in one of its queues.
many() {
	held_before=$(cat /sys/module/xt_TRAFMETUX/refcnt)
	# A namespace's modules are loaded by the first rule of its kind.
	rule nft 4 -A queued
	rule nft 4 -D queued
	await 180 "the monitor goes" is_gone queued
	hold namespaces 300 many
	rule nft 4 -A queued
	rule nft 4 -D queued
	await 180 "with 300 held in as many namespaces, rules and monitors go" is_gone queued
	pass "with 300 held in as many namespaces, rules and monitors go"
	let_go
	same "all of them were in expired monitors" "namespaces: whole 0 gone 300 other 0" \
		"$(tail -n 1 /tmp/held)"
	await 180 "their namespaces go" module_is_held_by "$held_before"
	pass "their namespaces go"
}

# doomed: a namespace with a rule; $inhabitant is a process in it.
doomed() {
	ip netns add doomed
	nsenter --net=/run/netns/doomed -- iptables-nft -A OUTPUT -j TRAFMETUX --monitor doomed
	nsenter --net=/run/netns/doomed -- sleep 1000 &
	inhabitant=$!
	await 180 "it is in" test -e "/proc/$inhabitant/net/trafmetux/doomed"
}

doom() {
	kill "$inhabitant"
	wait "$inhabitant" 2>/dev/null || :
	ip netns del doomed
}

# Both from outside of the namespace, as anybody can who sees one of its processes.
namespaces() {
	held_before=$(cat /sys/module/xt_TRAFMETUX/refcnt)
	doomed
	exec 6<"/proc/$inhabitant/net/trafmetux/doomed"
	head -c 1 <&6 >/tmp/first-byte
	doom
	await 180 "a namespace goes while its file is open" module_is_held_by "$held_before"
	pass "a namespace goes while its file is open"
	check "and the file is of no use then" no_byte
	exec 6<&-

	doomed
	hold read 2 "/proc/$inhabitant/net/trafmetux/doomed"
	doom
	ip netns add other
	nsenter --net=/run/netns/other -- iptables-nft -A OUTPUT -j TRAFMETUX --monitor other
	ip netns del other
	# The doomed one's rule, and the two.
	await 180 "while somebody is held in one, others go" module_is_held_by $((held_before + 3))
	pass "while somebody is held in one, others come and go"
	let_go
	await 180 "it goes with him" module_is_held_by "$held_before"
	pass "that one goes when he has left"
}

order() {
	echo "$1" >/proc/trafmetux/.meters
}

# The list of a namespace's meters is no monitor's file, and nobody waits for who is in it.
# listing MODE
listing() {
	held_before=$(cat /sys/module/xt_TRAFMETUX/refcnt)
	doomed
	hold "$1" 2 "/proc/$inhabitant/net/trafmetux/.meters"
	check "while somebody is held in $1 of a list of meters, one is made elsewhere" \
		order '+ listed lo in'
	check "and removed" order '- listed lo in'
	doom
	ip netns add other
	nsenter --net=/run/netns/other -- iptables-nft -A OUTPUT -j TRAFMETUX --monitor other
	ip netns del other
	await 180 "$1 of a list: other namespaces go" module_is_held_by $((held_before + 3))
	pass "other namespaces come and go"
	let_go
	await 180 "$1 of a list: it goes with him" module_is_held_by "$held_before"
	pass "that one goes when he has left"
}

unloading() {
	rule nft 4 -A unloading
	hold read 1 /proc/trafmetux/unloading
	rule nft 4 -D unloading
	await 180 "nobody gets in any more" is_closed unloading
	await 180 "the call alone holds the module" module_is_held_by 1
	rmmod xt_TRAFMETUX 2>/tmp/refused &
	unloader=$!
	await 180 "rmmod has its answer" grep -q . /tmp/refused
	matches "while somebody is held, rmmod is told that the module is in use" \
		"*in use*" "$(cat /tmp/refused)"
	wait "$unloader" || :
	ip netns add after
	check "and there can be new namespaces" nsenter --net=/run/netns/after -- \
		iptables-nft -A OUTPUT -j TRAFMETUX --monitor after
	ip netns del after
	let_go
}

holder_status=0
holder readlink 1 /proc/self </dev/null >/dev/null 2>&1 || holder_status=$?
if [ $holder_status -eq 77 ]; then
	pass "held callers # SKIP this kernel has no userfaultfd"
	finish
	exit 0
fi

modprobe xt_TRAFMETUX linger=0
iptables_each reading
writing
winding
leaving
many
namespaces
listing read
listing write
unloading
finish
