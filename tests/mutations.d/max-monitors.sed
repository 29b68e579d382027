# what: there may be any number of monitors
# file: kernel-module/registry.c
# test: stress-limit
# stress: 5
s/if (home->count >= READ_ONCE(max_monitors))/if (false)/
