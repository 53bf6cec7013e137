#include "intake/slice.h"

#include <string.h>

#include "base/utf8.h"
#include "intake/form.h"
#include "intake/pattern.h"

struct mapping {
    struct fa_slice *slice;
    const struct fa_map *map;
    struct fa_mapped *mapped;
    const struct fa_csv_rows *rows;
    uint32_t pool_start; /* of the map's pool in the chunk */
};

static struct mapping mapping_of(struct fa_slice *slice)
{
    return (struct mapping){.slice = slice,
                            .map = slice->plan->map,
                            .mapped = &slice->scratch->mapped,
                            .rows = &slice->scratch->rows,
                            .pool_start = 2 * slice->chunk->size + FA_CSV_PADDING};
}

/* Texts are held as fields, because the window moves when its side area grows. */
static struct fa_str text_of(const struct mapping *mapping, struct fa_csv_field field)
{
    return (struct fa_str){mapping->slice->chunk->base + field.start, field.size};
}

static struct fa_csv_field pool_field(const struct mapping *mapping, struct fa_csv_field text)
{
    return (struct fa_csv_field){mapping->pool_start + text.start, text.size};
}

static struct fa_csv_field source_field(const struct mapping *mapping, uint32_t record,
                                        int field_idx)
{
    return mapping->rows->fields[(size_t)record * mapping->rows->stride + (uint32_t)field_idx];
}

/* A text that is made; false: memory is out. */
static bool add_text(struct mapping *mapping, const char *bytes, size_t size,
                     struct fa_csv_field *field)
{
    uint32_t start;
    if (fa_chunk_add_side(mapping->slice->chunk, size, &start) != FA_OK) {
        mapping->slice->chunk->status = FA_ELIMIT;
        return false;
    }
    memcpy(mapping->slice->chunk->base + start, bytes, size);
    *field = (struct fa_csv_field){start, (uint32_t)size};
    return true;
}

/* --- conditions --- */

static bool is_one_of(const struct fa_str *texts, size_t count, struct fa_str text)
{
    for (size_t i = 0; i < count; i++)
        if (fa_str_equal(texts[i], text))
            return true;
    return false;
}

static bool test_holds(const struct mapping *mapping, const struct fa_map_test *test,
                       uint32_t record)
{
    const struct fa_profile_texts *texts = &test->stated->texts;
    const struct fa_profile_texts *missing = &mapping->map->profile->missing;
    struct fa_str text = text_of(mapping, source_field(mapping, record, test->field_idx));
    bool is_missing = text.size == 0 || is_one_of(missing->items, missing->count, text);
    switch (test->stated->kind) {
    case FA_TEST_IS:
        return is_one_of(texts->items, texts->count, text);
    case FA_TEST_IS_NOT:
        return !is_one_of(texts->items, texts->count, text);
    case FA_TEST_IS_MISSING:
        return is_missing;
    case FA_TEST_IS_PRESENT:
        return !is_missing;
    case FA_TEST_IS_LIKE:
        return fa_texts_match(texts, text);
    }
    return false;
}

static bool holds(const struct mapping *mapping, const struct fa_map_condition *condition,
                  uint32_t record)
{
    for (int i = 0; i < condition->count; i++)
        if (!test_holds(mapping, &condition->tests[i], record))
            return false;
    return true;
}

/* The first of the conditions that holds; -1: none. */
static int find_holding(const struct mapping *mapping,
                        const struct fa_map_condition *conditions, int count, uint32_t record)
{
    for (int i = 0; i < count; i++)
        if (holds(mapping, &conditions[i], record))
            return i;
    return -1;
}

/* --- values --- */

/* The parts as they stand; the missing ones of the source empty, unless RAW. *IS_MISSING: the
 * column has parts of the source, and none of them has a value. */
