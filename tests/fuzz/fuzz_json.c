/* The reader of JSON. The first byte says where the records are and which list is spread. */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const paths[] = {"", "d", "d.l"}, *const spreads[] = {"", "u", "a.u"};
    if (size < 1 || size > 65536)
        return 0;
    struct fa_profile_table table = {.spread = fa_str_from(spreads[bytes[0] / 3 % 3])};
    struct fa_profile profile = {.format = FA_FORMAT_JSON,
                                 .records = fa_str_from(paths[bytes[0] % 3]),
                                 .tables = {.items = &table, .count = 1}};
    read_both_ways(&fa_reader_json, &profile,
                   (struct fa_str){(const char *)bytes + 1, size - 1});
    return 0;
}
