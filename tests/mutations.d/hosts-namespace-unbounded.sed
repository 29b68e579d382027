# what: a namespace may have room for any number of hosts
# file: kernel-module/registry.c
# test: hosts-rows
s/max - old > READ_ONCE(max_hosts)/max - old > U32_MAX/
