/*
 * One run of ingest, shared by its parts; nobody else includes this.
 *
 *   ingest.c  the phases, from paths to blocks
 *   assign.c  which file holds which table
 *   table.c   reads the files of one table: cut, parse, commit
 *   copies.c  the same file under two names
 *   remark.c  doubts about rows that were accepted
 *   reject.c  what becomes of a record that is not accepted
 *   order.c   final numbers of ids, order of time
 *   keys.c    keys that were declared more than once
 *   cursor.c  blocks that were made, read again
 *   account.c what became of each file and record, for those who ask
 *   totals.c  control totals: the manifest's, and those that files state themselves
 */
#ifndef FA_INTAKE_RUN_H
#define FA_INTAKE_RUN_H

#include "intake/ingest.h"
#include "intake/plan.h"
#include "intake/remark.h"
#include "intake/unique.h"
#include "ledger/builder.h"
#include "ledger/kept.h"

struct fa_file_run {
    const struct fa_filing_file *file;
    const struct fa_manifest_file *stated; /* what the manifest says of it; NULL: nothing */
    const struct fa_profile *profile;      /* NULL: canonical */
    const struct fa_profile_table *part;   /* of the profile: what fills TABLE */
    bool is_lead; /* the first part of its file; it tells of records that are of no table */
    int table;    /* in the head's dictionary */
    struct fa_header header;
    struct fa_record_store *store; /* of all parts that read the same records; NULL: no others */
    struct fa_file_plan plan;
    /* Each record is one of accepted, rejected, ignored, other (of another table of the
     * profile); headings are ignored, the header is none of them. */
    uint64_t records, accepted, rejected, ignored, other;
    uint64_t rows; /* of the table, made of accepted records */
    bool is_in_footer;
    FA_VEC(struct fa_heading) footers; /* records of the footer, as texts in the run's arena */
    size_t footer_bytes;
    uint64_t behind, behind_line_no; /* records in the footer that look like data; the first's */
    FA_VEC(struct fa_total_sum) totals; /* by total of the map */
    FA_VEC(uint64_t) causes;            /* by cause: records left out */
    bool is_read;                       /* to its end */
    uint8_t sha256[FA_SHA256_BYTES];         /* of the file as it was filed */
    uint8_t content_sha256[FA_SHA256_BYTES]; /* of what it is unpacked */
    FA_VEC(struct fa_money_sum) sums;
    FA_VEC(uint64_t) unreadable; /* by sum_idx */
    struct {
        uint64_t window, offset; /* of the window in the text, of the byte in the file */
        uint32_t at;
    } placed; /* the byte AT of a window whose place was asked for last */
    struct fa_watch *watches;    /* by column of the table; NULL: no row was accepted */
};

/* References of a column to ids that nobody declares, and where the first of them stands. */
struct fa_dangling {
    uint64_t count;
    int64_t source_idx, line_no;
};

/* What is known of a table when its files were read. */
struct fa_table_run {
    uint64_t row_count, rejected;
    bool is_read, is_out_of_order;
    int64_t last_order;
    bool has_clock; /* some row has a value in the table's clock */
    int64_t clock_min, clock_max;
    uint64_t outside_count; /* rows outside the stated period */
    struct fa_dangling *dangling; /* by column */
    struct fa_months months; /* of a table of events */
};

/* A filer: that of the filing first, then those of single files. */
struct fa_filer {
    struct fa_str name; /* empty: unknown */
    int64_t id;         /* its number among the institutions, -1: unknown */
};

struct fa_run {
    const struct fa_ingest_options *options;
    struct fa_sink *sink;
    struct fa_arena run_arena;
    struct fa_filing filing;
    struct fa_dictionary builtin; /* what a filing may hold: the core's tables and those of rulesets */
    struct fa_manifest manifest;
    struct fa_str manifest_text;
    bool has_manifest;
    FA_VEC(struct fa_profile) profiles;
    FA_VEC(struct fa_file_run) files; /* in byte order of their names */
    FA_VEC(struct fa_filer) filers;
    FA_VEC(struct fa_record_store *) stores; /* of files with several parts */
    struct fa_kept *kept;        /* what the run makes */
    struct fa_head *head;        /* of kept */
    struct fa_table_run *tables; /* by table of the head */
    struct fa_row_env env;
    uint32_t *declared_counts; /* by table: ids that rows declare, once they are final */
    bool *is_final;            /* by table: its ids have their last numbers */
    int reject_table;
    struct fa_builder *rejects;
    int remark_table;
    struct fa_builder *remarks;
    uint64_t reject_count;
    struct fa_unique *unique; /* keys of the table that is being read */
    struct fa_chunk *chunks;
    unsigned chunk_count;
    bool is_whole;   /* all rows are there; perhaps totals disagree */
    bool has_offset; /* of the first time that named one: the zone, where nobody states it */
    int32_t offset_minutes;
};

