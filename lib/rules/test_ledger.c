#include <string.h>

#include "base/nearest.h"
#include "ledger/builder.h"
#include "rules/test.h"
#include "value/ratio.h"

#define fail(ledger, token, hint, ...)                                                         \
    fa_error((ledger)->sink, FA_CODE_RULE_TEST, fa_lex_place(&(ledger)->file, token), hint,    \
             __VA_ARGS__)

static enum fa_status no_memory(struct fa_test_ledger *ledger)
{
    return fa_out_of_memory(ledger->sink, "a test");
}

static bool is_view(const struct fa_ruleset_list *list, int table)
{
    const struct fa_own_table *own = fa_own_table(list, table);
    return own && own->is_view;
}

/* --- ids --- */

/* The id space of the institutions, whose names all filers share. */
static int institutions(const struct fa_test_ledger *ledger)
{
    return fa_dictionary_find(ledger->list->dictionary, FA_STR("institution"))->index;
}

/* The number of a FILER's name in the id space of TABLE, which it enters unless it is there. */
static enum fa_status intern(struct fa_test_ledger *ledger, int table, int64_t filer,
                             struct fa_str name, int64_t *number)
{
    struct fa_test_names *space = &ledger->spaces[table];
    uint32_t owner = table == institutions(ledger) ? 0 : (uint32_t)filer;
    for (int i = 0; i < space->names.count; i++)
        if (space->filers.items[i] == owner && fa_str_equal(space->names.items[i], name)) {
            *number = i;
            return FA_OK;
        }
    *number = space->names.count;
    if (fa_list_add(&ledger->arena, &space->names, name) != FA_OK ||
        fa_list_add(&ledger->arena, &space->filers, owner) != FA_OK)
        return no_memory(ledger);
    return FA_OK;
}

/* Whose row it is: its cell `filer` names the institution; without one it is the first's. */
static enum fa_status read_filer(struct fa_test_ledger *ledger,
                                 const struct fa_test_table *table,
                                 const struct fa_test_row *row, int64_t *filer)
{
    *filer = 0;
    for (int i = 0; i < table->head.cells.count; i++)
        if (fa_str_is(table->head.cells.items[i].text, "filer") &&
            row->cells.items[i].text.size > 0)
            return intern(ledger, institutions(ledger), 0, row->cells.items[i].text, filer);
    return FA_OK;
}

/* --- cells --- */

struct cell_place {
    const struct fa_test_table *table;
    const struct fa_cell *cell;
    uint64_t line_no;
};

static enum fa_status bad_cell(struct fa_test_ledger *ledger, const struct cell_place *place,
                               const struct fa_column_def *column, const char *hint)
{
    struct fa_token token = place->table->name;
    /* the cell's own place: its bytes lie in the file's text */
    token.offset = (size_t)(place->cell->text.bytes - ledger->file.text.bytes);
    token.line_no = place->line_no;
    token.column_no = place->cell->column_no;
    char quoted[FA_QUOTED_BYTES];
    return fail(ledger, &token, hint, "expected %s for %.*s, found %s",
                fa_type_name(column->type), (int)column->name.size, column->name.bytes,
                fa_quoted(place->cell->text, quoted));
}

static bool parse_int(struct fa_str text, int64_t *value)
{
    return fa_money_parse(text, 0, true, value) == FA_VALUE_OK &&
           !memchr(text.bytes, '.', text.size);
}

