/*
 * The cover: what was filed by whom and for which time, whether it is complete, what follows for
 * each control, who signs, what it was made from, and where each sheet is.
 */
#include <stdio.h>

#include "base/limits.h"
#include "report/workbook.h"

enum { KEY_WIDTH = 32, VALUE_WIDTH = 40, DETAIL_WIDTH = FA_COVER_DETAIL_WIDTH, COVER_COLUMNS = 3 };

static struct fa_sheet_writer *cover_of(struct fa_workbook *book)
{
    return &book->sheets[FA_BOOK_COVER];
}

static enum fa_status put_fact(struct fa_workbook *book, enum fa_word word, struct fa_str value)
{
    struct fa_sheet_writer *sheet = cover_of(book);
    FA_TRY(fa_book_put_word(book, sheet, word, book->formats.key));
    FA_TRY(fa_sheet_put_running(sheet, value.size ? value : FA_STR("-"),
                                VALUE_WIDTH + DETAIL_WIDTH, VALUE_WIDTH));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_headings(struct fa_workbook *book, const enum fa_word *words, int count)
{
    fa_sheet_next_row(cover_of(book));
    fa_sheet_begin_list(cover_of(book));
    for (int i = 0; i < count; i++)
        FA_TRY(fa_book_put_word(book, cover_of(book), words[i], book->formats.heading));
    fa_sheet_next_row(cover_of(book));
    return FA_OK;
}

/* --- the filing --- */

/* Whether anything is missing leads, before any number. */
static enum fa_status write_state(struct fa_workbook *book)
{
    uint64_t rejected = book->results->tables[FA_RESULT_REJECT].row_count;
    fa_buf_clear(&book->scratch);
    if (rejected) {
        FA_TRY(fa_word_add(FA_WORD_INCOMPLETE, book->language, &book->scratch));
        FA_TRY(fa_buf_addf(&book->scratch, ": %llu ", (unsigned long long)rejected));
        FA_TRY(fa_word_add(FA_WORD_ROWS_REJECTED, book->language, &book->scratch));
    } else {
        FA_TRY(fa_word_add(FA_WORD_COMPLETE, book->language, &book->scratch));
    }
    uint64_t doubts = book->results->tables[FA_RESULT_REMARK].row_count;
    if (doubts) {
        FA_TRY(fa_buf_addf(&book->scratch, "; %llu ", (unsigned long long)doubts));
        FA_TRY(fa_word_add(FA_WORD_DOUBTS, book->language, &book->scratch));
    }
    size_t size = book->scratch.size;
    FA_TRY(fa_buf_add_text(&book->scratch, "; "));
    FA_TRY(fa_book_add_not_tested(book));
    if (book->scratch.size == size + 2)
        book->scratch.size = size;
    return put_fact(book, FA_WORD_STATE, fa_buf_str(&book->scratch));
}

/* "34008 rows accepted, 0 rows rejected, 19 files; 102 rules tested" */
static enum fa_status write_scope(struct fa_workbook *book)
{
    const struct fa_results *results = book->results;
    const struct fa_loaded_table *rules = &results->tables[FA_RESULT_RULE];
    uint64_t tested = 0;
    for (uint64_t row = 0; row < rules->row_count; row++)
        tested += fa_str_is(fa_book_rule_state(rules, row), "tested");
    const struct {
        uint64_t count;
        enum fa_word word;
    } parts[] = {{fa_book_accepted_rows(book), FA_WORD_ROWS_READ},
                 {results->tables[FA_RESULT_REJECT].row_count, FA_WORD_ROWS_REJECTED},
                 {results->head->sources.count, FA_WORD_FILES},
                 {tested, FA_WORD_RULES_TESTED}};
    fa_buf_clear(&book->scratch);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        FA_TRY(fa_buf_addf(&book->scratch, "%s%llu ", p ? ", " : "",
                           (unsigned long long)parts[p].count));
        FA_TRY(fa_word_add(parts[p].word, book->language, &book->scratch));
    }
    return put_fact(book, FA_WORD_SCOPE, fa_buf_str(&book->scratch));
}

