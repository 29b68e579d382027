#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# import vnstat of what vnStat 1 exports, with months that begin on other days than the
# first (MonthRotate): files of a model of how it turns its days and months.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
export TZ=Europe/Paris

# model BEGIN END DAY [OFF [CHANGED LATER]]: what vnStat 1 exports after two looks a day,
# at 00:05 and 12:05. MonthRotate is DAY, and from the date CHANGED on it is LATER. OFF
# is "FROM TO": dates between which the machine was off. A look adds to the present day
# and month; then another day begins if the date is another, and another month if the
# month of the calendar is another and the day of it is DAY or later (ifinfo.c of 1.18).
# file is the export; truth has "DATE BYTES", of the dates the looks were added to.
model() {
	awk -v begin="$(seconds "$TZ" "$1 12:05")" -v end="$(seconds "$TZ" "$2 12:05")" \
		-v first="$3" -v off="${4:-}" -v changed="${5:-}" -v later="${6:-}" '
	function begin_day(now) {
		if (days < 29) days++
		for (at = days; at > 0; at--) { day[at] = day[at - 1]; size[at] = size[at - 1] }
		day[0] = now; size[0] = 0
	}
	function begin_month(now) {
		if (months < 11) months++
		for (at = months; at > 0; at--) { month[at] = month[at - 1]; sum[at] = sum[at - 1] }
		month[0] = now; sum[0] = 0
	}
	BEGIN {
		turn = first + 0
		split(off, pause, " ")
		# The first month of a database begins on that day, too.
		month[0] = day[0] = begin
		if (strftime("%d", begin) + 0 < turn)
			month[0] = begin - (strftime("%d", begin) + 31 - turn) * 86400
		for (step = 0; (now = begin + step * 43200) <= end; step++) {
			date = strftime("%Y-%m-%d", now)
			if (changed != "" && date >= changed)
				turn = later
			if (off != "" && date >= pause[1] && date < pause[2])
				continue
			kib = now % 4999 + 1
			size[0] += kib; sum[0] += kib; total += kib
			truth[strftime("%Y-%m-%d", day[0])] += kib
			if (strftime("%Y-%m-%d", day[0]) != date)
				begin_day(now)
			if (strftime("%m", month[0]) != strftime("%m", now) && strftime("%d", now) + 0 >= turn)
				begin_month(now)
			last = now
		}
		print "version;3\nactive;1\ninterface;eth0\nnick;eth0\ncreated;" begin "\nupdated;" last >"file"
		print "totalrx;" int(total / 1024) "\ntotaltx;0\ncurrx;1\ncurtx;1\ntotalrxk;" total % 1024 "\ntotaltxk;0\nbtime;1" >"file"
		for (at = 0; at < 30; at++)
			print "d;" at ";" day[at] + 0 ";" int(size[at] / 1024) ";0;" size[at] % 1024 ";0;" (at <= days) >"file"
		for (at = 0; at < 12; at++) {
			print "m;" at ";" month[at] + 0 ";" int(sum[at] / 1024) ";0;" sum[at] % 1024 ";0;" (at <= months) >"file"
			if (at <= months)
				printf "%.0f\n", sum[at] * 1024 >"months"
		}
		for (date in truth)
			printf "%s %.0f\n", date, truth[date] * 1024 >"truth"
		printf "%.0f\n", total * 1024 >"total"
	}' </dev/null
	result "model of months from day $3 on, $1 to $2" || exit 1
}

# figures ARGUMENT...: "BEGIN BYTES" of a report
figures() {
	"$PROGRAM" --archive-dir archive --proc-dir none -u B "$@" eth0-in |
		sed 's/^\([^ ]*\)[: ].*= \([0-9]*\) B.*/\1 \2/;s/:* / /' | grep -v ' 0$'
}

# lacks NAME WANTED FOUND: not a line of WANTED is missing
lacks() {
	printf '%s\n' "$2" | sort >wanted
	printf '%s\n' "$3" | sort >found
	[ -n "$2" ] && [ -z "$(comm -23 wanted found)" ]
	result "$1 ($(wc -l <wanted) figures)" ||
		{ comm -23 wanted found | sed 's/^/# lacks /;9q'; sed 's/^/# has /;30q' found; }
}

# taken NAME DAY: file is imported; all but the months before the last twelve are told
# by reports of months from DAY on, and all days that it has
taken() {
	fresh
	trafmetux import vnstat file
	same "$1: imported" "0 " "$status $(cat err)"
	lacks "$1: months" "$(cat months)" "$(figures --month-start "$2" show-monthly | sed 's/.* //')"
	lacks "$1: days" "$(sort truth | tail -n 30 | sed 1d)" "$(figures show-daily)"
	same "$1: the total" "$(cat total)" "$(total eth0-in)"
}

for day in 1 2 15 28; do
	model 2012-03-03 2013-04-24 "$day"
	taken "day $day" $day
	same "day $day is told" "$((day > 1))" "$(grep -c "its months begin on day $day (MonthRotate), as 'show-monthly --month-start $day' has them" out)"
done
# Not every month begins on the same day: some are too short, and some looks late.
for day in 30 31; do
	model 2012-03-03 2013-04-24 "$day"
	fresh
	trafmetux import vnstat file
	same "day $day: imported" "0 " "$status $(cat err)"
	# Two of these months are longer than any of the reports.
	lacks "day $day: months" "$(sed '1,2d' months | head -n 6)" "$(figures --month-start "$day" show-monthly | sed 's/.* //')"
	lacks "day $day: days" "$(sort truth | tail -n 30 | sed 1d)" "$(figures show-daily)"
	same "day $day: the total" "$(cat total)" "$(total eth0-in)"
