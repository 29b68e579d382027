#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# meter, unmeter and read, by BPF, on this machine's own kernel in namespaces of their own:
# what is laid, what comes of it in archive, reports and plans, and that it all goes again.
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
PINS=/run/trafmetux/meters

archive=archive

# meter ARGUMENT...: the program where there is no module; fills out, err and status
meter() {
	status=0
	"$PROGRAM" --archive-dir "$archive" --config trafmetux.conf "$@" >out 2>err </dev/null ||
		status=$?
}

# device: e0 here, joined to a device of another namespace
device() {
	ip link add e0 type veth peer name e1 netns far
	ip link set e0 addrgenmode none up
	ip addr add 10.9.0.1/24 dev e0
	ip -n far link set e1 addrgenmode none up
	ip -n far addr add 10.9.0.2/24 dev e1
	known
	in_namespace far ip neigh replace 10.9.0.1 lladdr "$(mac e0)" dev e1 nud permanent
}

# mac DEVICE: its address
mac() {
	ip link show "$1" | awk '/link\/ether/ { print $2 }'
}

# known: to e0, who is at its other end
known() {
	ip neigh replace 10.9.0.2 lladdr "$(ip -n far link show e1 |
		awk '/link\/ether/ { print $2 }')" dev e0 nud permanent
}

# ping COUNT: so many packets of 128 bytes, and as many back
ping() {
	traffic icmp 10.9.0.2 "$1" 100 >/dev/null
}

# counted MONITOR
counted() {
	"$QUICK" read "$1" 2>&1 | awk '/^packets/ { packets = $2 } /^bytes/ { print packets, $2 }'
}

# key KEY MONITOR: a line of what read prints
key() {
	"$QUICK" read "$2" 2>/dev/null | sed -n "s/^$1 //p"
}

# pins: what is pinned, without the number of the namespace
pins() {
	find $PINS -mindepth 2 ! -type d 2>/dev/null | sed "s,^$PINS/[^/]*/,," | sort | tr '\n' ' '
}

ip netns add far
# Devices have nothing to say by themselves.
for each in all default; do
	echo 1 >/proc/sys/net/ipv6/conf/$each/disable_ipv6
	in_namespace far sh -c "echo 1 >/proc/sys/net/ipv6/conf/$each/disable_ipv6"
done
fresh
rmdir proc
device

meter list
expect "without the module and meters nothing counts" 1 "monitor  live  rules  archived since       series" \
	"trafmetux: /proc/trafmetux: not there; load the kernel module with 'modprobe xt_TRAFMETUX'"
meter meter nothing
expect "a device that is not there is waited for" 0 "" \
	"trafmetux: nothing: there is no such device; it is metered once there is"
ip link add nothing type veth peer name something
meter meter --again
same "and metered once it comes" "1 1" "$(key references nothing-in) $(key references nothing-out)"
ip link del nothing
meter unmeter nothing
meter meter a/b
expect "what can be no device" 1 "" "trafmetux: a/b: there is no such device; see 'ip link'"
meter meter
expect "no device" 2 "" "trafmetux: meter: the name of a device is missing; try 'trafmetux --help'"
meter meter --again e0
expect "too much" 2 "" "trafmetux: meter takes devices, --again or --rule, one of them; try 'trafmetux --help'"
meter unmeter e0
expect "what is not metered" 1 "" "trafmetux: e0: it is not metered"
same "nothing is left of that" "" "$(pins)$(cat archive/.meters 2>/dev/null)"

meter meter e0
expect "a device is metered" 0 "e0-in: counts what arrives at e0, by BPF in $(memory) KB of memory
e0-out: counts what leaves by e0, by BPF in $(memory) KB of memory" ""
same "its pins" "e0-in/counter e0-in/info e0-in/limit e0-in/link:e0 e0-in/over-limit e0-in/ring e0-out/counter e0-out/info e0-out/limit e0-out/link:e0 e0-out/over-limit e0-out/ring " \
	"$(pins)"
