/*
 * Private to the building of typed rules: what its parts share. A way is a file build_NAME.c.
 * Everything that is wrong with a rule is reported, not just the first mistake; names that a
 * broken part would have made are not reported as unknown.
 */
#ifndef FA_RULES_BUILD_PARTS_H
#define FA_RULES_BUILD_PARTS_H

#include "rules/build.h"

/* What is being built. */
struct fa_builder {
    struct fa_checker *checker;
    struct fa_syntax_rule *syntax;
    struct fa_rule *rule;
    struct fa_names row;   /* of the population */
    struct fa_names group; /* of the judged groups */
    enum fa_status status; /* of all that was checked so far */
};

/* Reports a mistake at a token. */
#define fa_build_error(builder, code, token, hint, ...)                                        \
    fa_build_note(builder, fa_check_error((builder)->checker, code, token, hint, __VA_ARGS__))

/* --- build.c --- */
void fa_build_note(struct fa_builder *builder, enum fa_status status);
void fa_build_no_memory(struct fa_builder *builder);
/* COUNT zeroed items and one more; NULL, noted, when memory is out. */
void *fa_build_array(struct fa_builder *builder, int count, size_t item_size);
/* Reports that the rule lacks WHAT unless it is given. */
void fa_build_require(struct fa_builder *builder, bool is_given, const char *what,
                      const char *hint);

/* What the whole must have: a currency where it judges money, parameters with a value on each day. */
void fa_build_whole(struct fa_builder *builder);
/* The money column that says what a finding is about; -1: none. */
int fa_rule_amount(const struct fa_table_def *def);

/* --- build_population.c --- */
/* False when the table is not known: then nothing about its rows can be checked. */
bool fa_build_population(struct fa_builder *builder, const struct fa_syntax_population *syntax,
                         struct fa_population *population, struct fa_names *names);
/* A rule on bare flow must read status: pending and failed flows moved no money. */
void fa_build_require_status(struct fa_builder *builder,
                             const struct fa_syntax_population *syntax,
                             const struct fa_population *population, struct fa_expr *when);
/* The date of a row: what dated by says, else the clock, else as-of. */
void fa_build_date(struct fa_builder *builder, const struct fa_names *names,
                   struct fa_expr **date);
void fa_build_exceptions(struct fa_builder *builder, const struct fa_names *names,
                         const struct fa_syntax_exception *syntax, int count,
                         struct fa_exception **exceptions, int *exception_count);
void fa_build_keys(struct fa_builder *builder, const struct fa_syntax_per *per);

/* --- build_running.c --- */
/* The terms of a running value, added and subtracted, into the rule. */
void fa_build_running(struct fa_builder *builder, const struct fa_node *node, bool is_negative);
/* opening sum(TABLE.column if c) */
void fa_build_opening(struct fa_builder *builder, const struct fa_node *node,
                      const struct fa_population *population, struct fa_expr *const *keys,
                      int key_count, struct fa_running_term *term);
/* sum(x if c), count(if c): what rows add. */
void fa_build_rows_term(struct fa_builder *builder, const struct fa_names *names,
                        const struct fa_node *node, struct fa_agg **agg);

/* --- build_interval.c --- */
void fa_build_stretch(struct fa_builder *builder);
void fa_build_every(struct fa_builder *builder);
/* Makes the condition that the way itself is, instead of when. */
void fa_build_interval_condition(struct fa_builder *builder);
/* --- build_hops.c, build_gapless.c --- */
void fa_build_hops(struct fa_builder *builder);
void fa_build_gapless(struct fa_builder *builder);

/* --- build_duty.c --- */
/* must: what is owed where the rule fires. */
void fa_build_duty(struct fa_builder *builder);
/* The time that the law leaves for the disposal. */
void fa_build_disposal(struct fa_builder *builder);

/* --- build_currency.c --- */
/* What a rule over several currencies may do with its amounts. */
void fa_build_any_currency(struct fa_builder *builder);

/* --- build_series.c --- */
void fa_build_compare(struct fa_builder *builder);

/* --- build_window.c --- */
void fa_build_window(struct fa_builder *builder);
void fa_build_sequence(struct fa_builder *builder);
void fa_build_unique(struct fa_builder *builder);

#endif
