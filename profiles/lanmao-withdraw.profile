# WITHDRAW: the daily check file that a depository bank of the Lanmao standard (懒猫: 新网银行,
# 海口联合农商) gives a lending platform (DOWNLOAD_CHECKFILE), CSV with a line of Chinese headings. The
# layout is that of the interface as public integrations state it; no file of it is public, so it was
# tested on made ones.
#
# A line is money that left a user's account: 金额, as platforms compare it; 到账金额, what reached his
# card, is left out, and so is 垫资金额, which the platform advanced. SUCCESS and FAIL both took the
# money, because what failed comes back by a line of its own the next day (BACKROLL_RECHARGE); ACCEPT_FAIL
# took none, CONFIRMING, ACCEPT and REMITING are not booked yet: these are left out and counted. Any other
# state is refused. The platform's own number of the request (平台请求流水号) is the reference.
# Assumed: the clock (Asia/Shanghai), times as YYYYMMDDhhmmss, which the interface uses throughout.
profile lanmao-withdraw
  title    "Lanmao depository: money that users drew (WITHDRAW)"
  files    "????????_*_WITHDRAW.txt"
  zone     Asia/Shanghai
  ignore   "平台商编", "业务类型", "会员编号", "银行编码", "到账金额", "提现方式", "垫资金额", "出款类型", "提现类型"
  ignore when "提现状态" is "ACCEPT_FAIL", "CONFIRMING", "ACCEPT", "REMITING"
  table statement
    row when "提现状态" is "SUCCESS", "FAIL"
      column statement_id from text "WITHDRAW/", "订单号"
      column account      from "平台用户编号"
      column booked_at    from "提现时间" form "YYYYMMDDhhmmss"
      column direction    = "debit"
      column amount       from "金额"
      column currency     from "币种"
      column reference    from "平台请求流水号"
      column counterparty from "银行卡号"
      column memo         from "备注"
end
