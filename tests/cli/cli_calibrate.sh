#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Why the ISP's figure is another one; and that the answer makes it the same.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=UTC
NOW=1617235200	# 2021-04-01
PRESENT=$((NOW + 86400))

# 3000000 bytes in 4000 packets in March, 50000 in 50 in April
fresh
cat >trafmetux.conf <<'END'
[plan home]
monitors = a
amount = 5 MB
period = month
END
printf '@ %s 0 0\n%d 4000 3000000\n' $SERIES $((NOW - 86400)) >archive/a-2021-03-30
printf '@ %s 4000 3000000\n%d 4050 3050000\n' $SERIES $((NOW + 60)) >archive/a-2021-04-01
calibrate() {
	trafmetux --at $PRESENT calibrate home "$@"
}
HEAD="home, 2021-03-01 - 2021-03-31: counted 3000000 bytes in 4000 packets, the ISP"

calibrate 3056000
expect "Ethernet headers" 0 "$HEAD 3056000 bytes
calibration = 1.018667
likely cause: Ethernet headers, 14 bytes a packet; 'overhead = 14' is truer than a factor" ""
calibrate 2.86MB
same "both the same" "likely cause: none: both count the same" "$(sed -n 3p out)"
calibrate '3.00 MB'
same "units" "likely cause: units: the ISP's steps are of 1000, and not of 1024; 'steps = 1000' is truer than a factor" "$(sed -n 3p out)"
calibrate 3.13MB
same "nothing usual" "likely cause: none of the usual ones fits; look at the zone and the days of the ISP's period, and at which traffic the rules see" "$(sed -n 3p out)"

# Far from 1 there is no factor that would be pasted: something else is billed.
# far FIGURE CAUSE: what is said first
far() {
	calibrate "$1"
	same "$1: no factor" "1 " "$status $(grep calibration out)"
	same "$1: $2" "likely cause: $2" "$(sed -n 2p out | cut -c -$((14 + ${#2})))"
	calibrate "$1" --force
	same "$1: but by force" "0  1" "$status $(cat err) $(grep -c '^calibration = ' out)"
}
far 1.43MB "it counts half of what the plan's monitors do"
far 6000000 "it counts twice what the plan's monitors do"
far 6.00MB "it counts twice what the plan's monitors do, in steps of 1000"
far 1.50MB "it counts half of what the plan's monitors do, in steps of 1000"
far 24000000 "bits"
far 375000 "bits"
far 2.86GB "units: the figure's unit is one too large"
far 2.9KB "units: the figure's unit is one too small"
far 3500000 "none of the usual ones fits"
same "more is billed: what may be missed" "  more is billed than was counted: rules miss one direction, IPv6, another interface or offloaded connections; see 'trafmetux doctor'" "$(sed -n 4p out)"
far 2000000 "none of the usual ones fits"
same "less is billed: what may be doubled" "  less is billed than was counted: counted twice, by two rules or monitors of the same packets; or one direction billed, or not all hours or sites" "$(sed -n 4p out)"
calibrate 3450000
same "fifteen percent is near" "0 calibration = 1.150000" "$status $(sed -n 2p out)"
calibrate 2550000
same "on either side" "0 calibration = 0.850000" "$status $(sed -n 2p out)"
calibrate 3451000
expect "a little more is far" 1 "$HEAD 3451000 bytes
likely cause: none of the usual ones fits; look at the zone and the days of the ISP's period, and at which traffic the rules see
  more is billed than was counted: rules miss one direction, IPv6, another interface or offloaded connections; see 'trafmetux doctor'" \
	"trafmetux: home: the ISP's figure is 15 % more than what was counted, too far for a factor; find out why, or have one with --force"
calibrate 0B
same "nothing is billed" "1 trafmetux: home: the ISP's figure is 100 % less" "$status $(cut -c -47 err)"
calibrate --now 50000
same "the present period so far" "home, 2021-04-01 - 2021-04-30: counted 50000 bytes in 50 packets, the ISP 50000 bytes" "$(head -n 1 out)"

# The factor makes the plan's figure the ISP's; a second time it is the same.
echo "calibration = 1.366667" >>trafmetux.conf
trafmetux --at $PRESENT --csv ledger home
same "with the factor" 4100001 "$(sed -n 2p out | cut -d, -f9)"
calibrate 4100000 --force
same "which is found again" "calibration = 1.366667" "$(sed -n 2p out)"
sed -i 's/^calibration.*/overhead = 14/' trafmetux.conf
trafmetux --at $PRESENT --csv ledger home
same "with headers" 3056000 "$(sed -n 2p out | cut -d, -f9)"

# One of several monitors is what is billed.
printf '@ %s 0 0\n%d 900 700000\n' $SERIES $((NOW - 86400)) >archive/b-2021-03-30
printf '@ %s 900 700000\n%d 901 700001\n' $SERIES $((NOW + 60)) >archive/b-2021-04-01
printf '%s\n' '[plan home]' 'monitors = a + b' 'amount = 5 MB' 'period = month' >trafmetux.conf
calibrate 3000000
expect "one direction, to the byte" 1 "home, 2021-03-01 - 2021-03-31: counted 3700000 bytes in 4900 packets, the ISP 3000000 bytes
likely cause: one direction, or one part, is billed: that of a; 'monitors = a' is truer than a factor" \
	"trafmetux: home: the ISP's figure is 18 % less than what was counted, too far for a factor; find out why, or have one with --force"
calibrate 700000
same "or the other" "likely cause: one direction, or one part, is billed: that of b; 'monitors = b' is truer than a factor" "$(sed -n 2p out)"
sed -i 's/a + b/a/' trafmetux.conf

calibrate lots
expect "a figure that is none" 2 "" "trafmetux: 'lots' is no figure; give a number and a unit, such as '3 GB' or '1.5 GiB'"
trafmetux --at $((NOW - 86000)) calibrate home 3MB
expect "nothing is over yet" 1 "" "trafmetux: home: no period of the plan is over yet; with --now the present one is taken"
plan
