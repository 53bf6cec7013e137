/* The reader of camt: whatever pieces a document is taken in, it gives the same records, each
 * with as many fields as the header, and the same fault. */
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "fuzz.h"
#include "intake/reader.h"

/* Gives at most STEP bytes at a time. */
struct steps {
    struct fa_feed base;
    struct fa_str rest;
    size_t step;
};

static size_t read_step(struct fa_feed *feed, char *out, size_t size)
{
    struct steps *steps = (struct steps *)feed;
    size_t given = steps->rest.size < size ? steps->rest.size : size;
    given = given < steps->step ? given : steps->step;
    if (given)
        memcpy(out, steps->rest.bytes, given);
    steps->rest.bytes += given;
    steps->rest.size -= given;
    return given;
}

static void close_steps(struct fa_feed *feed)
{
    (void)feed;
}

struct seen {
    uint64_t sum;
    size_t record_count;
    uint64_t last_offset;
    size_t field_count;
    struct fa_fault fault;
};

/* Walks over the CSV as strictly as its reader would. */
static void look(const struct fa_records *records, struct seen *seen)
{
    const char *at = records->bytes.bytes, *end = at + records->bytes.size;
    for (size_t i = 0; i < records->origins.count; i++) {
        const char *start = at;
        size_t fields = 1;
        bool is_quoted = false;
        for (; at < end && (is_quoted || *at != '\n'); at++) {
            is_quoted ^= *at == '"';
            fields += !is_quoted && *at == ',';
        }
        PROMISE(at < end);
        at++;
        PROMISE(seen->field_count == 0 || fields == seen->field_count);
        seen->field_count = fields;
        uint64_t facts[] = {records->origins.items[i].line_no,
                            records->origins.items[i].byte_offset};
        PROMISE(facts[0] >= 1);
        seen->sum = fa_hash64((struct fa_hash_key){seen->sum, 0}, facts, sizeof facts);
        seen->sum = fa_hash64((struct fa_hash_key){seen->sum, 0}, start, (size_t)(at - start));
        seen->record_count++;
    }
    PROMISE(at == end);
}

static struct seen read_document(const uint8_t *bytes, size_t size, size_t step, size_t wanted)
{
    static const struct fa_feed_type type = {read_step, close_steps};
    struct seen seen = {0};
    struct steps steps = {{&type, &seen.fault}, {(const char *)bytes, size}, step};
    struct fa_reader_input input = {.feed = &steps.base, .fd = -1, .fault = &seen.fault};
    struct fa_reader *reader = fa_reader_camt.open(&input);
    PROMISE(reader);
    struct fa_records records = {0};
    bool is_more = true;
    while (is_more) {
        fa_records_clear(&records);
        is_more = fa_reader_camt.next(reader, wanted, &records);
        PROMISE(!is_more || records.origins.count > 0);
        PROMISE(records.bytes.size < wanted + 2 * FA_CAMT_RECORD_BYTES_MAX);
        look(&records, &seen);
    }
    fa_reader_camt.close(reader);
    fa_records_release(&records);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size > 1 << 17)
        return 0;
    struct seen whole = read_document(bytes, size, SIZE_MAX, 1 << 20);
    struct seen parts = read_document(bytes, size, 7, 1);
    PROMISE(whole.record_count == parts.record_count && whole.sum == parts.sum);
    PROMISE(whole.fault.is_set == parts.fault.is_set && whole.fault.code == parts.fault.code);
    PROMISE(whole.fault.line_no == parts.fault.line_no &&
            whole.fault.column_no == parts.fault.column_no);
    PROMISE(strcmp(whole.fault.text, parts.fault.text) == 0);
    return 0;
}
