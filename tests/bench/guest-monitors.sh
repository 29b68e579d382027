# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What a monitor takes of memory, and whether reading one of many costs more.
#
# boot: --icount --timeout 600 --silence 300

# shellcheck source=tests/bench/guest-lib.sh
. /bench/guest-lib.sh

# monitors NAMESPACE PREFIX COUNT: leaves monitors but no rules.
monitors() {
	{
		echo "*mangle"
		awk -v count="$3" -v prefix="$2" 'BEGIN { for (i = 1; i <= count; i++)
			printf "-A OUTPUT -j TRAFMETUX --monitor %s%04d\n", prefix, i }'
		echo COMMIT
	} >/tmp/rules
	restore_rules "$1" "$backend" 4 </tmp/rules
	printf '*mangle\nCOMMIT\n' >/tmp/none
	restore_rules "$1" "$backend" 4 </tmp/none
	# What the rules took is freed after the next grace period; nothing shows
	# when that is over, and simulated time is cheap.
	sleep 10
}

# slabs: "CACHE OBJECTS SIZE" of what is allocated in each.
slabs() {
	awk 'NR > 2 { print $1, $2, $4 }' /proc/slabinfo
}

available() {
	sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

# takes NAMESPACE PREFIX STATE: the memory of each of 1000 monitors, as facts. In
# the slab caches only what there is at least one more of for each: the rest
# belongs to other things going on.
takes() {
	slabs >/tmp/before
	available_before=$(available)
	monitors "$1" "$2" 1000
	slabs >/tmp/after
	fact memory "$3" available "$(((available_before - $(available)) * 1024 / 1000))"
	awk 'NR == FNR { had[$1] = $2; next } {
		gain = int(($2 - had[$1]) / 1000 + 0.1)
		if (gain) print $1, gain, $3
	}' /tmp/before /tmp/after >/tmp/gains
	while read -r cache objects size; do
		fact memory "$3" cache "$cache" "$objects" "$size"
	done </tmp/gains
}

# reading COUNT NAME: leaves "WHOLE READING" in $read_cost.
reading() {
	read_cost=$(cost read "/proc/trafmetux/$2")
	fact reading "$1" "$2" "$read_cost"
}

# within NAME PERCENT LIMIT VALUE: the value is at most so much above the limit.
within() {
	check "$1" test $(($4 * 100)) -le $(($3 * (100 + $2)))
}

bench_up
backend=$(backends_here | head -n 1)
monitors self one 1
reading 1 one0001
alone=$read_cost

# The rest of a thousand, which makes caches and tables grow, too, to the size
# that they keep.
monitors self r 999
for each in one0001 r0001 r0500 r0999; do
	reading 1000 $each
	within "reading $each of a thousand costs what reading one of one does" 1 \
		"${alone#* }" "${read_cost#* }"
	within "opening it, too, costs hardly more" 5 "${alone% *}" "${read_cost% *}"
done
same "a thousand monitors are there" 1000 \
	"$(find /proc/net/trafmetux/ -type f ! -name '.*' | wc -l)"

ip netns add full
monitors full one 1
takes self i idle
# In a namespace of its own a monitor gets the room for a full history at once.
takes full f full

clear_rules self
ip netns del full
finish
