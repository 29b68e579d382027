# what: readers are not told that a row has gone
# file: kernel-module/hosts_rows.c
# test: hosts-samples
s/hosts->moves++;/;/
