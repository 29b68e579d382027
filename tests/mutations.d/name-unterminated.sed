# what: the kernel takes a name without an end
# file: kernel-module/xt_TRAFMETUX.h
# test: malformed
s/return XT_TRAFMETUX_NAME_UNTERMINATED;/return XT_TRAFMETUX_NAME_OK;/
