# what: what comes down counts in the first row of an address, whoever sent last
# file: kernel-module/hosts_settle.c
# test: hosts-rows
s/rows.counting->tag | TRAFMETUX_TAG_STALE/rows.counting->tag/
