# SPDX-License-Identifier: GPL-2.0-or-later
#
# make demo       watch real packets become a report, in a guest (root, Debian)
# make check      run all tests, closing with the line "N passed, N failed"
# make check-kernels  the same on Debian's kernels from 5.10 on, each in its own
#                     suite's userland (needs a quarter of an hour, or more)
# make check-architectures  the same on 32-bit x86, ARM and big-endian s390x, and
#                     32-bit iptables on a 64-bit kernel (on amd64; half an hour)
# make check-stress     floods on four processors while all else changes, and memory
#                       that fails where the kernel can do that (long)
# make check-wire      packets that are seldom met, in tunnels, bridges, pieces (minutes)
# make check-days      whole simulated days, and weeks, under the real cron (minutes each)
# make check-debug     the scenarios, with those under stress, on kernels that watch
#                       their memory, locks and data races (builds them: hours)
# make check-patch     the patches for the kernel's own tree, in several kernels
# make check-mutations  each safeguard taken away must turn a test red (half an hour)
# make fuzz SECONDS=3600  random files and words for each of the parsers, so long each
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
DOC_DIR = $(DESTDIR)$(PREFIX)/share/doc/trafmetux
DOCUMENTS = archive-format.md plans.md proc-format.md \
	trafmetux-explain.schema.json trafmetux-export.schema.json \
	trafmetux-ledger.schema.json trafmetux-report.schema.json
EXAMPLES = hook-journal hook-mail
UNITS = trafmetux-limits.service
PARTS = kernel-module iptables-ext trafmetux-src

all:
	for part in $(PARTS); do $(MAKE) -C $$part || exit; done

install:
	for part in $(PARTS); do $(MAKE) -C $$part install || exit; done
	install -d $(MAN_DIR)/man5 $(MAN_DIR)/man8
	install -m 0644 docs/trafmetux.conf.5 $(MAN_DIR)/man5
	install -m 0644 docs/trafmetux.8 $(MAN_DIR)/man8
	install -d $(DOC_DIR)/examples
	install -m 0644 $(DOCUMENTS:%=docs/%) $(DOC_DIR)
	install -m 0755 $(EXAMPLES:%=docs/examples/%) $(DOC_DIR)/examples
	install -m 0644 $(UNITS:%=docs/examples/%) $(DOC_DIR)/examples
	install -d -m 0755 $(ARCHIVE_DIR)
	install -d $(dir $(CRON_FILE))
	echo '* * * * * root $(PREFIX)/sbin/trafmetux update' >$(CRON_FILE).new
	chmod 0644 $(CRON_FILE).new
	mv $(CRON_FILE).new $(CRON_FILE)

uninstall:
	rm -f $(CRON_FILE) $(MAN_DIR)/man8/trafmetux.8 \
		$(MAN_DIR)/man5/trafmetux.conf.5 $(DOCUMENTS:%=$(DOC_DIR)/%) \
		$(EXAMPLES:%=$(DOC_DIR)/examples/%) $(UNITS:%=$(DOC_DIR)/examples/%)
	-rmdir $(DOC_DIR)/examples $(DOC_DIR)
	for part in $(PARTS); do $(MAKE) -C $$part uninstall || exit; done

demo:
	tests/vm/demo

check:
	tests/run $(WITH:%=--with '%') $(WITHOUT:%=--without '%')

check-kernels:
	tests/kernels

check-architectures:
	tests/architectures

check-stress:
	tests/run 'stress-.*'

check-days:
	tests/run 'days-.*'

check-wire:
	tests/run 'wire-.*'

check-debug:
	tests/debug

check-patch:
	tests/patch

check-mutations:
	tests/mutations

fuzz:
	tests/packages --install build fuzz
	$(MAKE) -C tests/fuzz fuzz

bench:
	tests/bench/rules

bench-projection:
	tests/bench/projection

bench-archive:
	tests/bench/archive

clean:
	for part in $(PARTS) tests/unit tests/fuzz; do $(MAKE) -C $$part clean || exit; done

.PHONY: all install uninstall demo check check-kernels check-architectures \
	check-stress check-days check-wire check-debug check-patch check-mutations \
	fuzz bench bench-projection bench-archive clean
