# what: rules for hosts take all MAC addresses for one
# file: kernel-module/hosts_target.c
# test: hosts-rows
s/rule->compare |= TRAFMETUX_TAG_MAC;/rule->compare |= 0;/
