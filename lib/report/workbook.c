#include "report/report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/limits.h"
#include "report/celltext.h"
#include "report/lead.h"
#include "report/workbook.h"

/*
 * The workbook. Rows go to disk as they are written (constant_memory), so its size costs no
 * memory; every cell passes one of the put_ functions, which count it for the read-back.
 */

static const struct {
    enum fa_word name;
    enum fa_sheet_role role;
    enum fa_status (*write)(struct fa_workbook *book);
} own_sheets[FA_BOOK_SHEETS] = {
    [FA_BOOK_COVER] = {FA_WORD_COVER, FA_ROLE_FRONT, fa_book_write_cover},
    [FA_BOOK_SUMMARY] = {FA_WORD_SUMMARY, FA_ROLE_FRONT, fa_book_write_summary},
    [FA_BOOK_FINDINGS] = {FA_WORD_FINDINGS, FA_ROLE_RESULT, fa_book_write_findings},
    [FA_BOOK_PENDING] = {FA_WORD_PENDING_DUTIES, FA_ROLE_RESULT, fa_book_write_pending},
    [FA_BOOK_EARLIER] = {FA_WORD_EARLIER_FINDINGS, FA_ROLE_RESULT, fa_book_write_earlier},
    [FA_BOOK_WAIVERS] = {FA_WORD_WAIVERS, FA_ROLE_RESULT, fa_book_write_waivers},
    [FA_BOOK_BREAKS] = {FA_WORD_BREAKS, FA_ROLE_RESULT, fa_book_write_breaks},
    [FA_BOOK_BRIDGE] = {FA_WORD_BRIDGE, FA_ROLE_WORKING, fa_book_write_bridge},
    [FA_BOOK_COVERAGE] = {FA_WORD_COVERAGE, FA_ROLE_WORKING, fa_book_write_coverage},
    [FA_BOOK_EVIDENCE] = {FA_WORD_EVIDENCE, FA_ROLE_SOURCE, fa_book_write_evidence},
    [FA_BOOK_REJECTED] = {FA_WORD_REJECTED, FA_ROLE_SOURCE, fa_book_write_rejected},
    [FA_BOOK_REMARKS] = {FA_WORD_REMARKS, FA_ROLE_SOURCE, fa_book_write_remarks},
    [FA_BOOK_CONTROLS] = {FA_WORD_CONTROLS, FA_ROLE_METHOD, fa_book_write_controls},
    [FA_BOOK_RULES] = {FA_WORD_RULES, FA_ROLE_METHOD, fa_book_write_rules},
    [FA_BOOK_NOT_TESTED] = {FA_WORD_NOT_TESTED, FA_ROLE_METHOD, fa_book_write_not_tested},
    [FA_BOOK_TICKMARKS] = {FA_WORD_TICKMARKS, FA_ROLE_METHOD, fa_book_write_tickmarks},
    [FA_BOOK_SOURCES] = {FA_WORD_SOURCES, FA_ROLE_METHOD, fa_book_write_sources},
    [FA_BOOK_LOG] = {FA_WORD_LOG, FA_ROLE_METHOD, fa_book_write_log},
};

/* Sheets that list a table of the results, row by row or nearly so. */
static const struct {
    enum fa_book_sheet sheet;
    enum fa_result_table table;
} lists[] = {{FA_BOOK_PENDING, FA_RESULT_PENDING},
             {FA_BOOK_FINDINGS, FA_RESULT_FINDING},  {FA_BOOK_EARLIER, FA_RESULT_EARLIER},
             {FA_BOOK_WAIVERS, FA_RESULT_WAIVER},    {FA_BOOK_BREAKS, FA_RESULT_BREAK},
             {FA_BOOK_BRIDGE, FA_RESULT_BRIDGE},     {FA_BOOK_COVERAGE, FA_RESULT_COVERAGE},
             {FA_BOOK_EVIDENCE, FA_RESULT_EVIDENCE}, {FA_BOOK_REJECTED, FA_RESULT_REJECT},
             {FA_BOOK_REMARKS, FA_RESULT_REMARK},    {FA_BOOK_CONTROLS, FA_RESULT_CONTROL}};

static int list_of(const struct fa_workbook *book, const struct fa_sheet_writer *sheet)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (sheet == &book->sheets[lists[i].sheet])
            return (int)i;
    return -1;
}

