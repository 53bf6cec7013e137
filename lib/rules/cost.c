#include "rules/dense.h"
#include "rules/cost.h"

#include "rules/build.h"
#include "rules/duty.h"
#include "rules/judge.h"
#include "rules/prev.h"
#include "rules/reach.h"
#include "rules/view_rows.h"

enum { SLOTS_MIN = 64, CHUNK_BYTES = 64 * 1024, ARRAY_MIN = 4, FULL = 1 << 20 };

const char *fa_cost_unit_name(enum fa_cost_unit unit)
{
    static const char *const names[] = {
        [FA_COST_FIXED] = "rule",         [FA_COST_KEYS] = "key",
        [FA_COST_GROUPS] = "key a period", [FA_COST_CELLS] = "key and period",
        [FA_COST_PERIOD_ROWS] = "row of a period",
        [FA_COST_WINDOW] = "row in the window", [FA_COST_ROWS] = "row",
        [FA_COST_REVERSALS] = "reversal",
        [FA_COST_HELD] = "row looked up", [FA_COST_FINDINGS] = "finding",
        [FA_COST_CITED] = "cited range",  [FA_COST_MADE] = "row of the view",
    };
    return names[unit];
}

enum fa_status fa_cost_add(struct fa_cost *cost, enum fa_cost_unit unit, enum fa_cost_kind kind,
                           size_t bytes, int count)
{
    if (count <= 0)
        return FA_OK;
    const struct fa_cost_term term = {unit, kind, (uint32_t)bytes, (uint32_t)count};
    return fa_vec_add(&cost->terms, term);
}

void fa_cost_release(struct fa_cost *cost)
{
    fa_vec_free(&cost->terms);
}

struct captures {
    const struct fa_rule *rule;
    int count;
};

static bool leads_from_key(const struct fa_rule *rule, const struct fa_path *path)
{
    for (int k = 0; k < rule->key_count; k++) {
        const struct fa_expr *key = rule->keys[k].expr;
        bool is_prefix = key->op == FA_OP_PATH && key->path.table == path->table &&
                         key->path.step_count <= path->step_count;
        for (int s = 0; is_prefix && s < key->path.step_count; s++)
            is_prefix = key->path.steps[s] == path->steps[s];
        if (is_prefix)
            return true;
    }
    return false;
}

static void count_capture(void *context, struct fa_expr *expr)
{
    struct captures *captures = context;
    captures->count += expr->op == FA_OP_PATH && !leads_from_key(captures->rule, &expr->path);
}

int fa_cost_captures(const struct fa_rule *rule)
{
    struct captures captures = {.rule = rule};
    fa_expr_visit(rule->when, count_capture, &captures);
    for (int i = 0; i < rule->shown_count; i++)
        fa_expr_visit(rule->shown[i].expr, count_capture, &captures);
    for (int i = 0; i < rule->except_finding_count; i++)
        fa_expr_visit(rule->except_findings[i].when, count_capture, &captures);
    return captures.count;
}

/* --- what every rule has --- */

/* Findings with their values, and the unknowns. */
static enum fa_status add_findings(const struct fa_rule *rule, struct fa_cost *cost)
{
    size_t values = (2 * ((size_t)rule->shown_count + 1) + (size_t)rule->key_count + 1) *
                    sizeof(struct fa_value);
    FA_TRY(fa_cost_array(cost, FA_COST_FINDINGS, sizeof(struct fa_finding), 1));
    FA_TRY(fa_cost_add(cost, FA_COST_FINDINGS, FA_COST_EXACT, values, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_FINDINGS, FA_COST_TUPLES, 2, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_FINDINGS, FA_COST_LETTERS, 0,
                       2 * (rule->shown_count + 1) + rule->key_count));
    FA_TRY(fa_cost_array(cost, FA_COST_CITED, 2 * sizeof(struct fa_row_range), 1));
    return fa_cost_add(cost, FA_COST_CITED, FA_COST_EXACT, sizeof(struct fa_row_range), 1);
}

struct reach {
    struct fa_cost *cost;
    enum fa_status status;
};

/* Paths through tables are flattened for each id; look-ups have an index over their table. */
static void add_reach(void *context, struct fa_expr *expr)
{
    struct reach *reach = context;
    if (reach->status != FA_OK)
        return;
    if (expr->op == FA_OP_PATH && expr->path.step_count > 1)
        reach->status = fa_cost_add(reach->cost, FA_COST_HELD, FA_COST_EXACT,
                                    sizeof(int64_t) + 1, expr->path.step_count - 1);
    if (expr->op == FA_OP_LOOKUP || expr->op == FA_OP_HAS)
        reach->status = fa_find_cost(expr->look.lookup, reach->cost);
    if (expr->op == FA_OP_CONVERT)
        reach->status = fa_convert_cost(reach->cost);
}

