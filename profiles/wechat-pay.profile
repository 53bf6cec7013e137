# 微信支付账单明细: the bill that WeChat Pay lets its users download as CSV: a page of text before the
# header, one state for each kind of payment, a tab behind long numbers. The heading states how many
# records there are, and the sums of money in, out and neither; they must agree.
#
# A line is one of the user's account at WeChat Pay as he sees it, whatever it was paid with. 收/支 says
# the side; / is neither (between the user's own accounts) and is left out and counted. A state that is
# not known is refused. The export names the user by his nickname only.
# Assumed: the clock (Asia/Shanghai), and the currency, which the export writes as ¥.
profile wechat-pay
  title     "WeChat Pay: bill of a user (CSV)"
  files     "微信支付账单*.csv", "*wechat*.csv"
  quotes    literal
  blanks    trim
  surplus   empty
  zone      Asia/Shanghai
  currency  CNY
  ignore    "支付方式", "商户单号"
  ignore when "收/支" is "/"
  total rows        = "共{}笔记录"
  total "金额(元)" = "收入：*笔 {}元" when "收/支" is "收入"
  total "金额(元)" = "支出：*笔 {}元" when "收/支" is "支出"
  total "金额(元)" = "中性交易：*笔 {}元" when "收/支" is "/"
  table statement
    column statement_id from record
    column account      from text "wechat:", heading "微信昵称：[{}]"
    column booked_at    from "交易时间"
    column amount       from "金额(元)" prefix "¥"
    column currency     = "CNY"
    column reference    from "交易单号"
    column counterparty from "交易对方" missing "/"
    column memo         from "交易类型", text " ", "商品", text " ", "备注"
    row when "收/支" is "收入" and "当前状态" is "已存入零钱", "已收钱", "已到账", "充值成功", "支付成功",
                                                  "已全额退款", "退款成功"
      column direction = "credit"
    row when "收/支" is "支出" and "当前状态" is "支付成功", "已转账", "朋友已收钱", "对方已收钱", "已全额退款",
                                                  "对方已退还", "充值成功"
      column direction = "debit"
    row when "收/支" is "支出" and "当前状态" is like "已退款(*"
      column direction = "debit"
end
