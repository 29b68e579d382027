# what: a limit is set for a monitor that is gone
# file: kernel-module/procfs.c
# test: held
s/if (!trafmetux_entry_leads_to(entry, reader->monitor))/if (false)/
