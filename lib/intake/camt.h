/*
 * Account reports, statements and notifications of ISO 20022 (camt.052, camt.053, camt.054,
 * versions 01 to 08): which elements they have, and the fields of the records that are made of
 * them. The versions differ in places, not in names that would contradict each other (version
 * 01 has TxDtls directly in Ntry, 07 and 08 put Cd into Sts and Pty around a party), so one
 * tree holds the places of all.
 *
 *   camt_tree.c    the tree of elements
 *   camt_record.c  values of the records that are open, and how a record is written
 *   reader_camt.c  the reader: expat, namespaces, limits
 */
#ifndef FA_INTAKE_CAMT_H
#define FA_INTAKE_CAMT_H

#include "intake/fault.h"
#include "intake/records.h"

/* Kinds of records; each is also the scope that the values of one such element live in. A
 * record is written when its element ends: details come before their entry, all before their
 * statement. */
enum fa_camt_scope {
    FA_CAMT_MESSAGE, /* GrpHdr */
    FA_CAMT_STATEMENT,
    FA_CAMT_BALANCE,
    FA_CAMT_TOTAL, /* of TxsSummry */
    FA_CAMT_ENTRY,
    FA_CAMT_BATCH,  /* Btch */
    FA_CAMT_DETAIL, /* TxDtls */
    FA_CAMT_SCOPES,
    FA_CAMT_OWN = FA_CAMT_SCOPES, /* of a column: that of the record */
};

/* FA_CAMT_COLUMN(NAME, "header", scope whose value it shows): a record shows its own scope and
 * those that hold it, as far as "is named in all of them" (the last argument) says so. */