/* What reaches beyond the second column runs over the third. */
static enum fa_status write_filing(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    char text[FA_TIME_TEXT_BYTES], currency[4] = "";
    FA_TRY(put_fact(book, FA_WORD_ENTITY, head->filer));
    FA_TRY(put_fact(book, FA_WORD_FILING, head->filing));
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_book_add_period(book, &book->scratch));
    FA_TRY(put_fact(book, FA_WORD_PERIOD, fa_buf_str(&book->scratch)));
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_add(&book->scratch, text, fa_date_format(head->as_of_day, text)));
    if (head->as_of_assumed) {
        FA_TRY(fa_buf_add_text(&book->scratch, " - "));
        FA_TRY(fa_word_add(FA_WORD_ASSUMED, book->language, &book->scratch));
    }
    FA_TRY(put_fact(book, FA_WORD_AS_OF, fa_buf_str(&book->scratch)));
    FA_TRY(put_fact(book, FA_WORD_ZONE, fa_str_from(head->zone.name)));
    if (head->currency)
        fa_currency_format(head->currency, currency);
    FA_TRY(put_fact(book, FA_WORD_CURRENCY, fa_str_from(currency)));
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_word_add(FA_WORD_PURPOSE_TEXT, book->language, &book->scratch));
    FA_TRY(put_fact(book, FA_WORD_PURPOSE, fa_buf_str(&book->scratch)));
    FA_TRY(write_scope(book));
    FA_TRY(fa_book_put_word(book, cover_of(book),
                            book->context->reveal ? FA_WORD_REVEALED : FA_WORD_MASKED,
                            book->context->reveal ? book->formats.severity[0]
                                                  : book->formats.key));
    fa_sheet_next_row(cover_of(book));
    return FA_OK;
}

/* --- what follows --- */

