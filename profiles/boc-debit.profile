# 中国银行交易流水明细单: the details of a debit card that Bank of China sends its users, as CSV: a title,
# the header, amounts with a sign and thousands marked, runs of hyphens for what is missing, the newest
# line first. The account is the last digits of the card, all that the export has of it.
# Assumed: the bank's clock (Asia/Shanghai).
profile boc-debit
  title     "Bank of China: details of a debit card (CSV)"
  files     "*boc*debit*.csv", "*交易流水明细*.csv"
  zone      Asia/Shanghai
  thousands ","
  missing   "-------------------", "----------"
  ignore    "网点名称", "对方开户行"
  table statement
    column statement_id  from record
    column account       from "借记卡号"
    column booked_at     from "记账日期", text "T", "记账时间"
    column amount        from "金额" sign direction
    column currency      from "币别" map "人民币" "CNY", "美元" "USD", "欧元" "EUR", "港币" "HKD"
    column balance_after from "余额"
    column counterparty  from "对方账户名", text " ", "对方卡号/账号"
    column memo          from "交易名称", text " ", "渠道", text " ", "附言"
end
