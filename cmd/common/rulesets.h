/*
 * The rules as the tools take them: finding, compiling and running rulesets.
 */
#ifndef FLOWAUDIT_COMMON_RULESETS_H
#define FLOWAUDIT_COMMON_RULESETS_H

#include "base/limits.h"
#include "rules/compile.h"
#include "rules/flag.h"
#include "rules/waiver.h"
#include "filing.h"
#include "tool.h"

/* What the user chose of the rules: the options that flag and audit share. */
struct rules_choice {
    struct option_list rulesets, parameters;
    struct option_list waivers; /* files */
    bool names_are_shipped; /* a name in RULESETS is of a shipped one, never of a file */
    const char *filing; /* the path of the filing under test, where waivers may not lie; or NULL */
    const char *only;
    const char *baseline; /* of flag and audit */
    uint64_t evidence_max;
    uint64_t threads; /* 0: one for each core, at most eight */
};

#define RULES_CHOICE_DEFAULT {.evidence_max = FA_EVIDENCE_DEFAULT, .threads = 1}

#define RULES_OPTIONS(choice)                                                                  \
    {"rules", 'r', "RULESET",                                                                  \
     "a file of rulesets, or the id of a shipped ruleset or set; may be given again; "         \
     "without it, the shipped ones that apply to the filer",                                \
     OPTION_LIST, &(choice)->rulesets},                                                        \
        {"only", 0, "RULE", "run this rule alone", OPTION_TEXT, &(choice)->only},              \
        {"waivers", 0, "FILE",                                                                 \
         "mark the findings that the waivers in FILE waive; may be given again", OPTION_LIST,  \
         &(choice)->waivers},                                                                  \
        {"param", 0, "RULESET.NAME=VALUE",                                                     \
         "set a parameter; every result it touched says so", OPTION_LIST,                      \
         &(choice)->parameters},                                                               \
    {                                                                                          \
        "evidence", 0, "N", "carry at most N rows for a finding; 1000 unless given",           \
            OPTION_NUMBER, &(choice)->evidence_max                                             \
    }

struct rulesets {
    struct fa_ruleset_list list;
    struct rulesets *others; /* shipped ones with tables, for a filing that holds some; NULL: not loaded */
    struct fa_dictionary dictionary;
    FA_VEC(const char *) unmarked_files; /* of the names asked for, those of files that do not look so */
    struct fa_baseline *baseline; /* NULL: none was given */
    struct fa_waiver_list waivers;
    struct fa_arena arena;
};

/* Finds, compiles and sets the parameters of what was chosen, reads the waivers and the earlier results,
 * and refuses `only` when no rule has that id. Release in any case. */
enum fa_status rulesets_load(struct rulesets *rulesets, struct tool_run *run,
                             const struct rules_choice *choice) FA_MUST_USE;
/* No ruleset at all. */
enum fa_status rulesets_none(struct rulesets *rulesets, struct tool_run *run) FA_MUST_USE;
void rulesets_release(struct rulesets *rulesets);

/* What a filing may hold: the tables of these rulesets, and of all shipped ones unless IS_NARROW, so that
 * who asks for a few rules can read a whole filing. Lives in the rulesets. */
enum fa_status rulesets_filing(struct rulesets *rulesets, struct tool_run *run, bool is_narrow,
                               struct filing_tables *tables) FA_MUST_USE;

/* Runs the flag stage with what was chosen. AS_OF_DAY INT64_MIN: the ledger's own. */
enum fa_status rulesets_flag(const struct rulesets *rulesets, struct tool_run *run,
                             const struct rules_choice *choice, int64_t as_of_day,
                             uint64_t memory_max, struct fa_blocks *ledger,
                             struct fa_blocks **results) FA_MUST_USE;

#endif
