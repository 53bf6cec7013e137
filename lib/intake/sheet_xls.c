#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/profile.h"
#include "intake/sheet.h"
#include "intake/sheet_biff.h"
#include "intake/sheet_number.h"
#include "intake/sheet_rows.h"
#include "intake/sheet_texts.h"

static const char again[] = "open it in its program and save it again";

enum {
    VERSION_8 = 0x0600,  /* Excel 97 and later */
    KIND_CELLS = 0x0010, /* of a stream: a sheet of cells */
    SHEET_CELLS = 0,     /* of a SHEET record: the same */
    CELL_HEAD = 6,       /* row, column and style of a cell */
};

struct format {
    uint32_t id;
    enum fa_sheet_form form;
};

struct xls {
    struct fa_reader base;
    struct fa_fault *fault;
    struct fa_cfb cfb;
    struct fa_biff biff;
    FA_VEC(struct fa_sheet_info) sheets;
    struct fa_arena arena;
    FA_VEC(struct format) formats;
    FA_VEC(uint8_t) forms; /* by style of a cell: enum fa_sheet_form */
    bool is_1904;
    struct fa_sheet_texts texts;
    struct fa_sheet_rows rows;
    unsigned depth;          /* of streams in one another: charts lie within sheets */
    bool is_held;            /* the record that was read last is still to be looked at */
    bool is_formula_waiting; /* its text comes in a record of its own */
    struct fa_buf text;
};

static bool refuse(struct xls *xls, const char *why)
{
    fa_fault_set(xls->fault, FA_CODE_SHEET_BROKEN, 0, 0, again, "the workbook is damaged: %s",
                 why);
    return false;
}

static bool run_out(struct xls *xls)
{
    fa_fault_set_memory(xls->fault);
    return false;
}

/* --- what stands before the sheets --- */

/* A count of characters in COUNT_BYTES bytes, a byte of flags, the characters. */
static bool take_short_text(struct xls *xls, size_t count_bytes)
{
    uint8_t count[2] = {0, 0}, flags;
    fa_buf_clear(&xls->text);
    if (!fa_biff_take(&xls->biff, count, count_bytes) || !fa_biff_take(&xls->biff, &flags, 1))
        return false;
    return fa_biff_take_text(&xls->biff, count[0] | (size_t)count[1] << 8, flags & 1,
                             &xls->text);
}

static bool add_sheet(struct xls *xls)
{
    uint8_t head[6];
    if (!fa_biff_take(&xls->biff, head, sizeof head) || !take_short_text(xls, 1))
        return refuse(xls, "the list of its sheets is cut short");
    struct fa_sheet_info sheet = {
        .name = fa_arena_str(&xls->arena, fa_buf_str(&xls->text)),
        .part = head[5] == SHEET_CELLS ? (int64_t)fa_load_u32(head) : -1,
        .is_hidden = (head[4] & 3) != 0,
    };
    if (xls->sheets.count == FA_SHEET_SHEETS_MAX)
        return refuse(xls, "it has more sheets than workbooks have");
    if (!sheet.name.bytes || fa_vec_add(&xls->sheets, sheet) != FA_OK)
        return run_out(xls);
    return true;
}

static bool add_format(struct xls *xls)
{
    uint8_t id[2];
    if (!fa_biff_take(&xls->biff, id, 2) || !take_short_text(xls, 2))
        return refuse(xls, "a format of numbers is cut short");
    struct format format = {id[0] | (uint32_t)id[1] << 8,
                            fa_sheet_form_of_code(fa_buf_str(&xls->text))};
    if (xls->formats.count == FA_SHEET_FORMATS_MAX)
        return refuse(xls, "it has more formats than workbooks have");
    return fa_vec_add(&xls->formats, format) == FA_OK || run_out(xls);
}

static bool add_style(struct xls *xls)
{
    if (xls->biff.size < 4)
        return refuse(xls, "a style is cut short");
    uint32_t id = fa_biff_u16(&xls->biff, 2);
    enum fa_sheet_form form = fa_sheet_form_of_id(id);
    for (size_t i = 0; i < xls->formats.count; i++)
        if (xls->formats.items[i].id == id)
            form = xls->formats.items[i].form;
    if (xls->forms.count == FA_SHEET_STYLES_MAX)
        return refuse(xls, "it has more styles than workbooks have");
    return fa_vec_add(&xls->forms, (uint8_t)form) == FA_OK || run_out(xls);
}

/* A text of the shared ones: characters, then how they look and are spoken, which nobody needs.
 */
