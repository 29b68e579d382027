# what: files can be read by root alone
# file: kernel-module/procfs.c
# test: parameters
s/monitor->name, mode | 0200, directory,/monitor->name, 0600, directory,/
