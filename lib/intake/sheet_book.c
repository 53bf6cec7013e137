#include "intake/sheet_book.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* How one part of the workbook refers to another. */
struct relation {
    struct fa_str id, type, target;
};

/* Of the walk through one part. */
struct walk {
    struct fa_sheet_book *book;
    struct fa_fault *fault;
    struct fa_part *part;
    FA_VEC(struct relation) relations;
    FA_VEC(struct format) formats; /* that the workbook adds to those built in */
    bool is_inside;                /* of the list that is wanted */
    bool is_text, is_phonetic;     /* of a shared text */
    struct fa_buf text, resolved;
    struct fa_str kind; /* content type of the workbook */
    struct fa_str workbook;
};

struct format {
    uint32_t id;
    enum fa_sheet_form form;
};

static void ignore_end(void *context, const char *name)
{
    (void)context, (void)name;
}

static bool run_out(struct walk *walk)
{
    fa_fault_set_memory(walk->fault);
    fa_part_stop(walk->part);
    return false;
}

static void refuse(struct walk *walk, enum fa_code code, const char *why)
{
    fa_fault_set(walk->fault, code, 0, 0, "open it in its program and save it again", "%s",
                 why);
    fa_part_stop(walk->part);
}

/* A copy of an attribute; empty where there is none. */
static struct fa_str copy(struct walk *walk, const char **attributes, const char *name,
                          bool has_prefix)
{
    struct fa_str value = fa_str_from(fa_part_attribute(attributes, name, has_prefix));
    if (value.size > FA_SHEET_NAME_BYTES_MAX) {
        refuse(walk, FA_CODE_SHEET_BROKEN, "a name in the workbook is longer than names are");
        return (struct fa_str){"", 0};
    }
    struct fa_str kept = fa_arena_str(&walk->book->arena, value);
    if (!kept.bytes)
        run_out(walk);
    return kept;
}

/* False: there is no such part, or a fault. */
static bool walk_part(struct walk *walk, const char *name,
                      const struct fa_part_handlers *handlers)
{
    int64_t idx = name ? fa_package_find(&walk->book->package, name) : -1;
    if (idx < 0 || walk->fault->is_set)
        return false;
    walk->part = fa_part_open(&walk->book->package, idx, handlers, walk);
    if (walk->part)
        fa_part_read(walk->part);
    fa_part_close(walk->part);
    walk->part = NULL;
    return !walk->fault->is_set;
}

