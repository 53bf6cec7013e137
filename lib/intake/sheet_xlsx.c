#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/profile.h"
#include "intake/sheet.h"
#include "intake/sheet_book.h"
#include "intake/sheet_rows.h"

enum cell_type { NUMBER, SHARED, TEXT, INLINE, BOOLEAN, ERROR, DATE, UNKNOWN };

static const char save_again[] = "open it in its program and save it again";

/* The walk over one sheet's part. */
struct walk {
    struct fa_sheet_book *book;
    struct fa_sheet_rows rows;
    struct fa_part *part;
    size_t bytes_wanted;
    bool has_root, is_data, is_row, is_cell; /* which elements are open */
    unsigned depth;                          /* of what is open below the cell */
    bool has_content;                        /* the cell had its <v> or <is> */
    bool is_inline, is_run, is_text;         /* <is>, its <r>, what holds text is open */
    enum cell_type type;
    uint32_t style;
    struct fa_buf text, resolved;
};

struct xlsx {
    struct fa_reader base;
    struct fa_sheet_book book;
    struct walk walk;
};

/* --- places --- */

/* Digits alone, at most nine; 0: it is no number, or none that can be. */
static uint32_t read_number(const char *text)
{
    uint32_t value = 0;
    size_t count = 0;
    for (; text[count] >= '0' && text[count] <= '9' && count < 9; count++)
        value = 10 * value + (uint32_t)(text[count] - '0');
    return text[count] ? 0 : value;
}

/* "C17" in row 17: 3. 0: it is no place of this row. */
static uint32_t read_column(const char *place, uint32_t row_no)
{
    uint32_t column = 0;
    size_t count = 0;
    for (; place[count] >= 'A' && place[count] <= 'Z' && count < 3; count++)
        column = 26 * column + (uint32_t)(place[count] - 'A' + 1);
    return read_number(place + count) == row_no ? column : 0;
}

static void stop_at_fault(struct walk *walk)
{
    if (walk->rows.fault->is_set)
        fa_part_stop(walk->part);
}

static void start_row(struct walk *walk, const char **attributes)
{
    uint64_t row_no = (uint64_t)walk->rows.row_no + 1;
    for (; *attributes; attributes += 2) {
        if (strcmp(attributes[0], "r") != 0)
            continue;
        row_no = read_number(attributes[1]);
        if (!row_no)
            row_no = UINT64_MAX;
    }
    walk->is_row = true;
    walk->is_cell = false;
    fa_sheet_row(&walk->rows, row_no);
}

static enum cell_type type_of(const char *name)
{
    static const struct {
        const char *name;
        enum cell_type type;
    } types[] = {{"s", SHARED},  {"n", NUMBER}, {"str", TEXT}, {"inlineStr", INLINE},
                 {"b", BOOLEAN}, {"e", ERROR},  {"d", DATE}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0)
            return types[i].type;
    return UNKNOWN;
}

static void start_cell(struct walk *walk, const char **attributes)
{
    uint32_t column_no = walk->rows.column_no + 1;
    walk->is_cell = true;
    walk->depth = 0;
    walk->has_content = walk->is_inline = walk->is_run = walk->is_text = false;
    walk->type = NUMBER;
    const char *type = "n";
    walk->style = 0;
    walk->text.size = 0;
    for (; *attributes; attributes += 2) {
        const char *name = attributes[0], *value = attributes[1];
        if (name[0] == 0 || name[1] != 0)
            continue;
        if (name[0] == 'r') {
            column_no = read_column(value, walk->rows.row_no);
            if (!column_no) {
                char quoted[FA_QUOTED_BYTES];
                fa_sheet_fault(&walk->rows, FA_CODE_SHEET_BROKEN, save_again,
                               "a cell says that its place is %s, which is none in this row",
                               fa_quoted(fa_str_from(value), quoted));
                return;
            }
        } else if (name[0] == 't') {
            type = value;
            walk->type = value[0] == 's' && !value[1] ? SHARED : type_of(value);
        } else if (name[0] == 's') {
            walk->style = read_number(value);
        }
    }
    if (fa_sheet_cell(&walk->rows, column_no) && walk->type == UNKNOWN) {
        char quoted[FA_QUOTED_BYTES];
        fa_sheet_fault(&walk->rows, FA_CODE_SHEET_BROKEN, save_again,
                       "the cell is of type %s, which no workbook has",
                       fa_quoted(fa_str_from(type), quoted));
    }
}

/* The value is <v>, or <is> with its <t> and <r><t>, directly below the cell and once; what
 * stands elsewhere is no part of it. */
