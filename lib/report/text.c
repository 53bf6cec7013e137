#include <stdlib.h>
#include <string.h>

#include "base/fields.h"
#include "base/limits.h"
#include "report/lead.h"
#include "report/report.h"
#include "report/text.h"

/* The summary on a terminal: what is missing and what was not tested, is the money there, which rules
 * are broken. Findings beyond these are counted; the workbook and NDJSON have them all. */
enum { FINDINGS_SHOWN_MAX = 50, REMARKS_SHOWN_MAX = 50, PENDING_SHOWN_MAX = 10 };

static const char *const severities[FA_SEVERITIES] = {"critical", "high", "medium", "low",
                                                      "info"};

struct summary {
    const struct fa_shown_context *context;
    const struct fa_results *results;
    enum fa_language language;
    struct fa_buf text, cell;
};

enum { NOT_TESTABLE = 1, NOT_APPLICABLE }; /* result_view.state */

/* --- text of strangers --- */

/* On one line of a terminal: what would end the line, move the cursor or turn the writing round is
 * shown as its number, and a text that is too long to be read is cut. */
static enum fa_status add_visible(struct fa_str text, struct fa_buf *out)
{
    size_t from = out->size;
    FA_TRY(fa_visible_add(out, text));
    return fa_visible_cut(out, from, FA_TOLD_CHARACTERS_MAX);
}

/* --- what the filing is --- */

static enum fa_status add_head(struct summary *summary)
{
    const struct fa_head *head = summary->results->head;
    struct fa_buf *text = &summary->text;
    char date[FA_TIME_TEXT_BYTES];
    uint64_t accepted = 0, rejected = 0;
    fa_lead_count_rows(summary->results, &accepted, &rejected);
    FA_TRY(fa_buf_add_text(text, "filing      "));
    FA_TRY(
        add_visible(head->filing.size ? head->filing : FA_STR("(without a title)"), text));
    if (head->filer.size) {
        FA_TRY(fa_buf_add_text(text, " of "));
        FA_TRY(add_visible(head->filer, text));
    }
    size_t file_count = 0; /* a file that fills several tables is a source for each, in a row */
    for (size_t i = 0; i < head->sources.count; i++)
        file_count += i == 0 || !fa_str_equal(head->sources.items[i].name,
                                              head->sources.items[i - 1].name);
    size_t size = fa_date_format(head->as_of_day, date);
    FA_TRY(fa_buf_addf(text, ", as of %.*s%s\n", (int)size, date,
                       head->as_of_assumed ? " (assumed)" : ""));
    return fa_buf_addf(text, "read        %llu rows accepted, %llu rejected, from %zu file%s\n",
                       (unsigned long long)accepted, (unsigned long long)rejected, file_count,
                       file_count == 1 ? "" : "s");
}

/* What was asked for by name, or which sets were chosen for the filer: flag's step says so. */
static enum fa_status add_sets(struct summary *summary)
{
    static const char key[] = "set=";
    const struct fa_head *head = summary->results->head;
    for (size_t i = 0; i < head->steps.count; i++) {
        struct fa_str options = head->steps.items[i].options;
        if (!fa_str_is(head->steps.items[i].tool, "flag"))
            continue;
        for (size_t from = 0, to; from < options.size; from = to + 1) {
            for (to = from; to < options.size && options.bytes[to] != ' ';)
                to++;
            if (to - from <= sizeof key - 1 || memcmp(options.bytes + from, key, sizeof key - 1) != 0)
                continue;
            FA_TRY(fa_buf_addf(&summary->text, "judged by   the set %.*s\n", (int)(to - from - (sizeof key - 1)),
                               options.bytes + from + sizeof key - 1));
        }
        static const char asked[] = "-r "; /* the last of the options, so it goes to their end */
        for (size_t from = 0; from + sizeof asked - 1 <= options.size; from++) {
            if ((from > 0 && options.bytes[from - 1] != ' ') ||
                memcmp(options.bytes + from, asked, sizeof asked - 1) != 0)
                continue;
            FA_TRY(fa_buf_addf(&summary->text, "judged by   %.*s\n", (int)(options.size - from),
                               options.bytes + from));
            break;
        }
    }
    return FA_OK;
}

