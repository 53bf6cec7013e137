#include "intake/plan.h"

#include <stdlib.h>

#include "base/nearest.h"

struct planning {
    const struct fa_plan_request *request;
    struct fa_file_plan *plan;
    struct fa_place place; /* of the header */
};

static enum fa_status no_memory(const struct planning *planning)
{
    return fa_out_of_memory(planning->request->sink, "the plan of a file");
}

/* --- which column a header means --- */

static enum fa_status unknown_header(const struct planning *planning, struct fa_str name)
{
    const struct fa_table_def *table = planning->request->table;
    struct fa_nearest nearest = {.wanted = name};
    char quoted[FA_QUOTED_BYTES], of[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    for (int i = 0; i < table->hidden_from; i++)
        fa_nearest_add(&nearest, table->columns[i].name);
    return fa_error(planning->request->sink, FA_CODE_CSV_COLUMN, planning->place,
                    fa_nearest_hint(&nearest, "flowaudit-ledger(5) lists the columns", hint),
                    "table %s has no column %s", fa_quoted(table->name, of),
                    fa_header_quoted(planning->request->header->names,
                                     planning->request->header->count, name, quoted));
}

static bool is_filled(const struct fa_file_plan *plan, int column)
{
    for (int i = 0; i < plan->field_count; i++)
        if (plan->fields[i].column == column)
            return true;
    return false;
}

static enum fa_status add_header(const struct planning *planning, uint32_t field_idx)
{
    const struct fa_table_def *table = planning->request->table;
    struct fa_file_plan *plan = planning->plan;
    struct fa_str name = planning->request->header->names[field_idx];
    int column = fa_table_find_column(table, name);
    char quoted[FA_QUOTED_BYTES];
    if (column == FA_NO_COLUMN || table->columns[column].is_hidden)
        return unknown_header(planning, name);
    if (is_filled(plan, column))
        return fa_error(planning->request->sink, FA_CODE_CSV_COLUMN, planning->place, NULL,
                        "the header names column %s twice", fa_quoted(name, quoted));
    plan->fields[plan->field_count++] =
        (struct fa_field_plan){.field_idx = field_idx, .column = column};
    return FA_OK;
}

static enum fa_status plan_canonical(const struct planning *planning)
{
    const struct fa_header *header = planning->request->header;
    struct fa_file_plan *plan = planning->plan;
    plan->fields =
        fa_arena_array(planning->request->arena, header->count + 1, sizeof *plan->fields);
    if (!plan->fields)
        return no_memory(planning);
    for (uint32_t i = 0; i < header->count; i++)
        FA_TRY(add_header(planning, i));
    return FA_OK;
}

/* --- all files --- */

static enum fa_status finish_field(const struct planning *planning, struct fa_field_plan *field)
{
    const struct fa_column_def *def = &planning->request->table->columns[field->column];
    field->is_required = def->is_required;
    /* A missing currency is found elsewhere; fill_currencies() refuses the row when it is not.
     */
    if (def->type == FA_TYPE_CURRENCY &&
        field->column == planning->request->table->currency_column)
        field->is_required = false;
    if (def->type != FA_TYPE_ENUM)
        return FA_OK;
    struct fa_choice *choices = malloc((def->value_count + 1) * sizeof *choices);
    for (uint32_t i = 0; choices && i < def->value_count; i++)
        choices[i] = (struct fa_choice){.text = def->values[i], .value = i};
    enum fa_status status = choices
                                ? fa_choices_make(&field->choices, choices, def->value_count,
                                                  planning->request->arena)
                                : FA_ELIMIT;
    free(choices);
    return status == FA_OK ? FA_OK : no_memory(planning);
}

/* Whether every row has the column: those of each section of a profile. */
static bool is_always_filled(const struct fa_file_plan *plan, int column)
{
    for (int i = 0; i < plan->field_count; i++) {
        if (plan->fields[i].column != column)
            continue;
        for (int k = 0; plan->map && k < plan->map->section_count; k++)
            if (!fa_map_column_of(plan->map, (uint32_t)k, plan->fields[i].field_idx))
                return false;
        return true;
    }
    return false;
}

/* All that are missing in one message. */
static enum fa_status check_required(const struct planning *planning)
{
    const struct fa_table_def *table = planning->request->table;
    struct fa_buf names = {0};
    unsigned count = 0;
    bool is_whole = true;
    char quoted[FA_QUOTED_BYTES];
    for (int i = 0; i < table->hidden_from; i++) {
        bool is_said_elsewhere =
            i == table->currency_column &&
            (planning->request->filing_currency != 0 || planning->plan->currency != 0);
        if (!table->columns[i].is_required || is_said_elsewhere ||
            is_always_filled(planning->plan, i))
            continue;
        is_whole = is_whole && (count == 0 || fa_buf_add_text(&names, ", ") == FA_OK) &&
                   fa_buf_add_text(&names, fa_quoted(table->columns[i].name, quoted)) == FA_OK;
        count++;
    }
    enum fa_status status = is_whole && fa_buf_cstr(&names) ? FA_OK : no_memory(planning);
    if (status == FA_OK && count > 0)
        status = fa_error(planning->request->sink, FA_CODE_CSV_MISSING, planning->place,
                          planning->plan->map ? "fill it in the profile"
                                              : "the header must name them all",
                          "table %s needs the column%s %s", fa_quoted(table->name, quoted),
                          count > 1 ? "s" : "", names.bytes);
    fa_buf_release(&names);
    return status;
}

/* Currency and ids first: money needs them (intake/slice.c). */
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

static enum fa_status add_sums(const struct planning *planning)
{
    const struct fa_manifest_file *file = planning->request->file;
    struct fa_file_plan *plan = planning->plan;
    plan->sum_columns = fa_arena_array(planning->request->arena, file->sums.count + 1,
                                       sizeof *plan->sum_columns);
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
                planning->request->sink, FA_CODE_TOTAL_MISMATCH, file->sums.items[i].place,
                NULL, "the manifest states the sum of a column that the file does not have: %s",
                fa_quoted(planning->request->table->columns[column].name, quoted));
        if (known == plan->sum_count)
            plan->sum_columns[plan->sum_count++] = column;
    }
    return FA_OK;
}

enum fa_status fa_plan_make(const struct fa_plan_request *request, struct fa_file_plan *plan)
{
    const struct fa_header *header = request->header;
    const struct fa_profile *profile = request->profile;
    struct planning planning = {
        request, plan, {.source = request->source, .line_no = header->line_no}};
    *plan = (struct fa_file_plan){
        .table = request->table,
        .source = request->source,
        .dialect = header->dialect,
        .width = header->count,
        .header = header->names,
        .zone = profile && profile->has_zone ? &profile->zone : NULL,
        .currency = profile ? profile->currency : 0,
        .filer = -1,
        .header_bytes = header->bytes,
        .header_lines = header->lines,
    };
    if (profile)
        FA_TRY(fa_plan_map(request, plan));
    else
        FA_TRY(plan_canonical(&planning));
    for (int i = 0; i < plan->field_count; i++)
        FA_TRY(finish_field(&planning, &plan->fields[i]));
    FA_TRY(check_required(&planning));
    sort_fields(request->table, plan);
    return request->file ? add_sums(&planning) : FA_OK;
}