/* Reads a cell as a canonical filing would have it; false: it is not of the column's type. */
static bool parse_value(const struct fa_test_ledger *ledger, const struct fa_column_def *column,
                        struct fa_str text, int64_t *value)
{
    const struct fa_ruleset *ruleset = ledger->rule->ruleset;
    int scale = ruleset->currency ? fa_currency_scale(ruleset->currency) : 2;
    switch (column->type) {
    case FA_TYPE_ENUM:
        for (uint32_t i = 0; i < column->value_count; i++)
            if (fa_str_equal(column->values[i], text)) {
                *value = i;
                return true;
            }
        return false;
    case FA_TYPE_BOOL:
        *value = fa_str_is(text, "true");
        return *value || fa_str_is(text, "false");
    case FA_TYPE_INT:
        return parse_int(text, value);
    case FA_TYPE_MONEY:
        return fa_money_parse(text, scale, column->is_signed, value) == FA_VALUE_OK;
    case FA_TYPE_RATIO:
        return fa_ratio_parse(text, value) == FA_VALUE_OK;
    case FA_TYPE_DATE:
        return fa_date_parse(text, value) == FA_VALUE_OK;
    case FA_TYPE_TIME:
        return fa_time_parse(text, &ruleset->zone, value) == FA_VALUE_OK;
    case FA_TYPE_DURATION:
        return fa_duration_parse(text, value) == FA_VALUE_OK;
    case FA_TYPE_CURRENCY:
        return fa_currency_parse(text, value);
    default:
        return true; /* texts */
    }
}

static enum fa_status read_cell(struct fa_test_ledger *ledger, const struct cell_place *place,
                                const struct fa_column_def *column, int64_t filer,
                                struct fa_test_cell *cell)
{
    struct fa_str text = place->cell->text;
    cell->is_given = text.size > 0;
    cell->text = text;
    if (!cell->is_given)
        return FA_OK;
    if (column->type == FA_TYPE_ID)
        return intern(ledger, column->refers_to, filer, text, &cell->value);
    if (parse_value(ledger, column, text, &cell->value))
        return FA_OK;
    struct fa_nearest nearest = {.wanted = text};
    char hint[FA_NEAREST_HINT_BYTES];
    for (uint32_t i = 0; i < column->value_count; i++)
        fa_nearest_add(&nearest, column->values[i]);
    return bad_cell(ledger, place, column, fa_nearest_hint(&nearest, NULL, hint));
}

/* --- sheets --- */

static bool is_opening(const struct fa_rule *rule, int table, int column)
{
    for (int i = 0; i < rule->term_count; i++)
        if (rule->terms[i].is_opening && rule->terms[i].table == table &&
            rule->terms[i].column == column)
            return true;
    for (int s = 0; s < rule->series_count; s++)
        for (int i = 0; i < rule->series[s].term_count; i++)
            if (rule->series[s].terms[i].table == table &&
                rule->series[s].terms[i].column == column)
                return true;
    for (int v = 0; v < rule->view_count; v++)
        if (is_opening(&rule->views[v]->parts[0], table, column))
            return true;
    return false;
}

/* What a column has that the test leaves out; false when it has no value. */
static bool neutral_value(const struct fa_test_ledger *ledger, const struct fa_table_def *def,
                          int column, int64_t *value)
{
    const struct fa_column_def *of = &def->columns[column];
    *value = 0;
    if (of->type == FA_TYPE_CURRENCY) {
        *value = ledger->rule->ruleset->currency;
        return *value != 0;
    }
    if (fa_str_is(def->name, "flow") && fa_str_is(of->name, "status")) {
        for (uint32_t i = 0; i < of->value_count; i++)
            if (fa_str_is(of->values[i], "settled"))
                *value = i;
        return true;
    }
    return is_opening(ledger->rule, def->index, column);
}

