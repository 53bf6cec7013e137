#include "rules/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "value/ratio.h"

void fa_verdicts_init(struct fa_verdicts *verdicts)
{
    *verdicts = (struct fa_verdicts){0};
    fa_arena_init(&verdicts->arena);
    for (int s = 0; s < FA_RULE_SHARES_MAX - 1; s++)
        fa_arena_init(&verdicts->more[s]);
}

void fa_verdicts_release(struct fa_verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->findings.count; i++)
        fa_vec_free(&verdicts->findings.items[i].rows);
    for (size_t i = 0; i < verdicts->pending.count; i++)
        fa_vec_free(&verdicts->pending.items[i].rows);
    for (size_t i = 0; verdicts->met && i < verdicts->rule_count; i++) {
        fa_vec_free(&verdicts->met[i].list);
        free(verdicts->met[i].rows);
    }
    fa_vec_free(&verdicts->findings);
    fa_vec_free(&verdicts->views);
    fa_vec_free(&verdicts->pending);
    fa_arena_release(&verdicts->arena);
    for (int s = 0; s < FA_RULE_SHARES_MAX - 1; s++)
        fa_arena_release(&verdicts->more[s]);
    fa_verdicts_init(verdicts);
}

enum fa_status fa_verdicts_begin(struct fa_verdicts *verdicts,
                                 const struct fa_ruleset_list *rulesets)
{
    struct fa_arena *arena = &verdicts->arena;
    verdicts->rulesets = rulesets;
    verdicts->rule_count = 0;
    for (size_t s = 0; s < rulesets->rulesets.count; s++)
        verdicts->rule_count += (size_t)rulesets->rulesets.items[s]->rule_count;
    verdicts->counts = fa_arena_array(arena, verdicts->rule_count + 1, sizeof *verdicts->counts);
    verdicts->met = fa_arena_array(arena, verdicts->rule_count + 1, sizeof *verdicts->met);
    verdicts->set_applies =
        fa_arena_array(arena, rulesets->sets.count + 1, sizeof *verdicts->set_applies);
    verdicts->left_out =
        fa_arena_array(arena, rulesets->rulesets.count + 1, sizeof *verdicts->left_out);
    verdicts->is_doubtful =
        fa_arena_array(arena, rulesets->rulesets.count + 1, sizeof *verdicts->is_doubtful);
    bool has_room = verdicts->counts && verdicts->met && verdicts->set_applies && verdicts->left_out &&
                    verdicts->is_doubtful;
    return has_room ? FA_OK : FA_ELIMIT;
}

enum fa_status fa_verdicts_leave_out(struct fa_verdicts *verdicts, size_t ruleset, const char *format,
                                     ...)
{
    struct fa_buf text = {0};
    va_list args;
    va_start(args, format);
    enum fa_status status = fa_buf_vaddf(&text, format, args);
    va_end(args);
    if (status == FA_OK)
        verdicts->left_out[ruleset] = fa_arena_str(&verdicts->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return verdicts->left_out[ruleset].bytes ? FA_OK : FA_ELIMIT;
}

void fa_verdicts_set_aside(const struct fa_verdicts *verdicts, size_t ruleset, struct fa_rule_counts *counts)
{
    *counts = (struct fa_rule_counts){
        .verdict = verdicts->is_doubtful[ruleset] ? FA_NOT_TESTABLE : FA_NOT_APPLICABLE,
        .reason = verdicts->left_out[ruleset]};
}

/* --- views --- */

int fa_verdicts_find_view(const struct fa_verdicts *verdicts, const struct fa_view *view)
{
    for (size_t i = 0; i < verdicts->views.count; i++)
        if (verdicts->views.items[i].view == view)
            return (int)i;
    return -1;
}

static enum fa_status list_view(struct fa_verdicts *verdicts, const struct fa_view *view)
{
    if (fa_verdicts_find_view(verdicts, view) >= 0)
        return FA_OK;
    return fa_vec_add(&verdicts->views, (struct fa_made_view){.view = view});
}

static enum fa_status list_views_of(struct fa_verdicts *verdicts, const struct fa_rule *rule)
{
    for (int v = 0; v < rule->view_count; v++)
        FA_TRY(list_view(verdicts, rule->views[v]));
    return FA_OK;
}

enum fa_status fa_verdicts_list_views(struct fa_verdicts *verdicts, struct fa_str only)
{
    size_t rule_no = 0;
    for (size_t s = 0; s < verdicts->rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = verdicts->rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++)
            if (verdicts->counts[rule_no].verdict == FA_TESTED)
                FA_TRY(list_views_of(verdicts, &ruleset->rules[r]));
        bool has_statistics = !only.size && !ruleset->is_for_use && !verdicts->left_out[s].size;
        for (int v = 0; v < ruleset->view_count && has_statistics; v++) {
            const struct fa_view *view = ruleset->views[v];
            if (!view->is_statistic)
                continue;
            for (int p = 0; p < view->part_count; p++)
                FA_TRY(list_views_of(verdicts, &view->parts[p]));
            FA_TRY(list_view(verdicts, view));
        }
    }
    return FA_OK;
}