/* Each doubt about accepted rows: there are few, for they are told by file, column and kind. */
static enum fa_status add_remarks(struct summary *summary)
{
    static const char *const columns[] = {"code", "source", "table", "column", "reason"};
    static const char *const between[] = {"  ", "  ", "  ", ".", ": "};
    const struct fa_loaded_table *remarks = &summary->results->tables[FA_RESULT_REMARK];
    if (remarks->row_count == 0)
        return FA_OK;
    FA_TRY(fa_buf_addf(&summary->text, "remarks     %llu doubt%s about accepted rows\n",
                       (unsigned long long)remarks->row_count,
                       remarks->row_count == 1 ? "" : "s"));
    for (uint64_t row = 0; row < remarks->row_count && row < REMARKS_SHOWN_MAX; row++) {
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            struct fa_str text =
                fa_result_text(remarks, row, fa_result_column(remarks, columns[c]));
            if (text.size == 0)
                continue;
            FA_TRY(fa_buf_add_text(&summary->text, between[c]));
            FA_TRY(add_visible(text, &summary->text));
        }
        FA_TRY(fa_buf_add_char(&summary->text, '\n'));
    }
    return FA_OK;
}

/* WAIVED, of them, may be NULL. */
static enum fa_status add_counts(struct summary *summary, const char *what,
                                 const uint64_t counts[FA_SEVERITIES],
                                 const uint64_t waived[FA_SEVERITIES])
{
    uint64_t total = 0, waived_total = 0;
    for (int i = 0; i < FA_SEVERITIES; i++) {
        total += counts[i];
        waived_total += waived ? waived[i] : 0;
    }
    FA_TRY(fa_buf_addf(&summary->text, "%-11s %llu", what, (unsigned long long)total));
    const char *between = ": ";
    for (int i = 0; i < FA_SEVERITIES; i++) {
        if (!counts[i])
            continue;
        FA_TRY(fa_buf_addf(&summary->text, "%s%llu %s", between, (unsigned long long)counts[i],
                           severities[i]));
        between = ", ";
    }
    if (waived_total)
        FA_TRY(fa_buf_addf(&summary->text, "; of these %llu waived", (unsigned long long)waived_total));
    return fa_buf_add_char(&summary->text, '\n');
}

/* "  2 missing_at_bank, 1 amount": how many of each class. */
static enum fa_status add_classes(struct summary *summary)
{
    const struct fa_loaded_table *breaks = &summary->results->tables[FA_RESULT_BREAK];
    if (breaks->row_count == 0)
        return FA_OK;
    int column = fa_result_column(breaks, "class");
    const struct fa_column_def *classes = &breaks->def->columns[column];
    uint64_t *counts = calloc(classes->value_count + 1, sizeof *counts);
    if (!counts)
        return FA_ELIMIT;
    for (uint64_t row = 0; row < breaks->row_count; row++) {
        uint64_t class = (uint64_t)fa_result_number(breaks, row, column);
        counts[class < classes->value_count ? class : classes->value_count]++;
    }
    const char *between = "  ";
    enum fa_status status = FA_OK;
    for (uint32_t class = 0; status == FA_OK && class < classes->value_count; class++) {
        if (!counts[class])
            continue;
        status = fa_buf_addf(&summary->text, "%s%llu %.*s", between,
                             (unsigned long long)counts[class],
                             (int)classes->values[class].size, classes->values[class].bytes);
        between = ", ";
    }
    free(counts);
    return status == FA_OK ? fa_buf_add_char(&summary->text, '\n') : status;
}

