/*
 * Private to the compiling of rules files: a ruleset on its way from text to the typed model, and
 * what the parts of the compiler share.
 */
#ifndef FA_RULES_COMPILE_PARTS_H
#define FA_RULES_COMPILE_PARTS_H

#include "rules/check.h"
#include "rules/compile.h"

/* A ruleset as it was parsed, and what it makes known to those that use it. */
struct fa_ruleset_draft {
    struct fa_lexer *lexer; /* of its file */
    struct fa_syntax_ruleset *syntax;
    struct fa_ruleset *ruleset;
    struct fa_checker checker;
    bool is_open;          /* what it uses is being checked */
    bool is_done;          /* its tables, parameters and lets are known */
    bool is_incomplete;    /* what it uses or declares is not known as a whole */
    enum fa_status status; /* of checking it */
};

/* A set as it was parsed. */
struct fa_set_draft {
    struct fa_lexer *lexer;
    struct fa_syntax_set *syntax;
};

struct fa_ruleset_draft *fa_find_draft(const struct fa_ruleset_list *list, struct fa_str id);
struct fa_ruleset *fa_find_ruleset(const struct fa_ruleset_list *list, struct fa_str id);

/* --- build_param.c --- */
enum fa_status fa_param_make(struct fa_checker *checker, const struct fa_syntax_param *syntax,
                             struct fa_param *param) FA_MUST_USE;
/* A value of a parameter: constant, or none. */
enum fa_status fa_param_value(struct fa_checker *checker, const struct fa_node *node,
                              enum fa_kind kind, struct fa_value *value) FA_MUST_USE;

/* --- build_set.c --- */
/* The sets that were added, once all rulesets are there. */
enum fa_status fa_sets_make(struct fa_ruleset_list *list) FA_MUST_USE;

/* --- build_table.c --- */
/* "FILE:9 has the first", or "line 9 has the first" of the checker's own file. */
const char *fa_first_hint(const struct fa_checker *checker, const struct fa_ruleset *ruleset,
                          uint64_t line_no, char hint[FA_NEAREST_HINT_BYTES]);
/* The tables that the ruleset declares, into the list's dictionary. */
enum fa_status fa_tables_make(struct fa_checker *checker) FA_MUST_USE;
/* One table, under a name that nothing has yet; sets its number. What its columns refer to is for the
 * caller to resolve. */
enum fa_status fa_own_table_add(struct fa_checker *checker, struct fa_table_block *block) FA_MUST_USE;

#endif
