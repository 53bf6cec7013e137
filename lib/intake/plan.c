#include "intake/plan.h"

#include <stdlib.h>

#include "base/nearest.h"

struct planning {
    const struct fa_header *header;
    const struct fa_table_def *table;
    const struct fa_profile *profile;
    struct fa_arena *arena;
    struct fa_sink *sink;
    struct fa_file_plan *plan;
    struct fa_place place; /* of the header */
};

static enum fa_status no_memory(struct planning *planning)
{
    return fa_out_of_memory(planning->sink, "the plan of a file");
}

/* --- what a profile says --- */

/* One table with one row section is served; refuse_unserved() looked. */
static const struct fa_profile_row *row_of(const struct fa_profile *profile)
{
    return &profile->tables.items[0].rows.items[0];
}

/* The header that fills a column; empty: none does. */
static struct fa_str header_of(const struct fa_profile_column *column)
{
    const struct fa_profile_part *part = &column->parts.items[0];
    return part->kind == FA_PART_FIELD ? part->headers.items[0] : FA_STR("");
}

static bool is_column_served(const struct fa_profile_column *column, enum fa_type type)
{
    const struct fa_profile_part *part = &column->parts.items[0];
    return column->parts.count == 1 && part->headers.count <= 1 &&
           part->kind != FA_PART_HEADING && part->kind != FA_PART_NAME && !column->has_other &&
           column->missing.count == 0 && column->prefix.size == 0 && column->suffix.size == 0 &&
           column->form.size == 0 && !column->drops_sign && column->implied_decimals == 0 &&
           column->factor == 0 && column->width == 0 &&
           (column->choices.count == 0 || type == FA_TYPE_ENUM);
}

static bool is_served(const struct fa_profile *profile, const struct fa_table_def *table)
{
    const struct fa_profile_table *first = &profile->tables.items[0];
    if (profile->format != FA_FORMAT_TEXT || profile->encoding > FA_ENCODING_UTF8 ||
        profile->separator != ',' || profile->quotes != FA_QUOTES_STRICT || profile->trims ||
        profile->surplus != FA_SURPLUS_REJECT || profile->skips.count > 0 ||
        profile->footers.count > 0 || profile->ignored_when.count > 0 ||
        profile->missing.count > 0 || profile->totals.count > 0 || profile->currency != 0 ||
        profile->thousands != 0 || profile->decimal != '.' || profile->tables.count > 1 ||
        first->rows.count > 1 || first->rows.items[0].when.tests.count > 0)
        return false;
    const struct fa_profile_row *row = row_of(profile);
    for (size_t i = 0; i < row->columns.count; i++) {
        const struct fa_profile_column *column = &row->columns.items[i];
        if (!is_column_served(column, table->columns[column->column].type))
            return false;
    }
    return true;
}

/* "DD.MM.YYYY" and its like. */
static bool find_date_form(struct fa_str form, struct fa_field_plan *field)
{
    static const struct {
        const char *form;
        enum fa_date_order order;
        size_t mark;
    } forms[] = {{"YYYY?MM?DD", FA_DATE_YMD, 4},
                 {"DD?MM?YYYY", FA_DATE_DMY, 2},
                 {"MM?DD?YYYY", FA_DATE_MDY, 2}};
    for (size_t i = 0; form.size == 10 && i < sizeof forms / sizeof *forms; i++) {
        char separator = form.bytes[forms[i].mark];
        bool fits = true;
        for (size_t k = 0; fits && k < 10; k++)
            fits = form.bytes[k] == (forms[i].form[k] == '?' ? separator : forms[i].form[k]);
        if (fits) {
            field->date_separator = separator;
            field->date_order = forms[i].order;
            return true;
        }
    }
    return form.size == 0;
}

