# The statement of an investor's account at Iuvo (a marketplace for loans), as CSV: a title before the
# header, and behind the lines how many there are, which must agree. Amounts are doubles with up to 19
# decimals, so they are rounded to ten; the balance is rounded to cents, so no link of it holds and it is
# left out. A kind of transaction that is not known is refused. The export does not say its account, so it
# is named by the file, nor its zone.
# Assumed: UTC.
profile iuvo-statement
  title    "Iuvo: account statement (CSV)"
  files    "*iuvo*.csv"
  footer   "Rows: *"
  total rows = "Rows: {}"
  zone     UTC
  currency EUR
  currency EUR scale 10
  rounding half even
  ignore   "Loan ID", "Portfolio Name", "Balance"
  table statement
    row when "Transaction Type" is "payment_principal", "payment_principal_buyback",
                                   "payment_principal_early", "payment_interest",
                                   "payment_interest_buyback", "payment_interest_early",
                                   "primary_market_auto_invest", "primary_market_invest", "late_fee",
                                   "deposit", "withdraw"
      column statement_id from "Transaction ID"
      column account      from name "{}"
      column booked_at    from "Date"
      column amount       from "Turnover" exponent sign direction
      column currency     = "EUR"
      column memo         from "Transaction Type"
end
