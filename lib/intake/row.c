#include "intake/row.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "value/ratio.h"

/* Records that are parsed together: their fields and values fit the second-level cache. */
enum { SLICE_ROWS = 1024 };

/* What the parsers of one slice remember: the last date and offset were mostly the same. */
struct date_memo {
    char text[16];
    int64_t day_no;
    bool is_set;
    char offset_text[8];
    int64_t offset_us;
    bool has_offset;
};

struct fa_row_scratch {
    const struct fa_file_plan
        *prepared_for; /* the columns of the chunk are those of this plan */
    struct fa_csv_rows rows;
    size_t fields_capacity;
    struct fa_csv csv;
    uint16_t codes[SLICE_ROWS];       /* enum fa_code of the row's fault; FA_CODE_COUNT: none */
    int16_t fault_fields[SLICE_ROWS]; /* index into the plan's fields, -1: the record */
    fa_currency currencies[SLICE_ROWS];
    int8_t scales[SLICE_ROWS];
    struct date_memo memo;
    uint64_t currency_bytes; /* the last currency as text; 0: none */
    fa_currency currency;
    bool has_faults;
    bool has_own_currency;
    struct fa_buf key; /* a key of several parts, or of a number */
};

/* One slice under the hands of a column parser. */
struct slice {
    const struct fa_row_env *env;
    struct fa_chunk *chunk;
    struct fa_row_scratch *scratch;
    const struct fa_file_plan *plan;
    uint32_t first; /* row of the chunk that the slice's row 0 becomes */
    uint32_t count;
};

/* The first eight bytes of a text; what lies behind it may be read. */
static inline uint64_t first_bytes(struct fa_str text)
{
    uint64_t bytes;
    memcpy(&bytes, text.bytes, sizeof bytes);
    return text.size >= 8 ? bytes : bytes & ((UINT64_C(1) << (8 * text.size)) - 1);
}

int fa_row_scale(const struct fa_row_env *env, fa_currency currency)
{
    for (size_t i = 0; i < env->scale_count; i++)
        if (env->scales[i].currency == currency)
            return env->scales[i].scale;
    return fa_currency_scale(currency);
}

/* --- memory --------------------------------------------------------------------------------
 */

enum fa_status fa_chunk_init(struct fa_chunk *chunk, int space_count)
{
    *chunk = (struct fa_chunk){.space_count = space_count};
    chunk->new_ids = calloc((size_t)space_count + 1, sizeof *chunk->new_ids);
    chunk->scratch = calloc(1, sizeof *chunk->scratch);
    if (chunk->scratch)
        chunk->scratch->rows.records =
            malloc(SLICE_ROWS * sizeof *chunk->scratch->rows.records);
    if (chunk->new_ids && chunk->scratch && chunk->scratch->rows.records)
        return FA_OK;
    fa_chunk_release(chunk);
    return FA_ELIMIT;
}

static void release_columns(struct fa_chunk *chunk)
{
    for (int i = 0; i < chunk->column_count; i++) {
        free(chunk->columns[i].values);
        free(chunk->columns[i].missing);
        free(chunk->columns[i].starts);
        free(chunk->columns[i].sizes);
    }
    free(chunk->columns);
    chunk->columns = NULL;
    chunk->column_count = 0;
    chunk->row_capacity = 0;
}

void fa_chunk_release(struct fa_chunk *chunk)
{
    release_columns(chunk);
    for (int i = 0; chunk->new_ids && i < chunk->space_count; i++)
        fa_id_chunk_release(&chunk->new_ids[i]);
    free(chunk->new_ids);
    if (chunk->scratch) {
        free(chunk->scratch->rows.fields);
        free(chunk->scratch->rows.records);
        fa_buf_release(&chunk->scratch->key);
    }
    free(chunk->scratch);
    free(chunk->record_idx);
    free(chunk->line_idx);
    free(chunk->keys);
    free(chunk->base);
    fa_buf_release(&chunk->record_texts);
    fa_vec_free(&chunk->origins);
    fa_vec_free(&chunk->rejects);
    fa_vec_free(&chunk->sums);
    fa_vec_free(&chunk->unreadable);
    *chunk = (struct fa_chunk){0};
}

/* The window, what may be read behind it, the side area (intake/csv.h), the constants. */
enum fa_status fa_chunk_reserve(struct fa_chunk *chunk, size_t size, size_t kept)
{
    size_t needed = 2 * size + FA_CSV_PADDING + FA_CONSTANT_BYTES_MAX + 8;
    if (needed <= chunk->base_capacity)
        return FA_OK;
    char *base = malloc(needed);
    if (!base)
        return FA_ELIMIT;
    if (kept)
        memcpy(base, chunk->base, kept);
    free(chunk->base);
    chunk->base = base;
    chunk->base_capacity = needed;
    return FA_OK;
}

static bool resize(void *array_ref, uint32_t count, size_t item_size)
{
    void **array = array_ref;
    void *resized = realloc(*array, count * item_size);
    if (resized)
        *array = resized;
    return resized != NULL;
}

static bool resize_column(struct fa_parsed *column, bool is_bytes, uint32_t capacity)
{
    bool is_done = resize(&column->missing, capacity, sizeof *column->missing);
    if (is_bytes)
        return is_done && resize(&column->starts, capacity, sizeof *column->starts) &&
               resize(&column->sizes, capacity, sizeof *column->sizes);
    return is_done && resize(&column->values, capacity, sizeof *column->values);
}

/* Columns that the plan fills, and those that ingest itself adds. */
static bool is_column_used(const struct fa_file_plan *plan, int column)
{
    if (column >= plan->table->hidden_from || column == plan->record_column ||
        column == plan->table->currency_column)
        return true;
    for (int i = 0; i < plan->field_count; i++)
        if (plan->fields[i].column == column || plan->fields[i].sign_column == column)
            return true;
    return false;
}

/* Room for one more slice. */
static enum fa_status reserve_rows(struct fa_chunk *chunk)
{
    if (chunk->row_count + SLICE_ROWS <= chunk->row_capacity)
        return FA_OK;
    uint32_t capacity = chunk->row_capacity ? 2 * chunk->row_capacity : 4 * SLICE_ROWS;
    if (!resize(&chunk->record_idx, capacity, sizeof *chunk->record_idx) ||
        !resize(&chunk->line_idx, capacity, sizeof *chunk->line_idx) ||
        !resize(&chunk->keys, capacity, sizeof *chunk->keys))
        return FA_ELIMIT;
    for (int i = 0; i < chunk->column_count; i++)
        if (chunk->columns[i].is_used &&
            !resize_column(&chunk->columns[i],
                           fa_type_is_bytes(chunk->plan->table->columns[i].type), capacity))
            return FA_ELIMIT;
    chunk->row_capacity = capacity;
    return FA_OK;
}