static uint32_t number_of(const char *digits)
{
    uint64_t value = 0;
    for (; digits && *digits >= '0' && *digits <= '9' && value <= UINT32_MAX; digits++)
        value = 10 * value + (uint64_t)(*digits - '0');
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static bool is_true(const char *value)
{
    return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static bool ends_in(struct fa_str text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size && memcmp(text.bytes + text.size - size, end, size) == 0;
}

/* --- relations --- */

static void start_relation(void *context, const char *name, const char **attributes)
{
    struct walk *walk = context;
    if (strcmp(name, "Relationship") != 0)
        return;
    struct relation relation = {.id = copy(walk, attributes, "Id", false),
                                .type = copy(walk, attributes, "Type", false),
                                .target = copy(walk, attributes, "Target", false)};
    if (walk->relations.count == FA_SHEET_RELATIONS_MAX)
        refuse(walk, FA_CODE_SHEET_BROKEN,
               "the workbook has more relations than workbooks have");
    else if (fa_vec_add(&walk->relations, relation) != FA_OK)
        run_out(walk);
}

/* FOLDER ends in a slash or is empty. The name of a part has no slash in front. */
static struct fa_str resolve(struct walk *walk, struct fa_str folder, struct fa_str target)
{
    struct fa_buf path = {0};
    if (target.size && target.bytes[0] == '/') {
        folder.size = 0;
        target = (struct fa_str){target.bytes + 1, target.size - 1};
    }
    while (fa_str_starts(target, FA_STR("../")) && folder.size) {
        do {
            folder.size--;
        } while (folder.size && folder.bytes[folder.size - 1] != '/');
        target = (struct fa_str){target.bytes + 3, target.size - 3};
    }
    bool is_whole =
        fa_buf_add_str(&path, folder) == FA_OK && fa_buf_add_str(&path, target) == FA_OK;
    struct fa_str name = {0};
    if (is_whole)
        name = fa_arena_str(&walk->book->arena, fa_buf_str(&path));
    if (!name.bytes)
        fa_fault_set_memory(walk->fault);
    fa_buf_release(&path);
    return name;
}

static struct fa_str folder_of(struct fa_str name)
{
    while (name.size && name.bytes[name.size - 1] != '/')
        name.size--;
    return name;
}

/* The part of the first relation of this type, or with this id; NULL: none. */
static const char *related(struct walk *walk, struct fa_str folder, const char *type,
                           struct fa_str id)
{
    for (size_t i = 0; i < walk->relations.count; i++) {
        const struct relation *relation = &walk->relations.items[i];
        if (ends_in(relation->type, type) && (!id.size || fa_str_equal(relation->id, id)))
            return resolve(walk, folder, relation->target).bytes;
    }
    return NULL;
}

static bool read_relations(struct walk *walk, struct fa_str part)
{
    static const struct fa_part_handlers handlers = {start_relation, ignore_end, NULL};
    struct fa_str folder = folder_of(part);
    struct fa_buf path = {0};
    struct fa_str base = {part.bytes + folder.size, part.size - folder.size};
    bool is_whole = fa_buf_add_str(&path, folder) == FA_OK &&
                    fa_buf_add_text(&path, "_rels/") == FA_OK &&
                    fa_buf_add_str(&path, base) == FA_OK &&
                    fa_buf_add_text(&path, ".rels") == FA_OK && fa_buf_cstr(&path);
    walk->relations.count = 0;
    if (!is_whole)
        fa_fault_set_memory(walk->fault);
    else
        walk_part(walk, path.bytes, &handlers);
    fa_buf_release(&path);
    return !walk->fault->is_set;
}

/* --- what kind of file it is --- */

static void start_type(void *context, const char *name, const char **attributes)
{
    struct walk *walk = context;
    struct fa_str part = fa_str_from(fa_part_attribute(attributes, "PartName", false));
    if (strcmp(name, "Override") != 0 || !part.size || part.bytes[0] != '/')
        return;
    if (fa_str_equal((struct fa_str){part.bytes + 1, part.size - 1}, walk->workbook))
        walk->kind = copy(walk, attributes, "ContentType", false);
}

static bool refuse_kind(struct walk *walk)
{
    struct fa_package *package = &walk->book->package;
    if (fa_str_contains(walk->kind, FA_STR("sheet.binary")))
        fa_fault_set(walk->fault, FA_CODE_SHEET_KIND, 0, 0, "save it as .xlsx",
                     "the file is a binary workbook (.xlsb)");
    else if (fa_str_contains(walk->kind, FA_STR("macroEnabled")))
        fa_fault_set(walk->fault, FA_CODE_SHEET_MACRO, 0, 0, "save it as .xlsx",
                     "the workbook holds macros");
    else if (fa_package_find(package, "mimetype") >= 0)
        fa_fault_set(walk->fault, FA_CODE_SHEET_KIND, 0, 0, "save it as .xlsx",
                     "the file is an OpenDocument, not a workbook of .xlsx");
    else
        fa_fault_set(walk->fault, FA_CODE_SHEET_KIND, 0, 0, NULL,
                     "the file is a zip file without a workbook");
    return false;
}

/* The name of the workbook's own part is kept in walk->workbook. */
static bool find_workbook(struct walk *walk)
{
    static const struct fa_part_handlers handlers = {start_type, ignore_end, NULL};
    const struct fa_str root = {"", 0};
    if (!read_relations(walk, root))
        return false;
    const char *name = related(walk, root, "/officeDocument", root);
    walk->workbook = fa_str_from(name);
    if (name)
        walk_part(walk, "[Content_Types].xml", &handlers);
    if (walk->fault->is_set)
        return false;
    if (!name || fa_package_find(&walk->book->package, name) < 0 ||
        (walk->kind.size && !fa_str_contains(walk->kind, FA_STR("spreadsheetml.sheet.main"))))
        return refuse_kind(walk);
    return true;
}

/* --- the list of sheets --- */

static void start_workbook(void *context, const char *name, const char **attributes)
{
    struct walk *walk = context;
    struct fa_sheet_book *book = walk->book;
    if (strcmp(name, "workbookPr") == 0)
        book->is_1904 = is_true(fa_part_attribute(attributes, "date1904", false));
    if (strcmp(name, "sheet") != 0)
        return;
    const char *state = fa_part_attribute(attributes, "state", false);
    struct fa_sheet_info sheet = {
        .name = copy(walk, attributes, "name", false),
        .part = -1,
        .is_hidden = state && strcmp(state, "visible") != 0,
    };
    struct fa_str id = copy(walk, attributes, "id", true);
    if (walk->fault->is_set)
        return;
    const char *part =
        id.size ? related(walk, folder_of(walk->workbook), "/worksheet", id) : NULL;
    if (part)
        sheet.part = fa_package_find(&book->package, part);
    if (book->sheets.count == FA_SHEET_SHEETS_MAX)
        refuse(walk, FA_CODE_SHEET_BROKEN, "the workbook has more sheets than workbooks have");
    else if (fa_vec_add(&book->sheets, sheet) != FA_OK)
        run_out(walk);
}

/* --- styles --- */

static void start_style(void *context, const char *name, const char **attributes)
{
    struct walk *walk = context;
    struct fa_sheet_book *book = walk->book;
    uint32_t id = number_of(fa_part_attribute(attributes, "numFmtId", false));
    if (strcmp(name, "cellXfs") == 0) {
        walk->is_inside = true;
    } else if (strcmp(name, "numFmt") == 0) {
        struct fa_str code = fa_str_from(fa_part_attribute(attributes, "formatCode", false));
        struct format format = {id, fa_sheet_form_of_code(code)};
        if (walk->formats.count == FA_SHEET_FORMATS_MAX)
            refuse(walk, FA_CODE_SHEET_BROKEN,
                   "the workbook has more formats than workbooks have");
        else if (fa_vec_add(&walk->formats, format) != FA_OK)
            run_out(walk);
    } else if (strcmp(name, "xf") == 0 && walk->is_inside) {
        enum fa_sheet_form form = fa_sheet_form_of_id(id);
        for (size_t i = 0; i < walk->formats.count; i++)
            if (walk->formats.items[i].id == id)
                form = walk->formats.items[i].form;
        if (book->forms.count == FA_SHEET_STYLES_MAX)
            refuse(walk, FA_CODE_SHEET_BROKEN,
                   "the workbook has more styles than workbooks have");
        else if (fa_vec_add(&book->forms, (uint8_t)form) != FA_OK)
            run_out(walk);
    }
}

static void end_style(void *context, const char *name)
{
    struct walk *walk = context;
    if (strcmp(name, "cellXfs") == 0)
        walk->is_inside = false;
}

/* --- shared texts --- */

/* Four hex digits at TEXT, then an underscore; -1: there are none. */
static int32_t escaped_unit(const char *text)
{
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = text[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        unit = 16 * unit + digit;
    }
    return text[4] == '_' ? unit : -1;
}

static enum fa_status add_character(struct fa_buf *out, uint32_t c)
{
    char bytes[4];
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size; i-- > 1; c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3F));
    bytes[0] = (char)(marks[size] | c);
    return fa_buf_add(out, bytes, size);
}

