/*
 * Private to the flag stage: what flag.c (reads the ledger) and results.c (writes the rows of the
 * result tables) share.
 */
#ifndef FA_RULES_FLAGGING_H
#define FA_RULES_FLAGGING_H

#include "ledger/kept.h"
#include "rules/baseline.h"
#include "rules/evidence.h"
#include "rules/flag.h"

/* One result table being built. */
struct fa_sheet {
    const struct fa_table_def *table;
    struct fa_builder *builder;
};

enum fa_sheet_no {
    FA_SHEET_RULESET,
    FA_SHEET_RULE,
    FA_SHEET_FINDING,
    FA_SHEET_VALUE,
    FA_SHEET_ROW,
    FA_SHEET_CELL,
    FA_SHEET_EVIDENCE,
    FA_SHEET_CONTROL,
    FA_SHEET_PROVISION,
    FA_SHEET_OPTION,
    FA_SHEET_INPUT,
    FA_SHEET_VIEW, /* from here on only where there is something to say in them */
    FA_SHEET_COLUMN,
    FA_SHEET_STATISTIC,
    FA_SHEET_WAIVER,
    FA_SHEET_WAIVER_KEY,
    FA_SHEET_EARLIER,
    FA_SHEET_PENDING,
    FA_SHEET_COUNT
};

struct fa_flagging {
    const struct fa_flag_options *options;
    struct fa_sink *sink;
    const struct fa_ruleset_list *rulesets;
    struct fa_blocks *ledger;
    struct fa_verdicts verdicts;
    struct fa_evidence evidence;
    struct fa_held *held;
    struct fa_decoder **decoders; /* by table; made when first needed */
    struct fa_spool *result_rows; /* result tables, until everything forwarded is in place */
    struct fa_totals result_totals;
    struct fa_sheet sheets[FA_SHEET_COUNT];
    struct fa_earlier_search *search; /* in this ledger, for what earlier results had; NULL: none given */
    uint32_t *waived_by; /* by finding: number of its waiver, from 1; 0: none; NULL: no waivers */
    struct fa_kept *out;
};

/* --- writing cells by name (results.c) --- */
void fa_flagging_set(struct fa_sheet *sheet, const char *name, int64_t value);
/* Empty text is missing. */
enum fa_status fa_flagging_set_text(struct fa_sheet *sheet, const char *name,
                                    struct fa_str text) FA_MUST_USE;
/* Why what COUNTS are of was not tested; of a table whose rows were all rejected it says so. Appends. */
enum fa_status fa_flagging_reason(struct fa_flagging *flagging, const struct fa_rule_counts *counts,
                                  struct fa_buf *text) FA_MUST_USE;
enum fa_status fa_flagging_set_reason(struct fa_flagging *flagging, struct fa_sheet *sheet,
                                      const struct fa_rule_counts *counts) FA_MUST_USE;
/* Sums beyond 64 bits stay missing. */
void fa_flagging_set_money(struct fa_sheet *sheet, const char *name, fa_i128 amount);
/* A value as a filing writes it; clears TEXT first. */
enum fa_status fa_flagging_value_text(struct fa_flagging *flagging,
                                      const struct fa_ruleset *ruleset,
                                      const struct fa_value *value, const struct fa_expr *of,
                                      struct fa_buf *text) FA_MUST_USE;

/* What the run was made from: into the head, and from there into the tables (results_origin.c). */
enum fa_status fa_flagging_add_origin(struct fa_flagging *flagging) FA_MUST_USE;
enum fa_status fa_flagging_write_origin(struct fa_flagging *flagging) FA_MUST_USE;
/* Every rule, with what became of its population (results_rule.c). */
enum fa_status fa_flagging_write_rules(struct fa_flagging *flagging) FA_MUST_USE;

