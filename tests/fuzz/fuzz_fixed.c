/* The reader of fixed lines. The first byte says how long they are and in which encoding; each
 * line but empty ones is a record. */
#include "reading.h"

static uint64_t count_lines(struct fa_str text)
{
    uint64_t count = 0;
    while (text.size > 0) {
        const char *end = memchr(text.bytes, '\n', text.size);
        size_t size = end ? (size_t)(end - text.bytes) : text.size;
        size_t step = end ? size + 1 : size;
        if (size > 0 && text.bytes[size - 1] == '\r')
            size--;
        count += size > 0;
        text.bytes += step;
        text.size -= step;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const enum fa_encoding encodings[] = {FA_ENCODING_UTF8, FA_ENCODING_GB18030,
                                                 FA_ENCODING_DETECT};
    if (size < 1 || size > 65536)
        return 0;
    uint32_t line_bytes = 2 + bytes[0] / 3 % 16;
    struct fa_fixed_field fields[] = {
        {.name = FA_STR("a"), .to = line_bytes / 2},
        {.name = FA_STR("b"), .from = line_bytes / 2, .to = line_bytes}};
    struct fa_profile_table table = {0};
    struct fa_profile profile = {.format = FA_FORMAT_FIXED,
                                 .encoding = encodings[bytes[0] % 3],
                                 .line_bytes = line_bytes,
                                 .fixed_fields = {.items = fields, .count = 2},
                                 .tables = {.items = &table, .count = 1}};
    struct fa_str text = {(const char *)bytes + 1, size - 1};
    struct reading reading = read_both_ways(&fa_reader_fixed, &profile, text);
    bool may_have_mark = size > 1 && bytes[1] >= 0x80;
    PROMISE(reading.has_fault || may_have_mark || reading.count == 1 + count_lines(text));
    return 0;
}
