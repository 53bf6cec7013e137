/*
 * The header of a file: its first record; with a profile the first one that holds all headers
 * that the profile wants, because real exports begin with titles, periods and notes. What
 * stands before it are headings: a profile takes values and totals from them.
 */
#ifndef FA_INTAKE_HEADER_H
#define FA_INTAKE_HEADER_H

#include "intake/source.h"
#include "intake/wants.h"

struct fa_heading {
    struct fa_str text; /* as patterns see it (intake/map.h) */
    uint64_t line_no;
};

struct fa_header {
    struct fa_str *names; /* in ARENA */
    uint32_t count;
    uint32_t bytes, lines;       /* data begins there; with the byte order mark */
    uint32_t records;            /* of a reader: up to there */
    uint64_t line_no;            /* of the header itself */
    struct fa_heading *headings; /* in ARENA */
    uint32_t heading_count;
    struct fa_file_identity identity; /* of the file on disk */
    uint64_t size_bytes;              /* of the file; of the member of an archive */
    enum fa_encoding encoding;
    struct fa_csv_dialect dialect;    /* of the records that follow */
    bool is_sheet;                    /* of a workbook */
    struct fa_str sheet;              /* its name, in ARENA */
    struct fa_encoding_found found; /* how that is known */
};

/* The header must stand in the first FA_HEADER_WINDOW_BYTES of the text. */
enum fa_status fa_header_read(const struct fa_source_input *input, struct fa_arena *arena,
                              struct fa_sink *sink, struct fa_header *header) FA_MUST_USE;

/* NAME in quotes for a message: by its shape where the header is a row of data, as it is in a file without
 * one, so that no message shows a person. */
const char *fa_header_quoted(const struct fa_str *names, uint32_t count, struct fa_str name,
                             char buffer[FA_QUOTED_BYTES]);

#endif
