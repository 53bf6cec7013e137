/*
 * A profile compiled for one file: every header found in it, every word in the map's pool.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "intake/form.h"
#include "intake/pattern.h"
#include "intake/plan.h"
#include "intake/wants.h"

struct planning {
    const struct fa_plan_request *request;
    const struct fa_header *header;
    const struct fa_profile *profile;
    struct fa_arena *arena;
    struct fa_map *map;
    struct fa_buf pool;
    int slots[FA_COLUMNS_MAX]; /* by column of the table; FA_NO_FIELD: none */
    bool *is_masked;
    struct fa_place place; /* of the header */
};

static enum fa_status no_memory(const struct planning *planning)
{
    return fa_out_of_memory(planning->request->sink, "the plan of a file");
}

static enum fa_status add_to_pool(struct planning *planning, struct fa_str text,
                                  struct fa_csv_field *field)
{
    *field = (struct fa_csv_field){(uint32_t)planning->pool.size, (uint32_t)text.size};
    return fa_buf_add_str(&planning->pool, text) == FA_OK ? FA_OK : no_memory(planning);
}

/* --- headers --- */

static enum fa_status check_header(const struct planning *planning, uint32_t field_idx)
{
    struct fa_str name = planning->header->names[field_idx];
    struct fa_nearest nearest = {.wanted = name};
    char quoted[FA_QUOTED_BYTES], hint[FA_NEAREST_HINT_BYTES];
    if (name.size == 0 || fa_profile_uses(planning->profile, name))
        return FA_OK;
    struct fa_wants wants;
    enum fa_status status = fa_wants_make(planning->profile, planning->request->part, &wants);
    for (size_t i = 0; status == FA_OK && i < wants.list.count; i++)
        fa_nearest_add(&nearest, wants.list.items[i].names[0]);
    fa_wants_release(&wants);
    if (status != FA_OK)
        return no_memory(planning);
    return fa_error(planning->request->sink, FA_CODE_CSV_COLUMN, planning->place,
                    fa_nearest_hint(&nearest, "map or ignore it in the profile", hint),
                    "the profile does not know the column %s",
                    fa_header_quoted(planning->header->names, planning->header->count, name,
                                     quoted));
}

/* Whether something takes its text from a field, which another column passes over. */
static enum fa_status is_wanted(const struct planning *planning, int field_idx, bool *is_taken)
{
    const struct fa_header *header = planning->header;
    struct fa_wants wants;
    enum fa_status status = fa_wants_make(planning->profile, planning->request->part, &wants);
    *is_taken = false;
    for (size_t i = 0; status == FA_OK && i < wants.list.count; i++)
        *is_taken |=
            fa_want_find(&wants.list.items[i], header->names, header->count) == field_idx;
    fa_wants_release(&wants);
    return status == FA_OK ? FA_OK : no_memory(planning);
}

/* Of names of one thing the header may have one: the others would be lost without a word. */
static enum fa_status check_others(const struct planning *planning, const struct fa_want *want,
                                   int field_idx)
{
    const struct fa_header *header = planning->header;
    char taken[FA_QUOTED_BYTES], other[FA_QUOTED_BYTES];
    for (size_t i = 0; i < want->count; i++) {
        int found = fa_header_find(header->names, header->count, want->names[i]);
        bool is_taken = true;
        if (found >= 0 && found != field_idx)
            FA_TRY(is_wanted(planning, found, &is_taken));
        if (!is_taken)
            return fa_error(planning->request->sink, FA_CODE_CSV_COLUMN, planning->place,
                            "give such files a profile that maps one of them and ignores the other",
                            "the file has both %s and %s, which the profile takes for the same",
                            fa_quoted(header->names[field_idx], taken),
                            fa_quoted(want->names[i], other));
    }
    return FA_OK;
}

/* The field under the first of the names that the header has; a name that it has twice says
 * nothing. */
