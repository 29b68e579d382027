# what: an open file does not keep its monitor
# file: kernel-module/procfs.c
# test: held
/^static int trafmetux_proc_open/,/^}/ s/trafmetux_monitor_hold(monitor);/;/
