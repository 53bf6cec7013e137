/* The reader of MT940: all records have the header's fields, whatever the pieces in which they
 * are asked for and in which the file comes, and a file is read to its end or refused. */
#include <string.h>

#include "base/hash.h"
#include "fuzz.h"
#include "intake/reader.h"

/* A feed that gives a few bytes at a time. */
struct drip {
    struct fa_feed base;
    struct fa_str rest;
    size_t piece;
};

static size_t read_drip(struct fa_feed *feed, char *out, size_t size)
{
    struct drip *drip = (struct drip *)(void *)feed;
    size_t given = drip->rest.size < size ? drip->rest.size : size;
    given = given < drip->piece ? given : drip->piece;
    if (given)
        memcpy(out, drip->rest.bytes, given);
    drip->rest.bytes += given;
    drip->rest.size -= given;
    return given;
}

static void close_drip(struct fa_feed *feed)
{
    (void)feed;
}

static const struct fa_feed_type drip_type = {read_drip, close_drip};

struct seen {
    struct fa_fault fault;
    uint64_t sum; /* over all bytes of all records */
    size_t field_count;
    bool has_statement;
};

/* Fields of the record at the front of TEXT, which is taken off. */
static size_t take_record(struct fa_str *text)
{
    bool is_quoted = false;
    size_t count = 1, at = 0;
    while (at < text->size && (is_quoted || text->bytes[at] != '\n')) {
        is_quoted ^= text->bytes[at] == '"';
        count += !is_quoted && text->bytes[at] == ',';
        at++;
    }
    PROMISE(at < text->size);
    *text = (struct fa_str){text->bytes + at + 1, text->size - at - 1};
    return count;
}

static void look(struct seen *seen, const struct fa_records *records)
{
    struct fa_str rest = fa_buf_str(&records->bytes);
    for (size_t i = 0; i < records->origins.count; i++) {
        seen->has_statement |= fa_str_starts(rest, FA_STR("statement,"));
        size_t count = take_record(&rest);
        PROMISE(!seen->field_count || count == seen->field_count);
        seen->field_count = count;
        PROMISE(records->origins.items[i].line_no > 0);
    }
    PROMISE(rest.size == 0);
    for (size_t i = 0; i < records->bytes.size; i++)
        seen->sum = (seen->sum ^ (uint8_t)records->bytes.bytes[i]) * UINT64_C(0x100000001B3);
}

static struct seen read_all(struct fa_str text, size_t piece, size_t bytes_wanted)
{
    struct seen seen = {0};
    struct drip drip = {{&drip_type, &seen.fault}, text, piece};
    struct fa_reader_input input = {.feed = &drip.base, .fd = -1, .fault = &seen.fault};
    struct fa_reader *reader = fa_reader_mt940.open(&input);
    PROMISE(reader);
    struct fa_records records = {0};
    while (fa_reader_mt940.next(reader, bytes_wanted, &records)) {
        look(&seen, &records);
        fa_records_clear(&records);
    }
    look(&seen, &records);
    fa_records_release(&records);
    fa_reader_mt940.close(reader);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fa_str text = {(const char *)bytes, size};
    struct seen whole = read_all(text, SIZE_MAX, SIZE_MAX);
    struct seen cut = read_all(text, 1 + size % 7, 1);
    PROMISE(whole.sum == cut.sum && whole.fault.is_set == cut.fault.is_set &&
            whole.fault.code == cut.fault.code && whole.fault.line_no == cut.fault.line_no);
    PROMISE(whole.fault.is_set || whole.has_statement);
    return 0;
}
