#include "intake/gzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "intake/unpack.h"

/* Small enough for the processor's cache, large enough that a call of the feed below is
 * nothing. */
enum { INPUT_BYTES = 1 << 17 };

/* zlib inflates right into the caller's window; only the compressed bytes have a buffer here.
 */
struct gzip_feed {
    struct fa_feed base;
    struct fa_feed *below;
    z_stream stream;
    uint64_t taken_bytes; /* from below */
    struct fa_unpack unpack;
    bool is_in_member, is_at_end;
    unsigned char input[INPUT_BYTES];
};

/* Of the compressed file: where zlib is. */
static unsigned long long input_at(const struct gzip_feed *gzip)
{
    return gzip->taken_bytes - gzip->stream.avail_in;
}

/* More input behind what is there; false: there is none. */
static bool refill(struct gzip_feed *gzip)
{
    size_t kept = gzip->stream.avail_in;
    if (kept)
        memmove(gzip->input, gzip->stream.next_in, kept);
    size_t got = fa_feed_read(gzip->below, (char *)gzip->input + kept, INPUT_BYTES - kept);
    gzip->stream.next_in = gzip->input;
    gzip->stream.avail_in = (uInt)(kept + got);
    gzip->taken_bytes += got;
    return got > 0 && !gzip->base.fault->is_set;
}

static void refuse_cut(struct gzip_feed *gzip)
{
    fa_fault_set(gzip->base.fault, FA_CODE_GZIP_CUT, 0, 0, "ask for the whole file",
                 "the compressed file ends in the middle, after %llu bytes",
                 (unsigned long long)gzip->taken_bytes);
}

/* A member begins with the two bytes 1F 8B. The first one must be there. */
static bool start_member(struct gzip_feed *gzip)
{
    bool is_first = input_at(gzip) == 0;
    while (gzip->stream.avail_in < 2 && refill(gzip))
        continue;
    if (gzip->base.fault->is_set)
        return false;
    const unsigned char *start = gzip->stream.next_in;
    bool is_member = gzip->stream.avail_in >= 2 && start[0] == 0x1F && start[1] == 0x8B;
    if (is_member) {
        gzip->is_in_member = inflateReset(&gzip->stream) == Z_OK;
        return gzip->is_in_member;
    }
    if (gzip->stream.avail_in == 0 && !is_first)
        gzip->is_at_end = true;
    else if (!is_first)
        fa_fault_set(gzip->base.fault, FA_CODE_GZIP_TAIL, 0, 0,
                     "ask what they are; they would be dropped without a word",
                     "the compressed file ends after %llu bytes, but more follow",
                     input_at(gzip));
    else if (gzip->stream.avail_in < 2)
        refuse_cut(gzip);
    else
        fa_fault_set(gzip->base.fault, FA_CODE_GZIP_DATA, 0, 0, NULL,
                     "its name ends in .gz, but it does not begin as such a file does");
    return false;
}

/* What zlib cannot go on with. It tells a wrong checksum from damaged data by its words alone.
 */
static void refuse(struct gzip_feed *gzip, int result)
{
    const char *words = gzip->stream.msg ? gzip->stream.msg : "no reason given";
    bool is_sum = strcmp(words, "incorrect data check") == 0;
    bool is_size = strcmp(words, "incorrect length check") == 0;
    if (result == Z_MEM_ERROR)
        fa_fault_set_memory(gzip->base.fault);
    else if (is_sum || is_size)
        fa_fault_set(gzip->base.fault, FA_CODE_GZIP_CHECK, 0, 0, "ask for the file again",
                     "what the compressed file holds differs from the %s that is stated before "
                     "byte %llu",
                     is_sum ? "checksum" : "size", input_at(gzip));
    else
        fa_fault_set(gzip->base.fault, FA_CODE_GZIP_DATA, 0, 0, "ask for the file again",
                     "the compressed file is damaged at byte %llu: %s", input_at(gzip), words);
}

static size_t inflate_some(struct gzip_feed *gzip, char *out, size_t size)
{
    z_stream *stream = &gzip->stream;
    stream->next_out = (unsigned char *)out;
    stream->avail_out = size < UINT32_MAX ? (uInt)size : UINT32_MAX;
    uInt room = stream->avail_out;
    int result = inflate(stream, Z_NO_FLUSH);
    size_t given = room - stream->avail_out;
    gzip->unpack.unpacked_bytes += given;
    if (result == Z_STREAM_END)
        gzip->is_in_member = false;
    else if (result != Z_OK && result != Z_BUF_ERROR)
        refuse(gzip, result);
    return given;
}

static size_t read_gzip(struct fa_feed *feed, char *out, size_t size)
{
    struct gzip_feed *gzip = (struct gzip_feed *)feed;
    size_t given = 0;
    while (given == 0 && !gzip->is_at_end && !feed->fault->is_set) {
        if (!gzip->is_in_member && !start_member(gzip))
            break;
        given = inflate_some(gzip, out, size);
        if (given == 0 && gzip->is_in_member && !feed->fault->is_set && !refill(gzip) &&
            !feed->fault->is_set)
            refuse_cut(gzip);
    }
    return fa_unpack_check(&gzip->unpack, "the file", feed->fault) ? given : 0;
}

static void close_gzip(struct fa_feed *feed)
{
    struct gzip_feed *gzip = (struct gzip_feed *)feed;
    inflateEnd(&gzip->stream);
    fa_feed_close(gzip->below);
    free(gzip);
}

struct fa_feed *fa_feed_gunzip(struct fa_feed *below, uint64_t packed_bytes,
                               uint64_t outer_ratio)
{
    static const struct fa_feed_type type = {read_gzip, close_gzip};
    enum { GZIP_ONLY = 16 };
    struct gzip_feed *gzip = malloc(sizeof *gzip);
    if (gzip) {
        gzip->base = (struct fa_feed){&type, below->fault};
        gzip->below = below;
        gzip->stream = (z_stream){0};
        gzip->taken_bytes = 0;
        gzip->unpack = (struct fa_unpack){outer_ratio, packed_bytes, 0};
        gzip->is_in_member = gzip->is_at_end = false;
    }
    if (!gzip || inflateInit2(&gzip->stream, GZIP_ONLY + MAX_WBITS) != Z_OK) {
        free(gzip);
        fa_fault_set_memory(below->fault);
        fa_feed_close(below);
        return NULL;
    }
    return &gzip->base;
}
