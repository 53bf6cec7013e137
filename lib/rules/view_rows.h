/*
 * The rows of a view while rules are judged: its parts add rows as their groups or periods close; when
 * all rows that it reads have come they are put in order and stand as a held table, which what reads
 * the view is judged on in a later round.
 *
 * Rows that a finding cites are passed on to those behind them: round by round backwards, a row of a
 * view is the group (or key) and period of each part, whose rows the part cites for the finding.
 */
#ifndef FA_RULES_VIEW_ROWS_H
#define FA_RULES_VIEW_ROWS_H

#include "rules/judge.h"

/* Whom a row is cited for. */
struct fa_view_sink {
    struct fa_judge *judge;
    uint32_t finding;
};

/* Values of one column of a part: narrow while all of them are whole numbers of 64 bits. */
struct fa_view_cells {
    enum fa_kind kind;
    uint8_t *state; /* FA_HAS, FA_MISSING, FA_BOUND */
    int64_t *num;
    struct fa_ratio *wide; /* NULL: NUM says all */
    struct fa_str *texts;
    size_t state_capacity, num_capacity, wide_capacity, texts_capacity;
};

struct fa_view_part {
    struct fa_judge *judge;
    uint32_t count;
    uint32_t *groups; /* in the keyspace of the judge */
    int64_t *days;    /* the period's last; 0 without periods */
    uint8_t *doubts;  /* FA_DOUBT_EXCEPT */
    struct fa_view_cells *cells; /* by shown value */
    size_t groups_capacity, days_capacity, doubts_capacity;
    uint32_t *rows;  /* made by finishing: of each row of the view its own, FA_NO_NUMBER: none */
    uint16_t outside_cause;
};

struct fa_view_rows {
    const struct fa_view *view;
    struct fa_run *run;
    int table; /* of the head at work */
    struct fa_view_part *parts;
    struct fa_arena texts;
    struct fa_held_table held; /* made by finishing */
    struct fa_view_exact *exact;
    uint8_t *doubts;           /* NULL: no row is in doubt */
    void **owned;              /* memory of the held table */
    size_t owned_count, owned_capacity;
    uint64_t owned_bytes;
    FA_VEC(struct fa_view_sink) sinks;
    struct fa_tuples sink_numbers; /* rule, finding */
};

enum fa_status fa_view_rows_new(struct fa_run *run, const struct fa_view *view, int table,
                                struct fa_view_rows **rows) FA_MUST_USE;
void fa_view_rows_free(struct fa_view_rows *rows);
/* The part of the view that JUDGE makes. */
struct fa_view_part *fa_view_part_of(const struct fa_judge *judge);
/* Rows that the part of JUDGE has; of the first part, which stands for the view, those of all. */
uint64_t fa_view_part_rows(const struct fa_judge *judge);
/* Adds the units of FRAME as rows. DOUBTS may be NULL. */
enum fa_status fa_view_take(struct fa_judge *judge, struct fa_frame *frame, const uint32_t *groups,
                            const int64_t *days, const uint8_t *doubts) FA_MUST_USE;
/* All rows are there. */
enum fa_status fa_view_finish(struct fa_view_rows *rows) FA_MUST_USE;
enum fa_status fa_view_cost(const struct fa_rule *rule, struct fa_cost *cost) FA_MUST_USE;
/* Copies the rows into the verdicts. */
enum fa_status fa_view_publish(struct fa_view_rows *rows, struct fa_made_view *made) FA_MUST_USE;

/* The rows of a table of the head; NULL: it is no view. */
struct fa_view_rows *fa_view_rows_find(const struct fa_run *run, int table);
/* Row ROW is cited for a finding of JUDGE. */
enum fa_status fa_view_cite(struct fa_view_rows *rows, uint64_t row, struct fa_judge *judge,
                            uint32_t finding) FA_MUST_USE;
/* Row I of FRAME stands behind a row of the view that JUDGE makes a part of, cited for CITED. */
enum fa_status fa_view_pass(struct fa_judge *judge, const struct fa_cited *cited, struct fa_frame *frame,
                            uint32_t i) FA_MUST_USE;

#endif