static void start_below_cell(struct walk *walk, const char *name)
{
    walk->depth++;
    if (walk->is_text)
        fa_sheet_fault(&walk->rows, FA_CODE_SHEET_BROKEN, save_again,
                       "the cell's value is no text: it holds an element");
    walk->is_text = false;
    bool is_v = strcmp(name, "v") == 0, is_inline = strcmp(name, "is") == 0;
    if (walk->depth == 1 && (is_v || is_inline)) {
        if (walk->has_content)
            fa_sheet_fault(&walk->rows, FA_CODE_SHEET_BROKEN, save_again,
                           "the cell holds more than one value");
        walk->has_content = true;
        walk->is_text = is_v;
        walk->is_inline = is_inline;
    } else if (walk->is_inline && walk->depth == 2) {
        walk->is_text = strcmp(name, "t") == 0;
        walk->is_run = strcmp(name, "r") == 0;
    } else if (walk->is_run && walk->depth == 3) {
        walk->is_text = strcmp(name, "t") == 0;
    }
}

static void end_below_cell(struct walk *walk)
{
    walk->is_run &= walk->depth > 2;
    walk->is_inline &= walk->depth > 1;
    walk->depth--;
}

/* --- values --- */

static bool give_shared(struct walk *walk, struct fa_str number)
{
    struct fa_sheet_texts *texts = &walk->book->texts;
    struct fa_str text;
    char quoted[FA_QUOTED_BYTES];
    uint32_t idx = 0;
    bool is_number = number.size > 0 && number.size < 10;
    for (size_t i = 0; i < number.size && is_number; i++) {
        is_number = number.bytes[i] >= '0' && number.bytes[i] <= '9';
        idx = 10 * idx + (uint32_t)(number.bytes[i] - '0');
    }
    if (!is_number || idx >= texts->starts.count) {
        fa_sheet_fault(
            &walk->rows, FA_CODE_SHEET_BROKEN, "open it in its program and save it again",
            "the cell shows shared text %s, but the workbook has %zu of them, from 0",
            fa_quoted(number, quoted), texts->starts.count);
        return false;
    }
    return fa_sheet_texts_get(texts, idx, &text, walk->rows.fault) &&
           fa_sheet_value(&walk->rows, text);
}

static bool give_text(struct walk *walk, struct fa_str text)
{
    if (!memchr(text.bytes, '_', text.size))
        return fa_sheet_value(&walk->rows, text);
    walk->resolved.size = 0;
    if (fa_sheet_add_escaped(&walk->resolved, text) != FA_OK) {
        fa_fault_set_memory(walk->rows.fault);
        return false;
    }
    return fa_sheet_value(&walk->rows, fa_buf_str(&walk->resolved));
}

static void give_number(struct walk *walk, struct fa_str text)
{
    char number[FA_SHEET_TEXT_BYTES], date[FA_SHEET_TEXT_BYTES];
    text = fa_sheet_number(text, number);
    if (walk->style < walk->book->forms.count &&
        walk->book->forms.items[walk->style] != FA_SHEET_NUMBER)
        text = fa_sheet_date(text, walk->book->forms.items[walk->style], walk->book->is_1904,
                             date);
    fa_sheet_value(&walk->rows, text);
}

static void end_cell(struct walk *walk)
{
    struct fa_str text = fa_buf_str(&walk->text);
    if (!text.size)
        return;
    switch (walk->type) {
    case SHARED:
        give_shared(walk, text);
        break;
    case NUMBER:
        give_number(walk, text);
        break;
    case TEXT:
    case INLINE:
        give_text(walk, text);
        break;
    case BOOLEAN:
        if (fa_str_is(text, "1") || fa_str_is(text, "0"))
            text = fa_str_from(text.bytes[0] == '1' ? "true" : "false");
        fa_sheet_value(&walk->rows, text);
        break;
    case ERROR:
    case DATE:
    case UNKNOWN: /* was refused when it began */
        fa_sheet_value(&walk->rows, text);
        break;
    }
}

/* --- elements --- */

static void start_element(void *context, const char *name, const char **attributes)
{
    struct walk *walk = context;
    if (!walk->has_root) {
        walk->has_root = true;
        if (strcmp(name, "worksheet") != 0)
            fa_sheet_fault(&walk->rows, FA_CODE_SHEET_BROKEN, NULL,
                           "the sheet's part holds no worksheet");
    } else if (!walk->is_data) {
        walk->is_data = strcmp(name, "sheetData") == 0;
    } else if (walk->is_cell) {
        start_below_cell(walk, name);
    } else if (walk->is_row && name[0] == 'c' && !name[1]) {
        start_cell(walk, attributes);
    } else if (!walk->is_row && strcmp(name, "row") == 0) {
        start_row(walk, attributes);
    }
    stop_at_fault(walk);
}