enum fa_status fa_sheet_add_escaped(struct fa_buf *out, struct fa_str text)
{
    enum { ESCAPE_BYTES = 7 };
    size_t done = 0;
    for (size_t at = 0; at + ESCAPE_BYTES <= text.size;) {
        const char *rest = text.bytes + at;
        int32_t unit = rest[0] == '_' && rest[1] == 'x' ? escaped_unit(rest + 2) : -1, low = -1;
        bool is_pair = unit >= 0xD800 && unit < 0xDC00 && at + 2 * ESCAPE_BYTES <= text.size &&
                       rest[7] == '_' && rest[8] == 'x';
        if (is_pair)
            low = escaped_unit(rest + 9);
        is_pair = low >= 0xDC00 && low < 0xE000;
        /* Half a character stays as it is written. */
        if (unit < 0 || (unit >= 0xD800 && unit < 0xE000 && !is_pair)) {
            const char *next = memchr(rest + 1, '_', text.size - at - 1);
            at = next ? (size_t)(next - text.bytes) : text.size;
            continue;
        }
        FA_TRY(fa_buf_add(out, text.bytes + done, at - done));
        uint32_t c =
            is_pair ? 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00)
                    : (uint32_t)unit;
        FA_TRY(add_character(out, c));
        at += is_pair ? 2 * ESCAPE_BYTES : ESCAPE_BYTES;
        done = at;
    }
    return fa_buf_add(out, text.bytes + done, text.size - done);
}

