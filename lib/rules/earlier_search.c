/*
 * What this run knows of earlier findings: their rules, the days that are covered, and whether what they
 * are about is in this filing.
 */
#include "rules/earlier.h"

#include <stdlib.h>
#include <string.h>

static enum fa_status no_memory(const struct fa_flagging *flagging)
{
    return fa_out_of_memory(flagging->sink, "the earlier results");
}

/* --- rules and periods --- */

static void find_rules(struct fa_flagging *flagging)
{
    const struct fa_baseline *baseline = flagging->options->baseline;
    size_t rule_no = 0;
    for (size_t s = 0; s < flagging->rulesets->rulesets.count; s++) {
        const struct fa_ruleset *ruleset = flagging->rulesets->rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++, rule_no++) {
            uint32_t number = fa_texts_find(&baseline->rule_ids, ruleset->rules[r].id);
            if (number != FA_NO_NUMBER)
                flagging->search->rules[number] = (struct fa_known_rule){
                    &ruleset->rules[r], &flagging->verdicts.counts[rule_no],
                    &flagging->verdicts.met[rule_no]};
        }
    }
}

struct fa_str fa_earlier_table(const struct fa_rule *rule)
{
    const struct fa_table_def *table = rule->population.row_table;
    return table->index == FA_LEG_TABLE ? FA_STR("flow") : table->name;
}

static bool is_read(const struct fa_flagging *flagging, const struct fa_rule *rule,
                    const struct fa_table_def *table)
{
    const struct fa_dictionary *dictionary = flagging->rulesets->dictionary;
    if (fa_str_equal(fa_earlier_table(rule), table->name))
        return true;
    for (int n = 0; table->by != FA_NO_COLUMN && n < rule->need_count; n++)
        if (rule->needs[n].table >= 0 &&
            fa_str_equal(dictionary->tables[rule->needs[n].table].name, table->name))
            return true;
    return false;
}

/* Where a rule reads no such table itself (its rows are of a view, or breaks), that of all of them. */
bool fa_earlier_cover(const struct fa_flagging *flagging, const struct fa_rule *rule,
                      int64_t *from_day, int64_t *to_day)
{
    const struct fa_head *head = flagging->ledger->head;
    bool is_found = false;
    for (int pass = 0; pass < 2 && !is_found; pass++) {
        *from_day = INT64_MIN;
        *to_day = flagging->out->head.as_of_day;
        for (size_t i = 0; i < head->covers.count; i++) {
            const struct fa_cover_info *cover = &head->covers.items[i];
            const struct fa_table_def *table = &head->dictionary.tables[cover->table];
            if (pass ? table->by == FA_NO_COLUMN : !is_read(flagging, rule, table))
                continue;
            is_found = true;
            *from_day = cover->from_day > *from_day ? cover->from_day : *from_day;
            *to_day = cover->to_day < *to_day ? cover->to_day : *to_day;
        }
    }
    return is_found;
}

static enum fa_status find_unknown(struct fa_flagging *flagging)
{
    for (size_t f = 0; f < flagging->verdicts.findings.count; f++) {
        const struct fa_finding *finding = &flagging->verdicts.findings.items[f];
        if (finding->outcome == FA_INDETERMINATE &&
            fa_vec_add(&flagging->search->unknown, finding) != FA_OK)
            return no_memory(flagging);
    }
    return FA_OK;
}

/* --- looking for subjects in the ledger --- */

bool fa_earlier_is_row(const struct fa_rule *rule)
{
    return rule->way == FA_WAY_ROW && !rule->key_count &&
           rule->population.row_table->written_by != FA_BY_VIEW;
}

struct fa_str fa_earlier_columns(const struct fa_flagging *flagging, const struct fa_earlier *earlier)
{
    return flagging->options->baseline->texts.items[earlier->subject_columns];
}

static enum fa_status make_key(struct fa_buf *key, int table, struct fa_str text)
{
    fa_buf_clear(key);
    FA_TRY(fa_buf_add_u32(key, (uint32_t)table));
    return fa_buf_add_str(key, text);
}

static struct fa_str next_part(struct fa_str *rest)
{
    const char *bar = rest->size ? memchr(rest->bytes, '|', rest->size) : NULL;
    struct fa_str part = {rest->bytes, bar ? (size_t)(bar - rest->bytes) : rest->size};
    size_t taken = part.size + (bar != NULL);
    *rest = (struct fa_str){rest->bytes + taken, rest->size - taken};
    return part;
}

static int count_parts(struct fa_str text)
{
    int count = 1;
    for (size_t i = 0; i < text.size; i++)
        count += text.bytes[i] == '|';
    return count;
}

