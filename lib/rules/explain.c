#include "rules/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "rules/engine.h"
#include "rules/explain_run.h"

struct kept_range {
    int table; /* in the rules' dictionary */
    uint64_t from_row, to_row;
};

struct explain {
    struct fa_explanation told;
    struct fa_blocks *ledger;
    struct fa_rule_alone alone;
    struct fa_evaluate_options evaluate;
    FA_VEC(struct kept_range) kept; /* rows of streamed tables */
    bool keeps_all;                 /* what belongs together cannot be told by a key */
    uint64_t loaded;
    struct fa_buf *text;
    bool is_telling; /* the run at hand is the one that is told */
    struct fa_arena arena;
    fa_seen_values unit_values; /* while a unit is judged */
    bool is_judging;
    size_t judged_entry;
    enum fa_status status;
};

/* --- the row --- */

static enum fa_status no_memory(const struct explain *explain)
{
    return fa_out_of_memory(explain->told.sink, "an explanation");
}

/* Names of the ids that the keys of the wanted table have parts of, by table of the ledger. */
struct names {
    struct fa_str **items;
    uint32_t *counts;
};

static enum fa_status add_names(struct explain *explain, const struct fa_block *block,
                                struct names *names)
{
    struct fa_str *more;
    uint32_t *filers, before = names->counts[block->table];
    FA_TRY(fa_block_decode_ids(block, &explain->arena, explain->told.sink, &more, &filers));
    struct fa_str *all =
        fa_arena_array(&explain->arena, (size_t)before + block->row_count + 1, sizeof *all);
    if (!all)
        return no_memory(explain);
    if (before)
        memcpy(all, names->items[block->table], before * sizeof *all);
    memcpy(all + before, more, block->row_count * sizeof *all);
    names->items[block->table] = all;
    names->counts[block->table] = before + block->row_count;
    return FA_OK;
}

static enum fa_status add_key_part(const struct explain *explain, const struct names *names,
                                   const struct fa_column_def *def,
                                   const struct fa_column *column, uint32_t at,
                                   struct fa_buf *key)
{
    char text[FA_TIME_TEXT_BYTES], code[4];
    if (fa_is_missing(column, at))
        return FA_OK;
    if (fa_type_is_bytes(def->type))
        return fa_buf_add_str(key, fa_column_text(column, at));
    int64_t value = column->values[at];
    switch (def->type) {
    case FA_TYPE_ID:
        if (value < 0 || value >= names->counts[def->refers_to])
            return FA_OK;
        return fa_buf_add_str(key, names->items[def->refers_to][value]);
    case FA_TYPE_ENUM:
        if (value < 0 || (uint64_t)value >= def->value_count)
            return FA_OK;
        return fa_buf_add_str(key, def->values[value]);
    case FA_TYPE_DATE:
        return fa_buf_add(key, text, fa_date_format(value, text));
    case FA_TYPE_TIME:
        return fa_buf_add(key, text,
                          fa_time_format(value, &explain->told.head->zone, text));
    case FA_TYPE_CURRENCY:
        fa_currency_format((fa_currency)value, code);
        return fa_buf_add_text(key, code);
    default:
        return fa_buf_addf(key, "%lld", (long long)value);
    }
}

/* What the scan for the wanted row has come to. */
struct search {
    const struct fa_table_def *def; /* the ledger's */
    struct fa_decoder *decoder;
    uint64_t whole_count, part_count; /* rows with this key; rows whose key begins with it */
    uint64_t whole_row, part_row;
};

