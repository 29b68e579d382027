# what: a namespace's end frees monitors that its rules still hold
# file: kernel-module/registry.c
# test: stress-namespaces
# stress: 10
/^static void trafmetux_registry_withdraw/,/^}/ s/if (!monitor->references)$/if (true)/
