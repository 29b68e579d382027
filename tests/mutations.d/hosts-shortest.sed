# what: a packet counts in the shortest prefix that is listed, not the longest
# file: kernel-module/hosts_settle.c
# test: hosts-orders
s/next = find_last_bit(hosts->kinds, kind);/next = find_next_bit(hosts->kinds, kind, least);/
