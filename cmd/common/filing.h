/*
 * A filing as the tools take it: the options of intake, and what they make of them.
 */
#ifndef FLOWAUDIT_COMMON_FILING_H
#define FLOWAUDIT_COMMON_FILING_H

#include "base/limits.h"
#include "intake/ingest.h"
#include "ledger/blocks.h"
#include "tool.h"

/* What a filing may hold beyond the core's tables, from rulesets. */
struct filing_tables {
    struct fa_dictionary dictionary;
    struct fa_ingest_table *extra;
    bool *is_other; /* by table: of a ruleset that nobody asked for */
    size_t extra_count;
};

struct filing_choice {
    const struct filing_tables *tables; /* NULL: the core's tables */
    struct option_list profiles;
    const char *as_of, *rejects;
    uint64_t rejects_max; /* UINT64_MAX: no limit */
    uint64_t memory_max;
    uint64_t threads; /* 0: one for each core, at most eight */
    struct fa_account *account; /* what became of each file; NULL: nobody asks */
};

#define FILING_CHOICE_DEFAULT                                                                  \
    {                                                                                          \
        .rejects_max = UINT64_MAX, .memory_max = FA_MEMORY_DEFAULT                             \
    }

#define THREADS_OPTION(choice)                                                                 \
    {                                                                                          \
        "threads", 'j', "N", "use N threads; one for each core, at most 8, unless given",      \
            OPTION_NUMBER, &(choice)                                                           \
    }

#define FILING_OPTIONS(choice)                                                                 \
    {"profile",                                                                                \
     0,                                                                                        \
     "PROFILE",                                                                                \
     "read with this profile, a file or the name of a shipped one; may be given again",        \
     OPTION_LIST,                                                                              \
     &(choice)->profiles},                                                                     \
        {"rejects",         0, "FILE", "write rejected records to FILE as CSV", OPTION_TEXT,   \
         &(choice)->rejects},                                                                  \
        {"max-rejects",                                                                        \
         0,                                                                                    \
         "N",                                                                                  \
         "refuse the filing when more than N records are rejected; no "                        \
         "limit unless given",                                                                 \
         OPTION_NUMBER,                                                                        \
         &(choice)->rejects_max},                                                              \
        {"as-of",     0,                                                                       \
         "DATE",      "judge as of the end of DATE instead of the filing's last day",          \
         OPTION_TEXT, &(choice)->as_of},                                                       \
        {"memory",                                                                             \
         0,                                                                                    \
         "SIZE",                                                                               \
         "keep at most SIZE of finished blocks in memory, the rest in a file; 512M unless "    \
         "given",                                                                              \
         OPTION_SIZE,                                                                          \
         &(choice)->memory_max},                                                               \
        THREADS_OPTION((choice)->threads)

/* The threads to use when ASKED for so many; 0: one for each core, at most eight. */
unsigned threads_of(uint64_t asked);

/* Phase one of ingest; with -v says what it cost. */
enum fa_status filing_ingest(const struct filing_choice *choice, struct tool_run *run,
                             const char *path, struct fa_blocks **blocks) FA_MUST_USE;
/* The same for several files. */
enum fa_status filing_ingest_files(const struct filing_choice *choice, struct tool_run *run,
                                   const char *const *paths, size_t path_count,
                                   struct fa_blocks **blocks) FA_MUST_USE;

#endif