/* The table that values of "table.column" are ids of, FA_NO_TABLE: they are none. */
static int ids_of(const struct fa_flagging *flagging, struct fa_str column)
{
    const struct fa_dictionary *dictionary = &flagging->ledger->head->dictionary;
    const char *dot = column.size ? memchr(column.bytes, '.', column.size) : NULL;
    if (!dot)
        return FA_NO_TABLE;
    size_t size = (size_t)(dot - column.bytes);
    const struct fa_table_def *table =
        fa_dictionary_find(dictionary, (struct fa_str){column.bytes, size});
    int found = table ? fa_table_find_column(table, (struct fa_str){dot + 1, column.size - size - 1})
                      : FA_NO_COLUMN;
    return found == FA_NO_COLUMN || table->columns[found].type != FA_TYPE_ID
               ? FA_NO_TABLE
               : table->columns[found].refers_to;
}

static enum fa_status want_ids(struct fa_flagging *flagging, const struct fa_earlier *earlier)
{
    struct fa_earlier_search *search = flagging->search;
    struct fa_str columns = fa_earlier_columns(flagging, earlier), subject = earlier->subject;
    int count = count_parts(columns);
    for (int i = 0; i < count && (count == 1 || count == count_parts(earlier->subject)); i++) {
        uint32_t number;
        struct fa_str part = count > 1 ? next_part(&subject) : subject;
        int table = ids_of(flagging, next_part(&columns));
        if (table == FA_NO_TABLE)
            continue;
        if (make_key(&search->text, table, part) != FA_OK)
            return no_memory(flagging);
        FA_TRY(fa_texts_add(&search->ids, &search->meter, fa_buf_str(&search->text), true, &number));
    }
    return FA_OK;
}

static enum fa_status want_row(struct fa_flagging *flagging, const struct fa_rule *rule,
                               const struct fa_earlier *earlier)
{
    struct fa_earlier_search *search = flagging->search;
    const struct fa_table_def *table = fa_dictionary_find(
        &flagging->ledger->head->dictionary, fa_earlier_table(rule));
    uint32_t number;
    if (!table)
        return FA_OK;
    search->wants[table->index] = true;
    if (make_key(&search->text, table->index, earlier->subject) != FA_OK)
        return no_memory(flagging);
    return fa_texts_add(&search->rows, &search->meter, fa_buf_str(&search->text), true, &number);
}

enum fa_status fa_earlier_plan(struct fa_flagging *flagging)
{
    const struct fa_baseline *baseline = flagging->options->baseline;
    struct fa_earlier_search *search = calloc(1, sizeof *search);
    flagging->search = search;
    if (!search)
        return no_memory(flagging);
    search->meter.sink = flagging->sink;
    fa_texts_init(&search->rows);
    fa_texts_init(&search->ids);
    search->rules = calloc(baseline->rules.count + 1, sizeof *search->rules);
    search->wants = calloc((size_t)flagging->ledger->head->dictionary.table_count + 1, 1);
    if (!search->rules || !search->wants)
        return no_memory(flagging);
    find_rules(flagging);
    FA_TRY(find_unknown(flagging));
    for (size_t i = 0; i < baseline->list.count; i++) {
        const struct fa_earlier *earlier = &baseline->list.items[i];
        const struct fa_rule *rule = search->rules[earlier->rule].rule;
        if (rule && !fa_earlier_is_settled(earlier) && fa_earlier_columns(flagging, earlier).size)
            FA_TRY(fa_earlier_is_row(rule) ? want_row(flagging, rule, earlier) : want_ids(flagging, earlier));
    }
    search->row_of = calloc(search->rows.count + 1, sizeof *search->row_of);
    search->id_of = calloc(search->ids.count + 1, sizeof *search->id_of);
    return search->row_of && search->id_of ? FA_OK : no_memory(flagging);
}

void fa_earlier_search_free(struct fa_earlier_search *search)
{
    if (!search)
        return;
    free(search->rules);
    free(search->wants);
    free(search->row_of);
    free(search->id_of);
    fa_vec_free(&search->unknown);
    fa_texts_release(&search->rows, &search->meter);
    fa_texts_release(&search->ids, &search->meter);
    fa_buf_release(&search->text);
    free(search);
}

bool fa_earlier_wants(const struct fa_flagging *flagging, int table)
{
    return flagging->search && flagging->search->wants[table];
}

