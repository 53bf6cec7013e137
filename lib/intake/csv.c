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

uint64_t fa_csv_structure_plain(const char *bytes)
{
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) {
        char c = bytes[i];
        if (c == ',' || c == '"' || is_break(c))
            mask |= UINT64_C(1) << i;
    }
    return mask;
}

#if defined(__SSE2__)
static inline uint64_t structure_of_16(const char *bytes)
{
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    __m128i comma = _mm_cmpeq_epi8(text, _mm_set1_epi8(','));
    __m128i quote = _mm_cmpeq_epi8(text, _mm_set1_epi8('"'));
    __m128i lf = _mm_cmpeq_epi8(text, _mm_set1_epi8('\n'));
    __m128i cr = _mm_cmpeq_epi8(text, _mm_set1_epi8('\r'));
    __m128i any = _mm_or_si128(_mm_or_si128(comma, quote), _mm_or_si128(lf, cr));
    return (uint32_t)_mm_movemask_epi8(any);
}

static inline uint64_t structure_of_64(const char *bytes)
{
    return structure_of_16(bytes) | structure_of_16(bytes + 16) << 16 |
           structure_of_16(bytes + 32) << 32 | structure_of_16(bytes + 48) << 48;
}
#else
#define structure_of_64 fa_csv_structure_plain
#endif

uint64_t fa_csv_structure(const char *bytes)
{
    return structure_of_64(bytes);
}

void fa_csv_init(struct fa_csv *csv, char *base, uint32_t size)
{
    *csv = (struct fa_csv){.base = base, .end = size, .side = size + FA_CSV_PADDING};
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

static inline void keep_field(struct fa_csv_rows *rows, struct reading *now, uint32_t start,
                              uint32_t size)
{
    if (now->record.field_count < rows->width)
        now->fields[now->record.field_count] = (struct fa_csv_field){start, size};
    now->record.field_count++;
}

/* Copies the content of a quoted field to the side area, each doubled quote once. */
static void keep_unpaired(struct fa_csv *csv, struct fa_csv_rows *rows, struct reading *now,
                          uint32_t start, uint32_t end)
{
    char *out = csv->base + csv->side;
    uint32_t size = 0;
    for (uint32_t i = start; i < end; i++) {
        out[size++] = csv->base[i];
        if (csv->base[i] == '"')
            i++;
    }
    keep_field(rows, now, csv->side, size);
    csv->side += size;
}

static void end_record(struct fa_csv_rows *rows, struct reading *now, uint32_t at)
{
    struct fa_csv_record *record = &now->record;
    record->size = at - record->start;
    if (now->state != SPOILED && record->field_count != rows->width)
        record->fault = record->field_count < rows->width ? FA_CSV_FEW : FA_CSV_MANY;
    if (record->fault != FA_CSV_SOUND)
        memset(now->fields, 0, rows->width * sizeof *now->fields);
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

/* A quote at AT, in any state but SPOILED. */
static void meet_quote(struct fa_csv *csv, struct fa_csv_rows *rows, struct reading *now,
                       uint32_t at)
{
    if (now->state == PLAIN) {
        if (at != now->field_start) {
            spoil(now, FA_CSV_QUOTE_INSIDE, at);
            return;
        }
        now->state = QUOTED;
        now->has_pair = false;
        return;
    }
    char next = at + 1 < csv->end ? csv->base[at + 1] : '\n';
    if (next == '"') {
        now->has_pair = true;
        now->pair_at = at + 1;
    } else if (next == ',' || is_break(next)) {
        if (now->has_pair)
            keep_unpaired(csv, rows, now, now->field_start + 1, at);
        else
            keep_field(rows, now, now->field_start + 1, at - now->field_start - 1);
        now->state = CLOSED;
    } else {
        spoil(now, FA_CSV_QUOTE_AFTER, at + 1);
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
        keep_field(rows, now, now->field_start, csv->end - now->field_start);
    end_record(rows, now, csv->end);
    return FA_CSV_END;
}

enum fa_csv_outcome fa_csv_split(struct fa_csv *csv, struct fa_csv_rows *rows)
{
    struct reading now = {.pair_at = UINT32_MAX};
    const char *base = csv->base;
    rows->count = 0;
    start_record(csv, rows, &now, csv->pos);
    for (uint32_t block = csv->pos; block < csv->end; block += 64) {
        uint64_t mask = structure_of_64(base + block);
        if (csv->end - block < 64)
            mask &= (UINT64_C(1) << (csv->end - block)) - 1;
        for (; mask; mask &= mask - 1) {
            uint32_t at = block + (uint32_t)__builtin_ctzll(mask);
            char c = base[at];
            if (c == ',') {
                if (now.state == PLAIN)
                    keep_field(rows, &now, now.field_start, at - now.field_start);
                else if (now.state != CLOSED)
                    continue;
                if (is_too_long(&now, at))
                    return refuse_long(csv, &now);
                now.state = PLAIN;
                now.field_start = at + 1;
            } else if (c == '"') {
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
                        keep_field(rows, &now, now.field_start, at - now.field_start);
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

uint32_t fa_csv_field_idx(const char *bytes, uint32_t record_start, uint32_t at)
{
    bool is_quoted = false;
    uint32_t field_idx = 0;
    for (uint32_t i = record_start; i < at; i++) {
        if (bytes[i] == '"')
            is_quoted = !is_quoted;
        else if (bytes[i] == ',' && !is_quoted)
            field_idx++;
    }
    return field_idx;
}

/* --- cutting -------------------------------------------------------------------------------
 */

void fa_csv_cut_init(struct fa_csv_cut *cut)
{
    *cut = (struct fa_csv_cut){.state = FA_CUT_PLAIN};
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

/* A quote at AT outside quotes: the field starts with it, or the record is spoiled. */
static void cut_at_quote(struct fa_csv_cut *cut, const char *bytes, uint32_t at)
{
    bool opens = at == cut->boundary || bytes[at - 1] == ',' || is_break(bytes[at - 1]);
    find_boundary(cut, bytes, at);
    if (at > 0 && bytes[at - 1] == '\r')
        cut->boundary = at;
    cut->state = opens ? FA_CUT_QUOTED : FA_CUT_RESUME;
    cut->pos = at + 1;
}

/* Inside quotes: moves behind the closing one. False: it is not here, or what follows it is
 * not. */
static bool cut_quoted(struct fa_csv_cut *cut, const char *bytes, uint32_t size, bool is_last)
{
    while ((cut->pos = find_quote(bytes, cut->pos, size)) < size) {
        if (cut->pos + 1 == size && !is_last)
            return false;
        char next = cut->pos + 1 < size ? bytes[cut->pos + 1] : '\n';
        if (next == '"') {
            cut->pos += 2;
            continue;
        }
        cut->pos++;
        cut->plain_from = cut->pos;
        cut->state = next == ',' || is_break(next) ? FA_CUT_PLAIN : FA_CUT_RESUME;
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
            uint32_t at = find_quote(bytes, cut->pos, size);
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
