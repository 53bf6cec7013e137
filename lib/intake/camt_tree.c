#include <string.h>

#include "intake/camt.h"

const struct fa_camt_message fa_camt_messages[FA_CAMT_MESSAGES] = {
    {"camt.052", "report", "BkToCstmrAcctRpt", "BkToCstmrAcctRptV01", "Rpt", "RptPgntn",
     "AddtlRptInf"},
    {"camt.053", "statement", "BkToCstmrStmt", "BkToCstmrStmtV01", "Stmt", "StmtPgntn",
     "AddtlStmtInf"},
    {"camt.054", "notification", "BkToCstmrDbtCdtNtfctn", "BkToCstmrDbtCdtNtfctnV01", "Ntfctn",
     "NtfctnPgntn", "AddtlNtfctnInf"},
};

/* The elements in the order of the messages, each with its depth; (0) begins the group above
 * it. What differs between the messages is named by the words in brackets. */
struct line {
    uint8_t depth;
    const char *name;
    uint8_t role, scope, column, currency_column;
    bool repeats;
};

#define GROUP(depth, name)                                                                     \
    {                                                                                          \
        depth, name, FA_CAMT_GROUP, 0, 0, 0, false                                             \
    }
#define CLOSED(depth, name)                                                                    \
    {                                                                                          \
        depth, name, FA_CAMT_CLOSED, 0, 0, 0, false                                            \
    }
#define SKIPPED(depth, name)                                                                   \
    {                                                                                          \
        depth, name, FA_CAMT_SKIPPED, 0, 0, 0, false                                           \
    }
#define RECORD(depth, name, scope)                                                             \
    {                                                                                          \
        depth, name, FA_CAMT_RECORD, FA_CAMT_##scope, 0, 0, false                              \
    }
#define VALUE(depth, name, scope, column)                                                      \
    {                                                                                          \
        depth, name, FA_CAMT_VALUE, FA_CAMT_##scope, FA_CAMT_COLUMN_##column, 0, false         \
    }
#define VALUES(depth, name, scope, column)                                                     \
    {                                                                                          \
        depth, name, FA_CAMT_VALUE, FA_CAMT_##scope, FA_CAMT_COLUMN_##column, 0, true          \
    }
#define AMOUNT(depth, name, scope, column, currency)                                           \
    {                                                                                          \
        depth, name, FA_CAMT_VALUE, FA_CAMT_##scope, FA_CAMT_COLUMN_##column,                  \
            FA_CAMT_COLUMN_##currency, false                                                   \
    }

/* Either a code or the bank's own word. */
#define CODE(depth, scope, column)                                                             \
    VALUE(depth, "Cd", scope, column), VALUE(depth, "Prtry", scope, column)
/* A date, or a date with time. */
#define DATE(depth, scope, column)                                                             \
    VALUE(depth, "Dt", scope, column), VALUE(depth, "DtTm", scope, column)
/* An account has one of these numbers; all but the first two in version 01 only. */
#define NUMBER(depth, scope, column)                                                           \
    GROUP(depth, "Id"), VALUE(depth + 1, "IBAN", scope, column), GROUP(depth + 1, "Othr"),     \
        VALUE(depth + 2, "Id", scope, column), VALUE(depth + 1, "BBAN", scope, column),        \
        VALUE(depth + 1, "UPIC", scope, column), GROUP(depth + 1, "PrtryAcct"),                \
        VALUE(depth + 2, "Id", scope, column)
/* A party's name; since version 07 in Pty, or in Agt of a bank. */
#define PARTY(depth, name, column)                                                             \
    GROUP(depth, name), VALUE(depth + 1, "Nm", DETAIL, column), GROUP(depth + 1, "Pty"),       \
        VALUE(depth + 2, "Nm", DETAIL, column), GROUP(depth + 1, "Agt"),                       \
        GROUP(depth + 2, "FinInstnId"), VALUE(depth + 3, "Nm", DETAIL, column)
