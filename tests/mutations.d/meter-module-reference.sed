# what: the module can be unloaded under its meters
# file: kernel-module/meters.c
# test: meters
s/^\t__module_get(THIS_MODULE);/\t;/
/^static void trafmetux_meter_free/,/^}/ s/module_put(THIS_MODULE);/;/
