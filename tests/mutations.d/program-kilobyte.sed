# what: a kilobyte has 1000 bytes in reports
# file: trafmetux-src/base/quantity.c
# test: unit test_quantity
s/if (!unit->is_si) {/if (0) {/
