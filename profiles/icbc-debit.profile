# The details of a debit card that the online bank of ICBC (工商银行) lets its users download as CSV: six
# lines before the header, padded and quoted fields with a tab behind, a comma at the end of each record,
# and a line of sums at the end. The layout with 交易详情 and 对方账户 is read by icbc-debit-details.
#
# Assumed: the bank's clock (Asia/Shanghai). The export has days only, so a line is booked at the
# beginning of its day. 记账金额 is what moved on the account; 交易金额, in the currency of the purchase,
# is left out, and so is the line of sums, which marks thousands by the comma that separates fields. The
# account is the card's number as the export masks it.
profile icbc-debit
  title     "ICBC: details of a debit card (CSV)"
  files     "hisdetail*.csv", "*icbc*debit*.csv"
  blanks    trim
  quotes    literal
  surplus   empty
  footer    "*合计,*", "*合计金额,*"
  zone      Asia/Shanghai
  thousands ","
  ignore    "交易国家或地区简称", "钞/汇", "交易金额(收入)", "交易金额(支出)", "交易币种"
  table statement
    column statement_id  from record
    column account       from heading "卡号: {},卡别名:*"
    column booked_at     from "交易日期" form "YYYY-MM-DD"
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
