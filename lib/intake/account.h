/*
 * What became of the files of a run: how each was read, and where each of its records went. For
 * people who try a profile, and for tables that list files with their counts.
 */
#ifndef FA_INTAKE_ACCOUNT_H
#define FA_INTAKE_ACCOUNT_H

#include "base/arena.h"
#include "base/vec.h"

/* A statement of the profile that left records out, as it stands in the profile. */
struct fa_left_out {
    struct fa_str statement;
    uint64_t record_count;
};

/* One file; of a profile with several tables, one for each of them. Each record behind the
 * header is accepted, rejected, left out, or of other tables. */
struct fa_part_account {
    struct fa_str file, table;
    struct fa_str profile;  /* empty: canonical CSV */
    struct fa_str encoding; /* which, and why; empty: the format's own */
    bool has_header;        /* it was found */
    uint64_t header_line_no;
    struct fa_str *header;
    uint32_t header_count;
    uint32_t heading_count; /* records before the header */
    bool is_read;           /* to its end */
    uint64_t records, accepted, rejected, left_out, other;
    uint64_t rows; /* of the table, from accepted records */
    FA_VEC(struct fa_left_out) causes;
};

struct fa_account {
    struct fa_arena arena; /* owns the texts */
    FA_VEC(struct fa_part_account) parts;
};

void fa_account_init(struct fa_account *account);
void fa_account_release(struct fa_account *account);

#endif
