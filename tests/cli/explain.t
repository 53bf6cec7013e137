# What became of a row, and what each candidate misses. The filing is that of breaks.t.
$ flowaudit ingest $SRC/tests/data/classes -o classes.fa 2>/dev/null

$ cat >why.sh <<'END'
> for id do flowaudit reconcile --scheme $SRC/tests/schemes/classes.scheme --explain "$id" classes.fa 2>/dev/null; done
> END

# Rows that are open: the amount against fee and tolerance, the day against the window.
$ sh why.sh f13 s14 s15 f18
flow f13, 2025-01-13T10:00:00+08:00, credit of R, 14.00 CNY, reference o13
  is the break missing_at_bank:o13#1, due on 2025-01-14; what comes nearest, and why it is not the same:
    s13: reference is x13; amount is 15.00 CNY, 1.00 CNY more, beyond the tolerance by 0.95 CNY, with the declared fee it would be 12.00 CNY; at the same time
    s09: reference is o09; amount is 12.00 CNY, 2.00 CNY less, which a declared fee explains; -2 working days from flow to line, the window is 0 to 1; claimed by f09; 4d earlier
    s19: reference is o19; amount is 21.00 CNY, 7.00 CNY more, beyond the tolerance by 6.95 CNY, with the declared fee it would be 12.00 CNY; 2 working days from flow to line, the window is 0 to 1; claimed by f19; 2d3h later
    s04: reference is o04; amount is 25.00 CNY, 11.00 CNY more, beyond the tolerance by 10.95 CNY, with the declared fee it would be 12.00 CNY; -4 working days from flow to line, the window is 0 to 1; claimed by f04; 6d earlier
    s05: reference is o05; amount is 28.00 CNY, 14.00 CNY more, beyond the tolerance by 13.95 CNY, with the declared fee it would be 12.00 CNY; -4 working days from flow to line, the window is 0 to 1; claimed by f05; 6d earlier
    the scheme does not say match amount, so only rows of one reference meet, or rows that add up
statement line s14, 2025-01-14T10:00:00+08:00, debit of R, 16.00 CNY, no reference
  is the break unexplained:s14#1; what comes nearest, and why it is not the same:
    f12: reference is o12; amount is 13.00 CNY, 3.00 CNY less, beyond the tolerance by 2.95 CNY; 2 working days from flow to line, the window is 0 to 1; 3d23h earlier
    the scheme does not say match amount, so only rows of one reference meet, or rows that add up
statement line s15, 2025-01-15T12:00:00+08:00, credit of R, 3004.00 CNY, no reference
  is the break ambiguous:s15#1: 2 ways to match it, none of them better; what comes nearest, and why it is not the same:
    f15: reference is o15; amount is 2003.00 CNY, 1001.00 CNY less, beyond the tolerance by 1000.95 CNY, with the declared fee it would be 2001.00 CNY; 2h earlier
    f17: reference is o17; amount is 1503.00 CNY, 1501.00 CNY less, beyond the tolerance by 1500.95 CNY, with the declared fee it would be 1501.00 CNY; 2h earlier
    f16: reference is o16; amount is 1501.00 CNY, 1503.00 CNY less, beyond the tolerance by 1502.95 CNY, with the declared fee it would be 1499.00 CNY; 2h earlier
    f14: reference is o14; amount is 1001.00 CNY, 2003.00 CNY less, beyond the tolerance by 2002.95 CNY, with the declared fee it would be 999.00 CNY; 2h earlier
    f01: reference is o01; amount is 100.00 CNY, 2904.00 CNY less, beyond the tolerance by 2903.95 CNY, with the declared fee it would be 98.00 CNY; 9 working days from flow to line, the window is 0 to 1; claimed by s01; 13d2h earlier
    the scheme does not say match amount, so only rows of one reference meet, or rows that add up
flow f18, 2025-01-31T10:00:00+08:00, credit of R, 17.00 CNY, reference o18
  is the break timing:o18#1, due on 2025-02-06; what comes nearest, and why it is not the same:
    s13: reference is x13; amount is 15.00 CNY, 2.00 CNY less, which a declared fee explains; -12 working days from flow to line, the window is 0 to 1; 18d earlier
    s19: reference is o19; amount is 21.00 CNY, 4.00 CNY more, beyond the tolerance by 3.95 CNY, with the declared fee it would be 15.00 CNY; -10 working days from flow to line, the window is 0 to 1; claimed by f19; 15d21h earlier
    s09: reference is o09; amount is 12.00 CNY, 5.00 CNY less, beyond the tolerance by 4.95 CNY, with the declared fee it would be 15.00 CNY; -14 working days from flow to line, the window is 0 to 1; claimed by f09; 22d earlier
    s04: reference is o04; amount is 25.00 CNY, 8.00 CNY more, beyond the tolerance by 7.95 CNY, with the declared fee it would be 15.00 CNY; -16 working days from flow to line, the window is 0 to 1; claimed by f04; 24d earlier
    s05: reference is o05; amount is 28.00 CNY, 11.00 CNY more, beyond the tolerance by 10.95 CNY, with the declared fee it would be 15.00 CNY; -16 working days from flow to line, the window is 0 to 1; claimed by f05; 24d earlier
    the scheme does not say match amount, so only rows of one reference meet, or rows that add up

