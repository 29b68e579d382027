#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# [source nft]: named counters of nft as monitors, on this machine's own kernel in namespaces
# of their own.
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
nft list tables >/dev/null 2>&1 || {
	echo "1..0 # SKIP this kernel has no nf_tables"
	exit 0
}
cc -D_GNU_SOURCE -shared -fPIC -o clock.so "$HERE/other_clock.c"
result "other_clock.c compiles"
export CLOCK_UPTIME=3600 CLOCK_SYNCHRONISED=1
CLOCK_NOW=1803772800

# told ARGUMENT...: the program, at CLOCK_NOW; fills out, err and status
told() {
	status=0
	CLOCK_NOW=$CLOCK_NOW LD_PRELOAD="$WORK/clock.so" "$QUICK" --archive-dir archive \
		--config trafmetux.conf "$@" >out 2>err </dev/null || status=$?
}

# minute: an update at the end of the next one
minute() {
	CLOCK_NOW=$((CLOCK_NOW + 60))
	told update
}

# total MONITOR: the bytes of a report
total() {
	told -u B show-total "$1"
	sed -n 's/^total: .*= ~\([0-9]*\) B]$/\1/p' out
}

# ping COUNT: so many packets of 128 bytes to lo, each of which is sent and received, and
# the answers
ping() {
	traffic icmp 127.0.0.1 "$1" 100 >/dev/null
}

# rules WORDS: a file that flushes all, and gives the first counter WORDS
rules() {
	cat >rules <<END
flush ruleset
table inet filter {
	counter wan_in { $1 }
	counter wan_out { }
	counter odd/name { }
	counter both { }
	counter other { }
	chain input {
		type filter hook input priority 0;
		counter name "wan_in"; counter name "odd/name"; counter name "both";
	}
	chain output {
		type filter hook output priority 0;
		counter name "wan_out";
	}
}
table ip nat {
	counter both { }
	chain output {
		type filter hook output priority 0;
		counter name "both";
	}
}
END
	nft -f rules
	result "the rules are loaded" || cat rules
}

# counter NAME: its packets and bytes, by nft
counter() {
	nft list counter inet filter "$1" | awk '/packets/ { print $2, $4 }'
}

fresh
rmdir proc
rules ''
ping 2
cat >trafmetux.conf <<'END'
[source nft]
counters = inet filter wan_*
END
told list
sed -i 's/[0-9a-f]\{16\}/SERIES/' out
expect "the counters that are chosen" 0 "$(printf '%s\n' \
	"monitor  live  rules  archived since       series" \
	"wan_in   yes       -  -                    SERIES  not wire-exact" \
	"wan_out  yes       -  -                    SERIES  not wire-exact")" ""
told read wan_in
sed -i 's/^series .*/series S/' out
expect "what one had counted before it was chosen is not the monitor's" 0 "version 1
monitor wan_in
series S
source nft about
time 1803772800
packets 0
bytes 0
sample 1803772800 0 0" ""
minute
expect "an update" 0 "" ""
ping 3
same "a report" $((3 * 256)) "$(total wan_in)"
minute
same "nothing is reset" "10 1280" "$(counter wan_in)"
before=$(cat archive/wan_in-*)
told update
same "the same again adds nothing" "$before" "$(cat archive/wan_in-*)"

# What a reload, a reset and another program do to it.
printf 'table inet filter {\n\tcounter wan_in { }\n\tcounter wan_out { }\n}\n' >again
nft -f again
ping 1
minute
same "loaded without a flush it goes on" "$((4 * 256)) 1" \
	"$(total wan_in) $(grep -c '^@' archive/wan_in-2027-02-28)"
rules ''
ping 1
same "the same file after a flush makes another counter" $((5 * 256)) "$(total wan_in)"
minute
same "which is archived" "$((5 * 256)) 2" \
	"$(total wan_in) $(grep -c '^@' archive/wan_in-2027-02-28)"
rules ''
ping 4
minute
same "and so does the next one, that has more than the one before" "$((9 * 256)) 3" \
	"$(total wan_in) $(grep -c '^@' archive/wan_in-2027-02-28)"
