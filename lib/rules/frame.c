/* Frames: which rows, and what is already known of them. */
#include <string.h>

#include "rules/operators.h"
#include "rules/reach.h"

/* A frame asks few of all formulas: what it knows of them lies in pages, made when first written. */
enum { PAGE_FORMULAS = 64 };

static struct fa_frame *new_frame(struct fa_slice *slice, uint32_t count)
{
    struct fa_frame *frame = fa_pool_take(slice->pool, sizeof *frame);
    size_t size = (slice->program->formulas.count / PAGE_FORMULAS + 1) * sizeof *frame->memo;
    const struct fa_vector ***memo = fa_pool_take(slice->pool, size);
    if (!frame || !memo)
        return NULL;
    *frame = (struct fa_frame){.slice = slice, .count = count, .memo = memo};
    memset(memo, 0, size);
    return frame;
}

static const struct fa_vector *known(const struct fa_frame *frame, int number)
{
    const struct fa_vector **page = frame->memo[number / PAGE_FORMULAS];
    return page ? page[number % PAGE_FORMULAS] : NULL;
}

const struct fa_vector *fa_frame_remember(struct fa_frame *frame, int number,
                                          const struct fa_vector *v)
{
    const struct fa_vector ***page = &frame->memo[number / PAGE_FORMULAS];
    if (!v)
        return NULL;
    if (!*page) {
        size_t size = PAGE_FORMULAS * sizeof **page;
        *page = fa_pool_take(frame->slice->pool, size);
        if (!*page)
            return NULL;
        memset(*page, 0, size);
    }
    return (*page)[number % PAGE_FORMULAS] = v;
}

struct fa_frame *fa_frame_base(struct fa_slice *slice)
{
    struct fa_frame *frame = new_frame(slice, slice->count);
    if (frame && slice->order)
        frame->base_row = slice->order + slice->from;
    if (frame && slice->doubts) {
        uint8_t *doubt = fa_pool_take(slice->pool, slice->count);
        for (uint32_t i = 0; doubt && i < slice->count; i++)
            doubt[i] = slice->doubts[fa_frame_index(frame, i)];
        frame->doubt = doubt;
        return doubt ? frame : NULL;
    }
    return frame;
}

struct fa_frame *fa_frame_units(struct fa_slice *slice, struct fa_units *units, uint32_t count)
{
    struct fa_frame *frame = new_frame(slice, count);
    if (frame)
        frame->units = units;
    return frame;
}

static const void *pick_bytes(struct fa_pool *pool, const uint8_t *from, const uint32_t *pick, uint32_t count)
{
    uint8_t *to = fa_pool_take(pool, count);
    for (uint32_t i = 0; to && i < count; i++)
        to[i] = from[pick[i]];
    return to;
}

static const uint32_t *pick_rows(struct fa_pool *pool, const uint32_t *from, const uint32_t *pick,
                                 uint32_t count)
{
    uint32_t *to = fa_pool_take(pool, count * sizeof *to);
    for (uint32_t i = 0; to && i < count; i++)
        to[i] = from[pick[i]];
    return to;
}

static const uint32_t *offset_rows(struct fa_slice *slice, const uint32_t *pick, uint32_t count)
{
    uint32_t *to = fa_pool_take(slice->pool, count * sizeof *to);
    for (uint32_t i = 0; to && i < count; i++)
        to[i] = slice->from + pick[i];
    return to;
}

struct fa_frame *fa_frame_pick(struct fa_frame *parent, const uint32_t *pick, uint32_t count)
{
    struct fa_slice *slice = parent->slice;
    struct fa_frame *frame = new_frame(slice, count);
    if (!frame)
        return NULL;
    frame->units = parent->units;
    frame->parent = parent;
    frame->pick = pick;
    if (parent->base_row)
        frame->base_row = pick_rows(slice->pool, parent->base_row, pick, count);
    else if (!parent->units)
        frame->base_row = offset_rows(slice, pick, count);
    if (!frame->base_row && !parent->units)
        return NULL;
    if ((parent->side && !(frame->side = pick_bytes(slice->pool, parent->side, pick, count))) ||
        (parent->doubt && !(frame->doubt = pick_bytes(slice->pool, parent->doubt, pick, count))) ||
        (parent->group && !(frame->group = pick_rows(slice->pool, parent->group, pick, count))))
        return NULL;
    return frame;
}

