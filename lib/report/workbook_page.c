/*
 * What all sheets have in common: colour, protection, the page that they print, and the row with
 * the link back to the cover.
 */
#include <string.h>

#include "report/celltext.h"
#include "report/workbook.h"

/* A header or footer holds 255 characters, of which these may be the filing's. */
enum { PAGE_TEXT_MAX = 60, HASH_SHOWN = 12 };

static const uint16_t paper_numbers[FA_PAPER_COUNT] = {
    [FA_PAPER_A4] = 9, [FA_PAPER_A3] = 8, [FA_PAPER_LETTER] = 1, [FA_PAPER_LEGAL] = 5};

/* & begins a code there, so it is doubled; a long text is cut. */
static enum fa_status add_page_text(struct fa_str text, struct fa_buf *out)
{
    struct fa_buf safe = {0};
    enum fa_status status = fa_cell_text(text, &safe);
    size_t shown = 0;
    for (size_t i = 0; i < safe.size && status == FA_OK; i++) {
        char c = safe.bytes[i];
        shown += ((unsigned char)c & 0xC0) != 0x80;
        if (shown > PAGE_TEXT_MAX)
            break;
        status = c == '&' ? fa_buf_add_text(out, "&&")
                          : fa_buf_add_char(out, c < ' ' && c > 0 ? ' ' : c);
    }
    fa_buf_release(&safe);
    return status;
}

void fa_book_period(const struct fa_workbook *book, int64_t *from_day, int64_t *to_day)
{
    const struct fa_head *head = book->results->head;
    bool is_of_flows = false;
    *from_day = *to_day = head->as_of_day;
    for (size_t i = 0; i < head->covers.count; i++) {
        const struct fa_cover_info *cover = &head->covers.items[i];
        bool is_flow = fa_str_is(head->dictionary.tables[cover->table].name, "flow");
        if (is_of_flows && !is_flow)
            continue;
        bool is_first = i == 0 || (is_flow && !is_of_flows);
        *from_day = is_first || cover->from_day < *from_day ? cover->from_day : *from_day;
        *to_day = is_first || cover->to_day > *to_day ? cover->to_day : *to_day;
        is_of_flows |= is_flow;
    }
}

enum fa_status fa_book_add_period(const struct fa_workbook *book, struct fa_buf *out)
{
    char text[FA_TIME_TEXT_BYTES];
    int64_t from_day, to_day;
    fa_book_period(book, &from_day, &to_day);
    FA_TRY(fa_buf_add(out, text, fa_date_format(from_day, text)));
    FA_TRY(fa_buf_add_text(out, " .. "));
    return fa_buf_add(out, text, fa_date_format(to_day, text));
}

enum fa_status fa_book_make_page_texts(struct fa_workbook *book)
{
    const struct fa_head *head = book->results->head;
    FA_TRY(fa_buf_add_text(&book->header, "&L"));
    FA_TRY(add_page_text(head->filer.size ? head->filer : head->filing, &book->header));
    FA_TRY(fa_buf_add_text(&book->header, "&C&A&R"));
    FA_TRY(fa_book_add_period(book, &book->header));
    FA_TRY(fa_buf_add_text(&book->footer, "&L"));
    FA_TRY(add_page_text(head->filing, &book->footer));
    FA_TRY(fa_buf_add_text(&book->footer, "&C"));
    FA_TRY(fa_word_add(FA_WORD_PAGE_OF, book->language, &book->footer));
    return fa_buf_addf(&book->footer, "&R%.*s", HASH_SHOWN, book->hash);
}

static void set_up(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                   enum fa_sheet_role role)
{
    static const uint32_t colors[FA_ROLE_COUNT] = {
        [FA_ROLE_FRONT] = 0x1F3864,  [FA_ROLE_RESULT] = 0xC00000, [FA_ROLE_WORKING] = 0x548235,
        [FA_ROLE_SOURCE] = 0x7F7F7F, [FA_ROLE_METHOD] = 0xBF8F00,
    };
    lxw_protection allowed = {.format_columns = 1, .format_rows = 1, .sort = 1, .autofilter = 1};
    worksheet_set_tab_color(sheet->worksheet, colors[role]);
    worksheet_protect(sheet->worksheet, NULL, &allowed); /* no password: it shows what is whose */
    worksheet_set_paper(sheet->worksheet, (uint8_t)paper_numbers[book->paper]);
    worksheet_set_landscape(sheet->worksheet);
    worksheet_fit_to_pages(sheet->worksheet, 1, 0);
    worksheet_set_margins(sheet->worksheet, 0.4, 0.4, 0.7, 0.6);
}

