# what: a rule is given a monitor that is about to be freed
# file: kernel-module/monitor.c
# test: stress-readers
# stress: 50
s/if (IS_ERR(monitor) || monitor != home->leaving)/if (true)/