uint32_t fa_frame_index(const struct fa_frame *frame, uint32_t i)
{
    return frame->base_row ? frame->base_row[i] : frame->slice->from + i;
}

uint64_t fa_frame_row(const struct fa_frame *frame, uint32_t i)
{
    const struct fa_slice *slice = frame->slice;
    uint32_t row = fa_frame_index(frame, i);
    return slice->batch->first_row + (slice->numbers ? slice->numbers[row] : row);
}

/* --- columns of the row --- */

static const struct fa_column *find_column(struct fa_slice *slice, const struct fa_formula *f)
{
    if (slice->decoder) {
        slice->status = fa_decoder_ask(slice->decoder, f->detail.column, slice->program->sink);
        if (slice->status != FA_OK)
            return NULL;
    }
    return &slice->batch->columns[f->detail.column];
}

/* Byte I is 1 where the batch says missing. */
static bool read_states(struct fa_frame *frame, const struct fa_column *column, uint32_t count,
                        uint8_t **states)
{
    *states = NULL;
    if (!column->missing)
        return true;
    const uint32_t *rows = frame->base_row;
    const uint8_t *missing = column->missing + frame->slice->from;
    if (!rows && !memchr(missing, 1, count))
        return true;
    uint8_t *to = fa_pool_take(frame->slice->pool, count);
    if (!to)
        return false;
    for (uint32_t i = 0; i < count; i++)
        to[i] = (rows ? column->missing[rows[i]] : missing[i]) ? FA_MISSING : FA_HAS;
    *states = to;
    return true;
}

static const struct fa_vector *read_texts(struct fa_frame *frame, const struct fa_column *column,
                                          struct fa_vector *v)
{
    struct fa_str *texts = fa_pool_take(frame->slice->pool, frame->count * sizeof *texts);
    if (!texts)
        return NULL;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t row = frame->base_row ? frame->base_row[i] : frame->slice->from + i;
        texts[i] = fa_column_text(column, row);
    }
    v->texts = texts;
    return v;
}

/* A number of a view's row, exact and perhaps a lower bound. */
static const struct fa_vector *read_exact(struct fa_frame *frame, const struct fa_formula *f,
                                          const struct fa_column *column,
                                          const struct fa_view_exact *exact)
{
    static const uint8_t states[] = {FA_HAS, FA_MISSING, FA_BOUND};
    struct fa_pool *pool = frame->slice->pool;
    struct fa_vector *v = fa_result(pool, f);
    uint8_t *state = fa_pool_take(pool, frame->count);
    struct fa_ratio *wide = fa_pool_take(pool, frame->count * sizeof *wide);
    if (!v || !state || !wide)
        return NULL;
    for (uint32_t i = 0; i < frame->count; i++) {
        uint32_t row = fa_frame_index(frame, i);
        state[i] = states[exact->missing[row]];
        wide[i] = exact->wide ? exact->wide[row] : (struct fa_ratio){column->values[row], 1};
        if (f->kind == FA_KIND_BOOL)
            state[i] = state[i] == FA_HAS ? wide[i].numerator != 0 : FA_UNKNOWN;
    }
    if (f->kind == FA_KIND_BOOL) {
        v->truth = state;
        return v;
    }
    v->state = state;
    v->den = 1;
    v->wide = wide;
    return fa_narrow(pool, v, frame->count) ? v : NULL;
}