/* The table's column for each cell of a row. */
static enum fa_status map_columns(struct fa_test_ledger *ledger,
                                  const struct fa_test_table *table,
                                  const struct fa_table_def *def, int *columns, bool *is_given)
{
    for (int i = 0; i < table->head.cells.count; i++) {
        struct fa_str name = table->head.cells.items[i].text;
        columns[i] = fa_table_find_column(def, name);
        /* a row may be another filer's */
        bool can_be = columns[i] != FA_NO_COLUMN &&
                      (!def->columns[columns[i]].is_hidden || fa_str_is(name, "filer"));
        if (can_be && !is_given[columns[i]]) {
            is_given[columns[i]] = true;
            continue;
        }
        struct fa_nearest nearest = {.wanted = name};
        char hint[FA_NEAREST_HINT_BYTES], quoted[FA_QUOTED_BYTES];
        for (int c = 0; c < def->hidden_from; c++)
            fa_nearest_add(&nearest, def->columns[c].name);
        bool is_double = columns[i] != FA_NO_COLUMN && is_given[columns[i]];
        return fail(ledger, &table->name,
                    is_double ? NULL : fa_nearest_hint(&nearest, NULL, hint),
                    is_double ? "column %s stands twice" : "there is no column %s",
                    fa_quoted(name, quoted));
    }
    return FA_OK;
}

/* Whether the test says that the filing lacks the table as a whole or, with a COLUMN, that. */
static bool is_lacking(const struct fa_test_ledger *ledger, const struct fa_table_def *def,
                       int column)
{
    for (int i = 0; i < ledger->test->lacks.count; i++) {
        const struct fa_test_lack *lack = &ledger->test->lacks.items[i];
        bool is_whole = lack->column.kind == FA_TOKEN_END;
        if (fa_str_equal(lack->table.text, def->name) &&
            (is_whole || (column != FA_NO_COLUMN &&
                          fa_str_equal(lack->column.text, def->columns[column].name))))
            return true;
    }
    return false;
}

static enum fa_status require_columns(struct fa_test_ledger *ledger,
                                      const struct fa_test_table *table,
                                      const struct fa_table_def *def, const bool *is_given)
{
    int64_t value;
    for (int i = 0; i < ledger->rule->need_count; i++) {
        const struct fa_need *need = &ledger->rule->needs[i];
        if (need->table != def->index || is_given[need->column] ||
            is_lacking(ledger, def, need->column))
            continue;
        bool is_status = fa_str_is(def->columns[need->column].name, "status");
        if (!is_status && neutral_value(ledger, def, need->column, &value))
            continue;
        struct fa_str name = def->columns[need->column].name;
        return fail(ledger, &table->name, "add it; leave its cells empty where it has no value",
                    "the rule reads %.*s.%.*s, which the test leaves out", (int)def->name.size,
                    def->name.bytes, (int)name.size, name.bytes);
    }
    return FA_OK;
}

static enum fa_status read_rows(struct fa_test_ledger *ledger,
                                const struct fa_test_table *table, const int *columns,
                                const bool *is_given, struct fa_test_sheet *sheet)
{
    int width = sheet->def->column_count;
    for (int r = 0; r < table->rows.count; r++) {
        const struct fa_test_row *row = &table->rows.items[r];
        struct fa_test_cell *cells = &sheet->cells[r * width];
        for (int c = 0; c < sheet->def->hidden_from; c++)
            if (!is_given[c] && !is_lacking(ledger, sheet->def, c))
                cells[c].is_given = neutral_value(ledger, sheet->def, c, &cells[c].value);
        int64_t filer;
        FA_TRY(read_filer(ledger, table, row, &filer));
        for (int i = 0; i < row->cells.count; i++) {
            const struct cell_place place = {table, &row->cells.items[i], row->line_no};
            FA_TRY(read_cell(ledger, &place, &sheet->def->columns[columns[i]], filer,
                             &cells[columns[i]]));
            if (columns[i] == sheet->def->id_column && !cells[columns[i]].is_given)
                return bad_cell(ledger, &place, &sheet->def->columns[columns[i]],
                                "name what the row declares; others refer to it by that");
        }
    }
    sheet->row_count = table->rows.count;
    return FA_OK;
}