static enum fa_status refuse_unserved(struct planning *planning)
{
    struct fa_field_plan unused;
    char quoted[FA_QUOTED_BYTES];
    if (is_served(planning->profile, planning->table) &&
        find_date_form(planning->profile->date_form, &unused))
        return FA_OK;
    return fa_error(planning->sink, FA_CODE_PROFILE_SYNTAX, planning->place, NULL,
                    "the profile %s asks for what this version does not serve",
                    fa_quoted(planning->profile->name, quoted));
}

/* --- which column a header means --- */

static enum fa_status unknown_header(struct planning *planning, struct fa_str name)
{
    struct fa_nearest nearest = {.wanted = name};
    char quoted[FA_QUOTED_BYTES], table[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    if (planning->profile) {
        const struct fa_profile_row *row = row_of(planning->profile);
        for (size_t i = 0; i < row->columns.count; i++)
            if (header_of(&row->columns.items[i]).size > 0)
                fa_nearest_add(&nearest, header_of(&row->columns.items[i]));
        return fa_error(planning->sink, FA_CODE_CSV_COLUMN, planning->place,
                        fa_nearest_hint(&nearest, "map or ignore it in the profile", hint),
                        "the profile does not know the column %s", fa_quoted(name, quoted));
    }
    for (int i = 0; i < planning->table->hidden_from; i++)
        fa_nearest_add(&nearest, planning->table->columns[i].name);
    return fa_error(planning->sink, FA_CODE_CSV_COLUMN, planning->place,
                    fa_nearest_hint(&nearest, "flowaudit-ledger(5) lists the columns", hint),
                    "table %s has no column %s", fa_quoted(planning->table->name, table),
                    fa_quoted(name, quoted));
}

/* The profile's word on a header; *COLUMN is NULL for one that is ignored. */
static bool find_in_profile(const struct fa_profile *profile, struct fa_str name,
                            const struct fa_profile_column **column)
{
    *column = NULL;
    for (size_t i = 0; i < profile->ignored.count; i++)
        if (fa_str_equal(profile->ignored.items[i], name))
            return true;
    const struct fa_profile_row *row = row_of(profile);
    for (size_t i = 0; i < row->columns.count; i++) {
        const struct fa_profile_column *candidate = &row->columns.items[i];
        if (candidate->parts.items[0].kind == FA_PART_FIELD &&
            fa_str_equal(header_of(candidate), name)) {
            *column = candidate;
            return true;
        }
    }
    return false;
}

/* --- fields --- */

static enum fa_status add_choices(struct planning *planning, struct fa_field_plan *field,
                                  const struct fa_profile_column *mapped)
{
    const struct fa_column_def *def = &planning->table->columns[field->column];
    size_t extra = mapped ? mapped->choices.count : 0;
    struct fa_choice *choices = malloc((def->value_count + extra + 1) * sizeof *choices);
    if (!choices)
        return FA_ELIMIT;
    /* The profile's words come first: one that is also a value of ours means what the profile
     * says. */
    for (size_t i = 0; i < extra; i++) {
        const struct fa_profile_choice *choice = &mapped->choices.items[i];
        uint32_t value = 0;
        while (!fa_str_equal(def->values[value], choice->to))
            value++;
        choices[i] = (struct fa_choice){.text = choice->from, .value = value};
    }
    for (uint32_t i = 0; i < def->value_count; i++)
        choices[extra + i] = (struct fa_choice){.text = def->values[i], .value = i};
    enum fa_status status =
        fa_field_plan_choices(field, choices, extra + def->value_count, planning->arena);
    free(choices);
    return status;
}

static enum fa_status add_field(struct planning *planning, uint32_t field_idx, int column,
                                const struct fa_profile_column *mapped)
{
    struct fa_file_plan *plan = planning->plan;
    const struct fa_column_def *def = &planning->table->columns[column];
    struct fa_field_plan field = {.field_idx = field_idx,
                                  .column = column,
                                  .is_required = def->is_required,
                                  .sign_column = FA_NO_COLUMN};
    /* A missing currency is found elsewhere; fill_currencies() refuses the row when it is not.
     */
    if (def->type == FA_TYPE_CURRENCY && column == planning->table->currency_column)
        field.is_required = false;
    if (planning->profile) {
        (void)find_date_form(planning->profile->date_form, &field);
        field.rounding = planning->profile->rounding;
        field.is_scientific = mapped && mapped->is_scientific;
        field.sign_column = mapped ? mapped->sign_column : FA_NO_COLUMN;
    }
    if (def->type == FA_TYPE_ENUM && add_choices(planning, &field, mapped) != FA_OK)
        return no_memory(planning);
    plan->fields[plan->field_count++] = field;
    return FA_OK;
}

static bool is_filled(const struct fa_file_plan *plan, int column)
{
    if (column == plan->record_column)
        return true;
    for (int i = 0; i < plan->field_count; i++)
        if (plan->fields[i].column == column || plan->fields[i].sign_column == column)
            return true;
    return false;
}

static enum fa_status add_header(struct planning *planning, uint32_t field_idx)
{
    struct fa_str name = planning->header->names[field_idx];
    const struct fa_profile_column *mapped = NULL;
    int column = FA_NO_COLUMN;
    if (planning->profile) {
        if (!find_in_profile(planning->profile, name, &mapped))
            return unknown_header(planning, name);
        if (!mapped)
            return FA_OK;
        column = mapped->column;
    } else {
        column = fa_table_find_column(planning->table, name);
        if (column == FA_NO_COLUMN || planning->table->columns[column].is_hidden)
            return unknown_header(planning, name);
    }
    if (is_filled(planning->plan, column)) {
        char quoted[FA_QUOTED_BYTES];
        return fa_error(planning->sink, FA_CODE_CSV_COLUMN, planning->place, NULL,
                        "the header names column %s twice", fa_quoted(name, quoted));
    }
    return add_field(planning, field_idx, column, mapped);
}

/* Constants and record numbers of a profile. */
static enum fa_status add_made_columns(struct planning *planning)
{
    struct fa_file_plan *plan = planning->plan;
    size_t bytes = 0;
    const struct fa_profile_row *row = row_of(planning->profile);
    for (size_t i = 0; i < row->columns.count; i++) {
        const struct fa_profile_column *column = &row->columns.items[i];
        const struct fa_profile_part *part = &column->parts.items[0];
        if (part->kind == FA_PART_RECORD)
            plan->record_column = column->column;
        if (part->kind != FA_PART_TEXT)
            continue;
        bytes += part->text.size;
        if (bytes > FA_CONSTANT_BYTES_MAX)
            return fa_error(planning->sink, FA_CODE_PROFILE_SYNTAX, planning->place, NULL,
                            "the constants of a profile may take %d bytes",
                            FA_CONSTANT_BYTES_MAX);
        plan->constants[plan->constant_count] = part->text;
        FA_TRY(add_field(planning, plan->width + plan->constant_count, column->column, column));
        plan->constant_count++;
    }
    return FA_OK;
}

/* All that are missing in one message. */
static enum fa_status check_required(struct planning *planning, fa_currency filing_currency)
{
    const struct fa_table_def *table = planning->table;
    struct fa_buf names = {0};
    unsigned count = 0;
    bool is_whole = true;
    for (int i = 0; i < table->hidden_from; i++) {
        bool is_said_elsewhere = i == table->currency_column && filing_currency != 0;
        if (!table->columns[i].is_required || is_said_elsewhere || is_filled(planning->plan, i))
            continue;
        char quoted[FA_QUOTED_BYTES];
        is_whole = is_whole && (count == 0 || fa_buf_add_text(&names, ", ") == FA_OK) &&
                   fa_buf_add_text(&names, fa_quoted(table->columns[i].name, quoted)) == FA_OK;
        count++;
    }
    enum fa_status status = is_whole && fa_buf_cstr(&names) ? FA_OK : no_memory(planning);
    char quoted[FA_QUOTED_BYTES];
    if (status == FA_OK && count > 0)
        status = fa_error(planning->sink, FA_CODE_CSV_MISSING, planning->place,
                          planning->profile ? "fill it in the profile"
                                            : "the header must name them all",
                          "table %s needs the column%s %s", fa_quoted(table->name, quoted),
                          count > 1 ? "s" : "", names.bytes);
    fa_buf_release(&names);
    return status;
}

/* Currency and ids first: money needs them (intake/row.c). */
static int rank(const struct fa_table_def *table, const struct fa_field_plan *field)
{
    enum fa_type type = table->columns[field->column].type;
    return type == FA_TYPE_CURRENCY ? 0 : type == FA_TYPE_ID ? 1 : 2;
}

static void sort_fields(const struct fa_table_def *table, struct fa_file_plan *plan)
{
    for (int i = 1; i < plan->field_count; i++) {
        struct fa_field_plan field = plan->fields[i];
        int at = i;
        for (; at > 0 && rank(table, &plan->fields[at - 1]) > rank(table, &field); at--)
            plan->fields[at] = plan->fields[at - 1];
        plan->fields[at] = field;
    }
}

static enum fa_status add_sums(struct planning *planning, const struct fa_manifest_file *file)
{
    struct fa_file_plan *plan = planning->plan;
    plan->sum_columns =
        fa_arena_array(planning->arena, file->sums.count + 1, sizeof *plan->sum_columns);
    if (!plan->sum_columns)
        return no_memory(planning);
    for (size_t i = 0; i < file->sums.count; i++) {
        int column = file->sums.items[i].column;
        int known = 0;
        while (known < plan->sum_count && plan->sum_columns[known] != column)
            known++;
        char quoted[FA_QUOTED_BYTES];
        if (!is_filled(plan, column))
            return fa_error(
                planning->sink, FA_CODE_TOTAL_MISMATCH, file->sums.items[i].place, NULL,
                "the manifest states the sum of a column that the file does not have: %s",
                fa_quoted(planning->table->columns[column].name, quoted));
        if (known == plan->sum_count)
            plan->sum_columns[plan->sum_count++] = column;
    }
    return FA_OK;
}

enum fa_status fa_plan_make(const struct fa_header *header, struct fa_str source,
                            const struct fa_table_def *table, fa_currency filing_currency,
                            const struct fa_profile *profile,
                            const struct fa_manifest_file *file, struct fa_arena *arena,
                            struct fa_sink *sink, struct fa_file_plan *plan)
{
    struct planning planning = {
        header,
        table,
        profile,
        arena,
        sink,
        plan,
        {.source = source, .line_no = header->lines ? header->lines : 1}};
    if (profile)
        FA_TRY(refuse_unserved(&planning));
    size_t made_count = profile ? row_of(profile)->columns.count : 0;
    *plan = (struct fa_file_plan){
        .table = table,
        .source = source,
        .width = header->count,
        .header = header->names,
        .record_column = FA_NO_COLUMN,
        .zone = profile && profile->has_zone ? &profile->zone : NULL,
        .filer = -1,
        .header_bytes = header->bytes,
        .header_lines = header->lines,
    };
    plan->fields = fa_arena_array(arena, header->count + made_count, sizeof *plan->fields);
    plan->constants = fa_arena_array(arena, made_count + 1, sizeof *plan->constants);
    if (!plan->fields || !plan->constants)
        return no_memory(&planning);
    for (uint32_t i = 0; i < header->count; i++)
        FA_TRY(add_header(&planning, i));
    if (profile)
        FA_TRY(add_made_columns(&planning));
    FA_TRY(check_required(&planning, filing_currency));
    sort_fields(table, plan);
    return file ? add_sums(&planning, file) : FA_OK;
}
