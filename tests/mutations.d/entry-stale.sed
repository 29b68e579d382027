# what: a text is begun of a monitor that another one has followed
# file: kernel-module/procfs.c
# test: held
/^static ssize_t trafmetux_proc_read_iter/,/^}/ s/if (iocb->ki_pos || monitor == reader->monitor)/if (true)/
