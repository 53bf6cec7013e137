# Two tables from one file, rows of two kinds, records that several statements leave out.
profile bank
  title "A bank's account"
  files "bank*.csv"
  zone Asia/Shanghai
  currency CNY
  date "YYYY/M/D"
  thousands ","
  skip "---*"
  footer "合计*"
  total rows = "合计,{}"
  ignore when "摘要" is "冲正"
  table statement
    column statement_id from record
    column account      from heading "*账号：{}"
    column booked_at    from "日期" form "YYYY/M/D"
    column memo         from "摘要"
    row when "支出" is present
      column amount    from "支出"
      column direction = "debit"
    row when "收入" is present
      column amount    from "收入"
      column direction = "credit"
  table balance
    row when "余额" is present
      column account from heading "*账号：{}"
      column date    from "日期"
      column source  = "bank"
      column closing from "余额"
end
