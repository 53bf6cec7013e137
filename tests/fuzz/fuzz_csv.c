/* The CSV reader: every field lies where it may, positions never go back, and a file cut in
 * pieces gives the records that it gives whole. */
#include <string.h>

#include "base/hash.h"
#include "fuzz.h"
#include "intake/csv.h"

enum { ROWS = 64 };

static struct fa_csv_dialect dialect;

struct seen {
    uint64_t sum; /* over every record's start, fault and fields */
    uint32_t count;
    enum fa_csv_outcome outcome;
};

static void add(struct seen *seen, const void *bytes, size_t size)
{
    struct fa_hash_key key = {seen->sum, 0};
    seen->sum = fa_hash64(key, bytes, size);
}

static void look(const struct fa_csv *csv, const struct fa_csv_rows *rows, uint32_t size,
                 uint32_t from, struct seen *seen)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct fa_csv_record *record = &rows->records[i];
        PROMISE(record->start >= last && record->size <= size - record->start);
        last = record->start + record->size;
        uint32_t facts[] = {from + record->start, record->size, record->fault};
        add(seen, facts, sizeof facts);
        for (uint32_t k = 0; k < rows->width; k++) {
            const struct fa_csv_field *field = &rows->fields[i * rows->width + k];
            PROMISE(field->start <= 2 * size + FA_CSV_PADDING &&
                    field->size <= 2 * size + FA_CSV_PADDING - field->start);
            bool is_spoiled =
                record->fault == FA_CSV_QUOTE_INSIDE || record->fault == FA_CSV_QUOTE_AFTER;
            PROMISE((!is_spoiled && k < record->field_count) || field->size == 0);
            add(seen, csv->base + field->start, field->size);
        }
        seen->count++;
    }
}

static enum fa_csv_outcome read_piece(const uint8_t *bytes, uint32_t size, uint32_t from,
                                      uint32_t width, struct seen *seen)
{
    static struct fa_csv_field fields[ROWS * 4];
    static struct fa_csv_record records[ROWS];
    char *base = calloc(1, 2 * (size_t)size + FA_CSV_PADDING);
    PROMISE(base);
    if (size)
        memcpy(base, bytes, size);
    struct fa_csv csv;
    fa_csv_init(&csv, base, size);
    csv.dialect = dialect;
    enum fa_csv_outcome outcome;
    do {
        struct fa_csv_rows rows = {.width = width,
                                   .stride = width,
                                   .count_max = ROWS,
                                   .fields = fields,
                                   .records = records};
        outcome = fa_csv_split(&csv, &rows);
        PROMISE(outcome != FA_CSV_MORE || rows.count > 0);
        look(&csv, &rows, size, from, seen);
    } while (outcome == FA_CSV_MORE);
    free(base);
    return outcome;
}

static struct seen read_whole(const uint8_t *bytes, uint32_t size, uint32_t width)
{
    struct seen seen = {0};
    seen.outcome = read_piece(bytes, size, 0, width, &seen);
    return seen;
}

static struct seen read_cut(const uint8_t *bytes, uint32_t size, uint32_t width, uint32_t step)
{
    struct seen seen = {0};
    struct fa_csv_cut cut;
    fa_csv_cut_init(&cut);
    cut.dialect = dialect;
    uint32_t from = 0, window = 0;
    char *padded = calloc(1, (size_t)size + FA_CSV_PADDING);
    PROMISE(padded);
    if (size)
        memcpy(padded, bytes, size);
    while (seen.outcome == FA_CSV_MORE && (from < size || size == 0)) {
        window = window + step < size - from ? window + step : size - from;
        bool is_last = from + window == size;
        uint32_t piece = fa_csv_cut_find(&cut, padded + from, window, is_last);
        PROMISE(piece <= window && (!is_last || piece == window));
        if (!piece && !is_last)
            continue;
        enum fa_csv_outcome outcome = read_piece(bytes + from, piece, from, width, &seen);
        if (outcome != FA_CSV_END || is_last)
            seen.outcome = outcome;
        fa_csv_cut_shift(&cut, piece);
        from += piece;
        window -= piece;
        if (is_last)
            break;
    }
    free(padded);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1 || size > 65536)
        return 0;
    static const char separators[] = ",\t;|";
    static const enum fa_csv_quotes quotes[] = {FA_CSV_QUOTES_STRICT, FA_CSV_QUOTES_LITERAL,
                                                FA_CSV_QUOTES_NONE, FA_CSV_QUOTES_STRICT};
    uint32_t width = 1 + bytes[0] % 4, step = 1 + bytes[0] / 4;
    /* the usual dialect half of the time */
    dialect = fa_csv_canonical;
    if (bytes[size - 1] & 1)
        dialect =
            (struct fa_csv_dialect){separators[bytes[size - 1] >> 1 & 3],
                                    quotes[bytes[size - 1] >> 3 & 3], bytes[size - 1] >> 5 & 1};
    struct seen whole = read_whole(bytes + 1, (uint32_t)size - 1, width);
    struct seen cut = read_cut(bytes + 1, (uint32_t)size - 1, width, step);
    PROMISE(whole.outcome == cut.outcome && whole.count == cut.count && whole.sum == cut.sum);
    return 0;
}
