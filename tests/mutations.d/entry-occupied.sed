# what: a file is removed while callers are in it
# file: kernel-module/procfs.c
# test: held
/^void trafmetux_proc_remove/,/^}/ s/occupied = entry->inside;/occupied = false;/
