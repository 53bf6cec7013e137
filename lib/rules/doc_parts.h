/*
 * Private to the rulebook: what the book (doc.c), the pages of rules (doc_rule.c, doc_formula.c,
 * doc_test.c) and their parts (doc_parts.c) have of each other. Each function appends to the text
 * of the document.
 */
#ifndef FA_RULES_DOC_PARTS_H
#define FA_RULES_DOC_PARTS_H

#include "rules/doc.h"

struct fa_document {
    const struct fa_ruleset_list *list;
    const struct fa_ruleset *ruleset;
    const struct fa_rule *rule; /* or a part of a view */
    struct fa_buf *text;
};

#define WRITE(...) FA_TRY(fa_buf_addf(document->text, __VA_ARGS__))
#define STR(str) (int)(str).size, (str).bytes
#define TEXT(str) FA_TRY(fa_doc_text(document, str))

extern const char *const fa_doc_severities[];
extern const char *const fa_doc_readings[]; /* how a source was read */

/* A text of a ruleset, so that Markdown shows it as it is, on one line. Names need none of it. */
enum fa_status fa_doc_text(struct fa_document *document, struct fa_str text) FA_MUST_USE;
/* A line of its own with that text and a blank one behind it; nothing of an empty text. */
enum fa_status fa_doc_line(struct fa_document *document, struct fa_str text) FA_MUST_USE;
/* "## ID: TITLE", with a mark to link to. */
enum fa_status fa_doc_heading(struct fa_document *document, struct fa_str id,
                              struct fa_str title) FA_MUST_USE;
/* Nothing of a day that is open. */
enum fa_status fa_doc_day(struct fa_document *document, int64_t day_no) FA_MUST_USE;
/* "from 2016-08-24 to 2020-12-31" */
enum fa_status fa_doc_days(struct fa_document *document, int64_t from_day,
                           int64_t to_day) FA_MUST_USE;
enum fa_status fa_doc_cite(struct fa_document *document, const struct fa_cite *cite) FA_MUST_USE;
enum fa_status fa_doc_sources(struct fa_document *document,
                              const struct fa_sources *sources) FA_MUST_USE;
enum fa_status fa_doc_note(struct fa_document *document, struct fa_str en,
                           struct fa_str zh) FA_MUST_USE;
enum fa_status fa_doc_words(struct fa_document *document, const struct fa_expr *expr) FA_MUST_USE;
enum fa_status fa_doc_population(struct fa_document *document,
                                 const struct fa_population *population) FA_MUST_USE;
/* Of the rule: links to the views that it reads; the date that chooses the law, where it is not the
 * clock of the rows. */
enum fa_status fa_doc_views(struct fa_document *document) FA_MUST_USE;
enum fa_status fa_doc_date(struct fa_document *document) FA_MUST_USE;
/* Of the rule: what it judges, and what a running value is made of. */
enum fa_status fa_doc_keys(struct fa_document *document) FA_MUST_USE;
enum fa_status fa_doc_terms(struct fa_document *document, const struct fa_running_term *terms,
                            int count) FA_MUST_USE;
enum fa_status fa_doc_exceptions(struct fa_document *document,
                                 const struct fa_exception *exceptions, int count,
                                 const char *what) FA_MUST_USE;
/* A duration, or how many of UNIT; a parameter by its name. */
enum fa_status fa_doc_length(struct fa_document *document, const struct fa_expr *length,
                             enum fa_unit unit) FA_MUST_USE;
/* The rule's formula in words; the statements that it is written in; one of its tests. */
enum fa_status fa_doc_formula(struct fa_document *document) FA_MUST_USE;
enum fa_status fa_doc_source(struct fa_document *document) FA_MUST_USE;
enum fa_status fa_doc_test(struct fa_document *document,
                           const struct fa_rule_test *test) FA_MUST_USE;
/* The page of the rule. */
enum fa_status fa_doc_rule(struct fa_document *document) FA_MUST_USE;

#endif
