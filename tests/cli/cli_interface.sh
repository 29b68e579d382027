#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# [source interface]: the counters of devices as monitors, in namespaces of their own, with
# a clock that stands where it is told.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../meters.sh
. "$HERE/../meters.sh"
alone "$@"
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
chmod 0755 "$WORK"
make -s -C "$HERE/../vm/tools" BUILD="$WORK/tools" "$WORK/tools/traffic" >&2
PATH=$WORK/tools:$PATH
cc -D_GNU_SOURCE -shared -fPIC -o clock.so "$HERE/other_clock.c"
result "other_clock.c compiles"

# A midnight; the machine was started an hour before.
MIDNIGHT=1803772800
export CLOCK_UPTIME=3600 CLOCK_SYNCHRONISED=1
CLOCK_NOW=$MIDNIGHT

# told ARGUMENT...: the program, at CLOCK_NOW; fills out, err and status
told() {
	status=0
	CLOCK_NOW=$CLOCK_NOW LD_PRELOAD="$WORK/clock.so" "$QUICK" --archive-dir archive \
		--config trafmetux.conf "$@" >out 2>err </dev/null || status=$?
}

# device: e0 here, joined to a device of another namespace
device() {
	ip link add e0 type veth peer name e1 netns far
	ip link set e0 addrgenmode none up
	ip addr add 10.9.0.1/24 dev e0
	ip -n far link set e1 addrgenmode none up
	ip -n far addr add 10.9.0.2/24 dev e1
	ip neigh replace 10.9.0.2 lladdr "$(ip -n far link show e1 |
		awk '/link\/ether/ { print $2 }')" dev e0 nud permanent
	in_namespace far ip neigh replace 10.9.0.1 lladdr "$(ip link show e0 |
		awk '/link\/ether/ { print $2 }')" dev e1 nud permanent
}

# ping COUNT: so many packets of 128 bytes, and as many back: of 142 with their headers
ping() {
	traffic icmp 10.9.0.2 "$1" 100 >/dev/null
}

# archived FILE: it, with letters for the ids of series
archived() {
	awk '{ for (field = 1; field <= NF; field++)
		if ($field ~ /^[0-9a-f]+$/ && length($field) == 16) {
			if (!($field in name)) name[$field] = substr("ABCDEF", ++count, 1)
			$field = name[$field]
		} } 1' "archive/$1"
}

ip netns add far
for each in all default; do
	echo 1 >/proc/sys/net/ipv6/conf/$each/disable_ipv6
	in_namespace far sh -c "echo 1 >/proc/sys/net/ipv6/conf/$each/disable_ipv6"
done
fresh
rmdir proc
device
ping 5
cat >trafmetux.conf <<'END'
[source interface]
devices = e0, wan*
END

told list
sed -i 's/[0-9a-f]\{16\}/SERIES/' out
expect "the devices that are chosen" 0 "$(printf '%s\n' \
	"monitor  live  rules  archived since       series" \
	"e0-in    yes       -  -                    SERIES  not wire-exact" \
	"e0-out   yes       -  -                    SERIES  not wire-exact")" ""
told read e0-in
sed -i 's/^series .*/series S/' out
expect "what one had counted before it was chosen is not the monitor's" 0 "version 1
monitor e0-in
series S
source interface about
time $MIDNIGHT
packets 0
bytes 0
sample $MIDNIGHT 0 0" ""
told read lo-in
expect "others are no monitors" 1 "" \
	"trafmetux: lo-in: nothing counts for such a monitor; see 'trafmetux list'"

told update
expect "an update" 0 "" ""
same "remembers where it begins" "# trafmetux archive version 1 monitor e0-in zone UTC
# source A interface about 5 710
@ A 0 0
$MIDNIGHT 0 0" "$(archived e0-in-2027-02-27)"
ping 1
CLOCK_NOW=$((MIDNIGHT + 30))
told update
told -u B show-total e0-in
expect "a report has what is not archived yet" 0 "total: [e0-in= ~142 B]" ""
CLOCK_NOW=$((MIDNIGHT + 61))
told update
ping 2
CLOCK_NOW=$((MIDNIGHT + 3723))
told update
ping 3
told update --now
told update
same "in time, late, and at the end" "# trafmetux archive version 1 monitor e0-in zone UTC
# source A interface about 5 710
@ A 0 0
$((MIDNIGHT + 60)) 1 142
$((MIDNIGHT + 3723)) 3 426 $((MIDNIGHT + 60))
$((MIDNIGHT + 3723)) 6 852 $((MIDNIGHT + 3722))" "$(archived e0-in-2027-02-28)"
told -u B show-hourly e0-in
expect "by the hour" 0 "2027-02-28 00:00-01:00: [e0-in= ~142 B]
2027-02-28 01:00-02:00: [e0-in= ~710 B]" ""

