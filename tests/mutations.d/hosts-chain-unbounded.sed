# what: a chain of rows may have any length
# file: kernel-module/hosts_settle.c
# test: hosts-rows
s/if (rows->length >= TRAFMETUX_CHAIN_MAX)/if (rows->length >= U32_MAX)/