static enum fa_status search_block(struct explain *explain, const struct names *names,
                                   const struct fa_block *block, struct search *search,
                                   struct fa_buf *key)
{
    struct fa_str wanted = explain->told.options->key;
    struct fa_batch batch;
    FA_TRY(fa_decoder_decode(search->decoder, block, explain->told.sink, &batch));
    for (uint32_t at = 0; at < batch.row_count; at++) {
        bool is_part = false;
        fa_buf_clear(key);
        for (int k = 0; k < search->def->key_count; k++) {
            int column = search->def->key_columns[k];
            if (k && fa_buf_add_char(key, '|') != FA_OK)
                return no_memory(explain);
            if (add_key_part(explain, names, &search->def->columns[column],
                             &batch.columns[column], at, key) != FA_OK)
                return no_memory(explain);
            is_part |= fa_str_equal(fa_buf_str(key), wanted);
        }
        bool is_whole = fa_str_equal(fa_buf_str(key), wanted);
        if (is_whole && search->whole_count++ == 0)
            search->whole_row = batch.first_row + at;
        if (is_part && search->part_count++ == 0)
            search->part_row = batch.first_row + at;
    }
    return FA_OK;
}

/* Rows that reverse others are kept all: the view `effective` asks for them. */
static enum fa_status keep_reversals(struct explain *explain, const struct fa_block *block,
                                     struct fa_decoder *decoder, int table, int column)
{
    struct fa_batch batch;
    FA_TRY(fa_decoder_decode(decoder, block, explain->told.sink, &batch));
    for (uint32_t at = 0; at < batch.row_count; at++)
        if (!fa_is_missing(&batch.columns[column], at)) {
            const struct kept_range range = {table, batch.first_row + at, batch.first_row + at};
            if (fa_vec_add(&explain->kept, range) != FA_OK)
                return no_memory(explain);
        }
    return FA_OK;
}

static enum fa_status scan_blocks(struct explain *explain, struct search *search,
                                  struct names *names, struct fa_decoder *flows,
                                  struct fa_buf *key)
{
    const struct fa_table_def *flow =
        fa_dictionary_find(&explain->told.head->dictionary, FA_STR("flow"));
    const struct fa_table_def *mine =
        fa_dictionary_find(explain->told.list->dictionary, FA_STR("flow"));
    int reverses = flow ? fa_table_find_column(flow, FA_STR("reverses")) : FA_NO_COLUMN;
    FA_TRY(fa_blocks_rewind(explain->ledger));
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(explain->ledger, &block, &is_end));
        if (is_end)
            return FA_OK;
        if (block.kind == FA_BLOCK_IDS)
            FA_TRY(add_names(explain, &block, names));
        if (block.kind != FA_BLOCK_TABLE)
            continue;
        if (search->def && block.table == search->def->index)
            FA_TRY(search_block(explain, names, &block, search, key));
        if (flows && mine && block.table == flow->index && reverses != FA_NO_COLUMN)
            FA_TRY(keep_reversals(explain, &block, flows, mine->index, reverses));
    }
}

static struct fa_decoder *new_decoder(const struct fa_table_def *def)
{
    struct fa_decoder *decoder = def ? fa_decoder_new(def) : NULL;
    if (decoder)
        fa_decoder_want_all(decoder);
    return decoder;
}

static enum fa_status scan(struct explain *explain, struct search *search)
{
    const struct fa_dictionary *dictionary = &explain->told.head->dictionary;
    const struct fa_table_def *flow = fa_dictionary_find(dictionary, FA_STR("flow"));
    size_t tables = (size_t)dictionary->table_count;
    struct names names = {
        fa_arena_array(&explain->arena, tables + 1, sizeof(struct fa_str *)),
        fa_arena_array(&explain->arena, tables + 1, sizeof(uint32_t))};
    struct fa_decoder *flows = new_decoder(flow);
    struct fa_buf key;
    fa_buf_init(&key);
    search->decoder = new_decoder(search->def);
    enum fa_status status = names.items && names.counts && (!flow || flows) &&
                                    (!search->def || search->decoder)
                                ? FA_OK
                                : no_memory(explain);
    if (status == FA_OK)
        status = scan_blocks(explain, search, &names, flows, &key);
    if (flows)
        fa_decoder_free(flows);
    if (search->decoder)
        fa_decoder_free(search->decoder);
    fa_buf_release(&key);
    return status;
}

