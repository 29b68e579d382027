# what: what a monitor counted before it had a table is told of nowhere
# file: kernel-module/hosts_rows.c
# test: hosts-rows
s/hosts->before.bytes = total->bytes - rows.bytes;/hosts->before.bytes = 0;/