/* --- earlier results (prior.c, earlier.c) --- */
/* Notes what of the earlier results is to be looked for in the ledger, before it is read again. */
enum fa_status fa_earlier_plan(struct fa_flagging *flagging) FA_MUST_USE;
void fa_earlier_search_free(struct fa_earlier_search *search);
/* Whether rows of the table are looked for; then each of its batches is to be shown to it. */
bool fa_earlier_wants(const struct fa_flagging *flagging, int table);
enum fa_status fa_earlier_take(struct fa_flagging *flagging, const struct fa_batch *batch) FA_MUST_USE;
/* The cells of a finding that say what it was in the earlier results. Nothing without them. */
enum fa_status fa_flagging_set_prior(struct fa_flagging *flagging, const struct fa_finding *finding,
                                     struct fa_str subject, struct fa_str fingerprint,
                                     bool is_waived) FA_MUST_USE;
/* Table result_earlier, when every finding is written. */
enum fa_status fa_flagging_write_earlier(struct fa_flagging *flagging) FA_MUST_USE;

/* What a finding says of itself that earlier results may have said otherwise. */
void fa_flagging_facts(const struct fa_finding *finding, struct fa_facts *facts);

/* --- what a finding is about (subject.c) --- */
struct fa_subject_part {
    struct fa_str name; /* of the key */
    size_t value_at, value_size, origin_size; /* in bytes; the origin stands behind the value */
};
/* Made anew for each finding, in the same memory. */
struct fa_subject {
    struct fa_buf whole; /* the parts joined with '|'; without any, the cause or the filer */
    struct fa_buf bytes, text;
    FA_VEC(struct fa_subject_part) parts;
};
enum fa_status fa_subject_make(struct fa_flagging *flagging, const struct fa_finding *finding,
                               struct fa_subject *subject) FA_MUST_USE;
void fa_subject_release(struct fa_subject *subject);
struct fa_str fa_subject_value(const struct fa_subject *subject, size_t part);
/* "table.column" by which it is masked; empty: computed. */
struct fa_str fa_subject_origin(const struct fa_subject *subject, size_t part);
/* "table.column" where the value of EXPR comes from, for masking; empty for what was computed. Clears
 * TEXT first. */
enum fa_status fa_flagging_origin(const struct fa_flagging *flagging, const struct fa_expr *expr,
                                  struct fa_buf *text) FA_MUST_USE;
/* Whose currency the money of FINDING is in: of a rule with currency any that of its key, in OWN. */
const struct fa_ruleset *fa_flagging_speaker(const struct fa_finding *finding,
                                             struct fa_ruleset *own);
/* What it is about in money: the worst balance or difference where a rule judges one, the sum of its
 * rows elsewhere. False: in none. */
bool fa_flagging_amount(const struct fa_finding *finding, fa_i128 *amount);
/* Made from rule and business keys only, so that the same finding keeps it from filing to filing,
 * whatever the order of files and rows. SUBJECT is the whole one. */
enum fa_status fa_flagging_fingerprint(struct fa_flagging *flagging,
                                       const struct fa_finding *finding, struct fa_str subject,
                                       struct fa_buf *text) FA_MUST_USE;

/* --- waivers (waive.c) --- */

/* Which findings are waived, and what becomes of each waiver, as rows of result_waiver. */
enum fa_status fa_flagging_waive(struct fa_flagging *flagging) FA_MUST_USE;
/* The waiver that waives the finding INDEX of the verdicts; NULL: none does. */
const struct fa_waiver *fa_flagging_waiver(const struct fa_flagging *flagging, size_t index);

/* Duties that are not yet due, the next first (results_pending.c). */
enum fa_status fa_flagging_write_pending(struct fa_flagging *flagging) FA_MUST_USE;
/* "flow 12-15,18; contract 3": the rows of a finding, counted from 1 (results.c). Clears TEXT first. */
enum fa_status fa_flagging_row_ranges(const struct fa_flagging *flagging,
                                      const struct fa_finding *finding,
                                      struct fa_buf *text) FA_MUST_USE;

/* Views, and the cells of statistics (results_view.c). */
enum fa_status fa_flagging_write_views(struct fa_flagging *flagging) FA_MUST_USE;
/* Writes every row of the result tables but result_row and result_cell, which fa_evidence_take made. */
enum fa_status fa_flagging_write_results(struct fa_flagging *flagging) FA_MUST_USE;

#endif
