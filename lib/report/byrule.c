#include "report/byrule.h"

#include <stdlib.h>

#include "base/hash.h"

static uint32_t *slot_of(const struct fa_by_name *names, struct fa_str name)
{
    uint64_t hash = fa_hash64((struct fa_hash_key){0, 0}, name.bytes, name.size);
    size_t at = (size_t)hash & (names->slot_count - 1);
    while (names->slots[at] &&
           !fa_str_equal(fa_result_text(names->table, names->slots[at] - 1, names->column), name))
        at = (at + 1) & (names->slot_count - 1);
    return &names->slots[at];
}

enum fa_status fa_by_name_make(const struct fa_loaded_table *table, const char *column,
                             struct fa_by_name *names)
{
    *names = (struct fa_by_name){.table = table, .slot_count = 16};
    while (names->slot_count / 2 < table->row_count)
        names->slot_count *= 2;
    names->slots = calloc(names->slot_count, sizeof *names->slots);
    if (!names->slots)
        return FA_ELIMIT;
    if (table->row_count)
        names->column = fa_result_column(table, column);
    for (uint64_t row = 0; row < table->row_count; row++) {
        uint32_t *slot = slot_of(names, fa_result_text(table, row, names->column));
        if (!*slot)
            *slot = (uint32_t)row + 1;
    }
    return FA_OK;
}

bool fa_by_name_find(const struct fa_by_name *names, struct fa_str name, uint64_t *row)
{
    uint32_t found = *slot_of(names, name);
    *row = found ? found - 1 : 0;
    return found != 0;
}

void fa_by_name_release(struct fa_by_name *names)
{
    free(names->slots);
    *names = (struct fa_by_name){0};
}

static enum fa_status find_rules(const struct fa_results *results, struct fa_by_rule *by_rule)
{
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    int rule = fa_result_column(findings, "rule");
    struct fa_str before = {"", 0};
    bool is_found = false;
    uint64_t found = 0;
    for (uint64_t row = 0; row < findings->row_count; row++) {
        bool is_first = row % FA_BLOCK_ROWS_MAX == 0; /* the text before is gone */
        if (is_first)
            fa_result_forget(results, FA_RESULT_FINDING, row);
        struct fa_str text = fa_result_text(findings, row, rule);
        if (is_first || !fa_str_equal(text, before)) /* most stand together */
            is_found = fa_by_name_find(&by_rule->names, text, &found);
        before = text;
        if (!is_found)
            return fa_error(results->sink, FA_CODE_REPORT_RESULTS, (struct fa_place){0}, NULL,
                            "rows of result_finding belong to no row of result_rule");
        by_rule->rules[row] = (uint32_t)found;
        by_rule->starts[found + 1]++;
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
    by_rule->rules = calloc(finding_count + 1, sizeof *by_rule->rules);
    by_rule->starts = calloc(rules->row_count + 1, sizeof *by_rule->starts);
    by_rule->findings = calloc(finding_count + 1, sizeof *by_rule->findings);
    bool has_memory = by_rule->rules && by_rule->starts && by_rule->findings;
    enum fa_status status = has_memory ? FA_OK : FA_ELIMIT;
    if (status == FA_OK)
        status = fa_by_name_make(rules, "rule", &by_rule->names);
    if (status == FA_OK && finding_count)
        status = find_rules(results, by_rule);
    if (status == FA_OK)
        order(by_rule, rules->row_count, finding_count);
    return status;
}

void fa_by_rule_release(struct fa_by_rule *by_rule)
{
    fa_by_name_release(&by_rule->names);
    free(by_rule->rules);
    free(by_rule->starts);
    free(by_rule->findings);
    *by_rule = (struct fa_by_rule){0};
}