static enum fa_status prepare(struct fa_chunk *chunk)
{
    const struct fa_file_plan *plan = chunk->plan;
    struct fa_row_scratch *scratch = chunk->scratch;
    if (scratch->prepared_for == plan)
        return FA_OK;
    release_columns(chunk);
    chunk->columns = calloc((size_t)plan->table->column_count, sizeof *chunk->columns);
    if (!chunk->columns)
        return FA_ELIMIT;
    chunk->column_count = plan->table->column_count;
    for (int i = 0; i < chunk->column_count; i++)
        chunk->columns[i].is_used = is_column_used(plan, i);
    size_t fields = (size_t)(plan->width + plan->constant_count) * SLICE_ROWS;
    if (fields > scratch->fields_capacity) {
        free(scratch->rows.fields);
        scratch->fields_capacity = 0;
        scratch->rows.fields = malloc(fields * sizeof *scratch->rows.fields);
        if (!scratch->rows.fields)
            return FA_ELIMIT;
        scratch->fields_capacity = fields;
    }
    scratch->prepared_for = plan;
    return FA_OK;
}

/* --- faults --------------------------------------------------------------------------------
 */

static inline struct fa_csv_field field_at(const struct slice *slice, uint32_t row,
                                           uint32_t field_idx)
{
    return slice->scratch->rows.fields[(size_t)row * slice->scratch->rows.stride + field_idx];
}

static inline struct fa_str field_text(const struct slice *slice, struct fa_csv_field field)
{
    return (struct fa_str){slice->chunk->base + field.start, field.size};
}

/* The fault of a row that is told is that of its leftmost field. */
static void add_fault(struct slice *slice, uint32_t row, const struct fa_field_plan *field,
                      enum fa_code code)
{
    struct fa_row_scratch *scratch = slice->scratch;
    int16_t field_idx = field ? (int16_t)field->field_idx : -1;
    if (scratch->codes[row] != FA_CODE_COUNT && scratch->fault_fields[row] <= field_idx)
        return;
    scratch->codes[row] = (uint16_t)code;
    scratch->fault_fields[row] = field_idx;
    scratch->has_faults = true;
}

static const enum fa_code csv_fault_codes[] = {
    [FA_CSV_QUOTE_INSIDE] = FA_CODE_ROW_QUOTE,
    [FA_CSV_QUOTE_AFTER] = FA_CODE_ROW_QUOTE,
    [FA_CSV_FEW] = FA_CODE_ROW_FIELDS,
    [FA_CSV_MANY] = FA_CODE_ROW_FIELDS,
};

static void start_faults(struct slice *slice)
{
    struct fa_row_scratch *scratch = slice->scratch;
    scratch->has_faults = false;
    for (uint32_t i = 0; i < slice->count; i++) {
        scratch->codes[i] = FA_CODE_COUNT;
        if (scratch->rows.records[i].fault == FA_CSV_SOUND)
            continue;
        add_fault(slice, i, NULL, csv_fault_codes[scratch->rows.records[i].fault]);
        memset(scratch->rows.fields + (size_t)i * scratch->rows.stride, 0,
               scratch->rows.width * sizeof *scratch->rows.fields);
    }
}

static bool is_spreadsheet_error(struct fa_str text)
{
    if (text.size == 0 || text.bytes[0] != '#')
        return false;
    static const char *const errors[] = {"#REF!",  "#N/A",    "#VALUE!", "#NAME?",
                                         "#NULL!", "#DIV/0!", "#NUM!"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (fa_str_is(text, errors[i]))
            return true;
    return false;
}

/* 1.23E+17: what a spreadsheet makes of a number with more digits than it shows. */
static bool is_spreadsheet_number(struct fa_str text)
{
    if (text.size < 5 || text.bytes[0] < '0' || text.bytes[0] > '9')
        return false;
    size_t at = 0;
    while (at < text.size &&
           ((text.bytes[at] >= '0' && text.bytes[at] <= '9') || text.bytes[at] == '.'))
        at++;
    if (at + 2 >= text.size || text.bytes[at] != 'E' || text.bytes[at + 1] != '+')
        return false;
    for (at += 2; at < text.size; at++)
        if (text.bytes[at] < '0' || text.bytes[at] > '9')
            return false;
    return true;
}

/* What kind of bad value it is: the damage that spreadsheets do has names of its own. */
static void add_value_fault(struct slice *slice, uint32_t row,
                            const struct fa_field_plan *field, struct fa_str text,
                            enum fa_code code)
{
    if (is_spreadsheet_error(text))
        code = FA_CODE_ROW_SHEET_ERROR;
    else if (code == FA_CODE_ROW_NUMBER && is_spreadsheet_number(text))
        code = FA_CODE_ROW_SHEET_NUMBER;
    add_fault(slice, row, field, code);
}

static enum fa_code number_fault(enum fa_value_status status)
{
    switch (status) {
    case FA_VALUE_DECIMALS:
        return FA_CODE_ROW_DECIMALS;
    case FA_VALUE_RANGE:
        return FA_CODE_ROW_RANGE;
    case FA_VALUE_NEGATIVE:
        return FA_CODE_ROW_NEGATIVE;
    case FA_VALUE_IMPOSSIBLE:
        return FA_CODE_ROW_DAY;
    case FA_VALUE_OK:
    case FA_VALUE_SYNTAX:
        break;
    }
    return FA_CODE_ROW_NUMBER;
}

/* --- columns of numbers --------------------------------------------------------------------
 */

/* Reads one value; FA_CODE_COUNT: it is one. Inlined into the loop of parse_values(). */
typedef enum fa_code value_parser(struct slice *slice, const struct fa_field_plan *field,
                                  uint32_t row, struct fa_str text, int64_t *value);

static inline __attribute__((always_inline)) void parse_values(
    struct slice *slice, const struct fa_field_plan *field, value_parser *parse)
{
    struct fa_parsed *column = &slice->chunk->columns[field->column];
    int64_t *values = column->values + slice->first;
    uint8_t *missing = column->missing + slice->first;
    for (uint32_t row = 0; row < slice->count; row++) {
        struct fa_str text = field_text(slice, field_at(slice, row, field->field_idx));
        enum fa_code code = FA_CODE_COUNT;
        values[row] = 0;
        missing[row] = text.size == 0;
        if (text.size == 0) {
            column->has_missing = true;
            if (field->is_required)
                code = FA_CODE_ROW_REQUIRED;
        } else {
            code = parse(slice, field, row, text, &values[row]);
        }
        if (code != FA_CODE_COUNT)
            add_value_fault(slice, row, field, text, code);
    }
}

static inline enum fa_code parse_int(struct slice *slice, const struct fa_field_plan *field,
                                     uint32_t row, struct fa_str text, int64_t *value)
{
    (void)slice, (void)field, (void)row;
    enum fa_value_status status = fa_money_parse(text, 0, true, value);
    return status == FA_VALUE_OK ? FA_CODE_COUNT : number_fault(status);
}

static inline enum fa_code parse_ratio(struct slice *slice, const struct fa_field_plan *field,
                                       uint32_t row, struct fa_str text, int64_t *value)
{
    (void)slice, (void)field, (void)row;
    enum fa_value_status status = fa_ratio_parse(text, value);
    return status == FA_VALUE_OK ? FA_CODE_COUNT : number_fault(status);
}

static inline enum fa_code parse_bool(struct slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)slice, (void)field, (void)row;
    static const char words[2][8] = {"false", "true"};
    uint64_t first = first_bytes(text);
    *value = first == first_bytes((struct fa_str){words[1], 4}) && text.size == 4;
    bool is_false = first == first_bytes((struct fa_str){words[0], 5}) && text.size == 5;
    return *value || is_false ? FA_CODE_COUNT : FA_CODE_ROW_BOOL;
}