/* --- the canonical order --- */

static int order_of(fa_i128 a, fa_i128 b)
{
    return (a > b) - (a < b);
}

static int compare_values(const struct fa_value *a, const struct fa_value *b)
{
    if (a->is_missing || b->is_missing)
        return b->is_missing - a->is_missing;
    if (a->is_none || b->is_none)
        return b->is_none - a->is_none;
    if (a->kind == FA_KIND_TEXT || a->kind == FA_KIND_SET)
        return fa_str_compare(a->text, b->text);
    return fa_ratio_compare((struct fa_ratio){a->numerator, a->denominator ? a->denominator : 1},
                            (struct fa_ratio){b->numerator, b->denominator ? b->denominator : 1});
}

int fa_finding_table(const struct fa_finding *finding)
{
    return finding->owing_table ? finding->owing_table - 1 : finding->rows.items[0].table;
}

int fa_values_compare(const struct fa_value *a, const struct fa_value *b, int count)
{
    int order = 0;
    for (int i = 0; !order && i < count; i++)
        order = compare_values(&a[i], &b[i]);
    return order;
}

static size_t rule_number(const struct fa_verdicts *verdicts, const struct fa_rule *rule)
{
    size_t number = 0;
    for (size_t s = 0; s < verdicts->rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = verdicts->rulesets->rulesets.items[s];
        if (rule >= ruleset->rules && rule < ruleset->rules + ruleset->rule_count)
            return number + (size_t)(rule - ruleset->rules);
        number += (size_t)ruleset->rule_count;
    }
    return number;
}

/* Beside each finding what the comparison cannot reach from it. */
struct ranked {
    struct fa_finding finding;
    size_t rule_no;
};

/* By the first that differs; of chains that begin with the same rows, by the last. */
static int compare_rows(const struct fa_finding *a, const struct fa_finding *b)
{
    for (size_t i = 0; i < a->rows.count && i < b->rows.count; i++) {
        const struct fa_row_range *x = &a->rows.items[i], *y = &b->rows.items[i];
        if (x->table != y->table)
            return order_of(x->table, y->table);
        if (x->from_row != y->from_row)
            return order_of(x->from_row, y->from_row);
        if (x->to_row != y->to_row)
            return order_of(x->to_row, y->to_row);
    }
    return order_of((fa_i128)a->rows.count, (fa_i128)b->rows.count);
}

