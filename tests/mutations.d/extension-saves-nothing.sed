# what: iptables-save leaves the monitor out
# file: iptables-ext/libxt_TRAFMETUX.c
# test: extension
/^static void trafmetux_save/,/^}/ s/printf(.*);/(void)info;/