static const struct fa_vector *read_column(struct fa_frame *frame, const struct fa_formula *f)
{
    struct fa_slice *slice = frame->slice;
    if (f->detail.table != slice->table || f->detail.column < 0)
        return fa_vector_missing(slice->pool, f->kind);
    const struct fa_view_exact *exact = slice->program->uses[slice->table].exact;
    if (exact && exact[f->detail.column].missing)
        return read_exact(frame, f, &slice->batch->columns[f->detail.column],
                          &exact[f->detail.column]);
    const struct fa_column *column = find_column(slice, f);
    if (!column)
        return NULL;
    if (column->is_absent)
        return fa_vector_missing(slice->pool, f->kind);
    uint32_t count = frame->count;
    struct fa_vector *v = fa_result(slice->pool, f);
    uint8_t *state;
    if (!v || !read_states(frame, column, count, &state))
        return NULL;
    v->state = state;
    if (fa_kind_is_text(f->kind))
        return read_texts(frame, column, v);
    const int64_t *num = column->values + slice->from;
    if (frame->base_row || f->enum_map) {
        int64_t *picked = fa_pool_take(slice->pool, count * sizeof *picked);
        if (!picked)
            return NULL;
        for (uint32_t i = 0; i < count; i++)
            picked[i] = frame->base_row ? column->values[frame->base_row[i]] : num[i];
        for (uint32_t i = 0; f->enum_map && i < count; i++)
            picked[i] = f->enum_map[picked[i]];
        num = picked;
    }
    if (f->kind == FA_KIND_BOOL) {
        uint8_t *truth = fa_pool_take(slice->pool, count);
        if (!truth)
            return NULL;
        for (uint32_t i = 0; i < count; i++)
            truth[i] = state && state[i] != FA_HAS ? FA_UNKNOWN : num[i] != 0;
        v->truth = truth;
        v->state = NULL;
        return v;
    }
    v->num = num;
    v->den = f->kind == FA_KIND_RATIO ? FA_RATIO_UNIT : 1;
    return v;
}

/* A leg's columns: of the payer's or the payee's side of its flow. Arguments: payer, payee, amount,
 * for `internal` also the two owners. */
static const struct fa_vector *read_leg(struct fa_frame *frame, const struct fa_formula *f,
                                        const struct fa_vector *const *args)
{
    static const int64_t directions[] = {1, 0}; /* of {credit, debit}: the payer's is the debit */
    struct fa_pool *pool = frame->slice->pool;
    uint32_t count = frame->count;
    struct fa_vector *v = fa_result(pool, f);
    int64_t *num = fa_pool_take(pool, count * sizeof *num);
    uint8_t *bytes = fa_pool_take(pool, count);
    if (!v || !num || !bytes)
        return NULL;
    int index = f->detail.index;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t side = frame->side[i];
        const struct fa_vector *from = index == FA_LEG_ACCOUNT        ? args[side]
                                       : index == FA_LEG_COUNTERPARTY ? args[!side]
                                                                      : args[2];
        bytes[i] = fa_state_at(from, i);
        num[i] = index == FA_LEG_DIRECTION ? directions[side] : from->num[fa_at(from, i)];
        if (index == FA_LEG_SIGNED && !side)
            num[i] = -num[i];
        if (index == FA_LEG_DIRECTION)
            bytes[i] = FA_HAS;
        if (index == FA_LEG_INTERNAL)
            bytes[i] = fa_state_at(args[3], i) != FA_HAS || fa_state_at(args[4], i) != FA_HAS
                           ? FA_UNKNOWN
                           : args[3]->num[fa_at(args[3], i)] == args[4]->num[fa_at(args[4], i)];
    }
    if (index == FA_LEG_INTERNAL) {
        v->truth = bytes;
        return v;
    }
    v->num = num;
    v->state = memchr(bytes, FA_MISSING, count) ? bytes : NULL;
    return v;
}

/* --- evaluation --- */

/* What this frame or one it was picked from already knows; false: memory is out. */
static bool recall(struct fa_frame *frame, int number, const struct fa_vector **v)
{
    *v = known(frame, number);
    if (*v || !frame->parent)
        return true;
    if (!recall(frame->parent, number, v))
        return false;
    if (!*v)
        return true;
    *v = fa_frame_remember(
        frame, number, fa_vector_pick(frame->slice->pool, *v, frame->pick, frame->count));
    return *v != NULL;
}

static const struct fa_vector *of_truth(struct fa_frame *frame, const struct fa_formula *f,
                                        const uint8_t *truth)
{
    struct fa_vector *v = fa_result(frame->slice->pool, f);
    if (!v || !truth)
        return NULL;
    v->truth = truth;
    return v;
}