nft reset counter inet filter wan_in >/dev/null
ping 1
minute
same "one that was reset has counted what it has" $((10 * 256)) "$(total wan_in)"
rules 'packets 1000 bytes 64000'
ping 1
minute
same "one that a file gives what old ones had counts that again" \
	$((10 * 256 + 64000 + 256)) "$(total wan_in)"
printf '[source nft]\ncounters = inet filter wan_*\nrestored = yes\n' >trafmetux.conf
rules 'packets 1000 bytes 64000'
ping 1
minute
ping 2
minute
same "unless the configuration says so" $((13 * 256 + 64000)) "$(total wan_in)"

# A late cron.
CLOCK_NOW=$((CLOCK_NOW + 3600))
ping 1
minute
same "what is of no known minute says so" "$((CLOCK_NOW - 3660))" \
	"$(tail -n 1 archive/wan_in-2027-02-28 | cut -d ' ' -f 4)"

# Names.
cat >trafmetux.conf <<'END'
[source nft]
counters = inet filter *, ip nat *
END
told update
expect "names that can't be, or are there twice, are told" 1 "" \
	"trafmetux: inet filter odd/name: no monitor can have this name, so the counter is left out; give it one in the configuration, by 'as MONITOR'
trafmetux: ip nat both: left out, as inet filter has a counter for the monitor both, too; give one of them another name in the configuration, by 'as MONITOR'"
cat >trafmetux.conf <<'END'
[source nft]
counters = inet filter both, inet filter odd/name as odd
counters = ip nat both as nat-both
END
told update
expect "other names cure it" 0 "" ""
ping 1
same "each is its own" "256 256 256" "$(total both) $(total odd) $(total nat-both)"
cat >trafmetux.conf <<'END'
[source nft]
counters = inet filter
counters = inet filter a as
counters = inet filter a* as b
counters = inets filter a
counters =
restored = perhaps
devices = e0
END
told update
sed -i 's/\(names no counters\); give .*/\1/' err
expect "what names no counters is told" 1 "" \
	"trafmetux: trafmetux.conf: line 2: counters: 'inet filter' names no counters
trafmetux: trafmetux.conf: line 3: counters: 'inet filter a as' names no counters
trafmetux: trafmetux.conf: line 4: counters: 'inet filter a* as b' names no counters
trafmetux: trafmetux.conf: line 5: counters: 'inets filter a' names no counters
trafmetux: trafmetux.conf: line 6: counters: '' names no counters
trafmetux: trafmetux.conf: line 7: restored: give yes or no
trafmetux: trafmetux.conf: line 8: devices: no key of this section; [source interface] takes devices, [source nft] counters and restored
trafmetux: /proc/trafmetux: not there; load the kernel module with 'modprobe xt_TRAFMETUX'"

# What it can't do.
cat >trafmetux.conf <<'END'
[source nft]
counters = inet filter wan_*
[plan isp]
monitors = wan_in
amount = 1 GB
period = month
stop = yes
END
told update
expect "nothing can be stopped by it" 1 "" \
	"trafmetux: isp: a counter of nft stops nothing, only a rule of the kernel module does; nft has quotas of its own"
printf '[source nft]\ncounters = inet filter wan_*\n' >trafmetux.conf
told update
nft flush chain inet filter input
told doctor
grep -q "^trafmetux: wan_in: no rule of nft has its counter; unless that is meant" err
result "a counter that no rule has is told by doctor" || cat out err
grep -q "^trafmetux: what devices and nft have counted themselves is not wire-exact, has no minutes" err
result "and what such a monitor lacks" || cat out err
cp "$QUICK" program
wanted=$(total wan_in)
minute
status=0
CLOCK_NOW=$CLOCK_NOW LD_PRELOAD="$WORK/clock.so" setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$WORK/program" --archive-dir archive --config trafmetux.conf \
	-u B show-total wan_in >out 2>err || status=$?
expect "an ordinary user's report ends at the last update, and says so" 1 \
	"total: [wan_in= ~$wanted B]" \
	"trafmetux: nft/wan_in: permission denied; run as root, as only root may read what nft counts"
nft delete table inet filter
told -u B show-total wan_in
same "a counter that is gone leaves the archive" "total: [wan_in= ~$wanted B]" "$(cat out)"
plan
