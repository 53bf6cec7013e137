/*
 * The sheet of sources: everything that the run and this report were made from, so that both can
 * be made again. flowaudit-verify(1) reads it back.
 */
#include "report/provenance.h"
#include "report/workbook.h"
#include "report/workbook_sources.h"

enum { VALUE_WIDTH = 68 };
static const struct fa_column_spec columns[] = {{FA_WORD_ROLE, NULL, 16},
                                                {FA_WORD_STEP, NULL, 14},
                                                {FA_WORD_NAME, NULL, 40},
                                                {FA_WORD_VALUE_OR_HASH, NULL, VALUE_WIDTH},
                                                {FA_WORD_BYTES, NULL, 14}};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

enum fa_status fa_source_role_add(struct fa_str role, enum fa_language language,
                                  struct fa_buf *out)
{
    return fa_value_add(FA_STR("log"), role, language, out);
}

static enum fa_status add_own(struct fa_provenance *made_from, const char *name, struct fa_str value)
{
    const struct fa_provenance_entry entry = {.is_option = true,
                                          .stage = FA_STR("report"),
                                          .name = fa_str_from(name),
                                          .value = value};
    return value.size ? fa_provenance_add(made_from, &entry) : FA_OK;
}

/* The report's own part of the record: what it was written with, and of what. */
static enum fa_status add_report(const struct fa_workbook *book, struct fa_provenance *made_from)
{
    static const char *const languages[] = {"en", "zh", "both"};
    static const char *const papers[FA_PAPER_COUNT] = {"a4", "a3", "letter", "legal"};
    FA_TRY(add_own(made_from, "version", FA_STR(PACKAGE_VERSION)));
    FA_TRY(add_own(made_from, "lang", fa_str_from(languages[book->language])));
    FA_TRY(add_own(made_from, "paper", fa_str_from(papers[book->paper])));
    FA_TRY(add_own(made_from, "reveal", fa_str_from(book->context->reveal ? "yes" : "no")));
    FA_TRY(add_own(made_from, "key", book->key_id));
    /* the cells name the files beside the workbook, so their name is a part of it */
    bool has_rest = false;
    for (int rest = 0; rest < FA_REPORT_RESTS; rest++)
        has_rest |= fa_report_has_rest(book->results, rest);
    if (has_rest && book->rest_stem)
        FA_TRY(add_own(made_from, "stem", fa_str_from(book->rest_stem)));
    return add_own(made_from, "results", book->results_hash);
}

static enum fa_status put_entry(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                const struct fa_provenance_entry *entry)
{
    struct fa_str role =
        fa_str_from(entry->is_option ? "option" : fa_input_role_name(entry->role));
    fa_buf_clear(&book->text);
    FA_TRY(fa_source_role_add(role, book->language, &book->text));
    FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->text), book->formats.text));
    FA_TRY(fa_sheet_put_text(sheet, entry->stage, book->formats.text));
    FA_TRY(fa_sheet_put_text(sheet, entry->name, book->formats.text));
    FA_TRY(fa_sheet_put_wrapped(sheet, entry->value, VALUE_WIDTH));
    if (!entry->is_option)
        fa_sheet_put_number(sheet, (double)entry->size_bytes, book->formats.integer);
    fa_sheet_next_row(sheet);
    return FA_OK;
}

enum fa_status fa_book_write_sources(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_SOURCES];
    struct fa_provenance made_from;
    fa_provenance_init(&made_from);
    enum fa_status status = add_report(book, &made_from);
    if (status == FA_OK)
        status = fa_provenance_from_head(book->results->head, &made_from);
    if (status == FA_OK)
        status =
            fa_book_put_heading(book, sheet, columns, COLUMN_COUNT, made_from.entries.count);
    for (size_t i = 0; status == FA_OK && i < made_from.entries.count; i++)
        status = put_entry(book, sheet, &made_from.entries.items[i]);
    fa_provenance_release(&made_from);
    return status;
}
