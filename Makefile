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
# make check-model COUNT=100000  so many random interleavings, and power cuts, held
#                     against a model that knows the true bytes (hours)
# make check-packets SECONDS=3600  random packets, so long, through the programs of meters
#                     by BPF in this kernel, against what they are made of
# make fuzz SECONDS=3600  random files and words for each of the parsers, so long each
# make bpf        make the instructions of meters by BPF anew, after a change of
#                 bpf/*.bpf.c; needs clang, which building does not
# make bench      what a rule and a monitor cost; see docs/BENCHMARKS.md
# make bench-projection  how far off plans' projections are, next to vnStat's
# make bench-archive  what reports over ten years and updates cost, next to vnStat
#
# make            build what can be built here, and say what cannot, and why
# make program    build trafmetux; needs libjansson-dev and libinih-dev
# make extension  build what iptables loads; needs libxtables-dev
# make module     build the kernel module; needs the kernel's headers
# make install    install what was built; builds what it can if nothing was
# make uninstall  remove what install put there; the archive stays
# make clean
#
# DESTDIR and PREFIX are honoured by install and uninstall; KDIR names the headers of a
# kernel other than the running one. Compilers' flags are CFLAGS, CPPFLAGS and LDFLAGS.

PREFIX ?= /usr/local
export DESTDIR PREFIX

PARTS = program extension module
FOLDER_program = trafmetux-src
FOLDER_extension = iptables-ext
FOLDER_module = kernel-module
PRODUCT_program = $(if $(filter /%,$(OBJECTS_DIR)),,trafmetux-src/)$(OBJECTS_DIR)/trafmetux
PRODUCT_extension = iptables-ext/libxt_trafmetux.so
PRODUCT_module = kernel-module/xt_TRAFMETUX.ko
BUILT = $(foreach part,$(PARTS),$(shell test ! -e $(PRODUCT_$(part)) || echo $(part)))

# $(call obstacle,PART): a command that prints why there is no building it, if so.
obstacle = $(MAKE) -s --no-print-directory -C $(FOLDER_$(1)) obstacle
# $(call obstacles,PART...,WORDS): adds to the shell's $reasons those of each of them, or
# WORDS where nothing stands in the way.
obstacles = reasons='' possible=''; \
	$(foreach part,$(1),why=$$($(call obstacle,$(part))) || exit; \
	[ -n "$$why" ] || { possible=yes; why='$(2)'; }; \
	[ -z "$$why" ] || reasons="$${reasons:+$$reasons; }$(part) ($$why)";)

# A part that can be built and fails is an error; so is it if none can be built.
all: $(PARTS:%=try-%)
	+@$(call obstacles,$(PARTS)) \
	[ -z "$$reasons" ] || echo "not built: $$reasons"; \
	[ -n "$$possible" ]

$(PARTS:%=try-%): try-%:
	@why=$$($(call obstacle,$*)) || exit; \
	[ -n "$$why" ] || $(MAKE) -C $(FOLDER_$*)

$(PARTS):
	+@$(call obstacles,$@) \
	[ -z "$$reasons" ] || { echo "can't be built: $$reasons" >&2; exit 1; }
	@$(MAKE) -C $(FOLDER_$@)

install:
	@$(if $(BUILT),,$(MAKE) --no-print-directory all &&) \
	$(MAKE) --no-print-directory install-built

install-built:
	@$(foreach part,$(BUILT),$(MAKE) -C $(FOLDER_$(part)) install &&) :
	+@$(call obstacles,$(filter-out $(BUILT),$(PARTS)),not made) \
	[ -z "$$reasons" ] || echo "not installed, as not built: $$reasons"

uninstall:
	@./installation remove

# With -j, and several of them asked for at once.
all $(PARTS): | $(filter clean,$(MAKECMDGOALS))
$(PARTS:%=try-%): try-%: | $(filter clean $(PARTS),$(MAKECMDGOALS))
install: | $(filter all $(PARTS) clean uninstall,$(MAKECMDGOALS))

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

check-model:
	tests/packages --install build
	$(MAKE) -C tests/model check-model

check-packets:
	tests/packages --install build check
	$(MAKE) -C tests/unit check-packets

fuzz:
	tests/packages --install build fuzz
	$(MAKE) -C tests/fuzz fuzz

bpf:
	tests/packages --install bpf
	$(MAKE) -C bpf

bench:
	tests/bench/rules

bench-projection:
	tests/bench/projection

bench-archive:
	tests/bench/archive

clean:
	for folder in $(foreach part,$(PARTS),$(FOLDER_$(part))) \
		bpf tests/unit tests/model tests/fuzz; do \
		$(MAKE) -C $$folder clean || exit; done

.PHONY: all bpf $(PARTS) $(PARTS:%=try-%) install install-built uninstall demo check check-kernels check-architectures \
	check-stress check-days check-wire check-debug check-patch check-mutations \
	check-model check-packets fuzz bench bench-projection bench-archive clean