/* Nothing to compare the books with, as far as the control totals tell. */
static bool has_statement(const struct summary *summary)
{
    const struct fa_head *head = summary->results->head;
    const struct fa_table_def *statement = fa_dictionary_find(&head->dictionary, FA_STR("statement"));
    const struct fa_loaded_table *controls = &summary->results->tables[FA_RESULT_CONTROL];
    for (uint64_t row = 0; row < controls->row_count; row++)
        if (fa_str_is(fa_result_text(controls, row, fa_result_column(controls, "table")), "statement"))
            return true;
    for (size_t i = 0; statement && i < head->covers.count; i++)
        if (head->covers.items[i].table == statement->index)
            return true;
    return false;
}

static enum fa_status add_breaks(struct summary *summary)
{
    if (summary->results->tables[FA_RESULT_BREAK].row_count == 0 && !has_statement(summary))
        return fa_buf_add_text(&summary->text,
                               "breaks      none looked for: the filing has no statement\n");
    FA_TRY(add_counts(summary, "breaks", summary->results->breaks, NULL));
    return add_classes(summary);
}

static enum fa_status add_day_cell(struct summary *summary, uint64_t row, const char *column,
                                   const char *behind)
{
    const struct fa_loaded_table *days = &summary->results->tables[FA_RESULT_COVERAGE];
    FA_TRY(fa_result_format(summary->results, days, row, fa_result_column(days, column),
                            &summary->cell));
    FA_TRY(fa_buf_add_str(&summary->text, fa_buf_str(&summary->cell)));
    return fa_buf_add_text(&summary->text, behind);
}

static enum fa_status add_day_count(struct summary *summary, const char *what, uint64_t count,
                                    uint64_t of)
{
    if (count == 0)
        return FA_OK;
    return fa_buf_addf(&summary->text, "; %s on %llu of %llu day%s", what,
                       (unsigned long long)count, (unsigned long long)of, of == 1 ? "" : "s");
}

/* The lowest point of a currency, whose days are FROM to TO. */
static enum fa_status add_covered(struct summary *summary, uint64_t from, uint64_t to)
{
    const struct fa_loaded_table *days = &summary->results->tables[FA_RESULT_COVERAGE];
    int surplus = fa_result_column(days, "surplus"), lowest = fa_result_column(days, "is_lowest");
    uint64_t short_days = 0, unknown_days = 0, at = to;
    for (uint64_t row = from; row < to; row++) {
        short_days += fa_result_number(days, row, surplus) < 0;
        unknown_days += fa_result_missing(days, row, surplus);
        if (fa_result_number(days, row, lowest))
            at = row;
    }
    FA_TRY(fa_buf_add_text(&summary->text, from == 0 ? "coverage    " : "            "));
    if (at == to)
        return add_day_cell(summary, from, "currency", " not known\n");
    FA_TRY(add_day_cell(summary, at, "currency", " lowest on "));
    FA_TRY(add_day_cell(summary, at, "date", ": "));
    FA_TRY(add_day_cell(summary, at, "held", " held, "));
    FA_TRY(add_day_cell(summary, at, "liabilities", " owed, surplus "));
    FA_TRY(add_day_cell(summary, at, "surplus", ""));
    FA_TRY(add_day_count(summary, "short", short_days, to - from));
    FA_TRY(add_day_count(summary, "not known", unknown_days, to - from));
    return fa_buf_add_char(&summary->text, '\n');
}

/* Is the money there? The days of a currency come in a row. */
static enum fa_status add_coverage(struct summary *summary)
{
    const struct fa_loaded_table *days = &summary->results->tables[FA_RESULT_COVERAGE];
    if (days->row_count == 0)
        return FA_OK;
    int currency = fa_result_column(days, "currency");
    for (uint64_t from = 0, to; from < days->row_count; from = to) {
        to = from + 1;
        while (to < days->row_count && fa_result_number(days, to, currency) ==
                                           fa_result_number(days, from, currency))
            to++;
        FA_TRY(add_covered(summary, from, to));
    }
    return FA_OK;
}

