# The bill that Alipay (支付宝) lets its users download as CSV: GB 18030, a page of text before the
# header, cells padded with blanks and tabs, a comma at the end of each record. The heading states how
# many records there are, and the sums of money in and out; they must agree.
#
# A line is one of the user's account at Alipay as he sees it, whatever it was paid with. 收/支 says the
# side. What is 不计收支 has none that the export states, but a refund, which is money in; the others
# (between the user's own accounts) are left out and counted. So are orders that were closed (交易关闭). A
# state that is not known is refused.
# Assumed: the clock (Asia/Shanghai), and the currency, which the export writes as 元.
profile alipay
  title     "Alipay: bill of a user (CSV)"
  files     "alipay_record_*.csv", "*alipay*.csv"
  encoding  gb18030
  quotes    literal
  blanks    trim
  surplus   empty
  zone      Asia/Shanghai
  currency  CNY
  ignore    "对方账号", "交易分类", "收/付款方式", "商家订单号"
  ignore when "交易状态" is "交易关闭"
  ignore when "收/支" is "不计收支" and "交易状态" is not "退款成功"
  total rows   = "共{}笔记录"
  total "金额" = "收入：*笔 {}元" when "收/支" is "收入"
  total "金额" = "支出：*笔 {}元" when "收/支" is "支出"
  total "金额" = "不计收支：*笔 {}元" when "收/支" is "不计收支"
  table statement
    column statement_id from record
    column account      from heading "支付宝账户：{}"
    column booked_at    from "交易时间"
    column amount       from "金额"
    column currency     = "CNY"
    column reference    from "交易订单号"
    column counterparty from "交易对方" missing "/"
    column memo         from "商品说明", text " ", "备注"
    row when "收/支" is "收入" and "交易状态" is "交易成功"
      column direction = "credit"
    row when "收/支" is "支出" and "交易状态" is "交易成功", "等待确认收货", "支付成功", "亲友代付成功"
      column direction = "debit"
    row when "收/支" is "不计收支" and "交易状态" is "退款成功"
      column direction = "credit"
end
