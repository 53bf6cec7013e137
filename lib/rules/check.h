/*
 * The checker of expressions: gives the names of an untyped tree their meaning and its parts
 * their types, and makes the typed tree that evaluators run.
 *
 * What a name means depends on where it stands (struct fa_names): where rows are judged it is a
 * column, where groups are judged a part of the key, an aggregate or a running value.
 * Everywhere it may be a let or a parameter. Beside an enum a bare word is first looked for
 * among the enum's values.
 *
 * Numbers are written without a type; they take that of what they stand beside: 200000.00 is
 * money beside money. What cannot become that type exactly is refused.
 */
#ifndef FA_RULES_CHECK_H
#define FA_RULES_CHECK_H

#include "base/nearest.h"
#include "rules/syntax.h"

/* A let of this ruleset, or of one that it uses. */
struct fa_known_let {
    struct fa_syntax_let *let;
    const struct fa_lexer *lexer; /* of the file that it stands in */
    const struct fa_ruleset *ruleset;
};

struct fa_checker {
    struct fa_ruleset_list *list;
    const struct fa_lexer *lexer; /* of the file, for places */
    struct fa_sink *sink;
    struct fa_syntax_ruleset *syntax;
    struct fa_ruleset *ruleset;
    FA_LIST(struct fa_param *) params; /* of this ruleset and those it uses */
    FA_LIST(struct fa_known_let) lets;
    struct fa_name_map param_places, let_places; /* in these two lists */
    FA_LIST(const struct fa_ruleset *) known; /* itself and those it uses: their tables are known */
    FA_LIST(struct fa_view *) views;   /* likewise */
    FA_LIST(struct fa_view *) reads;   /* views that what is being built reads, each once */
    struct fa_view *account_day; /* the built-in view by the ruleset's zone and currency; NULL: not named yet */
    const struct fa_table_def *leg;
    uint32_t expr_count; /* made for the present rule */
    unsigned depth;
    int open_views; /* being built, each because the one before names it */
};

enum fa_names_level { FA_NAMES_NONE, FA_NAMES_ROW, FA_NAMES_GROUP };

/* Where an expression stands. */
struct fa_names {
    enum fa_names_level level;
    int table; /* of the row; FA_LEG_TABLE for legs */
    const struct fa_table_def *def;
    struct fa_syntax_rule *syntax; /* whose lets are known; may be NULL */
    struct fa_rule *rule; /* GROUP: its keys, aggregates and states; receives aggregates */
    bool has_before;      /* ROW, and rows of aggregates: prev(x) may stand here */
    bool reads_first_row; /* GROUP: columns are read from the group's first row (say) */
};

/* Numbers whose type is not decided yet, and 5bd, 1mo: never in a finished tree. */
enum { FA_KIND_NUMBER = 100, FA_KIND_SPAN = 101 };

/* BESIDE (may be NULL) is what the value is compared with or assigned to. */
enum fa_status fa_check(struct fa_checker *checker, const struct fa_names *names,
                        const struct fa_node *node, const struct fa_expr *beside,
                        struct fa_expr **expr) FA_MUST_USE;
/* The same, and the result is of KIND. */
enum fa_status fa_check_kind(struct fa_checker *checker, const struct fa_names *names,
                             const struct fa_node *node, enum fa_kind kind,
                             struct fa_expr **expr) FA_MUST_USE;
/* The same, and a bare number becomes int or ratio. */
enum fa_status fa_check_any(struct fa_checker *checker, const struct fa_names *names,
                            const struct fa_node *node, struct fa_expr **expr) FA_MUST_USE;
/* An aggregate's argument and condition, over the rows of NAMES: sum(x if c). */
enum fa_status fa_check_aggregate(struct fa_checker *checker, const struct fa_names *names,
                                  const struct fa_node *call, struct fa_agg **agg) FA_MUST_USE;
bool fa_is_aggregate(
    const struct fa_node *node); /* by its name and the number of its arguments */
/* Whether the condition of a rule of this way reads aggregates of rows. */
bool fa_has_aggregates(const struct fa_rule *rule);

/* --- for the parts of the checker --- */

/* Reports at a token; gives the code's status. */
#define fa_check_error(checker, code, token, hint, ...)                                        \
    fa_error((checker)->sink, code, fa_lex_place((checker)->lexer, token), hint, __VA_ARGS__)

enum fa_status fa_check_no_memory(struct fa_checker *checker);
const char *fa_kind_name(int kind);
enum fa_status fa_expr_make(struct fa_checker *checker, const struct fa_node *node,
                            enum fa_op op, int kind, struct fa_expr *const *args, int arg_count,
                            struct fa_expr **expr) FA_MUST_USE;