static inline enum fa_code parse_duration(struct slice *slice,
                                          const struct fa_field_plan *field, uint32_t row,
                                          struct fa_str text, int64_t *value)
{
    (void)slice, (void)field, (void)row;
    enum fa_value_status status = fa_duration_parse(text, value);
    return status == FA_VALUE_OK      ? FA_CODE_COUNT
           : status == FA_VALUE_RANGE ? FA_CODE_ROW_RANGE
                                      : FA_CODE_ROW_DURATION;
}

static inline enum fa_code parse_currency(struct slice *slice,
                                          const struct fa_field_plan *field, uint32_t row,
                                          struct fa_str text, int64_t *value)
{
    (void)field, (void)row;
    struct fa_row_scratch *scratch = slice->scratch;
    if (text.size == 3 && first_bytes(text) == scratch->currency_bytes) {
        *value = scratch->currency; /* mostly the same as before */
        return FA_CODE_COUNT;
    }
    if (!fa_currency_parse(text, value) || fa_row_scale(slice->env, *value) < 0)
        return FA_CODE_ROW_CURRENCY;
    scratch->currency_bytes = first_bytes(text);
    scratch->currency = *value;
    return FA_CODE_COUNT;
}

static inline enum fa_code parse_money(struct slice *slice, const struct fa_field_plan *field,
                                       uint32_t row, struct fa_str text, int64_t *value)
{
    int scale = slice->scratch->scales[row];
    if (scale < 0) /* a scale as wide as any tells what else is wrong with it */
        return fa_money_parse(text, FA_MONEY_SCALE_MAX, true, value) == FA_VALUE_SYNTAX
                   ? FA_CODE_ROW_NUMBER
                   : FA_CODE_ROW_CURRENCY;
    bool is_signed = slice->plan->table->columns[field->column].is_signed ||
                     field->sign_column != FA_NO_COLUMN;
    enum fa_value_status status =
        field->is_scientific
            ? fa_money_parse_scientific(text, scale, is_signed, field->rounding, value, NULL)
            : fa_money_parse(text, scale, is_signed, value);
    return status == FA_VALUE_OK ? FA_CODE_COUNT : number_fault(status);
}

/* --- dates and times -----------------------------------------------------------------------
 */

static inline bool is_two_digits(const char *at)
{
    return (unsigned char)(at[0] - '0') <= 9 && (unsigned char)(at[1] - '0') <= 9;
}

static inline int two_digits(const char *at)
{
    return (at[0] - '0') * 10 + (at[1] - '0');
}

static enum fa_code date_fault(enum fa_value_status status)
{
    return status == FA_VALUE_OK           ? FA_CODE_COUNT
           : status == FA_VALUE_IMPOSSIBLE ? FA_CODE_ROW_DAY
           : status == FA_VALUE_RANGE      ? FA_CODE_ROW_RANGE
                                           : FA_CODE_ROW_DATE;
}

/* A profile's date, put into the order and with the separators of the canonical one. */
static enum fa_value_status reorder_date(const struct fa_field_plan *field, struct fa_str text,
                                         char canonical[10])
{
    const char *bytes = text.bytes;
    bool year_first = field->date_order == FA_DATE_YMD;
    size_t first_mark = year_first ? 4 : 2, second_mark = year_first ? 7 : 5;
    if (text.size < 10 || bytes[first_mark] != field->date_separator ||
        bytes[second_mark] != field->date_separator)
        return FA_VALUE_SYNTAX;
    const char *year = year_first ? bytes : bytes + 6;
    const char *month = bytes + (year_first ? 5 : field->date_order == FA_DATE_DMY ? 3 : 0);
    const char *day = bytes + (year_first ? 8 : field->date_order == FA_DATE_DMY ? 0 : 3);
    memcpy(canonical, year, 4);
    memcpy(canonical + 5, month, 2);
    memcpy(canonical + 8, day, 2);
    canonical[4] = canonical[7] = '-';
    return FA_VALUE_OK;
}

/* The first ten bytes of a text as a date; the same as the last one's mostly. */
static inline enum fa_value_status memo_date(struct date_memo *memo, const char *bytes,
                                             int64_t *day_no)
{
    if (memo->is_set && memcmp(memo->text, bytes, 10) == 0) {
        *day_no = memo->day_no;
        return FA_VALUE_OK;
    }
    enum fa_value_status status = fa_date_parse((struct fa_str){bytes, 10}, day_no);
    if (status == FA_VALUE_OK) {
        memcpy(memo->text, bytes, 10);
        memo->day_no = *day_no;
        memo->is_set = true;
    }
    return status;
}

