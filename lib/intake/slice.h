/*
 * One slice of records under the hands of the column parsers; shared by the parts of the row
 * parser (intake/row.h), nobody else includes this.
 *
 *   chunk.c          memory, and a chunk slice by slice
 *   slice.c          a slice: its columns, faults, sums, keys, what is kept
 *   column_values.c  columns of numbers, closed lists, currencies
 *   column_times.c   columns of dates and times
 *   column_texts.c   columns of texts, sets and ids
 *   map_slice.c      the mapping of a profile, before all that
 */
#ifndef FA_INTAKE_SLICE_H
#define FA_INTAKE_SLICE_H

#include "intake/row.h"

/* Records that are parsed together: their fields and values fit the second-level cache. */
enum { FA_SLICE_RECORDS_MAX = 1024 };

/* What the parsers of one slice remember: the last date and offset were mostly the same. */
struct fa_date_memo {
    char text[16];
    int64_t day_no;
    bool is_set;
    char offset_text[8];
    int64_t offset_us;
    bool has_offset;
};

/* What the mapping made of the records of a slice. */
struct fa_mapped {
    struct fa_csv_field *fields; /* slot_count of the map for each row */
    size_t field_capacity;
    uint8_t kinds[FA_SLICE_RECORDS_MAX];     /* of each record: enum fa_record_kind */
    uint16_t codes[FA_SLICE_RECORDS_MAX];    /* of a rejected record that gave no row */
    uint16_t records[FA_SLICE_RECORDS_MAX];  /* of each row: the record that gave it */
    uint16_t sections[FA_SLICE_RECORDS_MAX]; /* of each row: that of the map */
    struct fa_buf text;                      /* of a record */
};

struct fa_row_scratch {
    const struct fa_file_plan
        *prepared_for; /* the columns of the chunk are those of this plan */
    struct fa_csv_rows rows;
    size_t fields_capacity;
    struct fa_csv csv;
    struct fa_mapped mapped;
    uint16_t
        codes[FA_SLICE_RECORDS_MAX]; /* enum fa_code of the row's fault; FA_CODE_COUNT: none */
    /* Index of a field of the row, -1: the record; and its place in the source, by which the
     * leftmost is found. */
    int16_t fault_fields[FA_SLICE_RECORDS_MAX];
    int16_t fault_places[FA_SLICE_RECORDS_MAX];
    uint16_t kept[FA_SLICE_RECORDS_MAX]; /* rows of the slice that were accepted */
    fa_currency currencies[FA_SLICE_RECORDS_MAX];
    int8_t scales[FA_SLICE_RECORDS_MAX];
    struct fa_date_memo memo;
    uint64_t currency_bytes; /* the last currency as text; 0: none */
    fa_currency currency;
    bool has_faults;
    bool has_own_currency;
    struct fa_buf key; /* a key of several parts, or of a number */
};

struct fa_slice {
    const struct fa_row_env *env;
    struct fa_chunk *chunk;
    struct fa_row_scratch *scratch;
    const struct fa_file_plan *plan;
    uint32_t first; /* row of the chunk that the slice's row 0 becomes */
    uint32_t count; /* of rows */
    uint32_t record_count;
    /* The fields of row i begin at fields[i * stride]: those of the record, or what the mapping
     * made of it. */
    const struct fa_csv_field *fields;
    uint32_t stride;
};

static inline struct fa_csv_field fa_slice_field(const struct fa_slice *slice, uint32_t row,
                                                 uint32_t field_idx)
{
    return slice->fields[(size_t)row * slice->stride + field_idx];
}

static inline struct fa_str fa_slice_text(const struct fa_slice *slice,
                                          struct fa_csv_field field)
{
    return (struct fa_str){slice->chunk->base + field.start, field.size};
}

/* The record of a row, within the slice. */
static inline uint32_t fa_slice_record(const struct fa_slice *slice, uint32_t row)
{
    return slice->plan->map ? slice->scratch->mapped.records[row] : row;
}

/* --- slice.c --- */

/* Parses the columns of the slice's rows, and keeps or rejects its records. */
void fa_slice_parse(struct fa_slice *slice);
/* FIELD NULL: the record as a whole. The fault that is told is that of the leftmost field. */
void fa_slice_add_fault(struct fa_slice *slice, uint32_t row, const struct fa_field_plan *field,
                        enum fa_code code);
/* The same for a bad value; damage that spreadsheets do has codes of its own (intake/damage.h).
 */
void fa_slice_add_value_fault(struct fa_slice *slice, uint32_t row,
                              const struct fa_field_plan *field, struct fa_str text,
                              enum fa_code code);

/* --- columns --- */

void fa_slice_parse_values(struct fa_slice *slice, const struct fa_field_plan *field);
void fa_slice_parse_times(struct fa_slice *slice, const struct fa_field_plan *field);
void fa_slice_parse_texts(struct fa_slice *slice, const struct fa_field_plan *field);
void fa_slice_parse_ids(struct fa_slice *slice, const struct fa_field_plan *field);
/* One amount, for what is not a column; FA_CODE_COUNT: it is one. */
enum fa_code fa_slice_parse_money(const struct fa_slice *slice,
                                  const struct fa_field_plan *field, uint32_t row,
                                  struct fa_str text, int64_t *value);
enum fa_code fa_value_fault(enum fa_value_status status); /* of a number */

/* Reads one value; FA_CODE_COUNT: it is one. Inlined into the loop of fa_parse_column(). */
typedef enum fa_code fa_value_parser(struct fa_slice *slice, const struct fa_field_plan *field,
                                     uint32_t row, struct fa_str text, int64_t *value);

static inline __attribute__((always_inline)) void fa_parse_column(
    struct fa_slice *slice, const struct fa_field_plan *field, fa_value_parser *parse)
{
    struct fa_parsed *column = &slice->chunk->columns[field->column];
    int64_t *values = column->values + slice->first;
    uint8_t *missing = column->missing + slice->first;
    for (uint32_t row = 0; row < slice->count; row++) {
        struct fa_str text = fa_slice_text(slice, fa_slice_field(slice, row, field->field_idx));
        enum fa_code code = FA_CODE_COUNT;
        values[row] = 0;
        missing[row] = text.size == 0;
        if (text.size == 0) {
            column->has_missing = true;
            if (field->is_required)
                code = FA_CODE_ROW_REQUIRED;
        } else {
            code = parse(slice, field, row, text, &values[row]);
        }
        if (code != FA_CODE_COUNT)
            fa_slice_add_value_fault(slice, row, field, text, code);
    }
}

/* --- map_slice.c --- */

/* Makes rows of the records that were split into the scratch, up to a footer: sets the slice's
 * counts and fields. */
void fa_map_slice(struct fa_slice *slice);
/* The text that a column of a record was made from, as the source has it; in the side area
 * where it is put together. */
struct fa_csv_field fa_map_original(struct fa_slice *slice, const struct fa_map_column *column,
                                    uint32_t record);
/* In words, in the side area: the values of a record that the conditions of rows look at. */
struct fa_csv_field fa_map_tested(struct fa_slice *slice, uint32_t record);

#endif
