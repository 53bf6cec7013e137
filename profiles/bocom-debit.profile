# The details of a debit card of Bank of Communications (交通银行), as CSV: 借贷 says the side, as the
# bank's customer sees it (贷: money in). The export does not say its account, so it is named by the file.
# Assumed: the bank's clock (Asia/Shanghai), and the currency.
profile bocom-debit
  title     "Bank of Communications: details of a debit card (CSV)"
  files     "*bocom*debit*.csv"
  zone      Asia/Shanghai
  currency  CNY
  thousands ","
  ignore    "序号", "交易地点"
  table statement
    column statement_id  from record
    column account       from name "{}"
    column booked_at     from "交易日期", text "T", "交易时间"
    column direction     from "借贷" map "贷 Cr" credit, "借 Dr" debit
    column amount        from "交易金额"
    column currency      = "CNY"
    column balance_after from "余额"
    column counterparty  from "对方户名", text " ", "对方账号"
    column memo          from "交易类型", text " ", "摘要"
end