static inline enum fa_code parse_date(struct slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)row;
    char canonical[10];
    enum fa_value_status status = text.size == 10 ? FA_VALUE_OK : FA_VALUE_SYNTAX;
    if (status == FA_VALUE_OK && field->date_separator) {
        status = reorder_date(field, text, canonical);
        text.bytes = canonical;
    }
    if (status == FA_VALUE_OK)
        status = memo_date(&slice->scratch->memo, text.bytes, value);
    return date_fault(status);
}

/* "YYYY-MM-DDThh:mm:ss" with the offset of the row before, or none: nearly every time there is.
 * All others, and all that is wrong, are left to fa_time_parse(). */
static inline bool parse_usual_time(struct date_memo *memo, struct fa_str text,
                                    const struct fa_zone *zone, int64_t *value)
{
    const char *bytes = text.bytes;
    if (text.size < 19 || (bytes[10] != 'T' && bytes[10] != ' ') || bytes[13] != ':' ||
        bytes[16] != ':' || !is_two_digits(bytes + 11) || !is_two_digits(bytes + 14) ||
        !is_two_digits(bytes + 17))
        return false;
    int64_t offset_us;
    if (text.size == 19 && zone)
        offset_us = zone->offset_minutes * FA_MINUTE_US;
    else if (text.size == 25 && memo->has_offset &&
             memcmp(memo->offset_text, bytes + 19, 6) == 0)
        offset_us = memo->offset_us;
    else if (text.size == 20 && bytes[19] == 'Z')
        offset_us = 0;
    else
        return false;
    int hour = two_digits(bytes + 11), minute = two_digits(bytes + 14),
        second = two_digits(bytes + 17);
    int64_t day_no;
    if (hour > 23 || minute > 59 || second > 59 ||
        memo_date(memo, bytes, &day_no) != FA_VALUE_OK ||
        day_no < 0) /* before 1970: the slow way, with all its bounds */
        return false;
    *value = day_no * FA_DAY_US + hour * FA_HOUR_US + minute * FA_MINUTE_US +
             second * INT64_C(1000000) - offset_us;
    return text.size != 19 || *value >= zone->valid_from_us;
}

/* Keeps the offset "+hh:mm" at the end of a time, which was found to be one. */
static void keep_offset(struct slice *slice, struct fa_str text)
{
    struct date_memo *memo = &slice->scratch->memo;
    const char *offset = text.bytes + text.size - 6;
    bool is_utc = text.bytes[text.size - 1] == 'Z';
    bool has_offset = !is_utc && text.size > 16 && (offset[0] == '+' || offset[0] == '-');
    if (!is_utc && !has_offset)
        return;
    int32_t minutes = is_utc ? 0 : two_digits(offset + 1) * 60 + two_digits(offset + 4);
    if (has_offset && offset[0] == '-')
        minutes = -minutes;
    if (has_offset) {
        memcpy(memo->offset_text, offset, 6);
        memo->offset_us = minutes * FA_MINUTE_US;
        memo->has_offset = true;
    }
    if (!slice->chunk->has_offset) {
        slice->chunk->has_offset = true;
        slice->chunk->offset_minutes = minutes;
    }
}

static enum fa_code time_fault(struct fa_str text, const struct fa_zone *zone,
                               enum fa_value_status status)
{
    int64_t unused;
    struct fa_zone utc;
    if (status == FA_VALUE_IMPOSSIBLE)
        return FA_CODE_ROW_DAY;
    if (status == FA_VALUE_RANGE)
        return FA_CODE_ROW_RANGE;
    if (!zone && fa_zone_find(FA_STR("UTC"), &utc) &&
        fa_time_parse(text, &utc, &unused) == FA_VALUE_OK)
        return FA_CODE_ROW_ZONE;
    return FA_CODE_ROW_TIME;
}

static inline enum fa_code parse_time(struct slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)row;
    const struct fa_zone *zone = slice->plan->zone ? slice->plan->zone : slice->env->zone;
    char canonical[48];
    if (field->date_separator) {
        if (text.size > sizeof canonical || reorder_date(field, text, canonical) != FA_VALUE_OK)
            return FA_CODE_ROW_TIME;
        memcpy(canonical + 10, text.bytes + 10, text.size - 10);
        text.bytes = canonical;
    }
    if (parse_usual_time(&slice->scratch->memo, text, zone, value)) {
        if (!slice->chunk->has_offset)
            keep_offset(slice, text);
        return FA_CODE_COUNT;
    }
    enum fa_value_status status = fa_time_parse(text, zone, value);
    if (status != FA_VALUE_OK)
        return time_fault(text, zone, status);
    keep_offset(slice, text);
    return FA_CODE_COUNT;
}

/* --- enums ---------------------------------------------------------------------------------
 */

static inline uint32_t choice_slot(uint64_t bytes, size_t size)
{
    return (uint32_t)((bytes + size) * UINT64_C(0x9E3779B97F4A7C15) >> 40);
}

/* Most values are told by their first eight bytes. */
static inline bool is_choice(const struct fa_choice *choice, uint64_t first, struct fa_str text)
{
    return choice->first_bytes == first && choice->text.size == text.size &&
           (text.size <= 8 ||
            memcmp(choice->text.bytes + 8, text.bytes + 8, text.size - 8) == 0);
}

static inline int64_t find_choice(const struct fa_field_plan *field, struct fa_str text)
{
    uint64_t first = first_bytes(text);
    for (uint32_t at = choice_slot(first, text.size) & field->choice_mask;
         field->choices[at].text.bytes; at = (at + 1) & field->choice_mask)
        if (is_choice(&field->choices[at], first, text))
            return field->choices[at].value;
    return -1;
}

enum fa_status fa_field_plan_choices(struct fa_field_plan *field,
                                     const struct fa_choice *choices, size_t count,
                                     struct fa_arena *arena)
{
    uint32_t slot_count = 8;
    while (slot_count < 4 * count)
        slot_count *= 2;
    field->choices = fa_arena_array(arena, slot_count, sizeof *field->choices);
    field->choice_mask = slot_count - 1;
    if (!field->choices)
        return FA_ELIMIT;
    for (size_t i = 0; i < count; i++) {
        char padded[8] = {0};
        struct fa_str text = choices[i].text;
        memcpy(padded, text.bytes, text.size < 8 ? text.size : 8);
        uint64_t first = first_bytes((struct fa_str){padded, text.size});
        uint32_t at = choice_slot(first, text.size) & field->choice_mask;
        while (field->choices[at].text.bytes)
            at = (at + 1) & field->choice_mask;
        field->choices[at] = choices[i];
        field->choices[at].first_bytes = first;
    }
    return FA_OK;
}

