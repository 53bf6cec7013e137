/*
 * Where something stands in a rules file, once the file has been compiled.
 */
#ifndef FA_RULES_PLACE_H
#define FA_RULES_PLACE_H

#include "base/diag.h"
#include "rules/rule.h"

/* Of a rule's file. COLUMN_NO 0: the line as a whole. */
struct fa_place fa_rule_place(const struct fa_rule *rule, uint64_t line_no, uint64_t column_no);

/* A text as one line, wherever it was broken. */
enum fa_status fa_add_one_line(struct fa_buf *buf, struct fa_str text) FA_MUST_USE;

#endif