static enum fa_status find_field(const struct planning *planning, const struct fa_str *names,
                                 size_t count, int *field_idx)
{
    const struct fa_header *header = planning->header;
    struct fa_want want = {names, count};
    char quoted[FA_QUOTED_BYTES];
    *field_idx = fa_want_find(&want, header->names, header->count);
    if (*field_idx < 0)
        return fa_error(planning->request->sink, FA_CODE_CSV_MISSING, planning->place, NULL,
                        "the header lacks %s", fa_quoted(names[0], quoted));
    uint32_t behind = (uint32_t)*field_idx + 1;
    struct fa_str name = header->names[*field_idx];
    if (fa_header_find(header->names + behind, header->count - behind, name) >= 0)
        return fa_error(planning->request->sink, FA_CODE_CSV_COLUMN, planning->place, NULL,
                        "the header names column %s twice", fa_quoted(name, quoted));
    return count > 1 ? check_others(planning, &want, *field_idx) : FA_OK;
}

/* --- conditions --- */

static enum fa_status plan_condition(const struct planning *planning,
                                     const struct fa_profile_condition *stated,
                                     struct fa_map_condition *condition)
{
    condition->count = 0;
    condition->tests =
        fa_arena_array(planning->arena, stated->tests.count + 1, sizeof *condition->tests);
    if (!condition->tests)
        return no_memory(planning);
    for (size_t i = 0; i < stated->tests.count; i++) {
        struct fa_map_test *test = &condition->tests[condition->count++];
        test->stated = &stated->tests.items[i];
        FA_TRY(find_field(planning, &test->stated->header, 1, &test->field_idx));
    }
    return FA_OK;
}

/* --- columns --- */

enum { TAKEN_BYTES_MAX = 1024 }; /* of a heading or name: it is put into each row */

/* What a pattern takes from the headings, or from the file's name. */
static enum fa_status take_text(const struct planning *planning,
                                const struct fa_profile_part *part, struct fa_str *taken)
{
    const struct fa_header *header = planning->header;
    bool is_name = part->kind == FA_PART_NAME, is_found = false;
    char quoted[FA_QUOTED_BYTES];
    if (is_name)
        is_found =
            fa_pattern_match(part->text, fa_filing_base_name(planning->request->source), taken);
    for (uint32_t i = 0; !is_name && !is_found && i < header->heading_count; i++)
        is_found = fa_pattern_match(part->text, header->headings[i].text, taken);
    if (planning->profile->trims && is_found)
        *taken = fa_str_trim(*taken);
    if (is_found && taken->size <= TAKEN_BYTES_MAX)
        return FA_OK;
    struct fa_place place = {.source = planning->request->source};
    fa_quoted(part->text, quoted);
    if (is_found)
        return fa_error(planning->request->sink, FA_CODE_CSV_HEADING, place, NULL,
                        "what %s takes is longer than %d bytes", quoted, TAKEN_BYTES_MAX);
    return fa_error(planning->request->sink, FA_CODE_CSV_HEADING, place,
                    "perhaps the file belongs to another profile",
                    is_name ? "the file's name is not like %s"
                            : "no record before the header is like %s",
                    quoted);
}

static enum fa_status plan_parts(struct planning *planning, struct fa_map_column *column)
{
    const struct fa_profile_column *stated = column->stated;
    column->first_field = FA_NO_FIELD;
    column->parts =
        fa_arena_array(planning->arena, stated->parts.count + 1, sizeof *column->parts);
    if (!column->parts)
        return no_memory(planning);
    for (size_t i = 0; i < stated->parts.count; i++) {
        const struct fa_profile_part *part = &stated->parts.items[i];
        struct fa_map_part *planned = &column->parts[column->part_count];
        struct fa_str text = part->text;
        planned->field_idx = FA_NO_FIELD;
        column->is_source |= part->kind != FA_PART_TEXT;
        if (part->kind == FA_PART_RECORD) {
            column->is_record = true;
            column->record_at = column->part_count;
            continue;
        }
        column->part_count++;
        if (part->kind == FA_PART_FIELD) {
            FA_TRY(find_field(planning, part->headers.items, part->headers.count,
                              &planned->field_idx));
            if (column->first_field == FA_NO_FIELD)
                column->first_field = planned->field_idx;
            continue;
        }
        if (part->kind != FA_PART_TEXT)
            FA_TRY(take_text(planning, part, &text));
        FA_TRY(add_to_pool(planning, text, &planned->text));
    }
    return FA_OK;
}

