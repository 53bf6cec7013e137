/*
 * The mapping of a profile, compiled for one file and one table: which fields of a source
 * record make which rows of the table, as canonical texts. It runs over slices of records
 * between the splitter and the typed columns. A field that is canonical as it stands is not
 * copied; what is made lies in the chunk's side area.
 *
 * A record is one of these, tested in this order:
 *   footer    it, or one before it, is like a footer of the profile: no data from here on
 *   ignored   nothing but blanks, like a pattern of skip, or left out by ignore when
 *   rejected  it has too few fields or too many, or no row of any table takes it, or a row that
 *             it gives has a value that cannot be read
 *   other     it gives no row of this table but of another one of the profile
 *   accepted  it gives rows
 * What cannot be told apart by table (a wrong quote, no row at all) is told by the first table
 * of the profile that reads these records; the others count it as theirs.
 */
#ifndef FA_INTAKE_MAP_H
#define FA_INTAKE_MAP_H

#include "intake/choices.h"
#include "intake/csv.h"
#include "intake/number.h"
#include "intake/profile.h"

enum { FA_NO_FIELD = -1 };

/* Text of the map itself: bytes [start, start + size) of its pool, which every chunk has a copy
 * of, so that fields can point at it. */
struct fa_map_part {
    int field_idx; /* of the source; FA_NO_FIELD: the text */
    struct fa_csv_field text;
};

struct fa_map_column {
    const struct fa_profile_column *stated;
    enum fa_type type;
    struct fa_map_part *parts;
    int part_count;
    int first_field; /* of the source, for messages; FA_NO_FIELD: it has none */
    bool is_source;  /* some part is no word of the profile itself */
    bool is_record;  /* the file's name and the record's number, put between the parts */
    int record_at;   /* number of parts before it */
    struct fa_choices choices; /* slots NULL: none; value: index into choice_texts */
    struct fa_csv_field *choice_texts;
    struct fa_csv_field other;
    struct fa_str *missing;
    int missing_count;
    struct fa_str form; /* of a date or time; empty: canonical */
    bool is_day_form;   /* of a time: the form is that of its day alone */
    struct fa_number_form number;
    int sign_slot; /* FA_NO_FIELD: none */
};

struct fa_map_test {
    const struct fa_profile_test *stated;
    int field_idx;
};

struct fa_map_condition {
    struct fa_map_test *tests;
    int count;
};

struct fa_map_section {
    struct fa_map_condition when;
    struct fa_map_column *columns; /* by slot; stated NULL: these rows leave it empty */
    int column_count;
};

/* A total of the profile that is counted while rows are read. */
struct fa_map_total {
    const struct fa_profile_total *stated;
    struct fa_map_condition when;
    int field_idx;                          /* FA_NO_FIELD: records are counted */
    const struct fa_profile_column *column; /* whose prefix and suffix the field has; or NULL */
    struct fa_number_form number;
};

struct fa_map {
    const struct fa_profile *profile;
    bool is_lead;         /* tells of records that belong to no table */
    bool pads;            /* fields that a record lacks are empty, as in a sheet */
    struct fa_str sheet;  /* its name */
    uint32_t named_count; /* fields that each record must have */
    uint32_t slot_count;
    struct fa_map_condition *ignored;
    int ignored_count;
    struct fa_map_section *sections;
    int section_count;
    struct fa_map_condition *others; /* of the rows of the profile's other tables */
    int other_count;
    struct fa_map_total *totals;
    int total_count;
    const bool *is_masked; /* by field of the source: it may be shown by its shape only */
    const struct fa_str *header;
    const char *pool;
    uint32_t pool_size;
    struct fa_csv_field credit, debit;
    bool reads_text; /* records are looked at as texts, too */
};

/* What fills a field of the rows of a section, or makes it by its sign; NULL: nothing. */
static inline const struct fa_map_column *fa_map_column_of(const struct fa_map *map,
                                                           uint32_t section, uint32_t slot)
{
    const struct fa_map_section *rows = &map->sections[section];
    if (rows->columns[slot].stated)
        return &rows->columns[slot];
    for (int i = 0; i < rows->column_count; i++)
        if (rows->columns[i].stated && rows->columns[i].sign_slot == (int)slot)
            return &rows->columns[i];
    return NULL;
}

enum fa_record_kind {
    FA_RECORD_ROWS,
    FA_RECORD_IGNORED,
    FA_RECORD_OTHER,
    FA_RECORD_REJECTED,
};

/* Why a record is left out: it is blank, or by the first pattern of skip, the next, ..., the first
 * condition of ignore when, ... Those before the header and in the footer are counted elsewhere. */
enum { FA_CAUSE_BLANK, FA_CAUSE_SKIP };
static inline size_t fa_cause_count(const struct fa_profile *profile)
{
    return FA_CAUSE_SKIP + profile->skips.count + profile->ignored_when.count;
}

/* The sum of a total over a chunk, in units of 10^-FA_MONEY_SCALE_MAX. */
struct fa_total_sum {
    fa_i128 sum;
    uint64_t count, unreadable;
};

/* The text of a record as patterns see it: its fields with the separator between them, without
 * empty fields at the end; a record whose quotes are wrong as it stands. In BUF, or where it
 * is. */
enum fa_status fa_record_text(const struct fa_csv *csv, const struct fa_csv_rows *rows,
                              uint32_t record, struct fa_buf *buf,
                              struct fa_str *text) FA_MUST_USE;

/* The first of the patterns that the text is like; -1: none. */
int fa_texts_find_like(const struct fa_profile_texts *patterns, struct fa_str text);
bool fa_texts_match(const struct fa_profile_texts *patterns, struct fa_str text);

#endif
