#include <string.h>

#include "base/nearest.h"
#include "intake/profile_read.h"

enum { NAMES_SHOWN_MAX = 8 };

static enum fa_status wrong(struct fa_profile_reading *reading, struct fa_place place,
                            const char *hint, const char *what, struct fa_str text,
                            const char *why)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(reading->lexer.sink, FA_CODE_PROFILE_SYNTAX, place, hint, "%s%s%s", what,
                    fa_quoted(text, quoted), why);
}

/* --- statements that only some formats have --- */

static enum fa_status check_format(struct fa_profile_reading *reading)
{
    enum {
        TEXT = 1 << FA_FORMAT_TEXT,
        FIXED = 1 << FA_FORMAT_FIXED,
        JSON = 1 << FA_FORMAT_JSON,
        MT940 = 1 << FA_FORMAT_MT940,
        SHEET = 1 << FA_FORMAT_SHEET
    };
    static const struct {
        const char *statement;
        unsigned formats;
        const char *hint;
    } kinds[] = {
        {"encoding", TEXT | FIXED | JSON | MT940, "such files name their encoding themselves"},
        {"separator", TEXT, "only format text has separators"},
        {"quotes", TEXT, "only format text has quotes"},
        {"surplus", TEXT, "only format text can have more fields than the header"},
        {"sheet", SHEET, "only format sheet has sheets"},
        {"records", JSON, "only format json has lists"},
        {"line", FIXED, "only format fixed has lines of one length"},
        {"field", FIXED, "only format fixed has fields at bytes"},
    };
    enum fa_status status = FA_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fa_place place;
        if (fa_profile_find_statement(reading, kinds[i].statement, &place) &&
            !(kinds[i].formats >> reading->profile->format & 1))
            status = wrong(reading, place, kinds[i].hint, "", fa_str_from(kinds[i].statement),
                           ": not a statement for this format");
    }
    return status;
}

/* --- bytes of fixed lines --- */

static bool is_odd_overlap(const struct fa_fixed_field *a, const struct fa_fixed_field *b)
{
    bool meets = a->from < b->to && b->from < a->to;
    bool holds =
        (a->from <= b->from && b->to <= a->to) || (b->from <= a->from && a->to <= b->to);
    return meets && !holds;
}

static enum fa_status check_fixed(struct fa_profile_reading *reading)
{
    const struct fa_profile *profile = reading->profile;
    if (profile->format != FA_FORMAT_FIXED)
        return FA_OK;
    struct fa_place place = fa_lex_place(&reading->lexer, &reading->name);
    if (profile->fixed_fields.count == 0)
        return wrong(reading, place, "say where they are: field \"AMOUNT\" 23 .. 40", "",
                     profile->name, ": format fixed without a field");
    for (size_t i = 0; i < profile->fixed_fields.count; i++) {
        const struct fa_fixed_field *field = &profile->fixed_fields.items[i];
        if (profile->line_bytes > 0 && field->to > profile->line_bytes)
            return wrong(reading, field->place, NULL, "field ", field->name,
                         " ends behind the end of the line");
        for (size_t k = 0; k < i; k++)
            if (is_odd_overlap(field, &profile->fixed_fields.items[k]))
                return wrong(reading, field->place, "bytes count from 0, the end is excluded",
                             "field ", field->name, " begins or ends inside another one");
    }
    return FA_OK;
}

/* Where the fields' names stand in the profile, a header must be one of them. */
static enum fa_status check_field_name(struct fa_profile_reading *reading, struct fa_str name,
                                       struct fa_place place)
{
    const struct fa_profile *profile = reading->profile;
    struct fa_nearest nearest = {.wanted = name};
    if (profile->format != FA_FORMAT_FIXED)
        return FA_OK;
    for (size_t i = 0; i < profile->fixed_fields.count; i++) {
        if (fa_str_equal(profile->fixed_fields.items[i].name, name))
            return FA_OK;
        fa_nearest_add(&nearest, profile->fixed_fields.items[i].name);
    }
    char hint[FA_NEAREST_HINT_BYTES];
    return wrong(reading, place, fa_nearest_hint(&nearest, NULL, hint), "no field is named ",
                 name, "");
}

static enum fa_status check_condition(struct fa_profile_reading *reading,
                                      const struct fa_profile_condition *condition)
{
    for (size_t i = 0; i < condition->tests.count; i++)
        FA_TRY(check_field_name(reading, condition->tests.items[i].header,
                                condition->tests.items[i].place));
    return FA_OK;
}