static bool reads_effective(const struct fa_rule *rule)
{
    bool reads = rule->population.view == FA_VIEW_EFFECTIVE;
    for (int k = 0; k < rule->series_count; k++)
        reads |= rule->series[k].population.view == FA_VIEW_EFFECTIVE;
    if (rule->every && rule->every->activity)
        reads |= rule->every->activity->population.view == FA_VIEW_EFFECTIVE;
    return reads;
}

struct prevs {
    int count;
};

static void count_prev(void *context, struct fa_expr *expr)
{
    struct prevs *prevs = context;
    prevs->count += expr->op == FA_OP_PREV;
}

enum fa_status fa_cost_of(const struct fa_rule *rule, struct fa_cost *cost)
{
    const struct fa_kernel *kernel = fa_kernel_of(rule->way);
    *cost = (struct fa_cost){.has_period = rule->has_period, .period = rule->period};
    struct reach reach = {cost, FA_OK};
    union {
        const struct fa_rule *given;
        struct fa_rule *visited; /* visiting changes nothing */
    } walk = {.given = rule};
    fa_rule_visit(walk.visited, add_reach, &reach);
    FA_TRY(reach.status);
    if (rule->population.where) /* the currency of a row may be its account's or contract's */
        FA_TRY(fa_cost_add(cost, FA_COST_HELD, FA_COST_EXACT, sizeof(int64_t) + 1, 1));
    FA_TRY(fa_cost_add(cost, FA_COST_HELD, FA_COST_EXACT, sizeof(int64_t) + 1, 4));
    bool has_keys = !kernel->judges_rows || rule->key_count || rule->has_period;
    if (has_keys)
        FA_TRY(fa_keys_cost(rule->keys, rule->key_count, cost));
    if (reads_effective(rule)) /* names of what was reversed, with their filers */
        FA_TRY(fa_reversed_cost(cost));
    FA_TRY(kernel->cost(rule, cost));
    struct prevs prevs = {0};
    fa_rule_visit(walk.visited, count_prev, &prevs);
    if (prevs.count) {
        if (cost->class < FA_COST_B) /* a value a key */
            cost->class = FA_COST_B;
        FA_TRY(fa_keys_cost(rule->prev_keys, rule->prev_key_count, cost));
        FA_TRY(fa_prev_cost(prevs.count, cost));
    }
    if (rule->duty)
        FA_TRY(fa_duty_cost(rule, cost));
    if (rule->view)
        FA_TRY(fa_view_cost(rule, cost));
    /* a bit for each key, in words: of citing, of captures, and two of episodes */
    FA_TRY(fa_cost_add(cost, FA_COST_FIXED, FA_COST_EXACT, ARRAY_MIN * sizeof(uint64_t), 4));
    return add_findings(rule, cost);
}

struct fa_cost_sizes fa_cost_sizes_of(const struct fa_rule_cost *cost, uint64_t text_bytes)
{
    return (struct fa_cost_sizes){.rows = cost->rows,
                                  .keys = cost->keys,
                                  .days = cost->days,
                                  .held = cost->held,
                                  .reversals = cost->reversals,
                                  .made = cost->made,
                                  .findings = cost->findings,
                                  .cited = cost->cited,
                                  .text_bytes = text_bytes};
}

/* --- sums --- */

