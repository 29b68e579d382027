#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How tests/vm/boot watches a guest: one that never reaches its init is started once
# more, and a machine that is busy with other things makes none late. The guest is a
# script here.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cli_library.sh
. "$HERE/cli_library.sh"
VM=$HERE/../vm
mkdir -p vm/scenarios keep
cp "$VM/boot" "$VM/verdict.sh" "$VM/pace.sh" vm/
cat >vm/architecture.sh <<END
patience=1 qemu_program=$WORK/guest qemu_machine='' qemu_ports=''
console_device=tty results_device=tty kernel_parameters=''
END
printf '#!/bin/sh\necho .\n' >vm/kernel
chmod +x vm/kernel
echo '# boot:' >vm/scenarios/some.sh

# guest LINE...: what the guest does; $console and $results are its ports' files, $count
# is how often it has been started
guest() {
	{
		# shellcheck disable=SC2016 # the guest's own
		printf '%s\n' '#!/bin/sh' "cd $WORK" 'console=keep/console results=keep/results' \
			'echo started >>starts' 'count=$(wc -l <starts)' \
			'well() { printf "# kernel 1\nok 1 - fine\n1..1\ntrafmetux-scenario-done\n" >$results; }' \
			"$@"
	} >guest
	chmod +x guest
	rm -f starts keep/again
}

# boots OPTION...: found is its status, how often the guest was started, and the troubles
boots() {
	status=0
	vm/boot --image /dev/null --scenario some --keep keep "$@" >out 2>err || status=$?
	found="status $status, started $(wc -l <starts): $(grep '^trouble' err | tr '\n' ' ')"
}

guest well
boots
same "a guest that is well" "status 0, started 1: " "$found"
# shellcheck disable=SC2016 # the guest's own
guest '[ $count -gt 1 ] || exec sleep 600' well
boots --silence 1
same "one that never leaves its firmware is started once more" "status 0, started 2: " "$found"
same "which is said" "# started once more, for its init was never reached: silent for 1 s" "$(head -n 1 out)"
same "and left for whoever keeps the results" "started once more, for its init was never reached: silent for 1 s" \
	"$(cat keep/again)"
# shellcheck disable=SC2016
guest '[ $count -gt 1 ] || exit 3' well
boots
same "so is one that ends at once" "status 0, started 2: " "$found"
guest 'exec sleep 600'
boots --silence 1
same "but not for ever" \
	"status 1, started 2: trouble: silent for 1 s trouble: no check ran trouble: the last word never came " "$found"
# shellcheck disable=SC2016
guest 'echo "# kernel 1" >$results; exec sleep 600'
boots --silence 1
same "nor one that reached its init" \
	"status 1, started 1: trouble: silent for 1 s trouble: no check ran trouble: the last word never came " "$found"
# shellcheck disable=SC2016
guest 'echo "Kernel panic - not syncing" >$console; exit 0'
boots
same "nor one whose kernel complained" \
	"status 1, started 1: trouble: no check ran trouble: the last word never came trouble: console line 1:Kernel panic - not syncing " "$found"
guest 'while :; do echo more >>keep/console; sleep 0.1; done'
boots --timeout 1
same "one that never ends is ended, twice" \
	"status 1, started 2: trouble: not done after 1 s trouble: no check ran trouble: the last word never came " "$found"

# The time that a process has had.
# shellcheck source=tests/vm/pace.sh
. "$VM/pace.sh"
# had COMMAND...: the hundredths of a second that passed, and what of them counted
had() {
	"$@" &
	pace_start $!
	_begun=$(pace_now)
	while [ $(($(pace_now) - _begun)) -lt 150 ]; do
		sleep 0.1
		pace
	done
	_passed=$(($(pace_now) - _begun))
	kill $!
	wait $! 2>/dev/null
}

had sleep 600
echo "# idle: $pace_spent of $_passed"
[ "$pace_spent" -gt $((_passed * 3 / 4)) ]
result "one that waits for something has had all of it"
# Eight that want the same processor.
spin() {
	exec taskset -c "$processor" sh -c 'while :; do :; done'
}
processor=$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')
others=
for _ in 1 2 3 4 5 6 7; do
	spin &
	others="$others $!"
done
had spin
# shellcheck disable=SC2086 # several
kill $others
echo "# among eight: $pace_spent of $_passed"
[ "$pace_spent" -lt $((_passed / 2)) ]
result "one that has to share has had its share"
plan
