# The statement of an investor's account that Mintos (a marketplace for loans) lets its users download,
# as CSV. Its amounts are doubles written with up to 15 digits, some with an exponent, so sums of them
# are off by the last digit: they are rounded to eight decimals, and a running balance may be off by one
# unit of the last of them. All transaction ids of the export are one word; the id of a line is made
# from its record. The export does not say its zone. What was done stands in free text (Details), which is
# the memo: a kind of transaction that is new is no reason to reject a line, and the running balance proves
# that none is missing.
profile mintos-account-statement
  title    "Mintos: account statement"
  table    statement
  zone     UTC
  currency EUR scale 8 tolerance 1
  rounding half even
  column   statement_id  from record
  column   account       = "mintos"
  column   booked_at     from "Date"
  column   amount        from "Turnover" exponent sign direction
  column   balance_after from "Balance" exponent
  column   currency      from "Currency"
  column   memo          from "Details"
  ignore   "Transaction ID"
end