/* Rows that the arguments so far have not decided. */
static uint32_t open_rows(const uint8_t *truth, uint8_t decided, uint32_t count, uint32_t *rows)
{
    uint32_t open = 0;
    for (uint32_t i = 0; i < count; i++) {
        rows[open] = i;
        open += truth[i] != decided;
    }
    return open;
}

/* An argument of AND or OR where few rows are still open is asked for those only. */
static const struct fa_vector *eval_open(struct fa_frame *frame, const struct fa_formula *f,
                                         const uint32_t *rows, uint32_t open, uint8_t decided)
{
    struct fa_pool *pool = frame->slice->pool;
    const struct fa_vector *whole;
    if (!recall(frame, f->number, &whole))
        return NULL;
    if (whole || open > frame->count / 8)
        return fa_eval(frame, f);
    struct fa_frame *few = fa_frame_pick(frame, rows, open);
    const struct fa_vector *v = few ? fa_eval(few, f) : NULL;
    uint8_t *truth = fa_pool_take(pool, frame->count);
    if (!v || !truth)
        return NULL;
    memset(truth, decided, frame->count);
    for (uint32_t i = 0; i < open; i++)
        truth[rows[i]] = fa_truth_at(v, i);
    return of_truth(frame, f, truth);
}

static const struct fa_vector *eval_junction(struct fa_frame *frame, const struct fa_formula *f)
{
    struct fa_pool *pool = frame->slice->pool;
    uint8_t decided = f->op == FA_OP_AND ? FA_FALSE : FA_TRUE;
    uint32_t *rows = fa_pool_take(pool, ((size_t)frame->count + 1) * sizeof *rows);
    const struct fa_vector *all = fa_eval(frame, f->args[0]);
    for (int k = 1; all && rows && k < f->arg_count; k++) {
        if (all->is_const && all->truth[0] == decided)
            return all;
        uint32_t open = all->is_const ? frame->count
                                      : open_rows(all->truth, decided, frame->count, rows);
        if (!open)
            return all;
        const struct fa_vector *v = all->is_const
                                        ? fa_eval(frame, f->args[k])
                                        : eval_open(frame, f->args[k], rows, open, decided);
        if (!v)
            return NULL;
        uint32_t count = all->is_const && v->is_const ? 1 : frame->count;
        const struct fa_vector *both =
            of_truth(frame, f, f->op == FA_OP_AND ? fa_truth_and(pool, all, v, count)
                                                  : fa_truth_or(pool, all, v, count));
        if (!both)
            return NULL;
        if (count == 1 && all->is_const) {
            struct fa_value value = {.kind = FA_KIND_BOOL, .numerator = both->truth[0] == FA_TRUE,
                                     .is_missing = both->truth[0] == FA_UNKNOWN};
            both = fa_vector_const(pool, &value);
        }
        all = both;
    }
    return all;
}

static const struct fa_vector *eval_find(struct fa_frame *frame, const struct fa_formula *f,
                                         const struct fa_vector *const *args, uint32_t n)
{
    struct fa_slice *slice = frame->slice;
    const struct fa_vector *find = args[0];
    if (f->op == FA_OP_HAS) {
        uint8_t *truth = fa_pool_take(slice->pool, n);
        if (!truth)
            return NULL;
        for (uint32_t i = 0; i < n; i++)
            truth[i] = fa_state_at(find, i) != FA_HAS ? FA_UNKNOWN : find->num[fa_at(find, i)] != -1;
        return of_truth(frame, f, truth);
    }
    const struct fa_held_table *held =
        f->detail.table < 0 ? NULL : slice->program->uses[f->detail.table].held;
    int64_t *rows = fa_pool_take(slice->pool, n * sizeof *rows);
    if (!held || f->detail.column < 0)
        return fa_vector_missing(slice->pool, f->kind);
    if (!rows)
        return NULL;
    for (uint32_t i = 0; i < n; i++) {
        int64_t row = fa_state_at(find, i) == FA_HAS ? find->num[fa_at(find, i)] : -1;
        rows[i] = row < -1 ? (f->detail.index ? -2 - row : -1) : row;
    }
    return fa_column_pick(slice, f, &held->rows.columns[f->detail.column], rows, n);
}

