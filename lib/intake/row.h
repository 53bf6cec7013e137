/*
 * From fields to typed columns: parses one chunk of a file, checks each value, and sets aside
 * the records that cannot be accepted. Column by column over slices of rows, without an
 * allocation per row; texts stay in the window. Chunks are parsed by any thread; what they
 * share (struct fa_row_env) is not changed meanwhile, but for ids being added
 * (intake/intern.h).
 */
#ifndef FA_INTAKE_ROW_H
#define FA_INTAKE_ROW_H

#include "base/vec.h"
#include "intake/csv.h"
#include "intake/decode.h"
#include "intake/intern.h"
#include "intake/map.h"
#include "intake/records.h"
#include "ledger/batch.h"
#include "ledger/head.h"

/* --- what all files share --- */

/* The id space of a table, and for accounts and contracts the currency of each id (0: unknown).
 */
struct fa_space {
    struct fa_ids *ids; /* NULL: no table of the filing refers to it */
    fa_currency *currencies;
    uint32_t currency_count, currency_capacity;
};

struct fa_row_env {
    const struct fa_dictionary *dictionary; /* of the stream's head */
    struct fa_space *spaces;                /* by table index */
    const struct fa_zone *zone; /* of times without an offset; NULL: they are refused */
    fa_currency currency;       /* of the filing, 0: not stated */
    const struct fa_currency_info *scales; /* where a profile departs from ISO 4217 */
    size_t scale_count;
    struct fa_hash_key hash_key;
};

int fa_row_scale(const struct fa_row_env *env, fa_currency currency); /* -1: unknown currency */

/* --- how a file is read --- */

/* One field of a row and the column it fills. Zero but for its indices is canonical. */
struct fa_field_plan {
    uint32_t field_idx; /* of the record; with a mapping: of what it makes of it */
    int column;
    bool is_required;
    struct fa_choices choices; /* enum: its values */
    /* Of profiles; a scale is needed to round, and only the column knows it. */
    bool is_scientific; /* an exponent may stand, and what is too precise is rounded */
    enum fa_rounding rounding;
};

struct fa_file_plan {
    const struct fa_table_def *table;
    struct fa_str source; /* the file's name within the filing */
    int source_idx;
    struct fa_csv_dialect dialect;
    uint32_t width;               /* fields of a record */
    struct fa_str *header;        /* width of them */
    const struct fa_map *map;     /* of a profile; NULL: the records are rows as they stand */
    struct fa_field_plan *fields; /* currency and ids first: money needs them */
    int field_count;
    const struct fa_zone *zone; /* of a profile; NULL: the filing's */
    fa_currency currency;       /* of a profile, 0: the filing's */
    int *sum_columns;           /* money columns with a control total */
    int sum_count;
    uint32_t filer_idx;    /* 0, or the number of a filer of its own */
    int64_t filer;         /* its id, -1: unknown */
    uint32_t header_bytes; /* data starts there */
    uint32_t header_lines;
};

/* Keys are unique within a filer. */
struct fa_hash_key fa_filer_key(const struct fa_row_env *env, const struct fa_file_plan *plan);

/* --- a chunk and what it became --- */

struct fa_reject {
    uint32_t record_idx, line_idx;      /* within the chunk */
    uint32_t start, size;               /* the raw record in the window */
    int field_idx;                      /* of the source, -1: the record as a whole */
    int column;                         /* of the table, or FA_NO_COLUMN */
    const struct fa_map_column *mapped; /* what made the column; NULL: the field as it stands */
    struct fa_csv_field value;          /* as the source has it */
    struct fa_csv_field detail; /* ROW-UNMAPPED: the values that the profile's conditions saw */
    enum fa_code code;
    uint32_t field_count;
    bool has_amount;
    int64_t amount;
    fa_currency currency;
};

/* A sum over the readable amounts of one column, accepted or not. */
struct fa_money_sum {
    int sum_idx; /* of the plan's sum_columns */
    fa_currency currency;
    fa_i128 sum;
};

struct fa_parsed {
    int64_t *values;
    uint8_t *missing;
    uint32_t *starts, *sizes;
    bool is_used, has_missing;
    bool from_record; /* commit makes it of the record's number */
};

struct fa_chunk {
    /* the window: size bytes of whole records, padding, side area */
    char *base;
    size_t base_capacity;
    uint32_t size, skip; /* skip: header bytes in front */
    uint32_t side;       /* free place for texts that are made */
    uint64_t file_offset;      /* of the window in the text */
    uint64_t source_offset;    /* of the window in the file, whose bytes are in ENCODING */
    enum fa_encoding encoding;
    /* Records of a reader: where each one that is not in skip came from. Text has none: its
     * places are those of the window. */
    FA_VEC(struct fa_origin) origins;
    bool has_origins;
    const struct fa_file_plan *plan;
    bool is_file_end;
    bool has_fault;       /* of the source: there is nothing in the window */
    uint64_t taken_bytes; /* of the file as it lies on disk, since the chunk before */
    uint64_t seq;         /* order among all chunks */
    /* the result */
    struct fa_parsed *columns;
    int column_count;
    uint32_t row_count, row_capacity;
    uint32_t *record_idx, *line_idx;
    uint16_t *sections; /* of the map */
    struct fa_buf
        record_texts; /* of columns made from the record's number, which commit fills */
    struct fa_hash128 *keys;
    uint32_t record_count, line_count;
    uint32_t ignored_count, other_count; /* records of the mapping's kinds, in record_count */
    bool has_footer; /* the records from footer_at on are no data, and not in record_count */
    uint32_t footer_at, footer_line_idx;
    FA_VEC(struct fa_total_sum) totals; /* by total of the map */
    FA_VEC(uint64_t) causes;            /* by cause: records left out (intake/map.h) */
    FA_VEC(struct fa_reject) rejects;
    struct fa_id_chunk *new_ids; /* by table index; in columns such an id is -1 - number */
    int space_count;
    FA_VEC(struct fa_money_sum) sums;
    FA_VEC(uint64_t) unreadable; /* by sum_idx: amounts that could not be read */
    bool has_offset;             /* the first time in it named its offset */
    int32_t offset_minutes;
    enum fa_status status;
    enum fa_csv_outcome outcome;
    uint32_t refused_at, refused_line_idx;
    struct fa_row_scratch *scratch;
};

enum fa_status fa_chunk_init(struct fa_chunk *chunk, int space_count) FA_MUST_USE;
void fa_chunk_release(struct fa_chunk *chunk);
/* Room for a window of SIZE bytes; the first KEPT bytes stay. */
enum fa_status fa_chunk_reserve(struct fa_chunk *chunk, size_t size, size_t kept) FA_MUST_USE;
/* Room for SIZE bytes in the side area, at *START; the window may move. */
enum fa_status fa_chunk_add_side(struct fa_chunk *chunk, size_t size,
                                 uint32_t *start) FA_MUST_USE;
/* Parses the window. What went wrong is in status and outcome; no messages. */
void fa_chunk_parse(const struct fa_row_env *env, struct fa_chunk *chunk);
/* The columns as a batch whose column array is the caller's. */
void fa_chunk_batch(const struct fa_chunk *chunk, struct fa_column *columns,
                    struct fa_batch *batch);

#endif
