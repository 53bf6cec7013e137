#include "intake/records.h"

#include <string.h>

#include "base/fields.h"

void fa_record_start(struct fa_records *records, struct fa_origin origin)
{
    records->field_count = 0;
    if (fa_vec_add(&records->origins, origin) != FA_OK)
        records->is_out_of_memory = true;
}

void fa_record_add(struct fa_records *records, struct fa_str field)
{
    bool is_first = records->field_count++ == 0;
    bool is_whole = fa_buf_reserve(&records->bytes, field.size + 1) == FA_OK;
    if (is_whole && !is_first)
        records->bytes.bytes[records->bytes.size++] = ',';
    if (is_whole && field.size)
        is_whole = fa_csv_add_field(&records->bytes, field, false) == FA_OK;
    records->is_out_of_memory |= !is_whole;
}

void fa_record_skip(struct fa_records *records, uint32_t count)
{
    uint32_t comma_count = count - (records->field_count == 0 && count > 0);
    records->field_count += count;
    if (fa_buf_reserve(&records->bytes, comma_count) != FA_OK) {
        records->is_out_of_memory = true;
        return;
    }
    if (comma_count)
        memset(records->bytes.bytes + records->bytes.size, ',', comma_count);
    records->bytes.size += comma_count;
}

/* An empty line is no record, so a record of one empty field is a pair of quotes. */
void fa_record_end(struct fa_records *records)
{
    bool is_empty =
        records->bytes.size == 0 || records->bytes.bytes[records->bytes.size - 1] == '\n';
    bool is_whole = !is_empty || fa_buf_add_text(&records->bytes, "\"\"") == FA_OK;
    is_whole = is_whole && fa_buf_add_char(&records->bytes, '\n') == FA_OK;
    records->is_out_of_memory |= !is_whole;
}

void fa_records_clear(struct fa_records *records)
{
    fa_buf_clear(&records->bytes);
    records->origins.count = 0;
    records->is_out_of_memory = false;
}

void fa_records_release(struct fa_records *records)
{
    fa_buf_release(&records->bytes);
    fa_vec_free(&records->origins);
}
