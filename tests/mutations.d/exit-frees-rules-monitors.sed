# what: a namespace's end frees monitors that its rules still hold
# file: kernel-module/monitor.c
# test: stress-namespaces
# stress: 10
/^static void __net_exit/,/^}/ s/if (!monitor->references)$/if (true)/