static struct fa_vector *eval_operator(struct fa_pool *pool, const struct fa_formula *f,
                                       const struct fa_vector *const *args, uint32_t n)
{
    switch (f->op) {
    case FA_OP_ADD: case FA_OP_SUB: case FA_OP_MUL: case FA_OP_DIV: case FA_OP_NEG:
    case FA_OP_ABS: case FA_OP_MIN: case FA_OP_MAX: case FA_OP_ROUND:
        return fa_op_number(pool, f, args, n);
    case FA_OP_NOT: case FA_OP_ELSE: case FA_OP_CASE:
        return fa_op_logic(pool, f, args, n);
    case FA_OP_PARAM: case FA_OP_SCALE:
        return fa_op_param(pool, f, args, n);
    case FA_OP_SET_HAS: case FA_OP_STARTS: case FA_OP_CONTAINS: case FA_OP_SIZE:
    case FA_OP_VALID_ID18: case FA_OP_VALID_ID15: case FA_OP_VALID_USCC: case FA_OP_EARLY_USCC:
    case FA_OP_VALID_LEI: case FA_OP_VALID_LUHN: case FA_OP_VALID_IBAN:
        return fa_op_text(pool, f, args, n);
    case FA_OP_DATE: case FA_OP_DAY: case FA_OP_MONTH: case FA_OP_QUARTER: case FA_OP_YEAR:
    case FA_OP_WEEKDAY: case FA_OP_IS_BDAY: case FA_OP_BDAYS: case FA_OP_START_OF:
    case FA_OP_END_OF: case FA_OP_DATE_ADD:
        return fa_op_date(pool, f, args, n);
    default:
        return fa_op_compare(pool, f, args, n);
    }
}

/* The arguments' values; N becomes 1 when all are constant. False: memory is out. */
static bool eval_args(struct fa_frame *frame, const struct fa_formula *f,
                      const struct fa_vector ***args, uint32_t *n)
{
    *args = fa_pool_take(frame->slice->pool, (size_t)(f->arg_count + 1) * sizeof **args);
    *n = 1;
    for (int k = 0; *args && k < f->arg_count; k++) {
        const struct fa_formula *arg =
            f->op == FA_FORMULA_FIND ? fa_find_arg(frame->slice->program, f, k) : f->args[k];
        if (!((*args)[k] = fa_eval(frame, arg)))
            return false;
        if (!(*args)[k]->is_const)
            *n = frame->count;
    }
    return *args != NULL;
}

static const struct fa_vector *make_const(struct fa_pool *pool, const struct fa_vector *v)
{
    struct fa_vector *r = fa_pool_take(pool, sizeof *r);
    if (!v || !r)
        return NULL;
    *r = *v;
    r->is_const = true;
    return r;
}

static const struct fa_vector *compute(struct fa_frame *frame, const struct fa_formula *f)
{
    struct fa_slice *slice = frame->slice;
    if (f->op == FA_OP_CONST)
        return fa_vector_const(slice->pool, &f->value);
    if (f->op == FA_FORMULA_COLUMN)
        return read_column(frame, f);
    if (f->op == FA_OP_AND || f->op == FA_OP_OR)
        return eval_junction(frame, f);
    const struct fa_vector **args;
    uint32_t n;
    if (f->op == FA_FORMULA_STEP || f->op == FA_FORMULA_NUMBER) {
        const struct fa_formula *root = fa_step_root(slice->program, f);
        const struct fa_vector *from = fa_eval(frame, root);
        const struct fa_vector *day = f->op == FA_FORMULA_STEP ? fa_eval(frame, f->args[1]) : from;
        if (!from || !day)
            return NULL;
        n = from->is_const && day->is_const ? 1 : frame->count;
        const struct fa_vector *v = fa_step_eval(slice, f, from, day, n);
        return v && n == 1 && from->is_const ? make_const(slice->pool, v) : v;
    }
    if (!eval_args(frame, f, &args, &n))
        return NULL;
    if (f->op == FA_FORMULA_LEG)
        return read_leg(frame, f, args);
    const struct fa_vector *v = f->op == FA_FORMULA_FIND ? fa_find_eval(slice, f, args, n)
                                : f->op == FA_OP_CONVERT ? fa_convert_eval(slice, f, args, n)
                                : f->op == FA_FORMULA_LOOK || f->op == FA_OP_HAS
                                    ? eval_find(frame, f, args, n)
                                    : eval_operator(slice->pool, f, args, n);
    bool is_const = f->arg_count > 0;
    for (int k = 0; k < f->arg_count; k++)
        is_const = is_const && args[k]->is_const;
    return v && is_const ? make_const(slice->pool, v) : v;
}

