# what: a monitor goes within a minute of its last rule
# file: kernel-module/monitor.c
# test: parameters
/^static bool trafmetux_monitor_expired/,/^}/ s/s64 limit = .*;/s64 limit = 0;/
