# Output is whole or not there, whatever happens to it.
# A stream does not go to a terminal.
$ script -qec "flowaudit ingest $SRC/tests/filings/payment-2025-01-clean" /dev/null | tr -d '\r' | grep -v note:
flowaudit-ingest: error: binary output is not written to a terminal [USAGE]
hint: name a file with -o, or send it into a pipe

# A file takes its name when it is complete, and only its owner may read it.
$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean -o ledger 2>/dev/null; stat -c '%n %a' ledger; ls -A
ledger 600
ledger

# No space (a limit on the size of files stands for it), no folder, a folder: the old file stays.
$ echo old >full; (ulimit -f 8; flowaudit ingest $SRC/tests/filings/payment-2025-01-clean -o full 2>errors); echo $?; tail -n 1 errors; cat full; ls -A
5
flowaudit-ingest: error: cannot write 'full': File too large [IO]
old
errors
full
ledger

$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean -o missing/ledger 2>&1 | tail -n 1
flowaudit-ingest: error: cannot create a file beside 'missing/ledger': No such file or directory [IO]

$ mkdir folder; flowaudit ingest $SRC/tests/filings/payment-2025-01-clean -o folder 2>&1 | tail -n 1
flowaudit-ingest: error: cannot write 'folder': Is a directory [IO]

$ flowaudit ingest $SRC/tests/filings/payment-2025-01-clean 2>/dev/null >/dev/full; echo $?
5

# A reader that goes away: no message, status 5.
$ { sleep 0.2; flowaudit view ledger --table flow 2>errors; echo $? >status; } | true; cat status errors
5

# A signal in the middle of work: the tool dies of it, and nothing of its own stays.
$ mkfifo never; { flowaudit view never -o view & sleep 0.3; kill -TERM $!; wait $!; echo $?; } 2>/dev/null; ls -A
143
errors
folder
full
ledger
never
status

$ rm -f errors; echo old >view; { (cat ledger; sleep 30) | flowaudit reconcile - -o view & until ls -A | grep "^[.]flowaudit" >found; do sleep 0.1; done; kill -HUP $!; wait $!; echo $?; } 2>/dev/null; cat view; ls -A
129
old
folder
found
full
ledger
never
status
view

# Where rules are found: beside the program, else where FLOWAUDIT_DATA says.
$ FLOWAUDIT_DATA=/nowhere flowaudit rules list
! flowaudit-rules: error: cannot open '/nowhere/rulesets': No such file or directory [IO]
[5]

$ mkdir -p usr/bin usr/share/flowaudit; cp "$(command -v flowaudit-rules)" usr/bin; ln -s $SRC/rulesets usr/share/flowaudit/rulesets; usr/bin/flowaudit-rules list | grep -o '^cn-payment-reserve-2021'
cn-payment-reserve-2021

# No permission: as somebody who is not root.
$ cp ledger secret; chmod 0 secret; chmod 755 .; if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --clear-groups flowaudit-check secret; else flowaudit-check secret; fi
! flowaudit-check: error: cannot open 'secret': Permission denied [IO]
[5]

# A ledger is no result.
$ flowaudit report ledger -o out.xlsx
! flowaudit-report: error: expected results, found a ledger [REPORT-LEDGER]
! hint: run flowaudit-flag on it first
[2]
