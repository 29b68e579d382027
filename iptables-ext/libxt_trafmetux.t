:INPUT,FORWARD,OUTPUT
*filter
-m trafmetux --monitor input --over-limit;=;OK
-m trafmetux --monitor eth0:web+mail@server_1.example ! --over-limit;=;OK
-m trafmetux --over-limit --monitor input;-m trafmetux --monitor input --over-limit;OK
-m trafmetux ! --over-limit --monitor input;-m trafmetux --monitor input ! --over-limit;OK
-m trafmetux --monitor a/b --over-limit;;FAIL
-m trafmetux --monitor 01234567890123456789012345678901 --over-limit;;FAIL
-m trafmetux --monitor input --monitor output --over-limit;;FAIL
-m trafmetux --monitor input --over-limit --over-limit;;FAIL
-m trafmetux ! --monitor input --over-limit;;FAIL
-m trafmetux --monitor input;;FAIL
-m trafmetux --over-limit;;FAIL
-m trafmetux;;FAIL
