# what: a rule that goes gives up two references
# file: kernel-module/target.c
# test: malformed
/^static void trafmetux_target_destroy/,/^}/ s/trafmetux_monitor_put(rule->monitor);/&\n\t&/
