# what: a rule that goes keeps its reference
# file: kernel-module/target.c
# test: malformed
/^static void trafmetux_target_destroy/,/^}/ s/trafmetux_monitor_put(rule->monitor);/(void)rule;/