static const struct fa_table_def *find_table(struct fa_test_ledger *ledger,
                                             const struct fa_token *name)
{
    const struct fa_dictionary *dictionary = ledger->list->dictionary;
    const struct fa_table_def *def = fa_dictionary_find(dictionary, name->text);
    if (def && def->written_by != FA_BY_FLAG && !is_view(ledger->list, def->index))
        return def;
    struct fa_nearest nearest = {.wanted = name->text};
    char hint[FA_NEAREST_HINT_BYTES];
    for (int i = 0; i < dictionary->table_count; i++)
        fa_nearest_add(&nearest, dictionary->tables[i].name);
    fail(ledger, name, fa_nearest_hint(&nearest, NULL, hint), "unknown table '%.*s'",
         (int)name->text.size, name->text.bytes);
    return NULL;
}

static enum fa_status read_table(struct fa_test_ledger *ledger,
                                 const struct fa_test_table *table)
{
    const struct fa_table_def *def = find_table(ledger, &table->name);
    if (!def)
        return FA_ERULES;
    struct fa_test_sheet *sheet = &ledger->sheets[def->index];
    if (sheet->def)
        return fail(ledger, &table->name, NULL, "the test has two tables '%.*s'",
                    (int)def->name.size, def->name.bytes);
    size_t width = (size_t)def->column_count, cells = (size_t)table->head.cells.count;
    int *columns = fa_arena_array(&ledger->arena, cells + 1, sizeof *columns);
    bool *is_given = fa_arena_array(&ledger->arena, width, sizeof *is_given);
    sheet->cells = fa_arena_array(&ledger->arena, (size_t)table->rows.count * width + 1,
                                  sizeof *sheet->cells);
    if (!columns || !is_given || !sheet->cells)
        return no_memory(ledger);
    FA_TRY(map_columns(ledger, table, def, columns, is_given));
    FA_TRY(require_columns(ledger, table, def, is_given));
    sheet->def = def;
    return read_rows(ledger, table, columns, is_given, sheet);
}

/* What the filing lacks is neither given nor empty: the rule must read it, and no table of the
 * test may have it. */
static enum fa_status read_lack(struct fa_test_ledger *ledger, const struct fa_test_lack *lack)
{
    const struct fa_rule *rule = ledger->rule;
    const struct fa_table_def *def = find_table(ledger, &lack->table);
    if (!def)
        return FA_ERULES;
    bool is_whole = lack->column.kind == FA_TOKEN_END, is_read = false;
    for (int i = 0; i < rule->need_count; i++) {
        const struct fa_need *need = &rule->needs[i];
        if (need->table != def->index ||
            (!is_whole && (need->column == FA_NO_COLUMN ||
                           !fa_str_equal(lack->column.text, def->columns[need->column].name))))
            continue;
        ledger->needs[ledger->need_count++] = *need;
        is_read = true;
    }
    if (!is_read)
        return fail(ledger, &lack->table, NULL, "the rule does not read what the test lacks");
    for (int t = 0; t < ledger->test->tables.count; t++) {
        const struct fa_test_table *table = &ledger->test->tables.items[t];
        if (!fa_str_equal(table->name.text, def->name))
            continue;
        if (is_whole)
            return fail(ledger, &lack->table, NULL, "the test lacks table '%.*s' and has it",
                        (int)def->name.size, def->name.bytes);
        for (int i = 0; i < table->head.cells.count; i++)
            if (fa_str_equal(table->head.cells.items[i].text, lack->column.text))
                return fail(ledger, &lack->column, NULL,
                            "the test lacks column '%.*s' and has it",
                            (int)lack->column.text.size, lack->column.text.bytes);
    }
    return FA_OK;
}

static enum fa_status read_lacks(struct fa_test_ledger *ledger)
{
    const struct fa_rule_test *test = ledger->test;
    ledger->needs = fa_arena_array(
        &ledger->arena, (size_t)test->lacks.count * (size_t)ledger->rule->need_count + 1,
        sizeof *ledger->needs);
    if (!ledger->needs)
        return no_memory(ledger);
    for (int i = 0; i < test->lacks.count; i++)
        FA_TRY(read_lack(ledger, &test->lacks.items[i]));
    return FA_OK;
}

