/*
 * The cover: what was filed, whether it is complete, what was found, and where each sheet is.
 */
#include <stdio.h>

#include "report/workbook.h"

static enum fa_status put_fact(struct fa_workbook *book, enum fa_word word, struct fa_str value)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(fa_book_put_word(book, sheet, word, book->formats.key));
    FA_TRY(fa_sheet_put_text(sheet, value.size ? value : FA_STR("-"), book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_counts(struct fa_workbook *book, enum fa_word word,
                                 const uint64_t counts[FA_SEVERITIES])
{
    static const char *const names[FA_SEVERITIES] = {"critical", "high", "medium", "low",
                                                     "info"};
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    uint64_t total = 0;
    fa_buf_clear(&book->scratch);
    for (int i = 0; i < FA_SEVERITIES; i++) {
        total += counts[i];
        if (counts[i])
            FA_TRY(fa_buf_addf(&book->scratch, "%s%s %llu", book->scratch.size ? ", " : "",
                               names[i], (unsigned long long)counts[i]));
    }
    FA_TRY(fa_book_put_word(book, sheet, word, book->formats.key));
    fa_sheet_put_number(sheet, (double)total, book->formats.integer);
    FA_TRY(fa_sheet_put_text(sheet, fa_buf_str(&book->scratch), book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

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

static enum fa_status write_filing(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    char text[FA_TIME_TEXT_BYTES];
    FA_TRY(put_fact(book, FA_WORD_FILING, head->filing));
    FA_TRY(put_fact(book, FA_WORD_FILER, head->filer));
    size_t size = fa_date_format(head->as_of_day, text);
    fa_buf_clear(&book->scratch);
    FA_TRY(fa_buf_add(&book->scratch, text, size));
    if (head->as_of_assumed) {
        FA_TRY(fa_buf_add_text(&book->scratch, " - "));
        FA_TRY(fa_word_add(FA_WORD_ASSUMED, book->language, &book->scratch));
    }
    FA_TRY(put_fact(book, FA_WORD_AS_OF, fa_buf_str(&book->scratch)));
    FA_TRY(put_fact(book, FA_WORD_ZONE, fa_str_from(head->zone.name)));
    char currency[4] = "";
    if (head->currency)
        fa_currency_format(head->currency, currency);
    FA_TRY(put_fact(book, FA_WORD_CURRENCY, fa_str_from(currency)));
    FA_TRY(put_counts(book, FA_WORD_VIOLATIONS, book->results->violations));
    FA_TRY(put_counts(book, FA_WORD_INDETERMINATE, book->results->indeterminate));
    FA_TRY(put_counts(book, FA_WORD_BREAKS, book->results->breaks));
    FA_TRY(fa_book_put_lowest(book));
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_LEADS, book->formats.key));
    fa_sheet_put_number(sheet, (double)book->results->lead_count, book->formats.integer);
    fa_sheet_next_row(sheet);
    FA_TRY(fa_book_put_word(book, sheet, book->context->reveal ? FA_WORD_REVEALED : FA_WORD_MASKED,
                    book->formats.text));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status put_headings(struct fa_workbook *book, const enum fa_word *words, int count)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    fa_sheet_next_row(sheet);
    for (int i = 0; i < count; i++)
        FA_TRY(fa_book_put_word(book, sheet, words[i], book->formats.heading));
    fa_sheet_next_row(sheet);
    return FA_OK;
}

static enum fa_status write_covers(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_COVERED, FA_WORD_FROM, FA_WORD_TO};
    const struct fa_head *head = book->results->head;
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
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

static enum fa_status write_provenance(struct fa_workbook *book)
{
    static const enum fa_word source_words[] = {FA_WORD_SOURCE, FA_WORD_BYTES, FA_WORD_HASH};
    const struct fa_head *head = book->results->head;
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(put_headings(book, source_words, 3));
    for (size_t i = 0; i < head->sources.count; i++) {
        char hex[FA_SHA256_HEX_BYTES];
        fa_sha256_hex(head->sources.items[i].sha256, hex);
        FA_TRY(fa_sheet_put_text(sheet, head->sources.items[i].name, book->formats.text));
        fa_sheet_put_number(sheet, (double)head->sources.items[i].size_bytes,
                            book->formats.integer);
        FA_TRY(fa_sheet_put_text(sheet, fa_str_from(hex), book->formats.text));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

static enum fa_status write_index(struct fa_workbook *book)
{
    static const enum fa_word words[] = {FA_WORD_SHEETS};
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    FA_TRY(put_headings(book, words, 1));
    for (size_t i = 1; i < book->order.count; i++) {
        const char *name = book->order.items[i]->worksheet->name;
        FA_TRY(fa_book_put_link(sheet, name, "A1", fa_str_from(name)));
        fa_sheet_next_row(sheet);
    }
    return FA_OK;
}

enum fa_status fa_book_write_cover(struct fa_workbook *book)
{
    struct fa_sheet_writer *sheet = &book->sheets[FA_BOOK_COVER];
    worksheet_set_column(sheet->worksheet, 0, 0, 30, NULL);
    worksheet_set_column(sheet->worksheet, 1, 1, 34, NULL);
    worksheet_set_column(sheet->worksheet, 2, 2, 68, NULL);
    FA_TRY(fa_book_put_word(book, sheet, FA_WORD_TITLE, book->formats.title));
    fa_sheet_next_row(sheet);
    fa_sheet_next_row(sheet);
    FA_TRY(write_state(book));
    FA_TRY(write_filing(book));
    FA_TRY(write_covers(book));
    FA_TRY(write_provenance(book));
    return write_index(book);
}
