#include "lang/lexer.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

static const char *const unit_names[] = {
    [FA_SUFFIX_NONE] = "",    [FA_SUFFIX_PERCENT] = "%", [FA_SUFFIX_SECOND] = "s",
    [FA_SUFFIX_MINUTE] = "m", [FA_SUFFIX_HOUR] = "h",    [FA_SUFFIX_DAY] = "d",
    [FA_SUFFIX_BDAY] = "bd",  [FA_SUFFIX_WEEK] = "w",    [FA_SUFFIX_MONTH] = "mo",
    [FA_SUFFIX_YEAR] = "y",
};

enum { UNIT_COUNT = sizeof unit_names / sizeof *unit_names };

const char *fa_suffix_name(enum fa_suffix unit)
{
    return unit_names[unit];
}

/* --- characters --- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_byte(char c)
{
    return is_letter(c) || is_digit(c);
}

/* The byte at OFFSET, or NUL behind the end; a NUL in the text is refused as a character. */
static char byte_at(const struct fa_lexer *lexer, size_t offset)
{
    return offset < lexer->text.size ? lexer->text.bytes[offset] : '\0';
}

static bool is_long_number(const char *bytes, const char *end)
{
    const char *at = bytes;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at - bytes > (ptrdiff_t)FA_WORD_DIGITS_MAX;
}

/* The line with what it holds of people by its shape: texts in quotes, long numbers. The column
 * is moved to where its character stands then. Without memory there is no excerpt. */
static void hide_line(const struct fa_lexer *lexer, struct fa_place *place)
{
    struct fa_str line = place->excerpt;
    char *shape = fa_arena_alloc(lexer->arena, line.size + 1);
    uint64_t column_no = place->column_no;
    size_t size = 0;
    bool is_quoted = false, is_number = false, is_comment = false;
    place->excerpt = (struct fa_str){shape, 0};
    for (size_t at = 0, step; shape && at < line.size; at += step) {
        struct fa_str rest = {line.bytes + at, line.size - at};
        char c = rest.bytes[0];
        bool is_digit_here = c >= '0' && c <= '9';
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
        is_number =
            is_digit_here && (is_number || is_long_number(rest.bytes, rest.bytes + rest.size));
        if (at + 1 == place->column_no)
            column_no = size + 1;
        step = fa_utf8_size(rest);
        step = step ? step : 1;
        if (is_quoted && c == '\\' && rest.size > 1) {
            shape[size++] = 'a';
            step = 2;
        } else if ((is_quoted && (is_digit_here || is_letter)) || is_number) {
            shape[size++] = is_digit_here ? '9' : 'a';
        } else {
            is_comment |= c == '#' && !is_quoted;
            is_quoted = is_comment || is_quoted != (c == '"');
            for (size_t i = 0; i < step; i++)
                shape[size++] = rest.bytes[i];
        }
    }
    place->column_no = place->column_no > line.size ? size + 1 : column_no;
    place->excerpt.size = size;
}

/* OFFSET is in the line LINE_NO that begins at LINE_START. */
static struct fa_place place_in(const struct fa_lexer *lexer, size_t offset, size_t line_start,
                                uint64_t line_no)
{
    size_t end = offset;
    while (end < lexer->text.size && lexer->text.bytes[end] != '\n')
        end++;
    /* of a line break; one at the end of the text is a character, and its place may be told */
    if (end > line_start && end < lexer->text.size && lexer->text.bytes[end - 1] == '\r')
        end--;
    struct fa_place place = {
        .source = lexer->source,
        .line_no = line_no,
        .column_no = offset - line_start + 1,
        .excerpt = {lexer->text.bytes + line_start, end - line_start},
    };
    if (lexer->is_private)
        hide_line(lexer, &place);
    return place;
}

/* OFFSET is in the line being read. */
static struct fa_place place_at(const struct fa_lexer *lexer, size_t offset)
{
    return place_in(lexer, offset, lexer->line_start, lexer->line_no);
}

/* A mistake in a character ends the token stream. */
static void fail(struct fa_lexer *lexer, enum fa_status status)
{
    lexer->status = status;
    lexer->line_start = lexer->offset = lexer->text.size;
    lexer->token = (struct fa_token){.kind = FA_TOKEN_END,
                                     .offset = lexer->text.size,
                                     .end = lexer->text.size,
                                     .line_no = lexer->line_no,
                                     .column_no = 1};
}