static enum fa_status declare_table(struct fa_test_ledger *ledger,
                                    const struct fa_test_table *table,
                                    const struct fa_table_def *def)
{
    for (int i = 0; i < table->head.cells.count; i++) {
        if (!fa_str_equal(table->head.cells.items[i].text, def->columns[def->id_column].name))
            continue;
        for (int r = 0; r < table->rows.count; r++) {
            const struct fa_test_row *row = &table->rows.items[r];
            int64_t filer, number;
            FA_TRY(read_filer(ledger, table, row, &filer));
            FA_TRY(intern(ledger, def->index, filer, row->cells.items[i].text, &number));
        }
    }
    return FA_OK;
}

/* Declared ids get the first numbers, in the order of their rows. */
static enum fa_status declare_ids(struct fa_test_ledger *ledger, bool is_institution)
{
    for (int t = 0; t < ledger->test->tables.count; t++) {
        const struct fa_test_table *table = &ledger->test->tables.items[t];
        const struct fa_table_def *def =
            fa_dictionary_find(ledger->list->dictionary, table->name.text);
        if (def && def->id_column != FA_NO_COLUMN &&
            (def->index == institutions(ledger)) == is_institution)
            FA_TRY(declare_table(ledger, table, def));
    }
    return FA_OK;
}

/* --- order and days --- */

static bool comes_before(const struct fa_test_cell *a, const struct fa_test_cell *b)
{
    return !a->is_given ? b->is_given : b->is_given && a->value < b->value;
}

/* Puts the rows of a streamed table into the order of time; rows of one instant stay as
 * written. */
static void sort_rows(struct fa_test_sheet *sheet)
{
    int width = sheet->def->column_count, by = sheet->def->by;
    for (int i = 1; by != FA_NO_COLUMN && i < sheet->row_count; i++)
        for (int at = i; at > 0; at--) {
            struct fa_test_cell *row = &sheet->cells[at * width], *above = row - width;
            if (!comes_before(&row[by], &above[by]))
                break;
            for (int c = 0; c < width; c++) {
                struct fa_test_cell cell = row[c];
                row[c] = above[c];
                above[c] = cell;
            }
        }
}

static void note_days(struct fa_test_ledger *ledger, const struct fa_test_sheet *sheet)
{
    int clock = sheet->def->clock, width = sheet->def->column_count;
    /* tables without a clock and those of the calendar say nothing about what the ledger covers
     */
    if (clock == FA_NO_COLUMN || fa_str_is(sheet->def->name, "holiday"))
        return;
    for (int r = 0; r < sheet->row_count; r++) {
        const struct fa_test_cell *cell = &sheet->cells[r * width + clock];
        if (!cell->is_given)
            continue;
        bool is_time = sheet->def->columns[clock].type == FA_TYPE_TIME;
        int64_t day =
            is_time ? fa_day_of(cell->value, &ledger->rule->ruleset->zone) : cell->value;
        ledger->first_day = day < ledger->first_day ? day : ledger->first_day;
        ledger->last_day = day > ledger->last_day ? day : ledger->last_day;
    }
}

/* --- the ledger --- */

/* All tables that a filing of these rulesets can have. */
static enum fa_status fill_dictionary(struct fa_test_ledger *ledger, struct fa_head *head)
{
    const struct fa_ruleset_list *list = ledger->list;
    FA_TRY(fa_dictionary_builtin(&head->arena, ledger->sink, &head->dictionary));
    size_t count = (size_t)list->dictionary->table_count;
    bool *is_wanted = fa_arena_array(&ledger->arena, count + 1, sizeof *is_wanted);
    if (!is_wanted)
        return no_memory(ledger);
    for (int t = 0; t < list->dictionary->table_count; t++)
        is_wanted[t] = fa_own_table(list, t) && !is_view(list, t);
    return fa_head_add_tables(head, list->dictionary, is_wanted, ledger->sink);
}