/* Finds the row that the options name. */
static enum fa_status find_row(struct explain *explain)
{
    struct fa_explanation *told = &explain->told;
    const struct fa_explain_options *options = told->options;
    struct fa_str name = options->table.size
                             ? options->table
                             : told->list->dictionary->tables[told->table].name;
    const struct fa_table_def *mine = fa_dictionary_find(told->list->dictionary, name);
    struct search search = {.def = fa_dictionary_find(&told->head->dictionary, name)};
    char quoted[FA_QUOTED_BYTES];
    if (!options->is_finding && (!mine || !search.def))
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0},
                        "flowaudit-view --schema shows the tables of a stream",
                        "the stream has no table %s", fa_quoted(name, quoted));
    if (options->is_finding)
        search.def = NULL;
    FA_TRY(scan(explain, &search));
    if (options->is_finding)
        return FA_OK;
    uint64_t count = search.whole_count ? search.whole_count : search.part_count;
    if (count == 0)
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0}, NULL,
                        "no row of %.*s has the key %s", (int)name.size, name.bytes,
                        fa_quoted(options->key, quoted));
    if (count > 1)
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0},
                        "give all parts of the key, with | between them",
                        "%llu rows of %.*s have the key %s", (unsigned long long)count,
                        (int)name.size, name.bytes, fa_quoted(options->key, quoted));
    told->has_row = true;
    told->table = mine->index;
    told->row_no = search.whole_count ? search.whole_row : search.part_row;
    told->row_key = options->key;
    return FA_OK;
}

/* --- which rows belong together --- */

/* Whether a key tells which rows of a streamed table belong to a unit. Duties compete for what
 * answers them whatever their keys, and views are made of all rows. */
static bool is_keyed(const struct fa_rule *rule)
{
    bool is_simple = !rule->duty && rule->view_count == 0 && rule->prev_key_count == 0;
    return is_simple && (rule->way == FA_WAY_GROUP || rule->way == FA_WAY_RUNNING ||
                         rule->way == FA_WAY_COMPARE || rule->way == FA_WAY_ROW ||
                         rule->way == FA_WAY_WINDOW || rule->way == FA_WAY_SEQUENCE ||
                         rule->way == FA_WAY_UNIQUE || rule->way == FA_WAY_GAPLESS);
}

static enum fa_status keep(struct explain *explain, int table, uint64_t from_row,
                           uint64_t to_row)
{
    const struct kept_range range = {table, from_row, to_row};
    return fa_vec_add(&explain->kept, range) == FA_OK ? FA_OK : no_memory(explain);
}

/* A rule that fires for the rows of POPULATION with these keys, and gathers them. */
static enum fa_status make_gatherer(struct explain *explain,
                                    const struct fa_population *population,
                                    struct fa_expr *const *keys, struct fa_expr *dated_by,
                                    const struct fa_value *values, struct fa_rule *gatherer)
{
    const struct fa_rule *rule = explain->told.rule;
    size_t count = (size_t)rule->key_count;
    struct fa_expr *made = fa_arena_array(&explain->arena, 2 * count + 1, sizeof *made);
    struct fa_expr **args = fa_arena_array(&explain->arena, 3 * count + 1, sizeof *args);
    struct fa_key_part *parts = fa_arena_array(&explain->arena, count + 1, sizeof *parts);
    if (!made || !args || !parts)
        return no_memory(explain);
    for (size_t k = 0; k < count; k++) {
        struct fa_expr *equal = &made[2 * k], *value = &made[2 * k + 1];
        *value = (struct fa_expr){.op = FA_OP_CONST,
                                  .kind = keys[k]->kind,
                                  .values_of = keys[k]->values_of,
                                  .refers_to = keys[k]->refers_to,
                                  .value = values[k]};
        args[count + 2 * k] = keys[k];
        args[count + 2 * k + 1] = value;
        *equal = (struct fa_expr){.op = FA_OP_EQ,
                                  .kind = FA_KIND_BOOL,
                                  .args = &args[count + 2 * k],
                                  .arg_count = 2};
        args[k] = equal;
        parts[k] = (struct fa_key_part){.name = rule->keys[k].name, .expr = keys[k]};
    }
    struct fa_expr *all = &made[2 * count];
    *all = (struct fa_expr){.op = FA_OP_AND, .kind = FA_KIND_BOOL, .args = args,
                            .arg_count = (int)count};
    *gatherer = (struct fa_rule){.id = rule->id,
                                 .ruleset = rule->ruleset,
                                 .from_day = INT64_MIN,
                                 .to_day = INT64_MAX,
                                 .way = FA_WAY_ROW,
                                 .population = *population,
                                 .dated_by = dated_by,
                                 .keys = parts,
                                 .key_count = (int)count,
                                 .when = count == 1 ? args[0] : all,
                                 .worst_shown = -1,
                                 .amount_column = -1};
    return FA_OK;
}

