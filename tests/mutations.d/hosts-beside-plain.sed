# what: rules for hosts are let in beside plain ones
# file: kernel-module/registry.c
# test: hosts-rows
s/if (trafmetux_monitor_is_plain(monitor)) {/if (false \&\& trafmetux_monitor_is_plain(monitor)) {/
