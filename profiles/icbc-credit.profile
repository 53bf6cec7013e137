# The details of a credit card that the online bank of ICBC (工商银行) lets its users download as CSV: as
# icbc-debit, with the day of the purchase beside the day of booking. The balance is below zero while the
# holder owes; money in is what he pays back.
#
# Assumed: the bank's clock (Asia/Shanghai), and the beginning of the day. The day of the purchase and its
# amount in the currency of the purchase are left out, and so is the line of sums.
profile icbc-credit
  title     "ICBC: details of a credit card (CSV)"
  files     "hisdetail*.csv", "*icbc*credit*.csv"
  blanks    trim
  quotes    literal
  surplus   empty
  footer    "合计金额,*", "*合计,*"
  zone      Asia/Shanghai
  thousands ","
  ignore    "交易日期", "交易国家或地区简称", "交易金额(收入)", "交易金额(支出)", "交易币种"
  table statement
    column statement_id  from record
    column account       from heading "卡号: {},卡别名:*"
    column booked_at     from "记账日期" form "YYYY-MM-DD"
    column currency      from "记账币种" map "人民币" "CNY", "美元" "USD", "欧元" "EUR", "港币" "HKD"
    column balance_after from "余额"
    column counterparty  from "对方户名"
    column memo          from "摘要", text " ", "交易场所"
    row when "记账金额(收入)" is present and "记账金额(支出)" is missing
      column direction = "credit"
      column amount    from "记账金额(收入)"
    row when "记账金额(收入)" is missing and "记账金额(支出)" is present
      column direction = "debit"
      column amount    from "记账金额(支出)"
end
