# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # pace_seconds is for whoever sources this
#
# How long a process has had: seconds pass for it as far as it could run, so that a
# machine that is busy with other things makes nobody late.

# pace_start PID: begins to count.
pace_start() {
	pace_process=$1 pace_spent=0 pace_ran=0 pace_waited=0
	pace_before=$(pace_now)
}

# Hundredths of a second, by a clock that nobody sets.
pace_now() {
	read -r pace_up _ </proc/uptime
	echo "${pace_up%.*}${pace_up#*.}"
}

# pace: counts up to now, and prints nothing; $pace_seconds has the sum. Of the time
# since the last call as much counts as the threads had of the processor time that they
# wanted. (Linux: Documentation/scheduler/sched-stats.rst: nanoseconds run, and waited.)
pace() {
	pace_present=$(pace_now)
	# shellcheck disable=SC2046 # three numbers
	set -- $(cat /proc/"$pace_process"/task/*/schedstat 2>/dev/null |
		awk -v wall=$((pace_present - pace_before)) -v ran="$pace_ran" -v waited="$pace_waited" '
			{ ran_now += $1; waited_now += $2 }
			END {
				more = ran_now > ran ? ran_now - ran : 0
				delay = waited_now > waited ? waited_now - waited : 0
				share = more + delay > 0 ? more / (more + delay) : 1
				printf "%.0f %.0f %.0f", wall * share, ran_now, waited_now
			}')
	pace_spent=$((pace_spent + $1)) pace_ran=$2 pace_waited=$3 pace_before=$pace_present
	pace_seconds=$((pace_spent / 100))
}
