#include "report/words.h"

#include <string.h>

static const struct {
    const char *en, *zh;
} words[FA_WORD_COUNT] = {
#define FA_WORD(name, en, zh) {en, zh},
#include "report/words.def"
};

static const struct {
    struct fa_str column, value, en, zh;
} values[] = {
#define TEXT(literal)                  {literal, sizeof(literal) - 1}
#define FA_VALUE(column, value, en, zh) {TEXT(column), TEXT(value), TEXT(en), TEXT(zh)},
#include "report/words.def"
};

static const struct {
    struct fa_str name, zh;
} names[] = {
#define FA_NAME(name, zh) {TEXT(name), TEXT(zh)},
#include "report/words.def"
};

static const struct phrase {
    struct fa_str en, zh;
} phrases[] = {
#define FA_PHRASE(en, zh) {TEXT(en), TEXT(zh)},
#include "report/words.def"
#undef TEXT
};

enum { COUNT_VALUES = sizeof values / sizeof *values, COUNT_NAMES = sizeof names / sizeof *names };
enum { COUNT_PHRASES = sizeof phrases / sizeof *phrases, HOLES_MAX = 8, DEPTH_MAX = 8 };

const char *fa_word_en(enum fa_word word)
{
    return words[word].en;
}

const char *fa_word_zh(enum fa_word word)
{
    return words[word].zh;
}

static enum fa_status add_both(struct fa_str en, struct fa_str zh, enum fa_language language,
                               char between, struct fa_buf *out)
{
    if (language == FA_LANGUAGE_EN && en.size)
        return fa_buf_add_str(out, en);
    if (language == FA_LANGUAGE_ZH && zh.size)
        return fa_buf_add_str(out, zh);
    FA_TRY(fa_buf_add_str(out, en));
    if (fa_str_equal(en, zh)) /* "SHA-256" once */
        return FA_OK;
    if (en.size && zh.size)
        FA_TRY(fa_buf_add_char(out, between));
    return fa_buf_add_str(out, zh);
}

enum fa_status fa_word_add(enum fa_word word, enum fa_language language, struct fa_buf *out)
{
    return add_both(fa_str_from(words[word].en), fa_str_from(words[word].zh), language, ' ',
                    out);
}

enum fa_status fa_text_add(struct fa_str en, struct fa_str zh, enum fa_language language,
                           struct fa_buf *out)
{
    return add_both(en, zh, language, '\n', out);
}

/* --- values and names --- */

enum fa_status fa_value_add(struct fa_str column, struct fa_str value,
                            enum fa_language language, struct fa_buf *out)
{
    size_t found = COUNT_VALUES;
    for (size_t i = 0; i < COUNT_VALUES; i++) {
        if (!fa_str_equal(values[i].value, value))
            continue;
        if (fa_str_equal(values[i].column, column)) {
            found = i;
            break;
        }
        if (values[i].column.size == 0)
            found = i;
    }
    if (found == COUNT_VALUES)
        return fa_buf_add_str(out, value);
    return add_both(values[found].en, values[found].zh, language, ' ', out);
}

/* The name that files use stands behind the meaning, in Chinese and in both. */
static enum fa_status add_named(struct fa_str meaning, struct fa_str name,
                                enum fa_language language, struct fa_buf *out)
{
    if (language != FA_LANGUAGE_EN && meaning.size) {
        FA_TRY(fa_buf_add_str(out, meaning));
        FA_TRY(fa_buf_add_char(out, ' '));
    }
    return fa_buf_add_str(out, name);
}

enum fa_status fa_table_add(const struct fa_dictionary *dictionary, struct fa_str table,
                            enum fa_language language, struct fa_buf *out)
{
    const struct fa_table_def *def = fa_dictionary_find(dictionary, table);
    return add_named(def ? def->meaning_zh : (struct fa_str){NULL, 0}, table, language, out);
}

/* "table.column" in two, or an empty table. */
static void split(struct fa_str *table, struct fa_str *column)
{
    const char *point = column->size ? memchr(column->bytes, '.', column->size) : NULL;
    if (!point)
        return;
    table->bytes = column->bytes;
    table->size = (size_t)(point - column->bytes);
    column->size -= table->size + 1;
    column->bytes = point + 1;
}