/* "critical 12, high 48" */
static enum fa_status put_counts(struct fa_workbook *book, enum fa_word word,
                                 const uint64_t counts[FA_SEVERITIES])
{
    static const char *const names[FA_SEVERITIES] = {"critical", "high", "medium", "low",
                                                     "info"};
    struct fa_sheet_writer *sheet = cover_of(book);
    uint64_t total = 0;
    fa_buf_clear(&book->scratch);
    for (int i = 0; i < FA_SEVERITIES; i++) {
        total += counts[i];
        if (!counts[i])
            continue;
        FA_TRY(fa_buf_add_text(&book->scratch, book->scratch.size ? ", " : ""));
        FA_TRY(fa_value_add(FA_STR(""), fa_str_from(names[i]), book->language, &book->scratch));
        FA_TRY(fa_buf_addf(&book->scratch, " %llu", (unsigned long long)counts[i]));
    }
    FA_TRY(fa_book_put_word(book, sheet, word, book->formats.key));
    fa_sheet_put_number(sheet, (double)total, book->formats.fact);
    FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status write_counts(struct fa_workbook *book)
{
    const struct fa_results *results = book->results;
    struct fa_sheet_writer *sheet = cover_of(book);
    uint64_t waived = 0;
    for (size_t r = 0; r < book->plan.runs.count; r++)
        waived += book->plan.runs.items[r].waived_count;
    fa_sheet_next_row(sheet);
    FA_TRY(put_counts(book, FA_WORD_VIOLATIONS, results->violations));
    FA_TRY(put_counts(book, FA_WORD_INDETERMINATE, results->indeterminate));
    FA_TRY(put_counts(book, FA_WORD_BREAKS, results->breaks));
    const struct {
        enum fa_word word;
        uint64_t count;
    } others[] = {{FA_WORD_LEADS, results->lead_count}, {FA_WORD_WAIVED, waived}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        FA_TRY(fa_book_put_word(book, sheet, others[i].word, book->formats.key));
        fa_sheet_put_number(sheet, (double)others[i].count, book->formats.fact);
        fa_sheet_next_row(sheet);
    }
    return fa_book_put_lowest(book);
}

/* What the control is, as a link to its sheet; the conclusion in words, after COUNT where that is not
 * 0. */
static enum fa_status put_control(struct fa_workbook *book, struct fa_str control,
                                  const struct fa_sheet_writer *target, uint64_t count,
                                  enum fa_word conclusion, struct fa_str detail)
{
    struct fa_sheet_writer *sheet = cover_of(book);
    FA_TRY(fa_book_put_link(sheet, target->worksheet->name, "A1", control));
    fa_buf_clear(&book->text);
    if (count)
        FA_TRY(fa_buf_addf(&book->text, "%llu ", (unsigned long long)count));
    FA_TRY(fa_word_add(conclusion, book->language, &book->text));
    FA_TRY(fa_sheet_put_wrapped(sheet, fa_buf_str(&book->text), VALUE_WIDTH));
    FA_TRY(fa_sheet_put_wrapped(sheet, detail, DETAIL_WIDTH));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_own_control(struct fa_workbook *book, enum fa_word control,
                                      enum fa_book_sheet target, uint64_t count,
                                      enum fa_word conclusion)
{
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_word_add(control, book->language, &book->scratch));
    return put_control(book, fa_buf_str(&book->scratch), &book->sheets[target], count, conclusion,
                       FA_STR(""));
}

static enum fa_status put_filing_controls(struct fa_workbook *book)
{
    const struct fa_loaded_table *tables = book->results->tables;
    uint64_t rejected = tables[FA_RESULT_REJECT].row_count,
             breaks = tables[FA_RESULT_BREAK].row_count, short_days = 0;
    const struct fa_loaded_table *coverage = &tables[FA_RESULT_COVERAGE];
    for (uint64_t row = 0; row < coverage->row_count; row++)
        short_days += fa_result_number(coverage, row, fa_result_column(coverage, "surplus")) < 0;
    FA_TRY(put_own_control(book, FA_WORD_COMPLETENESS, FA_BOOK_REJECTED, rejected,
                           rejected ? FA_WORD_ROWS_REJECTED : FA_WORD_COMPLETE));
    FA_TRY(put_own_control(book, FA_WORD_RECONCILIATION, FA_BOOK_BREAKS, breaks,
                           breaks                               ? FA_WORD_BREAKS
                           : tables[FA_RESULT_BRIDGE].row_count ? FA_WORD_NO_BREAKS
                                                                : FA_WORD_NOT_MADE_HERE));
    return put_own_control(book, FA_WORD_COVER_OF_LIABILITIES, FA_BOOK_COVERAGE, short_days,
                           short_days            ? FA_WORD_SHORT_DAYS
                           : coverage->row_count ? FA_WORD_NO_SHORTFALL
                                                 : FA_WORD_NOT_MADE_HERE);
}

static enum fa_status write_conclusions(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_OVERALL_CONCLUSION, FA_WORD_CONCLUSION,
                                         FA_WORD_RULE_TITLE};
    FA_TRY(put_headings(book, words, 3));
    FA_TRY(put_filing_controls(book));
    struct fa_buf title = {0};
    enum fa_status status = FA_OK;
    for (int i = 0; i < book->area_count && status == FA_OK; i++) {
        const struct fa_area *area = &book->areas[i];
        fa_buf_clear(&title);
        status = fa_shown_columns(book->context, FA_RESULT_RULESET, area->ruleset, "title",
                                  book->language, " ", &title);
        if (status == FA_OK)
            status = put_control(book, fa_str_from(area->writer.worksheet->name), &area->writer,
                                 area->counts.outcomes[FA_OUTCOME_VIOLATION],
                                 fa_book_conclusion(&area->counts), fa_buf_str(&title));
    }
    fa_buf_release(&title);
    return status;
}

