/*
 * Records that a reader made out of another format: written as canonical CSV, which the row
 * parser splits like any other, each with the place in the source that it came from.
 */
#ifndef FA_INTAKE_RECORDS_H
#define FA_INTAKE_RECORDS_H

#include "base/str.h"
#include "base/vec.h"

/* Where a record is in its source. */
struct fa_origin {
    uint64_t line_no;     /* from 1; of a sheet: the row */
    uint64_t byte_offset; /* in the decoded text; 0 where there is no such place */
};

struct fa_records {
    struct fa_buf bytes; /* CSV, every record ended by LF */
    FA_VEC(struct fa_origin) origins;
    uint32_t field_count; /* of the record that is being written */
    bool is_out_of_memory;
};

/* A record: start, its fields from left to right, end. A failure is kept in is_out_of_memory.
 */
void fa_record_start(struct fa_records *records, struct fa_origin origin);
void fa_record_add(struct fa_records *records, struct fa_str field); /* empty: missing */
void fa_record_skip(struct fa_records *records, uint32_t count);     /* COUNT missing ones */
void fa_record_end(struct fa_records *records);

void fa_records_clear(struct fa_records *records); /* keeps the memory */
void fa_records_release(struct fa_records *records);

#endif
