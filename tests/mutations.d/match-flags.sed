# what: a rule may ask for anything
# file: kernel-module/match.c
# test: malformed
s/if ((info->flags & ~XT_TRAFMETUX_INVERT) != XT_TRAFMETUX_OVER_LIMIT ||/if ((0 \&\& info->flags) ||/