/* "  2024-04-03  rule  subject  flow 12" */
static enum fa_status add_running(struct summary *summary, uint64_t row)
{
    static const char *const columns[] = {"due", "rule", "subject", "row_ranges"};
    const struct fa_loaded_table *duties = &summary->results->tables[FA_RESULT_PENDING];
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        FA_TRY(fa_shown_cell(summary->context, FA_RESULT_PENDING, row,
                             fa_result_column(duties, columns[c]), &summary->cell));
        FA_TRY(fa_buf_add_text(&summary->text, summary->cell.size ? "  " : ""));
        FA_TRY(add_visible(fa_buf_str(&summary->cell), &summary->text));
    }
    return fa_buf_add_char(&summary->text, '\n');
}

/* Duties that were not due yet are nothing wrong, and not in order either. */
static enum fa_status add_pending(struct summary *summary)
{
    const struct fa_loaded_table *duties = &summary->results->tables[FA_RESULT_PENDING];
    const struct fa_loaded_table *rules = &summary->results->tables[FA_RESULT_RULE];
    int pending = fa_result_column(rules, "pending");
    uint64_t count = 0;
    for (uint64_t row = 0; row < rules->row_count; row++)
        if (!fa_result_missing(rules, row, pending))
            count += (uint64_t)fa_result_number(rules, row, pending);
    if (!count)
        return FA_OK;
    FA_TRY(fa_buf_addf(&summary->text, "pending     %llu dut%s not yet due",
                       (unsigned long long)count, count == 1 ? "y" : "ies"));
    if (duties->row_count > PENDING_SHOWN_MAX)
        FA_TRY(fa_buf_addf(&summary->text, "; first those due next, the workbook and ndjson list %llu",
                           (unsigned long long)duties->row_count));
    FA_TRY(fa_buf_add_char(&summary->text, '\n'));
    for (uint64_t row = 0; row < duties->row_count && row < PENDING_SHOWN_MAX; row++)
        FA_TRY(add_running(summary, row));
    return FA_OK;
}

/* What nobody could test, whatever is filed. */
static enum fa_status add_provisions(struct summary *summary)
{
    uint64_t count = summary->results->tables[FA_RESULT_PROVISION].row_count;
    if (!count)
        return FA_OK;
    return fa_buf_addf(&summary->text,
                       "provisions  %llu that no filing shows; the workbook and ndjson list them\n",
                       (unsigned long long)count);
}

static enum fa_status add_rules(struct summary *summary)
{
    const struct fa_loaded_table *rules = &summary->results->tables[FA_RESULT_RULE];
    if (rules->row_count == 0)
        return fa_buf_add_text(&summary->text, "rules       none was run\n");
    int state = fa_result_column(rules, "state");
    const struct fa_column_def *states = &rules->def->columns[state];
    FA_TRY(
        fa_buf_addf(&summary->text, "rules       %llu", (unsigned long long)rules->row_count));
    for (uint32_t s = 0; s < states->value_count; s++) {
        uint64_t count = 0;
        for (uint64_t row = 0; row < rules->row_count; row++)
            count += fa_result_number(rules, row, state) == s;
        if (count)
            FA_TRY(fa_buf_addf(&summary->text, ", %llu %.*s", (unsigned long long)count,
                               (int)states->values[s].size, states->values[s].bytes));
    }
    FA_TRY(fa_buf_add_char(&summary->text, '\n'));
    return add_pending(summary);
}

/* Those of rulesets for other filers are nobody's loss here. */
static bool is_statistic(const struct fa_loaded_table *views, uint64_t row)
{
    enum { STATISTIC = 1 };
    return fa_result_number(views, row, fa_result_column(views, "kind")) == STATISTIC &&
           fa_result_number(views, row, fa_result_column(views, "state")) != NOT_APPLICABLE;
}