# Rows that were brought together with a difference.
$ sh why.sh f01 f03 f19 f04 f05 f06 f07 s07 f08 s08
flow f01, 2025-01-02T10:00:00+08:00, credit of R, 100.00 CNY, reference o01
  is matched with s01
flow f03, 2025-01-06T10:00:00+08:00, credit of R, 70.00 CNY, reference o03
  is the break late:o03#1, due on 2025-01-07, 2 days late; with s03
flow f19, 2025-01-20T10:00:00+08:00, credit of R, 21.00 CNY, reference o19
  is the break late:o19#1, due on 2025-01-15, 3 days late; with s19
flow f04, 2025-01-07T10:00:00+08:00, credit of R, 20.00 CNY, reference o04
  is the break amount:o04#1, due on 2025-01-08; with s04: one reference, another amount; the bank has 5.00 CNY more
flow f05, 2025-01-07T11:00:00+08:00, credit of R, 30.00 CNY, reference o05
  is the break fee:o05#1, due on 2025-01-08; with s05: one reference, another amount; a declared fee of 2.00 CNY
flow f06, 2025-01-08T10:00:00+08:00, credit of R, 40.00 CNY, reference o06
  is the break absorbed:o06#1, due on 2025-01-09; with s06: one reference, another amount; a difference of 0.03 CNY within the declared tolerance
flow f07, 2025-01-08T11:00:00+08:00, credit of R, 10.00 CNY, reference o07
  is the break currency:o07#1; with s07: one reference, another currency
statement line s07, 2025-01-08T10:00:00+08:00, credit of R, 10.00 USD, reference o07
  is the break currency:o07#2; with f07: one reference, another currency
flow f08, 2025-01-09T10:00:00+08:00, credit of R, 11.00 CNY, reference o08
  is the break wrong_account:o08#1, booked on S; with s08: one reference, another account
statement line s08, 2025-01-09T10:00:00+08:00, credit of S, 11.00 CNY, reference o08
  is the break wrong_account:o08#2, booked on R; with f08: one reference, another account

# Copies, and what was taken back.
$ sh why.sh f10 f11
flow f10, 2025-01-09T11:00:01+08:00, credit of R, 12.00 CNY, reference o09
  is the break duplicate:o09#1: a copy of f09
flow f11, 2025-01-10T10:00:00+08:00, credit of R, 13.00 CNY, reference o11
  is the break reversal:o11#1: it is taken back by, or takes back, f12

# By the number of a break, and by reference.
$ sh why.sh missing_in_ledger:x13#1 o09
statement line s13, 2025-01-13T10:00:00+08:00, credit of R, 15.00 CNY, reference x13
  is the break missing_in_ledger:x13#1; what comes nearest, and why it is not the same:
    f13: reference is o13; amount is 14.00 CNY, 1.00 CNY less, beyond the tolerance by 0.95 CNY, with the declared fee it would be 12.00 CNY; at the same time
    f11: reference is o11; amount is 13.00 CNY, 2.00 CNY less, beyond the tolerance by 1.95 CNY, with the declared fee it would be 11.00 CNY; 3d earlier
    f18: reference is o18; amount is 17.00 CNY, 2.00 CNY more, which a declared fee explains; -12 working days from flow to line, the window is 0 to 1; 18d later
    f10: reference is o09; amount is 12.00 CNY, 3.00 CNY less, beyond the tolerance by 2.95 CNY, with the declared fee it would be 10.00 CNY; 2 working days from flow to line, the window is 0 to 1; 3d22h59m59s earlier
    f09: reference is o09; amount is 12.00 CNY, 3.00 CNY less, beyond the tolerance by 2.95 CNY, with the declared fee it would be 10.00 CNY; 2 working days from flow to line, the window is 0 to 1; claimed by s09; 3d23h earlier
    the scheme does not say match amount, so only rows of one reference meet, or rows that add up
flow f09, 2025-01-09T11:00:00+08:00, credit of R, 12.00 CNY, reference o09
  is matched with s09
flow f10, 2025-01-09T11:00:01+08:00, credit of R, 12.00 CNY, reference o09
  is the break duplicate:o09#1: a copy of f09
statement line s09, 2025-01-09T10:00:00+08:00, credit of R, 12.00 CNY, reference o09
  is matched with f09
