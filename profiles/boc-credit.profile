# 中国银行信用卡账单: the monthly bill of a credit card of Bank of China, as CSV: a title, the header, one
# column for money in (存入) and one for money out (支出). Lines that belong to the account and to no
# card, such as interest, have no digits of a card, so the account is named by the file; the digits go
# into the counterparty.
# Assumed: the bank's clock (Asia/Shanghai), and the beginning of the day. 交易日 is left out.
profile boc-credit
  title     "Bank of China: bill of a credit card (CSV)"
  files     "*boc*credit*.csv", "*信用卡账单*.csv"
  zone      Asia/Shanghai
  thousands ","
  ignore    "交易日"
  table statement
    column statement_id from record
    column account      from name "{}"
    column booked_at    from "银行记账日" form "YYYY-MM-DD"
    column currency     from "币种"
    column counterparty from "卡号后四位"
    column memo         from "交易描述"
    row when "存入" is present and "支出" is missing
      column direction = "credit"
      column amount    from "存入"
    row when "存入" is missing and "支出" is present
      column direction = "debit"
      column amount    from "支出"
end
