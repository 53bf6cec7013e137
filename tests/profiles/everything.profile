# Every statement there is for delimited text; what each part comes to is tested one by one.
profile everything
  title     "Every statement"
  files     "statement-*.csv", "明细*"
  format    text
  encoding  gb18030
  separator "|"
  quotes    literal
  blanks    trim
  surplus   empty
  skip      "--*", "=*"
  footer    "共*笔*", "#end"
  ignore    "页码", "序号",
            ""
  ignore when "状态" is "失败", "关闭" and "金额" is missing
  ignore when "摘要" is like "冲正*"
  missing   "-1", "--"
  zone      Asia/Shanghai
  currency  CNY
  currency  EUR scale 4 tolerance 1
  rounding  half even
  date      "YYYY/M/D"
  thousands ","
  decimal   "."
  total rows   = "共{}笔记录"
  total "金额" = "收入：*笔 {}元" when "收/支" is "收入"
  table statement
    column account   from heading "账号：{}*"
    column booked_at from "交易日期" or "日期", text " ", "时间" form "YYYY/M/D hh:mm:ss"
    row when "收/支" is "收入" and "金额" is present
      column statement_id from name "*-{}.csv", record
      column amount       from "金额" prefix "¥" suffix "元" times 10000
      column direction    = "credit"
    row when "收/支" is not "收入"
      column statement_id from "流水号" width 18
      column amount       from "金额" unsigned exponent
      column direction    from "借/贷" map "借" debit, "贷" credit, else missing
      column memo         from "摘要" missing "无"
  table balance
    column account from heading "账号：{}*"
    column date    from "日期"
    column source  = "bank"
    column closing from "余额" implied 2
end