# A device of the same name is another counter.
told update --now
ip link del e0
told list
expect "without its device there is but the archive" 0 "$(printf '%s\n' \
	"monitor  live  rules  archived since       series" \
	"e0-in    no        -  2027-02-28 00:01:00  -  not wire-exact" \
	"e0-out   no        -  2027-02-28 00:01:00  -  not wire-exact")" ""
device
ping 1
CLOCK_NOW=$((MIDNIGHT + 3780))
told -u B show-total e0-in
expect "all that the new one has counted is told" 0 "total: [e0-in= ~994 B]" ""
told update
told -u B show-total e0-in
expect "and archived" 0 "total: [e0-in= ~994 B]" ""
same "as another series" 2 "$(grep -c '^@' archive/e0-in-2027-02-28)"

# Who counts twice.
make_meters() {
	"$QUICK" --archive-dir archive --config trafmetux.conf "$@" >/dev/null 2>&1
}
make_meters meter e0
told update
cat err >twice
same "where BPF counts the device too, the archive's kind goes on, and it is told" \
	"trafmetux: e0-in is counted by BPF and by the device itself, and but the device itself is archived; take away the rules, 'trafmetux unmeter' it, or no longer choose it in the configuration
trafmetux: e0-out is counted by BPF and by the device itself, and but the device itself is archived; take away the rules, 'trafmetux unmeter' it, or no longer choose it in the configuration" \
	"$(cat twice)"
ping 1
told -u B show-total e0-in
expect "nothing is counted twice" 0 "total: [e0-in= ~1136 B]" ""
: >trafmetux.conf
told -u B show-total e0-in
same "chosen no more, it is BPF that counts" "total: [e0-in= ~$((994 + 128)) B]" "$(cat out)"
make_meters unmeter e0
total=$((994 + 128))
printf '[source interface]\ndevices = e0\n' >trafmetux.conf

# Names, plans, and what can't be done.
ip link add 'a#b' type veth peer name other
printf '[source interface]\ndevices = e0 a*\n' >trafmetux.conf
told update
expect "a name that no monitor can have is told" 1 "" \
	"trafmetux: a#b: no monitor can have the name 'a#b-in', so it is not counted; rename the device, or meter it with 'trafmetux meter --name'
trafmetux: a#b: no monitor can have the name 'a#b-out', so it is not counted; rename the device, or meter it with 'trafmetux meter --name'"
cat >trafmetux.conf <<'END'
[source interface]
devices = e0
[plan isp]
monitors = e0-in
amount = 1 MB
period = month
stop = yes
END
told update
expect "nothing can be stopped by it" 1 "" \
	"trafmetux: isp: the counter of a device stops nothing, only a rule of the kernel module does"
cat >trafmetux.conf <<'END'
[source interface]
devices = e0 a/b
device = e1
[source other]
devices = e1
END
told update
expect "what is wrong in the configuration" 1 "" \
	"trafmetux: trafmetux.conf: line 2: devices: 'a/b' is no device's name; give names such as eth0, or patterns such as wlan*, with blanks between them
trafmetux: trafmetux.conf: line 3: device: no key of this section; [source interface] takes devices, [source nft] counters and restored
trafmetux: trafmetux.conf: line 4: not a source that is known; give [source interface] or [source nft]"
ping 1
told -u B show-total e0-in
expect "what is right there is done all the same, and nothing that BPF has counted" 0 \
	"total: [e0-in= ~$((total + 142)) B]" ""

CLOCK_NOW=$((CLOCK_NOW + 60))
told update
ping 1
total=$((total + 142))
CLOCK_NOW=$((MIDNIGHT + 86460))
told update
series=$(awk '/^@/ { print $2; exit }' archive/e0-in-2027-03-01)
same "each file says where its series come from" "# source $series interface about" \
	"$(sed -n 2p archive/e0-in-2027-03-01 | cut -d ' ' -f 1-5)"

# Ordinary users.
cp "$QUICK" program
status=0
CLOCK_NOW=$CLOCK_NOW LD_PRELOAD="$WORK/clock.so" setpriv --reuid 65534 --regid 65534 \
	--clear-groups "$WORK/program" --archive-dir archive --config trafmetux.conf \
	-u B show-total e0-in >out 2>err || status=$?
expect "anybody may read it" 0 "total: [e0-in= ~$((total + 142)) B]" ""
plan
