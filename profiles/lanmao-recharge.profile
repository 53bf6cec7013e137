# RECHARGE: the daily check file that a depository bank of the Lanmao standard (懒猫: 新网银行,
# 海口联合农商) gives a lending platform (DOWNLOAD_CHECKFILE), CSV with a line of Chinese headings. The
# layout is that of the interface as public integrations state it; no file of it is public, so it was
# tested on made ones.
#
# A line is money that came in on a user's account: 金额, as platforms compare it; 到账金额, what is left
# of it after charges, is left out. The platform's own number of the request (平台请求流水号) is the
# reference. RECHARGE/ and 充值订单编号 are the line's number.
# Assumed: the clock (Asia/Shanghai), times as YYYYMMDDhhmmss, which the interface uses throughout.
profile lanmao-recharge
  title    "Lanmao depository: money that users paid in (RECHARGE)"
  files    "????????_*_RECHARGE.txt"
  zone     Asia/Shanghai
  ignore   "平台商编", "支付公司代码", "业务类型", "会员编号", "银行编码", "支付方式", "到账金额", "支付公司订单号"
  table statement
    column statement_id from text "RECHARGE/", "充值订单编号"
    column account      from "平台用户编号"
    column booked_at    from "充值时间" form "YYYYMMDDhhmmss"
    column direction    = "credit"
    column amount       from "金额"
    column currency     from "币种"
    column reference    from "平台请求流水号"
    column counterparty from "银行卡号"
    column memo         from "备注"
end
