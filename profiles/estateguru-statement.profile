# The statement of an investor's account at EstateGuru (a marketplace for loans), as CSV: amounts with a
# sign, a running balance that returned investments lack, and what is available as a line at the end, in
# the user's language. A kind of transaction that is not known is refused. The export does not say its
# account, so it is named by the file, nor its zone.
# Assumed: UTC. A line is booked when it was confirmed.
profile estateguru-statement
  title    "EstateGuru: account statement (CSV)"
  files    "*estateguru*.csv"
  skip     "Derzeit verfügbare Mittel,*", "Currently available to invest,*"
  zone     UTC
  ignore   "Payment Date"
  table statement
    row when "Cash Flow Type" is "Bonus", "Deposit", "Indemnity", "Interest", "Investment(Auto Invest)",
                                 "Principal", "Withdrawal"
         and "Cash Flow Status" is "Approved", "Returned"
      column statement_id  from "UniqueId"
      column account       from name "{}"
      column booked_at     from "Confirmation Date" form "DD/MM/YYYY hh:mm"
      column amount        from "Amount" exponent sign direction
      column currency      from "Currency"
      column balance_after from "Available to invest" exponent
      column memo          from "Cash Flow Type", text " ", "Cash Flow Status", text " ", "Project Name"
end
