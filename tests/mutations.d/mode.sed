# what: files can be read by root alone
# file: kernel-module/procfs.c
# test: parameters
/^umode_t trafmetux_proc_mode/,/^}/ s,mode | 0200;,0600;,