#define FA_CAMT_COLUMNS                                                                        \
    FA_CAMT_COLUMN(RECORD, "record", OWN, 0)                                                   \
    FA_CAMT_COLUMN(MESSAGE, "message", MESSAGE, 1)                                             \
    FA_CAMT_COLUMN(KIND, "kind", MESSAGE, 1)                                                   \
    FA_CAMT_COLUMN(MESSAGE_ID, "message_id", MESSAGE, 1)                                       \
    FA_CAMT_COLUMN(MESSAGE_PAGE, "message_page", MESSAGE, 1)                                   \
    FA_CAMT_COLUMN(MESSAGE_LAST_PAGE, "message_last_page", MESSAGE, 1)                         \
    FA_CAMT_COLUMN(STATEMENT_NO, "statement_no", STATEMENT, 1)                                 \
    FA_CAMT_COLUMN(STATEMENT_ID, "statement_id", STATEMENT, 1)                                 \
    FA_CAMT_COLUMN(ACCOUNT, "account", STATEMENT, 1)                                           \
    FA_CAMT_COLUMN(ACCOUNT_CURRENCY, "account_currency", STATEMENT, 1)                         \
    FA_CAMT_COLUMN(CREATED_AT, "created_at", OWN, 0)                                           \
    FA_CAMT_COLUMN(ACCOUNT_NAME, "account_name", STATEMENT, 0)                                 \
    FA_CAMT_COLUMN(OWNER, "owner", STATEMENT, 0)                                               \
    FA_CAMT_COLUMN(SERVICER, "servicer", STATEMENT, 0)                                         \
    FA_CAMT_COLUMN(NUMBER, "number", STATEMENT, 0)                                             \
    FA_CAMT_COLUMN(LEGAL_NUMBER, "legal_number", STATEMENT, 0)                                 \
    FA_CAMT_COLUMN(PAGE, "page", STATEMENT, 0)                                                 \
    FA_CAMT_COLUMN(LAST_PAGE, "last_page", STATEMENT, 0)                                       \
    FA_CAMT_COLUMN(FROM, "from", STATEMENT, 0)                                                 \
    FA_CAMT_COLUMN(TO, "to", STATEMENT, 0)                                                     \
    FA_CAMT_COLUMN(FROM_DAY, "from_day", STATEMENT, 0)                                         \
    FA_CAMT_COLUMN(TO_DAY, "to_day", STATEMENT, 0)                                             \
    FA_CAMT_COLUMN(COPY, "copy", STATEMENT, 0)                                                 \
    FA_CAMT_COLUMN(OPENING, "opening", STATEMENT, 0)                                           \
    FA_CAMT_COLUMN(OPENING_TYPE, "opening_type", STATEMENT, 0)                                 \
    FA_CAMT_COLUMN(CLOSING, "closing", STATEMENT, 0)                                           \
    FA_CAMT_COLUMN(CLOSING_TYPE, "closing_type", STATEMENT, 0)                                 \
    FA_CAMT_COLUMN(AVAILABLE, "available", STATEMENT, 0)                                       \
    FA_CAMT_COLUMN(LINES, "lines", STATEMENT, 0)                                               \
    FA_CAMT_COLUMN(LINES_SUM, "lines_sum", STATEMENT, 0)                                       \
    FA_CAMT_COLUMN(CREDIT_LINES, "credit_lines", STATEMENT, 0)                                 \
    FA_CAMT_COLUMN(CREDITS, "credits", STATEMENT, 0)                                           \
    FA_CAMT_COLUMN(DEBIT_LINES, "debit_lines", STATEMENT, 0)                                   \
    FA_CAMT_COLUMN(DEBITS, "debits", STATEMENT, 0)                                             \
    FA_CAMT_COLUMN(ENTRIES, "entries", STATEMENT, 0)                                           \
    FA_CAMT_COLUMN(UNBOOKED, "unbooked", STATEMENT, 0)                                         \
    FA_CAMT_COLUMN(TYPE, "type", OWN, 0)                                                       \
    FA_CAMT_COLUMN(SUBTYPE, "subtype", OWN, 0)                                                 \
    FA_CAMT_COLUMN(BALANCE, "balance", OWN, 0)                                                 \
    FA_CAMT_COLUMN(DATE, "date", OWN, 0)                                                       \
    FA_CAMT_COLUMN(DAY, "day", OWN, 0)                                                         \
    FA_CAMT_COLUMN(CREDIT_LINE, "credit_line", OWN, 0)                                         \
    FA_CAMT_COLUMN(CREDIT_LINE_INCLUDED, "credit_line_included", OWN, 0)                       \
    FA_CAMT_COLUMN(COUNT, "count", OWN, 0)                                                     \
    FA_CAMT_COLUMN(SUM, "sum", OWN, 0)                                                         \
    FA_CAMT_COLUMN(ENTRY_NO, "entry_no", ENTRY, 1)                                             \
    FA_CAMT_COLUMN(ENTRY_REF, "entry_ref", ENTRY, 1)                                           \
    FA_CAMT_COLUMN(ENTRY_AMOUNT, "entry_amount", ENTRY, 1)                                     \
    FA_CAMT_COLUMN(ENTRY_DIRECTION, "entry_direction", ENTRY, 1)                               \
    FA_CAMT_COLUMN(REVERSAL, "reversal", ENTRY, 1)                                             \
    FA_CAMT_COLUMN(STATUS, "status", ENTRY, 1)                                                 \
    FA_CAMT_COLUMN(BOOKED, "booked", ENTRY, 1)                                                 \
    FA_CAMT_COLUMN(BOOKED_DAY, "booked_day", ENTRY, 1)                                         \
    FA_CAMT_COLUMN(BOOKED_AT, "booked_at", ENTRY, 1)                                           \
    FA_CAMT_COLUMN(VALUE, "value", ENTRY, 1)                                                   \
    FA_CAMT_COLUMN(VALUE_DAY, "value_day", ENTRY, 1)                                           \
    FA_CAMT_COLUMN(DETAILS, "details", ENTRY, 0)                                               \
    FA_CAMT_COLUMN(BATCHES, "batches", ENTRY, 0)                                               \
    FA_CAMT_COLUMN(BATCH_NO, "batch_no", BATCH, 1)                                             \
    FA_CAMT_COLUMN(BATCH_MESSAGE_ID, "batch_message_id", BATCH, 1)                             \
    FA_CAMT_COLUMN(BATCH_PAYMENT_ID, "batch_payment_id", BATCH, 1)                             \
    FA_CAMT_COLUMN(BATCH_COUNT, "batch_count", BATCH, 1)                                       \
    FA_CAMT_COLUMN(BATCH_AMOUNT, "batch_amount", BATCH, 1)                                     \
    FA_CAMT_COLUMN(BATCH_CURRENCY, "batch_currency", BATCH, 1)                                 \
    FA_CAMT_COLUMN(BATCH_DIRECTION, "batch_direction", BATCH, 1)                               \
    FA_CAMT_COLUMN(DETAIL_NO, "detail_no", DETAIL, 0)                                          \
    FA_CAMT_COLUMN(AMOUNT, "amount", OWN, 0)                                                   \
    FA_CAMT_COLUMN(CURRENCY, "currency", OWN, 0)                                               \
    FA_CAMT_COLUMN(DIRECTION, "direction", OWN, 0)                                             \
    FA_CAMT_COLUMN(SERVICER_REF, "servicer_ref", OWN, 0)                                       \
    FA_CAMT_COLUMN(DOMAIN, "domain", OWN, 0)                                                   \
    FA_CAMT_COLUMN(FAMILY, "family", OWN, 0)                                                   \
    FA_CAMT_COLUMN(SUBFAMILY, "subfamily", OWN, 0)                                             \
    FA_CAMT_COLUMN(CODE, "code", OWN, 0)                                                       \
    FA_CAMT_COLUMN(CODE_ISSUER, "code_issuer", OWN, 0)                                         \
    FA_CAMT_COLUMN(PAYMENT_MESSAGE_ID, "payment_message_id", DETAIL, 1)                        \
    FA_CAMT_COLUMN(PAYMENT_ID, "payment_id", DETAIL, 1)                                        \
    FA_CAMT_COLUMN(INSTRUCTION_ID, "instruction_id", DETAIL, 1)                                \
    FA_CAMT_COLUMN(END_TO_END_ID, "end_to_end_id", DETAIL, 1)                                  \
    FA_CAMT_COLUMN(UETR, "uetr", DETAIL, 1)                                                    \
    FA_CAMT_COLUMN(TRANSACTION_ID, "transaction_id", DETAIL, 1)                                \
    FA_CAMT_COLUMN(MANDATE_ID, "mandate_id", DETAIL, 1)                                        \
    FA_CAMT_COLUMN(CHEQUE_NO, "cheque_no", DETAIL, 1)                                          \
    FA_CAMT_COLUMN(CLEARING_REF, "clearing_ref", DETAIL, 1)                                    \
    FA_CAMT_COLUMN(OTHER_REF, "other_ref", DETAIL, 1)                                          \
    FA_CAMT_COLUMN(TRANSACTION_AMOUNT, "transaction_amount", DETAIL, 1)                        \
    FA_CAMT_COLUMN(TRANSACTION_CURRENCY, "transaction_currency", DETAIL, 1)                    \
    FA_CAMT_COLUMN(INSTRUCTED_AMOUNT, "instructed_amount", DETAIL, 1)                          \
    FA_CAMT_COLUMN(INSTRUCTED_CURRENCY, "instructed_currency", DETAIL, 1)                      \
    FA_CAMT_COLUMN(COUNTERPARTY, "counterparty", DETAIL, 1)                                    \
    FA_CAMT_COLUMN(COUNTERPARTY_ACCOUNT, "counterparty_account", DETAIL, 1)                    \
    FA_CAMT_COLUMN(DEBTOR, "debtor", DETAIL, 1)                                                \
    FA_CAMT_COLUMN(DEBTOR_ACCOUNT, "debtor_account", DETAIL, 1)                                \
    FA_CAMT_COLUMN(DEBTOR_AGENT, "debtor_agent", DETAIL, 1)                                    \
    FA_CAMT_COLUMN(ULTIMATE_DEBTOR, "ultimate_debtor", DETAIL, 1)                              \
    FA_CAMT_COLUMN(CREDITOR, "creditor", DETAIL, 1)                                            \
    FA_CAMT_COLUMN(CREDITOR_ACCOUNT, "creditor_account", DETAIL, 1)                            \
    FA_CAMT_COLUMN(CREDITOR_AGENT, "creditor_agent", DETAIL, 1)                                \
    FA_CAMT_COLUMN(ULTIMATE_CREDITOR, "ultimate_creditor", DETAIL, 1)                          \
    FA_CAMT_COLUMN(PURPOSE, "purpose", DETAIL, 1)                                              \
    FA_CAMT_COLUMN(REMITTANCE, "remittance", DETAIL, 1)                                        \
    FA_CAMT_COLUMN(CREDITOR_REF, "creditor_ref", DETAIL, 1)                                    \
    FA_CAMT_COLUMN(DOCUMENT_NO, "document_no", DETAIL, 1)                                      \
    FA_CAMT_COLUMN(RETURN_REASON, "return_reason", DETAIL, 1)                                  \
    FA_CAMT_COLUMN(RETURN_INFO, "return_info", DETAIL, 1)                                      \
    FA_CAMT_COLUMN(ACCEPTED_AT, "accepted_at", DETAIL, 1)                                      \
    FA_CAMT_COLUMN(INFO, "info", OWN, 0)                                                       \
    FA_CAMT_COLUMN(TEXT, "text", OWN, 0)

