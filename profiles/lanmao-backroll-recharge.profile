# BACKROLL_RECHARGE: the daily check file that a depository bank of the Lanmao standard (懒猫: 新网银行,
# 海口联合农商) gives a lending platform (DOWNLOAD_CHECKFILE), CSV with a line of Chinese headings. The
# layout is that of the interface as public integrations state it; no file of it is public, so it was
# tested on made ones.
#
# A line is a withdrawal that failed and came back on the user's account: 金额. 提现到账金额 and 提现佣金,
# its parts, are left out. 回充请求流水号 is the reference; the withdrawal that it takes back
# (提现请求流水号) stands in the memo, for the dictionary has no column for it.
# Assumed: the clock (Asia/Shanghai), times as YYYYMMDDhhmmss, which the interface uses throughout.
profile lanmao-backroll-recharge
  title    "Lanmao depository: withdrawals that came back (BACKROLL_RECHARGE)"
  files    "????????_*_BACKROLL_RECHARGE.txt"
  zone     Asia/Shanghai
  ignore   "平台商编", "支付公司代码", "业务类型", "会员编号", "支付方式", "提现到账金额", "提现佣金"
  table statement
    column statement_id from text "BACKROLL_RECHARGE/", "回充订单编号"
    column account      from "平台用户编号"
    column booked_at    from "充值时间" form "YYYYMMDDhhmmss"
    column direction    = "credit"
    column amount       from "金额"
    column currency     from "币种"
    column reference    from "回充请求流水号"
    column reversal     = "true"
    column memo         from "提现请求流水号", text " ", "备注"
end
