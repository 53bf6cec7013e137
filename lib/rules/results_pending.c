/*
 * The duties that are not yet due: who owes what by when. A supervisor reads down the days, so the next to
 * be due comes first; of those of one day the order is that of findings.
 */
#include <stdlib.h>

#include "rules/flagging.h"

struct running {
    int64_t due_day, due_us;
    size_t number; /* among the verdicts' */
};

static int64_t due_us(const struct fa_finding *f)
{
    if (f->rule->every)
        return INT64_MAX;
    const struct fa_value *due = &f->first[f->rule->duty->due_shown];
    return due->kind == FA_KIND_DATE ? INT64_MAX : (int64_t)due->numerator;
}

static int64_t due_day(const struct fa_finding *f)
{
    if (f->rule->every) /* the row of a period, not what a finding owes */
        return f->due_day;
    const struct fa_value *due = &f->first[f->rule->duty->due_shown];
    return due->kind == FA_KIND_DATE
               ? (int64_t)due->numerator
               : fa_day_of((int64_t)due->numerator, &f->rule->ruleset->zone);
}

static int by_due(const void *a, const void *b)
{
    const struct running *x = a, *y = b;
    if (x->due_day != y->due_day)
        return x->due_day < y->due_day ? -1 : 1;
    if (x->due_us != y->due_us)
        return x->due_us < y->due_us ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* "party.party_id|flow.flow_id" */
static enum fa_status join_origins(const struct fa_subject *subject, struct fa_buf *text)
{
    fa_buf_clear(text);
    for (size_t i = 0; i < subject->parts.count; i++) {
        FA_TRY(i ? fa_buf_add_char(text, '|') : FA_OK);
        FA_TRY(fa_buf_add_str(text, fa_subject_origin(subject, i)));
    }
    return FA_OK;
}

static enum fa_status write_subject(struct fa_flagging *flagging, const struct fa_finding *f,
                                    struct fa_subject *subject, struct fa_buf *text)
{
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_PENDING];
    FA_TRY(fa_subject_make(flagging, f, subject));
    if (f->row_key.size)
        FA_TRY(fa_flagging_set_text(sheet, "subject_table", f->rule->population.row_table->name));
    FA_TRY(fa_flagging_set_text(sheet, "subject", fa_buf_str(&subject->whole)));
    FA_TRY(join_origins(subject, text));
    return fa_flagging_set_text(sheet, "subject_columns", fa_buf_str(text));
}

static enum fa_status write_running(struct fa_flagging *flagging, size_t no,
                                    const struct running *running, struct fa_subject *subject,
                                    struct fa_buf *text)
{
    const struct fa_finding *f = &flagging->verdicts.pending.items[running->number];
    const struct fa_rule *rule = f->rule;
    struct fa_sheet *sheet = &flagging->sheets[FA_SHEET_PENDING];
    const struct fa_table_def *awaited =
        rule->every ? rule->population.row_table : rule->duty->population.row_table;
    struct fa_facts facts;
    fa_flagging_facts(f, &facts);
    fa_buf_clear(text);
    FA_TRY(fa_buf_addf(text, "D-%06zu", no + 1));
    FA_TRY(fa_flagging_set_text(sheet, "pending", fa_buf_str(text)));
    FA_TRY(fa_flagging_set_text(sheet, "rule", rule->id));
    FA_TRY(fa_flagging_set_text(sheet, "ruleset", rule->ruleset->id));
    FA_TRY(fa_flagging_set_text(sheet, "title_en", rule->title_en));
    FA_TRY(fa_flagging_set_text(sheet, "title_zh", rule->title_zh));
    FA_TRY(fa_flagging_set_text(sheet, "cite", rule->cite.text));
    fa_flagging_set(sheet, "severity", rule->severity);
    FA_TRY(write_subject(flagging, f, subject, text));
    FA_TRY(fa_flagging_set_text(sheet, "awaits", awaited->name));
    if (f->has_time)
        fa_flagging_set(sheet, "since", f->first_us);
    fa_flagging_set(sheet, "due", running->due_day);
    if (running->due_us != INT64_MAX)
        fa_flagging_set(sheet, "due_time", running->due_us);
    if (facts.has_amount)
        fa_flagging_set(sheet, "amount", facts.amount);
    fa_flagging_set(sheet, "currency", facts.currency);
    fa_flagging_set(sheet, "evidence_rows", (int64_t)f->row_count);
    FA_TRY(fa_flagging_row_ranges(flagging, f, text));
    FA_TRY(fa_flagging_set_text(sheet, "row_ranges", fa_buf_str(text)));
    return fa_builder_end_row(sheet->builder);
}

enum fa_status fa_flagging_write_pending(struct fa_flagging *flagging)
{
    size_t count = flagging->verdicts.pending.count;
    if (!count)
        return FA_OK;
    struct running *running = malloc(count * sizeof *running);
    if (!running)
        return fa_out_of_memory(flagging->sink, "the duties not yet due");
    for (size_t i = 0; i < count; i++) {
        const struct fa_finding *f = &flagging->verdicts.pending.items[i];
        running[i] = (struct running){due_day(f), due_us(f), i};
    }
    qsort(running, count, sizeof *running, by_due);
    struct fa_buf text = {0};
    struct fa_subject subject = {0};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < count && i < FA_PENDING_LISTED_MAX; i++)
        status = write_running(flagging, i, &running[i], &subject, &text);
    fa_buf_release(&text);
    fa_subject_release(&subject);
    free(running);
    return status;
}
