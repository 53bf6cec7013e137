/*
 * The time for which rows hold, and whose rows they are: what the ways that count intervals and
 * periods read (stretch.c, every.c).
 *
 * Time is an axis of days or, where a table states times, of instants; a span is half-open on it:
 * dates include both ends, so they end on the day after. A row of a table that describes things as
 * they stood from a day on (`since`) holds until the next row of the same thing.
 */
#ifndef FA_RULES_SPANS_H
#define FA_RULES_SPANS_H

#include "rules/judge.h"

/* Rows of a table with their keys. */
struct fa_keyed_rows {
    struct fa_population_plan population;
    struct fa_keys keys;
};

struct fa_span_rows {
    struct fa_keyed_rows rows;
    const struct fa_formula *from, *to, *id; /* NULL: open; ID: of tables with `since` */
};

/* Bits of fa_span.flags. */
enum { FA_SPAN_EXCEPT = 1 /* an exception may take the row out */ };

struct fa_span {
    int64_t from, to;
    uint32_t group;
    uint32_t order; /* among the rows that were taken, in order of time */
    uint32_t value; /* number of the distinct value */
    uint16_t cause; /* not 0: why it is not known whether the row counts */
    uint16_t flags;
};

struct fa_spans {
    FA_VEC(struct fa_span) list;
};

/* The rows of EACH with keys in the rule's space. */
enum fa_status fa_keyed_rows_plan(struct fa_judge *judge, const struct fa_each *each,
                                  struct fa_keyed_rows *rows) FA_MUST_USE;
/* Adds from, to and id to a population that is planned. */
enum fa_status fa_span_rows_plan(struct fa_judge *judge, struct fa_span_rows *rows) FA_MUST_USE;
/* Whether the table states times, not days. */
bool fa_span_rows_have_times(const struct fa_span_rows *rows);
/* The span of row I of FRAME on the axis of days (or of instants: IS_TIME). */
enum fa_status fa_span_of(struct fa_judge *judge, const struct fa_span_rows *rows, struct fa_frame *frame,
                          uint32_t i, bool is_time, int64_t *from, int64_t *to) FA_MUST_USE;
/* Adds those of the slice at work. */
enum fa_status fa_spans_take(struct fa_judge *judge, const struct fa_span_rows *rows, bool is_time,
                             struct fa_spans *spans) FA_MUST_USE;
void fa_spans_release(struct fa_spans *spans, struct fa_meter *meter);
/* By group, from, order. */
void fa_spans_sort(struct fa_spans *spans);
/* The days on which rows of TABLE (of the head) are judged: those the filing states for it, else what
 * its streamed tables cover, or all do. False: nothing says. */
bool fa_span_cover(const struct fa_run *run, int table, int64_t *from_day, int64_t *to_day);

#endif
