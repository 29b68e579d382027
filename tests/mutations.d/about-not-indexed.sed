# what: what was counted near the wire is shown as exact where it comes from the index
# file: trafmetux-src/index/archive_index.c
# test: unit cli_about.sh
/^\t\tday->is_about |= segment->is_about;$/d
