#include "base/fields.h"

#include <string.h>

#include "base/utf8.h"

enum fa_status fa_csv_add_field(struct fa_buf *line, struct fa_str text, bool safe)
{
    bool is_formula = safe && text.size && memchr("=+-@\t\r", text.bytes[0], 6);
    bool needs_quotes = false;
    for (size_t i = 0; i < text.size && !needs_quotes; i++)
        needs_quotes = memchr(",\"\r\n", text.bytes[i], 4) != NULL;
    if (!needs_quotes && !is_formula)
        return fa_buf_add_str(line, text);
    if (needs_quotes)
        FA_TRY(fa_buf_add_char(line, '"'));
    if (is_formula)
        FA_TRY(fa_buf_add_char(line, '\''));
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '"')
            FA_TRY(fa_buf_add_char(line, '"'));
        FA_TRY(fa_buf_add_char(line, text.bytes[i]));
    }
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