/* Rows of POPULATION with the keys VALUES; those of which it is not known come along. */
static enum fa_status keep_group(struct explain *explain,
                                 const struct fa_population *population,
                                 struct fa_expr *const *keys, struct fa_expr *dated_by,
                                 const struct fa_value *values)
{
    struct fa_explanation *told = &explain->told;
    struct fa_rule_alone alone;
    struct fa_rule gatherer;
    struct fa_verdicts verdicts;
    fa_rule_isolate(&alone, told->list, &explain->alone.rule);
    FA_TRY(make_gatherer(explain, population, keys, dated_by, values, &gatherer));
    alone.rule = gatherer;
    alone.rule.ruleset = &alone.ruleset;
    alone.ruleset.applies = NULL;
    fa_verdicts_init(&verdicts);
    enum fa_status status = fa_blocks_rewind(explain->ledger);
    if (status == FA_OK)
        status = fa_evaluate(&alone.list, explain->ledger, &explain->evaluate, told->sink,
                             &verdicts);
    const struct fa_table_def *theirs =
        fa_dictionary_find(&told->head->dictionary,
                           told->list->dictionary->tables[population->table].name);
    for (size_t f = 0; status == FA_OK && f < verdicts.findings.count; f++) {
        const struct fa_finding *finding = &verdicts.findings.items[f];
        bool is_own = finding->cause.size || told->rule->is_across_filers ||
                      fa_str_equal(finding->filer, told->filer);
        for (size_t i = 0; status == FA_OK && is_own && i < finding->rows.count; i++)
            if (finding->rows.items[i].table == theirs->index)
                status = keep(explain, population->table, finding->rows.items[i].from_row,
                              finding->rows.items[i].to_row);
    }
    fa_verdicts_release(&verdicts);
    return status;
}

static enum fa_status keep_key(struct explain *explain, const struct fa_value *values)
{
    const struct fa_rule *rule = explain->told.rule;
    struct fa_expr **keys =
        fa_arena_array(&explain->arena, (size_t)rule->key_count + 1, sizeof *keys);
    if (!keys)
        return no_memory(explain);
    if (rule->way == FA_WAY_COMPARE) {
        for (int s = 0; s < rule->series_count; s++)
            FA_TRY(keep_group(explain, &rule->series[s].population, rule->series[s].keys,
                              rule->series[s].dated_by, values));
        return FA_OK;
    }
    for (int k = 0; k < rule->key_count; k++)
        keys[k] = rule->keys[k].expr;
    return keep_group(explain, &rule->population, keys, rule->dated_by, values);
}

/* --- watching --- */

/* Tables that come in the order of time are loaded in part, the others as a whole. */
static bool is_read_in_part(const struct explain *explain, const struct fa_table_def *table)
{
    const struct fa_rule *rule = explain->told.rule;
    if (explain->keeps_all || table->by == FA_NO_COLUMN)
        return false;
    bool is_own = rule->population.table == table->index;
    for (int s = 0; s < rule->series_count; s++)
        is_own |= rule->series[s].population.table == table->index;
    return is_own;
}

