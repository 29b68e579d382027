# what: a meter feeds what rules feed without being told to
# file: kernel-module/registry.c
# test: meters
s/if (use == TRAFMETUX_METER \&\& monitor->uses\[TRAFMETUX_RULE\])/if (false)/