static bool take_shared_text(struct xls *xls)
{
    enum { IS_WIDE = 1, HAS_SPEECH = 4, HAS_RUNS = 8 };
    struct fa_biff *biff = &xls->biff;
    uint8_t head[3], runs[2] = {0, 0}, speech[4] = {0, 0, 0, 0};
    fa_buf_clear(&xls->text);
    if (!fa_biff_take(biff, head, sizeof head) ||
        ((head[2] & HAS_RUNS) && !fa_biff_take(biff, runs, sizeof runs)) ||
        ((head[2] & HAS_SPEECH) && !fa_biff_take(biff, speech, sizeof speech)))
        return false;
    size_t run_count = runs[0] | (size_t)runs[1] << 8;
    return fa_biff_take_text(biff, head[0] | (size_t)head[1] << 8, head[2] & IS_WIDE,
                             &xls->text) &&
           fa_biff_take(biff, NULL, 4 * run_count) &&
           fa_biff_take(biff, NULL, fa_load_u32(speech));
}

static bool read_texts(struct xls *xls)
{
    uint8_t counts[8];
    if (!fa_biff_take(&xls->biff, counts, sizeof counts))
        return refuse(xls, "its shared texts are cut short");
    for (uint32_t i = fa_load_u32(counts + 4); i > 0; i--) {
        if (!take_shared_text(xls))
            return xls->fault->is_set || refuse(xls, "its shared texts are cut short");
        if (!fa_sheet_texts_add(&xls->texts, fa_buf_str(&xls->text), xls->fault))
            return false;
    }
    return true;
}

static bool read_global(struct xls *xls)
{
    struct fa_biff *biff = &xls->biff;
    switch (biff->kind) {
    case FA_BIFF_LOCKED:
        fa_fault_set(xls->fault, FA_CODE_SHEET_LOCKED, 0, 0, NULL, "the workbook is encrypted");
        return false;
    case FA_BIFF_DATE_1904:
        xls->is_1904 = biff->size >= 2 && fa_biff_u16(biff, 0) == 1;
        return true;
    case FA_BIFF_SHEET:
        return add_sheet(xls);
    case FA_BIFF_FORMAT:
        return add_format(xls);
    case FA_BIFF_STYLE:
        return add_style(xls);
    case FA_BIFF_TEXTS:
        return read_texts(xls);
    default:
        return true;
    }
}

static bool read_globals(struct xls *xls)
{
    struct fa_biff *biff = &xls->biff;
    if (!fa_biff_next(biff) || (biff->kind & 0xFF) != (FA_BIFF_START & 0xFF) || biff->size < 4)
        return refuse(xls, "it does not begin as workbooks do");
    if (biff->kind != FA_BIFF_START || fa_biff_u16(biff, 0) != VERSION_8) {
        fa_fault_set(xls->fault, FA_CODE_SHEET_KIND, 0, 0, "save it as .xlsx",
                     "the workbook is older than Excel 97");
        return false;
    }
    do {
        if (!fa_biff_next(biff))
            return refuse(xls, "it ends before its first sheet");
        if (!read_global(xls))
            return false;
    } while (biff->kind != FA_BIFF_END);
    return true;
}

/* --- cells --- */

static const char *error_text(unsigned code)
{
    switch (code) {
    case 0x00:
        return "#NULL!";
    case 0x07:
        return "#DIV/0!";
    case 0x0F:
        return "#VALUE!";
    case 0x17:
        return "#REF!";
    case 0x1D:
        return "#NAME?";
    case 0x24:
        return "#NUM!";
    default:
        return "#N/A";
    }
}

/* The cell's row and column; false: it is out of order, and a fault was kept. */
static bool start_cell(struct xls *xls, unsigned row, unsigned column)
{
    return (row + 1 == xls->rows.row_no || fa_sheet_row(&xls->rows, row + 1)) &&
           fa_sheet_cell(&xls->rows, column + 1);
}

static bool give(struct xls *xls, struct fa_str text)
{
    return fa_sheet_value(&xls->rows, text);
}

static bool give_number(struct xls *xls, unsigned style, struct fa_str number)
{
    char date[FA_SHEET_TEXT_BYTES];
    enum fa_sheet_form form =
        style < xls->forms.count ? xls->forms.items[style] : FA_SHEET_NUMBER;
    return give(xls, fa_sheet_date(number, form, xls->is_1904, date));
}

static uint64_t load_u64(const uint8_t *bytes)
{
    return fa_load_u64(bytes);
}

/* MS-XLS 2.5.217: bit 0 says that it is divided by 100, bit 1 that it is an integer of 30 bits,
 * else they are the first 30 of a double. */
static bool give_short_number(struct xls *xls, unsigned style, uint32_t bits)
{
    char text[FA_SHEET_TEXT_BYTES], written[FA_SHEET_TEXT_BYTES];
    unsigned decimals = bits & 1 ? 2 : 0;
    if (!(bits & 2))
        return give_number(
            xls, style, fa_sheet_double((uint64_t)(bits & ~UINT32_C(3)) << 32, decimals, text));
    int64_t value = (int64_t)(bits >> 2) - (bits >> 31 ? INT64_C(1) << 30 : 0);
    int size = snprintf(written, sizeof written, "%llde-%u", (long long)value, decimals);
    return give_number(xls, style,
                       fa_sheet_number((struct fa_str){written, (size_t)size}, text));
}

