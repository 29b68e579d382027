# what: nobody removes a file that its last caller has left
# file: kernel-module/procfs.c
# test: held
/^static void trafmetux_entry_leave/,/^}/ s/if (vacated)/if (false)/