static inline enum fa_code parse_enum(struct slice *slice, const struct fa_field_plan *field,
                                      uint32_t row, struct fa_str text, int64_t *value)
{
    (void)slice, (void)row;
    int64_t found = find_choice(field, text);
    *value = found < 0 ? 0 : found;
    return found < 0 ? FA_CODE_ROW_ENUM : FA_CODE_COUNT;
}

/* --- texts ---------------------------------------------------------------------------------
 */

/* Whether all bytes are printable ASCII; eight at a time, reading up to seven behind the text.
 */
static inline bool is_plain(struct fa_str text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
    uint64_t bad = 0;
    for (size_t at = 0; at < text.size; at += 8) {
        struct fa_str rest = {text.bytes + at, text.size - at};
        uint64_t bytes = first_bytes(rest);
        if (rest.size < 8) /* fill up with blanks */
            bytes |= ones * ' ' << (8 * rest.size);
        uint64_t is_del = (bytes ^ ones * 0x7F) - ones;
        bad |= bytes | ((bytes - ones * ' ') & ~bytes) | (is_del & ~(bytes ^ ones * 0x7F));
    }
    return (bad & highs) == 0;
}

static enum fa_code text_fault(struct fa_str text, bool allows_lines)
{
    if (is_plain(text))
        return FA_CODE_COUNT;
    if (fa_utf8_valid_size(text) != text.size)
        return FA_CODE_ROW_UTF8;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        bool is_line = c == '\t' || c == '\n' || c == '\r';
        bool is_c1 = c == 0xC2 && (unsigned char)text.bytes[i + 1] < 0xA0;
        if ((c < 0x20 && !(is_line && allows_lines)) || c == 0x7F || is_c1)
            return FA_CODE_ROW_CONTROL;
    }
    return FA_CODE_COUNT;
}

static int compare_texts(const void *left, const void *right)
{
    return fa_str_compare(*(const struct fa_str *)left, *(const struct fa_str *)right);
}

/* Puts the elements of a set in order, each once. The new text is never longer; it takes the
 * place of the field in the side area, or gets one there, so that the raw record stays. */
static enum fa_code order_set(struct slice *slice, const struct fa_column_def *def,
                              struct fa_csv_field *field)
{
    enum { ELEMENTS_MAX = 256 };
    struct fa_str elements[ELEMENTS_MAX];
    size_t count = 0;
    struct fa_str text = field_text(slice, *field);
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
    struct fa_csv *csv = &slice->scratch->csv;
    if (field->start < csv->end) {
        field->start = csv->side;
        csv->side += field->size;
    }
    field->size = (uint32_t)ordered.size;
    if (ordered.size)
        memcpy(slice->chunk->base + field->start, ordered.bytes, ordered.size);
    fa_buf_release(&ordered);
    return FA_CODE_COUNT;
}

static void parse_texts(struct slice *slice, const struct fa_field_plan *field)
{
    const struct fa_column_def *def = &slice->plan->table->columns[field->column];
    struct fa_parsed *column = &slice->chunk->columns[field->column];
    uint32_t *starts = column->starts + slice->first, *sizes = column->sizes + slice->first;
    uint8_t *missing = column->missing + slice->first;
    bool is_key = def->type == FA_TYPE_KEY, is_set = def->type == FA_TYPE_SET;
    for (uint32_t row = 0; row < slice->count; row++) {
        struct fa_csv_field at = field_at(slice, row, field->field_idx);
        struct fa_str text = field_text(slice, at);
        enum fa_code code = FA_CODE_COUNT;
        missing[row] = at.size == 0;
        if (at.size == 0) {
            column->has_missing = true;
            if (field->is_required)
                code = FA_CODE_ROW_REQUIRED;
        } else {
            code = text_fault(text, def->type == FA_TYPE_TEXT);
            if (code == FA_CODE_COUNT && is_key && is_spreadsheet_number(text))
                code = FA_CODE_ROW_SHEET_NUMBER;
            if (code == FA_CODE_COUNT && is_set)
                code = order_set(slice, def, &at);
            if (is_spreadsheet_error(text))
                code = FA_CODE_ROW_SHEET_ERROR;
        }
        if (code != FA_CODE_COUNT)
            add_fault(slice, row, field, code);
        starts[row] = at.start;
        sizes[row] = at.size;
    }
}

/* --- ids -----------------------------------------------------------------------------------
 */

static void parse_ids(struct slice *slice, const struct fa_field_plan *field)
{
    struct fa_chunk *chunk = slice->chunk;
    struct fa_parsed *column = &chunk->columns[field->column];
    int table = slice->plan->table->columns[field->column].refers_to;
    const struct fa_ids *ids = slice->env->spaces[table].ids;
    bool is_institution = fa_str_is(slice->env->dictionary->tables[table].name, "institution");
    struct fa_str names[FA_IDS_BATCH];
    uint64_t hashes[FA_IDS_BATCH];
    uint32_t numbers[FA_IDS_BATCH];
    for (uint32_t from = 0; from < slice->count; from += FA_IDS_BATCH) {
        uint32_t count =
            slice->count - from < FA_IDS_BATCH ? slice->count - from : FA_IDS_BATCH;
        for (uint32_t i = 0; i < count; i++)
            names[i] = field_text(slice, field_at(slice, from + i, field->field_idx));
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
            } else if (is_spreadsheet_error(names[i])) {
                code = FA_CODE_ROW_SHEET_ERROR;
            } else if (is_spreadsheet_number(names[i])) {
                code = FA_CODE_ROW_SHEET_NUMBER;
            } else if ((code = text_fault(names[i], false)) == FA_CODE_COUNT) {
                uint32_t number;
                if (fa_id_chunk_add(&chunk->new_ids[table], names[i], hashes[i], &number) !=
                    FA_OK) {
                    chunk->status = FA_ELIMIT;
                    return;
                }
                column->values[at] = -1 - (int64_t)number;
            }
            if (code != FA_CODE_COUNT)
                add_fault(slice, row, field, code);
        }
    }
}

/* --- money's currency ----------------------------------------------------------------------
 */

