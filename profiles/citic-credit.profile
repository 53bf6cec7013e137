# 本期账单明细: the bill of a credit card of China CITIC Bank (中信银行), as a workbook (.xls): a title,
# the header, and amounts that are above zero for what the holder owes (money out) and below zero for what
# he pays back (money in). The account is the last four digits of the card, all that the export has of it.
# Assumed: the bank's clock (Asia/Shanghai), and the beginning of the day. 交易日期 and the amount in the
# currency of the purchase are left out.
profile citic-credit
  title     "China CITIC Bank: bill of a credit card (workbook)"
  files     "*citic*.xls"
  format    sheet
  blanks    trim
  zone      Asia/Shanghai
  thousands ","
  ignore    "交易日期", "交易币种", "交易金额"
  table statement
    column statement_id from record
    column account      from "卡末四位"
    column booked_at    from "入账日期" form "YYYY-MM-DD"
    column amount       from "结算金额" unsigned
    column currency     from "结算币种" map "人民币" "CNY", "美元" "USD"
    column memo         from "交易描述"
    row when "结算金额" is like "-*"
      column direction = "credit"
    row when "结算金额" is like "0*", "1*", "2*", "3*", "4*", "5*", "6*", "7*", "8*", "9*"
      column direction = "debit"
end
