/*
 * Evidence: the rows of the ledger that findings cite, copied once each into the results as
 * result_row and result_cell.
 */
#ifndef FA_RULES_EVIDENCE_H
#define FA_RULES_EVIDENCE_H

#include "ledger/builder.h"
#include "ledger/cell.h"
#include "rules/verdict.h"

struct fa_cited_row {
    int table;
    uint64_t row;
    uint64_t row_no;   /* its number in the results, from 1; 0: the row never came */
    struct fa_str key; /* text of its key; only of rows that anchor a fingerprint */
    bool is_anchor;
};

struct fa_evidence {
    FA_VEC(struct fa_cited_row) rows; /* sorted by table and row, unique */
    struct fa_builder *row_builder, *cell_builder;
    uint64_t row_count;
    struct fa_arena arena;
};

void fa_evidence_init(struct fa_evidence *evidence);
void fa_evidence_release(struct fa_evidence *evidence);

/* Lists the first ROWS_MAX rows of every finding. The row that a finding names, or else the first of
 * each, is an anchor.
 * FA_ELIMIT without a message. */
enum fa_status fa_evidence_plan(struct fa_evidence *evidence, const struct fa_verdicts *verdicts,
                                uint32_t rows_max) FA_MUST_USE;
/* True when BLOCK holds a cited row. */
bool fa_evidence_wants(const struct fa_evidence *evidence, const struct fa_block *block);
/* Copies the cited rows of a batch into the results; all columns are decoded. */
enum fa_status fa_evidence_take(struct fa_evidence *evidence, const struct fa_cell_context *context,
                                const struct fa_batch *batch, int table) FA_MUST_USE;
/* NULL when the row was not planned. */
const struct fa_cited_row *fa_evidence_find(const struct fa_evidence *evidence, int table, uint64_t row);

#endif
