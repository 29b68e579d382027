# what: the match heeds no "!"
# file: kernel-module/match.c
# test: limit
s/return over != !!(info->flags & XT_TRAFMETUX_INVERT);/return over;/