static int compare_findings(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    const struct fa_finding *f = &x->finding, *g = &y->finding;
    int order = order_of((fa_i128)x->rule_no, (fa_i128)y->rule_no);
    if (!order)
        order = order_of(f->first_us, g->first_us);
    bool have_keys = f->keys && g->keys;
    if (!order && (f->keys || g->keys) && !have_keys)
        order = (f->keys != NULL) - (g->keys != NULL);
    if (!order && have_keys)
        order = fa_values_compare(f->keys, g->keys, f->rule->key_count);
    if (!order)
        order = fa_str_compare(f->row_key, g->row_key);
    if (!order)
        order = fa_str_compare(f->filer, g->filer);
    if (!order)
        order = order_of(f->outcome, g->outcome);
    if (!order)
        order = fa_str_compare(f->cause, g->cause);
    if (!order)
        order = order_of(f->period_last_day, g->period_last_day);
    return order ? order : compare_rows(f, g);
}

static int compare_ranges(const void *a, const void *b)
{
    const struct fa_row_range *x = a, *y = b;
    if (x->table != y->table)
        return order_of(x->table, y->table);
    return order_of(x->from_row, y->from_row);
}

/* Sorted, and ranges that touch become one. */
static void merge_ranges(struct fa_finding *finding)
{
    size_t count = finding->rows.count;
    struct fa_row_range *ranges = finding->rows.items;
    if (count < 2)
        return;
    qsort(ranges, count, sizeof *ranges, compare_ranges);
    size_t last = 0;
    for (size_t i = 1; i < count; i++) {
        if (ranges[i].table == ranges[last].table && ranges[i].from_row <= ranges[last].to_row + 1) {
            if (ranges[i].to_row > ranges[last].to_row)
                ranges[last].to_row = ranges[i].to_row;
        } else {
            ranges[++last] = ranges[i];
        }
    }
    finding->rows.count = last + 1;
}

/* Rows behind the rows of views: one may stand behind several. */
static void count_rows(struct fa_finding *finding)
{
    finding->row_count = 0;
    for (size_t i = 0; i < finding->rows.count; i++)
        finding->row_count += finding->rows.items[i].to_row - finding->rows.items[i].from_row + 1;
}

static enum fa_status sort_findings(const struct fa_verdicts *verdicts, struct fa_finding *findings,
                                    size_t count)
{
    if (!count)
        return FA_OK;
    struct ranked *ranked = malloc(count * sizeof *ranked);
    if (!ranked)
        return FA_ELIMIT;
    for (size_t i = 0; i < count; i++) {
        merge_ranges(&findings[i]);
        if (findings[i].rule->view_count)
            count_rows(&findings[i]);
        ranked[i] = (struct ranked){findings[i], rule_number(verdicts, findings[i].rule)};
    }
    qsort(ranked, count, sizeof *ranked, compare_findings);
    for (size_t i = 0; i < count; i++)
        findings[i] = ranked[i].finding;
    free(ranked);
    return FA_OK;
}

enum fa_status fa_verdicts_finish(struct fa_verdicts *verdicts)
{
    FA_TRY(sort_findings(verdicts, verdicts->findings.items, verdicts->findings.count));
    return sort_findings(verdicts, verdicts->pending.items, verdicts->pending.count);
}

/* --- equality --- */

/* "WHAT of RULE, number N: A against B". A buffer that cannot grow stays empty. */
static bool differ(struct fa_buf *why, const char *what, struct fa_str rule, size_t number,
                   struct fa_str a, struct fa_str b)
{
    if (why && fa_buf_addf(why, "%s of %.*s, number %zu: %.*s against %.*s", what, (int)rule.size,
                           rule.bytes, number, (int)a.size, a.bytes, (int)b.size, b.bytes) != FA_OK)
        fa_buf_clear(why);
    return false;
}

static bool numbers_differ(struct fa_buf *why, const char *what, struct fa_str rule, size_t number,
                           fa_i128 a, fa_i128 b)
{
    char x[FA_MONEY_TEXT_BYTES], y[FA_MONEY_TEXT_BYTES];
    size_t x_size = fa_money_format(a, 0, x), y_size = fa_money_format(b, 0, y);
    return differ(why, what, rule, number, (struct fa_str){x, x_size}, (struct fa_str){y, y_size});
}

