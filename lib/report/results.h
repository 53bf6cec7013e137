/*
 * The result model: a results stream in memory, as every writer of a report reads it. There is
 * one model and many writers (report.h); none of them reads the stream itself.
 *
 * Tables stand as they came, block by block; only the last block of a table is shorter than
 * FA_BLOCK_ROWS_MAX, so row i is found by division. Blocks are checked as they come, kept encoded, and
 * decoded when a cell of theirs is asked for: a million findings take a quarter of the memory so.
 */
#ifndef FA_REPORT_RESULTS_H
#define FA_REPORT_RESULTS_H

#include "base/limits.h"
#include "ledger/cell.h"

/* The tables a report prints. Names are those of the dictionary. */
enum fa_result_table {
    FA_RESULT_RULESET,
    FA_RESULT_RULE,
    FA_RESULT_FINDING,
    FA_RESULT_VALUE,
    FA_RESULT_ROW,
    FA_RESULT_CELL,
    FA_RESULT_EVIDENCE,
    FA_RESULT_CONTROL,
    FA_RESULT_PROVISION,
    FA_RESULT_OPTION,
    FA_RESULT_INPUT,
    FA_RESULT_REJECT,
    FA_RESULT_REMARK,
    FA_RESULT_BREAK,
    FA_RESULT_BRIDGE,
    FA_RESULT_COVERAGE,
    FA_RESULT_VIEW,
    FA_RESULT_COLUMN,
    FA_RESULT_STATISTIC,
    FA_RESULT_EARLIER,
    FA_RESULT_PENDING,
    FA_RESULT_WAIVER,
    FA_RESULT_WAIVER_KEY,
    FA_RESULT_TABLE_COUNT
};

struct fa_loaded_block {
    struct fa_block encoded;
    uint8_t *bytes; /* that encoded points to */
    struct fa_decoder *decoder; /* owns the batch's memory; NULL: not decoded */
    struct fa_batch batch;
};

struct fa_loaded_table {
    const struct fa_table_def *def; /* NULL: the stream has no such table */
    uint64_t row_count;
    FA_VEC(struct fa_loaded_block) blocks;
    size_t forgotten;           /* blocks at the beginning that fa_result_forget() has seen */
    struct fa_decoder *spare;   /* of a block that was forgotten */
    struct fa_column *nothing;  /* what stands for a block that there was no memory to decode */
    struct fa_results *results; /* whose table it is */
};

/* Rows [from, to) of a table that is grouped by another's rows. */
struct fa_row_span {
    uint64_t from, to;
};

enum { FA_SEVERITIES = 5 }; /* critical, high, medium, low, info: in this order in every enum */

enum { FA_PRIORS = 4, FA_EARLIER_STATES = 3 }; /* new .. reopened; fixed .. carried */

struct fa_results {
    const struct fa_head *head;
    struct fa_loaded_table tables[FA_RESULT_TABLE_COUNT];
    struct fa_held *held;
    struct fa_cell_context context;
    struct fa_totals totals;              /* a copy */
    struct fa_row_span *finding_values;   /* by finding: its rows of result_value */
    struct fa_row_span *finding_evidence; /* by finding: its rows of result_evidence */
    struct fa_row_span *row_cells;        /* by result_row: its rows of result_cell */
    struct fa_row_span *view_columns;     /* by result_view: its rows of result_column */
    struct fa_row_span *view_cells;       /* by result_view: its rows of result_statistic */
    struct fa_row_span *waiver_keys;      /* by result_waiver: its rows of result_waiver_key */
    /* what the exit status and every summary need */
    uint64_t violations[FA_SEVERITIES], indeterminate[FA_SEVERITIES], breaks[FA_SEVERITIES];
    uint64_t lead_count;
    /* of these, what is waived */
    uint64_t waived_violations[FA_SEVERITIES], waived_indeterminate[FA_SEVERITIES];
    uint64_t waived_lead_count;
    /* against earlier results: findings by result_finding.prior, and result_earlier by state */
    bool has_prior;
    uint64_t prior[FA_PRIORS], earlier[FA_EARLIER_STATES];
    /* of those above that are not waived, what is new or reopened */
    uint64_t new_violations[FA_SEVERITIES], new_indeterminate[FA_SEVERITIES];
    bool lacks_memory; /* cells were asked for that could not be decoded */
    struct fa_sink *sink;
};

/* Reads RESULTS to its end. Refuses a stream that is a ledger (code REPORT-LEDGER). BLOCKS must
 * outlive the model, whose head it holds. */
enum fa_status fa_results_load(struct fa_blocks *blocks, struct fa_sink *sink,
                               struct fa_results **results) FA_MUST_USE;