static bool give_numbers(struct xls *xls)
{
    struct fa_biff *biff = &xls->biff;
    unsigned row = fa_biff_u16(biff, 0), column = fa_biff_u16(biff, 2);
    for (unsigned at = 4; at + 6 + 2 <= biff->size; at += 6, column++)
        if (!start_cell(xls, row, column) ||
            !give_short_number(xls, fa_biff_u16(biff, at), fa_load_u32(biff->content + at + 2)))
            return false;
    return true;
}

static bool give_text(struct xls *xls)
{
    xls->biff.used = CELL_HEAD;
    if (!take_short_text(xls, 2))
        return refuse(xls, "the text of a cell is cut short");
    return give(xls, fa_buf_str(&xls->text));
}

static bool give_shared(struct xls *xls, uint32_t idx)
{
    struct fa_str text;
    if (idx >= xls->texts.starts.count) {
        fa_sheet_fault(
            &xls->rows, FA_CODE_SHEET_BROKEN, again,
            "the cell shows shared text %u, but the workbook has %zu of them, from 0", idx,
            xls->texts.starts.count);
        return false;
    }
    return fa_sheet_texts_get(&xls->texts, idx, &text, xls->fault) && give(xls, text);
}

static bool give_bool_or_error(struct xls *xls, unsigned value, bool is_error)
{
    return give(xls, fa_str_from(is_error ? error_text(value) : value ? "true" : "false"));
}

/* What the formula gave when it was last computed. Its text comes in a record behind it. */
static bool give_formula(struct xls *xls)
{
    enum { TEXT, BOOLEAN, ERROR };
    char text[FA_SHEET_TEXT_BYTES];
    const uint8_t *value = xls->biff.content + CELL_HEAD;
    if (value[6] != 0xFF || value[7] != 0xFF)
        return give_number(xls, fa_biff_u16(&xls->biff, 4),
                           fa_sheet_double(load_u64(value), 0, text));
    xls->is_formula_waiting = value[0] == TEXT;
    return (value[0] != BOOLEAN && value[0] != ERROR) ||
           give_bool_or_error(xls, value[2], value[0] == ERROR);
}

static bool give_formula_text(struct xls *xls)
{
    if (!xls->is_formula_waiting)
        return true;
    xls->is_formula_waiting = false;
    if (!take_short_text(xls, 2))
        return refuse(xls, "the text of a formula is cut short");
    return give(xls, fa_buf_str(&xls->text));
}

/* Bytes that a record of a cell has at least; 0: it is none. */
static unsigned cell_bytes(unsigned kind)
{
    switch (kind) {
    case FA_BIFF_FORMULA:
    case FA_BIFF_DOUBLE:
        return CELL_HEAD + 8;
    case FA_BIFF_SHARED_TEXT:
    case FA_BIFF_SHORT_NUMBER:
        return CELL_HEAD + 4;
    case FA_BIFF_NUMBERS:
    case FA_BIFF_BOOL_ERROR:
        return CELL_HEAD + 2;
    case FA_BIFF_TEXT:
    case FA_BIFF_RICH_TEXT:
        return CELL_HEAD + 3;
    default:
        return 0;
    }
}

static bool read_cell(struct xls *xls)
{
    struct fa_biff *biff = &xls->biff;
    const uint8_t *value = biff->content + CELL_HEAD;
    char text[FA_SHEET_TEXT_BYTES];
    if (biff->size < cell_bytes(biff->kind))
        return refuse(xls, "a cell is cut short");
    xls->is_formula_waiting = false;
    if (biff->kind == FA_BIFF_NUMBERS)
        return give_numbers(xls);
    if (!start_cell(xls, fa_biff_u16(biff, 0), fa_biff_u16(biff, 2)))
        return false;
    unsigned style = fa_biff_u16(biff, 4);
    switch (biff->kind) {
    case FA_BIFF_FORMULA:
        return give_formula(xls);
    case FA_BIFF_DOUBLE:
        return give_number(xls, style, fa_sheet_double(load_u64(value), 0, text));
    case FA_BIFF_SHARED_TEXT:
        return give_shared(xls, fa_load_u32(value));
    case FA_BIFF_SHORT_NUMBER:
        return give_short_number(xls, style, fa_load_u32(value));
    case FA_BIFF_BOOL_ERROR:
        return give_bool_or_error(xls, value[0], value[1] != 0);
    default:
        return give_text(xls);
    }
}

/* --- a sheet --- */

