# What all tools share: help, version, wrong use, messages, output that fails.
$ flowaudit --version
flowaudit (flowaudit) 0.1.0

$ flowaudit --help
Usage: flowaudit [OPTION]... COMMAND ...
Audits the capital flows of a filing against bank statements and written law.

Commands:
  audit                 the whole line in one command: a filing in, a workbook out
  ingest                read and check a filing, write it as a ledger stream
  reconcile             compare the ledger with the bank's statements
  flag                  test the ledger against rulesets
  report                write results as a workbook, as text or for machines
  view                  show any stream as text
  check                 say whether a stream is whole
  verify                make a report again from its filing, and compare
  profile               list, check and try profiles of real exports
  rules                 list, check and test rulesets
  scheme                list and check schemes, by which reconcile matches

Common options:
  -h, --help            show this help and exit
      --version         show the version and exit
  -v, --verbose         say what each stage cost
      --color auto|always|never
                        color in messages
      --diagnostics text|github
                        form of the messages
      --completion bash
                        print a completion script for the shell and exit

Manual: man flowaudit

# Wrong use: what is wrong, then what would be right.
$ flowaudit
! flowaudit: error: operand missing: expected COMMAND ... [USAGE]
! hint: see 'flowaudit --help'
[2]

$ flowaudit vie
! flowaudit: error: unknown command 'vie' [USAGE]
! hint: did you mean 'view'?
[2]

$ flowaudit ../flowaudit
! flowaudit: error: unknown command '../flowaudit' [USAGE]
! hint: see 'flowaudit --help'
[2]

$ flowaudit --hlep
! flowaudit: error: unknown option '--hlep' [USAGE]
! hint: did you mean '--help'?
[2]

$ flowaudit --help=yes
! flowaudit: error: option '--help' takes no value, found 'yes' [USAGE]
! hint: see 'flowaudit --help'
[2]

$ flowaudit -q
! flowaudit: error: unknown option '-q' [USAGE]
! hint: see 'flowaudit --help'
[2]

$ flowaudit --color
! flowaudit: error: option '--color' needs a value: auto|always|never [USAGE]
! hint: see 'flowaudit --help'
[2]

$ flowaudit --color blue view
! flowaudit: error: option '--color' cannot be 'blue' [USAGE]
! hint: expected one of auto|always|never
[2]

$ flowaudit "$(printf 'a\033[31mb')"
! flowaudit: error: unknown command 'a\x1B[31mb' [USAGE]
! hint: see 'flowaudit --help'
[2]

$ flowaudit --diagnostics github "$(printf 'x%%y')"
! ::error title=flowaudit::unknown command 'x%25y' [USAGE]%0Ahint: see 'flowaudit --help'
[2]

$ flowaudit --diagnostics=github --color=always --hlep
! ::error title=flowaudit::unknown option '--hlep' [USAGE]%0Ahint: did you mean '--help'?
[2]

$ flowaudit --color always vie | cat -v
! flowaudit: [1;31merror[0m: unknown command 'vie' [USAGE]
! [1;32mhint[0m: did you mean 'view'?

$ flowaudit --color always vie 2>&1 | cat -v
flowaudit: ^[[1;31merror^[[0m: unknown command 'vie' [USAGE]
^[[1;32mhint^[[0m: did you mean 'view'?

$ NO_COLOR=1 TERM=xterm flowaudit vie
! flowaudit: error: unknown command 'vie' [USAGE]
! hint: did you mean 'view'?
[2]

# Standard output that cannot take it: full, closed, gone.
$ flowaudit --help >/dev/full
! flowaudit: error: cannot write standard output: No space left on device [IO]
[5]

$ flowaudit --help >&-
! flowaudit: error: cannot write standard output: Bad file descriptor [IO]
[5]

$ { sleep 0.2; flowaudit --help; echo $? >status; } | true; cat status
5

# The shell's completion: commands behind the name, options behind a dash, choices behind an option.
$ flowaudit --completion bash >c; bash -c 'words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _flowaudit; echo "${COMPREPLY[@]}"; }; . ./c; words flowaudit re; words flowaudit --ver; words flowaudit --color ""'
reconcile report
--version --verbose
auto always never