/* A bank: BIC up to version 02, BICFI since. */
#define BANK(depth, name, scope, column)                                                       \
    GROUP(depth, name), GROUP(depth + 1, "FinInstnId"),                                        \
        VALUE(depth + 2, "BIC", scope, column), VALUE(depth + 2, "BICFI", scope, column)
#define BANK_CODE(depth, scope)                                                                \
    GROUP(depth, "BkTxCd"), GROUP(depth + 1, "Domn"), VALUE(depth + 2, "Cd", scope, DOMAIN),   \
        GROUP(depth + 2, "Fmly"), VALUE(depth + 3, "Cd", scope, FAMILY),                       \
        VALUE(depth + 3, "SubFmlyCd", scope, SUBFAMILY), GROUP(depth + 1, "Prtry"),            \
        VALUE(depth + 2, "Cd", scope, CODE), VALUE(depth + 2, "Issr", scope, CODE_ISSUER)
/* The net sum stands beside the others up to version 03, in a group of its own since 04. */
#define TOTAL(depth, name)                                                                     \
    RECORD(depth, name, TOTAL), VALUE(depth + 1, "NbOfNtries", TOTAL, COUNT),                  \
        VALUE(depth + 1, "Sum", TOTAL, SUM), VALUE(depth + 1, "TtlNetNtryAmt", TOTAL, AMOUNT), \
        VALUE(depth + 1, "CdtDbtInd", TOTAL, DIRECTION), GROUP(depth + 1, "TtlNetNtry"),       \
        VALUE(depth + 2, "Amt", TOTAL, AMOUNT),                                                \
        VALUE(depth + 2, "CdtDbtInd", TOTAL, DIRECTION), SKIPPED(depth + 1, "CdtNtries"),      \
        SKIPPED(depth + 1, "DbtNtries"), SKIPPED(depth + 1, "FcstInd"),                        \
        BANK_CODE(depth + 1, TOTAL), SKIPPED(depth + 1, "Avlbty"), SKIPPED(depth + 1, "Dt")
#define BATCH(depth)                                                                           \
    RECORD(depth, "Btch", BATCH), VALUE(depth + 1, "MsgId", BATCH, BATCH_MESSAGE_ID),          \
        VALUE(depth + 1, "PmtInfId", BATCH, BATCH_PAYMENT_ID),                                 \
        VALUE(depth + 1, "NbOfTxs", BATCH, BATCH_COUNT),                                       \
        AMOUNT(depth + 1, "TtlAmt", BATCH, BATCH_AMOUNT, BATCH_CURRENCY),                      \
        VALUE(depth + 1, "CdtDbtInd", BATCH, BATCH_DIRECTION)
/* What TxDtls holds. */
#define REFERENCES(depth)                                                                      \
    GROUP(depth, "Refs"), VALUE(depth + 1, "MsgId", DETAIL, PAYMENT_MESSAGE_ID),               \
        VALUE(depth + 1, "AcctSvcrRef", DETAIL, SERVICER_REF),                                 \
        VALUE(depth + 1, "PmtInfId", DETAIL, PAYMENT_ID),                                      \
        VALUE(depth + 1, "InstrId", DETAIL, INSTRUCTION_ID),                                   \
        VALUE(depth + 1, "EndToEndId", DETAIL, END_TO_END_ID),                                 \
        VALUE(depth + 1, "UETR", DETAIL, UETR),                                                \
        VALUE(depth + 1, "TxId", DETAIL, TRANSACTION_ID),                                      \
        VALUE(depth + 1, "MndtId", DETAIL, MANDATE_ID),                                        \
        VALUE(depth + 1, "ChqNb", DETAIL, CHEQUE_NO),                                          \
        VALUE(depth + 1, "ClrSysRef", DETAIL, CLEARING_REF),                                   \
        VALUES(depth + 1, "AcctOwnrTxId", DETAIL, OTHER_REF),                                  \
        VALUES(depth + 1, "AcctSvcrTxId", DETAIL, OTHER_REF),                                  \
        VALUES(depth + 1, "MktInfrstrctrTxId", DETAIL, OTHER_REF),                             \
        VALUES(depth + 1, "PrcgId", DETAIL, OTHER_REF), GROUP(depth + 1, "Prtry"),             \
        VALUES(depth + 2, "Ref", DETAIL, OTHER_REF)
