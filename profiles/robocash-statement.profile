# The statement of an investor's account at Robocash (a marketplace for loans), as a workbook (.xls):
# amounts without a sign, whose side the operation says, and the balance of the portfolio's money behind
# each line. Amounts are doubles with up to ten decimals. A kind of operation that is not known is
# refused. The export does not say its account, so it is named by the file, nor its zone.
# Assumed: UTC, and euros.
profile robocash-statement
  title    "Robocash: account statement (workbook)"
  files    "*robocash*.xls"
  format   sheet
  zone     UTC
  currency EUR
  currency EUR scale 10 tolerance 1
  rounding half even
  ignore   "Investor's balance", "Portfolio's loans"
  table statement
    column statement_id  from record
    column account       from name "{}"
    column booked_at     from "Date and time"
    column amount        from "Amount" exponent
    column currency      = "EUR"
    column balance_after from "Portfolio's balance" exponent
    column memo          from "Operation"
    row when "Operation" is "Returning a loan", "Paying interest", "Refilling a portfolio"
      column direction = "credit"
    row when "Operation" is "Purchasing a loan", "Withdrawing funds"
      column direction = "debit"
end