static bool start_sheet(struct xls *xls, const struct fa_sheet_info *sheet)
{
    struct fa_biff *biff = &xls->biff;
    biff->at = (uint64_t)sheet->part;
    xls->rows = (struct fa_sheet_rows){.fault = xls->fault, .sheet = sheet->name};
    xls->is_formula_waiting = xls->is_held = false;
    xls->depth = 1;
    if (!fa_biff_next(biff) || biff->kind != FA_BIFF_START || biff->size < 4 ||
        fa_biff_u16(biff, 2) != KIND_CELLS)
        return refuse(xls, "a sheet is not where the workbook says");
    return true;
}

/* Whether the record begins another row than the one that has a record now. */
static bool is_new_row(const struct xls *xls)
{
    const struct fa_biff *biff = &xls->biff;
    return xls->depth == 1 && xls->rows.is_begun && cell_bytes(biff->kind) && biff->size >= 2 &&
           fa_biff_u16(biff, 0) + 1 != xls->rows.row_no;
}

/* Rows until OUT has enough; false: the sheet is at its end, or a fault. */
static bool read_rows(struct xls *xls, size_t bytes_wanted, struct fa_records *out)
{
    struct fa_biff *biff = &xls->biff;
    xls->rows.out = out;
    while (xls->depth > 0) {
        if (!xls->is_held && !fa_biff_next(biff))
            return refuse(xls, "a sheet has no end");
        xls->is_held = is_new_row(xls);
        if (xls->is_held) {
            fa_sheet_row_end(&xls->rows);
            if (out->bytes.size >= bytes_wanted)
                return true;
            xls->is_held = false;
        }
        if (biff->kind == FA_BIFF_START)
            xls->depth++;
        else if (biff->kind == FA_BIFF_END)
            xls->depth--;
        else if (xls->depth > 1)
            continue;
        else if (cell_bytes(biff->kind) && !read_cell(xls))
            return false;
        else if (biff->kind == FA_BIFF_FORMULA_TEXT && !give_formula_text(xls))
            return false;
    }
    fa_sheet_row_end(&xls->rows);
    return false;
}

static bool has_value(void *context, const struct fa_sheet_info *sheet)
{
    struct xls *xls = context;
    struct fa_records records = {.field_count = 0};
    if (start_sheet(xls, sheet))
        read_rows(xls, 1, &records);
    bool is_filled = records.origins.count > 0;
    fa_records_release(&records);
    return is_filled;
}

/* --- the reader --- */

static bool xls_next(struct fa_reader *base, size_t bytes_wanted, struct fa_records *out)
{
    return read_rows((struct xls *)base, bytes_wanted, out);
}

static void xls_close(struct fa_reader *base)
{
    struct xls *xls = (struct xls *)base;
    fa_cfb_release(&xls->cfb);
    fa_vec_free(&xls->sheets);
    fa_vec_free(&xls->formats);
    fa_vec_free(&xls->forms);
    fa_arena_release(&xls->arena);
    fa_sheet_texts_release(&xls->texts);
    fa_buf_release(&xls->text);
    free(xls);
}

static bool open_workbook(struct xls *xls, const struct fa_reader_input *input)
{
    bool is_found = fa_cfb_open(&xls->cfb, input->fd, "Workbook", "Book", xls->fault);
    if (xls->fault->is_set)
        return false;
    if (xls->cfb.is_encrypted)
        fa_fault_set(xls->fault, FA_CODE_SHEET_LOCKED, 0, 0, NULL, "the workbook is encrypted");
    else if (!is_found)
        fa_fault_set(xls->fault, FA_CODE_SHEET_KIND, 0, 0, "ask for the export as .xlsx or CSV",
                     "the file is a document of an old Office, but no workbook");
    return !xls->fault->is_set && read_globals(xls);
}

struct fa_reader *fa_sheet_xls_open(const struct fa_reader_input *input)
{
    static const struct fa_reader_type type = {.name = "sheet",
                                               .needs_file = true,
                                               .is_sheet = true,
                                               .next = xls_next,
                                               .close = xls_close};
    struct xls *xls = calloc(1, sizeof *xls);
    if (!xls) {
        fa_fault_set_memory(input->fault);
        return NULL;
    }
    xls->base.type = &type;
    xls->fault = input->fault;
    xls->biff.cfb = &xls->cfb;
    xls->rows.fault = input->fault;
    fa_arena_init(&xls->arena);
    fa_sheet_texts_init(&xls->texts, input->spool_dir);
    const struct fa_sheet_info *sheet = NULL;
    if (open_workbook(xls, input))
        sheet = fa_sheet_choose(xls->sheets.items, xls->sheets.count, input->profile->sheet,
                                has_value, xls, input->fault);
    if (sheet && start_sheet(xls, sheet)) {
        xls->base.sheet = sheet->name;
        return &xls->base;
    }
    xls_close(&xls->base);
    return NULL;
}
