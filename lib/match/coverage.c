#include "match/coverage.h"

#include <string.h>

void fa_coverage_release(struct fa_coverage *coverage)
{
    for (size_t i = 0; i < coverage->list.count; i++)
        fa_vec_free(&coverage->list.items[i].days);
    fa_vec_free(&coverage->list);
}

enum fa_status fa_coverage_get(struct fa_coverage *coverage, fa_currency currency,
                               struct fa_cover **cover)
{
    size_t at = 0;
    while (at < coverage->list.count && coverage->list.items[at].currency != currency)
        at++;
    if (at == coverage->list.count)
        FA_TRY(fa_vec_add(&coverage->list, ((struct fa_cover){.currency = currency})));
    *cover = &coverage->list.items[at];
    return FA_OK;
}

enum fa_status fa_cover_get_day(struct fa_cover *cover, int32_t day_no, struct fa_cover_day **day)
{
    size_t at =
        fa_day_place(cover->days.items, cover->days.count, sizeof *cover->days.items, day_no);
    if (at == cover->days.count || cover->days.items[at].day_no != day_no) {
        FA_TRY(fa_vec_add(&cover->days, ((struct fa_cover_day){.day_no = day_no})));
        struct fa_cover_day *place = &cover->days.items[at];
        memmove(place + 1, place, (cover->days.count - 1 - at) * sizeof *place);
        *place = (struct fa_cover_day){.day_no = day_no};
    }
    *day = &cover->days.items[at];
    return FA_OK;
}
