# Rules files that are too deep, too many or in a circle: a message each, and no crash.
$ cat > head.txt <<"END"
> ruleset r
>   title en "r"
>   in force 2017-01-01 ..
>   zone Asia/Shanghai
>   currency CNY
> end
> END

$ (cat head.txt; perl -e 'print "rule R-1\n  title en \"x\"\n  cite \"1\" seen\n  severity low\n  on settled\n  when ", "(" x 10000, "amount > 1.00", ")" x 10000, "\nend\n"') > deep.rules; flowaudit-rules check deep.rules 2>&1 | cut -c1-60
deep.rules:12:208: error: more than 200 brackets are open [L
    ...(((((((((((((((((((((((((((((((((((((((((((((((((((((
                                                            

$ (cat head.txt; perl -e 'print "rule R-1\n  title en \"x\"\n  cite \"1\" seen\n  severity low\n  on settled\n  when ", "not " x 10000, "amount > 1.00\nend\n"') > nots.rules; flowaudit-rules check nots.rules 2>&1 | cut -c1-60
nots.rules:12:812: error: the expression is nested deeper th
    ...not not not not not not not not not not not not not n
                                                            
hint: split it with let

# Ten thousand rules are no limit.
$ (cat head.txt; perl -e 'printf "rule R-%d\n  title en \"x\"\n  cite \"1\" seen\n  severity low\n  on settled\n  when amount > %d.00\nend\n", $_, $_ for 1 .. 10000') > many.rules; flowaudit-rules list many.rules | tail -n 1
  R-10000              low      x

$ flowaudit-rules check --only R-10000 many.rules
r: 1 rule, 0 parameters
! many.rules:70000: warning: R-10000: no test fires [RULE-NO-TEST]
! hint: add a test with expect fires
! many.rules:70000: warning: R-10000: no test stays clear [RULE-NO-TEST]
! hint: add a test with expect nothing, best on the very number
[3]

# An id that two files use.
$ (cat head.txt | sed 's/ruleset r/ruleset s/'; printf 'rule R-7\n  title en "x"\n  cite "1" seen\n  severity low\n  on settled\n  when amount > 1.00\nend\n') > other.rules; flowaudit-rules list many.rules other.rules | tail -n 1
! other.rules:7:6: error: rule 'R-7' is there already [RULE-TWICE]
!     rule R-7
!          ^
! hint: many.rules:49 has the first

# Fifty thousand names of each kind are looked up in a blink, each once, and what stands twice among them is told.
$ perl -e 'print qq(ruleset s\n  title en "S"\n  in force 2020-01-01 ..\n  zone UTC\nend\n); for (1 .. 50000) { print qq(param p$_ : int\n  cite "a" known\n  from 2020-01-01 = $_\nend\nlet n$_ = p$_\nprovision P-$_\n  title en "T"\n  cite "a" known\n  severity low\n  because "x"\nend\n) }' > names.rules; timeout 60 flowaudit rules check names.rules | head -1
s: 0 rules, 50000 parameters, 50000 provisions that no filing shows

$ printf 'provision P-50000\n  title en "T"\nend\nparam p50000 : int\n  cite "a" known\n  from 2020-01-01 = 1\nend\nlet n50000 = 1\n' >> names.rules; timeout 60 flowaudit rules check names.rules
! names.rules:550013:5: error: let 'n50000' is there already [RULE-TWICE]
!     let n50000 = 1
!         ^
! names.rules:550009:7: error: parameter 'p50000' is there already [RULE-TWICE]
!     param p50000 : int
!           ^
! names.rules:550006:11: error: provision 'P-50000' is there already [RULE-TWICE]
!     provision P-50000
!               ^
! hint: line 550000 has the first
[3]