static bool keeps(void *context, const struct fa_table_def *table, uint64_t row_no)
{
    struct explain *explain = context;
    const struct fa_explanation *told = &explain->told;
    bool is_kept = !is_read_in_part(explain, table) ||
                   (told->has_row && told->table == table->index && told->row_no == row_no);
    size_t from = 0, to = explain->kept.count;
    while (!is_kept && from < to) {
        size_t middle = from + (to - from) / 2;
        const struct kept_range *range = &explain->kept.items[middle];
        bool is_behind = range->table < table->index ||
                         (range->table == table->index && range->to_row < row_no);
        is_kept = range->table == table->index && range->from_row <= row_no &&
                  row_no <= range->to_row;
        from = is_behind ? middle + 1 : from;
        to = is_behind ? to : middle;
    }
    explain->loaded += is_kept;
    return is_kept && explain->loaded <= FA_EXPLAIN_ROWS_MAX;
}

static bool is_row(const struct explain *explain, const struct fa_plain_scope *scope)
{
    const struct fa_explanation *told = &explain->told;
    int table = scope->row_table->index;
    if (table == FA_LEG_TABLE)
        table = fa_dictionary_find(told->list->dictionary, FA_STR("flow"))->index;
    return told->has_row && !scope->rule && scope->row && table == told->table &&
           scope->row->row_no == told->row_no;
}

static void note(struct explain *explain, fa_seen_values *values, int leg,
                 const struct fa_expr *expr, const struct fa_plain_result *result)
{
    const struct fa_seen_value seen = {expr, leg, *result};
    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].expr == expr && values->items[i].leg == leg) {
            values->items[i] = seen;
            return;
        }
    if (explain->status == FA_OK)
        explain->status = fa_vec_add(values, seen);
}

static void evaluated(void *context, const struct fa_plain_scope *scope,
                      const struct fa_expr *expr, const struct fa_plain_result *result)
{
    struct explain *explain = context;
    if (explain->is_judging)
        note(explain, &explain->unit_values, 0, expr, result);
    if (is_row(explain, scope))
        note(explain, &explain->told.values, scope->leg, expr, result);
}

static void admitted(void *context, const struct fa_rule *rule,
                     const struct fa_population *population,
                     const struct fa_plain_member *member, const struct fa_plain_step *step)
{
    struct explain *explain = context;
    struct fa_explanation *told = &explain->told;
    /* what becomes a row of a view is not judged by itself */
    if (rule->view || !told->has_row || population->table != told->table ||
        member->row->row_no != told->row_no)
        return;
    const struct fa_seen_entry entry = {population, member->leg, *step, *member};
    if (explain->status == FA_OK)
        explain->status = fa_vec_add(&told->entries, entry);
}

static int64_t instant_of(const struct fa_explanation *told, bool has_instant, int64_t instant_us,
                          int64_t day_no)
{
    return has_instant ? instant_us : fa_day_start(day_no, &told->rule->ruleset->zone);
}

/* Whether a unit with the entry's key comes at the entry's time, or is the first behind it. */
static bool is_at(const struct fa_explanation *told, const struct fa_seen_entry *entry,
                  const struct fa_plain_scope *scope)
{
    const struct fa_rule *rule = told->rule;
    if (told->finding) {
        int64_t at = instant_of(told, scope->has_instant, scope->instant_us, scope->day_no);
        return rule->has_period ? scope->day_no == told->finding->period_last_day
               : rule->way == FA_WAY_GROUP || !told->finding->has_time
                   ? true
                   : at >= told->finding->first_us;
    }
    if (!entry->member.has_day)
        return false;
    if (rule->has_period)
        return scope->day_no == fa_period_last(rule->period, entry->member.day_no);
    if (rule->way == FA_WAY_GROUP)
        return true;
    if (scope->has_instant && entry->member.has_instant)
        return scope->instant_us >= entry->member.instant_us;
    return scope->has_day && scope->day_no >= entry->member.day_no;
}

static bool has_unit(const struct fa_explanation *told, size_t entry)
{
    for (size_t i = 0; i < told->units.count; i++)
        if (told->units.items[i].entry == entry)
            return true;
    return false;
}

