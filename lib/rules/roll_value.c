#include <stdlib.h>
#include <string.h>

#include "rules/operators.h"
#include "rules/roll.h"
#include "rules/sums.h"

/* Sums of 2^32 numbers below this do not leave 127 bits. */
#define NUMBER_MAX ((fa_i128)1 << 95)

static bool keeps_list(enum fa_agg_op op)
{
    return op == FA_AGG_MIN || op == FA_AGG_MAX || op == FA_AGG_FIRST;
}

/* Numbers of rows are kept as they are; of the others sums are made, over one denominator. */
static bool keeps(const struct fa_roll_value *value)
{
    return keeps_list(value->op) || value->op == FA_AGG_LAST;
}

/* --- life --- */

enum fa_status fa_roll_value_init(struct fa_roll_value *value, struct fa_run *run,
                                  struct fa_scope *row, const struct fa_agg *agg)
{
    *value = (struct fa_roll_value){.agg = agg, .op = agg->op, .has_numbers = agg->arg != NULL,
                                    .denominator = 1};
    fa_texts_init(&value->texts);
    if (agg->arg)
        FA_TRY(fa_compile(row, agg->arg, &value->arg));
    if (agg->cond)
        FA_TRY(fa_compile(row, agg->cond, &value->cond));
    size_t count = run->slice_rows;
    value->numbers = calloc(count, sizeof *value->numbers);
    value->counts = calloc(count, sizeof *value->counts);
    value->states = calloc(count, sizeof *value->states);
    value->causes = calloc(count, sizeof *value->causes);
    return value->numbers && value->counts && value->states && value->causes
               ? FA_OK
               : fa_out_of_memory(run->sink, "the plan of the rules");
}

bool fa_roll_value_is_same(const struct fa_roll_value *a, const struct fa_roll_value *b)
{
    return a->op == b->op && a->arg == b->arg && a->cond == b->cond &&
           a->agg->kind == b->agg->kind && fa_str_equal(a->agg->text, b->agg->text) &&
           (a->op != FA_AGG_TOP ||
            a->agg->top->value.numerator == b->agg->top->value.numerator);
}

bool fa_roll_value_may_share(const struct fa_roll_value *value, const struct fa_roll_value *host)
{
    if (value->op == FA_AGG_COUNT)
        return !value->cond && !host->cond && host->op != FA_AGG_COUNT && host->op != FA_AGG_DISTINCT;
    return value->op == FA_AGG_MEAN && host->op == FA_AGG_SUM && value->arg == host->arg &&
           value->cond == host->cond;
}

void fa_roll_value_release(struct fa_roll_value *value, struct fa_run *run)
{
    fa_meter_give(&run->meter, value->item_capacity * sizeof *value->items);
    free(value->items);
    fa_pairs_release(&value->pairs, &run->meter);
    fa_sorted_release(&value->sorted, &run->meter);
    fa_texts_release(&value->texts, &run->meter);
    free(value->numbers);
    free(value->counts);
    free(value->states);
    free(value->causes);
}

/* --- numbers of rows --- */

static fa_i128 joined(int64_t low, int64_t high)
{
    return (fa_i128)(((unsigned __int128)(uint64_t)high << 64) | (uint64_t)low);
}

static fa_i128 number_of(const struct fa_roll_value *value, const struct fa_roll_part *part,
                         uint32_t at)
{
    if (part->high)
        return joined(part->low[at], part->high[at]);
    return keeps(value) ? joined(part->low[at], 1) : part->low[at];
}

/* A number that is kept as the fraction it is. */
static struct fa_ratio fraction_of(const struct fa_roll_value *value, fa_i128 number)
{
    struct fa_ratio ratio = {(int64_t)number, (int64_t)(number >> 64)};
    if (ratio.denominator == 0)
        memcpy(&ratio, value->texts.items[(int64_t)number].bytes, sizeof ratio);
    return ratio;
}