enum fa_camt_column {
#define FA_CAMT_COLUMN(name, header, scope, is_passed_on) FA_CAMT_COLUMN_##name,
    FA_CAMT_COLUMNS
#undef FA_CAMT_COLUMN
        FA_CAMT_HEADER_COUNT,
    /* kept beside them, for the statement */
    FA_CAMT_COLUMN_INTERIM = FA_CAMT_HEADER_COUNT, /* the first balance ITBD, the last */
    FA_CAMT_COLUMN_INTERIM_DAY,
    FA_CAMT_COLUMN_LAST_INTERIM,
    FA_CAMT_COLUMN_LAST_INTERIM_DAY,
    FA_CAMT_SLOT_COUNT,
    FA_CAMT_NO_COLUMN = 0, /* nothing is read into the name of the record */
};

/* --- the tree --- */

enum fa_camt_role {
    FA_CAMT_GROUP,  /* holds others; what it does not know in it is passed over */
    FA_CAMT_CLOSED, /* holds others, and nothing that it does not know */
    FA_CAMT_VALUE,  /* its text goes into its column */
    FA_CAMT_SKIPPED,
    FA_CAMT_RECORD,  /* closed; makes a record of its scope */
    FA_CAMT_BATCHED, /* closed; its batch belongs to its details only */
};

