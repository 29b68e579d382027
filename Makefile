# SPDX-License-Identifier: GPL-2.0-or-later
#
# make demo       watch real packets become a report, in a guest (root, Debian)
# make check      run all tests, closing with the line "N passed, N failed"
# make check-kernels  the same on Debian's kernels from 5.10 on, each in its own
#                     suite's userland (needs a quarter of an hour, or more)
# make check-stress     floods on four processors while all else changes, and memory
#                       that fails where the kernel can do that (long)
# make check-mutations  each safeguard taken away must turn a test red (half an hour)
# make bench      what a rule and a monitor cost; see docs/BENCHMARKS.md
# make bench-projection  how far off plans' projections are, next to vnStat's
# make bench-archive  what reports over ten years and updates cost, next to vnStat
#
# make            build the kernel module, the iptables extension, the program
# make install    install them; DESTDIR and PREFIX are honoured
# make uninstall  remove what install put there; the archive stays
# make clean
#
# KDIR names the headers of a kernel other than the running one.

PREFIX ?= /usr/local
export DESTDIR PREFIX

ARCHIVE_DIR = $(DESTDIR)/var/lib/trafmetux
CRON_FILE = $(DESTDIR)/etc/cron.d/trafmetux
MAN_DIR = $(DESTDIR)$(PREFIX)/share/man
EXAMPLES_DIR = $(DESTDIR)$(PREFIX)/share/doc/trafmetux/examples
PARTS = kernel-module iptables-ext trafmetux-src

all:
	for part in $(PARTS); do $(MAKE) -C $$part || exit; done

install:
	for part in $(PARTS); do $(MAKE) -C $$part install || exit; done
	install -d $(MAN_DIR)/man5 $(MAN_DIR)/man8 $(EXAMPLES_DIR)
	install -m 0644 docs/trafmetux.conf.5 $(MAN_DIR)/man5
	install -m 0644 docs/trafmetux.8 $(MAN_DIR)/man8
	install -m 0755 docs/examples/hook-mail docs/examples/hook-journal \
		$(EXAMPLES_DIR)
	install -d -m 0755 $(ARCHIVE_DIR)
	install -d $(dir $(CRON_FILE))
	echo '* * * * * root $(PREFIX)/sbin/trafmetux update' >$(CRON_FILE).new
	chmod 0644 $(CRON_FILE).new
	mv $(CRON_FILE).new $(CRON_FILE)

uninstall:
	rm -f $(CRON_FILE) $(MAN_DIR)/man8/trafmetux.8 \
		$(MAN_DIR)/man5/trafmetux.conf.5 \
		$(EXAMPLES_DIR)/hook-mail $(EXAMPLES_DIR)/hook-journal
	for part in $(PARTS); do $(MAKE) -C $$part uninstall || exit; done

demo:
	tests/vm/demo

check:
	tests/run

check-kernels:
	tests/kernels

check-stress:
	tests/run 'stress-.*'

check-mutations:
	tests/mutations

bench:
	tests/bench/rules

bench-projection:
	tests/bench/projection

bench-archive:
	tests/bench/archive

clean:
	for part in $(PARTS) tests/unit; do $(MAKE) -C $$part clean || exit; done

.PHONY: all install uninstall demo check check-kernels check-stress \
	check-mutations bench bench-projection bench-archive clean
