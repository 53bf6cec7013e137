#include "intake/csv.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* The differential test must catch each of three planted bugs; a release plants none. */
#ifndef FA_PLANT_CSV_BUG
#define FA_PLANT_CSV_BUG 0
#endif

static inline bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A tab that separates is no blank. */
static inline bool is_trimmed(const struct fa_csv_dialect *dialect, char c)
{
    return dialect->trims && is_blank(c) && c != dialect->separator;
}

const struct fa_csv_dialect fa_csv_canonical = {',', FA_CSV_QUOTES_STRICT, false};

uint64_t fa_csv_structure_plain(const char *bytes, char separator, char quote)
{
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) {
        char c = bytes[i];
        if (c == separator || c == quote || is_break(c))
            mask |= UINT64_C(1) << i;
    }
    return mask;
}

#if defined(__SSE2__)
static inline uint64_t structure_of_16(const char *bytes, __m128i separators, __m128i quotes)
{
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i separator = _mm_cmpeq_epi8(text, separators);
    __m128i quote = _mm_cmpeq_epi8(text, quotes);
    __m128i lf = _mm_cmpeq_epi8(text, _mm_set1_epi8('\n'));
    __m128i cr = _mm_cmpeq_epi8(text, _mm_set1_epi8('\r'));
    __m128i any = _mm_or_si128(_mm_or_si128(separator, quote), _mm_or_si128(lf, cr));
    return (uint32_t)_mm_movemask_epi8(any);
}

static inline uint64_t structure_of_64(const char *bytes, char separator, char quote)
{
    __m128i separators = _mm_set1_epi8(separator), quotes = _mm_set1_epi8(quote);
    return structure_of_16(bytes, separators, quotes) |
           structure_of_16(bytes + 16, separators, quotes) << 16 |
           structure_of_16(bytes + 32, separators, quotes) << 32 |
           structure_of_16(bytes + 48, separators, quotes) << 48;
}
#else
#define structure_of_64 fa_csv_structure_plain
#endif

uint64_t fa_csv_structure(const char *bytes, char separator, char quote)
{
    return structure_of_64(bytes, separator, quote);
}

void fa_csv_init(struct fa_csv *csv, char *base, uint32_t size)
{
    *csv = (struct fa_csv){
        .dialect = fa_csv_canonical, .base = base, .end = size, .side = size + FA_CSV_PADDING};
}

/* The record that is being read. */
struct reading {
    enum { PLAIN, QUOTED, CLOSED, SPOILED } state;
    bool has_pair;        /* the field holds doubled quotes */
    uint32_t field_start; /* of a quoted field: its opening quote */
    uint32_t pair_at;     /* second quote of a doubled one, not to be looked at again */
    struct fa_csv_field *fields;
    struct fa_csv_record record;
};

static void start_record(struct fa_csv *csv, struct fa_csv_rows *rows, struct reading *now,
                         uint32_t at)
{
    now->state = PLAIN;
    now->field_start = at;
    now->fields = rows->fields + (size_t)rows->count * rows->stride;
    now->record = (struct fa_csv_record){.start = at, .line_idx = csv->line_idx};
}

/* Keeps a field of bytes [START, START + SIZE), without the blanks around it where DIALECT
 * trims. */
static inline void keep_field(const struct fa_csv *csv, struct fa_csv_dialect dialect,
                              const struct fa_csv_rows *rows, struct reading *now,
                              uint32_t start, uint32_t size)
{
    if (dialect.trims) {
        for (; size > 0 && is_blank(csv->base[start]); size--)
            start++;
        while (size > 0 && is_blank(csv->base[start + size - 1]))
            size--;
    }
    if (now->record.field_count < rows->width)
        now->fields[now->record.field_count] = (struct fa_csv_field){start, size};
    now->record.field_count++;
}

/* Copies the content of a quoted field to the side area, each doubled quote once. */
static void keep_unpaired(struct fa_csv *csv, const struct fa_csv_rows *rows,
                          struct reading *now, uint32_t start, uint32_t end)
{
    char *out = csv->base + csv->side;
    uint32_t size = 0;
    for (uint32_t i = start; i < end; i++) {
        out[size++] = csv->base[i];
        if (csv->base[i] == '"')
            i++;
    }
    keep_field(csv, csv->dialect, rows, now, csv->side, size);
    csv->side += size;
}

