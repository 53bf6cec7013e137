#include "report/byrule.h"

#include <stdlib.h>

#include "base/hash.h"

/* Rules by their names; open addressing, at most half full. A slot holds the row and one more. */
struct rule_names {
    const struct fa_loaded_table *rules;
    int rule;
    uint32_t *slots;
    size_t slot_count;
};

static uint32_t *slot_of(const struct rule_names *names, struct fa_str rule)
{
    uint64_t hash = fa_hash64((struct fa_hash_key){0, 0}, rule.bytes, rule.size);
    size_t at = (size_t)hash & (names->slot_count - 1);
    while (names->slots[at] &&
           !fa_str_equal(fa_result_text(names->rules, names->slots[at] - 1, names->rule), rule))
        at = (at + 1) & (names->slot_count - 1);
    return &names->slots[at];
}

static enum fa_status find_rules(const struct fa_results *results, const struct rule_names *names,
                                 struct fa_by_rule *by_rule)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    int rule = fa_result_column(findings, "rule");
    struct fa_str before = {"", 0};
    uint32_t found = 0;
    for (uint64_t row = 0; row < findings->row_count; row++) {
        struct fa_str text = fa_result_text(findings, row, rule);
        if (row == 0 || !fa_str_equal(text, before)) /* most stand together */
            found = *slot_of(names, text);
        before = text;
        if (!found)
            return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                            "rows of result_finding belong to no row of result_rule");
        by_rule->rules[row] = found - 1;
        by_rule->starts[found]++;
    }
    return FA_OK;
}

/* Counts become starts, and every finding goes to its rule in the order in which they came. */
static void order(struct fa_by_rule *by_rule, uint64_t rule_count, uint64_t finding_count)
{
    for (uint64_t r = 0; r < rule_count; r++)
        by_rule->starts[r + 1] += by_rule->starts[r];
    for (uint64_t row = 0; row < finding_count; row++)
        by_rule->findings[by_rule->starts[by_rule->rules[row]]++] = row;
    for (uint64_t r = rule_count; r > 0; r--)
        by_rule->starts[r] = by_rule->starts[r - 1];
    by_rule->starts[0] = 0;
}

enum fa_status fa_by_rule_make(const struct fa_results *results, struct fa_by_rule *by_rule)
{
    const struct fa_loaded_table *rules = &results->tables[FA_RESULT_RULE];
    uint64_t finding_count = results->tables[FA_RESULT_FINDING].row_count;
    struct rule_names names = {.rules = rules, .slot_count = 16};
    while (names.slot_count / 2 < rules->row_count)
        names.slot_count *= 2;
    names.slots = calloc(names.slot_count, sizeof *names.slots);
    by_rule->rules = calloc(finding_count + 1, sizeof *by_rule->rules);
    by_rule->starts = calloc(rules->row_count + 1, sizeof *by_rule->starts);
    by_rule->findings = calloc(finding_count + 1, sizeof *by_rule->findings);
    bool has_memory = names.slots && by_rule->rules && by_rule->starts && by_rule->findings;
    enum fa_status status = has_memory ? FA_OK : FA_ELIMIT;
    if (status == FA_OK && rules->row_count) {
        names.rule = fa_result_column(rules, "rule");
        for (uint64_t row = 0; row < rules->row_count; row++)
            *slot_of(&names, fa_result_text(rules, row, names.rule)) = (uint32_t)row + 1;
    }
    if (status == FA_OK && finding_count)
        status = find_rules(results, &names, by_rule);
    if (status == FA_OK)
        order(by_rule, rules->row_count, finding_count);
    free(names.slots);
    return status;
}

void fa_by_rule_release(struct fa_by_rule *by_rule)
{
    free(by_rule->rules);
    free(by_rule->starts);
    free(by_rule->findings);
    *by_rule = (struct fa_by_rule){0};
}
