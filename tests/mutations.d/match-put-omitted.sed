# what: a match's rule that goes keeps its monitor
# file: kernel-module/match.c
# test: malformed
/^static void trafmetux_match_destroy/,/^}/ s/trafmetux_registry_put(rule->monitor, TRAFMETUX_QUESTION);/(void)rule;/
