#include "intake/map.h"

#include "intake/pattern.h"

int fa_texts_find_like(const struct fa_profile_texts *patterns, struct fa_str text)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (fa_pattern_match(patterns->items[i], text, NULL))
            return (int)i;
    return -1;
}

bool fa_texts_match(const struct fa_profile_texts *patterns, struct fa_str text)
{
    return fa_texts_find_like(patterns, text) >= 0;
}

/* The raw record without separators and blanks at its end. */
static struct fa_str raw_text(const struct fa_csv *csv, const struct fa_csv_record *record)
{
    struct fa_str raw = {csv->base + record->start, record->size};
    while (raw.size > 0) {
        char last = raw.bytes[raw.size - 1];
        bool is_blank = csv->dialect.trims && (last == ' ' || last == '\t');
        if (last != csv->dialect.separator && !is_blank)
            break;
        raw.size--;
    }
    return raw;
}

enum fa_status fa_record_text(const struct fa_csv *csv, const struct fa_csv_rows *rows,
                              uint32_t record, struct fa_buf *buf, struct fa_str *text)
{
    const struct fa_csv_record *of = &rows->records[record];
    const struct fa_csv_field *fields = rows->fields + (size_t)record * rows->stride;
    uint32_t count = of->field_count;
    if (of->fault == FA_CSV_QUOTE_INSIDE || of->fault == FA_CSV_QUOTE_AFTER ||
        count > rows->width) {
        *text = raw_text(csv, of);
        return FA_OK;
    }
    while (count > 0 && fields[count - 1].size == 0)
        count--;
    fa_buf_clear(buf);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            FA_TRY(fa_buf_add_char(buf, csv->dialect.separator));
        FA_TRY(fa_buf_add(buf, csv->base + fields[i].start, fields[i].size));
    }
    *text = count > 0 ? fa_buf_str(buf) : FA_STR("");
    return FA_OK;
}