/* --- blanks and line ends --- */

/* Goes over blanks and comments, not over line ends. */
static void skip_blanks(struct fa_lexer *lexer)
{
    for (;;) {
        char c = byte_at(lexer, lexer->offset);
        if (c == ' ' || c == '\t' || (c == '\r' && byte_at(lexer, lexer->offset + 1) == '\n')) {
            lexer->offset++;
        } else if (c == '#') {
            const char *rest = lexer->text.bytes + lexer->offset;
            const char *end = memchr(rest, '\n', lexer->text.size - lexer->offset);
            lexer->offset = end ? (size_t)(end - lexer->text.bytes) : lexer->text.size;
        } else {
            return;
        }
    }
}

/* Goes to the next token over any number of lines; true when a line ended on the way. */
static bool skip_lines(struct fa_lexer *lexer)
{
    bool crossed = false;
    for (;;) {
        skip_blanks(lexer);
        if (byte_at(lexer, lexer->offset) != '\n')
            return crossed;
        crossed = true;
        lexer->offset++;
        lexer->line_no++;
        lexer->line_start = lexer->offset;
    }
}

static bool continues_statement(const struct fa_lexer *lexer)
{
    size_t at = lexer->offset;
    char c = byte_at(lexer, at);
    if (c == '+' || c == '-')
        return true;
    size_t size = c == 'a' ? 3 : c == 'o' ? 2 : 0;
    if (size == 0 || at + size > lexer->text.size)
        return false;
    char next = byte_at(lexer, at + size);
    return memcmp(lexer->text.bytes + at, size == 3 ? "and" : "or", size) == 0 &&
           !is_word_byte(next) && next != '-';
}

/* --- tokens --- */

static void set_token(struct fa_lexer *lexer, enum fa_token_kind kind, size_t end)
{
    lexer->token = (struct fa_token){
        .kind = kind,
        .text = {lexer->text.bytes + lexer->offset, end - lexer->offset},
        .offset = lexer->offset,
        .end = end,
        .line_no = lexer->line_no,
        .column_no = lexer->offset - lexer->line_start + 1,
    };
    lexer->offset = end;
}

static void lex_word(struct fa_lexer *lexer)
{
    size_t end = lexer->offset + 1;
    while (is_word_byte(byte_at(lexer, end)) ||
           (byte_at(lexer, end) == '-' && is_word_byte(byte_at(lexer, end - 1)) &&
            is_word_byte(byte_at(lexer, end + 1))))
        end++;
    set_token(lexer, FA_TOKEN_WORD, end);
}

/* Whether the bytes at OFFSET look like PATTERN, in which '0' stands for any digit. */
static bool looks_like(const struct fa_lexer *lexer, size_t offset, const char *pattern)
{
    for (; *pattern; pattern++, offset++) {
        char c = byte_at(lexer, offset);
        if (*pattern == '0' ? !is_digit(c) : c != *pattern)
            return false;
    }
    return true;
}

static void lex_date_or_time(struct fa_lexer *lexer)
{
    size_t end = lexer->offset + 10;
    if (!looks_like(lexer, end, "T00:00")) {
        set_token(lexer, FA_TOKEN_DATE, end);
        return;
    }
    end += 6;
    if (looks_like(lexer, end, ":00")) {
        end += 3;
        if (looks_like(lexer, end, ".0"))
            for (end += 2; is_digit(byte_at(lexer, end));)
                end++;
    }
    if (byte_at(lexer, end) == 'Z')
        end++;
    else if (looks_like(lexer, end, "+00:00") || looks_like(lexer, end, "-00:00"))
        end += 6;
    set_token(lexer, FA_TOKEN_TIME, end);
}

static bool find_unit(struct fa_str name, enum fa_suffix *unit)
{
    for (int i = FA_SUFFIX_NONE + 1; i < UNIT_COUNT; i++)
        if (fa_str_is(name, unit_names[i])) {
            *unit = (enum fa_suffix)i;
            return true;
        }
    return false;
}