/* What is there to be read, and what is not. */
static enum fa_status add_statistics(struct summary *summary)
{
    const struct fa_loaded_table *views = &summary->results->tables[FA_RESULT_VIEW];
    uint64_t count = 0;
    for (uint64_t row = 0; row < views->row_count; row++)
        count += is_statistic(views, row);
    if (count == 0)
        return FA_OK;
    FA_TRY(fa_buf_addf(&summary->text, "statistics  %llu, in the workbook and ndjson\n",
                       (unsigned long long)count));
    for (uint64_t row = 0; row < views->row_count; row++) {
        if (!is_statistic(views, row) ||
            fa_result_number(views, row, fa_result_column(views, "state")) != NOT_TESTABLE)
            continue;
        FA_TRY(fa_buf_add_text(&summary->text, "  not made: "));
        FA_TRY(fa_buf_add_str(&summary->text,
                              fa_result_text(views, row, fa_result_column(views, "view"))));
        FA_TRY(fa_buf_add_text(&summary->text, ": "));
        FA_TRY(fa_buf_add_str(&summary->text,
                              fa_result_text(views, row, fa_result_column(views, "reason"))));
        FA_TRY(fa_buf_add_char(&summary->text, '\n'));
    }
    return FA_OK;
}

/* "3 new, 12 persisting": those that there are, in the order of the dictionary. */
static enum fa_status add_states(struct summary *summary, const char *what,
                                 const struct fa_column_def *column, const uint64_t *counts)
{
    const char *between = "";
    FA_TRY(fa_buf_addf(&summary->text, "%-11s ", what));
    for (uint32_t v = 0; v < column->value_count; v++) {
        if (!counts[v])
            continue;
        FA_TRY(fa_buf_addf(&summary->text, "%s%llu %.*s", between, (unsigned long long)counts[v],
                           (int)column->values[v].size, column->values[v].bytes));
        between = ", ";
    }
    return fa_buf_add_text(&summary->text, *between ? "\n" : "none\n");
}

/* What became of the findings of earlier results. */
static enum fa_status add_prior(struct summary *summary)
{
    const struct fa_results *results = summary->results;
    const struct fa_loaded_table *findings = &results->tables[FA_RESULT_FINDING];
    const struct fa_loaded_table *earlier = &results->tables[FA_RESULT_EARLIER];
    if (!results->has_prior)
        return FA_OK;
    FA_TRY(add_states(summary, "prior",
                      &findings->def->columns[fa_result_column(findings, "prior")],
                      results->prior));
    return add_states(summary, "of earlier",
                      &earlier->def->columns[fa_result_column(earlier, "state")],
                      results->earlier);
}

static enum fa_status add_cell(struct summary *summary, uint64_t row, const char *column)
{
    const struct fa_loaded_table *findings = &summary->results->tables[FA_RESULT_FINDING];
    int at = fa_result_column(findings, column);
    if (summary->language == FA_LANGUAGE_EN)
        FA_TRY(fa_shown_cell(summary->context, FA_RESULT_FINDING, row, at, &summary->cell));
    else
        FA_TRY(fa_shown_words(summary->context, FA_RESULT_FINDING, row, at, summary->language,
                              &summary->cell));
    return add_visible(fa_buf_str(&summary->cell), &summary->text);
}

static enum fa_status add_finding(struct summary *summary, uint64_t row)
{
    FA_TRY(fa_buf_add_char(&summary->text, '\n'));
    static const char *const columns[] = {"finding", "outcome", "severity", "rule", "subject"};
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        if (c > 0)
            FA_TRY(fa_buf_add_text(&summary->text, "  "));
        FA_TRY(add_cell(summary, row, columns[c]));
    }
    const struct fa_loaded_table *findings = &summary->results->tables[FA_RESULT_FINDING];
    if (fa_result_number(findings, row, fa_result_column(findings, "waived"))) {
        FA_TRY(fa_buf_add_text(&summary->text, "  "));
        FA_TRY(fa_word_add(FA_WORD_WAIVED_BY, summary->language, &summary->text));
        FA_TRY(fa_buf_add_char(&summary->text, ' '));
        FA_TRY(add_cell(summary, row, "waiver"));
    }
    FA_TRY(fa_buf_add_text(&summary->text, "\n    "));
    if (summary->language != FA_LANGUAGE_ZH)
        FA_TRY(add_cell(summary, row, "message_en"));
    if (summary->language == FA_LANGUAGE_BOTH)
        FA_TRY(fa_buf_add_text(&summary->text, "\n    "));
    if (summary->language != FA_LANGUAGE_EN)
        FA_TRY(add_cell(summary, row, "message_zh"));
    return fa_buf_add_char(&summary->text, '\n');
}

