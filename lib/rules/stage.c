#include "rules/stage.h"

#include <stdlib.h>
#include <string.h>

void fa_stages_init(struct fa_stages *stages)
{
    *stages = (struct fa_stages){0};
}

void fa_stages_release(struct fa_stages *stages, struct fa_meter *meter)
{
    for (size_t i = 0; i < stages->list.count; i++) {
        fa_reversed_free(stages->list.items[i]->reversed, meter);
        free(stages->list.items[i]);
    }
    fa_vec_free(&stages->list);
    fa_keyspaces_release(&stages->spaces, meter);
}

static bool is_same(const struct fa_stage *a, const struct fa_stage *b)
{
    return a->kind == b->kind && a->parent == b->parent && a->table == b->table &&
           a->formula == b->formula && a->other == b->other && a->source == b->source && a->from_day == b->from_day &&
           a->to_day == b->to_day && a->keys.space == b->keys.space &&
           memcmp(a->keys.parts, b->keys.parts, sizeof a->keys.parts) == 0;
}

enum fa_status fa_stage_make(struct fa_stages *stages, struct fa_program *program,
                             const struct fa_stage *wanted, struct fa_stage **stage)
{
    for (size_t i = 0; i < stages->list.count; i++) {
        *stage = stages->list.items[i];
        if (is_same(*stage, wanted))
            return FA_OK;
    }
    struct fa_stage *made = malloc(sizeof *made);
    if (!made)
        return fa_out_of_memory(program->sink, "the plan of the rules");
    *made = *wanted;
    if (fa_vec_add(&stages->list, made) != FA_OK) {
        free(made);
        return fa_out_of_memory(program->sink, "the plan of the rules");
    }
    *stage = made;
    return FA_OK;
}

void fa_stages_begin(struct fa_stages *stages, struct fa_frame *base)
{
    stages->slice_no++;
    stages->base = base;
}

/* --- what each stage lets pass --- */

/* A verdict on each row: 0 it is dropped, 1 it stays, more: it stays and DOUBT is added. */
enum { DROP = 0, KEEP = 1, KEEP_DOUBTED = 2 };

static bool mark_truth(const struct fa_vector *v, const uint8_t of[3], uint8_t *marks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        marks[i] = of[fa_truth_at(v, i)];
    return true;
}

static bool mark_days(const struct fa_stage *stage, const struct fa_vector *day, uint8_t missing,
                      uint8_t *marks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int64_t at = day->num[fa_at(day, i)];
        marks[i] = at >= stage->from_day && at <= stage->to_day;
    }
    for (uint32_t i = 0; day->state && i < count; i++)
        if (fa_state_at(day, i) != FA_HAS)
            marks[i] = missing;
    return true;
}

static bool mark_effective(const struct fa_stage *stage, struct fa_frame *frame,
                           const struct fa_vector *is_no_reversal, uint8_t *marks)
{
    static const uint8_t of[] = {DROP, KEEP, DROP};
    const struct fa_reversed *reversed = stage->source->reversed;
    mark_truth(is_no_reversal, of, marks, frame->count);
    if (fa_reversed_is_empty(reversed))
        return true;
    const struct fa_vector *ids = fa_eval(frame, stage->other);
    const struct fa_vector *filers = fa_eval(frame, stage->keys.filer);
    if (!ids || !filers)
        return false;
    for (uint32_t i = 0; i < frame->count; i++) {
        if (fa_state_at(ids, i) != FA_HAS)
            continue;
        int64_t filer = fa_state_at(filers, i) == FA_HAS ? filers->num[fa_at(filers, i)] : -1;
        if (fa_reversed_has(reversed, filer, ids->texts[fa_at(ids, i)]))
            marks[i] = DROP;
    }
    return true;
}

static bool mark(const struct fa_stage *stage, struct fa_frame *frame, uint8_t *marks)
{
    static const uint8_t stays[] = {DROP, KEEP, KEEP_DOUBTED}, falls[] = {KEEP, DROP, KEEP_DOUBTED},
                         sure[] = {DROP, KEEP, DROP};
    const struct fa_vector *v = fa_eval(frame, stage->formula);
    if (!v)
        return false;
    switch (stage->kind) {
    case FA_STAGE_AS_OF:
        return mark_days(stage, v, KEEP, marks, frame->count);
    case FA_STAGE_IN_FORCE:
        return mark_days(stage, v, KEEP_DOUBTED, marks, frame->count);
    case FA_STAGE_EFFECTIVE:
        return mark_effective(stage, frame, v, marks);
    case FA_STAGE_WHERE:
        return mark_truth(v, stays, marks, frame->count);
    case FA_STAGE_EXCEPT:
        return mark_truth(v, falls, marks, frame->count);
    case FA_STAGE_PERIOD:
        return v->truth ? mark_truth(v, sure, marks, frame->count)
                        : mark_days(stage, v, DROP, marks, frame->count);
    default:
        return mark_truth(v, sure, marks, frame->count);
    }
}

/* The same rows as PARENT, so that what is known of them is shared. */
static struct fa_frame *same_rows(struct fa_frame *parent)
{
    struct fa_frame *frame = fa_pool_take(parent->slice->pool, sizeof *frame);
    if (frame)
        *frame = *parent;
    return frame;
}