static void widen(const struct fa_rule *rule, const struct fa_test_ledger *ledger, int64_t *from,
                  int64_t *to)
{
    if (!rule->has_period || rule->period == FA_PERIOD_BDAY)
        return;
    int64_t first = fa_period_first(rule->period, ledger->first_day);
    int64_t last = fa_period_last(rule->period, ledger->last_day);
    *from = first < *from ? first : *from;
    *to = last > *to ? last : *to;
}

/* Days before the first row into which no window of the rule reaches, however its working days lie. */
static int64_t days_before(const struct fa_rule *rule)
{
    static const int64_t longest[] = {
        [FA_UNIT_D] = 1, [FA_UNIT_BD] = 4, [FA_UNIT_MO] = 31, [FA_UNIT_Y] = 366};
    const struct fa_length *span = rule->window                              ? &rule->window->last
                                 : rule->sequence                          ? &rule->sequence->within
                                 : rule->unique && rule->unique->has_span ? &rule->unique->within
                                                                           : NULL;
    if (!span)
        return 0;
    int64_t count = (int64_t)span->length->value.numerator;
    return span->is_elapsed ? count / FA_DAY_US + 1 : count * longest[span->unit] + 30;
}

static enum fa_status add_currency(struct fa_test_ledger *ledger, struct fa_head *head,
                                   fa_currency currency)
{
    const struct fa_currency_info info = {
        .currency = currency, .scale = fa_currency_scale(ledger->rule->ruleset->currency)};
    for (size_t i = 0; i < head->currencies.count; i++)
        if (head->currencies.items[i].currency == currency)
            return FA_OK;
    return fa_vec_add(&head->currencies, info) == FA_OK ? FA_OK : no_memory(ledger);
}

/* Amounts of every currency are written with the decimals of the ruleset's. */
static enum fa_status fill_currencies(struct fa_test_ledger *ledger, struct fa_head *head)
{
    if (!ledger->rule->ruleset->currency)
        return FA_OK;
    FA_TRY(add_currency(ledger, head, ledger->rule->ruleset->currency));
    for (int t = 0; t < ledger->list->dictionary->table_count; t++) {
        const struct fa_test_sheet *sheet = &ledger->sheets[t];
        int column = sheet->def ? sheet->def->currency_column : FA_NO_COLUMN;
        for (int r = 0; column != FA_NO_COLUMN && r < sheet->row_count; r++) {
            const struct fa_test_cell *cell =
                &sheet->cells[r * sheet->def->column_count + column];
            if (cell->is_given)
                FA_TRY(add_currency(ledger, head, (fa_currency)cell->value));
        }
    }
    return FA_OK;
}

static enum fa_status fill_head(struct fa_test_ledger *ledger, struct fa_head *head)
{
    const struct fa_ruleset *ruleset = ledger->rule->ruleset;
    const struct fa_rule_test *test = ledger->test;
    const struct fa_dictionary *dictionary = ledger->list->dictionary;
    if (ledger->first_day > ledger->last_day)
        ledger->first_day = ledger->last_day =
            test->has_as_of ? test->as_of_day : ruleset->from_day;
    /* whole periods of the rule and of the views it reads, so that none reaches outside */
    int64_t from = ledger->first_day, to = ledger->last_day, as_of = INT64_MIN;
    widen(ledger->rule, ledger, &from, &to);
    from -= days_before(ledger->rule);
    for (int v = 0; v < ledger->rule->view_count; v++)
        widen(&ledger->rule->views[v]->parts[0], ledger, &from, &to);
    if (test->has_as_of)
        to = test->as_of_day;
    head->kind = FA_STREAM_LEDGER;
    head->zone = ruleset->zone;
    head->currency = ruleset->currency;
    head->filer = ledger->spaces[institutions(ledger)].names.items[0];
    FA_TRY(fill_currencies(ledger, head));
    FA_TRY(fill_dictionary(ledger, head));
    for (int t = 0; t < dictionary->table_count; t++) {
        struct fa_cover_info cover = {.table = t, .from_day = from, .to_day = to};
        if (dictionary->tables[t].written_by == FA_BY_FLAG ||
            is_view(ledger->list, t) ||
            is_lacking(ledger, &dictionary->tables[t], FA_NO_COLUMN))
            continue;
        for (int i = 0; i < test->covers.count; i++) {
            const struct fa_test_cover *given = &test->covers.items[i];
            if (given->table.kind != FA_TOKEN_END &&
                !fa_str_equal(given->table.text, dictionary->tables[t].name))
                continue;
            cover.from_day = given->from_day == INT64_MIN ? from : given->from_day;
            cover.to_day = given->to_day == INT64_MAX ? to : given->to_day;
        }
        cover.table = fa_dictionary_find(&head->dictionary, dictionary->tables[t].name)->index;
        if (fa_vec_add(&head->covers, cover) != FA_OK)
            return no_memory(ledger);
        as_of = cover.to_day > as_of ? cover.to_day : as_of;
    }
    head->as_of_day = test->has_as_of ? test->as_of_day : as_of;
    return FA_OK;
}