static const struct fa_column_def *find_column(const struct fa_dictionary *dictionary,
                                               struct fa_str table, struct fa_str column,
                                               const struct fa_table_def **def)
{
    *def = table.size ? fa_dictionary_find(dictionary, table) : NULL;
    int at = *def ? fa_table_find_column(*def, column) : FA_NO_COLUMN;
    return at == FA_NO_COLUMN ? NULL : &(*def)->columns[at];
}

enum fa_status fa_column_add(const struct fa_dictionary *dictionary, struct fa_str table,
                             struct fa_str column, enum fa_language language,
                             struct fa_buf *out)
{
    const struct fa_table_def *def;
    struct fa_str whole = column;
    bool is_dotted = table.size == 0;
    if (is_dotted)
        split(&table, &column);
    const struct fa_column_def *found = find_column(dictionary, table, column, &def);
    if (is_dotted && found && language != FA_LANGUAGE_EN && def->meaning_zh.size &&
        found->label_zh.size) {
        FA_TRY(fa_buf_add_str(out, def->meaning_zh));
        FA_TRY(fa_buf_add_text(out, "·"));
    }
    return add_named(found ? found->label_zh : (struct fa_str){NULL, 0}, whole, language, out);
}

enum fa_status fa_name_add(const struct fa_dictionary *dictionary, struct fa_str origin,
                           struct fa_str name, enum fa_language language, struct fa_buf *out)
{
    struct fa_str table = {NULL, 0}, column = origin, zh = {NULL, 0};
    const struct fa_table_def *def;
    for (size_t i = 0; i < COUNT_NAMES && !zh.size; i++)
        if (fa_str_equal(names[i].name, name))
            zh = names[i].zh;
    split(&table, &column);
    const struct fa_column_def *found = find_column(dictionary, table, column, &def);
    if (found && (!zh.size || fa_str_equal(column, name)) && found->label_zh.size)
        zh = found->label_zh;
    return add_both(name, zh, language, ' ', out);
}

/* --- sentences --- */

struct hole {
    struct fa_str kind; /* "", "table", "column", "columns", "counts", "phrase" */
    struct fa_str text;
};

static const char *find(struct fa_str text, struct fa_str part)
{
    for (size_t at = 0; at + part.size <= text.size; at++)
        if (memcmp(text.bytes + at, part.bytes, part.size) == 0)
            return text.bytes + at;
    return NULL;
}

/* Only names may stand where names are put into words. */
static bool fits(const struct hole *hole)
{
    if (hole->kind.size == 0 || fa_str_is(hole->kind, "phrase"))
        return true;
    for (size_t i = 0; i < hole->text.size; i++) {
        char c = hole->text.bytes[i];
        bool is_list = (c == ',' || c == ' ') &&
                       (fa_str_is(hole->kind, "columns") || fa_str_is(hole->kind, "counts"));
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '.' && !is_list)
            return false;
    }
    bool is_count = hole->text.size && hole->text.bytes[0] >= '0' && hole->text.bytes[0] <= '9';
    return hole->text.size > 0 && (is_count || !fa_str_is(hole->kind, "counts"));
}

/* Whether TEXT is PATTERN with texts in its holes. Each hole ends where the words behind it first
 * come; words at the end of the pattern must end the text. */
static bool fill_holes(struct fa_str pattern, struct fa_str text, struct hole holes[HOLES_MAX])
{
    for (int count = 0;; count++) {
        const char *open = pattern.size ? memchr(pattern.bytes, '{', pattern.size) : NULL;
        if (!open)
            return fa_str_equal(pattern, text);
        size_t before = (size_t)(open - pattern.bytes);
        const char *close = memchr(open, '}', pattern.size - before);
        if (!close || count == HOLES_MAX || text.size < before ||
            memcmp(text.bytes, pattern.bytes, before) != 0)
            return false;
        struct hole *hole = &holes[count];
        hole->kind = (struct fa_str){open + 1, (size_t)(close - open - 1)};
        text = (struct fa_str){text.bytes + before, text.size - before};
        pattern = (struct fa_str){close + 1, pattern.size - (size_t)(close + 1 - pattern.bytes)};
        const char *next = pattern.size ? memchr(pattern.bytes, '{', pattern.size) : NULL;
        struct fa_str behind = {pattern.bytes,
                                next ? (size_t)(next - pattern.bytes) : pattern.size};
        const char *end = next && behind.size ? find(text, behind) : NULL;
        if (next && !end)
            return false;
        if (!next && text.size < behind.size)
            return false;
        hole->text = (struct fa_str){text.bytes, next ? (size_t)(end - text.bytes)
                                                      : text.size - behind.size};
        if (!fits(hole))
            return false;
        text = (struct fa_str){text.bytes + hole->text.size, text.size - hole->text.size};
    }
}

