#include "match/resolve.h"

/* Exact matching took the first copies in the order of time, so the one that is left is the
 * copy. */
enum fa_status fa_stage_duplicates(struct fa_resolver *r)
{
    for (uint32_t place = 0; place < r->rows.count; place++) {
        const struct fa_open *row = &r->rows.items[place];
        const struct fa_link link = {.stage = FA_STAGE_DUPLICATE};
        if (row->twin.size && fa_open_is_free(row))
            FA_TRY(fa_resolver_link(r, &link, &place, 1));
    }
    return FA_OK;
}
