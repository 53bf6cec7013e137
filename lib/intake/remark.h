/*
 * Remarks: doubts about rows that were accepted. What a spreadsheet may have done to a value,
 * and may not have, cannot be told from one value; so columns are watched over a whole file,
 * and a doubt is told once for each file, column and kind. Rows are watched when they are
 * committed, in source order, so that the remarks do not depend on threads. Part of
 * intake/run.h.
 */
#ifndef FA_INTAKE_REMARK_H
#define FA_INTAKE_REMARK_H

#include "base/arena.h"
#include "base/str.h"
#include "ledger/dictionary.h"
#include "value/datetime.h"

/* Values of one kind: how many, and where the first one is. */
struct fa_sighting {
    uint64_t count;
    int64_t record_no, line_no;
};

/* What was seen in a column of a file. */
struct fa_watch {
    uint64_t long_counts[4];    /* numbers of 16 to 19 digits */
    struct fa_sighting rounded; /* those of them that have only zeros behind the 15th digit */
    uint64_t failing_count;     /* rounded resident numbers, as their check digit says */
    struct fa_sighting shorter; /* identity numbers of 17 digits */
    uint64_t longest_chars;     /* of texts from 255 characters on */
    struct fa_sighting longest;
};

/* Counts TEXT, the column's value of a row. */
void fa_watch_number(struct fa_watch *watch, struct fa_str text, int64_t record_no,
                     int64_t line_no);
void fa_watch_text(struct fa_watch *watch, struct fa_str text, int64_t record_no,
                   int64_t line_no);

/* Of a number of identity, which has 18 characters. */
void fa_watch_identity(struct fa_watch *watch, struct fa_str text, int64_t record_no,
                       int64_t line_no);

/* Whether more numbers end in zeros than should by chance. */
bool fa_watch_is_rounded(const struct fa_watch *watch);

/* The months in which a table has rows. */
struct fa_months {
    int64_t from, to; /* of the month seen last, in the clock's unit: [from, to) */
    uint8_t *seen;    /* a bit a month; NULL: the table is not watched */
    int32_t first, last;
};

enum fa_status fa_months_init(struct fa_months *months, struct fa_arena *arena) FA_MUST_USE;
/* VALUE is a day, or an instant with IS_TIME. */
void fa_months_add(struct fa_months *months, int64_t value, bool is_time,
                   const struct fa_zone *zone);
/* The first months without rows between those with rows, as "2017-03, 2017-05"; how many there
 * are. */
enum { FA_MONTHS_TEXT_BYTES = 96 };
uint32_t fa_months_missing(const struct fa_months *months, char text[FA_MONTHS_TEXT_BYTES]);

#endif