/* The currency of each row: its own, its account's, its contract's, the filing's. */
static void find_currencies(struct slice *slice)
{
    const struct fa_table_def *table = slice->plan->table;
    const struct fa_row_env *env = slice->env;
    fa_currency *currencies = slice->scratch->currencies;
    memset(currencies, 0, slice->count * sizeof *currencies);
    int own = table->currency_column;
    if (own != FA_NO_COLUMN && slice->scratch->has_own_currency)
        memcpy(currencies, slice->chunk->columns[own].values + slice->first,
               slice->count * sizeof *currencies);
    for (int i = 0; i < table->hidden_from; i++) {
        if (table->columns[i].type != FA_TYPE_ID || !slice->chunk->columns[i].is_used)
            continue;
        if (table->columns[i].refers_to == table->index)
            continue; /* they are being declared */
        const struct fa_space *space = &env->spaces[table->columns[i].refers_to];
        const int64_t *ids = slice->chunk->columns[i].values + slice->first;
        const uint8_t *missing = slice->chunk->columns[i].missing + slice->first;
        if (space->currency_count == 0)
            continue;
        for (uint32_t row = 0; row < slice->count; row++)
            if (currencies[row] == 0 && !missing[row] && ids[row] >= 0 &&
                ids[row] < (int64_t)space->currency_count)
                currencies[row] = space->currencies[ids[row]];
    }
    fa_currency last = 0;
    int scale = -1;
    for (uint32_t row = 0; row < slice->count; row++) {
        if (currencies[row] == 0)
            currencies[row] = env->currency;
        if (currencies[row] != last) {
            last = currencies[row];
            scale = last ? fa_row_scale(env, last) : -1;
        }
        slice->scratch->scales[row] = (int8_t)scale;
    }
}

/* A row says its currency itself, wherever it came from. */
static void fill_currencies(struct slice *slice)
{
    const struct fa_table_def *table = slice->plan->table;
    int own = table->currency_column;
    if (own == FA_NO_COLUMN)
        return;
    struct fa_parsed *column = &slice->chunk->columns[own];
    for (uint32_t row = 0; row < slice->count; row++) {
        bool is_missing = slice->scratch->currencies[row] == 0;
        column->values[slice->first + row] = slice->scratch->currencies[row];
        column->missing[slice->first + row] = is_missing;
        column->has_missing |= is_missing;
        if (is_missing && table->columns[own].is_required)
            add_fault(slice, row, NULL, FA_CODE_ROW_CURRENCY);
    }
}

/* The sign of an amount says the direction, as in many statements. */
static void split_sign(struct slice *slice, const struct fa_field_plan *field)
{
    const struct fa_column_def *def = &slice->plan->table->columns[field->sign_column];
    int64_t credit = 0, debit = 0;
    for (uint32_t i = 0; i < def->value_count; i++) {
        credit = fa_str_is(def->values[i], "credit") ? i : credit;
        debit = fa_str_is(def->values[i], "debit") ? i : debit;
    }
    int64_t *amounts = slice->chunk->columns[field->column].values + slice->first;
    struct fa_parsed *direction = &slice->chunk->columns[field->sign_column];
    for (uint32_t row = 0; row < slice->count; row++) {
        direction->values[slice->first + row] = amounts[row] < 0 ? debit : credit;
        direction->missing[slice->first + row] = 0;
        amounts[row] = amounts[row] < 0 ? -amounts[row] : amounts[row];
    }
}

/* --- a slice -------------------------------------------------------------------------------
 */

static void parse_column(struct slice *slice, const struct fa_field_plan *field)
{
    switch (slice->plan->table->columns[field->column].type) {
    case FA_TYPE_ID:
        parse_ids(slice, field);
        break;
    case FA_TYPE_KEY:
    case FA_TYPE_TEXT:
    case FA_TYPE_SET:
        parse_texts(slice, field);
        break;
    case FA_TYPE_ENUM:
        parse_values(slice, field, parse_enum);
        break;
    case FA_TYPE_BOOL:
        parse_values(slice, field, parse_bool);
        break;
    case FA_TYPE_INT:
        parse_values(slice, field, parse_int);
        break;
    case FA_TYPE_MONEY:
        parse_values(slice, field, parse_money);
        if (field->sign_column != FA_NO_COLUMN)
            split_sign(slice, field);
        break;
    case FA_TYPE_RATIO:
        parse_values(slice, field, parse_ratio);
        break;
    case FA_TYPE_DATE:
        parse_values(slice, field, parse_date);
        break;
    case FA_TYPE_TIME:
        parse_values(slice, field, parse_time);
        break;
    case FA_TYPE_DURATION:
        parse_values(slice, field, parse_duration);
        break;
    case FA_TYPE_CURRENCY:
        parse_values(slice, field, parse_currency);
        slice->scratch->has_own_currency = true;
        break;
    case FA_TYPE_COUNT:
        break;
    }
}

/* Currency and ids stand first in the plan; the row's currency is known when money comes. */
static void parse_columns(struct slice *slice)
{
    const struct fa_file_plan *plan = slice->plan;
    int i = 0;
    slice->scratch->has_own_currency = false;
    for (; i < plan->field_count; i++) {
        enum fa_type type = plan->table->columns[plan->fields[i].column].type;
        if (type != FA_TYPE_CURRENCY && type != FA_TYPE_ID)
            break;
        parse_column(slice, &plan->fields[i]);
    }
    find_currencies(slice);
    for (; i < plan->field_count; i++)
        parse_column(slice, &plan->fields[i]);
    fill_currencies(slice);
}

static struct fa_money_sum *find_sum(struct fa_chunk *chunk, int sum_idx, fa_currency currency)
{
    for (size_t i = 0; i < chunk->sums.count; i++)
        if (chunk->sums.items[i].sum_idx == sum_idx &&
            chunk->sums.items[i].currency == currency)
            return &chunk->sums.items[i];
    struct fa_money_sum sum = {sum_idx, currency, 0};
    if (fa_vec_add(&chunk->sums, sum) != FA_OK)
        return NULL;
    return &chunk->sums.items[chunk->sums.count - 1];
}

/* Whether the amount of a row that has a fault can be read for all that. */
static bool is_readable(struct slice *slice, const struct fa_field_plan *field, uint32_t row,
                        int64_t *amount)
{
    struct fa_str text = field_text(slice, field_at(slice, row, field->field_idx));
    return slice->scratch->rows.records[row].fault == FA_CSV_SOUND &&
           (text.size == 0 || parse_money(slice, field, row, text, amount) == FA_CODE_COUNT);
}

