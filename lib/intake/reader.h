/*
 * A reader takes one format apart: it turns a file into records of text fields under headings,
 * which a profile maps to tables (intake/profile.h). It knows nothing of tables, types and
 * money.
 *
 *   - The first record that it gives is the header: the names of the fields. Where the file has
 * a header itself (a sheet), all rows are given as they are, and the profile finds the header.
 *   - It gives everything that the format holds: a record for each statement, balance, line,
 * row. Where it holds several kinds, the first field, under "record", says which one it is, and
 * the header is that of all kinds together.
 *   - A value is given as it is written, without a guess. An empty field is a missing value.
 *   - A file is read twice: for its header, then for its rows.
 *   - No messages: a fault is kept (intake/fault.h), with its place, and reading ends.
 *   - Memory is bounded, whatever the file says about itself.
 */
#ifndef FA_INTAKE_READER_H
#define FA_INTAKE_READER_H

#include "intake/decode.h"
#include "intake/feed.h"
#include "intake/records.h"

struct fa_profile;
struct fa_profile_table;

struct fa_reader_input {
    /* The file's bytes: decoded into UTF-8 for formats of text, raw for those that name their
     * encoding themselves. NULL for formats that need a whole file. */
    struct fa_feed *feed;
    enum fa_encoding encoding;            /* that decoded bytes were in */
    int fd;                               /* a regular file, for those; else -1 */
    const struct fa_profile *profile;     /* what the format needs to be told */
    const struct fa_profile_table *table; /* whose records are wanted; for JSON's lists */
    const char *spool_dir; /* for files that have no name; may be NULL */
    struct fa_fault *fault;
};

struct fa_reader;

struct fa_reader_type {
    const char *name; /* in a profile: format NAME */
    bool needs_file;  /* reads from fd, in any order */
    bool is_decoded;  /* its feed is to be decoded first */
    bool is_sheet; /* records are rows: places are cells, cells that are missing at the end of a
                      row are empty */
    /* NULL: a fault was kept. INPUT is copied; what it points to outlives the reader. */
    struct fa_reader *(*open)(const struct fa_reader_input *input);
    /* Adds records until OUT holds about BYTES_WANTED. False: there are no more, or a fault. */
    bool (*next)(struct fa_reader *reader, size_t bytes_wanted, struct fa_records *out);
    void (*close)(struct fa_reader *reader);
};

struct fa_reader {
    const struct fa_reader_type *type; /* the first member of each kind of reader */
    struct fa_str sheet;               /* of a workbook: the name of the sheet that is read */
};

/* Of the profile's format; NULL for text, which needs no reader: intake/csv.h cuts and splits
 * it. */
const struct fa_reader_type *fa_reader_of(const struct fa_profile *profile);

extern const struct fa_reader_type fa_reader_fixed, fa_reader_json, fa_reader_mt940,
    fa_reader_camt, fa_reader_sheet;

#endif
