#include <string.h>

#include "intake/mt940.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static struct fa_str part(struct fa_str text, size_t from, size_t to)
{
    return (struct fa_str){text.bytes + from, to - from};
}

/* Where WORD begins in TEXT, from FROM on; TEXT.size when it does not. */
static size_t find(struct fa_str text, struct fa_str word, size_t from)
{
    for (size_t at = from; at + word.size <= text.size; at++) {
        const char *next =
            memchr(text.bytes + at, word.bytes[0], text.size - word.size + 1 - at);
        if (!next)
            break;
        at = (size_t)(next - text.bytes);
        if (memcmp(next, word.bytes, word.size) == 0)
            return at;
    }
    return text.size;
}

/* --- what is put together --- */

/* Room for it was reserved, so that texts in it stay where they are. */
static void add(struct fa_buf *scratch, struct fa_str text)
{
    if (text.size)
        memcpy(scratch->bytes + scratch->size, text.bytes, text.size);
    scratch->size += text.size;
}

static struct fa_str added_since(const struct fa_buf *scratch, size_t from)
{
    return part(fa_buf_str(scratch), from, scratch->size);
}

static struct fa_str without_line_breaks(struct fa_buf *scratch, struct fa_str field)
{
    size_t from = scratch->size;
    while (field.size) {
        const char *end = memchr(field.bytes, '\n', field.size);
        size_t size = end ? (size_t)(end - field.bytes) : field.size;
        add(scratch, part(field, 0, size));
        field = part(field, size + (end != NULL), field.size);
    }
    return added_since(scratch, from);
}

/* --- references in text --- */

static bool says_nothing(struct fa_str reference)
{
    return fa_str_is(reference, "NOTPROVIDED") || fa_str_is(reference, "NONREF");
}

/* "SVWZ+", "ABWA+", "BIC+", "MTLG:" */
static bool is_word_at(struct fa_str text, size_t at)
{
    size_t size = 0;
    while (size < 5 && at + size < text.size && is_capital(text.bytes[at + size]))
        size++;
    if (at + size == text.size || size < 3 || size > 4)
        return false;
    return text.bytes[at + size] == '+' ||
           (size == 4 && memcmp(text.bytes + at, "MTLG:", 5) == 0);
}

/* "EREF+...": up to the next such word. */
static void find_end_to_end(struct fa_mt940_details *details)
{
    const struct fa_str word = FA_STR("EREF+");
    size_t from = find(details->text, word, 0);
    if (from == details->text.size)
        return;
    from += word.size;
    size_t to = from;
    while (to < details->text.size && !is_word_at(details->text, to))
        to++;
    struct fa_str found = fa_str_trim(part(details->text, from, to));
    if (!says_nothing(found))
        details->end_to_end = found;
}

/* --- behind a mark and two digits --- */

struct subfields {
    struct fa_str text;
    size_t from; /* of the first mark */
    char mark;
};

static bool is_mark_at(const struct subfields *fields, size_t at)
{
    const char *bytes = fields->text.bytes + at;
    return at + 2 < fields->text.size && bytes[0] == fields->mark && is_digit(bytes[1]) &&
           is_digit(bytes[2]);
}

/* The text's size when there is none. */
static size_t next_mark(const struct subfields *fields, size_t from)
{
    struct fa_str text = fields->text;
    while (from < text.size) {
        const char *mark = memchr(text.bytes + from, fields->mark, text.size - from);
        if (!mark)
            break;
        from = (size_t)(mark - text.bytes);
        if (is_mark_at(fields, from))
            return from;
        from++;
    }
    return text.size;
}

static bool is_in(int number, const int (*ranges)[2], size_t count)
{
    bool is_there = false;
    for (size_t i = 0; i < count; i++)
        is_there |= number >= ranges[i][0] && number <= ranges[i][1];
    return is_there;
}

/* The subfields of these numbers, in the order in which they stand. */
static struct fa_str collect(const struct subfields *fields, struct fa_buf *scratch,
                             const int (*ranges)[2], size_t count)
{
    size_t begin = scratch->size;
    for (size_t at = fields->from; at < fields->text.size;) {
        int number =
            (fields->text.bytes[at + 1] - '0') * 10 + (fields->text.bytes[at + 2] - '0');
        size_t from = at + 3, to = next_mark(fields, from);
        if (is_in(number, ranges, count))
            add(scratch, part(fields->text, from, to));
        at = to;
    }
    return fa_str_trim(added_since(scratch, begin));
}

static struct fa_str collect_one(const struct subfields *fields, struct fa_buf *scratch,
                                 int number)
{
    return collect(fields, scratch, (const int[][2]){{number, number}}, 1);
}

