/*
 * From a header to a reading plan: which field fills which column, checked once a file. A
 * header must name columns of its table exactly, each at most once, and all that are required;
 * a profile maps other headers.
 */
#ifndef FA_INTAKE_PLAN_H
#define FA_INTAKE_PLAN_H

#include "intake/manifest.h"
#include "intake/profile.h"
#include "intake/source.h"

/* FILING_CURRENCY 0: not stated, then a required currency column must be there. PROFILE and
 * FILE (what the manifest says of it) may be NULL. The plan lives in ARENA. */
enum fa_status fa_plan_make(const struct fa_header *header, struct fa_str source,
                            const struct fa_table_def *table, fa_currency filing_currency,
                            const struct fa_profile *profile,
                            const struct fa_manifest_file *file, struct fa_arena *arena,
                            struct fa_sink *sink, struct fa_file_plan *plan) FA_MUST_USE;

#endif