static void end_record(struct fa_csv_rows *rows, struct reading *now, uint32_t at)
{
    struct fa_csv_record *record = &now->record;
    uint32_t kept = now->state == SPOILED ? 0 : record->field_count;
    record->size = at - record->start;
    if (now->state != SPOILED && record->field_count != rows->width)
        record->fault = record->field_count < rows->width ? FA_CSV_FEW : FA_CSV_MANY;
    if (kept < rows->width)
        memset(now->fields + kept, 0, (rows->width - kept) * sizeof *now->fields);
    rows->records[rows->count++] = *record;
}

static void spoil(struct reading *now, enum fa_csv_fault fault, uint32_t at)
{
    now->state = SPOILED;
    now->record.fault = fault;
    now->record.fault_at = at;
}

/* Whether the field that reaches to AT, or its record, is past its limit. */
static inline bool is_too_long(const struct reading *now, uint32_t at)
{
    return at - now->record.start > FA_FIELD_BYTES_MAX &&
           (at - now->record.start > FA_RECORD_BYTES_MAX ||
            (now->state != SPOILED && at - now->field_start > FA_FIELD_BYTES_MAX));
}

static enum fa_csv_outcome refuse(struct fa_csv *csv, const struct reading *now,
                                  enum fa_csv_outcome outcome)
{
    csv->refused_at = outcome == FA_CSV_RECORD_TOO_LONG ? now->record.start : now->field_start;
    csv->refused_line_idx = now->record.line_idx;
    for (uint32_t i = now->record.start; i < csv->refused_at; i++)
        csv->refused_line_idx +=
            csv->base[i] == '\n' || (csv->base[i] == '\r' && csv->base[i + 1] != '\n');
    return outcome;
}

/* The limit that is met first decides, so that the answer is the same however much of the
 * record was in the window. */
static enum fa_csv_outcome refuse_long(struct fa_csv *csv, const struct reading *now)
{
    bool field_first =
        now->state != SPOILED &&
        now->field_start - now->record.start + FA_FIELD_BYTES_MAX <= FA_RECORD_BYTES_MAX;
    return refuse(csv, now, field_first ? FA_CSV_FIELD_TOO_LONG : FA_CSV_RECORD_TOO_LONG);
}

/* Whether all from the field's start up to AT is blank. */
static bool begins_field(const struct fa_csv *csv, const struct reading *now, uint32_t at)
{
    uint32_t start = now->field_start;
    while (start < at && is_trimmed(&csv->dialect, csv->base[start]))
        start++;
    return start == at;
}

/* A quote at AT, in any state but SPOILED; quotes mean something. */
static void meet_quote(struct fa_csv *csv, const struct fa_csv_rows *rows, struct reading *now,
                       uint32_t at)
{
    if (now->state == PLAIN) {
        if (begins_field(csv, now, at)) {
            now->state = QUOTED;
            now->field_start = at;
            now->has_pair = false;
        } else if (csv->dialect.quotes == FA_CSV_QUOTES_STRICT) {
            spoil(now, FA_CSV_QUOTE_INSIDE, at);
        }
        return;
    }
    uint32_t behind = at + 1;
    if (behind < csv->end && csv->base[behind] == '"') {
        now->has_pair = true;
        now->pair_at = behind;
        return;
    }
    while (behind < csv->end && is_trimmed(&csv->dialect, csv->base[behind]))
        behind++;
    char next = behind < csv->end ? csv->base[behind] : '\n';
    if (next == csv->dialect.separator || is_break(next)) {
        if (now->has_pair)
            keep_unpaired(csv, rows, now, now->field_start + 1, at);
        else
            keep_field(csv, csv->dialect, rows, now, now->field_start + 1,
                       at - now->field_start - 1);
        now->state = CLOSED;
    } else {
        spoil(now, FA_CSV_QUOTE_AFTER, behind);
    }
}

/* The end of the piece inside a record. */
static enum fa_csv_outcome end_piece(struct fa_csv *csv, struct fa_csv_rows *rows,
                                     struct reading *now)
{
    csv->pos = csv->end;
    if (is_too_long(now, csv->end))
        return refuse_long(csv, now);
    if (now->state == QUOTED)
        return refuse(csv, now, FA_CSV_OPEN_QUOTE);
    if (now->record.start == csv->end)
        return FA_CSV_END;
#if FA_PLANT_CSV_BUG == 3
    return FA_CSV_END;
#endif
    if (now->state == PLAIN)
        keep_field(csv, csv->dialect, rows, now, now->field_start, csv->end - now->field_start);
    end_record(rows, now, csv->end);
    return FA_CSV_END;
}

