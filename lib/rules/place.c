#include "rules/place.h"

#include <string.h>

struct fa_place fa_rule_place(const struct fa_rule *rule, uint64_t line_no, uint64_t column_no)
{
    struct fa_place place = {
        .source = rule->ruleset->file, .line_no = line_no, .column_no = column_no};
    if (!line_no) /* what stands in another file is told of at the rule that uses it */
        place.line_no = rule->line_no;
    if (!column_no)
        return place;
    const struct fa_str text = rule->ruleset->text;
    const char *line = text.bytes, *end = text.bytes + text.size;
    for (uint64_t n = 1; n < line_no && line < end; n++) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        line = next ? next + 1 : end;
    }
    const char *stop = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
    place.excerpt = (struct fa_str){line, (size_t)((stop ? stop : end) - line)};
    return place;
}

enum fa_status fa_add_one_line(struct fa_buf *buf, struct fa_str text)
{
    bool is_blank = false;
    for (size_t i = 0; i < text.size; i++) {
        bool was_blank = is_blank;
        is_blank = memchr(" \t\r\n", text.bytes[i], 4) != NULL;
        if (!is_blank)
            FA_TRY(fa_buf_add_char(buf, text.bytes[i]));
        else if (!was_blank)
            FA_TRY(fa_buf_add_char(buf, ' '));
    }
    return FA_OK;
}
