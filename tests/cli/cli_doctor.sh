#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# doctor: whatever makes figures wrong or missing is named, with what to do, and
# the status is 1; where all is well it says so, and the status is 0.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
# No cron but what is below here is asked.
mkdir cron
trafmetux() {
	status=0
	"$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf --cron-root cron "$@" \
		>out 2>err </dev/null || status=$?
}
NOW=1761505350 # 2025-10-26 19:02:30
FINE="Nothing is wrong: the monitor counts, and the archive has what it counted."

# archived TIME PACKETS BYTES: the archive's last record of m
archived() {
	printf '%s\n' "# trafmetux archive version 1 monitor m zone UTC" "@ $SERIES 0 0" \
		"$1 $2 $3" >archive/m-2025-10-26
}

# healthy: m is archived up to a minute ago
healthy() {
	fresh
	rm -rf nf_conntrack stat
	archived 1761505260 70 9000
	live m $SERIES $NOW 80 9900 "dropped 0" <<-END
		1761505320 78 9700
		1761505260 70 9000
	END
}

# complaint NAME MESSAGE: the doctor says this and nothing else
complaint() {
	trafmetux doctor
	expect "$1" 1 "" "trafmetux: $2"
}

healthy
trafmetux doctor
expect "all is well" 0 "$FINE" ""
live n $SERIES $NOW 5 500 </dev/null
trafmetux doctor
expect "with two monitors too" 0 \
	"Nothing is wrong: all monitors count, and the archive has what they counted." ""
trafmetux doctor m
expect "it takes no names" 2 "" "trafmetux: 'm' is one word too many; try 'trafmetux --help'"

healthy
rm -r proc
complaint "no module" "proc: not there; load the kernel module with 'modprobe xt_TRAFMETUX'"
mkdir proc
complaint "no rules" "proc: no monitors in this network namespace; lay a rule with '-j TRAFMETUX --monitor NAME', or run this where the rules are"

healthy
sed -i 's/^references 1/references 0/' proc/m
complaint "rules that went" "m: no rule feeds it any more; unless that is meant, add one with '-j TRAFMETUX --monitor m'"
live m 1111111111111111 $NOW 0 0 </dev/null
complaint "rules that nothing gets to" \
	"m: its rules have seen no packet; 'iptables -vL' and 'ip6tables -vL' (with -t TABLE) show how far packets get"
echo nonsense >proc/m
complaint "a monitor that is not understood" \
	"proc/m: line 1: malformed; install the module and the program of one release"

healthy
sed -i 's/^time .*/time 86461.5/' proc/m
sed -i '/^sample/d' proc/m
complaint "a clock that was never set" \
	"the clock says 1970-01-02 00:01; set it, and have it set at boot before the rules are laid, as by chrony or ntpd"

# Of an hour without cron the archive lacks every minute; of three minutes none
# that an update might not still bring.
healthy
archived 1761501660 10 1000
live m $SERIES $NOW 80 9900 "dropped 3" <<-END
	1761505320 78 9700
	1761501720 20 2000
	1761501660 10 1000
END
complaint "no cron" \
	"m: not archived since 2025-10-26 18:02; is cron running, with 'trafmetux update' in /etc/cron.d/trafmetux?"
rm archive/*
sed -i '/^sample 1761501660/d; s/^dropped 3/dropped 0/' proc/m
complaint "never a cron" \
	"m: not archived since 2025-10-26 18:02; is cron running, with 'trafmetux update' in /etc/cron.d/trafmetux?"
archived 1761490000 10 1000
sed -i 's/^dropped 0/dropped 190/' proc/m
complaint "minutes that are lost" \
	"m: not archived since 2025-10-26 18:02, and the kernel has not all of these minutes any more; run 'trafmetux update' from cron, every minute"
archived 1761505260 70 9000
trafmetux doctor
expect "dropped after they were archived" 0 "$FINE" ""

healthy
live m $SERIES 1761505500.9 80 9900 "dropped 0" <<-END
	1761505320 78 9700
	1761505260 70 9000
END
trafmetux doctor
expect "an update three minutes late" 0 "$FINE" ""
sed -i 's/^time .*/time 1761505501.5/' proc/m
trafmetux doctor
same "but no later" 1 "$status"

healthy
rm -r archive
complaint "no archive" "archive: no such directory; make it with 'mkdir -p archive'"
echo >archive
complaint "a file in its place" "archive: not a directory; name a directory"
rm archive

# The list of connections is beside the module's directory.
healthy
cat >nf_conntrack <<-'END'
	ipv4     2 tcp      6 431999 ESTABLISHED src=10.1.0.1 dst=10.3.0.2 sport=1 dport=2 src=10.3.0.2 dst=10.1.0.1 sport=2 dport=1 [ASSURED] mark=0 zone=0 use=2
	ipv4     2 udp      17 29 src=10.1.0.1 dst=10.3.0.2 sport=3 dport=4 [UNREPLIED] src=10.3.0.2 dst=10.1.0.1 sport=4 dport=3 mark=0 zone=0 use=2
END
trafmetux doctor
expect "connections that pass the rules" 0 "$FINE" ""
sed -i 's/\[ASSURED\] mark/[OFFLOAD] mark/' nf_conntrack
complaint "one that passes them by" \
	"flow offload: 1 of 2 connections pass the rules by, uncounted; take 'flow add' or 'flow_offloading' out of the firewall, or use 'trafmetux meter'"
sed -i 's/\[UNREPLIED\]/[HW_OFFLOAD]/' nf_conntrack
trafmetux doctor
expect "in hardware too" 1 "" \
	"trafmetux: flow offload in hardware: 1 of 2 connections pass the kernel by, uncounted by rules and meters; take 'flags offload' out of the flowtable
