# what: nobody removes a file that its last caller has left
# file: kernel-module/entry.c
# test: held
/^void trafmetux_entry_leave/,/^}/ s/if (vacated)/if (false)/
