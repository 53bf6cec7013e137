profile bills
  title "Bills of a payment platform"
  files "bill-*.csv"
  blanks trim
  surplus empty
  thousands ","
  missing "-"
  zone Asia/Shanghai
  currency CNY
  skip "--*--"
  footer "end of list*"
  ignore when "state" is "draft"
  total rows = "{} records"
  total "amount" = "paid in: {}" when "in/out" is "in"
  table flow
    column time from "day", "clock" form "YYYYMMDDhhmmss"
    column status = "settled"
    column memo from heading "name: {}"
    row when "in/out" is "in"
      column flow_id from "no"
      column amount from "amount" prefix "¥" unsigned
      column payer_account from "party"
      column payee_account = "platform"
      column kind from "type" map "order" pay, "refund" refund
    row when "in/out" is "out"
      column flow_id from "no"
      column amount from "amount" prefix "¥" unsigned
      column payer_account = "platform"
      column payee_account from "party"
      column kind = "withdraw"
    row when "in/out" is "out" and "fee" is present
      column flow_id from "no", text "-fee"
      column amount from "fee" implied 2
      column payer_account from "party"
      column payee_account = "platform"
      column kind = "fee"
  table statement
    row when "in/out" is "bank"
      column statement_id from text "S", record
      column account = "platform"
      column booked_at from "day" form "YYYYMMDD"
      column amount from "amount" sign direction
end