/* Blank cells for names, dates and what the people conclude. */
static enum fa_status write_signatures(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_PREPARED_BY, FA_WORD_SIGNED_ON,
                                         FA_WORD_REVIEWED_BY, FA_WORD_SIGNED_ON,
                                         FA_WORD_REVIEWERS_CONCLUSION};
    struct fa_sheet_writer *sheet = cover_of(book);
    fa_sheet_next_row(sheet);
    fa_sheet_begin_list(sheet);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        FA_TRY(fa_book_put_word(book, sheet, words[i], book->formats.key));
        fa_sheet_put_input(sheet);
        sheet->line_count = words[i] == FA_WORD_REVIEWERS_CONCLUSION ? 4 : 2;
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

/* --- what it was made from --- */

static enum fa_status write_covers(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_COVERED, FA_WORD_FROM, FA_WORD_TO};
    const struct fa_head *head = book->results->head;
    struct fa_sheet_writer *sheet = cover_of(book);
    FA_TRY(put_headings(book, words, 3));
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        FA_TRY(fa_sheet_put_text(sheet, head->dictionary.tables[cover->table].name,
                                 book->formats.text));
        FA_TRY(fa_sheet_put_day(sheet, cover->from_day));
        FA_TRY(fa_sheet_put_day(sheet, cover->to_day));
        if (cover->is_assumed)
            FA_TRY(fa_book_put_word(book, sheet, FA_WORD_ASSUMED, book->formats.text));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

static enum fa_status write_sources(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_SOURCE, FA_WORD_BYTES, FA_WORD_HASH};
    const struct fa_head *head = book->results->head;
    struct fa_sheet_writer *sheet = cover_of(book);
    FA_TRY(put_headings(book, words, 3));
    book->sources_row = sheet->row;
    for (size_t i = 0; i < head->sources.count; i++) {
        char hex[FA_SHA256_HEX_BYTES];
        fa_sha256_hex(head->sources.items[i].sha256, hex);
        FA_TRY(fa_sheet_put_wrapped(sheet, head->sources.items[i].name, KEY_WIDTH));
        fa_sheet_put_number(sheet, (double)head->sources.items[i].size_bytes,
                            book->formats.fact);
        FA_TRY(fa_sheet_put_text(sheet, fa_str_from(hex), book->formats.text));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

/* Rulesets that were applied with the hash of their text, then the tools. */
static enum fa_status write_methods(struct fa_workbook *book)
{
    static const enum fa_word ruleset_words[] = {FA_WORD_RULESET, FA_WORD_DOCUMENT, FA_WORD_HASH};
    static const enum fa_word tool_words[] = {FA_WORD_STEP, FA_WORD_VERSION};
    const struct fa_head *head = book->results->head;
    const struct fa_loaded_table *rulesets = &book->results->tables[FA_RESULT_RULESET];
    struct fa_sheet_writer *sheet = cover_of(book);
    FA_TRY(put_headings(book, ruleset_words, 3));
    for (uint64_t row = 0; row < rulesets->row_count; row++) {
        if (fa_result_number(rulesets, row, fa_result_column(rulesets, "state")) != 0)
            continue; /* not applied */
        FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULESET, row, "ruleset", KEY_WIDTH));
        FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULESET, row, "document", VALUE_WIDTH));
        FA_TRY(fa_book_put_column(book, sheet, FA_RESULT_RULESET, row, "hash", 0));
        fa_sheet_next_row(sheet);
    }
    FA_TRY(put_headings(book, tool_words, 2));
    for (size_t i = 0; i < head->steps.count; i++) {
        FA_TRY(fa_sheet_put_text(sheet, head->steps.items[i].tool, book->formats.text));
        FA_TRY(fa_sheet_put_text(sheet, head->steps.items[i].version, book->formats.text));
        fa_sheet_next_row(sheet);
    }
    return put_fact(book, FA_WORD_RUN_HASH, fa_str_from(book->hash));
}

/* --- where everything is --- */

