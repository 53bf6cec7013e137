/* Values: what is read can be written and reads back to the same value; nothing is read out of range. */
#include <string.h>

#include "fuzz.h"
#include "value/datetime.h"
#include "value/identity.h"
#include "value/money.h"
#include "value/ratio.h"

static void money(struct fa_str text)
{
    char written[FA_MONEY_TEXT_BYTES];
    int64_t minor = 0, again = 0;
    bool is_inexact = false;
    for (int scale = 0; scale <= 8; scale += 2) {
        if (fa_money_parse(text, scale, true, &minor) == FA_VALUE_OK) {
            size_t size = fa_money_format(minor, scale, written);
            PROMISE(fa_money_parse((struct fa_str){written, size}, scale, true, &again) == FA_VALUE_OK);
            PROMISE(again == minor);
            /* The notation with exponents knows the plain one. */
            PROMISE(fa_money_parse_scientific(text, scale, true, FA_ROUND_REFUSE, &again, NULL) ==
                    FA_VALUE_OK);
            PROMISE(again == minor);
        }
        if (fa_money_parse_scientific(text, scale, true, FA_ROUND_HALF_EVEN, &minor, &is_inexact) ==
                FA_VALUE_OK &&
            !is_inexact)
            PROMISE(fa_money_parse_scientific(text, scale, true, FA_ROUND_REFUSE, &again, NULL) ==
                        FA_VALUE_OK &&
                    again == minor);
    }
}

static void others(struct fa_str text)
{
    char written[FA_TIME_TEXT_BYTES];
    struct fa_zone zone;
    int64_t value = 0, again = 0;
    PROMISE(fa_zone_find(FA_STR("Asia/Shanghai"), &zone));
    if (fa_date_parse(text, &value) == FA_VALUE_OK) {
        PROMISE(value >= FA_DAY_FIRST && value <= FA_DAY_LAST);
        PROMISE(fa_date_format(value, written) == text.size);
        PROMISE(memcmp(written, text.bytes, text.size) == 0);
    }
    if (fa_time_parse(text, &zone, &value) == FA_VALUE_OK) {
        size_t size = fa_time_format(value, &zone, written);
        PROMISE(fa_time_parse((struct fa_str){written, size}, NULL, &again) == FA_VALUE_OK);
        PROMISE(again == value);
    }
    if (fa_duration_parse(text, &value) == FA_VALUE_OK) {
        size_t size = fa_duration_format(value, written);
        PROMISE(fa_duration_parse((struct fa_str){written, size}, &again) == FA_VALUE_OK);
        PROMISE(again == value);
    }
    if (fa_ratio_parse(text, &value) == FA_VALUE_OK) {
        size_t size = fa_ratio_format(value, written);
        PROMISE(fa_ratio_parse((struct fa_str){written, size}, &again) == FA_VALUE_OK);
        PROMISE(again == value);
    }
    (void)(fa_id18_valid(text) || fa_uscc_valid(text) || fa_luhn_valid(text) || fa_lei_valid(text) ||
           fa_iban_valid(text) || fa_id15_valid(text) || fa_uscc_early(text));
}

/* A text a line. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *at = (const char *)bytes, *end = at + size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        struct fa_str text = {at, (size_t)(stop - at)};
        money(text);
        others(text);
        at = stop + 1;
    }
    return 0;
}