static bool join_parts(struct mapping *mapping, const struct fa_map_column *column,
                       uint32_t record, bool is_raw, struct fa_csv_field *joined,
                       bool *is_missing)
{
    struct fa_csv_field only = {0, 0};
    int value_count = 0;
    size_t size = 0;
    *is_missing = column->first_field != FA_NO_FIELD;
    for (int i = 0; i < column->part_count; i++) {
        const struct fa_map_part *part = &column->parts[i];
        bool is_field = part->field_idx != FA_NO_FIELD;
        struct fa_csv_field field = is_field ? source_field(mapping, record, part->field_idx)
                                             : pool_field(mapping, part->text);
        if (is_field && !is_raw &&
            is_one_of(column->missing, (size_t)column->missing_count, text_of(mapping, field)))
            field.size = 0;
        if (is_field && field.size > 0)
            *is_missing = false;
        if (field.size == 0)
            continue;
        value_count++;
        size += field.size;
        only = field;
    }
    *joined = only;
    if (value_count <= 1)
        return true;
    uint32_t start;
    if (fa_chunk_add_side(mapping->slice->chunk, size, &start) != FA_OK) {
        mapping->slice->chunk->status = FA_ELIMIT;
        return false;
    }
    *joined = (struct fa_csv_field){start, (uint32_t)size};
    for (int i = 0; i < column->part_count; i++) {
        const struct fa_map_part *part = &column->parts[i];
        bool is_field = part->field_idx != FA_NO_FIELD;
        struct fa_str text =
            text_of(mapping, is_field ? source_field(mapping, record, part->field_idx)
                                      : pool_field(mapping, part->text));
        if (is_field && !is_raw &&
            is_one_of(column->missing, (size_t)column->missing_count, text))
            continue;
        memcpy(mapping->slice->chunk->base + start, text.bytes, text.size);
        start += (uint32_t)text.size;
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Without the prefix and suffix that the column states, and the blanks that they leave. */
static void take_off(const struct mapping *mapping, const struct fa_profile_column *stated,
                     struct fa_csv_field *field)
{
    struct fa_str text = text_of(mapping, *field);
    if (stated->prefix.size > 0 && fa_str_starts(text, stated->prefix)) {
        text.bytes += stated->prefix.size;
        text.size -= stated->prefix.size;
    }
    if (stated->suffix.size > 0 && text.size >= stated->suffix.size &&
        memcmp(text.bytes + text.size - stated->suffix.size, stated->suffix.bytes,
               stated->suffix.size) == 0)
        text.size -= stated->suffix.size;
    for (; mapping->map->profile->trims && text.size > 0 && is_blank(text.bytes[0]);
         text.size--)
        text.bytes++;
    while (mapping->map->profile->trims && text.size > 0 && is_blank(text.bytes[text.size - 1]))
        text.size--;
    *field = (struct fa_csv_field){(uint32_t)(text.bytes - mapping->slice->chunk->base),
                                   (uint32_t)text.size};
}

/* What may stand behind the time of a form: a fraction and an offset. */
static bool is_time_end(struct fa_str rest)
{
    return rest.size == 0 || rest.bytes[0] == '.' || rest.bytes[0] == 'Z' ||
           rest.bytes[0] == '+' || rest.bytes[0] == '-';
}

/* A date or time in its form, made canonical. A time whose form has a day alone is its
 * beginning. */
static enum fa_code convert_time(struct mapping *mapping, const struct fa_map_column *column,
                                 struct fa_csv_field *field)
{
    enum { REST_MAX = 24 };
    char made[FA_FORM_CANONICAL_BYTES + REST_MAX];
    struct fa_str text = text_of(mapping, *field);
    bool is_date = column->type == FA_TYPE_DATE;
    enum fa_code fault = is_date ? FA_CODE_ROW_DATE : FA_CODE_ROW_TIME;
    size_t used = 0, size = fa_form_read(column->form, text, &used, made);
    struct fa_str rest = {text.bytes + used, text.size - used};
    if (size == 0 || rest.size > REST_MAX)
        return fault;
    if (is_date) {
        if (rest.size > 0)
            return fault;
        size = 10;
    } else if (column->is_day_form) {
        memcpy(made + size, rest.bytes, rest.size);
        size += rest.size;
    } else {
        if (size == 10) {
            memcpy(made + 10, "T00:00:00", 9);
            size = FA_FORM_CANONICAL_BYTES;
        }
        if (!is_time_end(rest))
            return fault;
        memcpy(made + size, rest.bytes, rest.size);
        size += rest.size;
    }
    bool is_same = size == text.size && memcmp(made, text.bytes, size) == 0;
    return is_same || add_text(mapping, made, size, field) ? FA_CODE_COUNT : FA_CODE_ROW_RANGE;
}

static enum fa_code convert_number(struct mapping *mapping, const struct fa_map_column *column,
                                   struct fa_csv_field *field, struct fa_csv_field *row)
{
    struct fa_number number;
    enum fa_value_status status =
        fa_number_read(&column->number, text_of(mapping, *field), &number);
    if (status != FA_VALUE_OK)
        return fa_value_fault(status);
    if (column->sign_slot != FA_NO_FIELD)
        row[column->sign_slot] = pool_field(mapping, number.is_negative ? mapping->map->debit
                                                                        : mapping->map->credit);
    if (!number.is_same)
        add_text(mapping, number.text, number.size, field);
    return FA_CODE_COUNT;
}

static bool is_number(enum fa_type type)
{
    return type == FA_TYPE_MONEY || type == FA_TYPE_INT || type == FA_TYPE_RATIO;
}

/* Fills one field of the row. A value that cannot be read stays as the source has it. */
static enum fa_code map_value(struct mapping *mapping, const struct fa_map_column *column,
                              uint32_t record, struct fa_csv_field *row, uint32_t slot)
{
    const struct fa_profile_column *stated = column->stated;
    struct fa_csv_field field;
    bool is_missing;
    if (column->is_record) { /* commit makes it; until then something must stand there */
        row[slot] = pool_field(mapping, mapping->map->credit);
        return FA_CODE_COUNT;
    }
    if (!join_parts(mapping, column, record, false, &field, &is_missing) || is_missing)
        return FA_CODE_COUNT;
    take_off(mapping, stated, &field);
    row[slot] = field;
    if (field.size == 0)
        return FA_CODE_COUNT;
    struct fa_str text = text_of(mapping, field);
    if (stated->width > 0 && fa_utf8_count(text) != stated->width)
        return FA_CODE_ROW_WIDTH;
    enum fa_code code = FA_CODE_COUNT;
    if (column->choices.slots) {
        int64_t choice = fa_choices_find(&column->choices, text);
        if (choice < 0 && !stated->has_other)
            return FA_CODE_ROW_ENUM;
        field = pool_field(mapping, choice < 0 ? column->other : column->choice_texts[choice]);
    } else if (!column->is_source) {
        return FA_CODE_COUNT; /* the profile's own words are canonical */
    } else if (column->form.size > 0) {
        code = convert_time(mapping, column, &field);
    } else if (is_number(column->type)) {
        code = convert_number(mapping, column, &field, row);
    }
    if (code == FA_CODE_COUNT)
        row[slot] = field;
    return code;
}

/* --- rows --- */

static void add_row(struct mapping *mapping, uint32_t record, uint32_t section)
{
    struct fa_slice *slice = mapping->slice;
    const struct fa_map_column *columns = mapping->map->sections[section].columns;
    uint32_t row = slice->count++, slots = mapping->map->slot_count;
    struct fa_csv_field *fields = mapping->mapped->fields + (size_t)row * slots;
    mapping->mapped->records[row] = (uint16_t)record;
    mapping->mapped->sections[row] = (uint16_t)section;
    slice->scratch->codes[row] = FA_CODE_COUNT;
    memset(fields, 0, slots * sizeof *fields);
    for (uint32_t slot = 0; slot < slots; slot++) {
        if (!columns[slot].stated)
            continue;
        enum fa_code code = map_value(mapping, &columns[slot], record, fields, slot);
        struct fa_field_plan field = {.field_idx = slot};
        if (code != FA_CODE_COUNT)
            fa_slice_add_value_fault(slice, row, &field, text_of(mapping, fields[slot]), code);
    }
}

/* --- records --- */

/* Its quotes are wrong, so it has no fields. */
static bool is_spoiled(const struct fa_csv_record *record)
{
    return record->fault == FA_CSV_QUOTE_INSIDE || record->fault == FA_CSV_QUOTE_AFTER;
}

/* Whether all that a record has beyond the fields that were kept is empty. */
static bool is_tail_empty(const struct mapping *mapping, const struct fa_csv_record *record)
{
    const struct fa_csv *csv = &mapping->slice->scratch->csv;
    uint32_t wanted = record->field_count > mapping->rows->width
                          ? record->field_count - mapping->rows->width
                          : 0;
    uint32_t found = 0;
    for (uint32_t at = record->start + record->size; at > record->start && found < wanted;
         at--) {
        char c = csv->base[at - 1];
        if (c == csv->dialect.separator)
            found++;
        else if (!csv->dialect.trims || !is_blank(c))
            break;
    }
    return found == wanted;
}

static bool is_empty(const struct mapping *mapping, uint32_t record)
{
    const struct fa_csv_record *of = &mapping->rows->records[record];
    if (is_spoiled(of))
        return false;
    for (uint32_t i = 0; i < mapping->rows->width; i++)
        if (source_field(mapping, record, (int)i).size > 0)
            return false;
    return is_tail_empty(mapping, of);
}

static bool has_field_count(const struct mapping *mapping, uint32_t record)
{
    const struct fa_map *map = mapping->map;
    const struct fa_csv_record *of = &mapping->rows->records[record];
    if (of->field_count < map->named_count && !map->pads)
        return false;
    if (map->profile->surplus == FA_SURPLUS_IGNORE)
        return true;
    for (uint32_t i = 0; i < mapping->rows->width; i++)
        if (map->header[i].size == 0 && source_field(mapping, record, (int)i).size > 0)
            return false;
    if (of->field_count <= mapping->rows->width)
        return true;
    return map->profile->surplus == FA_SURPLUS_EMPTY && is_tail_empty(mapping, of);
}

static void reject(struct mapping *mapping, uint32_t record, enum fa_code code)
{
    mapping->mapped->kinds[record] =
        mapping->map->is_lead ? FA_RECORD_REJECTED : FA_RECORD_OTHER;
    mapping->mapped->codes[record] = (uint16_t)code;
    mapping->slice->scratch->has_faults = true;
}

static void leave_out(struct mapping *mapping, uint32_t record, size_t cause)
{
    mapping->mapped->kinds[record] = FA_RECORD_IGNORED;
    mapping->slice->chunk->causes.items[cause]++;
}

/* A record that is data: its rows, or why there are none. */
static void map_data(struct mapping *mapping, uint32_t record)
{
    const struct fa_map *map = mapping->map;
    if (is_spoiled(&mapping->rows->records[record])) {
        reject(mapping, record, FA_CODE_ROW_QUOTE);
        return;
    }
    if (!has_field_count(mapping, record)) {
        reject(mapping, record, FA_CODE_ROW_FIELDS);
        return;
    }
    int ignored = find_holding(mapping, map->ignored, map->ignored_count, record);
    if (ignored >= 0) {
        leave_out(mapping, record,
                  FA_CAUSE_SKIP + map->profile->skips.count + (size_t)ignored);
        return;
    }
    uint32_t before = mapping->slice->count;
    for (int i = 0; i < map->section_count; i++)
        if (holds(mapping, &map->sections[i].when, record))
            add_row(mapping, record, (uint32_t)i);
    mapping->mapped->kinds[record] = FA_RECORD_ROWS;
    if (mapping->slice->count > before)
        return;
    if (find_holding(mapping, map->others, map->other_count, record) >= 0)
        mapping->mapped->kinds[record] = FA_RECORD_OTHER;
    else
        reject(mapping, record, FA_CODE_ROW_UNMAPPED);
}

/* --- totals --- */

static void add_amount(struct mapping *mapping, const struct fa_map_total *total,
                       uint32_t record, struct fa_total_sum *sum)
{
    struct fa_csv_field field = source_field(mapping, record, total->field_idx);
    const struct fa_profile_texts *missing = &mapping->map->profile->missing;
    struct fa_number number;
    if (total->column)
        take_off(mapping, total->column, &field);
    struct fa_str text = text_of(mapping, field);
    fa_i128 amount;
    if (text.size == 0 || is_one_of(missing->items, missing->count, text))
        return;
    if (fa_number_read(&total->number, text, &number) == FA_VALUE_OK &&
        fa_number_scaled((struct fa_str){number.text, number.size}, FA_MONEY_SCALE_MAX,
                         &amount))
        sum->sum += amount;
    else
        sum->unreadable++;
}

static void add_totals(struct mapping *mapping, uint32_t record)
{
    bool has_fields = !is_spoiled(&mapping->rows->records[record]);
    for (int i = 0; i < mapping->map->total_count; i++) {
        const struct fa_map_total *total = &mapping->map->totals[i];
        struct fa_total_sum *sum = &mapping->slice->chunk->totals.items[i];
        if (!has_fields && (total->when.count > 0 || total->field_idx != FA_NO_FIELD)) {
            sum->unreadable++;
        } else if (!has_fields || holds(mapping, &total->when, record)) {
            sum->count++;
            if (total->field_idx != FA_NO_FIELD)
                add_amount(mapping, total, record, sum);
        }
    }
}

void fa_map_slice(struct fa_slice *slice)
{
    struct mapping mapping = mapping_of(slice);
    const struct fa_map *map = mapping.map;
    struct fa_chunk *chunk = slice->chunk;
    uint32_t count = slice->record_count;
    slice->count = 0;
    slice->fields = mapping.mapped->fields;
    slice->stride = map->slot_count;
    slice->scratch->has_faults = false;
    for (uint32_t i = 0; i < count && chunk->status == FA_OK; i++) {
        struct fa_str text = FA_STR("");
        int skip;
        if (map->reads_text && fa_record_text(&slice->scratch->csv, mapping.rows, i,
                                              &mapping.mapped->text, &text) != FA_OK) {
            chunk->status = FA_ELIMIT;
        } else if (map->reads_text && fa_texts_match(&map->profile->footers, text)) {
            chunk->has_footer = true;
            chunk->footer_at = mapping.rows->records[i].start;
            chunk->footer_line_idx = mapping.rows->records[i].line_idx;
            chunk->outcome = FA_CSV_END;
            slice->record_count = i;
            return;
        } else if ((map->pads || map->profile->trims) && is_empty(&mapping, i)) {
            leave_out(&mapping, i, FA_CAUSE_BLANK);
        } else if (map->reads_text &&
                   (skip = fa_texts_find_like(&map->profile->skips, text)) >= 0) {
            leave_out(&mapping, i, FA_CAUSE_SKIP + (size_t)skip);
        } else {
            map_data(&mapping, i);
            add_totals(&mapping, i);
        }
    }
}

/* --- for messages --- */

struct fa_csv_field fa_map_original(struct fa_slice *slice, const struct fa_map_column *column,
                                    uint32_t record)
{
    struct mapping mapping = mapping_of(slice);
    struct fa_csv_field field = {0, 0};
    bool unused;
    (void)!join_parts(&mapping, column, record, true, &field, &unused);
    return field;
}

/* The fields that conditions look at, each once, and what stands there. */
enum { FIELDS_MAX = 4 };
struct telling {
    int fields[FIELDS_MAX];
    int count;
    struct fa_buf text;
};

static void tell_condition(const struct mapping *mapping, struct telling *telling,
                           const struct fa_map_condition *condition, uint32_t record)
{
    char header[FA_QUOTED_BYTES], value[FA_QUOTED_BYTES];
    for (int i = 0; i < condition->count; i++) {
        int field_idx = condition->tests[i].field_idx, known = 0;
        while (known < telling->count && telling->fields[known] != field_idx)
            known++;
        if (known < telling->count || telling->count == FIELDS_MAX)
            continue;
        telling->fields[telling->count++] = field_idx;
        struct fa_str text = text_of(mapping, source_field(mapping, record, field_idx));
        if (fa_buf_addf(&telling->text, "%s%s is %s", known > 0 ? ", " : "",
                        fa_quoted(mapping->map->header[field_idx], header),
                        mapping->map->is_masked[field_idx]
                            ? fa_quoted_shape(text, value)
                            : fa_quoted_careful(text, FA_WORD_DIGITS_MAX, value)) != FA_OK)
            mapping->slice->chunk->status = FA_ELIMIT;
    }
}

struct fa_csv_field fa_map_tested(struct fa_slice *slice, uint32_t record)
{
    struct mapping mapping = mapping_of(slice);
    struct telling telling = {.count = 0};
    struct fa_csv_field field = {0, 0};
    for (int i = 0; i < mapping.map->section_count; i++)
        tell_condition(&mapping, &telling, &mapping.map->sections[i].when, record);
    for (int i = 0; i < mapping.map->other_count; i++)
        tell_condition(&mapping, &telling, &mapping.map->others[i], record);
    if (telling.text.size > 0)
        (void)!add_text(&mapping, telling.text.bytes, telling.text.size, &field);
    fa_buf_release(&telling.text);
    return field;
}