/* "166?00", " 020?00", "?20": the first mark, FIELDS->text.size when there is none. */
static void find_first_mark(struct subfields *fields, struct fa_str *business_code)
{
    struct fa_str text = fields->text;
    size_t at = 0;
    fields->from = text.size;
    while (at < text.size && text.bytes[at] == ' ')
        at++;
    bool has_code = text.size - at >= 3 && is_digit(text.bytes[at]) &&
                    is_digit(text.bytes[at + 1]) && is_digit(text.bytes[at + 2]);
    size_t mark = at + (has_code ? 3 : 0);
    bool is_marked =
        mark < text.size && text.bytes[mark] != '\0' &&
        (has_code ? strchr("?><~^|#!*", text.bytes[mark]) != NULL : text.bytes[mark] == '?');
    if (is_marked) {
        fields->mark = text.bytes[mark];
        if (is_mark_at(fields, mark))
            fields->from = mark;
    }
    if (fields->from < text.size && has_code)
        *business_code = part(text, at, at + 3);
}

bool fa_mt940_is_structured(struct fa_str field)
{
    struct subfields fields = {.text = field};
    struct fa_str business_code = {"", 0};
    find_first_mark(&fields, &business_code);
    return business_code.size > 0;
}

static void read_subfields(const struct subfields *fields, struct fa_buf *scratch,
                           struct fa_mt940_details *details)
{
    details->posting_text = collect_one(fields, scratch, 0);
    details->journal_no = collect_one(fields, scratch, 10);
    details->text = collect(fields, scratch, (const int[][2]){{20, 29}, {60, 63}}, 2);
    details->bank = collect_one(fields, scratch, 30);
    details->account = collect_one(fields, scratch, 31);
    if (!details->account.size)
        details->account = collect_one(fields, scratch, 38);
    details->name = collect(fields, scratch, (const int[][2]){{32, 33}}, 1);
    find_end_to_end(details);
}

/* --- between strokes --- */

/* "/NAME/": a stroke, two to eight capitals, a stroke; its size, else 0. */
static size_t stroke_word_at(struct fa_str text, size_t at)
{
    size_t end = at + 1;
    if (text.bytes[at] != '/')
        return 0;
    while (end < text.size && end - at <= 9 && is_capital(text.bytes[end]))
        end++;
    bool is_word = end < text.size && text.bytes[end] == '/' && end - at >= 3 && end - at <= 9;
    return is_word ? end + 1 - at : 0;
}

static struct fa_str between_strokes(struct fa_str text, struct fa_str word)
{
    size_t from = find(text, word, 0);
    if (from == text.size)
        return (struct fa_str){"", 0};
    from += word.size;
    size_t to = from;
    while (to < text.size && !stroke_word_at(text, to))
        to++;
    return fa_str_trim(part(text, from, to));
}

static void read_strokes(struct fa_str text, struct fa_mt940_details *details)
{
    details->text = text;
    details->account = between_strokes(text, FA_STR("/IBAN/"));
    details->bank = between_strokes(text, FA_STR("/BIC/"));
    details->name = between_strokes(text, FA_STR("/NAME/"));
    struct fa_str reference = between_strokes(text, FA_STR("/EREF/"));
    if (!says_nothing(reference))
        details->end_to_end = reference;
}

/* --- :NS: --- */

/* The lines of these numbers, with a blank between two. */
static struct fa_str collect_lines(struct fa_str field, struct fa_buf *scratch, int low,
                                   int high)
{
    size_t begin = scratch->size;
    while (field.size) {
        const char *end = memchr(field.bytes, '\n', field.size);
        size_t size = end ? (size_t)(end - field.bytes) : field.size;
        bool has_number = size >= 2 && is_digit(field.bytes[0]) && is_digit(field.bytes[1]);
        int number = has_number ? (field.bytes[0] - '0') * 10 + (field.bytes[1] - '0') : -1;
        if (number >= low && number <= high) {
            if (scratch->size > begin)
                add(scratch, FA_STR(" "));
            add(scratch, part(field, 2, size));
        }
        field = part(field, size + (end != NULL), field.size);
    }
    return fa_str_trim(added_since(scratch, begin));
}

static void read_ns(struct fa_str field, struct fa_buf *scratch,
                    struct fa_mt940_details *details)
{
    details->text = collect_lines(field, scratch, 1, 14);
    details->name = collect_lines(field, scratch, 15, 16);
    details->posting_text = collect_lines(field, scratch, 17, 17);
    details->journal_no = collect_lines(field, scratch, 18, 18);
    details->bank = collect_lines(field, scratch, 33, 33);
    details->account = collect_lines(field, scratch, 34, 34);
}

bool fa_mt940_details_read(struct fa_str field, bool is_ns, struct fa_buf *scratch,
                           struct fa_mt940_details *details)
{
    const struct fa_str none = {"", 0};
    *details = (struct fa_mt940_details){none, none, none, field, none, none, none, none};
    fa_buf_clear(scratch);
    /* Without its breaks, and each subfield once in what is collected; a line's number makes
     * room for the blank. */
    if (fa_buf_reserve(scratch, 2 * field.size + 1) != FA_OK)
        return false;
    if (is_ns) {
        read_ns(field, scratch, details);
        return true;
    }
    struct subfields fields = {.text = without_line_breaks(scratch, field)};
    find_first_mark(&fields, &details->business_code);
    if (fields.from < fields.text.size)
        read_subfields(&fields, scratch, details);
    else if (fields.text.size && stroke_word_at(fields.text, 0))
        read_strokes(fields.text, details);
    return true;
}
