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
calibrate 4.1MB
same "nothing usual" "likely cause: none of the usual ones fits; look at the zone and the days of the ISP's period, and at which traffic the rules see" "$(sed -n 3p out)"
calibrate --now 50000
same "the present period so far" "home, 2021-04-01 - 2021-04-30: counted 50000 bytes in 50 packets, the ISP 50000 bytes" "$(head -n 1 out)"

# The factor makes the plan's figure the ISP's; a second time it is the same.
echo "calibration = 1.366667" >>trafmetux.conf
trafmetux --at $PRESENT --csv ledger home
same "with the factor" 4100001 "$(sed -n 2p out | cut -d, -f9)"
calibrate 4100000
same "which is found again" "calibration = 1.366667" "$(sed -n 2p out)"
sed -i 's/^calibration.*/overhead = 14/' trafmetux.conf
trafmetux --at $PRESENT --csv ledger home
same "with headers" 3056000 "$(sed -n 2p out | cut -d, -f9)"

calibrate lots
expect "a figure that is none" 2 "" "trafmetux: 'lots' is no figure; give a number and a unit, such as '3 GB' or '1.5 GiB'"
trafmetux --at $((NOW - 86000)) calibrate home 3MB
expect "nothing is over yet" 1 "" "trafmetux: home: no period of the plan is over yet; with --now the present one is taken"
plan
