# what: a monitor whose namespace is gone still leads to it
# file: kernel-module/registry.c
# test: stress-namespaces
# stress: 10
/^static void trafmetux_registry_withdraw/,/^}/ s/monitor->home = NULL;/;/