struct fa_camt_node {
    const char *name;
    uint8_t name_size;
    uint8_t depth; /* from 0, below the element of the message */
    uint8_t role, scope;
    uint8_t column, currency_column; /* of the attribute Ccy */
    bool repeats;                    /* several are put together, with a blank between */
    uint16_t child, sibling;         /* the first child, the next sibling, as index; 0: none */
};

enum { FA_CAMT_NODES_MAX = 560, FA_CAMT_ROOT = 0 };

struct fa_camt_tree {
    uint32_t count;
    struct fa_camt_node nodes[FA_CAMT_NODES_MAX];
};

/* One of the three messages. */
struct fa_camt_message {
    const char *name;      /* "camt.053" */
    const char *kind;      /* "statement" */
    const char *element;   /* "BkToCstmrStmt" */
    const char *element_1; /* the same in version 01 */
    const char *statement; /* "Stmt" */
    const char *pagination, *info;
};
enum { FA_CAMT_MESSAGES = 3, FA_CAMT_VERSIONS = 8 };
extern const struct fa_camt_message fa_camt_messages[FA_CAMT_MESSAGES];

/* The elements below that of the message. */
void fa_camt_tree_make(const struct fa_camt_message *message, struct fa_camt_tree *tree);
/* The index of PARENT's child of that name, looked for from sibling HINT on; 0: there is none.
 */
uint32_t fa_camt_tree_find(const struct fa_camt_tree *tree, uint32_t parent, uint32_t hint,
                           const char *name, size_t size);

/* --- the values of what is open --- */

struct fa_camt_slot {
    uint32_t start, size;
};

struct fa_camt_values {
    struct fa_buf text;
    struct fa_camt_slot slots[FA_CAMT_SLOT_COUNT];
    struct fa_origin origin;
    bool is_shown; /* records below it were written and show what it passes on */
};

struct fa_camt_record {
    struct fa_camt_values scopes[FA_CAMT_SCOPES];
    /* ordinals within the file, the statement, the entry, the entry; 0: none yet */
    uint64_t statement_no, entry_no, batch_no, detail_no;
    uint64_t unbooked_count; /* entries of the statement that are pending or for information */
    bool has_batch;          /* of the group of details that is open */
    uint64_t interim_count;  /* balances ITBD of the statement */
    bool has_opening, has_previous; /* a balance OPBD, PRCD */
    bool has_closing;               /* CLBD */
    bool is_out_of_memory, is_too_large;
};

void fa_camt_record_release(struct fa_camt_record *record);

struct fa_str fa_camt_value(const struct fa_camt_record *record, enum fa_camt_scope scope,
                            enum fa_camt_column column);

/* Puts a value in its place; REPEATS: behind the one that is there. */
enum fa_camt_fault {
    FA_CAMT_SOUND,
    FA_CAMT_TWICE, /* there is one */
    FA_CAMT_LATE,  /* records that should show it were written without it */
    FA_CAMT_LARGE, /* it is past its limit */
};
enum fa_camt_fault fa_camt_set(struct fa_camt_record *record, enum fa_camt_scope scope,
                               enum fa_camt_column column, struct fa_str value, bool repeats);

/* An element begins: what its scope held is forgotten. */
void fa_camt_open(struct fa_camt_record *record, enum fa_camt_scope scope,
                  struct fa_origin origin);
/* It ends: what follows from its values is added, and the record is written. ELEMENT is its
 * name. */
void fa_camt_close(struct fa_camt_record *record, enum fa_camt_scope scope,
                   struct fa_str element, struct fa_records *out);
void fa_camt_write_header(struct fa_records *out);

#endif