static bool is_unit_of(const struct explain *explain, size_t index,
                       const struct fa_plain_scope *scope)
{
    const struct fa_explanation *told = &explain->told;
    const struct fa_seen_entry *entry = &told->entries.items[index];
    if (entry->step.kind != FA_STEP_TAKEN || has_unit(told, index))
        return false;
    if (!scope->rule) /* the row itself is the unit */
        return is_row(explain, scope) && scope->leg == entry->leg;
    return scope->keys && entry->member.keys &&
           fa_plain_same_keys(scope->keys, entry->member.keys, told->rule->key_count) &&
           is_at(told, entry, scope);
}

static void judging(void *context, const struct fa_rule *rule,
                    const struct fa_plain_scope *scope)
{
    struct explain *explain = context;
    (void)rule;
    for (size_t i = 0; i < explain->told.entries.count && !explain->is_judging; i++)
        if (is_unit_of(explain, i, scope)) {
            explain->is_judging = true;
            explain->judged_entry = i;
            explain->unit_values = (fa_seen_values){0};
        }
}

static void judged(void *context, const struct fa_rule *rule, const struct fa_plain_scope *scope,
                   const struct fa_plain_judged *judged)
{
    struct explain *explain = context;
    (void)rule;
    if (!explain->is_judging)
        return;
    explain->is_judging = false;
    const struct fa_seen_unit unit = {.entry = explain->judged_entry,
                                      .keys = scope->keys,
                                      .has_day = scope->has_day,
                                      .has_instant = scope->has_instant,
                                      .day_no = scope->day_no,
                                      .instant_us = scope->instant_us,
                                      .judged = *judged,
                                      .values = explain->unit_values};
    explain->unit_values = (fa_seen_values){0};
    if (explain->status == FA_OK)
        explain->status = fa_vec_add(&explain->told.units, unit);
}

/* Whose filing the row came from. */
static enum fa_status find_filer(struct explain *explain, const struct fa_plain_ledger *ledger)
{
    struct fa_explanation *told = &explain->told;
    int institution =
        fa_dictionary_find(told->list->dictionary, FA_STR("institution"))->index;
    told->filer = told->head->filer;
    for (size_t i = 0; i < told->entries.count; i++) {
        const struct fa_value *filer = &told->entries.items[i].member.filer;
        if (told->entries.items[i].step.kind != FA_STEP_TAKEN || filer->is_missing ||
            filer->numerator < 0 || filer->numerator >= ledger->name_counts[institution])
            continue;
        struct fa_str name =
            fa_arena_str(&explain->arena, ledger->names[institution][filer->numerator]);
        if (!name.bytes)
            return no_memory(explain);
        told->filer = name.size ? name : told->filer;
    }
    return FA_OK;
}

/* Whether the unit is what owed: the row, or the key while it fired. */
static bool is_owing(const struct fa_explanation *told, const struct fa_seen_unit *unit,
                     const struct fa_plain_owed *owed)
{
    const struct fa_finding *finding = &owed->finding;
    const struct fa_seen_entry *entry = &told->entries.items[unit->entry];
    if (told->rule->way == FA_WAY_ROW)
        return owed->row.row->row_no == told->row_no && owed->row.leg == entry->leg;
    if (!finding->keys || !unit->keys ||
        !fa_plain_same_keys(finding->keys, unit->keys, told->rule->key_count))
        return false;
    if (told->rule->has_period)
        return finding->period_last_day == unit->day_no;
    int64_t at = instant_of(told, unit->has_instant, unit->instant_us, unit->day_no);
    return !finding->has_time || told->rule->way == FA_WAY_GROUP ||
           (finding->first_us <= at && at <= finding->last_us);
}

static void settled(void *context, const struct fa_rule *rule, const struct fa_plain_owed *owed,
                    enum fa_plain_settled settled, struct fa_str cause)
{
    struct explain *explain = context;
    (void)rule;
    for (size_t i = 0; i < explain->told.units.count; i++) {
        struct fa_seen_unit *unit = &explain->told.units.items[i];
        if (unit->has_duty || !is_owing(&explain->told, unit, owed))
            continue;
        unit->has_duty = true;
        unit->settled = settled;
        unit->duty_cause = cause;
        unit->shown = owed->finding.first;
    }
}