/* What stands in the summary so far, line by line in its language: the lines are written in English, and
 * the table of words knows their sentences. */
static enum fa_status translate(struct summary *summary)
{
    const struct fa_dictionary *dictionary = &summary->results->head->dictionary;
    struct fa_buf translated = {0};
    enum fa_status status = FA_OK;
    for (size_t from = 0, to; from < summary->text.size && status == FA_OK; from = to + 1) {
        for (to = from; to < summary->text.size && summary->text.bytes[to] != '\n';)
            to++;
        status = fa_phrase_add(dictionary,
                               (struct fa_str){summary->text.bytes + from, to - from},
                               summary->language, &translated);
        if (status == FA_OK)
            status = fa_buf_add_char(&translated, '\n');
    }
    fa_buf_release(&summary->text);
    summary->text = translated;
    return status;
}

static enum fa_status add_more(struct summary *summary, uint64_t count)
{
    fa_buf_clear(&summary->cell);
    FA_TRY(fa_buf_addf(&summary->cell,
                       "and %llu more findings; the workbook and ndjson list them",
                       (unsigned long long)count));
    FA_TRY(fa_buf_add_char(&summary->text, '\n'));
    FA_TRY(fa_phrase_add(&summary->results->head->dictionary, fa_buf_str(&summary->cell),
                         summary->language, &summary->text));
    return fa_buf_add_char(&summary->text, '\n');
}

static enum fa_status add_all(struct summary *summary)
{
    const struct fa_results *results = summary->results;
    FA_TRY(fa_lead_add(summary->context, &summary->text));
    FA_TRY(add_head(summary));
    FA_TRY(add_sets(summary));
    FA_TRY(add_remarks(summary));
    FA_TRY(add_breaks(summary));
    FA_TRY(add_coverage(summary));
    FA_TRY(add_rules(summary));
    FA_TRY(add_provisions(summary));
    FA_TRY(add_statistics(summary));
    FA_TRY(add_counts(summary, "violations", results->violations, results->waived_violations));
    FA_TRY(add_counts(summary, "undecided", results->indeterminate, results->waived_indeterminate));
    FA_TRY(fa_buf_addf(&summary->text, "leads       %llu", (unsigned long long)results->lead_count));
    if (results->waived_lead_count)
        FA_TRY(fa_buf_addf(&summary->text, "; of these %llu waived",
                           (unsigned long long)results->waived_lead_count));
    FA_TRY(fa_buf_add_char(&summary->text, '\n'));
    FA_TRY(add_prior(summary));
    FA_TRY(fa_text_add_waivers(summary->context, summary->language, &summary->text));
    if (summary->language != FA_LANGUAGE_EN)
        FA_TRY(translate(summary));
    uint64_t count = results->tables[FA_RESULT_FINDING].row_count;
    for (uint64_t row = 0; row < count && row < FINDINGS_SHOWN_MAX; row++)
        FA_TRY(add_finding(summary, row));
    return count > FINDINGS_SHOWN_MAX ? add_more(summary, count - FINDINGS_SHOWN_MAX) : FA_OK;
}

enum fa_status fa_report_text(const struct fa_shown_context *context,
                              const struct fa_report_options *options, struct fa_output *output)
{
    struct summary summary = {
        .context = context, .results = context->results, .language = options->language};
    enum fa_status status = add_all(&summary);
    if (status == FA_OK)
        status = output->write(output, summary.text.bytes, summary.text.size);
    else if (status == FA_ELIMIT)
        status = fa_out_of_memory(context->results->sink, "the report");
    fa_buf_release(&summary.text);
    fa_buf_release(&summary.cell);
    return status;
}
