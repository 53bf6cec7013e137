#include "intake/slice.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "intake/damage.h"

/* Whether all bytes are printable ASCII; eight at a time, reading up to seven behind the text.
 */
static inline bool is_plain(struct fa_str text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
    uint64_t bad = 0;
    for (size_t at = 0; at < text.size; at += 8) {
        struct fa_str rest = {text.bytes + at, text.size - at};
        uint64_t bytes = fa_first_bytes(rest);
        if (rest.size < 8) /* fill up with blanks */
            bytes |= ones * ' ' << (8 * rest.size);
        uint64_t is_del = (bytes ^ ones * 0x7F) - ones;
        bad |= bytes | ((bytes - ones * ' ') & ~bytes) | (is_del & ~(bytes ^ ones * 0x7F));
    }
    return (bad & highs) == 0;
}

/* What a name could not be, as a system wrote it; most are plain. */
static enum fa_code name_fault(struct fa_str text, bool is_plain_text)
{
    if (!is_plain_text)
        return fa_damage_of_name(text);
    return fa_is_sheet_error(text)    ? FA_CODE_ROW_SHEET_ERROR
           : fa_is_sheet_number(text) ? FA_CODE_ROW_SHEET_NUMBER
                                      : FA_CODE_COUNT;
}

static enum fa_code text_fault(struct fa_str text, bool allows_lines, bool is_name)
{
    if (is_plain(text))
        return is_name                   ? name_fault(text, true)
               : fa_is_sheet_error(text) ? FA_CODE_ROW_SHEET_ERROR
                                         : FA_CODE_COUNT;
    if (fa_utf8_valid_size(text) != text.size)
        return FA_CODE_ROW_UTF8;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        bool is_line = c == '\t' || c == '\n' || c == '\r';
        bool is_c1 = c == 0xC2 && (unsigned char)text.bytes[i + 1] < 0xA0;
        if ((c < 0x20 && !(is_line && allows_lines)) || c == 0x7F || is_c1)
            return FA_CODE_ROW_CONTROL;
    }
    return is_name ? name_fault(text, false) : FA_CODE_COUNT;
}

static int compare_texts(const void *left, const void *right)
{
    return fa_str_compare(*(const struct fa_str *)left, *(const struct fa_str *)right);
}

/* Puts the elements of a set in order, each once; what was not so gets a place in the side
 * area, so that the raw record stays. */
static enum fa_code order_set(struct fa_slice *slice, const struct fa_column_def *def,
                              struct fa_csv_field *field)
{
    enum { ELEMENTS_MAX = 256 };
    struct fa_str elements[ELEMENTS_MAX];
    size_t count = 0;
    struct fa_str text = fa_slice_text(slice, *field);
    for (size_t from = 0, at = 0; at <= text.size; at++) {
        if (at < text.size && text.bytes[at] != ';')
            continue;
        if (at == from || count == ELEMENTS_MAX)
            return FA_CODE_ROW_SET;
        elements[count++] = (struct fa_str){text.bytes + from, at - from};
        from = at + 1;
    }
    for (size_t i = 0; def->value_count > 0 && i < count; i++) {
        uint32_t value = 0;
        while (value < def->value_count && !fa_str_equal(def->values[value], elements[i]))
            value++;
        if (value == def->value_count)
            return FA_CODE_ROW_ENUM;
    }
    qsort(elements, count, sizeof *elements, compare_texts);
    struct fa_buf ordered = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && fa_str_equal(elements[i - 1], elements[i]))
            continue;
        if ((ordered.size && fa_buf_add_char(&ordered, ';') != FA_OK) ||
            fa_buf_add_str(&ordered, elements[i]) != FA_OK)
            slice->chunk->status = FA_ELIMIT;
    }
    if (!fa_str_equal(fa_buf_str(&ordered), text)) {
        uint32_t start = 0;
        if (fa_chunk_add_side(slice->chunk, ordered.size, &start) != FA_OK)
            slice->chunk->status = FA_ELIMIT;
        else
            memcpy(slice->chunk->base + start, ordered.bytes, ordered.size);
        *field = (struct fa_csv_field){start, (uint32_t)ordered.size};
    }
    fa_buf_release(&ordered);
    return FA_CODE_COUNT;
}

