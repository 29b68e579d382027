# what: an import keeps a piece of memory
# file: trafmetux-src/exchange/import_files.c
# test: unit cli_exchange.sh
s/^\tfree(placing\.is_old);$//
