# what: what an idle host counted goes with it
# file: kernel-module/hosts_rows.c
# test: hosts-samples
s/trafmetux_reading_add(&hosts->gone\[i\], &row.total\[i\]);/;/
