#include "intake/pattern.h"

#include <string.h>

#include "base/utf8.h"

const char *fa_pattern_fault(struct fa_str pattern)
{
    unsigned opened = 0, closed = 0;
    if (pattern.size == 0)
        return "a pattern cannot be empty";
    for (size_t i = 0; i < pattern.size; i++) {
        opened += pattern.bytes[i] == '{';
        closed += pattern.bytes[i] == '}';
        if (opened > 1 || closed > opened)
            return "a pattern has at most one pair of braces";
    }
    return closed < opened ? "the brace of the pattern is not closed" : NULL;
}

/* Bytes of the character at AT; one of a text that is not UTF-8. */
static size_t size_at(struct fa_str text, size_t at)
{
    size_t size = fa_utf8_size((struct fa_str){text.bytes + at, text.size - at});
    return size ? size : 1;
}

/* What the text before the last star came to: where it can be taken up again with one more
 * character for the star. */
struct resume {
    size_t pattern_at, text_at;
    size_t opened_at, closed_at;
    bool is_set;
};

/* "{}" is read as "{*}": its '}' is a star first. A byte of the pattern that is a character's
 * first matches bytewise: both are UTF-8, so equal bytes from equal starts are equal
 * characters. */
bool fa_pattern_match(struct fa_str pattern, struct fa_str text, struct fa_str *taken)
{
    struct resume resume = {.is_set = false};
    size_t p = 0, t = 0, opened_at = 0, closed_at = 0;
    for (bool is_star_done = false;;) {
        char c = p < pattern.size ? pattern.bytes[p] : '\0';
        bool is_end = p == pattern.size;
        bool is_empty_braces = !is_end && c == '}' && pattern.bytes[p - 1] == '{';
        if (!is_end && c == '{') {
            opened_at = t;
            p++;
            is_star_done = false;
        } else if (!is_end && (c == '*' || is_empty_braces) && !is_star_done) {
            /* behind a star there is '}' of "{}" itself, or what follows it */
            p += c == '*';
            is_star_done = is_empty_braces;
            resume = (struct resume){p, t, opened_at, closed_at, true};
        } else if (!is_end && c == '}') {
            closed_at = t;
            p++;
            is_star_done = false;
        } else if (is_end && t == text.size) {
            break;
        } else if (!is_end && t < text.size && (c == '?' || c == text.bytes[t])) {
            t += c == '?' ? size_at(text, t) : 1;
            p++;
        } else if (resume.is_set && resume.text_at < text.size) {
            resume.text_at += size_at(text, resume.text_at);
            p = resume.pattern_at;
            t = resume.text_at;
            opened_at = resume.opened_at;
            closed_at = resume.closed_at;
            is_star_done =
                p < pattern.size && pattern.bytes[p] == '}' && pattern.bytes[p - 1] == '{';
        } else {
            return false;
        }
    }
    if (taken)
        *taken = (struct fa_str){text.bytes + opened_at, closed_at - opened_at};
    return true;
}