/* Of a ruleset, or of statistics: those have no count of rows. */
static bool is_of_rules(const struct fa_workbook *book, const struct fa_sheet_writer *sheet)
{
    for (int i = 0; i < FA_BOOK_SHEETS; i++)
        if (sheet == &book->sheets[i])
            return false;
    return true;
}

/* The next of the sheets from *AT on that are, or are not, of rules; NULL: there is no more. */
static const struct fa_sheet_writer *next_listed(const struct fa_workbook *book, bool of_rules, size_t *at)
{
    while (*at < book->order.count && is_of_rules(book, book->order.items[*at]) != of_rules)
        ++*at;
    return *at < book->order.count ? book->order.items[(*at)++] : NULL;
}

static enum fa_status put_listed_rows(struct fa_workbook *book, const struct fa_sheet_writer *listed)
{
    struct fa_sheet_writer *sheet = cover_of(book);
    uint64_t rows = fa_book_listed_rows(book, listed);
    if (rows > FA_SHEET_ROWS_MAX) {
        fa_buf_clear(&book->scratch);
        FA_TRY(fa_book_add_cut(book, listed, rows, FA_SHEET_ROWS_MAX));
        return fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.severity[0]);
    }
    if (fa_book_rest_of(book, listed) && rows == 0)
        return fa_book_put_word(book, sheet, FA_WORD_NONE, book->formats.text);
    if (rows)
        fa_sheet_put_number(sheet, (double)rows, book->formats.fact);
    else
        fa_sheet_skip(sheet);
    return FA_OK;
}

/* Two lists side by side, so that a page has room for both. */
static enum fa_status write_index(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_SHEETS, FA_WORD_ROWS,
                                         FA_WORD_RULESETS_AND_STATISTICS};
    struct fa_sheet_writer *sheet = cover_of(book);
    size_t at = 1, rules_at = 1;
    FA_TRY(put_headings(book, words, 3));
    for (;;) {
        const struct fa_sheet_writer *own = next_listed(book, false, &at);
        const struct fa_sheet_writer *of_rules = next_listed(book, true, &rules_at);
        if (!own && !of_rules)
            return FA_OK;
        if (own) {
            const char *name = own->worksheet->name;
            FA_TRY(fa_book_put_link(sheet, name, "A1", fa_str_from(name)));
            FA_TRY(put_listed_rows(book, own));
        }
        while (of_rules && sheet->column < COVER_COLUMNS - 1)
            fa_sheet_skip(sheet);
        if (of_rules) {
            const char *name = of_rules->worksheet->name;
            FA_TRY(fa_book_put_link(sheet, name, "A1", fa_str_from(name)));
        }
        fa_sheet_next_row(sheet);
    }
}

enum fa_status fa_book_write_cover(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = cover_of(book);
    worksheet_set_column(sheet->worksheet, 0, 0, KEY_WIDTH, NULL);
    worksheet_set_column(sheet->worksheet, 1, 1, VALUE_WIDTH, NULL);
    worksheet_set_column(sheet->worksheet, 2, 2, DETAIL_WIDTH, NULL);
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_TITLE, book->formats.title));
    sheet->line_count = 2;
    fa_sheet_next_row(sheet);
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_DRAFT, book->formats.severity[0]));
    sheet->line_count = book->language == FA_LANGUAGE_BOTH ? 2 : 1;
    fa_sheet_next_row(sheet);
    FA_TRY(write_state(book));
    FA_TRY(write_filing(book));
    FA_TRY(write_counts(book));
    FA_TRY(write_conclusions(book));
    FA_TRY(write_signatures(book));
    FA_TRY(write_index(book));
    FA_TRY(write_covers(book));
    FA_TRY(write_sources(book));
    FA_TRY(write_methods(book));
    worksheet_print_area(sheet->worksheet, 0, 0, sheet->row, COVER_COLUMNS - 1);
    fa_sheet_set_pages(sheet);
    return FA_OK;
}