const struct fa_vector *fa_eval(struct fa_frame *frame, const struct fa_formula *f)
{
    const struct fa_vector *v;
    if (!recall(frame, f->number, &v))
        return NULL;
    if (v)
        return v;
    if (f->detail.scope >= 0) { /* a leaf of judged units: known for all of them at once */
        struct fa_frame *root = frame;
        while (root->parent)
            root = root->parent;
        if (f->op == FA_FORMULA_PREV) /* of a row that the rule does not look at */
            v = fa_vector_missing(frame->slice->pool, f->kind);
        else if (root == frame)
            v = frame->units->leaf(frame->units, f, frame->slice->pool);
        else if (!fa_eval(root, f) || !recall(frame, f->number, &v))
            return NULL;
    } else {
        v = compute(frame, f);
    }
    return fa_frame_remember(frame, f->number, v);
}

/* --- why a value is missing --- */

static bool is_unknown(struct fa_frame *frame, const struct fa_formula *f, uint32_t i)
{
    const struct fa_vector *v = fa_eval(frame, f);
    if (!v)
        return false;
    return v->truth ? fa_truth_at(v, i) == FA_UNKNOWN : fa_state_at(v, i) >= FA_MISSING;
}

static struct fa_str leaf_cause(struct fa_frame *frame, const struct fa_formula *f, uint32_t i)
{
    if (f->op != FA_OP_AGG && f->op != FA_OP_STATE)
        return f->cause;
    for (; frame->parent; frame = frame->parent)
        i = frame->pick[i];
    return frame->units->cause(frame->units, f, i);
}

/* The argument of `case` or `else` that its value was taken from, or the condition that was not
 * known: what was not taken is not to blame. */
static const struct fa_formula *taken(struct fa_frame *frame, const struct fa_formula *f, uint32_t i)
{
    if (f->op == FA_OP_ELSE)
        return f->args[1];
    int k = 0;
    for (; k + 1 < f->arg_count; k += 2) {
        const struct fa_vector *condition = fa_eval(frame, f->args[k]);
        uint8_t truth = condition ? fa_truth_at(condition, i) : FA_UNKNOWN;
        if (truth != FA_FALSE)
            return f->args[truth == FA_TRUE ? k + 1 : k];
    }
    return f->args[k];
}

struct fa_str fa_cause(struct fa_frame *frame, const struct fa_formula *f, uint32_t i)
{
    struct fa_str none = {NULL, 0};
    if (!is_unknown(frame, f, i))
        return none;
    if (f->detail.scope >= 0)
        return leaf_cause(frame, f, i);
    if (f->op == FA_OP_ELSE || f->op == FA_OP_CASE)
        return fa_cause(frame, taken(frame, f, i), i);
    for (int k = 0; k < f->arg_count && f->op != FA_FORMULA_LEG; k++) {
        /* The day of a step or look-up is not to blame for what is not found on it. */
        if (f->op == FA_FORMULA_STEP && k == 1)
            break;
        struct fa_str cause = fa_cause(frame, f->args[k], i);
        if (cause.size)
            return cause;
    }
    if (f->cause.size || f->op == FA_OP_CONST) /* a day that is not known: what needed it says so */
        return f->cause;
    if (f->op == FA_OP_DIV || f->op == FA_OP_ROUND) {
        const struct fa_vector *divisor = fa_eval(frame, f->args[1]);
        if (divisor && fa_number_at(divisor, i).numerator == 0)
            return FA_STR("division by zero");
    }
    return f->detail.calendar ? FA_STR("holiday.date") : FA_STR("a number beyond its range");
}
