/*
 * Private to the plain evaluator: the whole ledger as rows of values, found by walking over
 * them. Columns are those of the rules' dictionary, whatever the stream's own holds.
 */
#ifndef FA_RULES_PLAIN_LEDGER_H
#define FA_RULES_PLAIN_LEDGER_H

#include "ledger/held.h"
#include "rules/verdict.h"
#include "value/ratio.h"

/* A row of the ledger behind a row of a view. */
struct fa_plain_source {
    int head_table;
    uint64_t row_no;
    bool is_unknown; /* whether it belongs there cannot be told */
};

struct fa_plain_row {
    uint64_t row_no;        /* within its table of the ledger */
    struct fa_value *cells; /* by column of the rules' table; then, of a leg, its own */
    FA_LIST(struct fa_plain_source) sources; /* of a view's row */
    bool except_unknown; /* of a view's row: an exception of the view is unknown */
};

struct fa_plain_table {
    const struct fa_table_def *def; /* of the rules' dictionary */
    int head_table; /* in the stream's dictionary; -1: the stream has no such table */
    FA_VEC(struct fa_plain_row) rows;
    bool is_covered;
    bool is_lost; /* rows were filed, and none was accepted */
    int64_t from_day, to_day;
};

struct fa_plain_observer; /* plain_observe.h */

struct fa_plain_ledger {
    const struct fa_plain_observer *observer; /* NULL: nobody watches */
    const struct fa_head *head;
    const struct fa_dictionary *dictionary; /* the rules' */
    struct fa_plain_table *tables;          /* by its tables */
    struct fa_str **names; /* by table of the rules' dictionary: names of ids */
    uint32_t *name_counts;
    struct fa_arena *arena; /* outlives the findings, which point into it */
    struct fa_sink *sink;
};

/* OBSERVER (may be NULL) says which rows are kept. */
enum fa_status fa_plain_load(struct fa_plain_ledger *ledger,
                             const struct fa_dictionary *dictionary, struct fa_blocks *blocks,
                             const struct fa_plain_observer *observer, struct fa_arena *arena,
                             struct fa_sink *sink) FA_MUST_USE;
void fa_plain_release(struct fa_plain_ledger *ledger);

/* The row of TABLE that declares ID and is in force on DAY (HAS_DAY false: only a row without
 * `since`). NULL: none, or the id is declared twice with different content. */
const struct fa_plain_row *fa_plain_find(const struct fa_plain_ledger *ledger, int table,
                                         fa_i128 id, bool has_day, int64_t day_no);

/* Whether ID is declared twice with different content. */
bool fa_plain_is_conflicting(const struct fa_plain_ledger *ledger, int table, fa_i128 id);

bool fa_plain_equal(const struct fa_value *a,
                    const struct fa_value *b); /* both given, one kind */

#endif
