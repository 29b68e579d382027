# what: a sample taken while one reads shifts the lines
# file: kernel-module/procfs.c
# test: stress-readers
# stress: 5
/^static void \*trafmetux_reader_at/,/^}/ s/^\tif (position > reader->taken/\treader->taken = trafmetux_history_taken(\&monitor->history);\n&/
