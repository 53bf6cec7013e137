#include "report/celltext.h"

#include "base/utf8.h"

enum { CELL_UNITS_MAX = 32767 };
static const char cut_mark[] = "... (cut)";

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* _xHHHH_ is how a cell's XML writes a character by number. */
static bool is_escape(struct fa_str text)
{
    if (text.size < 7 || text.bytes[0] != '_' || text.bytes[1] != 'x' || text.bytes[6] != '_')
        return false;
    return is_hex(text.bytes[2]) && is_hex(text.bytes[3]) && is_hex(text.bytes[4]) &&
           is_hex(text.bytes[5]);
}

/* Most cells: nothing but printed ASCII, in which nothing needs a change. */
static bool is_plain(struct fa_str text)
{
    if (text.size > CELL_UNITS_MAX)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || c >= 0x80 || c == '_')
            return false;
    }
    return true;
}

enum fa_status fa_cell_text(struct fa_str text, struct fa_buf *out)
{
    if (is_plain(text))
        return fa_buf_add_str(out, text);
    size_t units = 0, cut_at = out->size; /* where to cut should the text be too long */
    while (text.size) {
        struct fa_str shown = {text.bytes, fa_utf8_size(text)};
        size_t read = shown.size ? shown.size : 1;
        unsigned char c = (unsigned char)text.bytes[0];
        if (shown.size == 0 || (c < 0x20 && c != '\t' && c != '\n'))
            shown = FA_STR("\xEF\xBF\xBD");
        else if (is_escape(text))
            shown = FA_STR("_x005F_");
        size_t added = shown.size == 4 ? 2 : 1; /* beyond U+FFFF: two UTF-16 units */
        if (units + added > CELL_UNITS_MAX) {
            out->size = cut_at;
            return fa_buf_add_text(out, cut_mark);
        }
        units += added;
        FA_TRY(fa_buf_add_str(out, shown));
        if (units <= CELL_UNITS_MAX - (sizeof cut_mark - 1))
            cut_at = out->size;
        text.bytes += read;
        text.size -= read;
    }
    return FA_OK;
}