void fa_slice_parse_texts(struct fa_slice *slice, const struct fa_field_plan *field)
{
    const struct fa_column_def *def = &slice->plan->table->columns[field->column];
    struct fa_parsed *column = &slice->chunk->columns[field->column];
    uint32_t *starts = column->starts + slice->first, *sizes = column->sizes + slice->first;
    uint8_t *missing = column->missing + slice->first;
    bool is_set = def->type == FA_TYPE_SET;
    bool is_name =
        def->type == FA_TYPE_KEY || def->mask == FA_MASK_NUMBER || def->mask == FA_MASK_PHONE;
    for (uint32_t row = 0; row < slice->count; row++) {
        struct fa_csv_field at = fa_slice_field(slice, row, field->field_idx);
        struct fa_str text = fa_slice_text(slice, at);
        enum fa_code code = FA_CODE_COUNT;
        missing[row] = at.size == 0;
        if (at.size == 0) {
            column->has_missing = true;
            if (field->is_required)
                code = FA_CODE_ROW_REQUIRED;
        } else {
            code = text_fault(text, def->type == FA_TYPE_TEXT, is_name);
            if (code == FA_CODE_COUNT && is_set)
                code = order_set(slice, def, &at); /* the window may move */
        }
        if (code != FA_CODE_COUNT)
            fa_slice_add_fault(slice, row, field, code);
        starts[row] = at.start;
        sizes[row] = at.size;
    }
}

/* --- ids -----------------------------------------------------------------------------------
 */

void fa_slice_parse_ids(struct fa_slice *slice, const struct fa_field_plan *field)
{
    struct fa_chunk *chunk = slice->chunk;
    struct fa_parsed *column = &chunk->columns[field->column];
    int table = slice->plan->table->columns[field->column].refers_to;
    const struct fa_ids *ids = slice->env->spaces[table].ids;
    bool is_institution = fa_str_is(slice->env->dictionary->tables[table].name, "institution");
    if (column->from_record) { /* commit makes them */
        memset(column->values + slice->first, 0, slice->count * sizeof *column->values);
        memset(column->missing + slice->first, 0, slice->count);
        return;
    }
    struct fa_str names[FA_IDS_BATCH];
    uint64_t hashes[FA_IDS_BATCH];
    uint32_t numbers[FA_IDS_BATCH];
    for (uint32_t from = 0; from < slice->count; from += FA_IDS_BATCH) {
        uint32_t count =
            slice->count - from < FA_IDS_BATCH ? slice->count - from : FA_IDS_BATCH;
        for (uint32_t i = 0; i < count; i++)
            names[i] = fa_slice_text(slice, fa_slice_field(slice, from + i, field->field_idx));
        fa_ids_find(ids, is_institution ? 0 : slice->plan->filer_idx, names, count, hashes,
                    numbers);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row = from + i, at = slice->first + row;
            enum fa_code code = FA_CODE_COUNT;
            column->missing[at] = names[i].size == 0;
            column->values[at] = numbers[i];
            if (numbers[i] != FA_NO_ID)
                continue;
            column->values[at] = 0;
            if (names[i].size == 0) {
                column->has_missing = true;
                if (field->is_required)
                    code = FA_CODE_ROW_REQUIRED;
            } else if ((code = text_fault(names[i], false, true)) == FA_CODE_COUNT) {
                uint32_t number;
                if (fa_id_chunk_add(&chunk->new_ids[table], names[i], hashes[i], &number) !=
                    FA_OK) {
                    chunk->status = FA_ELIMIT;
                    return;
                }
                column->values[at] = -1 - (int64_t)number;
            }
            if (code != FA_CODE_COUNT)
                fa_slice_add_fault(slice, row, field, code);
        }
    }
}