void fa_results_free(struct fa_results *results);
/* FA_ELIMIT, after its message, when memory was out for cells that were asked for since: what was made of
 * them is not whole. */
enum fa_status fa_results_status(const struct fa_results *results) FA_MUST_USE;

/* The same results for one more thread: it decodes blocks for itself, all else is the same memory. What RESULTS
 * are good for it is good for; of SHARE, NULL for one, RESULTS take over what fa_results_status() tells. */
enum fa_status fa_results_share(const struct fa_results *results,
                                struct fa_results **share) FA_MUST_USE;
void fa_results_unshare(const struct fa_results *results, struct fa_results *share);

/* "result_finding": the name of a table in the dictionary. */
const char *fa_result_table_name(enum fa_result_table table);

/* Decodes a block where fa_result_batch() needs it. */
void fa_result_decode(const struct fa_loaded_table *table, struct fa_loaded_block *block);
/* Gives back the memory of blocks that end before ROW; texts of theirs are gone. For who goes through a
 * table from its beginning to its end. */
void fa_result_forget(const struct fa_results *results, enum fa_result_table table, uint64_t row);

/* One column of a table, from its beginning to its end, without decoding the others. Release it, whatever is
 * returned. */
struct fa_result_walk {
    const struct fa_loaded_table *table;
    struct fa_decoder *decoder;
    int column;
    size_t next_block;
    const struct fa_column *cells; /* of the block that was gone to last */
};
enum fa_status fa_result_walk(struct fa_result_walk *walk, const struct fa_loaded_table *table,
                              int column) FA_MUST_USE;
enum fa_status fa_result_walk_on(struct fa_result_walk *walk) FA_MUST_USE;
void fa_result_walk_release(struct fa_result_walk *walk);

/* Goes to ROW, where that is not behind the end: the one last gone to, or the next. */
static inline enum fa_status fa_result_walk_to(struct fa_result_walk *walk, uint64_t row)
{
    return row / FA_BLOCK_ROWS_MAX < walk->next_block || row >= walk->table->row_count
               ? FA_OK
               : fa_result_walk_on(walk);
}

static inline struct fa_str fa_result_walk_text(const struct fa_result_walk *walk, uint64_t row)
{
    uint32_t at = (uint32_t)(row % FA_BLOCK_ROWS_MAX);
    return fa_is_missing(walk->cells, at) ? (struct fa_str){"", 0}
                                          : fa_column_text(walk->cells, at);
}

/* The block that holds ROW, and its place there. */
static inline const struct fa_batch *fa_result_batch(const struct fa_loaded_table *table,
                                                     uint64_t row, uint32_t *at)
{
    struct fa_loaded_block *block = &table->blocks.items[row / FA_BLOCK_ROWS_MAX];
    *at = (uint32_t)(row % FA_BLOCK_ROWS_MAX);
    if (!block->decoder)
        fa_result_decode(table, block);
    return &block->batch;
}

/* One cell, asked for by the million. COLUMN is an index into the table's definition. */
static inline bool fa_result_missing(const struct fa_loaded_table *table, uint64_t row, int column)
{
    uint32_t at;
    const struct fa_column *cells = &fa_result_batch(table, row, &at)->columns[column];
    return fa_is_missing(cells, at);
}

/* 0 if missing. */
static inline int64_t fa_result_number(const struct fa_loaded_table *table, uint64_t row,
                                       int column)
{
    uint32_t at;
    const struct fa_column *cells = &fa_result_batch(table, row, &at)->columns[column];
    return fa_is_missing(cells, at) ? 0 : cells->values[at];
}

/* Empty if missing. */
static inline struct fa_str fa_result_text(const struct fa_loaded_table *table, uint64_t row,
                                           int column)
{
    uint32_t at;
    const struct fa_column *cells = &fa_result_batch(table, row, &at)->columns[column];
    return fa_is_missing(cells, at) ? (struct fa_str){"", 0} : fa_column_text(cells, at);
}

/* Any cell as a filing would write it; clears BUF first. */
enum fa_status fa_result_format(const struct fa_results *results,
                                const struct fa_loaded_table *table, uint64_t row, int column,
                                struct fa_buf *buf) FA_MUST_USE;
/* Index of a column by name. The names are this version's own: a wrong one is a defect and
 * aborts. */
int fa_result_column(const struct fa_loaded_table *table, const char *name);

/* True when a violation or an indeterminate finding that is not waived, or a break, is at or above the
 * severity (0 is critical): what --fail-on asks. ONLY_NEW: of findings, those that are new or reopened against earlier
 * results, or have another outcome or severity, or were waived in them; all where none were given. */
bool fa_results_fail(const struct fa_results *results, int severity, bool only_new);

#endif