uint64_t fa_book_listed_rows(const struct fa_workbook *book, const struct fa_sheet_writer *sheet)
{
    int list = list_of(book, sheet);
    if (list >= 0 && lists[list].sheet == FA_BOOK_BRIDGE)
        return fa_book_bridge_days(book);
    return list < 0 ? 0 : book->results->tables[lists[list].table].row_count;
}

const char *fa_book_rest_of(const struct fa_workbook *book, const struct fa_sheet_writer *sheet)
{
    int list = list_of(book, sheet);
    return list < 0 ? NULL : fa_report_rest_of(lists[list].table);
}

uint64_t fa_book_accepted_rows(const struct fa_workbook *book)
{
    uint64_t accepted = 0, rejected = 0;
    fa_lead_count_rows(book->results, &accepted, &rejected);
    return accepted;
}

/* --- the order of sheets --- */

enum fa_status fa_book_is_own_name(struct fa_workbook *book, const char *name, bool *is_own)
{
    bool is_found = false;
    for (int i = 0; i < FA_BOOK_SHEETS; i++) {
        fa_buf_clear(&book->text);
        FA_TRY(fa_word_add(own_sheets[i].name, book->language, &book->text));
        const char *own = fa_buf_cstr(&book->text);
        if (!own)
            return FA_ELIMIT;
        is_found |= strcasecmp(own, name) == 0; /* as spreadsheets compare them */
    }
    *is_own = is_found;
    return FA_OK;
}

static enum fa_status add_own_sheets(struct fa_workbook *book, int from, int to)
{
    for (int i = from; i <= to; i++) {
        fa_buf_clear(&book->text);
        FA_TRY(fa_word_add(own_sheets[i].name, book->language, &book->text));
        const char *name = fa_buf_cstr(&book->text);
        if (!name)
            return FA_ELIMIT;
        FA_TRY(fa_book_add_sheet(book, &book->sheets[i], name, own_sheets[i].role));
    }
    return FA_OK;
}

static enum fa_status add_sheets(struct fa_workbook *book)
{
    FA_TRY(add_own_sheets(book, FA_BOOK_COVER, FA_BOOK_SUMMARY));
    FA_TRY(fa_book_add_statistics(book, true));
    book->first_statistic_count = book->statistic_count;
    FA_TRY(add_own_sheets(book, FA_BOOK_FINDINGS, FA_BOOK_WAIVERS));
    FA_TRY(fa_book_add_areas(book));
    FA_TRY(add_own_sheets(book, FA_BOOK_WAIVERS + 1, FA_BOOK_COVERAGE));
    FA_TRY(fa_book_add_statistics(book, false));
    return add_own_sheets(book, FA_BOOK_EVIDENCE, FA_BOOK_SHEETS - 1);
}

static enum fa_status write_sheet(struct fa_workbook *book, int i)
{
    struct fa_sheet_writer *sheet = &book->sheets[i];
    if (i != FA_BOOK_COVER)
        FA_TRY(fa_book_put_title(book, sheet, fa_str_from(sheet->worksheet->name)));
    return own_sheets[i].write(book);
}

/* Cells are kept in rows as they are written, sheet by sheet; the order of the writing is free.
 * Controls come last: their formulas point into the lists of the others. */
static enum fa_status write_sheets(struct fa_workbook *book)
{
    FA_TRY(add_sheets(book));
    for (int i = 0; i < FA_BOOK_SHEETS; i++)
        if (i != FA_BOOK_CONTROLS)
            FA_TRY(write_sheet(book, i));
    FA_TRY(write_sheet(book, FA_BOOK_CONTROLS));
    FA_TRY(fa_book_write_areas(book));
    return fa_book_write_statistics(book);
}

/* --- the file --- */

static enum fa_status read_back(const struct fa_workbook *book, const char *path)
{
    struct fa_sheet_count *counts = calloc(book->order.count, sizeof *counts);
    if (!counts)
        return fa_out_of_memory(book->results->sink, "the workbook");
    for (size_t i = 0; i < book->order.count; i++)
        counts[i] = book->order.items[i]->count;
    enum fa_status status =
        fa_workbook_read_back(path, counts, (int)book->order.count, book->results->sink);
    free(counts);
    return status;
}

