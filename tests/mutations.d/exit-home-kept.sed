# what: a monitor whose namespace is gone still leads to it
# file: kernel-module/monitor.c
# test: stress-namespaces
# stress: 10
/^static void trafmetux_monitor_withdraw/,/^}/ s/monitor->home = NULL;/;/