static enum fa_status add_phrase(const struct fa_dictionary *dictionary, struct fa_str text,
                                 int depth, struct fa_buf *out);

/* "3 high" */
static enum fa_status add_counted(struct fa_str part, struct fa_buf *out)
{
    size_t blank = 0;
    while (blank < part.size && part.bytes[blank] != ' ')
        blank++;
    size_t from = blank < part.size ? blank + 1 : blank;
    FA_TRY(fa_value_add((struct fa_str){NULL, 0},
                        (struct fa_str){part.bytes + from, part.size - from}, FA_LANGUAGE_ZH,
                        out));
    FA_TRY(fa_buf_add_char(out, ' '));
    return fa_buf_add(out, part.bytes, blank);
}

static enum fa_status add_hole(const struct fa_dictionary *dictionary, const struct hole *hole,
                               int depth, struct fa_buf *out)
{
    struct fa_str none = {NULL, 0};
    if (fa_str_is(hole->kind, "phrase"))
        return add_phrase(dictionary, hole->text, depth + 1, out);
    if (fa_str_is(hole->kind, "table"))
        return fa_table_add(dictionary, hole->text, FA_LANGUAGE_ZH, out);
    if (hole->kind.size == 0 || fa_str_is(hole->kind, "column"))
        return fa_buf_add_str(out, hole->text);
    for (size_t from = 0, to; from < hole->text.size; from = to + 2) {
        to = from;
        while (to < hole->text.size && hole->text.bytes[to] != ',')
            to++;
        FA_TRY(fa_buf_add_text(out, from ? "、" : ""));
        struct fa_str part = {hole->text.bytes + from, to - from};
        FA_TRY(fa_str_is(hole->kind, "counts")
                   ? add_counted(part, out)
                   : fa_column_add(dictionary, none, part, FA_LANGUAGE_ZH, out));
    }
    return FA_OK;
}

/* The Chinese of TEXT; TEXT itself where there is none. */
static enum fa_status add_phrase(const struct fa_dictionary *dictionary, struct fa_str text,
                                 int depth, struct fa_buf *out)
{
    struct hole holes[HOLES_MAX] = {{{NULL, 0}, {NULL, 0}}};
    const struct phrase *found = NULL;
    for (size_t i = 0; i < COUNT_PHRASES && !found && depth < DEPTH_MAX && text.size; i++)
        if (fill_holes(phrases[i].en, text, holes))
            found = &phrases[i];
    if (!found)
        return fa_buf_add_str(out, text);
    struct fa_str zh = found->zh;
    for (size_t i = 0; i < zh.size; i++) {
        if (zh.bytes[i] != '{') {
            FA_TRY(fa_buf_add_char(out, zh.bytes[i]));
            continue;
        }
        FA_TRY(add_hole(dictionary, &holes[(zh.bytes[i + 1] - '1') % HOLES_MAX], depth, out));
        i += 2; /* "{1}" */
    }
    return FA_OK;
}

enum fa_status fa_phrase_add(const struct fa_dictionary *dictionary, struct fa_str text,
                             enum fa_language language, struct fa_buf *out)
{
    if (language == FA_LANGUAGE_EN)
        return fa_buf_add_str(out, text);
    struct fa_buf zh = {0};
    enum fa_status status = add_phrase(dictionary, text, 0, &zh);
    if (status == FA_OK)
        status = add_both(text, fa_buf_str(&zh), language, '\n', out);
    fa_buf_release(&zh);
    return status;
}
