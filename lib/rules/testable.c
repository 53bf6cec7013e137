/* Whether the filing has what a rule reads. */
#include <string.h>

#include "rules/judge.h"
#include "rules/reach.h"

/* COUNTS say the verdict and the reason, and nothing else. */
static enum fa_status refuse(struct fa_run *run, struct fa_rule_counts *counts, enum fa_rule_verdict verdict,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));

static enum fa_status refuse(struct fa_run *run, struct fa_rule_counts *counts, enum fa_rule_verdict verdict,
                             const char *format, ...)
{
    struct fa_buf text;
    fa_buf_init(&text);
    va_list args;
    va_start(args, format);
    enum fa_status status = fa_buf_vaddf(&text, format, args);
    va_end(args);
    *counts = (struct fa_rule_counts){.verdict = verdict};
    if (status == FA_OK)
        counts->reason = fa_arena_str(run->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return counts->reason.bytes ? FA_OK : fa_out_of_memory(run->sink, "the verdicts");
}

enum fa_status fa_rule_set_aside(struct fa_run *run, const struct fa_rule *rule, struct fa_rule_counts *counts)
{
    if (rule->state != FA_RULE_ON)
        return refuse(run, counts, FA_SWITCHED_OFF, "%.*s", (int)rule->state_why.size, rule->state_why.bytes);
    struct fa_buf reason;
    fa_buf_init(&reason);
    enum fa_status status = fa_rule_list_valueless(rule, &reason);
    if (status != FA_OK)
        status = fa_out_of_memory(run->sink, "the verdicts");
    else if (reason.size)
        status = refuse(run, counts, FA_NOT_TESTABLE, "%.*s", (int)reason.size, reason.bytes);
    fa_buf_release(&reason);
    return status;
}

/* What a tool wrote is whole: no row is an answer, too, and so is a column without a value. */
static bool is_written_by_tool(const struct fa_judge *judge, int table)
{
    return judge->run->head->dictionary.tables[table].written_by != FA_BY_FILING;
}

/* Rows were filed and none was accepted: what they say is unknown, however many days the table covers. */
static bool is_lost(const struct fa_run *run, int table)
{
    const struct fa_total *totals = run->totals->list.items;
    for (size_t i = 0; i < run->totals->list.count; i++)
        if (totals[i].table == table && totals[i].column == FA_NO_COLUMN && totals[i].rejected)
            return true;
    return false;
}

static bool is_table_given(const struct fa_judge *judge, int table, const uint64_t *row_counts, bool is_end)
{
    int64_t from_day, to_day;
    if (table < 0)
        return false;
    if (row_counts[table] || is_written_by_tool(judge, table))
        return true;
    return fa_covers_find(judge->run, table, &from_day, &to_day) && !(is_end && is_lost(judge->run, table));
}

/* Without statements there was nothing to reconcile with: that no row is there says nothing then. */
static const struct fa_table_def *lacks_source(const struct fa_judge *judge, const struct fa_table_def *def,
                                               int table, const uint64_t *row_counts, bool is_end)
{
    if (!is_end || table < 0 || row_counts[table] || !fa_is_of_statements(def))
        return NULL;
    const struct fa_program *program = &judge->run->program;
    const struct fa_table_def *statement = fa_dictionary_find(program->dictionary, FA_STR("statement"));
    bool is_there = is_table_given(judge, fa_program_table(program, statement->index), row_counts, is_end);
    return is_there ? NULL : statement;
}

static bool is_given(const struct fa_judge *judge, const struct fa_need *need, uint8_t *const *given,
                     const uint64_t *row_counts)
{
    int table = fa_program_table(&judge->run->program, need->table);
    int column = fa_program_column(&judge->run->program, need->table, need->column);
    if (need->column < 0 || row_counts[table] == 0 || is_written_by_tool(judge, table))
        return true; /* a covered table without rows lacks nothing */
    return column >= 0 && given[table][column];
}

/* Said once, when all rows were seen, of a statistic that is made all the same. */
static enum fa_status note_blank(struct fa_judge *judge, const struct fa_table_def *def, int column)
{
    struct fa_str *reason = &judge->counts->reason;
    struct fa_buf text;
    fa_buf_init(&text);
    enum fa_status status = fa_buf_add_str(&text, *reason);
    if (status == FA_OK)
        status = fa_buf_addf(&text, "%s %.*s.%.*s", reason->size ? "," : "no row of the filing gives",
                             (int)def->name.size, def->name.bytes, (int)def->columns[column].name.size,
                             def->columns[column].name.bytes);
    if (status == FA_OK)
        *reason = fa_arena_str(judge->run->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return status == FA_OK && reason->bytes ? FA_OK : fa_out_of_memory(judge->run->sink, "the verdicts");
}

/* A table that is streamed tells only at its end what it has. */
static bool is_known(const struct fa_judge *judge, int table, bool is_end)
{
    return is_end || table < 0 || judge->run->program.uses[table].held;
}

static enum fa_status check_needs(struct fa_judge *judge, uint8_t *const *given, const uint64_t *row_counts,
                                  bool is_end)
{
    const struct fa_rule *rule = judge->rule;
    for (int n = 0; n < rule->need_count; n++) {
        const struct fa_need *need = &rule->needs[n];
        const struct fa_table_def *def = &judge->run->program.dictionary->tables[need->table];
        int table = fa_program_table(&judge->run->program, need->table);
        if (!is_known(judge, table, is_end))
            continue;
        if (need->is_exception_only) {
            judge->is_exception_absent |= !is_table_given(judge, table, row_counts, is_end) ||
                                          !is_given(judge, need, given, row_counts);
            continue;
        }
        const struct fa_table_def *source = lacks_source(judge, def, table, row_counts, is_end);
        if (source || !is_table_given(judge, table, row_counts, is_end)) {
            def = source ? source : def;
            FA_TRY(refuse(judge->run, judge->counts, FA_NOT_TESTABLE, "the filing has no table %.*s",
                          (int)def->name.size, def->name.bytes));
            judge->counts->lacks = def;
            return FA_OK;
        }
        if (is_given(judge, need, given, row_counts))
            continue;
        if (!need->is_shown_only)
            return refuse(judge->run, judge->counts, FA_NOT_TESTABLE, "no row of the filing gives %.*s.%.*s",
                          (int)def->name.size, def->name.bytes,
                          (int)def->columns[need->column].name.size, def->columns[need->column].name.bytes);
        if (is_end)
            FA_TRY(note_blank(judge, def, need->column));
    }
    return FA_OK;
}

enum fa_status fa_judge_testable(struct fa_judge *judge, uint8_t *const *given, const uint64_t *row_counts,
                                 bool is_end)
{
    /* At the end once more, for what it lacks first may be known only then. */
    if (judge->is_dropped && !(is_end && judge->counts->verdict == FA_NOT_TESTABLE))
        return FA_OK;
    struct fa_rule_counts aside = {.verdict = FA_TESTED};
    FA_TRY(fa_rule_set_aside(judge->run, judge->rule, &aside));
    if (aside.verdict != FA_TESTED)
        *judge->counts = aside;
    else
        FA_TRY(check_needs(judge, given, row_counts, is_end));
    judge->is_dropped |= judge->counts->verdict != FA_TESTED;
    return FA_OK;
}