static enum fa_status plan_choices(struct planning *planning, struct fa_map_column *column)
{
    const struct fa_profile_column *stated = column->stated;
    size_t count = stated->choices.count;
    if (stated->has_other)
        FA_TRY(add_to_pool(planning, stated->other, &column->other));
    if (count == 0)
        return FA_OK;
    struct fa_choice *choices = malloc(count * sizeof *choices);
    column->choice_texts = fa_arena_array(planning->arena, count, sizeof *column->choice_texts);
    enum fa_status status = choices && column->choice_texts ? FA_OK : no_memory(planning);
    size_t made = 0;
    for (size_t i = 0; status == FA_OK && i < count; i++) {
        const struct fa_profile_choice *choice = &stated->choices.items[i];
        status = add_to_pool(planning, choice->to, &column->choice_texts[i]);
        if (choice->from.size > 0)
            choices[made++] = (struct fa_choice){.text = choice->from, .value = (int64_t)i};
    }
    if (status == FA_OK &&
        fa_choices_make(&column->choices, choices, made, planning->arena) != FA_OK)
        status = no_memory(planning);
    free(choices);
    return status;
}

static enum fa_status plan_missing(const struct planning *planning,
                                   struct fa_map_column *column)
{
    const struct fa_profile_texts *lists[] = {&planning->profile->missing, &column->stated->missing};
    column->missing = fa_arena_array(planning->arena, lists[0]->count + lists[1]->count + 1,
                                     sizeof *column->missing);
    if (!column->missing)
        return no_memory(planning);
    for (int l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            column->missing[column->missing_count++] = lists[l]->items[i];
    return FA_OK;
}

static struct fa_number_form number_form(const struct fa_profile *profile,
                                         const struct fa_profile_column *stated,
                                         enum fa_type type)
{
    return (struct fa_number_form){
        .thousands = profile->thousands,
        .decimal = profile->decimal,
        .is_scientific = stated->is_scientific,
        .drops_sign = stated->drops_sign,
        .splits_sign = stated->sign_column != FA_NO_COLUMN,
        .implied = stated->implied_decimals,
        .takes_points = type == FA_TYPE_RATIO,
        .factor = stated->factor,
    };
}

static enum fa_status plan_column(struct planning *planning,
                                  const struct fa_profile_column *stated,
                                  struct fa_map_column *column)
{
    const struct fa_column_def *def = &planning->request->table->columns[stated->column];
    column->stated = stated;
    column->type = def->type;
    column->sign_slot = stated->sign_column == FA_NO_COLUMN
                            ? FA_NO_FIELD
                            : planning->slots[stated->sign_column];
    FA_TRY(plan_parts(planning, column));
    FA_TRY(plan_choices(planning, column));
    FA_TRY(plan_missing(planning, column));
    if (def->type == FA_TYPE_DATE || def->type == FA_TYPE_TIME) {
        column->form = stated->form.size > 0 ? stated->form : planning->profile->date_form;
        column->is_day_form = def->type == FA_TYPE_TIME && stated->form.size == 0;
    }
    column->number = number_form(planning->profile, stated, def->type);
    return FA_OK;
}

/* --- rows --- */

/* A field of the row for each column that some row fills. */
static enum fa_status plan_slots(struct planning *planning, struct fa_file_plan *plan)
{
    const struct fa_profile_table *part = planning->request->part;
    const struct fa_table_def *table = planning->request->table;
    bool is_filled[FA_COLUMNS_MAX] = {false}, is_scientific[FA_COLUMNS_MAX] = {false};
    for (size_t r = 0; r < part->rows.count; r++)
        for (size_t i = 0; i < part->rows.items[r].columns.count; i++) {
            const struct fa_profile_column *column = &part->rows.items[r].columns.items[i];
            is_filled[column->column] = true;
            is_scientific[column->column] |= column->is_scientific;
            if (column->sign_column != FA_NO_COLUMN)
                is_filled[column->sign_column] = true;
        }
    plan->fields =
        fa_arena_array(planning->arena, (size_t)table->hidden_from + 1, sizeof *plan->fields);
    if (!plan->fields)
        return no_memory(planning);
    for (int i = 0; i < table->hidden_from; i++) {
        planning->slots[i] = FA_NO_FIELD;
        if (!is_filled[i])
            continue;
        planning->slots[i] = plan->field_count;
        plan->fields[plan->field_count] = (struct fa_field_plan){
            .field_idx = (uint32_t)plan->field_count,
            .column = i,
            .is_scientific = is_scientific[i] || planning->profile->rounding != FA_ROUND_REFUSE,
            .rounding = planning->profile->rounding,
        };
        plan->field_count++;
    }
    planning->map->slot_count = (uint32_t)plan->field_count;
    return FA_OK;
}

static enum fa_status plan_section(struct planning *planning,
                                   const struct fa_profile_row *stated,
                                   struct fa_map_section *section)
{
    uint32_t slots = planning->map->slot_count;
    section->column_count = (int)slots;
    section->columns = fa_arena_array(planning->arena, slots + 1, sizeof *section->columns);
    if (!section->columns)
        return no_memory(planning);
    for (uint32_t i = 0; i < slots; i++)
        section->columns[i].sign_slot = FA_NO_FIELD;
    FA_TRY(plan_condition(planning, &stated->when, &section->when));
    for (size_t i = 0; i < stated->columns.count; i++) {
        const struct fa_profile_column *column = &stated->columns.items[i];
        FA_TRY(
            plan_column(planning, column, &section->columns[planning->slots[column->column]]));
    }
    return FA_OK;
}

static enum fa_status plan_sections(struct planning *planning)
{
    struct fa_map *map = planning->map;
    const struct fa_profile_table *part = planning->request->part;
    map->sections = fa_arena_array(planning->arena, part->rows.count, sizeof *map->sections);
    if (!map->sections)
        return no_memory(planning);
    for (size_t i = 0; i < part->rows.count; i++)
        FA_TRY(
            plan_section(planning, &part->rows.items[i], &map->sections[map->section_count++]));
    return FA_OK;
}

/* Rows of the other tables that are made of the same records. */
static enum fa_status plan_others(struct planning *planning)
{
    struct fa_map *map = planning->map;
    const struct fa_profile *profile = planning->profile;
    const struct fa_profile_table *part = planning->request->part;
    size_t count = 0;
    for (size_t t = 0; t < profile->tables.count; t++)
        count += profile->tables.items[t].rows.count;
    map->others = fa_arena_array(planning->arena, count + 1, sizeof *map->others);
    if (!map->others)
        return no_memory(planning);
    for (size_t t = 0; t < profile->tables.count; t++) {
        const struct fa_profile_table *other = &profile->tables.items[t];
        if (other == part || !fa_reads_same(other, part))
            continue;
        for (size_t i = 0; i < other->rows.count; i++)
            FA_TRY(plan_condition(planning, &other->rows.items[i].when,
                                  &map->others[map->other_count++]));
    }
    return FA_OK;
}

static enum fa_status plan_ignored(struct planning *planning)
{
    struct fa_map *map = planning->map;
    size_t count = planning->profile->ignored_when.count;
    map->ignored = fa_arena_array(planning->arena, count + 1, sizeof *map->ignored);
    if (!map->ignored)
        return no_memory(planning);
    for (size_t i = 0; i < count; i++)
        FA_TRY(plan_condition(planning, &planning->profile->ignored_when.items[i],
                              &map->ignored[map->ignored_count++]));
    return FA_OK;
}

/* --- totals and masks: what the rows of all tables say of a header --- */

typedef void row_column_visitor(struct planning *planning, const struct fa_table_def *table,
                                const struct fa_profile_column *column, void *context);

static void visit_columns(struct planning *planning, row_column_visitor *visit, void *context)
{
    for (size_t t = 0; t < planning->profile->tables.count; t++) {
        const struct fa_profile_table *table = &planning->profile->tables.items[t];
        for (size_t r = 0; r < table->rows.count; r++)
            for (size_t i = 0; i < table->rows.items[r].columns.count; i++)
                visit(planning, &planning->request->builtin->tables[table->table],
                      &table->rows.items[r].columns.items[i], context);
    }
}

static void mask_fields(struct planning *planning, const struct fa_table_def *table,
                        const struct fa_profile_column *column, void *context)
{
    (void)context;
    if (table->columns[column->column].mask == FA_MASK_NONE)
        return;
    for (size_t i = 0; i < column->parts.count; i++)
        for (size_t k = 0; k < column->parts.items[i].headers.count; k++) {
            int found = fa_header_find(planning->header->names, planning->header->count,
                                       column->parts.items[i].headers.items[k]);
            if (found >= 0)
                planning->is_masked[found] = true;
        }
}

/* The first column of numbers that is filled from the header of a total alone. */
static void find_total_column(struct planning *planning, const struct fa_table_def *table,
                              const struct fa_profile_column *column, void *context)
{
    (void)planning;
    struct fa_map_total *total = context;
    const struct fa_profile_part *part = &column->parts.items[0];
    enum fa_type type = table->columns[column->column].type;
    if (!total->column && column->parts.count == 1 && part->kind == FA_PART_FIELD &&
        type == FA_TYPE_MONEY &&
        fa_header_find(part->headers.items, (uint32_t)part->headers.count,
                       total->stated->header) >= 0)
        total->column = column;
}

/* What a file states of its records says nothing of those that a list within them gives. */
static enum fa_status plan_totals(struct planning *planning)
{
    struct fa_map *map = planning->map;
    const struct fa_profile *profile = planning->profile;
    bool is_stated = map->is_lead && planning->request->part->spread.size == 0;
    size_t count = is_stated ? profile->totals.count : 0;
    map->totals = fa_arena_array(planning->arena, count + 1, sizeof *map->totals);
    if (!map->totals)
        return no_memory(planning);
    for (size_t i = 0; i < count; i++) {
        struct fa_map_total *total = &map->totals[map->total_count++];
        total->stated = &profile->totals.items[i];
        total->field_idx = FA_NO_FIELD;
        total->number = (struct fa_number_form){.thousands = profile->thousands,
                                                .decimal = profile->decimal};
        FA_TRY(plan_condition(planning, &total->stated->when, &total->when));
        if (total->stated->header.size == 0)
            continue;
        FA_TRY(find_field(planning, &total->stated->header, 1, &total->field_idx));
        visit_columns(planning, find_total_column, total);
        total->number.drops_sign = total->column && total->column->drops_sign;
    }
    return FA_OK;
}

/* --- the map --- */

static enum fa_status plan_map(struct planning *planning, struct fa_file_plan *plan)
{
    struct fa_map *map = planning->map;
    const struct fa_profile *profile = planning->profile;
    const struct fa_header *header = planning->header;
    planning->is_masked =
        fa_arena_array(planning->arena, header->count + 1, sizeof *planning->is_masked);
    if (!planning->is_masked)
        return no_memory(planning);
    map->is_masked = planning->is_masked;
    map->header = header->names;
    map->pads = header->is_sheet;
    map->sheet = header->sheet;
    map->named_count = header->count;
    while (map->named_count > 0 && header->names[map->named_count - 1].size == 0)
        map->named_count--;
    map->reads_text = profile->skips.count > 0 || profile->footers.count > 0;
    for (uint32_t i = 0; i < header->count; i++)
        FA_TRY(check_header(planning, i));
    FA_TRY(add_to_pool(planning, FA_STR("credit"), &map->credit));
    FA_TRY(add_to_pool(planning, FA_STR("debit"), &map->debit));
    FA_TRY(plan_slots(planning, plan));
    FA_TRY(plan_sections(planning));
    FA_TRY(plan_others(planning));
    FA_TRY(plan_ignored(planning));
    FA_TRY(plan_totals(planning));
    visit_columns(planning, mask_fields, NULL);
    struct fa_str pool = fa_arena_str(planning->arena, fa_buf_str(&planning->pool));
    if (!pool.bytes)
        return no_memory(planning);
    map->pool = pool.bytes;
    map->pool_size = (uint32_t)pool.size;
    return FA_OK;
}

enum fa_status fa_plan_map(const struct fa_plan_request *request, struct fa_file_plan *plan)
{
    struct fa_map *map = fa_arena_alloc(request->arena, sizeof *map);
    struct planning planning = {
        .request = request,
        .header = request->header,
        .profile = request->profile,
        .arena = request->arena,
        .map = map,
        .place = {.source = request->source, .line_no = request->header->line_no},
    };
    if (!map)
        return no_memory(&planning);
    map->profile = request->profile;
    map->is_lead = request->is_lead;
    enum fa_status status = plan_map(&planning, plan);
    plan->map = map;
    fa_buf_release(&planning.pool);
    return status;
}
