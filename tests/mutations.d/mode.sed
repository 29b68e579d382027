# what: files can be read by root alone
# file: kernel-module/procfs.c
# test: parameters
/^int trafmetux_proc_add/,/^}/ s/mode | 0200,/0600,/
