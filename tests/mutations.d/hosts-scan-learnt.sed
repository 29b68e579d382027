# what: destinations make rows too
# file: kernel-module/hosts_target.c
# test: hosts-rows
s/rule->learn = info->flags & XT_TRAFMETUX_HOSTS_LEARN;/rule->learn = true;/
