/*
 * Damage to a filing that books_close() has written: what goes wrong with exports on their way.
 *
 * The files are changed where they are. filing.manifest goes on saying what the platform can
 * still claim of them: a lost file is not named, a changed one has no checksum, and a total
 * stays only where the damage left it true or beyond proof. (With the totals of before, ingest
 * would refuse the filing as a whole, and rightly.) What is to come of it stands in
 * expected.csv and README.md.
 */
#ifndef SAMPLES_DAMAGE_H
#define SAMPLES_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>

enum damage_kind {
    LOSE_TABLE,  /* the file is not there */
    LOSE_COLUMN, /* a column is not in the file */
    GARBLE_CELL, /* a cell of record RECORD_NO is TEXT */
    CUT_FILE     /* the file ends in the middle of record RECORD_NO */
};

struct damage {
    enum damage_kind kind;
    const char *table;
    const char *column;
    unsigned record_no; /* from 1, the header not counted */
    const char *text;
    const char
        *code; /* GARBLE_CELL, CUT_FILE: of the reject that must come of it; NULL: none */
};

/* A rule that the damage makes not testable, or leaves in doubt (IS_UNKNOWN), and why. */
struct hindered {
    const char *rule;
    const char *why;
    bool is_unknown;
};

void damage_filing(const char *folder, const struct damage *damages, size_t damage_count,
                   const struct hindered *hindered, size_t hindered_count);

#endif