same "nobody may write to them" "" "$(find $PINS -mindepth 2 ! -type d ! -perm 0444)"
same "it is remembered" "# trafmetux meters 1; kept by 'trafmetux meter' and 'trafmetux unmeter'
e0-in e0 in
e0-out e0 out" "$(cat archive/.meters)"
ping 3
same "three packets in" "3 384" "$(counted e0-in)"
same "three packets out" "3 384" "$(counted e0-out)"
meter meter e0
expect "to be metered twice changes nothing" 0 "e0-in: counts what arrives at e0, by BPF
e0-out: counts what leaves by e0, by BPF" ""
ping 2
same "nor does a packet count twice" "5 640 5 640" "$(counted e0-in) $(counted e0-out)"
series=$(key series e0-in)
meter read e0-in
sed -i 's/^series .*/series S/; s/^created [0-9]*$/created C/; s/^time [0-9]*$/time T/; /^sample/d' out
expect "read has what /proc would have" 0 "version 1
monitor e0-in
series S
references 1
created C
dropped 0
source bpf exact
time T
packets 5
bytes 640
limit none" ""
meter read none
expect "what is no monitor" 1 "" "trafmetux: none: nothing counts for such a monitor; see 'trafmetux list'"

# Another name for the same device, and others' filters.
tc qdisc add dev e0 clsact
tc filter add dev e0 ingress pref 1 protocol ip u32 match u32 0 0 classid 1:1
tc filter add dev e0 egress pref 7 protocol ip u32 match u32 0 0 classid 1:1
filters() {
	tc qdisc show dev e0
	tc -s filter show dev e0 ingress | grep -v "used\|Sent\|backlog"
	tc filter show dev e0 egress
}
before=$(filters)
meter meter --name wan e0
ping 4
same "two meters at a device count alike" "9 1152 4 512" "$(counted e0-in) $(counted wan-in)"
meter meter --name wan lo
traffic udp-sink 7001 >sink &
sink=$!
until grep -q ready sink 2>/dev/null; do sleep 0.05; done
traffic udp 127.0.0.1 7001 3 72 >/dev/null
kill $sink
same "two devices of one name are added up" "2 $((4 + 6)) $((512 + 3 * 100 + $(counted wan-out | cut -d' ' -f2) - 812))" \
	"$(key references wan-out) $(counted wan-out)"
meter unmeter --name wan e0
expect "one of the two is taken away" 0 "" ""
ping 1
same "then it does not count there" "10 1280 10" "$(counted e0-in) $(key packets wan-out)"
meter unmeter lo
expect "the last one" 0 "wan-in: no more expected to count; its figures stay
wan-out: no more expected to count; its figures stay" ""
same "others' filters and the clsact are as they were" "$before" "$(filters)"
same "and nothing else is pinned" "e0-in/counter e0-in/info e0-in/limit e0-in/link:e0 e0-in/over-limit e0-in/ring e0-out/counter e0-out/info e0-out/limit e0-out/link:e0 e0-out/over-limit e0-out/ring " \
	"$(pins)"
grep -q "^retired wan-in" archive/.expected
result "it is no more expected to count"
meter -u B show-total wan-out
expect "its figures are archived" 0 "total: [wan-out= $(tail -n 1 archive/wan-out-* | cut -d' ' -f3) B]" ""