static void lex_number(struct fa_lexer *lexer)
{
    if (looks_like(lexer, lexer->offset, "0000-00-00") &&
        !is_digit(byte_at(lexer, lexer->offset + 10))) {
        lex_date_or_time(lexer);
    } else {
        size_t end = lexer->offset;
        while (is_digit(byte_at(lexer, end)))
            end++;
        if (looks_like(lexer, end, ".0"))
            for (end++; is_digit(byte_at(lexer, end));)
                end++;
        set_token(lexer, FA_TOKEN_NUMBER, end);
    }
    size_t unit_end = lexer->offset;
    if (byte_at(lexer, unit_end) == '%')
        unit_end++;
    else
        while (is_word_byte(byte_at(lexer, unit_end)))
            unit_end++;
    struct fa_str unit = {lexer->text.bytes + lexer->offset, unit_end - lexer->offset};
    if (unit.size == 0)
        return;
    if (lexer->token.kind != FA_TOKEN_NUMBER || !find_unit(unit, &lexer->token.suffix)) {
        char quoted[FA_QUOTED_BYTES];
        fail(lexer, fa_error(lexer->sink, FA_CODE_LANG_NUMBER, place_at(lexer, lexer->offset),
                             "units are % s m h d bd w mo y, directly behind a number",
                             "unknown unit %s behind a number", fa_quoted(unit, quoted)));
        return;
    }
    lexer->offset = lexer->token.end = unit_end;
}