/* --- columns --- */

static bool is_ignored(const struct fa_profile *profile, struct fa_str header)
{
    for (size_t i = 0; i < profile->ignored.count; i++)
        if (fa_str_equal(profile->ignored.items[i], header))
            return true;
    return false;
}

/* Whether the record's number is among what the column is put together of. */
static bool is_from_record(const struct fa_profile_column *column)
{
    for (size_t i = 0; i < column->parts.count; i++)
        if (column->parts.items[i].kind == FA_PART_RECORD)
            return true;
    return false;
}

static enum fa_status check_parts(struct fa_profile_reading *reading,
                                  const struct fa_profile_column *column)
{
    enum fa_format format = reading->profile->format;
    bool has_heading =
        format == FA_FORMAT_TEXT || format == FA_FORMAT_SHEET || format == FA_FORMAT_JSON;
    for (size_t i = 0; i < column->parts.count; i++) {
        const struct fa_profile_part *part = &column->parts.items[i];
        if (part->kind == FA_PART_FIELD && is_from_record(column))
            return wrong(reading, part->place, NULL, "", part->headers.items[0],
                         ": beside the record's number a key has texts, but no field");
        if (part->kind == FA_PART_HEADING && !has_heading)
            return wrong(
                reading, part->place, NULL, "", FA_STR("heading"),
                ": only formats text, sheet and json have something before the header");
        for (size_t k = 0; k < part->headers.count; k++) {
            struct fa_str header = part->headers.items[k];
            if (is_ignored(reading->profile, header))
                return wrong(reading, part->place, "take it out of the ignored ones",
                             "the header ", header, " is both used and ignored");
            FA_TRY(check_field_name(reading, header, part->place));
        }
    }
    return FA_OK;
}

static enum fa_status check_columns(struct fa_profile_reading *reading,
                                    const struct fa_table_def *def,
                                    const struct fa_profile_row *row)
{
    for (size_t i = 0; i < row->columns.count; i++) {
        const struct fa_profile_column *column = &row->columns.items[i];
        FA_TRY(check_parts(reading, column));
        for (size_t k = 0; column->sign_column != FA_NO_COLUMN && k < row->columns.count; k++) {
            const struct fa_profile_column *other = &row->columns.items[k];
            if (other->column == column->sign_column ||
                (k != i && other->sign_column == column->sign_column))
                return wrong(reading, other->place, "a sign fills its column itself", "",
                             def->columns[column->sign_column].name,
                             ": the column is filled twice");
        }
    }
    return FA_OK;
}

/* Ids are made of the record's number in all rows of a table, or in none. */
static enum fa_status check_record_ids(struct fa_profile_reading *reading,
                                       const struct fa_table_def *def,
                                       const struct fa_profile_table *table)
{
    const struct fa_profile_column *first = NULL;
    for (size_t r = 0; def->id_column != FA_NO_COLUMN && r < table->rows.count; r++)
        for (size_t c = 0; c < table->rows.items[r].columns.count; c++) {
            const struct fa_profile_column *column = &table->rows.items[r].columns.items[c];
            if (column->column != def->id_column)
                continue;
            first = first ? first : column;
            if (is_from_record(column) != is_from_record(first))
                return wrong(
                    reading, column->place, NULL, "", def->columns[def->id_column].name,
                    ": made of the record's number in all rows of the table or in none");
        }
    return FA_OK;
}

static bool is_filled(const struct fa_profile_row *row, int column)
{
    for (size_t i = 0; i < row->columns.count; i++)
        if (row->columns.items[i].column == column ||
            row->columns.items[i].sign_column == column)
            return true;
    return false;
}

/* All that a row section lacks, in one message. A currency is looked for elsewhere too. */
static enum fa_status check_required(struct fa_profile_reading *reading,
                                     const struct fa_table_def *def,
                                     const struct fa_profile_row *row)
{
    struct fa_buf names = {0};
    unsigned count = 0;
    bool is_whole = true;
    for (int i = 0; i < def->hidden_from; i++) {
        if (!def->columns[i].is_required || i == def->currency_column || is_filled(row, i))
            continue;
        if (count < NAMES_SHOWN_MAX)
            is_whole = is_whole && (count == 0 || fa_buf_add_text(&names, ", ") == FA_OK) &&
                       fa_buf_add_str(&names, def->columns[i].name) == FA_OK;
        count++;
    }
    char quoted[FA_QUOTED_BYTES];
    enum fa_status status =
        is_whole && fa_buf_cstr(&names) ? FA_OK : fa_profile_no_memory(reading);
    if (status == FA_OK && count > 0)
        status = fa_error(reading->lexer.sink, FA_CODE_PROFILE_SYNTAX, row->place,
                          "each row of the table must have them",
                          "nothing fills the required column%s %s%s of table %s",
                          count > 1 ? "s" : "", names.bytes,
                          count > NAMES_SHOWN_MAX ? ", ..." : "", fa_quoted(def->name, quoted));
    fa_buf_release(&names);
    return status;
}