static uint64_t times(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t doubled_to(uint64_t least, uint64_t needed)
{
    uint64_t count = least;
    while (count < needed && count < UINT64_MAX / 4)
        count *= 2;
    return count < needed ? needed : count;
}

static uint64_t period_days(const struct fa_cost *cost, const struct fa_cost_sizes *sizes)
{
    static const uint16_t days[] = {[FA_PERIOD_DAY] = 1,      [FA_PERIOD_BDAY] = 1,
                                    [FA_PERIOD_WEEK] = 7,     [FA_PERIOD_MONTH] = 31,
                                    [FA_PERIOD_QUARTER] = 92, [FA_PERIOD_YEAR] = 366};
    return cost->has_period ? days[cost->period] : sizes->days;
}

/* Periods that so many days may touch. */
static uint64_t period_count(const struct fa_cost *cost, const struct fa_cost_sizes *sizes)
{
    static const uint16_t least[] = {[FA_PERIOD_DAY] = 1,      [FA_PERIOD_BDAY] = 1,
                                     [FA_PERIOD_WEEK] = 7,     [FA_PERIOD_MONTH] = 28,
                                     [FA_PERIOD_QUARTER] = 90, [FA_PERIOD_YEAR] = 365};
    return cost->has_period ? sizes->days / least[cost->period] + 2 : 1;
}

/* Rows of so many days when they come evenly, and as many again. */
static uint64_t rows_of_days(uint64_t days, const struct fa_cost_sizes *sizes)
{
    if (!sizes->days || days >= sizes->days)
        return sizes->rows;
    uint64_t rows = times(2 * days, sizes->rows / sizes->days + 1);
    return rows < sizes->rows ? rows : sizes->rows;
}

uint64_t fa_cost_count(const struct fa_cost *cost, enum fa_cost_unit unit,
                       const struct fa_cost_sizes *sizes)
{
    uint64_t rows = rows_of_days(period_days(cost, sizes), sizes);
    uint64_t cells = times(sizes->keys, cost->has_period && sizes->days
                                            ? period_count(cost, sizes)
                                            : 1);
    switch (unit) {
    case FA_COST_FIXED:
        return 1;
    case FA_COST_KEYS:
        return sizes->keys;
    case FA_COST_GROUPS:
        return sizes->keys < rows ? sizes->keys : rows;
    case FA_COST_PERIOD_ROWS:
        return rows;
    case FA_COST_CELLS:
        return cells < sizes->rows ? cells : sizes->rows;
    case FA_COST_WINDOW:
        return cost->window_days ? rows_of_days(cost->window_days, sizes) : sizes->rows;
    case FA_COST_ROWS:
        return sizes->rows;
    case FA_COST_REVERSALS:
        return sizes->reversals;
    case FA_COST_HELD:
        return sizes->held;
    case FA_COST_FINDINGS:
        return sizes->findings;
    case FA_COST_MADE: /* a running value has a row at the end of each period, whether rows come or not */
        if (sizes->made)
            return sizes->made;
        return times(cost->makes_levels ? times(sizes->keys, period_count(cost, sizes)) : cells,
                     cost->part_count);
    default:
        return sizes->cited;
    }
}

/* Slots of a hash table at most half full; the old ones are there while the new are filled. */
static uint64_t slot_bytes(uint64_t count, size_t size)
{
    uint64_t slots = doubled_to(SLOTS_MIN, times(2, count));
    return times(slots + slots / 2, size);
}

static uint64_t term_bytes(const struct fa_cost_term *term, uint64_t count,
                           const struct fa_cost_sizes *sizes)
{
    uint64_t items = doubled_to(ARRAY_MIN, count), bytes = 0;
    uint64_t text = (sizes->text_bytes + 15) / 16 * 16 + 16;
    switch (term->kind) {
    case FA_COST_ARRAY:
        bytes = times(items, term->bytes);
        break;
    case FA_COST_TUPLES:
        bytes = plus(slot_bytes(count, sizeof(uint32_t)), times(items, term->bytes * sizeof(int64_t)));
        break;
    case FA_COST_TEXTS:
        bytes = plus(slot_bytes(count, sizeof(struct fa_text_slot)), times(items, sizeof(struct fa_str)));
        bytes = plus(bytes, plus(CHUNK_BYTES, times(2 * text, count)));
        break;
    case FA_COST_LETTERS:
        bytes = times(sizes->text_bytes, count);
        break;
    case FA_COST_PER_DAY:
        bytes = times(doubled_to(ARRAY_MIN, times(count, (sizes->days + 64) / 64)), term->bytes);
        break;
    default:
        bytes = times(count, term->bytes);
    }
    return times(bytes, term->count);
}

uint64_t fa_cost_bytes(const struct fa_cost *cost, const struct fa_cost_sizes *sizes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < cost->terms.count; i++) {
        const struct fa_cost_term *term = &cost->terms.items[i];
        sum = plus(sum, term_bytes(term, fa_cost_count(cost, term->unit, sizes), sizes));
    }
    return sum;
}

uint64_t fa_cost_each(const struct fa_cost *cost, enum fa_cost_unit unit,
                      const struct fa_cost_sizes *sizes)
{
    /* arrays are at their emptiest with one item more than a power of two */
    uint64_t count = unit == FA_COST_FIXED ? 1 : FULL, sum = 0;
    for (size_t i = 0; i < cost->terms.count; i++)
        if (cost->terms.items[i].unit == unit) {
            const struct fa_cost_term *term = &cost->terms.items[i];
            sum = plus(sum, term_bytes(term, unit == FA_COST_FIXED ? 1 : count + 1, sizes));
        }
    return (sum + count - 1) / count;
}