enum fa_status fa_earlier_take(struct fa_flagging *flagging, const struct fa_batch *batch)
{
    struct fa_earlier_search *search = flagging->search;
    const struct fa_cell_context context = {flagging->ledger->head, flagging->held};
    const struct fa_table_def *table = batch->table;
    if (!search || !search->wants[table->index])
        return FA_OK;
    for (uint32_t i = 0; i < batch->row_count; i++) {
        struct fa_buf *key = &search->text;
        enum fa_status status = make_key(key, table->index, (struct fa_str){"", 0});
        for (int k = 0; status == FA_OK && k < table->key_count; k++) {
            status = k ? fa_buf_add_char(key, '|') : FA_OK;
            if (status == FA_OK)
                status = fa_cell_format(&context, batch, table->key_columns[k], i, key);
        }
        if (status != FA_OK)
            return no_memory(flagging);
        while (key->size > 5 && key->bytes[key->size - 1] == '|') /* as subjects are written */
            key->size--;
        uint32_t number = fa_texts_find(&search->rows, fa_buf_str(key));
        if (number != FA_NO_NUMBER && !search->row_of[number])
            search->row_of[number] = batch->first_row + i + 1;
    }
    return FA_OK;
}

enum fa_status fa_earlier_find_names(struct fa_flagging *flagging)
{
    struct fa_earlier_search *search = flagging->search;
    int table_count = flagging->ledger->head->dictionary.table_count;
    for (int t = 0; search->ids.count && t < table_count; t++) {
        const struct fa_held_table *space = fa_held_get(flagging->held, t);
        for (uint32_t id = 0; space && space->names && id < space->id_count; id++) {
            if (make_key(&search->text, t, space->names[id]) != FA_OK)
                return no_memory(flagging);
            uint32_t number = fa_texts_find(&search->ids, fa_buf_str(&search->text));
            if (number != FA_NO_NUMBER)
                search->id_of[number] = (uint64_t)id + 1;
        }
    }
    return FA_OK;
}

/* 1 + the number of the id PART of TABLE, 0: this filing does not name it. */
static uint64_t id_of(struct fa_flagging *flagging, int table, struct fa_str part)
{
    struct fa_earlier_search *search = flagging->search;
    uint32_t number = make_key(&search->text, table, part) == FA_OK
                          ? fa_texts_find(&search->ids, fa_buf_str(&search->text))
                          : FA_NO_NUMBER;
    return number == FA_NO_NUMBER ? 0 : search->id_of[number];
}

bool fa_earlier_is_named(struct fa_flagging *flagging, const struct fa_earlier *earlier)
{
    struct fa_str columns = fa_earlier_columns(flagging, earlier), subject = earlier->subject;
    int count = count_parts(columns);
    if (!columns.size)
        return true;
    for (int i = 0; i < count; i++) {
        struct fa_str part = count > 1 ? next_part(&subject) : subject;
        int table = ids_of(flagging, next_part(&columns));
        if (table != FA_NO_TABLE && !id_of(flagging, table, part))
            return false;
    }
    return count == 1 || count == count_parts(earlier->subject);
}

uint64_t fa_earlier_table_rows(const struct fa_flagging *flagging, const struct fa_rule *rule,
                               const struct fa_earlier *earlier)
{
    const struct fa_texts *texts = &flagging->options->baseline->texts;
    bool is_own = earlier->rows_table == FA_NO_NUMBER ||
                  fa_str_equal(texts->items[earlier->rows_table], fa_earlier_table(rule));
    return is_own ? earlier->table_rows : 0;
}

/* False: what the subject is made of is not to be told, or this filing does not name it. */
static bool hash_subject(struct fa_flagging *flagging, const struct fa_rule *rule,
                         const struct fa_earlier *earlier, uint64_t *hash)
{
    struct fa_str columns = fa_earlier_columns(flagging, earlier), subject = earlier->subject;
    *hash = 0;
    /* a '|' within a part hides where it ends, but of an only part it is a part */
    if (count_parts(columns) != rule->key_count ||
        (rule->key_count > 1 && count_parts(subject) != rule->key_count))
        return false;
    for (int k = 0; k < rule->key_count; k++) {
        struct fa_value value = {.kind = rule->keys[k].expr->kind,
                                 .text = rule->key_count > 1 ? next_part(&subject) : subject};
        int table = ids_of(flagging, next_part(&columns));
        uint64_t id = value.kind == FA_KIND_ID && table != FA_NO_TABLE
                          ? id_of(flagging, table, value.text)
                          : 0;
        if (value.kind == FA_KIND_ID && !id)
            return false;
        value.numerator = (fa_i128)id - 1;
        *hash = fa_met_hash(*hash, &value);
    }
    return true;
}

/* Whether the rule can tell of STATE what it looked at. A break that is gone was reconciled: that there is none
 * is what clears it. */