static int hex_digit(char c)
{
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The byte that the escape behind the backslash at AT means; its size there, 0 when there is
 * none. */
static size_t read_escape(const struct fa_lexer *lexer, size_t at, char *byte)
{
    char c = byte_at(lexer, at + 1);
    if (c == '"' || c == '\\') {
        *byte = c;
        return 2;
    }
    if (c == 'n') {
        *byte = '\n';
        return 2;
    }
    int high = c == 'x' ? hex_digit(byte_at(lexer, at + 2)) : -1;
    int low = high >= 0 ? hex_digit(byte_at(lexer, at + 3)) : -1;
    *byte = (char)(high * 16 + low);
    return low >= 0 ? 4 : 0;
}

static void fail_string(struct fa_lexer *lexer, size_t at, const char *hint, const char *text)
{
    fail(lexer,
         fa_error(lexer->sink, FA_CODE_LANG_STRING, place_at(lexer, at), hint, "%s", text));
}

/* Escapes may make of a text what no file of UTF-8 could hold. START: the place of its first
 * byte.
 */
static bool check_text(struct fa_lexer *lexer, struct fa_str text, size_t start)
{
    size_t bad = fa_utf8_valid_size(text);
    const char *nul = memchr(text.bytes, '\0', bad);
    if (nul)
        bad = (size_t)(nul - text.bytes);
    if (bad == text.size)
        return true;
    size_t at = start;
    char byte = 0;
    for (size_t i = 0; i < bad; i++)
        at += byte_at(lexer, at) == '\\' ? read_escape(lexer, at, &byte) : 1;
    fail(lexer, fa_error(lexer->sink, FA_CODE_LANG_UTF8, place_at(lexer, at),
                         "write the character itself; \\xNN is one byte of its UTF-8",
                         nul ? "a text cannot have the byte 0x%02X"
                             : "byte 0x%02X is not valid UTF-8 in a text",
                         (unsigned char)text.bytes[bad]));
    return false;
}

static void lex_string(struct fa_lexer *lexer)
{
    size_t start = lexer->offset + 1, end = start, escapes = 0;
    for (char c; (c = byte_at(lexer, end)) != '"' || end >= lexer->text.size;) {
        char ignored;
        size_t size = c == '\\' ? read_escape(lexer, end, &ignored) : 1;
        if (end >= lexer->text.size || c == '\n' || c == '\r') {
            fail_string(lexer, lexer->offset,
                        "close it with \" on the same line; a line break inside is \\n",
                        "a text is not closed on its line");
            return;
        }
        if ((unsigned char)c < 0x20 || c == 0x7F) {
            fail_string(lexer, end, "write it as \\xNN", "a control character in a text");
            return;
        }
        if (size == 0) {
            fail_string(lexer, end, "there are \\\" \\\\ \\n and \\xNN",
                        "unknown escape in a text");
            return;
        }
        escapes += c == '\\';
        end += size;
    }
    struct fa_str content = {lexer->text.bytes + start, end - start};
    if (escapes) {
        char *bytes = fa_arena_alloc(lexer->arena, content.size + 1);
        if (!bytes) {
            fail(lexer, fa_out_of_memory(lexer->sink, "a text"));
            return;
        }
        size_t size = 0;
        for (size_t at = start; at < end; size++) {
            bytes[size] = byte_at(lexer, at);
            at += bytes[size] == '\\' ? read_escape(lexer, at, &bytes[size]) : 1;
        }
        content = (struct fa_str){bytes, size};
        if (lexer->is_strict && !check_text(lexer, content, start))
            return;
    }
    set_token(lexer, FA_TOKEN_STRING, end + 1);
    lexer->token.text = content;
}

static void lex_mark(struct fa_lexer *lexer)
{
    char c = byte_at(lexer, lexer->offset), next = byte_at(lexer, lexer->offset + 1);
    bool is_double =
        (next == '=' && (c == '!' || c == '<' || c == '>')) || (c == '.' && next == '.');
    if (!is_double && (c == '\0' || !strchr("(){},:.|=<>+-*/", c))) {
        struct fa_str rest = {lexer->text.bytes + lexer->offset,
                              lexer->text.size - lexer->offset};
        size_t size = fa_utf8_size(rest);
        char quoted[FA_QUOTED_BYTES];
        fail(lexer,
             fa_error(lexer->sink, FA_CODE_LANG_CHARACTER, place_at(lexer, lexer->offset),
                      "text stands in \"...\", a comment behind #", "%s cannot stand here",
                      fa_quoted((struct fa_str){rest.bytes, size ? size : 1}, quoted)));
        return;
    }
    if (c == '(' || c == '{')
        lexer->depth++;
    else if ((c == ')' || c == '}') && lexer->depth > 0)
        lexer->depth--;
    if (lexer->depth > FA_EXPR_DEPTH_MAX) {
        fail(lexer, fa_error(lexer->sink, FA_CODE_LANG_DEPTH, place_at(lexer, lexer->offset),
                             NULL, "more than %u brackets are open", FA_EXPR_DEPTH_MAX));
        return;
    }
    set_token(lexer, FA_TOKEN_MARK, lexer->offset + (is_double ? 2 : 1));
}

/* Reads the token behind the current one. */
static void advance(struct fa_lexer *lexer)
{
    if (lexer->status != FA_OK)
        return;
    size_t end = lexer->offset;
    bool at_line_end = lexer->token.kind == FA_TOKEN_LINE_END;
    uint64_t line_no = lexer->line_no, column_no = end - lexer->line_start + 1;
    bool crossed = skip_lines(lexer);
    bool at_end = lexer->offset >= lexer->text.size;
    if ((crossed || at_end) && !at_line_end && lexer->depth == 0 &&
        !(lexer->after_comma && !at_end) && (at_end || !continues_statement(lexer))) {
        lexer->token = (struct fa_token){.kind = FA_TOKEN_LINE_END,
                                         .offset = end,
                                         .end = end,
                                         .line_no = line_no,
                                         .column_no = column_no};
        lexer->after_comma = false;
        return;
    }
    char c = byte_at(lexer, lexer->offset);
    if (at_end)
        set_token(lexer, FA_TOKEN_END, lexer->offset);
    else if (is_letter(c))
        lex_word(lexer);
    else if (is_digit(c))
        lex_number(lexer);
    else if (c == '"')
        lex_string(lexer);
    else
        lex_mark(lexer);
    lexer->after_comma = c == ',';
}

static enum fa_status start(struct fa_lexer *lexer)
{
    struct fa_str text = lexer->text, source = lexer->source;
    struct fa_sink *sink = lexer->sink;
    lexer->token.kind = FA_TOKEN_LINE_END; /* so that empty lines at the start give no token */
    if (text.size > FA_LANG_BYTES_MAX) {
        fail(lexer, fa_error(sink, FA_CODE_LANG_SIZE, (struct fa_place){.source = source}, NULL,
                             "%zu bytes are more than the %u a file of this kind may have",
                             text.size, FA_LANG_BYTES_MAX));
        return lexer->status;
    }
    size_t valid_size = fa_utf8_valid_size(text);
    if (valid_size < text.size) {
        for (size_t i = 0; i < valid_size; i++)
            if (text.bytes[i] == '\n') {
                lexer->line_no++;
                lexer->line_start = i + 1;
            }
        struct fa_place place = place_at(lexer, valid_size);
        place.excerpt = (struct fa_str){0};
        fail(lexer,
             fa_error(sink, FA_CODE_LANG_UTF8, place, "save the file as UTF-8",
                      "byte 0x%02X is not valid UTF-8", (unsigned char)text.bytes[valid_size]));
        return lexer->status;
    }
    if (fa_str_starts(text, FA_STR("\xEF\xBB\xBF")))
        lexer->offset = lexer->line_start = 3;
    advance(lexer);
    return lexer->status;
}

enum fa_status fa_lexer_init(struct fa_lexer *lexer, struct fa_str text, struct fa_str source,
                             struct fa_arena *arena, struct fa_sink *sink)
{
    *lexer = (struct fa_lexer){
        .text = text, .source = source, .arena = arena, .sink = sink, .line_no = 1};
    return start(lexer);
}

enum fa_status fa_lexer_init_private(struct fa_lexer *lexer, struct fa_str text,
                                     struct fa_str source, struct fa_arena *arena,
                                     struct fa_sink *sink)
{
    *lexer = (struct fa_lexer){.text = text,
                               .source = source,
                               .arena = arena,
                               .sink = sink,
                               .line_no = 1,
                               .is_private = true};
    return start(lexer);
}

enum fa_status fa_lex_be_strict(struct fa_lexer *lexer)
{
    lexer->is_strict = true;
    if (lexer->status == FA_OK && lexer->token.kind == FA_TOKEN_STRING)
        check_text(lexer, lexer->token.text, lexer->token.offset + 1);
    return lexer->status;
}

/* --- for parsers --- */

struct fa_token fa_lex_take(struct fa_lexer *lexer)
{
    struct fa_token token = lexer->token;
    lexer->last_end = token.end;
    if (token.kind != FA_TOKEN_END)
        advance(lexer);
    return token;
}

enum fa_status fa_lex_expect_cells(struct fa_lexer *lexer, struct fa_cells *cells)
{
    if (!fa_lex_at(lexer, "|"))
        return fa_lex_unexpected(lexer, "'|'");
    size_t end = lexer->token.offset;
    while (byte_at(lexer, end) != '\n' && end < lexer->text.size)
        end++;
    cells->count = 0;
    size_t at = lexer->token.offset + 1;
    for (size_t cell = at; at < end; at++) {
        if (lexer->text.bytes[at] != '|')
            continue;
        const char *start = lexer->text.bytes + cell;
        struct fa_str text = fa_str_trim((struct fa_str){start, at - cell});
        struct fa_cell item = {
            text, (uint64_t)(text.bytes - (lexer->text.bytes + lexer->line_start)) + 1};
        if (fa_vec_add(cells, item) != FA_OK)
            return fa_out_of_memory(lexer->sink, "a table row");
        cell = at + 1;
        struct fa_str rest = fa_str_trim((struct fa_str){lexer->text.bytes + cell, end - cell});
        if (rest.size == 0 || rest.bytes[0] == '#') {
            /* goes on behind the row as behind any statement */
            lexer->depth = 0;
            lexer->after_comma = false;
            lexer->offset = lexer->last_end = end;
            lexer->token.kind = FA_TOKEN_LINE_END;
            advance(lexer);
            return lexer->status;
        }
    }
    return fa_error(lexer->sink, FA_CODE_LANG_EXPECTED, fa_lex_here(lexer), "write | a | b |",
                    "a table row must end with '|'");
}

struct fa_place fa_lex_place(const struct fa_lexer *lexer, const struct fa_token *token)
{
    return place_in(lexer, token->offset, token->offset - (size_t)(token->column_no - 1),
                    token->line_no);
}

struct fa_place fa_lex_here(const struct fa_lexer *lexer)
{
    return fa_lex_place(lexer, &lexer->token);
}

enum fa_status fa_lex_quote(struct fa_str text, struct fa_buf *buf)
{
    FA_TRY(fa_buf_add_char(buf, '"'));
    while (text.size) {
        size_t size = fa_utf8_size(text);
        char c = text.bytes[0];
        if (c == '"' || c == '\\') {
            FA_TRY(fa_buf_add_char(buf, '\\'));
            FA_TRY(fa_buf_add_char(buf, c));
        } else if (c == '\n') {
            FA_TRY(fa_buf_add_text(buf, "\\n"));
        } else if (size == 0 || (unsigned char)c < 0x20 || c == 0x7F) {
            FA_TRY(fa_buf_addf(buf, "\\x%02X", (unsigned char)c));
        } else {
            FA_TRY(fa_buf_add(buf, text.bytes, size));
        }
        size = size ? size : 1;
        text.bytes += size;
        text.size -= size;
    }
    return fa_buf_add_char(buf, '"');
}
