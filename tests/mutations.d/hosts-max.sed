# what: a table takes rows as long as there are any
# file: kernel-module/hosts.c
# test: hosts-rows
s/if (!host || hosts->used >= hosts->max)/if (!host)/
