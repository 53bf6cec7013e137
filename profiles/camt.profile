# Statements that banks send as XML messages of ISO 20022, versions 01 to 08: camt.053, which has an opening
# and a closing balance, camt.052, which has the entries so far, and camt.054, which has single ones. Of each
# statement the table statement_period has a row, with its balances; of each entry the table statement; of each
# payment within an entry the table statement_detail. A period_id is the file's name and the statement's ordinal
# in it, a statement_id those and the entry's ordinal.
#
# An entry is one line whatever payments it holds, so lines foot; where it holds a single payment, reference,
# counterparty and memo are that payment's. The reference of any other is the number that the customer gave the
# batch (PmtInfId), by which a scheme finds its payments: match flows by instruction_id = reference.
# A reversal has the direction of its own money. Entries that are not booked (PDNG, INFO, FUTR), balances and
# totals (the statements have them) and batches are counted as ignored; where a statement has such entries, its
# totals count them, so they are not held against its lines. A day without a time is taken as its first instant.
# Where the bank's time is not UTC and it writes times without a zone, copy this profile with its zone.
profile camt
  title    "ISO 20022 camt.052, camt.053, camt.054: statements of a bank"
  files    "*camt*.xml", "*CAMT*.xml", "*camt*.XML", "*CAMT*.XML"
  format   camt
  zone     UTC
  missing  "NOTPROVIDED"
  ignore   "message", "message_id", "message_page", "message_last_page", "account_currency", "created_at",
           "account_name", "owner", "servicer", "legal_number", "last_page", "from", "to", "copy", "lines_sum",
           "entries", "subtype", "date", "credit_line", "credit_line_included", "count", "sum", "entry_ref",
           "entry_amount", "entry_direction", "booked", "value", "details", "batches", "batch_no",
           "batch_message_id", "batch_count", "batch_amount", "batch_currency",
           "batch_direction", "domain", "family", "subfamily", "code", "code_issuer", "payment_message_id",
           "payment_id", "instruction_id", "uetr", "transaction_id", "mandate_id", "cheque_no", "clearing_ref",
           "other_ref", "transaction_amount", "transaction_currency", "instructed_amount",
           "instructed_currency", "counterparty_account", "debtor", "debtor_account", "debtor_agent",
           "ultimate_debtor", "creditor", "creditor_account", "creditor_agent", "ultimate_creditor", "purpose",
           "remittance", "creditor_ref", "document_no", "return_reason", "return_info", "accepted_at", "info",
           "type", "balance", "day"
  ignore when "record" is "message", "balance", "total", "batch"
  ignore when "status" is "PDNG", "INFO", "FUTR"
  table statement
    column statement_id   from name "{}", text "#", "statement_no", text ".", "entry_no"
    column account        from "account"
    column value_date     from "value_day"
    column direction      from "direction" map "CRDT" credit, "DBIT" debit
    column amount         from "amount"
    column currency       from "currency"
    column counterparty   from "counterparty"
    column reversal       from "reversal" map "true" true, "1" true, "false" false, "0" false
    column period_id      from name "{}", text "#", "statement_no"
    column memo           from "text"
    row when "record" is "entry" and "status" is "BOOK" and "booked_at" is missing and "end_to_end_id" is present
      column booked_at    from "booked_day", text " 00:00"
      column reference    from "end_to_end_id"
    row when "record" is "entry" and "status" is "BOOK" and "booked_at" is present and "end_to_end_id" is present
      column booked_at    from "booked_at"
      column reference    from "end_to_end_id"
    row when "record" is "entry" and "status" is "BOOK" and "booked_at" is missing and "end_to_end_id" is missing
      column booked_at    from "booked_day", text " 00:00"
      column reference    from "batch_payment_id"
    row when "record" is "entry" and "status" is "BOOK" and "booked_at" is present and "end_to_end_id" is missing
      column booked_at    from "booked_at"
      column reference    from "batch_payment_id"
  table statement_detail
    column statement_id   from name "{}", text "#", "statement_no", text ".", "entry_no"
    column detail_no      from "detail_no"
    column account        from "account"
    column direction      from "direction" map "CRDT" credit, "DBIT" debit
    column amount         from "amount"
    column currency       from "currency"
    column reference      from "end_to_end_id"
    column bank_reference from "servicer_ref"
    column counterparty   from "counterparty"
    column memo           from "text"
    row when "record" is "detail" and "status" is "BOOK" and "booked_at" is missing
      column booked_at    from "booked_day", text " 00:00"
    row when "record" is "detail" and "status" is "BOOK" and "booked_at" is present
      column booked_at    from "booked_at"
  table statement_period
    column account        from "account"
    column period_id      from name "{}", text "#", "statement_no"
    column kind           from "kind" map "statement" booked, "report" interim, "notification" notice
    column number         from "number"
    column page           from "page"
    column reference      from "statement_id"
    column from_day       from "from_day"
    column to_day         from "to_day"
    column opening        from "opening"
    column closing        from "closing"
    column opening_page   from "opening_type" map "ITBD" true, "OPBD" false, "PRCD" false
    column closing_page   from "closing_type" map "ITBD" true, "CLBD" false
    column available      from "available"
    column currency       from "currency"
    row when "record" is "statement" and "unbooked" is present
    row when "record" is "statement" and "unbooked" is missing
      column lines        from "lines"
      column credit_lines from "credit_lines"
      column credits      from "credits"
      column debit_lines  from "debit_lines"
      column debits       from "debits"
end
