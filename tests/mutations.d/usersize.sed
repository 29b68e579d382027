# what: the kernel's pointers are told to userland
# file: kernel-module/target.c
# test: malformed
/\.usersize = /d