/* The first count that differs; NULL: none. */
static const char *count_difference(const struct fa_rule_counts *a, const struct fa_rule_counts *b,
                                    fa_i128 numbers[2])
{
    const struct {
        const char *name;
        fa_i128 a, b;
    } counts[] = {
        {"verdict", a->verdict, b->verdict},
        {"tested", a->tested, b->tested},
        {"fired", a->fired, b->fired},
        {"clear", a->clear, b->clear},
        {"unknown", a->unknown, b->unknown},
        {"pending", a->pending, b->pending},
        {"not in force", a->not_in_force, b->not_in_force},
        {"other currency", a->other_currency, b->other_currency},
        {"after as-of", a->after_as_of, b->after_as_of},
        {"outside any group", a->outside_group, b->outside_group},
        {"money outside any group", a->outside_group_sum, b->outside_group_sum},
        {"excepted rows", a->excepted_rows, b->excepted_rows},
        {"excepted money", a->excepted_sum, b->excepted_sum},
        {"excepted findings", a->excepted_findings, b->excepted_findings},
        {"findings", a->finding_count, b->finding_count},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (counts[i].a != counts[i].b) {
            numbers[0] = counts[i].a;
            numbers[1] = counts[i].b;
            return counts[i].name;
        }
    return fa_str_equal(a->reason, b->reason) ? NULL : "reason";
}

/* A lower bound is one in both, and the same. */
static bool is_same_value(const struct fa_value *x, const struct fa_value *y)
{
    if (x->is_bound != y->is_bound || compare_values(x, y) != 0)
        return false;
    return !x->is_bound || x->numerator * y->denominator == y->numerator * x->denominator;
}

static bool are_equal_values(const struct fa_value *a, const struct fa_value *b, int count)
{
    if (!a || !b)
        return a == b;
    for (int i = 0; i < count; i++)
        if (!is_same_value(&a[i], &b[i]))
            return false;
    return true;
}

static bool are_equal_rows(const struct fa_finding *a, const struct fa_finding *b)
{
    if (a->rows.count != b->rows.count || a->row_count != b->row_count ||
        a->has_sum != b->has_sum || a->row_sum != b->row_sum)
        return false;
    for (size_t i = 0; i < a->rows.count; i++) {
        const struct fa_row_range *x = &a->rows.items[i], *y = &b->rows.items[i];
        if (x->table != y->table || x->from_row != y->from_row || x->to_row != y->to_row)
            return false;
    }
    return true;
}

/* The part of two findings that differs; NULL: none. */
static const char *difference(const struct fa_finding *a, const struct fa_finding *b)
{
    const struct fa_rule *rule = a->rule;
    if (!fa_str_equal(rule->id, b->rule->id))
        return "rule";
    if (a->outcome != b->outcome)
        return "outcome";
    if (!fa_str_equal(a->cause, b->cause))
        return "cause";
    if (!are_equal_values(a->keys, b->keys, rule->key_count) || !fa_str_equal(a->row_key, b->row_key))
        return "key";
    if (!fa_str_equal(a->filer, b->filer))
        return "filer";
    if (a->has_time != b->has_time || a->is_dated != b->is_dated)
        return "kind of time";
    if (a->first_us != b->first_us || a->last_us != b->last_us || a->worst_us != b->worst_us ||
        a->ended_us != b->ended_us || a->period_last_day != b->period_last_day ||
        a->due_day != b->due_day)
        return "time";
    if (a->is_still_on != b->is_still_on || a->is_from_opening != b->is_from_opening ||
        a->judged_count != b->judged_count)
        return "span";
    if (!are_equal_values(a->first, b->first, rule->shown_count))
        return "first values";
    if (!are_equal_values(a->worst, b->worst, rule->shown_count))
        return "worst values";
    if (!are_equal_rows(a, b))
        return "rows";
    if (a->carried_count != b->carried_count || compare_values(&a->carried, &b->carried) != 0)
        return "what was carried in";
    if (a->has_anchor != b->has_anchor || a->anchor_row != b->anchor_row)
        return "anchor";
    return NULL;
}

bool fa_is_of_statements(const struct fa_table_def *table)
{
    return fa_str_is(table->name, "break") || fa_str_is(table->name, "bridge") ||
           fa_str_is(table->name, "match");
}

bool fa_set_has(const struct fa_ruleset_set *set, struct fa_str ruleset)
{
    for (int i = 0; i < set->ruleset_count; i++)
        if (fa_str_equal(set->rulesets[i]->id, ruleset))
            return true;
    return false;
}

enum fa_status fa_rule_list_valueless(const struct fa_rule *rule, struct fa_buf *reason)
{
    int count = 0, told = 0;
    for (int i = 0; i < rule->param_count; i++)
        count += rule->params[i]->is_required;
    for (int i = 0; i < rule->param_count; i++) {
        const struct fa_param *param = rule->params[i];
        if (!param->is_required)
            continue;
        const char *before = told++ ? ", " : count == 1 ? "parameter " : "parameters ";
        FA_TRY(fa_buf_addf(reason, "%s%.*s.%.*s", before, (int)param->ruleset->id.size,
                           param->ruleset->id.bytes, (int)param->name.size, param->name.bytes));
    }
    if (count == 0)
        return FA_OK;
    return fa_buf_addf(reason, " %s no value; --param RULESET.NAME=VALUE gives %s",
                       count == 1 ? "has" : "have", count == 1 ? "it" : "them");
}

bool fa_verdict_leaves_out(struct fa_str only, const struct fa_rule *rule,
                           struct fa_rule_counts *counts)
{
    if (only.size == 0 || fa_str_equal(only, rule->id))
        return false;
    counts->verdict = FA_SWITCHED_OFF;
    counts->reason = FA_STR("left out: another rule was asked for alone");
    return true;
}

static bool findings_differ(struct fa_buf *why, const char *what, size_t number,
                            const struct fa_finding *a, const struct fa_finding *b)
{
    struct fa_str rule = a->rule->id;
    if (fa_str_is(fa_str_from(what), "cause"))
        return differ(why, what, rule, number, a->cause, b->cause);
    if (fa_str_is(fa_str_from(what), "rows"))
        return numbers_differ(why, what, rule, number, (fa_i128)a->row_count, (fa_i128)b->row_count);
    if (fa_str_is(fa_str_from(what), "time"))
        return a->first_us != b->first_us
                   ? numbers_differ(why, "first instant", rule, number, a->first_us, b->first_us)
               : a->last_us != b->last_us
                   ? numbers_differ(why, "last instant", rule, number, a->last_us, b->last_us)
               : a->worst_us != b->worst_us
                   ? numbers_differ(why, "worst instant", rule, number, a->worst_us, b->worst_us)
               : a->ended_us != b->ended_us
                   ? numbers_differ(why, "end", rule, number, a->ended_us, b->ended_us)
                   : numbers_differ(why, "period", rule, number, a->period_last_day,
                                    b->period_last_day);
    if (fa_str_is(fa_str_from(what), "kind of time"))
        return numbers_differ(why, what, rule, number, 2 * a->has_time + a->is_dated,
                              2 * b->has_time + b->is_dated);
    if (fa_str_is(fa_str_from(what), "what was carried in"))
        return numbers_differ(why, a->carried.is_missing || b->carried.is_missing
                                       ? "whether a number was carried in"
                                       : what,
                              rule, number, a->carried.is_missing ? 0 : a->carried.numerator,
                              b->carried.is_missing ? 0 : b->carried.numerator);
    return differ(why, what, rule, number, a->row_key, b->row_key);
}

static bool are_equal_views(const struct fa_made_view *a, const struct fa_made_view *b,
                            struct fa_buf *why)
{
    fa_i128 numbers[2] = {0};
    const char *what = count_difference(&a->counts, &b->counts, numbers);
    struct fa_str name = a->view->name;
    if (what)
        return numbers_differ(why, what, name, 0, numbers[0], numbers[1]);
    if (a->row_count != b->row_count)
        return numbers_differ(why, "rows", name, 0, (fa_i128)a->row_count, (fa_i128)b->row_count);
    int width = a->view->column_count;
    for (uint64_t i = 0; a->values && b->values && i < a->row_count * (uint64_t)width; i++) {
        const struct fa_value *x = &a->values[i], *y = &b->values[i];
        if (!is_same_value(x, y))
            return numbers_differ(why, "a value", name, i, x->is_missing ? 0 : x->numerator,
                                  y->is_missing ? 0 : y->numerator);
    }
    for (uint64_t i = 0; a->filers && b->filers && i < a->row_count; i++)
        if (!fa_str_equal(a->filers[i], b->filers[i]))
            return differ(why, "filer", name, i, a->filers[i], b->filers[i]);
    return true;
}

static bool are_equal_findings(struct fa_buf *why, const char *name, const struct fa_finding *a,
                               size_t a_count, const struct fa_finding *b, size_t b_count)
{
    for (size_t i = 0; i < a_count && i < b_count; i++) {
        const char *what = difference(&a[i], &b[i]);
        if (what)
            return findings_differ(why, what, i, &a[i], &b[i]);
    }
    return a_count == b_count || numbers_differ(why, name, FA_STR("the run"), 0, (fa_i128)a_count,
                                                (fa_i128)b_count);
}

bool fa_verdicts_equal(const struct fa_verdicts *a, const struct fa_verdicts *b, struct fa_buf *why)
{
    struct fa_str run = FA_STR("the run");
    if (a->rule_count != b->rule_count)
        return numbers_differ(why, "rules", run, 0, (fa_i128)a->rule_count, (fa_i128)b->rule_count);
    size_t number = 0;
    for (size_t s = 0; s < a->rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = a->rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, number++) {
            fa_i128 numbers[2] = {0};
            const char *what = count_difference(&a->counts[number], &b->counts[number], numbers);
            if (what)
                return numbers_differ(why, what, ruleset->rules[r].id, number, numbers[0], numbers[1]);
        }
    }
    if (a->views.count != b->views.count)
        return numbers_differ(why, "views", run, 0, (fa_i128)a->views.count, (fa_i128)b->views.count);
    for (size_t i = 0; i < a->views.count; i++)
        if (!are_equal_views(&a->views.items[i], &b->views.items[i], why))
            return false;
    return are_equal_findings(why, "findings", a->findings.items, a->findings.count, b->findings.items,
                              b->findings.count) &&
           are_equal_findings(why, "pending duties", a->pending.items, a->pending.count,
                              b->pending.items, b->pending.count);
}

