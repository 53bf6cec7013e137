# 存管全流水 (ALEVE) of Jiangxi Bank (江西银行) as the depository of a lending platform: all lines of the
# day on the electronic accounts of the platform's users, 371 bytes of GBK a line. The layout is that of
# the bank's interface as public integrations state it; no file of it is public, so it was tested on made
# ones.
#
# Amounts are fen. RELDATE and the clock of INPTIME (HHMMSSTT, hundredths left out) are when the line was
# booked, VALDATE is its value date; INPDATE, the bank's business day, is left out. Currencies other than
# 156 (yuan) are refused. REVIND 1 is a line that takes back an earlier one. What the bank records of the
# platform's order is not in the layout, so there is no reference.
# Assumed: the bank's clock (Asia/Shanghai); C and D as the holder of the account sees them.
profile jiangxi-aleve
  title    "Jiangxi Bank depository: all lines (ALEVE)"
  files    "????-ALEVE????-????????"
  format   fixed
  encoding gb18030
  blanks   trim
  zone     Asia/Shanghai
  currency CNY
  line     371
  field    "BANK"       0 .. 4
  field    "CARDNBR"    4 .. 23
  field    "AMOUNT"     23 .. 40
  field    "CUR_NUM"    40 .. 43
  field    "CRFLAG"     43 .. 44
  field    "VALDATE"    44 .. 52
  field    "INPDATE"    52 .. 60
  field    "RELDATE"    60 .. 68
  field    "INPTIME"    68 .. 76
  field    "HHMMSS"     68 .. 74
  field    "TRANNO"     76 .. 82
  field    "ORI_TRANNO" 82 .. 88
  field    "TRANSTYPE"  88 .. 92
  field    "DESLINE"    92 .. 134
  field    "CURR_BAL"   134 .. 151
  field    "FORCARDNBR" 151 .. 170
  field    "REVIND"     170 .. 171
  field    "ACCCHG"     171 .. 172
  field    "SEQNO"      172 .. 178
  field    "ORI_NUM"    178 .. 184
  field    "RESV"       184 .. 371
  ignore   "BANK", "INPDATE", "INPTIME", "TRANNO", "ORI_TRANNO", "ACCCHG", "SEQNO", "ORI_NUM", "RESV"
  table statement
    column statement_id  from record
    column account       from "CARDNBR"
    column booked_at     from "RELDATE", "HHMMSS" form "YYYYMMDDhhmmss"
    column value_date    from "VALDATE" form "YYYYMMDD"
    column direction     from "CRFLAG" map "C" credit, "D" debit
    column amount        from "AMOUNT" implied 2
    column currency      from "CUR_NUM" map "156" "CNY"
    column balance_after from "CURR_BAL" implied 2
    column counterparty  from "FORCARDNBR"
    column reversal      from "REVIND" map "0" false, "1" true
    column memo          from "TRANSTYPE", text " ", "DESLINE"
end
