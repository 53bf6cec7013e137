#include "intake/wants.h"

static enum fa_status add(struct fa_wants *wants, const struct fa_str *names, size_t count)
{
    struct fa_want want = {names, count};
    return fa_vec_add(&wants->list, want);
}

static enum fa_status add_condition(struct fa_wants *wants,
                                    const struct fa_profile_condition *condition)
{
    for (size_t i = 0; i < condition->tests.count; i++)
        FA_TRY(add(wants, &condition->tests.items[i].header, 1));
    return FA_OK;
}

static enum fa_status add_row(struct fa_wants *wants, const struct fa_profile_row *row)
{
    FA_TRY(add_condition(wants, &row->when));
    for (size_t i = 0; i < row->columns.count; i++) {
        const struct fa_profile_column *column = &row->columns.items[i];
        for (size_t k = 0; k < column->parts.count; k++) {
            const struct fa_profile_part *part = &column->parts.items[k];
            if (part->kind == FA_PART_FIELD)
                FA_TRY(add(wants, part->headers.items, part->headers.count));
        }
    }
    return FA_OK;
}

bool fa_reads_same(const struct fa_profile_table *a, const struct fa_profile_table *b)
{
    return fa_str_equal(a->spread, b->spread);
}

enum fa_status fa_wants_make(const struct fa_profile *profile,
                             const struct fa_profile_table *table, struct fa_wants *wants)
{
    *wants = (struct fa_wants){.list = {0}};
    for (size_t i = 0; i < profile->ignored_when.count; i++)
        FA_TRY(add_condition(wants, &profile->ignored_when.items[i]));
    for (size_t t = 0; t < profile->tables.count; t++) {
        const struct fa_profile_table *other = &profile->tables.items[t];
        for (size_t i = 0; fa_reads_same(table, other) && i < other->rows.count; i++)
            FA_TRY(add_row(wants, &other->rows.items[i]));
    }
    for (size_t i = 0; i < profile->totals.count; i++) {
        const struct fa_profile_total *total = &profile->totals.items[i];
        FA_TRY(add_condition(wants, &total->when));
        if (total->header.size > 0)
            FA_TRY(add(wants, &total->header, 1));
    }
    return FA_OK;
}

void fa_wants_release(struct fa_wants *wants)
{
    fa_vec_free(&wants->list);
}

int fa_header_find(const struct fa_str *names, uint32_t count, struct fa_str name)
{
    for (uint32_t i = 0; i < count; i++)
        if (fa_str_equal(names[i], name))
            return (int)i;
    return -1;
}

int fa_want_find(const struct fa_want *want, const struct fa_str *names, uint32_t count)
{
    for (size_t i = 0; i < want->count; i++) {
        int found = fa_header_find(names, count, want->names[i]);
        if (found >= 0)
            return found;
    }
    return -1;
}
