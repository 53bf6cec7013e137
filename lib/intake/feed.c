#include "intake/feed.h"

#include <stdlib.h>
#include <string.h>

size_t fa_feed_read(struct fa_feed *feed, char *out, size_t size)
{
    size_t filled = 0, got = 1;
    while (filled < size && got > 0 && !feed->fault->is_set) {
        got = feed->type->read(feed, out + filled, size - filled);
        filled += got;
    }
    return filled;
}

void fa_feed_close(struct fa_feed *feed)
{
    if (feed)
        feed->type->close(feed);
}

/* --- bytes in memory --- */

struct bytes_feed {
    struct fa_feed base;
    struct fa_str rest;
};

static size_t read_bytes(struct fa_feed *feed, char *out, size_t size)
{
    struct bytes_feed *bytes = (struct bytes_feed *)feed;
    size_t given = bytes->rest.size < size ? bytes->rest.size : size;
    if (given)
        memcpy(out, bytes->rest.bytes, given);
    bytes->rest.bytes += given;
    bytes->rest.size -= given;
    return given;
}

static void close_bytes(struct fa_feed *feed)
{
    free(feed);
}

struct fa_feed *fa_feed_of_bytes(struct fa_str bytes, struct fa_fault *fault)
{
    static const struct fa_feed_type type = {read_bytes, close_bytes};
    struct bytes_feed *feed = malloc(sizeof *feed);
    if (!feed) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    *feed = (struct bytes_feed){{&type, fault}, bytes};
    return &feed->base;
}