/* --- values as text --- */

enum { DECIMALS_MAX = 9 };

static fa_i128 power_of_ten(int exponent)
{
    fa_i128 power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* NUMERATOR / DENOMINATOR with SCALE decimals, and up to 9 more where it needs them; "..." behind
 * what is cut. */
static enum fa_status format_decimal(fa_i128 numerator, fa_i128 denominator, int scale,
                                     struct fa_buf *text)
{
    char digits[FA_MONEY_TEXT_BYTES];
    int more = 0;
    fa_i128 scaled = numerator;
    while (scaled % denominator != 0 && more < DECIMALS_MAX &&
           !__builtin_mul_overflow(scaled, (fa_i128)10, &scaled))
        more++;
    FA_TRY(fa_buf_add(text, digits, fa_money_format(scaled / denominator, scale + more, digits)));
    return scaled % denominator ? fa_buf_add_text(text, "...") : FA_OK;
}

static enum fa_status format_ratio(fa_i128 numerator, fa_i128 denominator, struct fa_buf *text)
{
    char digits[FA_MONEY_TEXT_BYTES];
    fa_i128 scaled;
    if (__builtin_mul_overflow(numerator, power_of_ten(DECIMALS_MAX), &scaled) ||
        scaled % denominator != 0) {
        FA_TRY(fa_buf_add(text, digits, fa_money_format(numerator, 0, digits)));
        FA_TRY(fa_buf_add_char(text, '/'));
        return fa_buf_add(text, digits, fa_money_format(denominator, 0, digits));
    }
    size_t size = fa_money_format(scaled / denominator, DECIMALS_MAX, digits);
    while (digits[size - 1] == '0')
        size--;
    return fa_buf_add(text, digits, digits[size - 1] == '.' ? size - 1 : size);
}

static enum fa_status format_enum(const struct fa_value *value, const struct fa_expr *of,
                                  struct fa_buf *text)
{
    const struct fa_column_def *column = of ? of->values_of : NULL;
    if (!column || value->numerator < 0 || value->numerator >= column->value_count)
        return fa_buf_addf(text, "%lld", (long long)value->numerator);
    return fa_buf_add_str(text, column->values[value->numerator]);
}

static enum fa_status format_id(const struct fa_value *value, const struct fa_expr *of,
                                struct fa_str (*name_of)(void *context, int table, int64_t id),
                                void *context, struct fa_buf *text)
{
    struct fa_str name = {NULL, 0};
    if (name_of && of)
        name = name_of(context, of->refers_to, (int64_t)value->numerator);
    if (name.size)
        return fa_buf_add_str(text, name);
    return fa_buf_addf(text, "%lld", (long long)value->numerator);
}

enum fa_status fa_value_format(const struct fa_value *value, const struct fa_expr *of,
                               const struct fa_ruleset *ruleset, const struct fa_head *head,
                               struct fa_str (*name_of)(void *context, int table, int64_t id),
                               void *context, struct fa_buf *text)
{
    char buffer[FA_TIME_TEXT_BYTES];
    if (value->is_missing && !value->is_bound)
        return fa_buf_add_char(text, '?');
    if (value->is_missing) /* at least so much */
        FA_TRY(fa_buf_add_text(text, "\xE2\x89\xA5 "));
    if (value->is_none)
        return fa_buf_add_text(text, "none");
    fa_i128 denominator = value->denominator ? value->denominator : 1;
    int64_t number = (int64_t)value->numerator;
    switch (value->kind) {
    case FA_KIND_BOOL:
        return fa_buf_add_text(text, number ? "true" : "false");
    case FA_KIND_INT:
        return format_decimal(value->numerator, denominator, 0, text);
    case FA_KIND_MONEY: {
        int scale = fa_head_scale(head, ruleset->currency);
        return format_decimal(value->numerator, denominator, scale < 0 ? 0 : scale, text);
    }
    case FA_KIND_RATIO:
        return format_ratio(value->numerator, denominator, text);
    case FA_KIND_DATE:
        return fa_buf_add(text, buffer, fa_date_format(number, buffer));
    case FA_KIND_TIME:
        return fa_buf_add(text, buffer, fa_time_format(number, &ruleset->zone, buffer));
    case FA_KIND_DURATION:
        return fa_buf_add(text, buffer, fa_duration_format(number, buffer));
    case FA_KIND_ID:
        return format_id(value, of, name_of, context, text);
    case FA_KIND_ENUM:
        return format_enum(value, of, text);
    case FA_KIND_CURRENCY:
        fa_currency_format(number, buffer);
        return fa_buf_add_text(text, buffer);
    default:
        return fa_buf_add_str(text, value->text);
    }
}