/* The head's number of a table of the rules' dictionary. */
int fa_test_head_table(const struct fa_test_ledger *ledger, int table)
{
    const struct fa_head *head = &ledger->kept->head;
    return fa_dictionary_find(&head->dictionary, ledger->list->dictionary->tables[table].name)
        ->index;
}

static enum fa_status add_ids(struct fa_test_ledger *ledger, struct fa_spool *spool, int table)
{
    const struct fa_test_names *space = &ledger->spaces[table];
    size_t count = (size_t)space->names.count;
    if (count == 0)
        return FA_OK;
    struct fa_buf bytes;
    fa_buf_init(&bytes);
    enum fa_status status =
        fa_block_encode_ids(fa_test_head_table(ledger, table), 0, (uint32_t)count,
                            space->names.items, space->filers.items, &bytes);
    if (status == FA_OK) {
        const struct fa_block block = {.kind = FA_BLOCK_IDS,
                                       .is_critical = true,
                                       .table = fa_test_head_table(ledger, table),
                                       .row_count = (uint32_t)count,
                                       .bytes = (const uint8_t *)bytes.bytes,
                                       .size_bytes = bytes.size};
        status = fa_spool_add(spool, &block);
    } else {
        status = no_memory(ledger);
    }
    fa_buf_release(&bytes);
    return status;
}

static enum fa_status add_rows(struct fa_test_ledger *ledger, struct fa_spool *spool,
                               const struct fa_test_sheet *sheet)
{
    int table = fa_test_head_table(ledger, sheet->def->index), width = sheet->def->column_count;
    struct fa_builder *builder =
        fa_builder_new(&ledger->kept->head.dictionary.tables[table], table, spool,
                       &ledger->kept->totals, ledger->sink);
    if (!builder)
        return no_memory(ledger);
    enum fa_status status = FA_OK;
    for (int r = 0; status == FA_OK && r < sheet->row_count; r++) {
        const struct fa_test_cell *cells = &sheet->cells[r * width];
        int filer = sheet->def->hidden_from;
        fa_builder_set(builder, filer, cells[filer].is_given ? cells[filer].value : 0);
        for (int c = 0; status == FA_OK && c < sheet->def->hidden_from; c++) {
            if (!cells[c].is_given)
                continue;
            if (fa_type_is_bytes(sheet->def->columns[c].type))
                status = fa_builder_set_text(builder, c, cells[c].text);
            else
                fa_builder_set(builder, c, cells[c].value);
        }
        if (status == FA_OK)
            status = fa_builder_end_row(builder);
    }
    if (status == FA_OK)
        status = fa_builder_finish(builder);
    fa_builder_free(builder);
    return status;
}

