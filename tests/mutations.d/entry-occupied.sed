# what: a file is removed while callers are in it
# file: kernel-module/entry.c
# test: held
/^void trafmetux_entry_remove(/,/^}/ s/occupied = entry->inside;/occupied = false;/