static bool tells(const struct fa_flagging *flagging, const struct fa_earlier *earlier,
                  enum fa_met_state state)
{
    const struct fa_known_rule *known = &flagging->search->rules[earlier->rule];
    return known->met->state == state && fa_earlier_columns(flagging, earlier).size &&
           known->rule->population.row_table->written_by != FA_BY_RECONCILE;
}

bool fa_earlier_met_rows(struct fa_flagging *flagging, const struct fa_earlier *earlier, uint64_t *rows)
{
    const struct fa_known_rule *known = &flagging->search->rules[earlier->rule];
    const struct fa_rule *rule = known->rule;
    uint64_t hash;
    *rows = 0;
    if (!tells(flagging, earlier, FA_MET_KEYS))
        return false;
    if (!hash_subject(flagging, rule, earlier, &hash) || (rule->has_period && !earlier->facts.has_time))
        return true;
    if (rule->has_period)
        hash = fa_met_hash_period(
            hash, fa_period_first(rule->period,
                                  fa_day_of(earlier->facts.first_us, &rule->ruleset->zone)));
    *rows = fa_met_rows(known->met, hash);
    return true;
}

/* "flow 12; balance 3": the next table and its rows. False: there is no more. */
static bool next_count(struct fa_str *counts, struct fa_str *table, uint64_t *rows)
{
    const char *end = memchr(counts->bytes, ';', counts->size);
    size_t size = end ? (size_t)(end - counts->bytes) : counts->size;
    const char *blank = memchr(counts->bytes, ' ', size);
    if (!blank)
        return false;
    *table = (struct fa_str){counts->bytes, (size_t)(blank - counts->bytes)};
    *rows = 0;
    for (const char *at = blank + 1; at < counts->bytes + size; at++)
        *rows = *at >= '0' && *at <= '9' && *rows < UINT32_MAX ? 10 * *rows + (uint64_t)(*at - '0') : *rows;
    size += size + 2 <= counts->size ? 2 : counts->size - size;
    *counts = (struct fa_str){counts->bytes + size, counts->size - size};
    return true;
}

/* The rows of TABLE with the key in the months of the finding; of one without a time in all. */
static uint64_t rows_then(const struct fa_known_rule *known, const struct fa_earlier *earlier, uint64_t hash,
                          struct fa_str table)
{
    const struct fa_zone *zone = &known->rule->ruleset->zone;
    if (!earlier->facts.has_time)
        return fa_met_rows(known->met, fa_met_hash_table(hash, table, FA_MET_EVER));
    int64_t last = fa_day_of(earlier->facts.last_us, zone);
    int64_t day = fa_period_first(FA_PERIOD_MONTH, fa_day_of(earlier->facts.first_us, zone));
    uint64_t rows = 0;
    for (int month = 0; day <= last && month < FA_EARLIER_MONTHS_MAX; month++) {
        rows += fa_met_rows(known->met, fa_met_hash_table(hash, table, day));
        day = fa_period_last(FA_PERIOD_MONTH, day) + 1;
    }
    return rows;
}

bool fa_earlier_lacks(struct fa_flagging *flagging, const struct fa_earlier *earlier, bool is_event,
                      struct fa_lacking *lacking)
{
    const struct fa_known_rule *known = &flagging->search->rules[earlier->rule];
    struct fa_str counts = flagging->options->baseline->texts.items[earlier->rows_by_table];
    uint64_t hash;
    *lacking = (struct fa_lacking){.table = {"", 0}};
    if (!tells(flagging, earlier, FA_MET_TABLES))
        return false;
    bool has_key = hash_subject(flagging, known->rule, earlier, &hash);
    while (next_count(&counts, &lacking->table, &lacking->wanted)) {
        struct fa_str ever = lacking->table;
        lacking->wanted = is_event ? lacking->wanted : 1;
        lacking->found = !has_key   ? 0
                         : is_event ? rows_then(known, earlier, hash, lacking->table)
                                    : fa_met_rows(known->met, fa_met_hash_table(hash, ever, FA_MET_EVER));
        if (lacking->found < lacking->wanted)
            return true;
    }
    lacking->table = (struct fa_str){"", 0};
    return !has_key;
}

uint64_t fa_earlier_row(struct fa_flagging *flagging, const struct fa_rule *rule,
                       const struct fa_earlier *earlier)
{
    struct fa_earlier_search *search = flagging->search;
    const struct fa_table_def *table = fa_dictionary_find(
        &flagging->ledger->head->dictionary, fa_earlier_table(rule));
    if (!table || make_key(&search->text, table->index, earlier->subject) != FA_OK)
        return 0;
    uint32_t number = fa_texts_find(&search->rows, fa_buf_str(&search->text));
    return number == FA_NO_NUMBER ? 0 : search->row_of[number];
}