static bool add_doubt(struct fa_frame *frame, const uint8_t *marks, uint8_t bit)
{
    uint8_t *doubt = fa_pool_take(frame->slice->pool, frame->count);
    if (!doubt)
        return false;
    for (uint32_t i = 0; i < frame->count; i++)
        doubt[i] = (uint8_t)((frame->doubt ? frame->doubt[i] : 0) |
                             (marks[i] == KEEP_DOUBTED ? bit : 0));
    frame->doubt = doubt;
    return true;
}

/* Rows that MARKS keeps, and those that it drops. */
static struct fa_frame *split(struct fa_stage *stage, struct fa_frame *parent, const uint8_t *marks)
{
    struct fa_pool *pool = parent->slice->pool;
    uint32_t *kept = fa_pool_take(pool, ((size_t)parent->count + 1) * sizeof *kept);
    uint32_t *dropped = fa_pool_take(pool, ((size_t)parent->count + 1) * sizeof *dropped);
    if (!kept || !dropped)
        return NULL;
    uint32_t kept_count = 0, dropped_count = 0;
    for (uint32_t i = 0; i < parent->count; i++) {
        kept[kept_count] = i;
        dropped[dropped_count] = i;
        kept_count += marks[i] != DROP;
        dropped_count += marks[i] == DROP;
    }
    stage->dropped = dropped;
    stage->dropped_count = dropped_count;
    return dropped_count ? fa_frame_pick(parent, kept, kept_count) : same_rows(parent);
}

static struct fa_frame *filter(struct fa_stage *stage, struct fa_frame *parent)
{
    uint8_t *marks = fa_pool_take(parent->slice->pool, parent->count);
    if (!marks || !mark(stage, parent, marks))
        return NULL;
    uint8_t bit = stage->kind == FA_STAGE_EXCEPT ? FA_DOUBT_EXCEPT : FA_DOUBT_MEMBER;
    if (memchr(marks, KEEP_DOUBTED, parent->count)) {
        struct fa_frame *doubted = same_rows(parent);
        if (!doubted || !add_doubt(doubted, marks, bit))
            return NULL;
        parent = doubted;
    }
    return split(stage, parent, marks);
}

static struct fa_frame *both_legs(struct fa_frame *parent)
{
    struct fa_pool *pool = parent->slice->pool;
    uint32_t count = 2 * parent->count;
    uint32_t *pick = fa_pool_take(pool, ((size_t)count + 1) * sizeof *pick);
    uint8_t *side = fa_pool_take(pool, (size_t)count + 1);
    if (!pick || !side)
        return NULL;
    for (uint32_t i = 0; i < parent->count; i++) {
        pick[2 * i] = pick[2 * i + 1] = i;
        side[2 * i] = 0;
        side[2 * i + 1] = 1;
    }
    struct fa_frame *frame = fa_frame_pick(parent, pick, count);
    if (frame)
        frame->side = side;
    return frame;
}

static struct fa_frame *number_groups(struct fa_stage *stage, struct fa_frame *parent)
{
    const uint32_t *groups = fa_keys_number(&stage->keys, parent);
    uint8_t *marks = fa_pool_take(parent->slice->pool, parent->count);
    struct fa_frame *numbered = same_rows(parent);
    if (!groups || !marks || !numbered)
        return NULL;
    numbered->group = groups;
    for (uint32_t i = 0; i < parent->count; i++)
        marks[i] = groups[i] != FA_NO_NUMBER;
    return split(stage, numbered, marks);
}

struct fa_frame *fa_stage_frame(struct fa_stages *stages, struct fa_stage *stage)
{
    if (stage->slice_no == stages->slice_no)
        return stage->frame;
    stage->slice_no = stages->slice_no;
    stage->dropped = NULL;
    stage->dropped_count = 0;
    stage->frame = NULL;
    if (stage->kind == FA_STAGE_BASE)
        return stage->frame = stages->base;
    struct fa_frame *parent = fa_stage_frame(stages, stage->parent);
    if (!parent || parent->count == 0)
        return stage->frame = parent;
    if (stage->kind == FA_STAGE_LEG)
        stage->frame = both_legs(parent);
    else if (stage->kind == FA_STAGE_KEYS)
        stage->frame = number_groups(stage, parent);
    else
        stage->frame = filter(stage, parent);
    return stage->frame;
}

struct fa_str fa_stage_cause(struct fa_stage *stage, uint32_t i)
{
    struct fa_str none = {NULL, 0};
    if (!stage->parent)
        return none;
    struct fa_frame *parent = stage->parent->frame;
    /* Row I in the parent's frame: a stage that dropped nothing kept the numbers. */
    uint32_t row = stage->kind == FA_STAGE_LEG || stage->dropped_count ? stage->frame->pick[i] : i;
    struct fa_str cause = fa_stage_cause(stage->parent, row);
    if (cause.size)
        return cause;
    bool asks = stage->kind == FA_STAGE_WHERE || stage->kind == FA_STAGE_IN_FORCE;
    return asks ? fa_cause(parent, stage->formula, row) : none;
}