trafmetux: flow offload: 1 of 2 connections pass the rules by, uncounted; take 'flow add' or 'flow_offloading' out of the firewall, or use 'trafmetux meter'"
sed -i 's/HW_OFFLOAD/OFFLOAD/' nf_conntrack

# What meters feed: they see what software offloads.
cp proc/m unmetered
sed -i 's/^references 1/&\nrules 0\nmeters 1/' proc/m
printf 'version 1\nm eth0 in on\n' >proc/.meters
trafmetux doctor
expect "meters see what flow offload carries" 0 "$FINE" ""
printf 'version 1\nm eth0 in off\n' >proc/.meters
complaint "a meter whose device is gone" \
	"m: its device is not there, or no longer metered; see 'ip link', and run 'trafmetux meter --again'"
printf 'version 1\nm eth0 in off error 7\n' >proc/.meters
trafmetux doctor
grep -q "^trafmetux: m: eth0 is not metered: this device has as many hooks as the kernel allows" err
result "one that the kernel refused" || cat err
rm nf_conntrack proc/.meters
sed -i 's/^meters 1/meters 0/' proc/m
complaint "a rule that only asks for the limit feeds nothing" \
	"m: no rule feeds it any more; unless that is meant, add one with '-j TRAFMETUX --monitor m'"
mv unmetered proc/m
mkdir stat
: >stat/nf_flowtable
complaint "no list of connections to see them in" \
	"this kernel has flow offload, which passes the rules by, but no list to see it in; take away what 'nft list flowtables' shows"

# Several troubles, a line each.
sed -i 's/^references 1/references 0/' proc/m
rm -r archive
trafmetux doctor
same "each trouble has a line" 3 "$(grep -c '^trafmetux: ' err)"

# What reports, plans and updates would complain of.
# planned LINE...: a plan of m
planned() {
	healthy
	printf '%s\n' '[plan home]' 'monitors = m' 'amount = 1 GB' 'period = prepaid from 2020-01-01' "$@" >trafmetux.conf
}
planned
trafmetux doctor
expect "a plan is well" 0 "$FINE" ""
planned 'frob = 1'
complaint "a fault of the configuration" "trafmetux.conf: line 5: frob: unknown key; see trafmetux.conf(5)"
rm trafmetux.conf
complaint "no configuration where one is named" "trafmetux.conf: no such file; see trafmetux.conf(5) for what goes into it"
planned
sed -i 's/= m$/= gone/' trafmetux.conf
complaint "a plan of what is not there" "gone: no such monitor, neither in proc nor in archive; see 'trafmetux list'"
planned
mkdir archive/plans
printf '# trafmetux ledger version 1 plan home\n2020-01\n' >archive/plans/home.ledger
trafmetux doctor
same "a damaged ledger" "1 1 0" "$status $(grep -c 'archive/plans/home.ledger: line 2: damaged' err) $(grep -c Nothing out)"
planned
echo 'limit home' >archive/.limits
complaint "what is remembered of limits" "archive/.limits: damaged; leave it to 'trafmetux update', which writes it anew once all plans can be read"
planned
sed -i 's/ 70 9000$/ 7x 9000/' archive/m-2025-10-26
live m 1111111111111111 $NOW 80 9900 "dropped 0" </dev/null
complaint "damage that can't be known" "archive/m-2025-10-26: 1 damaged line, the first is line 3; what it told can't be known; 'trafmetux verify --repair' sets it aside"
healthy
: >trafmetux.conf
sed -i '2a 17615052x0 60 8000' archive/m-2025-10-26
trafmetux doctor
expect "damage that is known is no trouble, but named" 0 "" \
	"trafmetux: archive/m-2025-10-26: 1 damaged line, the first is line 3; nothing is missing in the sums; mend it with 'trafmetux verify --repair'"

# A disk that takes nothing is named, and not cron; at once, before minutes are missing.
# stuck full|files|read-only COMMAND...: on such a disk
stuck() {
	[ "$(id -u)" -eq 0 ] && map='' || map=-r
	rm -rf kept
	cp -a archive kept
	# shellcheck disable=SC2016,SC2086 # for the shell within; an option, or none
	unshare $map -m sh -c '
		mount -t tmpfs -o size=64k,nr_inodes=8 tmpfs archive && cp -a kept/. archive || exit 125
		case $1 in
		full) cat /dev/zero >archive/fill ;;
		files) for name in 1 2 3 4 5 6 7 8; do touch archive/fill$name; done ;;
		read-only) mount -o remount,ro archive || exit 125 ;;
		esac 2>/dev/null
		shift
		exec "$@"' stuck "$@"
}
FULL="trafmetux: archive: can't be written: disk full; free some space"
if ! stuck none true 2>/dev/null; then
	pass "disks that take nothing # SKIP no mount namespaces here"
else
	for disk in full files read-only; do
		words=$FULL
		[ $disk != read-only ] ||
			words="trafmetux: archive: can't be written: read-only file system; remount it read-write"
		healthy
		: >trafmetux.conf
		status=0
		stuck $disk "$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf \
			--cron-root cron doctor >out 2>err || status=$?
		expect "$disk: in the first minutes" 1 "" "$words"
		live m $SERIES $NOW 80 9900 "dropped 0" <<-END
			1761505320 78 9700
			1761501780 75 9500
			1761501720 71 9100
		END
		archived 1761501660 70 9000
		status=0
		stuck $disk "$PROGRAM" --archive-dir archive --proc-dir proc --config trafmetux.conf \
			--cron-root cron doctor >out 2>err || status=$?
		expect "$disk: later" 1 "" "$words
trafmetux: m: not archived since 2025-10-26 18:02, as the archive can't be written"
	done
fi
plan