#define AMOUNTS(depth)                                                                         \
    GROUP(depth, "AmtDtls"), GROUP(depth + 1, "InstdAmt"),                                     \
        AMOUNT(depth + 2, "Amt", DETAIL, INSTRUCTED_AMOUNT, INSTRUCTED_CURRENCY),              \
        GROUP(depth + 1, "TxAmt"),                                                             \
        AMOUNT(depth + 2, "Amt", DETAIL, TRANSACTION_AMOUNT, TRANSACTION_CURRENCY)
#define PARTIES(depth)                                                                         \
    GROUP(depth, "RltdPties"), PARTY(depth + 1, "Dbtr", DEBTOR), GROUP(depth + 1, "DbtrAcct"), \
        NUMBER(depth + 2, DETAIL, DEBTOR_ACCOUNT),                                             \
        PARTY(depth + 1, "UltmtDbtr", ULTIMATE_DEBTOR), PARTY(depth + 1, "Cdtr", CREDITOR),    \
        GROUP(depth + 1, "CdtrAcct"), NUMBER(depth + 2, DETAIL, CREDITOR_ACCOUNT),             \
        PARTY(depth + 1, "UltmtCdtr", ULTIMATE_CREDITOR), GROUP(depth, "RltdAgts"),            \
        BANK(depth + 1, "DbtrAgt", DETAIL, DEBTOR_AGENT),                                      \
        BANK(depth + 1, "CdtrAgt", DETAIL, CREDITOR_AGENT)
#define REMITTANCE(depth)                                                                      \
    GROUP(depth, "RmtInf"), VALUES(depth + 1, "Ustrd", DETAIL, REMITTANCE),                    \
        GROUP(depth + 1, "Strd"), GROUP(depth + 2, "RfrdDocInf"),                              \
        VALUES(depth + 3, "RfrdDocNb", DETAIL, DOCUMENT_NO),                                   \
        VALUES(depth + 3, "Nb", DETAIL, DOCUMENT_NO), GROUP(depth + 2, "CdtrRefInf"),          \
        VALUES(depth + 3, "CdtrRef", DETAIL, CREDITOR_REF),                                    \
        VALUES(depth + 3, "Ref", DETAIL, CREDITOR_REF),                                        \
        VALUES(depth + 2, "AddtlRmtInf", DETAIL, REMITTANCE)
#define RETURN(depth)                                                                          \
    GROUP(depth, "RtrInf"), GROUP(depth + 1, "Rsn"), CODE(depth + 2, DETAIL, RETURN_REASON),   \
        GROUP(depth + 1, "RtrRsn"), CODE(depth + 2, DETAIL, RETURN_REASON),                    \
        VALUES(depth + 1, "AddtlInf", DETAIL, RETURN_INFO),                                    \
        VALUES(depth + 1, "AddtlRtrRsnInf", DETAIL, RETURN_INFO)
