# what: a rule that goes gives up two references
# file: kernel-module/target.c
# test: malformed
/^static void trafmetux_target_destroy/,/^}/ s/trafmetux_registry_put(rule->monitor, TRAFMETUX_RULE);/&\n\t&/