static enum fa_status done(void *context, const struct fa_plain_ledger *ledger)
{
    struct explain *explain = context;
    explain->told.ledger = ledger;
    FA_TRY(explain->status);
    return explain->is_telling ? fa_explanation_tell(&explain->told, explain->text)
                               : find_filer(explain, ledger);
}

static void forget(struct fa_explanation *told)
{
    for (size_t i = 0; i < told->units.count; i++)
        fa_vec_free(&told->units.items[i].values);
    told->units.count = told->entries.count = told->values.count = 0;
}

static int compare_ranges(const void *a, const void *b)
{
    const struct kept_range *x = a, *y = b;
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    return x->from_row < y->from_row ? -1 : x->from_row > y->from_row;
}

/* Sorted and without overlaps, so that a row is found by bisection. */
static void sort_kept(struct explain *explain)
{
    size_t count = 0;
    if (explain->kept.count)
        qsort(explain->kept.items, explain->kept.count, sizeof *explain->kept.items,
              compare_ranges);
    for (size_t i = 0; i < explain->kept.count; i++) {
        struct kept_range range = explain->kept.items[i];
        struct kept_range *last = count ? &explain->kept.items[count - 1] : NULL;
        if (!last || last->table != range.table || last->to_row < range.from_row)
            explain->kept.items[count++] = range;
        else if (range.to_row > last->to_row)
            last->to_row = range.to_row;
    }
    explain->kept.count = count;
}

/* One run of the plain evaluator over what is kept. */
static enum fa_status watch(struct explain *explain, struct fa_verdicts *verdicts,
                            bool is_telling)
{
    const struct fa_plain_observer observer = {.context = explain,
                                               .keeps = keeps,
                                               .admitted = admitted,
                                               .evaluated = evaluated,
                                               .judging = judging,
                                               .judged = judged,
                                               .settled = settled,
                                               .done = done};
    explain->is_telling = is_telling;
    explain->loaded = 0;
    sort_kept(explain);
    FA_TRY(fa_blocks_rewind(explain->ledger));
    enum fa_status status =
        fa_observe_plain(&explain->alone.list, explain->ledger, &explain->evaluate, &observer,
                         explain->told.sink, verdicts);
    if (explain->loaded > FA_EXPLAIN_ROWS_MAX)
        return fa_error(explain->told.sink, FA_CODE_LIMIT, (struct fa_place){0},
                        "explain a row of a smaller key, or a smaller filing",
                        "more than %u rows belong to what is explained", FA_EXPLAIN_ROWS_MAX);
    return status;
}

/* --- all of it --- */

/* What is judged belongs together by its key: it is found by the row, or told by the finding. */
static enum fa_status select_rows(struct explain *explain)
{
    struct fa_explanation *told = &explain->told;
    const struct fa_rule *rule = told->rule;
    explain->keeps_all = !is_keyed(rule) && !told->is_of_view;
    if (explain->keeps_all || told->is_of_view || rule->key_count == 0)
        return FA_OK;
    if (told->finding && told->finding->keys) {
        told->filer = told->finding->filer;
        return keep_key(explain, told->finding->keys);
    }
    struct fa_verdicts verdicts;
    fa_verdicts_init(&verdicts);
    enum fa_status status = watch(explain, &verdicts, false);
    FA_VEC(const struct fa_value *) keys = {0};
    for (size_t i = 0; status == FA_OK && i < told->entries.count; i++)
        if (told->entries.items[i].step.kind == FA_STEP_TAKEN)
            status = fa_vec_add(&keys, told->entries.items[i].member.keys);
    forget(told);
    for (size_t i = 0; status == FA_OK && i < keys.count; i++)
        status = keep_key(explain, keys.items[i]);
    fa_vec_free(&keys);
    fa_verdicts_release(&verdicts);
    return status;
}