# Archive, reports and plans.
cat >trafmetux.conf <<'END'
[plan isp]
monitors = e0-in + e0-out
amount = 10 KB
period = month
END
meter update --now
expect "an update" 0 "" ""
same "what it archived" "$series 10 1280" "$(awk '/^@/ { series = $2 } /^[0-9]/ { last = $2 " " $3 } END { print series, last }' archive/e0-in-*)"
same "and where it comes from" "# source $series bpf exact
@ $series 0 0" "$(cat archive/e0-in-* | sed -n '2,3p')"
lines=$(cat archive/e0-in-*)
meter update --now
same "another one adds nothing" "$lines" "$(cat archive/e0-in-*)"
ping 1
meter -u B show-total e0-in+e0-out
expect "a report has what is not archived yet" 0 "total: [e0-in+e0-out= 2816 B]" ""
meter check isp
case "$status $(cat out)" in "0 "*OK*) true ;; *) false ;; esac
result "a plan's check knows it" || cat out err
meter plan isp
test "$status" = 0
result "a plan" || cat out err
meter explain e0-in
test "$status" = 0
result "explain" || cat out err
meter list
awk 'NR > 1 && $1 != "wan-in" && $1 != "wan-out" { print $1, $2, $3 }' out >listed
same "the list" "e0-in yes 1
e0-out yes 1" "$(cat listed)"

# Ordinary users.
cp "$QUICK" program
setpriv --reuid 65534 --regid 65534 --clear-groups "$WORK/program" --archive-dir archive \
	--config trafmetux.conf -u B show-total e0-in >out 2>err
case "$? $(cat out) $(cat err)" in
"1 total: [e0-in= 1280 B] trafmetux: $PINS/net-"*"/e0-in: permission denied; run as root, as only root may read what BPF counts") true ;;
*) false ;;
esac
result "an ordinary user's report ends at the last update, and says so" || cat out err

# The device goes and comes back.
ip link del e0
same "without its device nothing feeds it" "0 11 1408" "$(key references e0-in) $(counted e0-in)"
meter doctor
grep -q "^trafmetux: e0-in: its device is not there, or no longer metered; see 'ip link'" err
result "and doctor says so" || cat out err
device
meter update
expect "an update lays it again" 0 "" ""
same "which is fed again" "1 $series" "$(key references e0-in) $(key series e0-in)"
ping 2
same "and goes on counting" "13 1664" "$(counted e0-in)"
ip link set e0 down
ip link set e0 name gone
ip link add e0 type veth peer name other
meter meter --again
expect "another device of its name" 0 "" ""
ip link del e0
ip link set gone name e0
ip link set e0 up
known
meter meter --again
ping 1
same "and the first one again" "14 1792" "$(counted e0-in)"

# As after a start of the machine.
meter update --now
umount $PINS
meter update --now
expect "after a start an update lays all again" 0 "" ""
cp archive/.meters meters
sed -i 's/^e0-out e0 out$/e0-out e0 oXt/' archive/.meters
cp archive/.meters damaged
umount $PINS
meter update
expect "with a damaged line it is told" 1 "" \
	"trafmetux: .meters: it has a line that is none; mend or remove it"
same "what can be read is laid, and nothing written" "1 0" \
	"$(key references e0-in) $(cmp archive/.meters damaged >&2; echo $?)"
meter meter e0
same "nor by meter" "1 0" "$status $(cmp archive/.meters damaged >&2; echo $?)"
cp meters archive/.meters
meter update
expect "when it is mended all are laid" 0 "" ""
same "a meter whose device is gone is missed all the same" "0
0 0" "$(
	umount $PINS
	ip link set e0 down
	ip link set e0 name gone
	meter update
	key references e0-in
	counted e0-in
	ip link set gone name e0
	ip link set e0 up
	known
	meter update)"
ping 1
same "as another series" "1 128" "$(counted e0-in)"
test "$(key series e0-in)" != "$series"
result "with a number of its own"
meter -u B show-total e0-in
expect "whose bytes are added up" 0 "total: [e0-in= $((14 * 128 + 128)) B]" ""

# What a bridge carries, its ports do too.
ip link add bridge type bridge
ip link add pair type veth peer name riap
ip link set pair master bridge
meter meter --name parts bridge pair riap
expect "of a bridge its port is a part; and the two ends of a pair are none of each other" 0 \
	"$(for each in bridge pair riap; do echo "parts-in: counts what arrives at $each, by BPF
parts-out: counts what leaves by $each, by BPF"; done | sed "1,2s/\$/ in $(memory) KB of memory/")" \
	"trafmetux: pair and bridge are metered both, and one carries what the other does: don't add up their figures"
