#include "match/break.h"

#include <assert.h>
#include <stdlib.h>

static const char *const class_names[FA_BREAK_CLASS_COUNT] = {
    [FA_BREAK_TIMING] = "timing",
    [FA_BREAK_LATE] = "late",
    [FA_BREAK_AMOUNT] = "amount",
    [FA_BREAK_FEE] = "fee",
    [FA_BREAK_ABSORBED] = "absorbed",
    [FA_BREAK_CURRENCY] = "currency",
    [FA_BREAK_WRONG_ACCOUNT] = "wrong_account",
    [FA_BREAK_DUPLICATE] = "duplicate",
    [FA_BREAK_REVERSAL] = "reversal",
    [FA_BREAK_AMBIGUOUS] = "ambiguous",
    [FA_BREAK_MISSING_AT_BANK] = "missing_at_bank",
    [FA_BREAK_MISSING_IN_LEDGER] = "missing_in_ledger",
    [FA_BREAK_UNEXPLAINED] = "unexplained",
    [FA_BREAK_FOOTING] = "footing",
    [FA_BREAK_CONTINUITY] = "continuity",
    [FA_BREAK_NO_BALANCE] = "no_balance",
    [FA_BREAK_GAP] = "gap",
    [FA_BREAK_OVERLAP] = "overlap",
    [FA_BREAK_REMAINDER] = "remainder",
};

const char *fa_break_class_name(enum fa_break_class class)
{
    assert(class < FA_BREAK_CLASS_COUNT);
    return class_names[class];
}

static int compare_place(const struct fa_break *a, const struct fa_break *b)
{
    FA_ORDER(a->account, b->account);
    FA_ORDER(a->currency, b->currency);
    FA_ORDER(a->day_no, b->day_no);
    return 0;
}

static int compare_in_list(const void *left, const void *right)
{
    const struct fa_break *a = left, *b = right;
    int order = compare_place(a, b);
    if (order)
        return order;
    FA_ORDER(a->class, b->class);
    order = fa_str_compare(a->name, b->name);
    if (order)
        return order;
    FA_ORDER(a->row, b->row);
    FA_ORDER(a->detail_no, b->detail_no);
    FA_ORDER(a->ledger_rows, b->ledger_rows); /* a flow and a line of one number */
    FA_ORDER(a->direction, b->direction); /* a flow from an account to itself */
    return 0;
}

static int compare_for_number(const void *left, const void *right)
{
    const struct fa_break *a = left, *b = right;
    FA_ORDER(a->class, b->class);
    int order = fa_str_compare(a->name, b->name);
    return order ? order : compare_in_list(left, right);
}

void fa_breaks_sort(struct fa_break_list *list)
{
    if (list->breaks.count)
        qsort(list->breaks.items, list->breaks.count, sizeof *list->breaks.items, compare_in_list);
}

void fa_breaks_number(struct fa_break_list *list)
{
    struct fa_break *items = list->breaks.items;
    if (list->breaks.count)
        qsort(items, list->breaks.count, sizeof *items, compare_for_number);
    for (size_t i = 0; i < list->breaks.count; i++) {
        bool is_more = i && items[i].class == items[i - 1].class &&
                       fa_str_equal(items[i].name, items[i - 1].name);
        items[i].ordinal = is_more ? items[i - 1].ordinal + 1 : 1;
    }
    fa_breaks_sort(list);
}

enum fa_status fa_break_format_id(const struct fa_break *brk, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_text(buf, fa_break_class_name(brk->class)));
    FA_TRY(fa_buf_add_char(buf, ':'));
    FA_TRY(fa_buf_add_str(buf, brk->name));
    return fa_buf_addf(buf, "#%u", brk->ordinal);
}
