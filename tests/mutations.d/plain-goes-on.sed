# what: a counter that went back to 0 is taken for the series that it had
# file: trafmetux-src/source/source_plain.c
# test: unit test_source_plain
s/^\t\tturn++;$/\t\tturn += 0;/
