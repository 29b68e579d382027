# what: a call in progress does not hold the module
# file: kernel-module/entry.c
# test: held
s/!try_module_get(THIS_MODULE)/false/
s/module_put(THIS_MODULE);/;/
