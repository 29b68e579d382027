# what: a counter of a ruleset loaded anew is taken for the one before, by its own handle
# file: trafmetux-src/source/source_nft.c
# test: unit cli_nft.sh
s/chosen->family, table->handle, object->handle/chosen->family, table->handle \& 0, object->handle/