static void end_element(void *context, const char *name)
{
    struct walk *walk = context;
    if (!walk->is_data || walk->rows.fault->is_set)
        return;
    walk->is_text = false;
    if (walk->is_cell) {
        if (walk->depth) {
            end_below_cell(walk);
        } else {
            end_cell(walk);
            walk->is_cell = false;
        }
    } else if (walk->is_row && strcmp(name, "row") == 0) {
        walk->is_row = false;
        fa_sheet_row_end(&walk->rows);
        if (walk->rows.out->bytes.size >= walk->bytes_wanted)
            fa_part_stop(walk->part);
    } else if (!walk->is_row && strcmp(name, "sheetData") == 0) {
        walk->is_data = false;
    }
    stop_at_fault(walk);
}

static void add_text(void *context, const char *bytes, int size)
{
    struct walk *walk = context;
    if (!walk->is_text)
        return;
    if ((size_t)size > FA_FIELD_BYTES_MAX - walk->text.size)
        fa_sheet_fault(&walk->rows, FA_CODE_SHEET_LIMIT, NULL, "a cell may have %u bytes",
                       FA_FIELD_BYTES_MAX);
    else if (fa_buf_add(&walk->text, bytes, (size_t)size) != FA_OK)
        fa_fault_set_memory(walk->rows.fault);
    stop_at_fault(walk);
}

/* --- the reader --- */

static bool start_walk(struct walk *walk, struct fa_sheet_book *book,
                       const struct fa_sheet_info *sheet, struct fa_fault *fault)
{
    static const struct fa_part_handlers handlers = {start_element, end_element, add_text};
    *walk = (struct walk){.book = book, .rows.fault = fault, .rows.sheet = sheet->name};
    walk->part = fa_part_open(&book->package, sheet->part, &handlers, walk);
    return walk->part != NULL;
}

static void end_walk(struct walk *walk)
{
    fa_part_close(walk->part);
    fa_buf_release(&walk->text);
    fa_buf_release(&walk->resolved);
}

static bool walk_on(struct walk *walk, size_t bytes_wanted, struct fa_records *out)
{
    walk->rows.out = out;
    walk->bytes_wanted = bytes_wanted;
    return fa_part_read(walk->part);
}

static bool has_value(void *context, const struct fa_sheet_info *sheet)
{
    struct fa_sheet_book *book = context;
    struct fa_records records = {.field_count = 0};
    struct walk walk;
    if (start_walk(&walk, book, sheet, book->package.fault))
        walk_on(&walk, 1, &records);
    bool is_filled = records.origins.count > 0;
    end_walk(&walk);
    fa_records_release(&records);
    return is_filled;
}

static bool xlsx_next(struct fa_reader *base, size_t bytes_wanted, struct fa_records *out)
{
    struct xlsx *xlsx = (struct xlsx *)base;
    return walk_on(&xlsx->walk, bytes_wanted, out) && !xlsx->walk.rows.fault->is_set;
}

static void xlsx_close(struct fa_reader *base)
{
    struct xlsx *xlsx = (struct xlsx *)base;
    end_walk(&xlsx->walk);
    fa_sheet_book_close(&xlsx->book);
    free(xlsx);
}

struct fa_reader *fa_sheet_xlsx_open(const struct fa_reader_input *input)
{
    static const struct fa_reader_type type = {.name = "sheet",
                                               .needs_file = true,
                                               .is_sheet = true,
                                               .next = xlsx_next,
                                               .close = xlsx_close};
    struct xlsx *xlsx = calloc(1, sizeof *xlsx);
    if (!xlsx) {
        fa_fault_set_memory(input->fault);
        return NULL;
    }
    xlsx->base.type = &type;
    const struct fa_sheet_info *sheet = NULL;
    struct fa_sheet_book *book = &xlsx->book;
    if (fa_sheet_book_open(book, input->fd, input->spool_dir, input->fault))
        sheet = fa_sheet_choose(book->sheets.items, book->sheets.count, input->profile->sheet,
                                has_value, book, input->fault);
    if (sheet && start_walk(&xlsx->walk, book, sheet, input->fault)) {
        xlsx->base.sheet = sheet->name;
        return &xlsx->base;
    }
    xlsx_close(&xlsx->base);
    return NULL;
}
