:PREROUTING,INPUT,FORWARD,OUTPUT,POSTROUTING
*mangle
-j TRAFMETUX --monitor input;=;OK
-j TRAFMETUX --monitor a;=;OK
-j TRAFMETUX --monitor a-2008-10-27;=;OK
-j TRAFMETUX --monitor eth0:web+mail@server_1.example;=;OK
-j TRAFMETUX --monitor 0123456789012345678901234567890;=;OK
-j TRAFMETUX --monitor 01234567890123456789012345678901;;FAIL
-j TRAFMETUX --monitor .hidden;;FAIL
-j TRAFMETUX --monitor a/b;;FAIL
-j TRAFMETUX --monitor ..;;FAIL
-j TRAFMETUX --monitor "";;FAIL
-j TRAFMETUX --monitor "a b";;FAIL
-j TRAFMETUX --monitor input --monitor output;;FAIL
-j TRAFMETUX --monitor;;FAIL
-j TRAFMETUX;;FAIL