/* --- assign.c --- */
enum fa_status fa_run_assign(struct fa_run *run) FA_MUST_USE;

/* --- cursor.c: the blocks of one table that are in the spool now, one batch after the other
 * --- */
struct fa_cursor {
    struct fa_run *run;
    const struct fa_table_def *def;
    struct fa_decoder
        *decoder; /* ask it for columns before the first batch; the caller frees it */
    uint64_t at, end;
};
enum fa_status fa_cursor_open(struct fa_cursor *cursor, struct fa_run *run,
                              int table) FA_MUST_USE;
enum fa_status fa_cursor_next(struct fa_cursor *cursor, struct fa_batch *batch,
                              bool *is_end) FA_MUST_USE;

/* --- table.c --- */
enum fa_status fa_run_read_table(struct fa_run *run, int table) FA_MUST_USE;

/* --- reject.c --- */
enum fa_status fa_run_open_rejects(struct fa_run *run) FA_MUST_USE;
/* Where a chunk's record 0 and line 0 are in the file. */
struct fa_chunk_base {
    uint64_t record_no, line_no; /* of the first */
};
enum fa_status fa_run_reject(struct fa_run *run, struct fa_file_run *file,
                             const struct fa_chunk *chunk, struct fa_chunk_base base,
                             const struct fa_reject *reject) FA_MUST_USE;
/* The line and column of byte AT of the window. */
struct fa_place fa_chunk_place(const struct fa_chunk *chunk, struct fa_chunk_base base,
                               uint32_t line_idx, uint32_t line_start, uint32_t at);

/* --- remark.c --- */
enum fa_status fa_run_open_remarks(struct fa_run *run) FA_MUST_USE;
/* Looks at the rows of a chunk that have their numbers, and at an id that no row had before. */
enum fa_status fa_run_watch_rows(struct fa_run *run, struct fa_file_run *file,
                                 const struct fa_chunk *chunk) FA_MUST_USE;
enum fa_status fa_run_watch_id(struct fa_run *run, struct fa_file_run *file,
                               const struct fa_chunk *chunk, uint32_t row, int column,
                               struct fa_str name) FA_MUST_USE;
/* A remark that COUNT rows of the table are there again. */
enum fa_status fa_run_remark_repeats(struct fa_run *run, int table, uint64_t count) FA_MUST_USE;
/* When all was read: writes table remark, with a message each. */
enum fa_status fa_run_tell_remarks(struct fa_run *run) FA_MUST_USE;

/* --- ingest_plan.c --- */
enum fa_status fa_run_read_manifest(struct fa_run *run) FA_MUST_USE;
/* Those given, and those that the manifest names. */
enum fa_status fa_run_read_profiles(struct fa_run *run) FA_MUST_USE;
/* Once each file has a profile: its header, the tables of the head, scales and the currency. */
enum fa_status fa_run_plan_files(struct fa_run *run) FA_MUST_USE;

/* --- ingest_head.c --- */
/* Once all rows were read. */
enum fa_status fa_run_finish_head(struct fa_run *run) FA_MUST_USE;

/* --- totals.c --- */
/* What the manifest states of each file, and what the files' headings and footers state. */
enum fa_status fa_run_check_totals(struct fa_run *run) FA_MUST_USE;

/* --- account.c --- */
/* What is known of the files so far, also of a run that failed; FA_ELIMIT: memory. */
enum fa_status fa_run_account(const struct fa_run *run,
                              struct fa_account *account) FA_MUST_USE;

/* --- order.c --- */
/* Gives the ids that the tables read so far declare their last numbers, in rows as well. */
enum fa_status fa_run_finish_held(struct fa_run *run) FA_MUST_USE;
/* The table of rejected records, once filers have their numbers. */
enum fa_status fa_run_finish_rejects(struct fa_run *run) FA_MUST_USE;
/* The same for a table by time, after it was brought into order. */
enum fa_status fa_run_finish_by_time(struct fa_run *run, int table) FA_MUST_USE;

/* --- copies.c --- */
/* Once all files were read. */
enum fa_status fa_run_refuse_copies(struct fa_run *run) FA_MUST_USE;

/* --- keys.c --- */
/* Tells which keys of the table that was read last were declared more than once. */
enum fa_status fa_run_check_keys(struct fa_run *run, int table) FA_MUST_USE;

static inline bool fa_table_is_by_time(const struct fa_table_def *table)
{
    return table->by != FA_NO_COLUMN;
}

/* Of what happened: it lies within the period that the filing covers, and goes on through it. */
static inline bool fa_table_is_event(const struct fa_table_def *table)
{
    return fa_str_is(table->name, "flow") || fa_str_is(table->name, "statement") ||
           fa_str_is(table->name, "balance");
}

#endif
