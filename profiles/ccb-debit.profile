# 交易明细: the details of a debit card of China Construction Bank (建设银行), as a workbook (.xls): five
# lines with the branch, the currency and the account, a padded header, a column each for money out (支出)
# and money in (收入) of which one is 0, and a line with a disclaimer at the end.
# Assumed: the bank's clock (Asia/Shanghai). The bank books by 记账日; a line is put at 交易日期 and
# 交易时间, and 记账日 is its value date.
profile ccb-debit
  title     "China Construction Bank: details of a debit card (workbook)"
  files     "交易明细_*.xls"
  format    sheet
  blanks    trim
  footer    "以上数据仅供参考*"
  zone      Asia/Shanghai
  thousands ","
  table statement
    column statement_id  from record
    column account       from heading "账　　号：,{}"
    column booked_at     from "交易日期", text " ", "交易时间" form "YYYYMMDD hh:mm:ss"
    column value_date    from "记账日" form "YYYYMMDD"
    column currency      from "币种" map "人民币" "CNY", "美元" "USD", "欧元" "EUR", "港币" "HKD"
    column balance_after from "账户余额"
    column counterparty  from "对方户名", text " ", "对方账号"
    column memo          from "摘要", text " ", "交易地点"
    row when "支出" is "0", "0.00" and "收入" is not "0", "0.00"
      column direction = "credit"
      column amount    from "收入"
    row when "支出" is not "0", "0.00" and "收入" is "0", "0.00"
      column direction = "debit"
      column amount    from "支出"
end
