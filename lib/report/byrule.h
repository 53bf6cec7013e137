/*
 * The findings of each rule: for the writers that go by rule, or name a rule by its place.
 */
#ifndef FA_REPORT_BYRULE_H
#define FA_REPORT_BYRULE_H

#include "report/results.h"

/* The rows of a table by a text of theirs; of rows with the same the first. */
struct fa_by_name {
    const struct fa_loaded_table *table;
    int column;
    uint32_t *slots; /* open addressing, at most half full: the row and one more; 0: empty */
    size_t slot_count;
};

/* Zero NAMES before; release it whatever is returned. FA_ELIMIT comes without a message. */
enum fa_status fa_by_name_make(const struct fa_loaded_table *table, const char *column,
                             struct fa_by_name *names) FA_MUST_USE;
bool fa_by_name_find(const struct fa_by_name *names, struct fa_str name, uint64_t *row);
void fa_by_name_release(struct fa_by_name *names);

struct fa_by_rule {
    struct fa_by_name names; /* of the rules */
    uint32_t *rules;  /* by finding: its row of result_rule */
    uint64_t *starts; /* by rule, and one more: where its findings start in FINDINGS */
    uint64_t *findings;
};

/* Zero BY_RULE before; release it whatever is returned. A finding of no rule is refused;
 * FA_ELIMIT comes without a message. */
enum fa_status fa_by_rule_make(const struct fa_results *results, struct fa_by_rule *by_rule) FA_MUST_USE;
void fa_by_rule_release(struct fa_by_rule *by_rule);

#endif