static enum fa_status check_table(struct fa_profile_reading *reading,
                                  const struct fa_profile_table *table)
{
    const struct fa_table_def *def = &reading->dictionary->tables[table->table];
    if (table->spread.size > 0 && reading->profile->format != FA_FORMAT_JSON)
        return wrong(reading, table->place, NULL, "", FA_STR("spread"),
                     ": only format json has lists in its records");
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct fa_profile_row *row = &table->rows.items[i];
        FA_TRY(check_condition(reading, &row->when));
        FA_TRY(check_columns(reading, def, row));
        FA_TRY(check_required(reading, def, row));
    }
    return check_record_ids(reading, def, table);
}

/* --- fields that nothing uses --- */

static bool uses_header(const struct fa_profile_condition *condition, struct fa_str name)
{
    for (size_t i = 0; i < condition->tests.count; i++)
        if (fa_str_equal(condition->tests.items[i].header, name))
            return true;
    return false;
}

static bool is_used_by_row(const struct fa_profile_row *row, struct fa_str name)
{
    if (uses_header(&row->when, name))
        return true;
    for (size_t c = 0; c < row->columns.count; c++)
        for (size_t p = 0; p < row->columns.items[c].parts.count; p++) {
            const struct fa_profile_texts *headers = &row->columns.items[c].parts.items[p].headers;
            for (size_t h = 0; h < headers->count; h++)
                if (fa_str_equal(headers->items[h], name))
                    return true;
        }
    return false;
}

bool fa_profile_uses(const struct fa_profile *profile, struct fa_str header)
{
    for (size_t i = 0; i < profile->tables.count; i++)
        for (size_t r = 0; r < profile->tables.items[i].rows.count; r++)
            if (is_used_by_row(&profile->tables.items[i].rows.items[r], header))
                return true;
    for (size_t i = 0; i < profile->ignored_when.count; i++)
        if (uses_header(&profile->ignored_when.items[i], header))
            return true;
    for (size_t i = 0; i < profile->totals.count; i++)
        if (fa_str_equal(profile->totals.items[i].header, header) ||
            uses_header(&profile->totals.items[i].when, header))
            return true;
    return is_ignored(profile, header);
}

static enum fa_status check_unused_fields(struct fa_profile_reading *reading)
{
    const struct fa_profile *profile = reading->profile;
    for (size_t i = 0; i < profile->fixed_fields.count; i++) {
        const struct fa_fixed_field *field = &profile->fixed_fields.items[i];
        if (!fa_profile_uses(profile, field->name))
            return wrong(reading, field->place, "map it to a column, or ignore it", "field ",
                         field->name, " is not used");
    }
    return FA_OK;
}

enum fa_status fa_profile_check(struct fa_profile_reading *reading)
{
    const struct fa_profile *profile = reading->profile;
    FA_TRY(check_format(reading));
    FA_TRY(check_fixed(reading));
    if (profile->thousands == profile->decimal) {
        struct fa_place place;
        fa_profile_find_statement(reading, "thousands", &place);
        return wrong(reading, place, NULL, "", (struct fa_str){&profile->decimal, 1},
                     " cannot mark both thousands and decimals");
    }
    for (size_t i = 0; i < profile->ignored_when.count; i++)
        FA_TRY(check_condition(reading, &profile->ignored_when.items[i]));
    for (size_t i = 0; i < profile->totals.count; i++) {
        const struct fa_profile_total *total = &profile->totals.items[i];
        FA_TRY(check_condition(reading, &total->when));
        if (total->header.size > 0)
            FA_TRY(check_field_name(reading, total->header, total->place));
    }
    for (size_t i = 0; i < profile->tables.count; i++)
        FA_TRY(check_table(reading, &profile->tables.items[i]));
    return check_unused_fields(reading);
}
