/*
 * Private to the parser of rules files: what its parts share. A part of the language is a file
 * syntax_NAME.c with the parsers of its statements; the tables of statements say where each may
 * stand.
 */
#ifndef FA_RULES_SYNTAX_PARSE_H
#define FA_RULES_SYNTAX_PARSE_H

#include "rules/syntax.h"

/* What a statement parser works on: the blocks it stands in, NULL outside one. */
struct fa_parser {
    struct fa_lexer *lexer;
    struct fa_syntax_file *file;
    struct fa_syntax_ruleset *ruleset;
    struct fa_syntax_set *set;
    struct fa_syntax_rule *rule;
    struct fa_syntax_param *param;
    struct fa_syntax_view *view; /* then RULE is the part of it at work */
    struct fa_syntax_provision *provision; /* then RULE is its head */
    struct fa_rule_test *test;
    struct fa_token keyword; /* of the statement being parsed */
    uint64_t seen;           /* a bit for each statement of the block that has come and may come once */
    enum fa_status fatal;    /* other than a mistake in the file */
    bool after_block;        /* the statement was a block, which took its own end */
};

/* A statement: its first words, its place in the order, and what parses the rest. Of words that
 * begin alike the longer stand first. A block says each once, so that nothing overrules what stands
 * above it, unless it REPEATS: then each says one thing more, or PARSE tells what to do instead. */
struct fa_statement {
    const char *words;
    int rank;
    enum fa_status (*parse)(struct fa_parser *parser);
    bool repeats;
};

struct fa_statements {
    const struct fa_statement *items;
    size_t count;
    bool has_tables; /* lines NAME | cell | cell | are statements, too */
};

extern const struct fa_statements fa_ruleset_statements, fa_set_statements, fa_param_statements,
    fa_rule_statements, fa_provision_statements, fa_test_statements;

/* --- parts of statements (syntax_part.c) --- */

#define FA_PARSE_ADD(list, item)                                                               \
    do {                                                                                       \
        if (fa_list_add(parser->lexer->arena, (list), (item)) != FA_OK)                        \
            return fa_parse_no_memory(parser);                                                 \
    } while (0)

#define FA_PARSE_CHOICE(what, names, index)                                                    \
    fa_parse_choice(parser, what, names, sizeof(names) / sizeof *(names), index)

enum fa_status fa_parse_no_memory(struct fa_parser *parser);
/* A text in quotes, which says something. */
enum fa_status fa_parse_text(struct fa_parser *parser, const char *what,
                             struct fa_str *text) FA_MUST_USE;
enum fa_status fa_parse_date(struct fa_parser *parser, const char *what,
                             int64_t *day) FA_MUST_USE;
/* "D .. D", "D .." or ".. D"; both ends belong to it. */
enum fa_status fa_parse_days(struct fa_parser *parser, int64_t *from_day,
                             int64_t *to_day) FA_MUST_USE;
enum fa_status fa_parse_choice(struct fa_parser *parser, const char *what,
                               const char *const *names, size_t name_count,
                               int *index) FA_MUST_USE;
/* "Art. 17(1)" seen|known|unsure */
enum fa_status fa_parse_cite(struct fa_parser *parser, struct fa_cite *cite) FA_MUST_USE;
/* "where it was read" text|restatement|memory */
enum fa_status fa_parse_source(struct fa_parser *parser, struct fa_sources *sources) FA_MUST_USE;
/* en "..." and zh "...", one or both; in no language twice, and not again what EN and ZH hold */
enum fa_status fa_parse_languages(struct fa_parser *parser, struct fa_token *en,
                                  struct fa_token *zh) FA_MUST_USE;
/* The same as texts alone. */
enum fa_status fa_parse_texts(struct fa_parser *parser, struct fa_str *en,
                              struct fa_str *zh) FA_MUST_USE;
/* Everything up to the next blank, comma or end of the statement; texts may stand in quotes. */
enum fa_status fa_parse_raw(struct fa_parser *parser, const char *what,
                            struct fa_str *text) FA_MUST_USE;
/* T, settled, effective, leg of V; then where */
enum fa_status fa_parse_population(struct fa_parser *parser,
                                   struct fa_syntax_population *population) FA_MUST_USE;
enum fa_status fa_parse_period(struct fa_parser *parser, enum fa_period *period) FA_MUST_USE;
/* A length of time: 24h, 30m, 7d, 10bd, 12mo, 1y. What it is the checker tells. */
enum fa_status fa_parse_span(struct fa_parser *parser, const struct fa_node **span) FA_MUST_USE;
/* K, NAME = K [across filers] [each P] */
enum fa_status fa_parse_key(struct fa_parser *parser, struct fa_syntax_per *per) FA_MUST_USE;

/* --- statements that several blocks have, and blocks --- */

enum fa_status fa_parse_title(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_let(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_param(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_view(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_statistic(struct fa_parser *parser) FA_MUST_USE;
/* of a rule or of a part of a view */
enum fa_status fa_parse_on(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_dated_by(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_where(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_except_rows(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_test(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_test_table(struct fa_parser *parser) FA_MUST_USE;

/* --- ways (syntax_way.c) --- */

enum fa_status fa_parse_per(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_running(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_compare(struct fa_parser *parser) FA_MUST_USE;
/* --- intervals and calendars (syntax_interval.c) --- */
enum fa_status fa_parse_at_most(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_exactly(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_at_least(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_every(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_hops(struct fa_parser *parser) FA_MUST_USE;    /* syntax_hops.c */
enum fa_status fa_parse_gapless(struct fa_parser *parser) FA_MUST_USE; /* syntax_hops.c */
enum fa_status fa_parse_over(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_sequence(struct fa_parser *parser) FA_MUST_USE;
enum fa_status fa_parse_unique(struct fa_parser *parser) FA_MUST_USE;

/* must ... (syntax_duty.c) */
enum fa_status fa_parse_duty(struct fa_parser *parser) FA_MUST_USE;

/* --- the loop over statements (syntax.c) --- */

/* Statements up to the end of BLOCK. False when there was a mistake; it is reported and
 * counted. */
bool fa_parse_block(struct fa_parser *parser, const struct fa_token *block,
                    const struct fa_statements *statements);

#endif