static const struct fa_field_plan *find_field(const struct fa_file_plan *plan, int column)
{
    for (int i = 0; i < plan->field_count; i++)
        if (plan->fields[i].column == column)
            return &plan->fields[i];
    return NULL;
}

/* What the control totals are compared with: all amounts that can be read, of accepted rows or
 * not. */
static void add_sums(struct slice *slice)
{
    struct fa_row_scratch *scratch = slice->scratch;
    struct fa_chunk *chunk = slice->chunk;
    for (int s = 0; s < slice->plan->sum_count; s++) {
        const struct fa_field_plan *field =
            find_field(slice->plan, slice->plan->sum_columns[s]);
        const int64_t *amounts = chunk->columns[field->column].values + slice->first;
        struct fa_money_sum *sum = NULL;
        for (uint32_t row = 0; row < slice->count; row++) {
            int64_t unused;
            if (scratch->codes[row] != FA_CODE_COUNT &&
                !is_readable(slice, field, row, &unused)) {
                chunk->unreadable.items[s]++;
                continue;
            }
            if (!sum || sum->currency != scratch->currencies[row])
                sum = find_sum(chunk, s, scratch->currencies[row]);
            if (!sum) {
                chunk->status = FA_ELIMIT;
                return;
            }
            sum->sum += amounts[row]; /* 0 where it is missing */
        }
    }
}

/* The column that stands for a record's money: its amount, else the first money it has. */
static const struct fa_field_plan *amount_field(const struct fa_file_plan *plan)
{
    const struct fa_field_plan *first = NULL;
    for (int i = 0; i < plan->field_count; i++) {
        const struct fa_column_def *def = &plan->table->columns[plan->fields[i].column];
        if (def->type == FA_TYPE_MONEY && (!first || fa_str_is(def->name, "amount")))
            first = &plan->fields[i];
    }
    return first;
}

static void add_reject(struct slice *slice, uint32_t row)
{
    struct fa_row_scratch *scratch = slice->scratch;
    const struct fa_csv_record *record = &scratch->rows.records[row];
    struct fa_reject reject = {
        .record_idx = slice->chunk->record_count + row,
        .line_idx = record->line_idx,
        .start = record->start,
        .size = record->size,
        .field_idx = scratch->fault_fields[row],
        .column = FA_NO_COLUMN,
        .code = scratch->codes[row],
        .field_count = record->field_count,
    };
    if (record->fault == FA_CSV_QUOTE_INSIDE || record->fault == FA_CSV_QUOTE_AFTER)
        reject.value = (struct fa_csv_field){record->fault_at, 0};
    if (reject.field_idx >= 0) {
        reject.value = field_at(slice, row, (uint32_t)reject.field_idx);
        for (int i = 0; i < slice->plan->field_count; i++)
            if ((int)slice->plan->fields[i].field_idx == reject.field_idx)
                reject.column = slice->plan->fields[i].column;
    }
    const struct fa_field_plan *amount = amount_field(slice->plan);
    if (amount && field_at(slice, row, amount->field_idx).size > 0 &&
        is_readable(slice, amount, row, &reject.amount))
        reject.has_amount = true;
    if (record->fault == FA_CSV_SOUND)
        reject.currency = scratch->currencies[row];
    if (fa_vec_add(&slice->chunk->rejects, reject) != FA_OK)
        slice->chunk->status = FA_ELIMIT;
}

/* Moves the accepted rows of the slice together. */
static uint32_t keep_accepted(struct slice *slice)
{
    struct fa_chunk *chunk = slice->chunk;
    const uint16_t *codes = slice->scratch->codes;
    uint32_t kept = 0;
    for (int i = 0; i < chunk->column_count; i++) {
        struct fa_parsed *column = &chunk->columns[i];
        if (!column->is_used || i >= slice->plan->table->hidden_from)
            continue;
        uint32_t to = slice->first;
        for (uint32_t row = 0; row < slice->count; row++) {
            if (codes[row] != FA_CODE_COUNT)
                continue;
            uint32_t from = slice->first + row;
            column->missing[to] = column->missing[from];
            if (column->values) {
                column->values[to] = column->values[from];
            } else {
                column->starts[to] = column->starts[from];
                column->sizes[to] = column->sizes[from];
            }
            to++;
        }
    }
    for (uint32_t row = 0; row < slice->count; row++) {
        if (codes[row] != FA_CODE_COUNT) {
            add_reject(slice, row);
            continue;
        }
        chunk->record_idx[slice->first + kept] = chunk->record_count + row;
        chunk->line_idx[slice->first + kept] = slice->scratch->rows.records[row].line_idx;
        kept++;
    }
    return kept;
}

/* --- keys ----------------------------------------------------------------------------------
 */

/* A part of a key in a form in which two parts are equal only if they mean the same: an id by
 * its text (its number may not be known yet), a number by its value. RECORD is the row's place
 * in the slice before rejected rows were taken out. */
static bool add_key_part(const struct slice *slice, int column_idx, uint32_t row,
                         uint32_t record, struct fa_buf *key)
{
    const struct fa_parsed *column = &slice->chunk->columns[column_idx];
    const struct fa_field_plan *field = find_field(slice->plan, column_idx);
    uint32_t at = slice->first + row;
    bool is_missing = !column->is_used || column->missing[at];
    if (fa_buf_add_char(key, is_missing ? 0 : 1) != FA_OK)
        return false;
    if (is_missing)
        return true;
    enum fa_type type = slice->plan->table->columns[column_idx].type;
    if (type != FA_TYPE_ID && !fa_type_is_bytes(type))
        return fa_buf_add_u64(key, (uint64_t)column->values[at]) == FA_OK;
    struct fa_str text =
        type == FA_TYPE_ID
            ? field_text(slice, field_at(slice, record, field->field_idx))
            : (struct fa_str){slice->chunk->base + column->starts[at], column->sizes[at]};
    return fa_buf_add_u32(key, (uint32_t)text.size) == FA_OK &&
           fa_buf_add_str(key, text) == FA_OK;
}

static struct fa_hash_key filer_key(const struct slice *slice)
{
    struct fa_hash_key key = slice->env->hash_key;
    key.k0 ^= slice->plan->filer_idx * UINT64_C(0x9E3779B97F4A7C15);
    return key;
}