meter doctor
same "doctor says so" 1 "$(grep -c "^trafmetux: [a-z]* and [a-z]* are metered both" err)" || cat err
meter unmeter bridge pair riap
for each in bridge pair; do ip link del $each; done

# A shaper: what comes in is redirected to an ifb. At tcx it is counted before that.
if ip link add shaper type ifb 2>/dev/null; then
	ip link set shaper up
	tc qdisc add dev e0 ingress
	tc filter add dev e0 parent ffff: pref 1 u32 match u32 0 0 flowid 1:1 \
		action mirred egress redirect dev shaper
	before=$(counted e0-in)
	ping 3
	same "what a shaper takes is counted where it comes in" "$((${before% *} + 3)) $((${before#* } + 384))" \
		"$(counted e0-in)"
	tc qdisc del dev e0 ingress
	ip link del shaper
fi

# A device without a link header: what a program gives it and takes from it.
cat >tun.py <<'END'
import fcntl, os, struct, subprocess, sys
tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", b"t0", 0x1001))
subprocess.check_call(["ip", "addr", "add", "10.8.0.1/24", "dev", "t0"])
subprocess.check_call(["ip", "link", "set", "t0", "up"])
subprocess.check_call(sys.argv[1:])
sent = taken = 0
for size in (29, 100, 600, 1400):
    packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, size, 0, 0, 64, 254, 0,
                         bytes([10, 8, 0, 2]), bytes([10, 8, 0, 1])) + bytes(size - 20)
    os.write(tun, packet)
    sent += size
subprocess.check_call(["traffic", "icmp", "10.8.0.1", "1", "10"], stdout=subprocess.DEVNULL)
import socket
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for size in (1, 500, 1400):
    out.sendto(bytes(size), ("10.8.0.9", 7))
    taken += len(os.read(tun, 2000))
print("4", sent, "3", taken)
subprocess.check_call(["sh", "-c", "\"$QUICK\" read t0-in; \"$QUICK\" read t0-out"])
END
if [ -e /dev/net/tun ]; then
	python3 tun.py "$QUICK" --archive-dir archive meter t0 >tun 2>&1
	awk '/^[0-9]/ { wanted = $0 } /^packets/ { found = found sep $2 " "; sep = " " }
		/^bytes/ { found = found $2 } END { print wanted; print found }' tun >both
	same "a device without a link header" "$(head -n 1 both)" "$(tail -n 1 both)" || sed 's/^/# /' tun
	meter unmeter t0
fi

# A kernel without tcx: the call that makes a link fails.
meter unmeter e0
tc qdisc del dev e0 clsact 2>/dev/null
# without_tcx CALL WORD...: meter, of whose calls of bpf this one fails
without_tcx() {
	without_call=$1
	shift
	strace -f -qq -o trace -e trace=bpf -e "inject=bpf:error=EINVAL:when=$without_call" "$QUICK" \
		--archive-dir archive --config trafmetux.conf meter "$@" e0 >out 2>err </dev/null
}

# preferences: of the filters of what arrives
preferences() {
	tc filter show dev e0 ingress | sed -n 's/.* pref \([0-9]*\) .* handle .*/\1/p' | tr '\n' ' ' |
		sed 's/ $//'
}
tc qdisc add dev e0 clsact
tc filter add dev e0 ingress pref 1 protocol ip u32 match ip dst 10.99.0.0/16 classid 1:1
before=$(filters)
without_tcx 1000
call=$(awk '/bpf\(/ { count++ } /BPF_LINK_CREATE/ { print count; exit }' trace)
meter unmeter e0
without_tcx "$call"
same "without tcx it is a filter" "filter:e0" "$(pins | tr ' ' '\n' | sed -n 's,^e0-in/\(filter.*\),\1,p')"
grep -q "e0-in: another's filter comes before it" err
result "that it is not the first is told" || cat out err
same "whose preference is the next free one" "1 2" \
	"$(tc filter show dev e0 ingress | sed -n 's/.* pref \([0-9]*\) .*/\1/p' | sort -un | tr '\n' ' ' | sed 's/ $//')"