static void start_text(void *context, const char *name, const char **attributes)
{
    struct walk *walk = context;
    (void)attributes;
    if (strcmp(name, "si") == 0)
        fa_buf_clear(&walk->text);
    walk->is_phonetic |= strcmp(name, "rPh") == 0;
    walk->is_text = strcmp(name, "t") == 0 && !walk->is_phonetic;
}

static void add_text(void *context, const char *bytes, int size)
{
    struct walk *walk = context;
    if (!walk->is_text)
        return;
    if ((size_t)size > FA_FIELD_BYTES_MAX - walk->text.size) {
        fa_fault_set(walk->fault, FA_CODE_SHEET_LIMIT, 0, 0, NULL,
                     "shared text %zu of the workbook is longer than %u bytes",
                     walk->book->texts.starts.count, FA_FIELD_BYTES_MAX);
        fa_part_stop(walk->part);
    } else if (fa_buf_add(&walk->text, bytes, (size_t)size) != FA_OK) {
        run_out(walk);
    }
}

static void end_text(void *context, const char *name)
{
    struct walk *walk = context;
    walk->is_text = false;
    if (strcmp(name, "rPh") == 0)
        walk->is_phonetic = false;
    if (strcmp(name, "si") != 0)
        return;
    fa_buf_clear(&walk->resolved);
    if (fa_sheet_add_escaped(&walk->resolved, fa_buf_str(&walk->text)) != FA_OK)
        run_out(walk);
    else if (!fa_sheet_texts_add(&walk->book->texts, fa_buf_str(&walk->resolved), walk->fault))
        fa_part_stop(walk->part);
}

/* --- the workbook --- */

static void read_book(struct walk *walk)
{
    static const struct fa_part_handlers workbook = {start_workbook, ignore_end, NULL},
                                         styles = {start_style, end_style, NULL},
                                         texts = {start_text, end_text, add_text};
    if (!find_workbook(walk) || !read_relations(walk, walk->workbook) ||
        !walk_part(walk, walk->workbook.bytes, &workbook))
        return;
    struct fa_str folder = folder_of(walk->workbook), any = {"", 0};
    walk_part(walk, related(walk, folder, "/styles", any), &styles);
    walk_part(walk, related(walk, folder, "/sharedStrings", any), &texts);
}

bool fa_sheet_book_open(struct fa_sheet_book *book, int fd, const char *spool_dir,
                        struct fa_fault *fault)
{
    struct walk walk = {.book = book, .fault = fault};
    *book = (struct fa_sheet_book){0};
    fa_arena_init(&book->arena);
    fa_sheet_texts_init(&book->texts, spool_dir);
    if (fa_package_open(&book->package, fd, fault))
        read_book(&walk);
    fa_vec_free(&walk.relations);
    fa_vec_free(&walk.formats);
    fa_buf_release(&walk.text);
    fa_buf_release(&walk.resolved);
    return !fault->is_set;
}

void fa_sheet_book_close(struct fa_sheet_book *book)
{
    fa_package_close(&book->package);
    fa_sheet_texts_release(&book->texts);
    fa_vec_free(&book->forms);
    fa_vec_free(&book->sheets);
    fa_arena_release(&book->arena);
}