done
model 2012-03-03 2013-04-24 1 "2012-08-28 2012-09-05"
taken "off over the first" 1
model 2012-03-03 2013-04-24 15 "2012-08-10 2012-08-19"
taken "off over the fifteenth" 15

# The setting was changed on the way: months of before are by the one, later by the other.
model 2012-05-03 2013-04-24 1 "" 2012-11-10 15
fresh
trafmetux import vnstat file
same "changed to 15: imported" "0 " "$status $(cat err)"
lacks "changed to 15: the months before" "$(sed -n '8,$p' months)" "$(figures show-monthly | sed 's/.* //')"
lacks "changed to 15: the months after" "$(sed -n '1,5p' months)" "$(figures --month-start 15 show-monthly | sed 's/.* //')"
same "changed to 15: the total" "$(cat total)" "$(total eth0-in)"

# A month that has not what its days have.
model 2012-03-03 2013-04-24 1
sed -i 's/^m;0;\([0-9]*\);[0-9]*;/m;0;\1;9;/' file
fresh
trafmetux import vnstat file
same "a month below its days is left out, and told" "0 1" \
	"$status $(grep -c 'eth0: the month from 2013-04-01 on has 9.* in, 0 B out, its days .* MB in, 0 B out: the month was left out' out)"
lacks "its days are kept" "$(sort truth | tail -n 23)" "$(figures show-daily)"
same "and the total" "$(cat total)" "$(total eth0-in)"

# Of several interfaces together vnStat makes up when months began.
model 2012-03-03 2013-04-10 15
sed -i 's/^interface;eth0/interface;eth0+wlan0/;/^d;/d' file
awk -F ';' -v OFS=';' '$1 == "m" && $3 { $3 -= 5 * 86400 } { print }' file >made
fresh
trafmetux import vnstat made --rx eth0-in --tx eth0-out
expect "several interfaces together" 1 "" "trafmetux: made: interface eth0+wlan0: vnStat does not tell on which day months of several interfaces begin; give MonthRotate of vnstat.conf, mostly 1, with --month-start; nothing was imported"
trafmetux import vnstat made --rx eth0-in --tx eth0-out --month-start 15
same "with the day" 0 "$status"
lacks "with the day: months" "$(cat months)" "$(figures --month-start 15 show-monthly | sed 's/.* //')"

# Marked as not in use, though they have traffic; and when it began is not told.
model 2011-03-03 2013-04-24 1
sed -i 's/^created;.*/created;0/;s/^\([dm];.*\);1$/\1;0/' file
fresh
trafmetux import vnstat file
same "entries marked as not in use are taken, and told" "0 1" \
	"$status $(grep -c 'eth0: 29 days (.* in, 0 B out) and 12 months are marked as not in use, though they have traffic: they were taken' out)"
lacks "not in use: months" "$(cat months)" "$(figures show-monthly | sed 's/.* //')"
lacks "not in use: days" "$(sort truth | tail -n 30 | sed 1d)" "$(figures show-daily)"
same "not in use: the rest of the total is before them, and told" \
	"1 2012-04-30 1" "$(grep -c 'of the total are in no entry: they stand on 2012-04-30, and were counted on it or before$' out) $(figures show-daily | sed -n '1s/ .*//p') $(figures show-daily | grep -c '^2012-04')"
same "not in use: the total" "$(cat total)" "$(total eth0-in)"
# One of them is of a day that another one has.
first=$(sed -n 's/^d;0;\([0-9]*\);.*/\1/p' file)
sed -i 's/;0$/;1/' file
sed -i 's/^totaltxk;1/totaltxk;0/' file
echo "d;29;$first;7;0;0;0;0" >>file
fresh
trafmetux import vnstat file
same "one that another one contradicts is left out, and told" \
	"0 eth0: the day of 2013-04-24 is there twice, once marked as not in use, with 7.00 MB in, 0 B out: that was left out" \
	"$status $(grep twice out)"
sed -i '$d' file
echo "d;29;0;7;0;0;0;1" >>file
fresh
trafmetux import vnstat file
same "so is one without a time" "0 eth0: 1 entry has no time, with 7.00 MB in, 0 B out: that was left out" \
	"$status $(grep time, out)"
# Of the future.
sed -i '$d' file
echo "d;29;4294967295;7;0;0;0;1" >>file
fresh
trafmetux import vnstat file
same "and one of the future" "0 eth0: the day of 2106-02-07 is of the future, with 7.00 MB in, 0 B out: it was left out" \
	"$status $(grep future out)"
same "all with the same total" "$(cat total)" "$(total eth0-in)"

# The zone, by the hours.
model 2012-03-03 2013-04-24 1
for hour in 3 7 12; do
	echo "h;$hour;$(seconds Asia/Kathmandu "2013-04-24 $hour:0$((hour % 2 * 2))");5;5"
done >>file
echo "h;4;$(seconds Asia/Kathmandu "2013-04-24 4:59");5;5" >>file
fresh
trafmetux import vnstat file
expect "another zone is named" 1 "" "trafmetux: file: interface eth0: its hours are in the times of another zone; --tz Asia/Kathmandu fits; nothing was imported"
plan
