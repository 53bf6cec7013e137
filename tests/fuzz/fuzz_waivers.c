/* The parser of waivers: any text is understood, or refused with at least one message and status 3 (6 for what
 * is too large). No message shows a line of the file, whose keys name persons; what is understood has an id, and a
 * cap only with an amount that can be read. */
#include "base/limits.h"
#include "fuzz.h"
#include "rules/waiver.h"
#include "value/money.h"

static void count(void *context, const struct fa_diag *diag)
{
    PROMISE(diag->text.size > 0);
    PROMISE(!diag->excerpt.size || diag->column_no <= diag->excerpt.size + 1);
    *(uint64_t *)context += diag->severity == FA_ERROR;
}

static void check(const struct fa_waiver *waiver)
{
    PROMISE(waiver->id.size > 0 && waiver->place.line_no > 0);
    for (int k = 0; k < waiver->keys.count; k++)
        PROMISE(waiver->keys.items[k].value.size > 0);
    PROMISE(waiver->scope != FA_WAIVES_KEYS || waiver->keys.count > 0);
    PROMISE(waiver->scope != FA_WAIVES_ANY || waiver->keys.count == 0);
    PROMISE(!waiver->has_cap || waiver->cap == FA_CAP_NONE || waiver->cap_amount.size > 0);
    PROMISE(waiver->expires_day == INT64_MIN || waiver->expires_day >= waiver->from_day);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fa_waiver_list list;
    struct fa_sink sink;
    uint64_t errors = 0;
    fa_sink_init(&sink, count, &errors);
    fa_waiver_list_init(&list);
    enum fa_status status = fa_waivers_parse((struct fa_str){(const char *)bytes, size},
                                             FA_STR("folder/fuzz.waivers"), &sink, &list);
    PROMISE(status == FA_OK || status == FA_ERULES || status == FA_EINPUT || status == FA_ELIMIT);
    PROMISE((status == FA_OK) == (errors == 0));
    PROMISE(list.waivers.count <= FA_WAIVERS_MAX);
    for (size_t i = 0; status == FA_OK && i < list.waivers.count; i++)
        check(&list.waivers.items[i]);
    fa_waiver_list_release(&list);
    return 0;
}