ping 3
same "it counts" "3 384" "$(counted e0-in)"
meter meter --again
same "and is laid once" 1 "$(tc filter show dev e0 ingress | grep -c 'direct-action')"
without_tcx "$call" --name wan
same "another meter is put beside it" "2 2" "$(preferences | sed 's/^1 //')"
ping 2
same "both count" "5 640 2 256" "$(counted e0-in) $(counted wan-in)"
meter unmeter --name e0 e0
ping 1
same "one of them is taken away" "2 3 384" "$(preferences | sed 's/^1 //') $(counted wan-in)"
meter unmeter e0
same "unmeter takes the filter away, and no other" "$before" "$(filters)"
tc qdisc del dev e0 clsact 2>/dev/null
without_tcx "$call"
tc qdisc show dev e0 | grep -q clsact
result "where there is no clsact one is made"
without_tcx "$call" --name wan
same "a meter is no other's filter" "1 1" "$(preferences)$(grep another err)"
meter doctor
grep -q "another's filter" err && cat err
same "nor to doctor" "" "$(grep "another's filter" err)"
meter unmeter e0
same "and goes with its filter" "" "$(tc qdisc show dev e0 | grep clsact)"
same "nothing is left" "" "$(pins)"

# Nor is there an egress where a shaper made a qdisc "ingress": such a filter would count
# what arrives. Here both calls that make a link fail.
without_tcx "$call"
next=$(awk '/bpf\(/ { count++ } /BPF_LINK_CREATE/ { last = count } END { print last }' trace)
meter unmeter e0
tc qdisc add dev e0 ingress
without_tcx "$call..$next+$((next - call))"
same "what leaves by a device with an ingress qdisc is not counted, and that is said" \
	"e0-in: counts what arrives at e0, by BPF in $(memory) KB of memory
trafmetux: e0: it has an ingress qdisc, as shapers make it, so that what leaves is not counted; have clsact in its place" \
	"$(cat out err)"
ping 3
same "only what arrives is" "3 384 0 0" "$(counted e0-in) $(counted e0-out)"
meter unmeter e0
tc qdisc del dev e0 ingress

# Killed at any call, the next one does it all; and unmeter leaves nothing.
for call in bpf mkdir rename; do
	number=1 killed=0 faults=''
	while
		strace -f -qq -o trace -e "trace=$call" -e "inject=$call:signal=KILL:when=$number" \
			"$QUICK" --archive-dir archive --config trafmetux.conf meter e0 \
			>out 2>err </dev/null
		[ $? -eq 137 ]
	do
		killed=$((killed + 1))
		meter update
		[ "$(key references e0-in) $(key references e0-out)" = "1 1" ] || [ ! -e archive/.meters ] ||
			faults="$faults update:$number"
		meter meter e0
		ping 1
		[ "$status $(counted e0-in) $(counted e0-out)" = "0 1 128 1 128" ] ||
			faults="$faults $number:$status:$(counted e0-in):$(cat err)"
		meter unmeter e0
		[ -z "$(pins)$(cat archive/.meters 2>/dev/null)" ] || faults="$faults left:$number"
		number=$((number + 1))
	done
	same "killed at its $call calls" "" "$faults"
	echo "# $killed times"
	test $killed -gt 0
	result "at each of them"
	meter unmeter e0
done

# A reading is of one moment, however much is counted meanwhile: each of these packets
# has 128 bytes.
meter meter lo
traffic flood 127.0.0.1 7000 2 100 >flooding &
flood=$!
until grep -q ready flooding 2>/dev/null; do sleep 0.05; done
torn='' number=0
while [ $number -lt 100 ] || [ "$(key packets lo-in)" -lt 100000 ]; do
	found=$(counted lo-in)
	[ $((${found% *} * 128)) = "${found#* }" ] || torn="$torn $found"
	number=$((number + 1))
