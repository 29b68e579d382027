# what: the module can be unloaded under its rules
# file: kernel-module/target.c
# test: stress-modules
# stress: 5
/\.me = THIS_MODULE,/d
