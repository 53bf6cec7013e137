/*
 * From a header to a reading plan: which field fills which column, checked once a file. Without
 * a profile a header must name columns of its table exactly, each at most once, and all that
 * are required; a profile maps other headers (intake/map.h).
 */
#ifndef FA_INTAKE_PLAN_H
#define FA_INTAKE_PLAN_H

#include "intake/header.h"
#include "intake/manifest.h"

struct fa_plan_request {
    const struct fa_header *header;
    struct fa_str source; /* the file's name within the filing */
    const struct fa_table_def *table;
    const struct fa_dictionary *builtin; /* that the profile was parsed with */
    fa_currency
        filing_currency; /* 0: not stated, then a required currency column must be there */
    const struct fa_profile *profile;    /* NULL: canonical */
    const struct fa_profile_table *part; /* the one of the profile that fills TABLE */
    bool is_lead;                        /* this part tells of records that are of no table */
    const struct fa_manifest_file *file; /* what the manifest says of it; may be NULL */
    struct fa_arena *arena;              /* the plan lives there */
    struct fa_sink *sink;
};

enum fa_status fa_plan_make(const struct fa_plan_request *request,
                            struct fa_file_plan *plan) FA_MUST_USE;

/* plan_map.c: the mapping of the profile, and the fields that it makes. */
enum fa_status fa_plan_map(const struct fa_plan_request *request,
                           struct fa_file_plan *plan) FA_MUST_USE;

#endif