/* Made once for each kind of dialect, so that the usual one pays for no other. */
static inline __attribute__((always_inline)) enum fa_csv_outcome split(
    struct fa_csv *csv, struct fa_csv_rows *rows, struct fa_csv_dialect dialect)
{
    const bool has_quotes = dialect.quotes != FA_CSV_QUOTES_NONE;
    const char separator = dialect.separator, quote = has_quotes ? '"' : separator;
    struct reading now = {.pair_at = UINT32_MAX};
    const char *base = csv->base;
    rows->count = 0;
    start_record(csv, rows, &now, csv->pos);
    for (uint32_t block = csv->pos; block < csv->end; block += 64) {
        uint64_t mask = structure_of_64(base + block, separator, quote);
        if (csv->end - block < 64)
            mask &= (UINT64_C(1) << (csv->end - block)) - 1;
        for (; mask; mask &= mask - 1) {
            uint32_t at = block + (uint32_t)__builtin_ctzll(mask);
            char c = base[at];
            if (c == separator) {
                if (now.state == PLAIN)
                    keep_field(csv, dialect, rows, &now, now.field_start, at - now.field_start);
                else if (now.state != CLOSED)
                    continue;
                if (is_too_long(&now, at))
                    return refuse_long(csv, &now);
                now.state = PLAIN;
                now.field_start = at + 1;
            } else if (has_quotes && c == '"') {
#if FA_PLANT_CSV_BUG == 1
                if (at == now.pair_at && at % 64 != 0)
#else
                if (at == now.pair_at)
#endif
                    continue;
                if (now.state != SPOILED)
                    meet_quote(csv, rows, &now, at);
            } else {
                bool ends_line = c == '\n' || at + 1 == csv->end || base[at + 1] != '\n';
                csv->line_idx += ends_line;
#if FA_PLANT_CSV_BUG == 2
                if (now.state == QUOTED && c == '\n')
#else
                if (now.state == QUOTED)
#endif
                    continue;
                if (is_too_long(&now, at))
                    return refuse_long(csv, &now);
                if (at > now.record.start) { /* else an empty line, or the LF of a CRLF */
                    if (now.state == PLAIN)
                        keep_field(csv, dialect, rows, &now, now.field_start,
                                   at - now.field_start);
                    end_record(rows, &now, at);
                    if (rows->count == rows->count_max) {
                        csv->pos = at + 1;
                        return FA_CSV_MORE;
                    }
                }
                start_record(csv, rows, &now, at + 1);
            }
        }
    }
    return end_piece(csv, rows, &now);
}

enum fa_csv_outcome fa_csv_split(struct fa_csv *csv, struct fa_csv_rows *rows)
{
    const struct fa_csv_dialect dialect = csv->dialect;
    if (dialect.quotes == FA_CSV_QUOTES_STRICT && !dialect.trims)
        return split(csv, rows,
                     (struct fa_csv_dialect){dialect.separator, FA_CSV_QUOTES_STRICT, false});
    return split(csv, rows, dialect);
}

uint32_t fa_csv_field_start(const struct fa_csv_dialect *dialect, const char *bytes,
                            uint32_t start, uint32_t end, uint32_t field_idx)
{
    bool is_quoted = false, has_begun = false;
    for (uint32_t at = start; at < end; at++) {
        if (field_idx == 0)
            return at;
        char c = bytes[at];
        if (c == dialect->separator && !is_quoted) {
            field_idx--;
            has_begun = false;
        } else if (is_quoted && c == '"') {
            is_quoted = at + 1 < end && bytes[at + 1] == '"';
            at += is_quoted;
        } else if (!has_begun && c == '"' && dialect->quotes != FA_CSV_QUOTES_NONE) {
            is_quoted = has_begun = true;
        } else if (!is_trimmed(dialect, c)) {
            has_begun = true;
        }
    }
    return end;
}

/* --- cutting -------------------------------------------------------------------------------
 */

