# what: two rules of one name at once make two monitors
# file: kernel-module/registry.c
# test: stress-limit
# stress: 50
/^trafmetux_registry_lookup/,/^}/ s/^\tmonitor = trafmetux_monitor_alloc(net, name);/\tmutex_unlock(\&trafmetux_mutex);\n&\n\tmutex_lock(\&trafmetux_mutex);/