static enum fa_status put_halves(struct fa_roll *roll, struct fa_roll_value *value,
                                 struct fa_roll_chunk *chunk, struct fa_roll_part *part,
                                 uint32_t at, int64_t low, int64_t high)
{
    part->low[at] = low;
    if (!part->high && high != (keeps(value) ? 1 : low < 0 ? -1 : 0)) {
        FA_TRY(fa_meter_take(&roll->run->meter, FA_ROLL_ROWS * sizeof *part->high));
        part->high = malloc(FA_ROLL_ROWS * sizeof *part->high);
        if (!part->high)
            return fa_out_of_memory(roll->run->sink, "windows");
        chunk->bytes += FA_ROLL_ROWS * sizeof *part->high;
        for (uint32_t i = 0; i < FA_ROLL_ROWS; i++)
            part->high[i] = keeps(value) ? 1 : part->low[i] < 0 ? -1 : 0;
    }
    if (part->high)
        part->high[at] = high;
    return FA_OK;
}

/* A number in lowest terms as 64 bits each, or as a text that spells it. */
static enum fa_status put_fraction(struct fa_roll *roll, struct fa_roll_value *value,
                                   struct fa_roll_chunk *chunk, struct fa_roll_part *part,
                                   uint32_t at, struct fa_ratio number)
{
    fa_rational_reduce(&number);
    int64_t low = (int64_t)number.numerator, high = (int64_t)number.denominator;
    if (low == number.numerator && high == number.denominator)
        return put_halves(roll, value, chunk, part, at, low, high);
    struct fa_str spelt = {(const char *)&number, sizeof number};
    uint32_t code;
    FA_TRY(fa_texts_add(&value->texts, &roll->run->meter, spelt, true, &code));
    return put_halves(roll, value, chunk, part, at, code, 0);
}

static enum fa_status taint(struct fa_roll *roll, struct fa_roll_chunk *chunk,
                            struct fa_roll_part *part, uint32_t at, struct fa_str cause)
{
    if (!part->causes) {
        FA_TRY(fa_meter_take(&roll->run->meter, FA_ROLL_ROWS * sizeof *part->causes));
        part->causes = calloc(FA_ROLL_ROWS, sizeof *part->causes);
        if (!part->causes)
            return fa_out_of_memory(roll->run->sink, "windows");
        chunk->bytes += FA_ROLL_ROWS * sizeof *part->causes;
    }
    part->states[at] = FA_TAINTS;
    return fa_roll_cause(roll, cause, &part->causes[at]);
}

/* A value that distinct tells from others: a whole number itself, everything else as a text. */
static enum fa_status put_code(struct fa_roll *roll, struct fa_roll_value *value,
                               struct fa_roll_part *part, const struct fa_vector *v, uint32_t i,
                               uint32_t at)
{
    struct fa_str text;
    struct fa_ratio number = {0, 1};
    uint32_t code;
    if (v->truth) {
        part->low[at] = fa_truth_at(v, i);
        return FA_OK;
    }
    if (v->texts) {
        text = v->texts[fa_at(v, i)];
    } else {
        number = fa_number_at(v, i);
        fa_rational_reduce(&number);
        part->low[at] = (int64_t)number.numerator;
        if (number.denominator == 1 && part->low[at] == number.numerator)
            return FA_OK;
        text = (struct fa_str){(const char *)&number, sizeof number};
    }
    FA_TRY(fa_texts_add(&value->texts, &roll->run->meter, text, true, &code));
    part->low[at] = code;
    part->states[at] = FA_COUNTS_TEXT;
    return FA_OK;
}

