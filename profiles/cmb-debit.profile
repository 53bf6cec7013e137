# The details of a debit card of China Merchants Bank (招商银行), as CSV: amounts with a sign and
# thousands marked. The export does not say its account, so it is named by the file.
# Assumed: the bank's clock (Asia/Shanghai), and the beginning of the day.
#
# The bill of its credit cards has no profile: its days lack the year, and those of December stand in the
# bill of January, so no rule gives them the right one.
profile cmb-debit
  title     "China Merchants Bank: details of a debit card (CSV)"
  files     "*cmb*debit*.csv", "CMB_*.csv"
  blanks    trim
  zone      Asia/Shanghai
  thousands ","
  table statement
    column statement_id  from record
    column account       from name "{}"
    column booked_at     from "记账日期" form "YYYY-MM-DD"
    column amount        from "交易金额" sign direction
    column currency      from "货币" map "CNY" "CNY", "人民币" "CNY", "USD" "USD", "HKD" "HKD", "EUR" "EUR"
    column balance_after from "联机余额"
    column counterparty  from "对手信息"
    column memo          from "交易摘要", text " ", "客户摘要"
end