/* Moves the blocks into the order of a stream. */
static enum fa_status order_blocks(struct fa_test_ledger *ledger, struct fa_spool *spool)
{
    uint64_t count = fa_spool_count(spool);
    bool *is_moved = fa_arena_array(&ledger->arena, (size_t)count + 1, sizeof *is_moved);
    if (!is_moved)
        return no_memory(ledger);
    for (uint64_t n = 0; n < count; n++) {
        uint64_t least = count;
        struct fa_block block, best = {.table = 0};
        for (uint64_t i = 0; i < count; i++) {
            if (is_moved[i])
                continue;
            FA_TRY(fa_spool_get(spool, i, &block));
            if (least == count || fa_block_compare(&ledger->kept->head, &block, &best) < 0) {
                least = i;
                best = block;
            }
        }
        FA_TRY(fa_spool_get(spool, least, &best));
        FA_TRY(fa_spool_add(ledger->kept->spool, &best));
        is_moved[least] = true;
    }
    return FA_OK;
}

static enum fa_status build_blocks(struct fa_test_ledger *ledger)
{
    enum { MEMORY_MAX = 64 << 20 };
    FA_TRY(fa_kept_new(MEMORY_MAX, NULL, ledger->sink, &ledger->kept));
    FA_TRY(fill_head(ledger, &ledger->kept->head));
    struct fa_spool *spool = fa_spool_new(MEMORY_MAX, NULL, ledger->sink);
    if (!spool)
        return no_memory(ledger);
    enum fa_status status = FA_OK;
    for (int t = 0; status == FA_OK && t < ledger->list->dictionary->table_count; t++) {
        if (is_view(ledger->list, t))
            continue;
        status = add_ids(ledger, spool, t);
        if (status == FA_OK && ledger->sheets[t].def)
            status = add_rows(ledger, spool, &ledger->sheets[t]);
    }
    if (status == FA_OK)
        status = order_blocks(ledger, spool);
    fa_spool_free(spool);
    return status;
}

enum fa_status fa_test_ledger_build(struct fa_test_ledger *ledger,
                                    const struct fa_ruleset_list *list,
                                    const struct fa_rule *rule, const struct fa_rule_test *test,
                                    struct fa_sink *sink)
{
    size_t tables = (size_t)list->dictionary->table_count;
    *ledger = (struct fa_test_ledger){
        .list = list,
        .rule = rule,
        .test = test,
        .sink = sink,
        .file = {.text = rule->ruleset->text, .source = rule->ruleset->file},
        .first_day = INT64_MAX,
        .last_day = INT64_MIN};
    fa_arena_init(&ledger->arena);
    ledger->sheets = fa_arena_array(&ledger->arena, tables, sizeof *ledger->sheets);
    ledger->spaces = fa_arena_array(&ledger->arena, tables, sizeof *ledger->spaces);
    if (!ledger->sheets || !ledger->spaces)
        return no_memory(ledger);
    FA_TRY(read_lacks(ledger));
    FA_TRY(declare_ids(ledger, true));
    /* the filer is the first institution of the test; without one it is called filer */
    int64_t number;
    if (ledger->spaces[institutions(ledger)].names.count == 0)
        FA_TRY(intern(ledger, institutions(ledger), 0, FA_STR("filer"), &number));
    FA_TRY(declare_ids(ledger, false));
    for (int t = 0; t < test->tables.count; t++)
        FA_TRY(read_table(ledger, &test->tables.items[t]));
    for (size_t t = 0; t < tables; t++)
        if (ledger->sheets[t].def) {
            sort_rows(&ledger->sheets[t]);
            note_days(ledger, &ledger->sheets[t]);
        }
    for (int i = 0; i < test->covers.count; i++)
        if (test->covers.items[i].table.kind != FA_TOKEN_END &&
            !find_table(ledger, &test->covers.items[i].table))
            return FA_ERULES;
    return build_blocks(ledger);
}

void fa_test_ledger_release(struct fa_test_ledger *ledger)
{
    fa_kept_free(ledger->kept);
    fa_arena_release(&ledger->arena);
}
