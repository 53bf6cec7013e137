# The details of a debit card of Shanghai Pudong Development Bank (浦发银行), as a workbook (.xls): one
# line with the account, the header, and one column for money in (存入金额) and one for money out
# (取出金额).
# Assumed: the bank's clock (Asia/Shanghai), and the currency.
profile spdb-debit
  title     "SPDB: details of a debit card (workbook)"
  files     "*spdb*.xls"
  format    sheet
  blanks    trim
  zone      Asia/Shanghai
  currency  CNY
  thousands ","
  ignore    "顺序号"
  table statement
    column statement_id  from record
    column account       from heading "账号,{},账户类型,*"
    column booked_at     from "交易日期" form "YYYY/MM/DD  hh:mm:ss"
    column currency      = "CNY"
    column balance_after from "余额"
    column counterparty  from "交易对手名称", text " ", "交易对手账号"
    column memo          from "交易类型", text " ", "附言"
    row when "存入金额" is present and "取出金额" is missing
      column direction = "credit"
      column amount    from "存入金额"
    row when "存入金额" is missing and "取出金额" is present
      column direction = "debit"
      column amount    from "取出金额"
end