/* What the run was made from in one number: sources, tools, rulesets and options. */
static enum fa_status make_hash(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    struct fa_sha256 *sha = fa_sha256_new();
    uint8_t digest[FA_SHA256_BYTES];
    if (!sha)
        return FA_ELIMIT;
    for (size_t i = 0; i < head->sources.count; i++)
        fa_sha256_add(sha, head->sources.items[i].sha256, FA_SHA256_BYTES);
    for (size_t i = 0; i < head->steps.count; i++) {
        const struct fa_step_info *step = &head->steps.items[i];
        const struct fa_str parts[] = {step->tool, step->version, step->hash, step->options};
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            fa_sha256_add(sha, parts[p].bytes, parts[p].size);
            fa_sha256_add(sha, "", 1);
        }
    }
    fa_sha256_finish(sha, digest);
    fa_sha256_free(sha);
    fa_sha256_hex(digest, book->hash);
    return FA_OK;
}

static enum fa_status set_properties(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    struct fa_buf title = {0}, subject = {0}, company = {0};
    enum fa_status status = fa_word_add(FA_WORD_TITLE, book->language, &title);
    if (status == FA_OK)
        status = fa_cell_text(head->filing, &subject);
    if (status == FA_OK)
        status = fa_cell_text(head->filer, &company);
    if (status == FA_OK && fa_buf_cstr(&title) && fa_buf_cstr(&subject) && fa_buf_cstr(&company)) {
        char author[] = "flowaudit";
        /* The only date in the file's own data: it makes the bytes depend on the filing alone. */
        lxw_doc_properties properties = {
            .title = title.bytes,
            .subject = subject.bytes,
            .company = company.bytes,
            .author = author,
            .created = (time_t)(head->as_of_day * 86400),
        };
        if (workbook_set_properties(book->file, &properties) != LXW_NO_ERROR)
            status = FA_ELIMIT;
    } else {
        status = FA_ELIMIT;
    }
    fa_buf_release(&title);
    fa_buf_release(&subject);
    fa_buf_release(&company);
    return status;
}

static enum fa_status write_book(struct fa_workbook *book)
{
    FA_TRY(make_hash(book));
    FA_TRY(set_properties(book));
    fa_formats_make(&book->formats, book->file);
    FA_TRY(fa_book_make_page_texts(book));
    FA_TRY(fa_book_make_plan(book));
    return write_sheets(book);
}

static void release(struct fa_workbook *book)
{
    for (int i = 0; i < book->statistic_count; i++)
        fa_buf_release(&book->statistics[i].name);
    free(book->statistics);
    free(book->areas);
    fa_book_release_plan(book);
    fa_vec_free(&book->order);
    fa_buf_release(&book->header);
    fa_buf_release(&book->footer);
    fa_buf_release(&book->cell);
    fa_buf_release(&book->text);
    fa_buf_release(&book->scratch);
    fa_buf_release(&book->key);
}

enum fa_status fa_report_workbook(const struct fa_shown_context *context,
                                  const struct fa_report_options *options, const char *path,
                                  const char *dir)
{
    const struct fa_results *results = context->results;
    char *tmpdir = strdup(dir); /* the library wants it writable */
    if (!tmpdir)
        return fa_out_of_memory(results->sink, "the workbook");
    lxw_workbook_options settings = {.constant_memory = 1, .tmpdir = tmpdir, .use_zip64 = 0};
    struct fa_workbook book = {.context = context,
                               .results = results,
                               .language = options->language,
                               .paper = options->paper,
                               .rest_stem = options->rest_stem,
                               .results_hash = options->results_hash,
                               .key_id = options->key_id};
    book.file = workbook_new_opt(path, &settings);
    if (!book.file) {
        free(tmpdir);
        return fa_out_of_memory(results->sink, "the workbook");
    }
    enum fa_status status = write_book(&book);
    if (status == FA_ELIMIT)
        status = fa_out_of_memory(results->sink, "the workbook");
    lxw_error error = workbook_close(book.file);
    if (status == FA_OK && error != LXW_NO_ERROR)
        status = fa_error(results->sink, FA_CODE_IO, (struct fa_place){0}, NULL,
                          "cannot write the workbook: %s", lxw_strerror(error));
    if (status == FA_OK)
        status = read_back(&book, path);
    free(tmpdir);
    release(&book);
    return status;
}