static void hash_keys(struct slice *slice, uint32_t count)
{
    const struct fa_table_def *table = slice->plan->table;
    struct fa_chunk *chunk = slice->chunk;
    struct fa_hash_key hash_key = filer_key(slice);
    if (slice->plan->record_column != FA_NO_COLUMN)
        return; /* unique as they are made */
    const struct fa_parsed *only = &chunk->columns[table->key_columns[0]];
    if (table->key_count == 1 && fa_type_is_bytes(table->columns[table->key_columns[0]].type)) {
        for (uint32_t row = 0; row < count; row++) {
            uint32_t at = slice->first + row;
            chunk->keys[at] =
                fa_hash128(hash_key, chunk->base + only->starts[at], only->sizes[at]);
        }
        return;
    }
    struct fa_buf *key = &slice->scratch->key;
    for (uint32_t row = 0; row < count; row++) {
        uint32_t record = chunk->record_idx[slice->first + row] - chunk->record_count;
        fa_buf_clear(key);
        for (int i = 0; i < table->key_count; i++)
            if (!add_key_part(slice, table->key_columns[i], row, record, key))
                chunk->status = FA_ELIMIT;
        chunk->keys[slice->first + row] = fa_hash128(hash_key, key->bytes, key->size);
    }
}

/* --- a chunk -------------------------------------------------------------------------------
 */

/* Constants are fields like others: their texts lie in the side area. */
static void add_constants(struct slice *slice)
{
    const struct fa_file_plan *plan = slice->plan;
    struct fa_csv_rows *rows = &slice->scratch->rows;
    uint32_t start = (uint32_t)(slice->chunk->base_capacity - FA_CONSTANT_BYTES_MAX - 8);
    for (uint32_t i = 0; i < plan->constant_count; i++) {
        struct fa_str text = plan->constants[i];
        memcpy(slice->chunk->base + start, text.bytes, text.size);
        for (uint32_t row = 0; row < slice->count; row++)
            rows->fields[(size_t)row * rows->stride + plan->width + i] =
                (struct fa_csv_field){start, (uint32_t)text.size};
        start += (uint32_t)text.size;
    }
}

static void parse_slice(struct slice *slice)
{
    struct fa_chunk *chunk = slice->chunk;
    start_faults(slice);
    add_constants(slice);
    parse_columns(slice);
    add_sums(slice);
    uint32_t kept = slice->count;
    if (slice->scratch->has_faults) {
        kept = keep_accepted(slice);
    } else {
        const struct fa_csv_record *records = slice->scratch->rows.records;
        for (uint32_t row = 0; row < kept; row++) {
            chunk->record_idx[slice->first + row] = chunk->record_count + row;
            chunk->line_idx[slice->first + row] = records[row].line_idx;
        }
    }
    if (slice->plan->table->key_count > 0)
        hash_keys(slice, kept);
    chunk->row_count += kept;
    chunk->record_count += slice->count;
}

static void clear_result(struct fa_chunk *chunk)
{
    chunk->status = FA_OK;
    chunk->outcome = FA_CSV_END;
    chunk->row_count = chunk->record_count = chunk->line_count = 0;
    chunk->rejects.count = chunk->sums.count = chunk->unreadable.count = 0;
    chunk->has_offset = false;
    fa_buf_clear(&chunk->record_texts);
    for (int i = 0; i < chunk->space_count; i++)
        fa_id_chunk_clear(&chunk->new_ids[i]);
    for (int i = 0; i < chunk->column_count; i++)
        chunk->columns[i].has_missing = false;
    for (int i = 0; i < chunk->plan->sum_count; i++)
        if (fa_vec_add(&chunk->unreadable, 0) != FA_OK)
            chunk->status = FA_ELIMIT;
}

/* What ingest knows of every row of the file; record and line numbers are added by commit. */
static void fill_hidden(struct fa_chunk *chunk)
{
    const struct fa_file_plan *plan = chunk->plan;
    for (int i = plan->table->hidden_from; i < plan->table->column_count; i++) {
        struct fa_parsed *column = &chunk->columns[i];
        bool is_filer = i == plan->table->hidden_from;
        bool is_source = i == plan->table->hidden_from + 1;
        int64_t constant = is_filer ? plan->filer : plan->source_idx;
        column->has_missing = is_filer && plan->filer < 0;
        if (column->has_missing)
            memset(column->missing, 1, chunk->row_count);
        for (uint32_t row = 0; (is_filer || is_source) && row < chunk->row_count; row++)
            column->values[row] = column->has_missing ? 0 : constant;
    }
}

void fa_chunk_parse(const struct fa_row_env *env, struct fa_chunk *chunk)
{
    struct fa_row_scratch *scratch = chunk->scratch;
    const struct fa_file_plan *plan = chunk->plan;
    clear_result(chunk);
    if (chunk->status == FA_OK)
        chunk->status = prepare(chunk);
    scratch->rows.width = plan->width;
    scratch->rows.stride = plan->width + plan->constant_count;
    scratch->rows.count_max = SLICE_ROWS;
    scratch->memo = (struct date_memo){.is_set = false};
    fa_csv_init(&scratch->csv, chunk->base, chunk->size);
    scratch->csv.pos = chunk->skip;
    do {
        if (chunk->status != FA_OK || (chunk->status = reserve_rows(chunk)) != FA_OK)
            return;
        chunk->outcome = fa_csv_split(&scratch->csv, &scratch->rows);
        struct slice slice = {env, chunk, scratch, plan, chunk->row_count, scratch->rows.count};
        parse_slice(&slice);
    } while (chunk->outcome == FA_CSV_MORE);
    chunk->line_count = scratch->csv.line_idx;
    chunk->refused_at = scratch->csv.refused_at;
    chunk->refused_line_idx = scratch->csv.refused_line_idx;
    fill_hidden(chunk);
}

void fa_chunk_batch(const struct fa_chunk *chunk, struct fa_column *columns,
                    struct fa_batch *batch)
{
    const struct fa_table_def *table = chunk->plan->table;
    for (int i = 0; i < table->column_count; i++) {
        const struct fa_parsed *column = &chunk->columns[i];
        columns[i] = (struct fa_column){
            .is_absent = !column->is_used,
            .missing = column->has_missing ? column->missing : NULL,
            .values = column->values,
            .bytes = i == chunk->plan->record_column ? chunk->record_texts.bytes : chunk->base,
            .starts = column->starts,
            .sizes = column->sizes,
        };
    }
    *batch = (struct fa_batch){table, 0, chunk->row_count, columns};
}