#define DETAIL(depth)                                                                          \
    RECORD(depth, "TxDtls", DETAIL), REFERENCES(depth + 1),                                    \
        AMOUNT(depth + 1, "Amt", DETAIL, AMOUNT, CURRENCY),                                    \
        VALUE(depth + 1, "CdtDbtInd", DETAIL, DIRECTION), AMOUNTS(depth + 1),                  \
        BANK_CODE(depth + 1, DETAIL), PARTIES(depth + 1), GROUP(depth + 1, "Purp"),            \
        CODE(depth + 2, DETAIL, PURPOSE), REMITTANCE(depth + 1), GROUP(depth + 1, "RltdDts"),  \
        VALUE(depth + 2, "AccptncDtTm", DETAIL, ACCEPTED_AT), RETURN(depth + 1),               \
        VALUE(depth + 1, "AddtlTxInf", DETAIL, INFO), SKIPPED(depth + 1, "Avlbty"),            \
        SKIPPED(depth + 1, "Chrgs"), SKIPPED(depth + 1, "Intrst"),                             \
        SKIPPED(depth + 1, "LclInstrm"), SKIPPED(depth + 1, "RltdRmtInf"),                     \
        SKIPPED(depth + 1, "RltdPric"), SKIPPED(depth + 1, "RltdQties"),                       \
        SKIPPED(depth + 1, "FinInstrmId"), SKIPPED(depth + 1, "Tax"),                          \
        SKIPPED(depth + 1, "CorpActn"), SKIPPED(depth + 1, "SfkpgAcct"),                       \
        SKIPPED(depth + 1, "CshDpst"), SKIPPED(depth + 1, "CardTx"),                           \
        SKIPPED(depth + 1, "SplmtryData")

static const struct line lines[] = {
    CLOSED(0, "[message]"),
    RECORD(1, "GrpHdr", MESSAGE),
    VALUE(2, "MsgId", MESSAGE, MESSAGE_ID),
    VALUE(2, "CreDtTm", MESSAGE, CREATED_AT),
    SKIPPED(2, "MsgRcpt"),
    GROUP(2, "MsgPgntn"),
    VALUE(3, "PgNb", MESSAGE, MESSAGE_PAGE),
    VALUE(3, "LastPgInd", MESSAGE, MESSAGE_LAST_PAGE),
    SKIPPED(2, "OrgnlBizQry"),
    VALUE(2, "AddtlInf", MESSAGE, INFO),
    RECORD(1, "[statement]", STATEMENT),
    VALUE(2, "Id", STATEMENT, STATEMENT_ID),
    GROUP(2, "[pagination]"),
    VALUE(3, "PgNb", STATEMENT, PAGE),
    VALUE(3, "LastPgInd", STATEMENT, LAST_PAGE),
    VALUE(2, "ElctrncSeqNb", STATEMENT, NUMBER),
    SKIPPED(2, "RptgSeq"),
    VALUE(2, "LglSeqNb", STATEMENT, LEGAL_NUMBER),
    VALUE(2, "CreDtTm", STATEMENT, CREATED_AT),
    GROUP(2, "FrToDt"),
    VALUE(3, "FrDtTm", STATEMENT, FROM),
    VALUE(3, "ToDtTm", STATEMENT, TO),
    VALUE(2, "CpyDplctInd", STATEMENT, COPY),
    SKIPPED(2, "RptgSrc"),
    GROUP(2, "Acct"),
    NUMBER(3, STATEMENT, ACCOUNT),
    VALUE(3, "Ccy", STATEMENT, ACCOUNT_CURRENCY),
    VALUE(3, "Nm", STATEMENT, ACCOUNT_NAME),
    GROUP(3, "Ownr"),
    VALUE(4, "Nm", STATEMENT, OWNER),
    BANK(3, "Svcr", STATEMENT, SERVICER),
    SKIPPED(2, "RltdAcct"),
    SKIPPED(2, "Intrst"),
    RECORD(2, "Bal", BALANCE),
    GROUP(3, "Tp"),
    CODE(4, BALANCE, TYPE),
    GROUP(4, "CdOrPrtry"),
    CODE(5, BALANCE, TYPE),
    GROUP(4, "SubTp"),
    CODE(5, BALANCE, SUBTYPE),
    GROUP(3, "CdtLine"),
    VALUES(4, "Incl", BALANCE, CREDIT_LINE_INCLUDED),
    VALUES(4, "Amt", BALANCE, CREDIT_LINE),
    AMOUNT(3, "Amt", BALANCE, AMOUNT, CURRENCY),
    VALUE(3, "CdtDbtInd", BALANCE, DIRECTION),
    GROUP(3, "Dt"),
    DATE(4, BALANCE, DATE),
    SKIPPED(3, "Avlbty"),
    CLOSED(2, "TxsSummry"),
    TOTAL(3, "TtlNtries"),
    TOTAL(3, "TtlCdtNtries"),
    TOTAL(3, "TtlDbtNtries"),
    TOTAL(3, "TtlNtriesPerBkTxCd"),
    RECORD(2, "Ntry", ENTRY),
    VALUE(3, "NtryRef", ENTRY, ENTRY_REF),
    AMOUNT(3, "Amt", ENTRY, AMOUNT, CURRENCY),
    VALUE(3, "CdtDbtInd", ENTRY, DIRECTION),
    VALUE(3, "RvslInd", ENTRY, REVERSAL),
    VALUE(3, "Sts", ENTRY, STATUS),
    CODE(4, ENTRY, STATUS),
    GROUP(3, "BookgDt"),
    DATE(4, ENTRY, BOOKED),
    GROUP(3, "ValDt"),
    DATE(4, ENTRY, VALUE),
    VALUE(3, "AcctSvcrRef", ENTRY, SERVICER_REF),
    SKIPPED(3, "Avlbty"),
    BANK_CODE(3, ENTRY),
    SKIPPED(3, "ComssnWvrInd"),
    SKIPPED(3, "AddtlInfInd"),
    BATCH(3),
    SKIPPED(3, "AmtDtls"),
    SKIPPED(3, "Chrgs"),
    SKIPPED(3, "TechInptChanl"),
    SKIPPED(3, "Intrst"),
    SKIPPED(3, "CardTx"),
    DETAIL(3),
    {3, "NtryDtls", FA_CAMT_BATCHED, 0, 0, 0, false},
    BATCH(4),
    DETAIL(4),
    VALUE(3, "AddtlNtryInf", ENTRY, INFO),
    VALUE(2, "[info]", STATEMENT, INFO),
    SKIPPED(1, "SplmtryData"),
};

