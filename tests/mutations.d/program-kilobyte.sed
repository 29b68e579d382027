# what: a kilobyte has 1000 bytes in reports
# file: trafmetux-src/base/unit.c
# test: unit test_unit
s/if (!unit->is_si) {/if (0) {/