void fa_csv_cut_init(struct fa_csv_cut *cut)
{
    *cut = (struct fa_csv_cut){.dialect = fa_csv_canonical, .state = FA_CUT_PLAIN};
}

/* Most fields are short: a few bytes are looked at before memchr is worth its call. */
static uint32_t find_quote(const char *bytes, uint32_t from, uint32_t size)
{
    uint32_t near = size - from < 24 ? size : from + 24;
    for (; from < near; from++)
        if (bytes[from] == '"')
            return from;
    const char *found = from < size ? memchr(bytes + from, '"', size - from) : NULL;
    return found ? (uint32_t)(found - bytes) : size;
}

/* The stretch [plain_from, TO) is outside quotes: moves the boundary behind its last line
 * break. A CR counts only when the byte behind it is known and no LF, so that CRLF stays
 * together. */
static void find_boundary(struct fa_csv_cut *cut, const char *bytes, uint32_t to)
{
    for (uint32_t at = to; at > cut->plain_from; at--) {
        char c = bytes[at - 1];
        if (c == '\n' || (c == '\r' && at < to && bytes[at] != '\n')) {
            cut->boundary = at;
            return;
        }
    }
}

/* A quote at AT outside quotes: the field starts with it, or it is data, or the record is
 * spoiled. */
static void cut_at_quote(struct fa_csv_cut *cut, const char *bytes, uint32_t at)
{
    uint32_t start = at;
    while (start > cut->boundary && is_trimmed(&cut->dialect, bytes[start - 1]))
        start--;
    bool opens = start == cut->boundary || bytes[start - 1] == cut->dialect.separator ||
                 is_break(bytes[start - 1]);
    cut->pos = at + 1;
    if (!opens && cut->dialect.quotes == FA_CSV_QUOTES_LITERAL)
        return;
    find_boundary(cut, bytes, at);
    if (at > 0 && bytes[at - 1] == '\r')
        cut->boundary = at;
    cut->state = opens ? FA_CUT_QUOTED : FA_CUT_RESUME;
}

/* Inside quotes: moves behind the closing one. False: it is not here, or what follows it is
 * not. */
static bool cut_quoted(struct fa_csv_cut *cut, const char *bytes, uint32_t size, bool is_last)
{
    while ((cut->pos = find_quote(bytes, cut->pos, size)) < size) {
        uint32_t behind = cut->pos + 1;
        if (behind < size && bytes[behind] == '"') {
            cut->pos += 2;
            continue;
        }
        while (behind < size && is_trimmed(&cut->dialect, bytes[behind]))
            behind++;
        if (behind == size && !is_last)
            return false;
        char next = behind < size ? bytes[behind] : '\n';
        cut->pos++;
        cut->plain_from = cut->pos;
        cut->state =
            next == cut->dialect.separator || is_break(next) ? FA_CUT_PLAIN : FA_CUT_RESUME;
        return true;
    }
    return false;
}

uint32_t fa_csv_cut_find(struct fa_csv_cut *cut, const char *bytes, uint32_t size, bool is_last)
{
    while (cut->pos < size) {
        if (cut->state == FA_CUT_QUOTED) {
            if (!cut_quoted(cut, bytes, size, is_last))
                break;
        } else if (cut->state == FA_CUT_RESUME) {
            while (cut->pos < size && !is_break(bytes[cut->pos]))
                cut->pos++;
            if (cut->pos < size) {
                cut->plain_from = cut->pos;
                cut->state = FA_CUT_PLAIN;
            }
        } else {
            bool has_quotes = cut->dialect.quotes != FA_CSV_QUOTES_NONE;
            uint32_t at = has_quotes ? find_quote(bytes, cut->pos, size) : size;
            if (at < size)
                cut_at_quote(cut, bytes, at);
            else
                cut->pos = size;
        }
    }
    if (is_last)
        return size;
    if (cut->state == FA_CUT_PLAIN)
        find_boundary(cut, bytes, size);
    return cut->boundary;
}

void fa_csv_cut_shift(struct fa_csv_cut *cut, uint32_t size)
{
    cut->pos = cut->pos > size ? cut->pos - size : 0;
    cut->plain_from = cut->plain_from > size ? cut->plain_from - size : 0;
    cut->boundary = cut->boundary > size ? cut->boundary - size : 0;
}
