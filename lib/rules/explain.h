/*
 * Why a rule fired, or why it did not: for a row of a ledger, or for a finding.
 *
 * The vectorised evaluator says what became of the rule as a whole and which rows belong
 * together; the plain one then judges those few again while it is watched, and what it saw is
 * told: how far the row came, the unit that it belongs to, and the condition as a tree with the
 * value of every part.
 */
#ifndef FA_RULES_EXPLAIN_H
#define FA_RULES_EXPLAIN_H

#include "ledger/blocks.h"
#include "rules/rule.h"

struct fa_explain_options {
    int64_t as_of_day; /* INT64_MIN: the ledger's own */
    uint64_t memory_max;
    /* What is explained: the row of TABLE (empty: the rule's) with this key, its parts joined by
     * '|'; or the FINDING_NO-th finding of the rule, from 0. */
    bool is_finding;
    size_t finding_no;
    struct fa_str table, key;
    struct fa_str filer; /* whose row it is; empty: its key tells */
    /* Appends VALUE, which came from COLUMN ("table.column", or empty), as people may see it;
     * NULL: as it is. */
    enum fa_status (*show)(void *context, struct fa_str column, struct fa_str value,
                           struct fa_buf *out);
    void *context;
};

/* Appends the explanation to TEXT. LEDGER must be rewindable. A row that is not there, or a key
 * that several rows have, is an error (code EXPLAIN-ROW); more rows than FA_EXPLAIN_ROWS_MAX
 * that belong together are one, too (code LIMIT). */
enum fa_status fa_rule_explain(const struct fa_ruleset_list *list, const struct fa_rule *rule,
                               struct fa_blocks *ledger,
                               const struct fa_explain_options *options, struct fa_sink *sink,
                               struct fa_buf *text) FA_MUST_USE;

#endif
