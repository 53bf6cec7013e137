#include "intake/plan.h"

#include <stdlib.h>
#include <string.h>

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

/* --- which column a header means --- */

static enum fa_status unknown_header(struct planning *planning, struct fa_str name)
{
    struct fa_nearest nearest = {.wanted = name};
    char quoted[FA_QUOTED_BYTES], table[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    if (planning->profile) {
        for (size_t i = 0; i < planning->profile->columns.count; i++)
            if (planning->profile->columns.items[i].source == FA_FROM_HEADER)
                fa_nearest_add(&nearest, planning->profile->columns.items[i].text);
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
    for (size_t i = 0; i < profile->columns.count; i++) {
        const struct fa_profile_column *candidate = &profile->columns.items[i];
        if (candidate->source == FA_FROM_HEADER && fa_str_equal(candidate->text, name)) {
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
    if (extra)
        memcpy(choices, mapped->choices.items, extra * sizeof *choices);
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
        field.date_separator = planning->profile->date_separator;
        field.date_order = planning->profile->date_order;
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
    for (size_t i = 0; i < planning->profile->columns.count; i++) {
        const struct fa_profile_column *column = &planning->profile->columns.items[i];
        if (column->source == FA_FROM_RECORD)
            plan->record_column = column->column;
        if (column->source != FA_FROM_CONSTANT)
            continue;
        bytes += column->text.size;
        if (bytes > FA_CONSTANT_BYTES_MAX)
            return fa_error(planning->sink, FA_CODE_PROFILE_SYNTAX, planning->place, NULL,
                            "the constants of a profile may take %d bytes",
                            FA_CONSTANT_BYTES_MAX);
        plan->constants[plan->constant_count] = column->text;
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
        status =
            fa_error(planning->sink, FA_CODE_CSV_MISSING, planning->place,
                     planning->profile ? "fill it in the profile" : "the header must name them all",
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
    size_t made_count = profile ? profile->columns.count : 0;
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