static enum fa_status put(struct fa_roll *roll, struct fa_roll_value *value,
                          struct fa_roll_chunk *chunk, struct fa_roll_part *part,
                          const struct fa_vector *v, uint32_t i, uint32_t at)
{
    fa_i128 scaled;
    uint32_t code;
    if (value->op == FA_AGG_DISTINCT)
        return put_code(roll, value, part, v, i, at);
    if (v->truth)
        return put_halves(roll, value, chunk, part, at, fa_truth_at(v, i), 1);
    if (v->texts) {
        FA_TRY(fa_texts_add(&value->texts, &roll->run->meter, v->texts[fa_at(v, i)], true, &code));
        return put_halves(roll, value, chunk, part, at, code, 1);
    }
    struct fa_ratio number = fa_number_at(v, i);
    if (keeps(value))
        return put_fraction(roll, value, chunk, part, at, number);
    bool fits = value->denominator % number.denominator == 0 &&
                !__builtin_mul_overflow(number.numerator, value->denominator / number.denominator,
                                        &scaled) &&
                scaled < NUMBER_MAX && scaled > -NUMBER_MAX;
    return fits ? put_halves(roll, value, chunk, part, at, (int64_t)scaled, (int64_t)(scaled >> 64))
                : taint(roll, chunk, part, at, FA_STR("a number beyond its range"));
}

/* Every row has a number that stands in 64 bits as it is. */
static bool fill_plain(struct fa_roll_value *value, const struct fa_vector *v, const uint32_t *pick,
                       uint32_t count, struct fa_roll_part *part, uint32_t at)
{
    if (part->high || !v->num || v->state || v->is_const || v->den != value->denominator)
        return false;
    if (!pick)
        memcpy(part->low + at, v->num, count * sizeof *part->low);
    for (uint32_t k = 0; pick && k < count; k++)
        part->low[at + k] = v->num[pick[k]];
    return true;
}

enum fa_status fa_roll_value_fill(struct fa_roll *roll, struct fa_roll_value *value,
                                  struct fa_frame *frame, const uint32_t *pick, uint32_t count,
                                  struct fa_roll_chunk *chunk, struct fa_roll_part *part, uint32_t at)
{
    const struct fa_vector *arg = NULL, *cond = NULL;
    if ((value->arg && !(arg = fa_eval(frame, value->arg))) ||
        (value->cond && !(cond = fa_eval(frame, value->cond))))
        return fa_failed(frame->slice);
    bool is_plain = !arg || fill_plain(value, arg, pick, count, part, at);
    if (is_plain && !cond && part->counts_all)
        return FA_OK;
    if (part->counts_all)
        memset(part->states, FA_COUNTS, at);
    part->counts_all = false;
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = pick ? pick[k] : k;
        uint8_t counts = cond ? fa_truth_at(cond, i) : FA_TRUE;
        part->states[at + k] = counts == FA_FALSE ? FA_COUNTS_NOT : FA_COUNTS;
        if (counts == FA_TRUE && is_plain)
            continue;
        if (part->low)
            part->low[at + k] = 0;
        if (part->high)
            part->high[at + k] = 0;
        if (counts == FA_FALSE)
            continue;
        bool has_value = !arg || (arg->truth ? fa_truth_at(arg, i) != FA_UNKNOWN
                                             : fa_state_at(arg, i) == FA_HAS);
        if (counts == FA_UNKNOWN)
            FA_TRY(taint(roll, chunk, part, at + k, fa_cause(frame, value->cond, i)));
        else if (!has_value)
            FA_TRY(taint(roll, chunk, part, at + k, fa_cause(frame, value->arg, i)));
        else if (arg)
            FA_TRY(put(roll, value, chunk, part, arg, i, at + k));
    }
    return FA_OK;
}

/* --- one denominator --- */

static bool common(fa_i128 a, fa_i128 b, fa_i128 *multiple)
{
    struct fa_ratio r = {a, b};
    fa_rational_reduce(&r);
    return !__builtin_mul_overflow(a, r.denominator, multiple) && *multiple < NUMBER_MAX;
}

