/*
 * Texts of rulesets in Markdown: whatever they hold, the rulebook shows it as it is written.
 * Nothing of theirs makes a heading, a link, a table or HTML.
 */
#include <string.h>

#include "rules/doc_parts.h"

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c & 0x80);
}

/* "1. " and "1) " begin a list. */
static size_t list_mark(struct fa_str text)
{
    size_t at = 0;
    while (at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    bool is_mark = at > 0 && at < text.size &&
                   (text.bytes[at] == '.' || text.bytes[at] == ')') &&
                   (at + 1 == text.size || text.bytes[at + 1] == ' ');
    return is_mark ? at : text.size;
}

static bool is_marked(struct fa_str text, size_t i)
{
    char c = text.bytes[i];
    if (c == '_') /* inside a word it is a letter */
        return i == 0 || i + 1 == text.size || !is_alphanumeric(text.bytes[i - 1]) ||
               !is_alphanumeric(text.bytes[i + 1]);
    if (i == 0 && strchr("#-+=", c))
        return true;
    return strchr("\\`*[]|~", c) || i == list_mark(text);
}

enum fa_status fa_doc_text(struct fa_document *document, struct fa_str text)
{
    while (text.size && strchr(" \t\n", text.bytes[0])) { /* four blanks make code of it */
        text.bytes++;
        text.size--;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '<')
            WRITE("&lt;");
        else if (c == '>')
            WRITE("&gt;");
        else if (c == '&')
            WRITE("&amp;");
        else if (c == '\n' || c == '\r' || c == '\t')
            WRITE(" ");
        else
            WRITE(is_marked(text, i) ? "\\%c" : "%c", c);
    }
    return FA_OK;
}

enum fa_status fa_doc_line(struct fa_document *document, struct fa_str text)
{
    TEXT(text);
    return text.size ? fa_buf_add_text(document->text, "\n\n") : FA_OK;
}
