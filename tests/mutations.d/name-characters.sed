# what: the kernel takes any character in a name
# file: kernel-module/name.c
# test: malformed
s/if (fault == XT_TRAFMETUX_NAME_OK)/if (fault == XT_TRAFMETUX_NAME_OK || fault == XT_TRAFMETUX_NAME_CHARACTER)/