enum fa_status fa_book_add_sheet(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 const char *name, enum fa_sheet_role role)
{
    sheet->worksheet = workbook_add_worksheet(book->file, name);
    const char *header = fa_buf_cstr(&book->header), *footer = fa_buf_cstr(&book->footer);
    if (!sheet->worksheet || !header || !footer)
        return FA_ELIMIT;
    sheet->formats = &book->formats;
    sheet->zone = &book->results->head->zone;
    sheet->buf = &book->cell;
    set_up(book, sheet, role);
    if (worksheet_set_header(sheet->worksheet, header) != LXW_NO_ERROR ||
        worksheet_set_footer(sheet->worksheet, footer) != LXW_NO_ERROR)
        return FA_ELIMIT;
    return fa_vec_add(&book->order, sheet);
}

/* Each of QUOTES that stands in TEXT, twice. */
static enum fa_status add_doubling(struct fa_str text, const char *quotes, struct fa_buf *out)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] && strchr(quotes, text.bytes[i]))
            FA_TRY(fa_buf_add_char(out, text.bytes[i]));
        FA_TRY(fa_buf_add_char(out, text.bytes[i]));
    }
    return FA_OK;
}

enum fa_status fa_book_add_reference(const char *sheet_name, struct fa_buf *out)
{
    FA_TRY(fa_buf_add_char(out, '\''));
    FA_TRY(add_doubling(fa_str_from(sheet_name), "'", out));
    return fa_buf_add_text(out, "'!");
}

/* The label with its NUL, and behind it the formula, whose texts stand in double quotes: a sheet's
 * name has both kinds doubled there. */
static enum fa_status put_link(struct fa_sheet_writer *sheet, const char *sheet_name,
                               const char *target, struct fa_str label, bool is_number)
{
    enum { FORMULA_BYTES = 32 }; /* of what stands around the parts */
    struct fa_buf *buf = sheet->buf;
    fa_buf_clear(buf);
    FA_TRY(fa_cell_text(label, buf));
    FA_TRY(fa_buf_add_char(buf, '\0'));
    size_t formula_at = buf->size;
    /* with room for all of it, the label does not move while it is read */
    FA_TRY(fa_buf_reserve(
        buf, 2 * (formula_at + strlen(sheet_name)) + strlen(target) + FORMULA_BYTES));
    FA_TRY(fa_buf_add_text(buf, "=HYPERLINK(\"#'"));
    FA_TRY(add_doubling(fa_str_from(sheet_name), "'\"", buf));
    FA_TRY(fa_buf_add_text(buf, "'!"));
    FA_TRY(fa_buf_add_text(buf, target));
    FA_TRY(fa_buf_add_text(buf, is_number ? "\"," : "\",\""));
    FA_TRY(add_doubling((struct fa_str){buf->bytes, formula_at - 1}, "\"", buf));
    FA_TRY(fa_buf_add_text(buf, is_number ? ")" : "\")"));
    const char *text = fa_buf_cstr(buf);
    if (!text)
        return FA_ELIMIT;
    fa_sheet_put_link(sheet, text + formula_at, text, is_number);
    return FA_OK;
}

enum fa_status fa_book_put_link(struct fa_sheet_writer *sheet, const char *sheet_name,
                                const char *target, struct fa_str label)
{
    return put_link(sheet, sheet_name, target, label, false);
}

enum fa_status fa_book_put_number_link(struct fa_sheet_writer *sheet, const char *sheet_name,
                                       const char *target, const char *label)
{
    return put_link(sheet, sheet_name, target, fa_str_from(label), true);
}

enum fa_status fa_book_put_title(struct fa_workbook *book, struct fa_sheet_writer *sheet,
                                 struct fa_str title)
{
    struct fa_buf back = {0};
    enum fa_status status = fa_buf_add_text(&back, "\xE2\x86\x90 ");
    if (status == FA_OK)
        status = fa_word_add(FA_WORD_COVER, book->language, &back);
    if (status == FA_OK)
        status = fa_book_put_link(sheet, book->sheets[FA_BOOK_COVER].worksheet->name, "A1",
                                  fa_buf_str(&back));
    fa_buf_release(&back);
    FA_TRY(status);
    FA_TRY(fa_sheet_put_text(sheet, title, book->formats.title));
    sheet->line_count = 2; /* the title is large, and may stand in each language */
    for (size_t i = 0; i < title.size; i++)
        sheet->line_count += title.bytes[i] == '\n' ? 2 : 0;
    fa_sheet_next_row(sheet);
    return FA_OK;
}