/* Turns a bare number into KIND where that is exact; other expressions must be of KIND already,
 * but for a whole number where a ratio is wanted. */
enum fa_status fa_coerce(struct fa_checker *checker, const struct fa_node *node, int kind,
                         struct fa_expr **expr) FA_MUST_USE;

/* Makes both sides of a comparison one type; NODE's arguments are said in messages. */
enum fa_status fa_check_comparable(struct fa_checker *checker, const struct fa_node *node,
                                   bool is_order, struct fa_expr **a,
                                   struct fa_expr **b) FA_MUST_USE;

/* NAME, NAME.NAME..., T(...).NAME, P at X, any T(...), has T(...) (names.c) */
enum fa_status fa_check_name(struct fa_checker *checker, const struct fa_names *names,
                             const struct fa_node *node, const struct fa_expr *beside,
                             struct fa_expr **expr) FA_MUST_USE;
bool fa_is_lookup(struct fa_checker *checker, const struct fa_node *node);
/* Function calls (functions.c) */
enum fa_status fa_check_call(struct fa_checker *checker, const struct fa_names *names,
                             const struct fa_node *node, struct fa_expr **expr) FA_MUST_USE;
/* x in USD half up (build_currency.c) */
enum fa_status fa_check_convert(struct fa_checker *checker, const struct fa_names *names,
                                const struct fa_node *node, struct fa_expr **expr) FA_MUST_USE;
struct fa_param *fa_find_param(const struct fa_checker *checker, struct fa_str name);
enum fa_status fa_add_param(struct fa_checker *checker, struct fa_param *param) FA_MUST_USE;
/* A let outside rules. */
const struct fa_known_let *fa_find_let(const struct fa_checker *checker, struct fa_str name);
enum fa_status fa_add_let(struct fa_checker *checker, struct fa_known_let let) FA_MUST_USE;
bool fa_is_known_ruleset(const struct fa_checker *checker, const struct fa_ruleset *ruleset);
/* A table that a filing or a ruleset known here brings, or a view, which is noted as read; NULL: there
 * is none, or fa_view_is_broken. */
const struct fa_table_def *fa_find_table(struct fa_checker *checker, struct fa_str name);
/* What helps where fa_find_table finds none: the ruleset to use, or else OTHERWISE. */
const char *fa_table_hint(const struct fa_checker *checker, struct fa_str name,
                          const char *otherwise, char hint[FA_NEAREST_HINT_BYTES]);
/* Whether T(...) means something else than a row of a table T. */
bool fa_is_function_name(struct fa_str name);

/* A path as its words: NAME or NAME.NAME. False for anything else or too many steps. */
struct fa_words {
    const struct fa_token *tokens[FA_PATH_STEPS_MAX];
    int count;
};
bool fa_node_words(const struct fa_node *node, struct fa_words *words);
/* Follows words from FIRST on through the columns of a table, appending steps. */
enum fa_status fa_follow(struct fa_checker *checker, const struct fa_words *words, int first,
                         struct fa_path *path, const struct fa_column_def **last) FA_MUST_USE;
const struct fa_table_def *fa_table_of(const struct fa_checker *checker, int table);
const struct fa_column_def *fa_path_column(const struct fa_checker *checker,
                                           const struct fa_path *path, int step);
/* Makes the leaf for a path. */
enum fa_status fa_path_expr(struct fa_checker *checker, const struct fa_node *node,
                            const struct fa_path *path, struct fa_expr **expr) FA_MUST_USE;

/* --- views (build_view.c) --- */

/* Makes the views of the ruleset that are not made yet. */
enum fa_status fa_views_make(struct fa_checker *checker) FA_MUST_USE;
/* account_day: each ruleset has its own, for its days are those of the ruleset's zone. */
bool fa_view_is_built_in(struct fa_str name);
/* Makes the view NAME of the ruleset, if there is one that is not made; false: it is broken. */
bool fa_view_prepare(struct fa_checker *checker, struct fa_str name);
/* Whether there is such a view, whose mistakes were or are reported. */
bool fa_view_is_broken(const struct fa_checker *checker, struct fa_str name);
/* Notes that what is being built reads a view; false: memory is out, which is reported. */
bool fa_view_note(struct fa_checker *checker, int table);
/* The view that has this table of the dictionary; NULL: none that is known. */
struct fa_view *fa_view_of(const struct fa_checker *checker, int table);
/* The views that RULE reads, with those that they read, into the rule. */
enum fa_status fa_rule_collect_views(struct fa_checker *checker,
                                     struct fa_rule *rule) FA_MUST_USE;

#endif