static const char *name_of(const struct fa_camt_message *message, const char *name)
{
    if (!strcmp(name, "[message]"))
        return message->element;
    if (!strcmp(name, "[statement]"))
        return message->statement;
    if (!strcmp(name, "[pagination]"))
        return message->pagination;
    return strcmp(name, "[info]") ? name : message->info;
}

void fa_camt_tree_make(const struct fa_camt_message *message, struct fa_camt_tree *tree)
{
    enum { COUNT = sizeof lines / sizeof *lines, DEPTH_MAX = 12 };
    _Static_assert((int)COUNT <= (int)FA_CAMT_NODES_MAX, "a larger tree");
    uint16_t last[DEPTH_MAX] = {0}; /* by depth: the node above, or its last sibling so far */
    tree->count = COUNT;
    for (uint16_t i = 0; i < COUNT; i++) {
        const struct line *line = &lines[i];
        const char *name = name_of(message, line->name);
        tree->nodes[i] = (struct fa_camt_node){.name = name,
                                               .name_size = (uint8_t)strlen(name),
                                               .depth = line->depth,
                                               .role = line->role,
                                               .scope = line->scope,
                                               .column = line->column,
                                               .currency_column = line->currency_column,
                                               .repeats = line->repeats};
        if (i > 0 && line->depth > lines[i - 1].depth)
            tree->nodes[i - 1].child = i;
        else if (i > 0)
            tree->nodes[last[line->depth]].sibling = i;
        last[line->depth] = i;
    }
}

static bool is_named(const struct fa_camt_node *node, const char *name, size_t size)
{
    return node->name_size == size && memcmp(node->name, name, size) == 0;
}

uint32_t fa_camt_tree_find(const struct fa_camt_tree *tree, uint32_t parent, uint32_t hint,
                           const char *name, size_t size)
{
    uint32_t first = tree->nodes[parent].child;
    for (uint32_t i = hint; i != 0; i = tree->nodes[i].sibling)
        if (is_named(&tree->nodes[i], name, size))
            return i;
    for (uint32_t i = first; i != 0 && i != hint; i = tree->nodes[i].sibling)
        if (is_named(&tree->nodes[i], name, size))
            return i;
    return 0;
}
