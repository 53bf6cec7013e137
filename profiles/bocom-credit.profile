# The bill of a credit card of Bank of Communications (交通银行), as CSV. No column says the side; the
# first word of 交易说明 does: 消费 is money out, 退货 and 信用卡还款 are money in, and any other word is
# refused. The amount stands behind its currency; accounts in other currencies than yuan are refused. The
# export does not say its account, so it is named by the file.
# Assumed: the bank's clock (Asia/Shanghai), and the beginning of the day. 交易日期 and the amount in the
# currency of the purchase are left out.
profile bocom-credit
  title     "Bank of Communications: bill of a credit card (CSV)"
  files     "*bocom*credit*.csv"
  blanks    trim
  zone      Asia/Shanghai
  currency  CNY
  thousands ","
  ignore    "交易日期", "交易币种/金额"
  table statement
    column statement_id from record
    column account      from name "{}"
    column booked_at    from "记账日期" form "YYYY-MM-DD"
    column amount       from "入账币种/金额" prefix "CNY"
    column currency     = "CNY"
    column memo         from "交易说明"
    row when "交易说明" is like "消费 *"
      column direction = "debit"
    row when "交易说明" is like "退货 *", "信用卡还款 *"
      column direction = "credit"
end
