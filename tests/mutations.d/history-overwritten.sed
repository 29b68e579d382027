# what: samples that were overwritten are shown
# file: kernel-module/history.c
# test: parameters
/^bool trafmetux_history_get/,/^}/ s/history->taken - number <= history->size;/true;/
