/*
 * filing.manifest: what the submitter says about a filing (flowaudit-filing(5)): who files, for
 * which period, in which zone and currency, which file holds which table, and control totals.
 */
#ifndef FA_INTAKE_MANIFEST_H
#define FA_INTAKE_MANIFEST_H

#include "base/vec.h"
#include "ledger/dictionary.h"
#include "value/datetime.h"

/* sum COLUMN [CURRENCY] = X */
struct fa_manifest_sum {
    int column;
    fa_currency currency; /* 0: of whatever currency the column has, which must be one */
    struct fa_str amount; /* as written */
    struct fa_place place;
};

struct fa_manifest_file {
    struct fa_str name;
    int table; /* FA_NO_TABLE: those of the profile */
    struct fa_str profile, filer; /* empty: not named */
    bool has_rows;
    uint64_t rows;
    struct fa_str sha256; /* hexadecimal, empty: not stated */
    FA_VEC(struct fa_manifest_sum) sums;
    struct fa_place place;
};

struct fa_manifest_cover {
    int table; /* FA_NO_TABLE: the period of all others */
    int64_t from_day, to_day;
};

struct fa_manifest {
    struct fa_str title, filer, reference;
    bool has_zone;
    struct fa_zone zone;
    fa_currency currency;
    bool has_as_of;
    int64_t as_of_day;
    FA_VEC(struct fa_manifest_cover) covers;
    FA_VEC(struct fa_manifest_file) files;
};

/* Texts point into TEXT or live in ARENA; NAME is the manifest's for messages. */
enum fa_status fa_manifest_parse(struct fa_str text, struct fa_str name,
                                 const struct fa_dictionary *dictionary, struct fa_arena *arena,
                                 struct fa_sink *sink,
                                 struct fa_manifest *manifest) FA_MUST_USE;
void fa_manifest_release(struct fa_manifest *manifest);

/* The days that TABLE covers; false: nobody said so. */
bool fa_manifest_cover(const struct fa_manifest *manifest, int table, int64_t *from_day,
                       int64_t *to_day);

#endif
