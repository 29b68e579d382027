# what: files can be read by root alone
# file: kernel-module/procfs.c
# test: parameters
s/entry->name, mode | 0200, directory,/entry->name, 0600, directory,/
