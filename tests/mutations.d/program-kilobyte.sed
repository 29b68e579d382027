# what: a kilobyte has 1000 bytes in reports
# file: trafmetux-src/unit.c
# test: unit test_unit
s/is_si ? 1000 : 1024;/is_si ? 1000 : 1000;/
