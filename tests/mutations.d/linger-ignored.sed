# what: a monitor goes within a minute of its last rule
# file: kernel-module/registry.c
# test: parameters
/^static bool trafmetux_registry_expired/,/^}/ s/s64 limit = .*;/s64 limit = 0;/
