#include "base/fields.h"

#include <string.h>

#include "base/utf8.h"

/* All of them are small numbers, so that most bytes are told by one comparison. */
static bool must_be_quoted(struct fa_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if ((unsigned char)c <= ',' && (c == ',' || c == '"' || c == '\n' || c == '\r'))
            return true;
    }
    return false;
}

enum fa_status fa_csv_add_field(struct fa_buf *line, struct fa_str text, bool safe)
{
    bool is_formula = safe && text.size && memchr("=+-@\t\r", text.bytes[0], 6);
    bool needs_quotes = must_be_quoted(text);
    if (!needs_quotes && !is_formula)
        return fa_buf_add_str(line, text);
    if (needs_quotes)
        FA_TRY(fa_buf_add_char(line, '"'));
    if (is_formula)
        FA_TRY(fa_buf_add_char(line, '\''));
    while (text.size && needs_quotes) {
        const char *quote = memchr(text.bytes, '"', text.size);
        size_t size = quote ? (size_t)(quote - text.bytes) + 1 : text.size;
        FA_TRY(fa_buf_add(line, text.bytes, size));
        FA_TRY(quote ? fa_buf_add_char(line, '"') : FA_OK);
        text.bytes += size;
        text.size -= size;
    }
    FA_TRY(fa_buf_add_str(line, text));
    return needs_quotes ? fa_buf_add_char(line, '"') : FA_OK;
}

enum fa_status fa_json_add_string(struct fa_buf *line, struct fa_str text)
{
    FA_TRY(fa_buf_add_char(line, '"'));
    while (text.size) {
        unsigned char c = (unsigned char)text.bytes[0];
        size_t size = fa_utf8_size(text);
        if (size == 0) {
            FA_TRY(fa_buf_add_text(line, "\xEF\xBF\xBD"));
            size = 1;
        } else if (c == '"' || c == '\\') {
            FA_TRY(fa_buf_addf(line, "\\%c", c));
        } else if (c < 0x20 || c == 0x7F) {
            FA_TRY(fa_buf_addf(line, "\\u%04x", c));
        } else {
            FA_TRY(fa_buf_add(line, text.bytes, size));
        }
        text.bytes += size;
        text.size -= size;
    }
    return fa_buf_add_char(line, '"');
}
