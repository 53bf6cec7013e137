/*
 * The parts of flowaudit-verify: from a record to the choices of a run (verify_plan.c), the run held
 * against the record (verify.c), and files held against it (verify_files.c).
 */
#ifndef FLOWAUDIT_VERIFY_H
#define FLOWAUDIT_VERIFY_H

#include "common/line.h"
#include "common/profiles.h"
#include "report/provenance.h"

struct verify_options {
    struct option_list rules, profiles, waivers; /* files that the record names */
    const char *scheme, *baseline, *key_file;
    uint64_t memory_max, threads;
};

/* The run that the record asks for. */
struct verify_plan {
    struct line_choice line;
    struct fa_arena arena; /* owns the texts */
};

/* Release the plan in any case. */
enum fa_status verify_plan_make(struct verify_plan *plan, struct tool_run *run,
                                const struct verify_options *options,
                                const struct fa_provenance *record) FA_MUST_USE;
void verify_plan_release(struct verify_plan *plan);
/* Code VERIFY-INPUT: a ruleset, set or scheme of the record is not among what LINE has loaded. */
enum fa_status verify_check_loaded(const struct line *line, struct tool_run *run,
                                   const struct fa_provenance *record) FA_MUST_USE;

/* Of a regular file. */
enum fa_status verify_hash_file(struct tool_run *run, const char *path,
                                char hex[FA_SHA256_HEX_BYTES]) FA_MUST_USE;
/* The files of a filing that cannot be ingested against the sources of the record. Members of archives
 * are left out. */
enum fa_status verify_compare_sources(struct tool_run *run, const struct fa_provenance *record,
                                      struct fa_differences *differences) FA_MUST_USE;
/* The lists as CSV that stand beside the workbook of the record, for what it does not show whole, against
 * those beside MADE_BOOK. */
enum fa_status verify_compare_rests(struct tool_run *run, const char *made_book, struct fa_str stem,
                                    struct fa_differences *differences) FA_MUST_USE;

#endif
