/*
 * Held tables and id names, loaded from the front of a stream before the first row by time comes:
 * what look-ups and paths read. Only columns that were asked for are kept.
 *
 * An id's number is the ordinal of the row that declares it among the rows with new ids; ids that
 * nobody declares have numbers behind those. first_row[id] .. first_row[id] + row_count[id] are the
 * rows of an id, ordered by `since` (several only where the table has one).
 */
#ifndef FA_LEDGER_HELD_H
#define FA_LEDGER_HELD_H

#include "ledger/blocks.h"

struct fa_held_table {
    const struct fa_table_def *table;
    struct fa_batch rows;     /* all rows as one batch (row_count may exceed FA_BLOCK_ROWS_MAX) */
    bool is_present;          /* the filing has this table */
    int since;                /* column from whose day a row is in force, or FA_NO_COLUMN */
    const uint32_t *numbers;  /* number within the table of each row, where rows were put in order; NULL:
                                 its index */
    /* tables that declare ids */
    uint32_t id_count;        /* declared and undeclared */
    uint32_t declared_count;
    uint32_t *first_row;      /* id_count entries; UINT32_MAX: nobody declares it */
    uint32_t *row_counts;
    struct fa_str *names;     /* id_count entries */
    uint32_t *filers;         /* id_count entries: number of the filer in the institution id space */
    uint8_t *is_conflicting;  /* declared twice with different content: look-ups are unknown */
};

struct fa_held;

/* Ask with want() for the columns needed, then feed blocks in stream order; a block of a table by
 * time or the end completes it. */
struct fa_held *fa_held_new(const struct fa_head *head, struct fa_sink *sink);
void fa_held_free(struct fa_held *held);
/* More bytes than that are refused (code LIMIT, --memory); 0: no limit. */
void fa_held_set_limit(struct fa_held *held, uint64_t memory_max);
/* Who needs the rows of a table, for the message that memory ends: "rule X". */
void fa_held_set_reader(struct fa_held *held, int table, struct fa_str reader);
/* COLUMN may be FA_NO_COLUMN: the rows by id, no column. */
void fa_held_want(struct fa_held *held, int table, int column);
/* Holds a table that is streamed, too: feed every block before finishing. */
void fa_held_want_streamed(struct fa_held *held, int table);
void fa_held_want_names(struct fa_held *held, int table);
enum fa_status fa_held_add(struct fa_held *held, const struct fa_block *block) FA_MUST_USE;
enum fa_status fa_held_finish(struct fa_held *held) FA_MUST_USE;
/* NULL when there is no such table. What was not asked for is absent in it; id_count always counts. */
const struct fa_held_table *fa_held_get(const struct fa_held *held, int table);
/* The row of ID in force on DAY (the only row where the table has no `since`). UINT32_MAX: none, or
 * conflicting (then *IS_CONFLICT is set; may be NULL). */
uint32_t fa_held_row(const struct fa_held_table *held, int64_t id, int64_t day_no, bool *is_conflict);
uint64_t fa_held_memory(const struct fa_held *held);

#endif
