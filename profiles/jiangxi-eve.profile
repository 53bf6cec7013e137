# 红包账户流水 (EVE) of Jiangxi Bank (江西银行) as the depository of a lending platform: the lines of the
# day that the platform's own orders caused, with its order number, 139 bytes of GBK a line. The layout is
# that of the bank's interface as public integrations state it; no file of it is public, so it was tested
# on made ones.
#
# Amounts are fen; CRFLAG is D for an amount above zero, as the card's issuer sees it: money out of the
# account. CENDT has no year: it is taken from the file's name, so lines of 31 December in the file of 1
# January are put a year late. MSGTYPE 0420 and REVIND 1 are lines that take back an earlier one.
# Assumed: the bank's clock (Asia/Shanghai), and yuan.
profile jiangxi-eve
  title    "Jiangxi Bank depository: lines of the platform's orders (EVE)"
  files    "????-EVE????-????????"
  format   fixed
  encoding gb18030
  blanks   trim
  zone     Asia/Shanghai
  currency CNY
  line     139
  field    "FORCODE"   0 .. 11
  field    "SEQNO"     11 .. 17
  field    "CENDT"     17 .. 27
  field    "CARDNBR"   27 .. 46
  field    "AMOUNT"    46 .. 58
  field    "CRFLAG"    58 .. 59
  field    "MSGTYPE"   59 .. 63
  field    "PROCCODE"  63 .. 69
  field    "ORDERNO"   69 .. 109
  field    "TRANNO"    109 .. 115
  field    "RESERVED"  115 .. 134
  field    "REVIND"    134 .. 135
  field    "TRANSTYPE" 135 .. 139
  ignore   "FORCODE", "SEQNO", "PROCCODE", "TRANNO", "RESERVED"
  table statement
    column statement_id from record
    column account      from "CARDNBR"
    column booked_at    from name "*-{????}????", "CENDT" form "YYYYMMDDhhmmss"
    column direction    from "CRFLAG" map "C" credit, "D" debit
    column amount       from "AMOUNT" implied 2
    column currency     = "CNY"
    column reference    from "ORDERNO"
    column memo         from "TRANSTYPE"
    row when "MSGTYPE" is "0420"
      column reversal = "true"
    row when "MSGTYPE" is not "0420"
      column reversal from "REVIND" map "0" false, "1" true
end