done
kill $flood
same "no reading is torn" "" "$torn"
meter unmeter lo

# Other network namespaces.
mkdir other
ip netns add dead
in_namespace dead ip link set lo up
in_namespace dead "$QUICK" --archive-dir other meter --name dead lo >out 2>err
in_namespace far "$QUICK" --archive-dir other meter --name far e1 >out 2>err
meter meter lo
others() {
	pins | tr ' ' '\n' | sed -n 's,^\([a-z]*-[a-z]*\)/counter,\1,p' | tr '\n' ' '
}
same "each has its own" "dead-in dead-out far-in far-out lo-in lo-out " "$(others)"
ip link del e0
meter update
same "they stay where the device is gone for a while" "dead-in dead-out far-in far-out lo-in lo-out " "$(others)"
device
ip netns del dead
lost() {
	meter meter --again
	[ "$(others)" = "far-in far-out lo-in lo-out " ]
}
await 10 "they go" lost
result "and go with their namespace" || others
in_namespace far "$QUICK" --archive-dir other unmeter --name far e1 >out 2>err
meter unmeter lo
same "of which nothing is left" "" "$(find $PINS -mindepth 1 -maxdepth 1 -name '*net-*')"

# What this machine's own archive is to expect.
mount -t tmpfs none /var/lib
archive=/var/lib/trafmetux
mkdir $archive
echo >trafmetux.conf
meter meter --name wan e0 lo
meter update
same "both devices are expected to feed it" 2 "$(grep -c "^counts wan-[a-z]* [0-9]* 2 0$" $archive/.expected)"
meter unmeter --name wan e0
expect "one of them is taken away" 0 "wan-in: expected to count by the rules that it has
wan-out: expected to count by the rules that it has" ""
meter update
expect "and not missed" 0 "" ""
same "for the other one feeds it" 2 "$(grep -c "^counts wan-[a-z]* [0-9]* 1 0$" $archive/.expected)"
meter unmeter lo
meter update
expect "nor the other one" 1 "" "trafmetux: /proc/trafmetux: not there; load the kernel module with 'modprobe xt_TRAFMETUX'"
same "once nothing feeds it" 2 "$(grep -c "^retired wan-" $archive/.expected)"
archive=archive

# Rules.
OWN=$PINS/own
echo >trafmetux.conf
meter meter --rule rule
expect "what rules need" 0 "-m bpf --object-pinned $OWN/rule/rule
-m bpf --object-pinned $OWN/rule/over-limit -j DROP" ""
same "it is remembered" "rule rule" "$(sed 1d archive/.meters)"
meter meter e0
meter meter --rule e0-out
expect "what a device feeds is only asked about" 0 \
	"-m bpf --object-pinned $OWN/e0-out/over-limit -j DROP" ""
