/* .gz: however few bytes are asked for at a time, the same text or the same fault comes out, and what
 * zlib itself takes whole is whole here. */
#include <string.h>
#include <zlib.h>

#include "fuzz.h"
#include "intake/gzip.h"
#include "intake/unpack.h"

struct seen {
    uint64_t size, sum;
    struct fa_fault fault;
};

static void read_all(const uint8_t *bytes, size_t size, size_t step, struct seen *seen)
{
    static char out[1 << 16];
    memset(seen, 0, sizeof *seen);
    struct fa_str text = {(const char *)bytes, size};
    struct fa_feed *feed = fa_feed_of_bytes(text, &seen->fault);
    PROMISE(feed);
    feed = fa_feed_gunzip(feed, size, FA_UNPACK_NOT_AT_ALL);
    PROMISE(feed);
    for (size_t got = step; got == step;) {
        got = fa_feed_read(feed, out, step);
        PROMISE(got <= step);
        for (size_t i = 0; i < got && !seen->fault.is_set; i++)
            seen->sum = seen->sum * 31 + (uint8_t)out[i];
        seen->size += seen->fault.is_set ? 0 : got;
    }
    fa_feed_close(feed);
}

/* All of it is one member that zlib takes. */
static int is_one_member(const uint8_t *bytes, size_t size, uint64_t *unpacked)
{
    static unsigned char out[1 << 20];
    z_stream stream = {0};
    PROMISE(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
    stream.next_in = (z_const unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = out;
    stream.avail_out = sizeof out;
    int result = inflate(&stream, Z_FINISH);
    *unpacked = stream.total_out;
    int is_whole = result == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    return is_whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct seen large, small;
    uint64_t unpacked;
    if (size < 1 || size > 1 << 16)
        return 0;
    size_t step = 1 + bytes[0] % 61;
    read_all(bytes + 1, size - 1, 1 << 16, &large);
    read_all(bytes + 1, size - 1, step, &small);
    PROMISE(large.fault.is_set == small.fault.is_set);
    PROMISE(large.fault.code == small.fault.code);
    if (!large.fault.is_set)
        PROMISE(large.size == small.size && large.sum == small.sum);
    if (is_one_member(bytes + 1, size - 1, &unpacked))
        PROMISE(!large.fault.is_set && large.size == unpacked);
    return 0;
}
