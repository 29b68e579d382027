# what: userland chooses the counter's address
# file: kernel-module/target.c
# test: malformed
s/^\trule->counter = monitor->counter;/\tif (!rule->counter)\n\t&/