enum fa_status fa_roll_value_fit(struct fa_roll_value *value, struct fa_frame *frame, fa_i128 *factor)
{
    fa_i128 denominator = value->denominator, wanted;
    *factor = 1;
    if (!value->arg || value->op == FA_AGG_DISTINCT || keeps(value))
        return FA_OK;
    const struct fa_vector *v = fa_eval(frame, value->arg);
    if (!v)
        return fa_failed(frame->slice);
    uint32_t count = v->is_const || v->num ? 1 : frame->count;
    for (uint32_t i = 0; i < count; i++)
        if ((v->num || fa_state_at(v, i) == FA_HAS) &&
            common(denominator, v->num ? v->den : fa_number_at(v, i).denominator, &wanted))
            denominator = wanted;
    *factor = denominator / value->denominator;
    return FA_OK;
}

static bool may_scale(fa_i128 number, fa_i128 factor)
{
    fa_i128 scaled;
    return !__builtin_mul_overflow(number, factor, &scaled) && scaled < NUMBER_MAX &&
           scaled > -NUMBER_MAX;
}

bool fa_roll_value_may_scale(const struct fa_roll_value *value, fa_i128 factor)
{
    for (size_t i = 1; i <= value->sorted.used; i++)
        if (!may_scale(value->sorted.nodes[i].number, factor))
            return false;
    return true;
}

bool fa_roll_part_may_scale(const struct fa_roll_value *value, const struct fa_roll_part *part,
                            uint32_t count, fa_i128 factor)
{
    for (uint32_t i = 0; i < count; i++)
        if (!may_scale(number_of(value, part, i), factor))
            return false;
    return true;
}

void fa_roll_value_scale(struct fa_roll_value *value, fa_i128 factor, uint32_t unit_count)
{
    for (uint32_t i = 0; i < unit_count; i++)
        value->numbers[i] *= factor;
    fa_sorted_scale(&value->sorted, factor);
    value->denominator *= factor;
}

enum fa_status fa_roll_part_scale(struct fa_roll *roll, struct fa_roll_value *value,
                                  struct fa_roll_chunk *chunk, struct fa_roll_part *part,
                                  uint32_t at, fa_i128 factor)
{
    if (!part->counts_all && part->states[at] != FA_COUNTS)
        return FA_OK;
    fa_i128 number = number_of(value, part, at) * factor;
    return put_halves(roll, value, chunk, part, at, (int64_t)number, (int64_t)(number >> 64));
}

/* --- lists --- */

static enum fa_status new_item(struct fa_roll_value *value, struct fa_run *run, uint32_t *number)
{
    *number = value->item_free;
    if (*number) {
        value->item_free = value->items[*number].after;
        return FA_OK;
    }
    FA_TRY(fa_meter_reserve(&run->meter, value->items, &value->item_capacity, value->item_used + 2));
    if (value->item_used >= UINT32_MAX - 2)
        return fa_meter_take(&run->meter, UINT64_MAX);
    *number = (uint32_t)++value->item_used;
    return FA_OK;
}

static void free_item(struct fa_roll_value *value, uint32_t number)
{
    value->items[number].after = value->item_free;
    value->item_free = number;
}

/* A number that a later one makes meaningless as long as it is there. */
static bool is_covered(const struct fa_roll_value *value, fa_i128 number, fa_i128 later)
{
    if (value->op == FA_AGG_FIRST)
        return false;
    int order = fa_ratio_compare(fraction_of(value, number), fraction_of(value, later));
    return value->op == FA_AGG_MIN ? order >= 0 : order <= 0;
}

static enum fa_status append(struct fa_roll_value *value, struct fa_run *run,
                             struct fa_roll_slot *slot, fa_i128 number, uint64_t row)
{
    while (slot->tail && is_covered(value, value->items[slot->tail].number, number)) {
        uint32_t tail = slot->tail;
        slot->tail = value->items[tail].before;
        free_item(value, tail);
    }
    uint32_t added;
    FA_TRY(new_item(value, run, &added));
    value->items[added] =
        (struct fa_roll_item){.number = number, .row = row, .before = slot->tail};
    if (slot->tail)
        value->items[slot->tail].after = added;
    else
        slot->head = added;
    slot->tail = added;
    return FA_OK;
}

