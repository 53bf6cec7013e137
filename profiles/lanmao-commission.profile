# COMMISSION: the daily check file that a depository bank of the Lanmao standard (懒猫: 新网银行,
# 海口联合农商) gives a lending platform (DOWNLOAD_CHECKFILE), CSV with a line of Chinese headings. The
# layout is that of the interface as public integrations state it; no file of it is public, so it was
# tested on made ones.
#
# A line is a charge that moved from one account (发起方) to another (接收方): it gives two lines of the
# statement, money out and money in. A 业务类型 that is not known is refused. The platform's own number of
# the request (请求流水号) is the reference.
# Assumed: the clock (Asia/Shanghai), times as YYYYMMDDhhmmss, which the interface uses throughout.
profile lanmao-commission
  title    "Lanmao depository: charges (COMMISSION)"
  files    "????????_*_COMMISSION.txt"
  zone     Asia/Shanghai
  ignore   "平台商编", "标的号"
  table statement
    column booked_at from "扣款时间" form "YYYYMMDDhhmmss"
    column amount    from "金额"
    column currency  from "币种"
    column reference from "请求流水号"
    column memo      from "业务类型", text " ", "备注"
    row when "业务类型" is "COMMISSION", "PROFIT", "DEDUCT", "PLATFORM_SERVICE_DEDUCT", "PLATFORM_INDEPENDENT_PROFIT"
      column statement_id from text "COMMISSION/", "订单号", text "/", "业务类型", text "/D"
      column account      from "发起方平台用户编号"
      column direction    = "debit"
      column counterparty from "接收方平台用户编号"
    row when "业务类型" is "COMMISSION", "PROFIT", "DEDUCT", "PLATFORM_SERVICE_DEDUCT", "PLATFORM_INDEPENDENT_PROFIT"
      column statement_id from text "COMMISSION/", "订单号", text "/", "业务类型", text "/C"
      column account      from "接收方平台用户编号"
      column direction    = "credit"
      column counterparty from "发起方平台用户编号"
end
