# TRANSACTION: the daily check file that a depository bank of the Lanmao standard (懒猫: 新网银行,
# 海口联合农商) gives a lending platform (DOWNLOAD_CHECKFILE), CSV with a line of Chinese headings. The
# layout is that of the interface as public integrations state it; no file of it is public, so it was
# tested on made ones.
#
# A line is a movement between two users' accounts, or one of them and an account of the platform
# (SYS_GENERATE_000 to 007): it gives two lines of the statement, money out for 发起方 and money in for
# 接收方. 金额 is all that moved; 利息金额 is the part of it that is interest, and is left out. FREEZE and
# UNFREEZE move nothing: they are left out and counted. A 业务类型 that is not known is refused. The
# platform's own number of the request (平台请求流水号) is the reference.
# Assumed: the clock (Asia/Shanghai), times as YYYYMMDDhhmmss, which the interface uses throughout.
profile lanmao-transaction
  title    "Lanmao depository: movements between users (TRANSACTION)"
  files    "????????_*_TRANSACTION.txt"
  zone     Asia/Shanghai
  ignore   "平台商编", "利息金额", "发起方会员编号", "接收方会员编号", "标的号", "原订单号", "债权份额", "商户自定义参数"
  ignore when "业务类型" is "FREEZE", "UNFREEZE", "APPEND_FREEZE", "INTELLIGENT_APPEND"
  table statement
    column booked_at from "发生时间" form "YYYYMMDDhhmmss"
    column amount    from "金额"
    column currency  from "币种"
    column reference from "平台请求流水号"
    column memo      from "业务类型", text " ", "备注"
    row when "业务类型" is "TENDER", "REPAYMENT", "CREDIT_ASSIGNMENT", "COMPENSATORY", "INDIRECT_COMPENSATORY",
                           "COMPENSATORY_REPAYMENT", "PLATFORM_INDEPENDENT_PROFIT", "MARKETING", "INTEREST",
                           "ALTERNATIVE_RECHARGE", "INTEREST_REPAYMENT", "COMMISSION", "PROFIT", "DEDUCT",
                           "FUNDS_TRANSFER", "PLATFORM_SERVICE_DEDUCT"
      column statement_id from text "TRANSACTION/", "订单号", text "/", "业务类型", text "/D"
      column account      from "发起方平台用户编号"
      column direction    = "debit"
      column counterparty from "接收方平台用户编号"
    row when "业务类型" is "TENDER", "REPAYMENT", "CREDIT_ASSIGNMENT", "COMPENSATORY", "INDIRECT_COMPENSATORY",
                           "COMPENSATORY_REPAYMENT", "PLATFORM_INDEPENDENT_PROFIT", "MARKETING", "INTEREST",
                           "ALTERNATIVE_RECHARGE", "INTEREST_REPAYMENT", "COMMISSION", "PROFIT", "DEDUCT",
                           "FUNDS_TRANSFER", "PLATFORM_SERVICE_DEDUCT"
      column statement_id from text "TRANSACTION/", "订单号", text "/", "业务类型", text "/C"
      column account      from "接收方平台用户编号"
      column direction    = "credit"
      column counterparty from "发起方平台用户编号"
end