static void drop_first(struct fa_roll_value *value, struct fa_roll_slot *slot, uint64_t row)
{
    uint32_t head = slot->head;
    if (!head || value->items[head].row != row)
        return; /* a later one covered it */
    slot->head = value->items[head].after;
    if (slot->head)
        value->items[slot->head].before = 0;
    else
        slot->tail = 0;
    free_item(value, head);
}

/* --- rows come and leave --- */

enum fa_status fa_roll_value_add(struct fa_roll_value *value, struct fa_run *run,
                                 struct fa_roll_slot *slot, const struct fa_roll_part *part,
                                 uint32_t at, uint64_t row, uint32_t group)
{
    uint8_t state = part->counts_all ? FA_COUNTS : part->states[at];
    bool is_new;
    if (state == FA_COUNTS_NOT)
        return FA_OK;
    if (state == FA_TAINTS) {
        slot->taints++;
        slot->cause = part->causes[at];
        return FA_OK;
    }
    if (value->op == FA_AGG_DISTINCT) {
        FA_TRY(fa_pairs_add(&value->pairs, &run->meter, group, part->low[at],
                            state == FA_COUNTS_TEXT, &is_new));
        slot->count += is_new;
        return FA_OK;
    }
    slot->count++;
    if (!value->has_numbers)
        return FA_OK;
    fa_i128 number = number_of(value, part, at);
    if (keeps_list(value->op))
        return append(value, run, slot, number, row);
    if (value->op == FA_AGG_TOP)
        return fa_sorted_add(&value->sorted, &run->meter, &slot->root, number);
    if (value->op == FA_AGG_LAST)
        slot->sum = number;
    else
        slot->sum += number;
    return FA_OK;
}

void fa_roll_value_take(struct fa_roll_value *value, struct fa_roll_slot *slot,
                        const struct fa_roll_part *part, uint32_t at, uint64_t row, uint32_t group)
{
    uint8_t state = part->counts_all ? FA_COUNTS : part->states[at];
    if (state == FA_COUNTS_NOT)
        return;
    if (state == FA_TAINTS) {
        slot->taints--;
        return;
    }
    if (value->op == FA_AGG_DISTINCT) {
        slot->count -=
            fa_pairs_remove(&value->pairs, group, part->low[at], state == FA_COUNTS_TEXT);
        return;
    }
    slot->count--;
    if (!value->has_numbers)
        return;
    fa_i128 number = number_of(value, part, at);
    if (keeps_list(value->op))
        drop_first(value, slot, row);
    else if (value->op == FA_AGG_TOP)
        fa_sorted_remove(&value->sorted, &slot->root, number);
    else if (value->op != FA_AGG_LAST)
        slot->sum -= number;
}

/* --- units --- */

void fa_roll_value_emit(struct fa_roll_value *value, const struct fa_roll_slot *slot, uint32_t i)
{
    bool counts_all = value->is_guest && value->op == FA_AGG_COUNT; /* rows without a value, too */
    uint8_t state = slot->taints && !counts_all ? FA_NOW_TAINTED : 0;
    bool is_list = keeps_list(value->op);
    if (value->op == FA_AGG_COUNT || value->op == FA_AGG_DISTINCT)
        value->numbers[i] = slot->count + (counts_all ? slot->taints : 0);
    else if (value->op == FA_AGG_TOP)
        value->numbers[i] = fa_sorted_top(&value->sorted, slot->root,
                                          (uint64_t)value->agg->top->value.numerator);
    else if (is_list)
        value->numbers[i] = slot->head ? value->items[slot->head].number : 0;
    else
        value->numbers[i] = slot->sum;
    if (!slot->count && (is_list || value->op == FA_AGG_LAST || value->op == FA_AGG_MEAN))
        state |= FA_NOW_EMPTY;
    if (value->op == FA_AGG_MEAN)
        value->counts[i] = slot->count;
    value->states[i] = state;
    value->any_states |= state;
    value->causes[i] = slot->cause;
}