/* A finding stands for a row (way 1), or for a unit with its key. */
static enum fa_status take_finding(struct explain *explain, const struct fa_verdicts *verdicts)
{
    struct fa_explanation *told = &explain->told;
    if (told->options->finding_no >= verdicts->findings.count)
        return fa_error(told->sink, FA_CODE_EXPLAIN_ROW, (struct fa_place){0}, NULL,
                        "the rule has no such finding");
    told->finding = &verdicts->findings.items[told->options->finding_no];
    const struct fa_finding *finding = told->finding;
    const struct fa_table_def *judged = told->rule->population.row_table;
    told->is_of_view = told->rule->way == FA_WAY_ROW && judged && judged->written_by == FA_BY_VIEW;
    if (finding->rows.count == 0 || told->is_of_view)
        return FA_OK;
    const struct fa_row_range *range = &finding->rows.items[0];
    const struct fa_table_def *mine = fa_dictionary_find(
        told->list->dictionary, told->head->dictionary.tables[range->table].name);
    if ((told->rule->way == FA_WAY_ROW || finding->cause.size) && mine) {
        told->has_row = true;
        told->table = mine->index;
        told->row_no = range->from_row;
        told->row_key = finding->row_key;
    }
    return FA_OK;
}

static enum fa_status explain_tested(struct explain *explain, struct fa_verdicts *verdicts)
{
    struct fa_explanation *told = &explain->told;
    if (told->options->is_finding)
        FA_TRY(take_finding(explain, verdicts));
    FA_TRY(find_row(explain));
    if (told->finding && told->has_row)
        told->finding = NULL; /* from here on it is the row's */
    FA_TRY(select_rows(explain));
    if (told->finding && told->finding->keys && !told->is_of_view) {
        struct fa_seen_entry entry = {.population = &told->rule->population,
                                      .step = {.kind = FA_STEP_TAKEN}};
        entry.member.keys = told->finding->keys;
        FA_TRY(fa_vec_add(&told->entries, entry));
    }
    struct fa_verdicts seen;
    fa_verdicts_init(&seen);
    enum fa_status status = watch(explain, &seen, true);
    fa_verdicts_release(&seen);
    return status;
}

enum fa_status fa_rule_explain(const struct fa_ruleset_list *list, const struct fa_rule *rule,
                               struct fa_blocks *ledger,
                               const struct fa_explain_options *options, struct fa_sink *sink,
                               struct fa_buf *text)
{
    struct explain explain = {
        .ledger = ledger,
        .text = text,
        .evaluate = {.as_of_day = options->as_of_day, .memory_max = options->memory_max}};
    struct fa_verdicts verdicts;
    fa_arena_init(&explain.arena);
    fa_rule_isolate(&explain.alone, list, rule);
    fa_verdicts_init(&verdicts);
    enum fa_status status = fa_blocks_rewind(ledger);
    if (status == FA_OK)
        status = fa_evaluate(&explain.alone.list, ledger, &explain.evaluate, sink, &verdicts);
    explain.told = (struct fa_explanation){.list = list,
                                           .rule = &explain.alone.rule,
                                           .options = options,
                                           .head = ledger->head,
                                           .sink = sink,
                                           .table = rule->population.table,
                                           .counts = verdicts.counts};
    /* a part of the ledger may lack what the whole has */
    explain.alone.rule.need_count = 0;
    if (status == FA_OK)
        status = verdicts.counts[0].verdict == FA_TESTED
                     ? explain_tested(&explain, &verdicts)
                     : fa_explanation_tell(&explain.told, text);
    forget(&explain.told);
    fa_vec_free(&explain.told.entries);
    fa_vec_free(&explain.told.units);
    fa_vec_free(&explain.told.values);
    fa_vec_free(&explain.unit_values);
    fa_vec_free(&explain.kept);
    fa_verdicts_release(&verdicts);
    fa_arena_release(&explain.arena);
    return status == FA_ELIMIT && !sink->has_error ? fa_out_of_memory(sink, "an explanation")
                                                   : status;
}
