# The details of a debit card of Agricultural Bank of China (农业银行), as CSV: amounts with their sign,
# also plus; interest and its tax have no time. The export does not say its account, so it is named by the
# file; 日志号 is the bank's own number, which interest shares, so the record makes the line's.
# Assumed: the bank's clock (Asia/Shanghai), the currency, and the beginning of the day where there is no
# time.
profile abc-debit
  title     "Agricultural Bank of China: details of a debit card (CSV)"
  files     "*abc*debit*.csv"
  zone      Asia/Shanghai
  currency  CNY
  missing   "--"
  table statement
    column statement_id  from record
    column account       from name "{}"
    column amount        from "交易金额" prefix "+" sign direction
    column currency      = "CNY"
    column balance_after from "本次余额"
    column reference     from "日 志 号" missing "0000000000"
    column counterparty  from "对手信息"
    column memo          from "交易摘要", text " ", "交易渠道", text " ", "交易附言"
    row when "交易时间" is present
      column booked_at from "交易日期", "交易时间" form "YYYYMMDDhhmmss"
    row when "交易时间" is missing
      column booked_at from "交易日期" form "YYYYMMDD"
end