# may: a packet, if rules let it pass
may() {
	traffic icmp 10.9.0.2 1 100 >/dev/null 2>&1 || :
}
if iptables -V | grep -q nf_tables; then
	iptables -A OUTPUT -m bpf --object-pinned $OWN/rule/rule
	ping 5
	same "a rule counts" "5 640" "$(counted rule)"
	iptables -A OUTPUT -m bpf --object-pinned $OWN/rule/over-limit -j DROP
	printf '[plan stop]\nmonitors = rule\namount = 1.25 KB\nperiod = month\nstop = yes\n' >trafmetux.conf
	meter update --now
	expect "a plan sets its limit" 0 "" ""
	same "as what is left" 1280 "$(key limit rule)"
	before=$(counted e0-out)
	for each in 1 2 3 4 5 6 7; do may; done
	same "up to there packets pass, and none beyond" "$((${before% *} + 5)) 12 1536" \
		"$(counted e0-out | cut -d' ' -f1) $(counted rule)"
	sed -i 's/1.25/1.75/' trafmetux.conf
	meter update --now
	for each in 1 2 3 4; do may; done
	same "as many more as are added" "$((${before% *} + 7)) 1792" \
		"$(counted e0-out | cut -d' ' -f1) $(key limit rule)"
	echo '# none' >trafmetux.conf
	meter update --now
	expect "a plan that is no more" 0 "" "trafmetux: stop: no more in trafmetux.conf, so rule has no limit of it any more"
	may
	same "stops nothing" "none $((${before% *} + 8))" "$(key limit rule) $(counted e0-out | cut -d' ' -f1)"
	# As after a start of the machine.
	printf '[plan stop]\nmonitors = rule\namount = 1.75 KB\nperiod = month\nstop = yes\n' >trafmetux.conf
	meter update --now
	iptables-save >rules
	iptables -F OUTPUT
	umount $PINS
	iptables-restore <rules 2>/dev/null
	same "without their pins the firewall's rules are not loaded" "2 0" "$? $(iptables -S OUTPUT | grep -c object-pinned)"
	meter meter --again
	expect "they are pinned again" 0 "" ""
	iptables-restore <rules
	result "before the firewall's rules are loaded"
	meter update
	expect "and the limit is set again" 0 "" ""
	before=$(counted e0-out)
	may
	same "nothing is left, and nothing passes" "1 ${before% *} 1" \
		"$(key limit rule) $(counted e0-out | cut -d' ' -f1) $(key packets rule)"
	iptables -F OUTPUT
	echo '# none' >trafmetux.conf
fi
meter unmeter e0
meter unmeter --rule none
expect "what no rule feeds" 1 "" "trafmetux: none: no rule feeds it by BPF"
meter unmeter --rule rule e0
expect "rules or devices" 2 "" "trafmetux: unmeter takes devices or --rule, one of them; try 'trafmetux --help'"
meter unmeter --rule rule
expect "rules' pins are taken away" 0 "rule: no more expected to count; its figures stay" ""
same "and nothing is left of them" "" "$(pins)$(cat archive/.meters 2>/dev/null)"
meter meter --rule rule

# The kernel module's own meters.
mkdir proc
: >proc/.meters
meter --proc-dir proc meter e0
expect "the kernel module's meters come first" 0 "e0-in: counts what arrives at e0, by the kernel module
e0-out: counts what leaves by e0, by the kernel module" ""
same "it is asked so" "+ e0-out e0 out" "$(cat proc/.meters)"
same "nothing is pinned then" "rule/counter rule/info rule/limit rule/over-limit rule/ring rule/rule " "$(pins)"
meter --proc-dir proc meter --rule e0-out
expect "what the module counts its own match stops" 1 "" \
	"trafmetux: e0-out: the kernel module counts it; have '-m trafmetux --monitor e0-out --over-limit' in a rule"
# What the kernel refuses: its answers to orders are made up here.
# answered NUMBER ERROR: of the module's meters, to this order
answered() {
	: >proc/.meters
	rm -f archive/.meters
	strace -qq -o trace -P "$WORK/proc/.meters" -e trace=write -e "inject=write:error=$2:when=$1" "$QUICK" \
		--archive-dir archive --config trafmetux.conf --proc-dir proc meter e0 \
		>out 2>err </dev/null
	status=$?
}
answered 2 EOPNOTSUPP
expect "without a hook at egress what IP sends is counted, and what that lacks is told" 0 \
	"e0-in: counts what arrives at e0, by the kernel module
e0-out: counts what IP sends by e0, by the kernel module" \
	"trafmetux: e0-out: as this kernel has no hook at egress, only what IP sends is counted: not what bridges and flow offload carry"
same "so the module is asked" "+ e0-out e0 routed-out" "$(cat proc/.meters)"
answered 1 EBUSY
expect "what rules feed is refused" 1 "e0-out: counts what leaves by e0, by the kernel module" \
	"trafmetux: e0-in: rules feed it, and a packet would count twice; give another name with --name, or take the rules out first"
same "and not remembered" "e0-out e0 out" "$(sed 1d archive/.meters)"
plan