static uint8_t *states_of(const struct fa_roll_value *value, const uint8_t *marks, uint32_t count,
                          struct fa_pool *pool)
{
    uint8_t *states = fa_pool_take(pool, count);
    for (uint32_t i = 0; states && i < count; i++) {
        uint8_t mark = marks ? marks[i] : 0, state = value->states[i];
        bool is_partial = state & FA_NOW_TAINTED || mark & (FA_UNIT_TAINTED | FA_UNIT_OUTSIDE);
        bool is_missing = mark & FA_UNIT_ENDLESS || state & FA_NOW_EMPTY ||
                          (is_partial && !value->agg->only_grows);
        states[i] = is_missing ? FA_MISSING : is_partial ? FA_BOUND : FA_HAS;
    }
    return states;
}

static const struct fa_vector *means(const struct fa_roll_value *value, const uint8_t *states,
                                     uint32_t count, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    if (!v || !wide)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        wide[i] = (struct fa_ratio){0, 1};
        if (value->counts[i])
            fa_rational_divide((struct fa_ratio){value->numbers[i], value->denominator},
                               (struct fa_ratio){value->counts[i], 1}, &wide[i]);
    }
    *v = (struct fa_vector){.kind = value->agg->kind, .state = states, .den = 1, .wide = wide};
    return v;
}

/* Values that were kept as they are. */
static const struct fa_vector *kept(const struct fa_roll_value *value, uint8_t *states,
                                    uint32_t count, struct fa_pool *pool)
{
    struct fa_vector *v = fa_pool_take(pool, sizeof *v);
    struct fa_str *texts = fa_pool_take(pool, count * sizeof *texts);
    struct fa_ratio *wide = fa_pool_take(pool, count * sizeof *wide);
    enum fa_kind kind = value->agg->kind;
    if (!v || !texts || !wide)
        return NULL;
    *v = (struct fa_vector){.kind = kind, .den = 1};
    for (uint32_t i = 0; i < count; i++) {
        bool has = states[i] == FA_HAS;
        fa_i128 number = value->numbers[i];
        texts[i] = has && fa_kind_is_text(kind) ? value->texts.items[(int64_t)number]
                                                : (struct fa_str){"", 0};
        wide[i] = has && !fa_kind_is_text(kind) ? fraction_of(value, number)
                                                : (struct fa_ratio){0, 1};
        if (kind == FA_KIND_BOOL)
            states[i] = has ? wide[i].numerator != 0 : FA_UNKNOWN;
    }
    if (kind == FA_KIND_BOOL) {
        v->truth = states;
        return v;
    }
    v->state = states;
    if (fa_kind_is_text(kind)) {
        v->texts = texts;
        return v;
    }
    v->wide = wide;
    return fa_narrow(pool, v, count) ? v : NULL;
}

const struct fa_vector *fa_roll_value_vector(struct fa_roll_value *value, const uint8_t *marks,
                                             uint32_t count, struct fa_pool *pool)
{
    enum fa_kind kind = value->agg->kind;
    bool is_kept = keeps(value);
    uint8_t *states = NULL;
    if ((marks || value->any_states || is_kept) &&
        !(states = states_of(value, marks, count, pool)))
        return NULL;
    if (is_kept)
        return kept(value, states, count, pool);
    if (value->op == FA_AGG_MEAN)
        return means(value, states, count, pool);
    bool is_count = value->op == FA_AGG_COUNT || value->op == FA_AGG_DISTINCT;
    return fa_wholes_vector(value->numbers, is_count ? 1 : value->denominator, count, kind, states,
                            pool);
}
