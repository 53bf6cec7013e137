/*
 * The CSV reader: its own cases, its scan against the plain one, and a differential test that
 * holds it equal to libcsv over a million generated records. libcsv is dead after its first
 * error, so it is started again where the reader must resume: behind the next line break.
 *
 * Built with FA_PLANT_CSV_BUG the reader has a bug that the differential test alone must catch.
 */
#include <check.h>
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "intake/csv.h"

#ifndef FA_PLANT_CSV_BUG
#define FA_PLANT_CSV_BUG 0
#endif

enum { WIDTH_MAX = 5 };

/* ck_assert() writes to a file each time it holds: too slow for what is called millions of
 * times. */
static void must(bool holds)
{
    if (!holds)
        ck_abort_msg("the test ran out of memory");
}

/* --- what a reader saw, in a form that can be compared --- */

struct seen_record {
    uint32_t field_count;
    bool has_quote_fault;
    uint64_t fault_at;
    enum fa_csv_fault fault; /* ours only */
    uint32_t first_field;    /* in seen.fields; only of records with the right width */
    uint64_t start, line_idx;
    uint32_t size;
};

struct seen {
    FA_VEC(struct seen_record) records;
    FA_VEC(struct fa_str) fields;
    FA_VEC(size_t) text_starts;
    struct fa_buf text;
    enum fa_csv_outcome outcome;
    uint64_t refused_at, refused_line_idx;
};

static void seen_release(struct seen *seen)
{
    fa_vec_free(&seen->records);
    fa_vec_free(&seen->fields);
    fa_vec_free(&seen->text_starts);
    fa_buf_release(&seen->text);
}

static void seen_clear(struct seen *seen)
{
    seen->records.count = seen->fields.count = seen->text_starts.count = 0;
    fa_buf_clear(&seen->text);
}

static void see_field(struct seen *seen, const char *bytes, size_t size)
{
    must(fa_vec_add(&seen->text_starts, seen->text.size) == FA_OK);
    must(fa_vec_add(&seen->fields, ((struct fa_str){NULL, size})) == FA_OK);
    must(fa_buf_add(&seen->text, bytes, size) == FA_OK);
}

static struct fa_str seen_field(const struct seen *seen, size_t i)
{
    return (struct fa_str){seen->text.bytes + seen->text_starts.items[i],
                           seen->fields.items[i].size};
}

/* --- random numbers: the same documents on every machine --- */

static uint64_t random_state = 1;

static uint64_t random_u64(void)
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t random_below(uint32_t limit)
{
    return (uint32_t)(random_u64() % limit);
}

/* --- our reader, fed in windows of CHUNK bytes --- */

static struct fa_csv_dialect dialect = {',', FA_CSV_QUOTES_STRICT, false};

static void split_piece(struct seen *seen, const char *bytes, uint32_t size, uint32_t width,
                        uint32_t count_max, uint64_t offset, uint64_t *lines)
{
    char *base = malloc(2 * (size_t)size + FA_CSV_PADDING);
    struct fa_csv_rows rows = {.width = width, .stride = width, .count_max = count_max};
    rows.fields = malloc(sizeof *rows.fields * width * count_max);
    rows.records = malloc(sizeof *rows.records * count_max);
    must(base && rows.fields && rows.records);
    memcpy(base, bytes, size);
    memset(base + size, '"', FA_CSV_PADDING); /* what lies behind must not matter */
    struct fa_csv csv;
    fa_csv_init(&csv, base, size);
    csv.dialect = dialect;
    do {
        seen->outcome = fa_csv_split(&csv, &rows);
        for (uint32_t i = 0; i < rows.count; i++) {
            const struct fa_csv_record *record = &rows.records[i];
            bool has_quote_fault =
                record->fault == FA_CSV_QUOTE_INSIDE || record->fault == FA_CSV_QUOTE_AFTER;
            struct seen_record now = {
                .field_count = has_quote_fault ? 0 : record->field_count,
                .has_quote_fault = has_quote_fault,
                .fault_at = has_quote_fault ? offset + record->fault_at : 0,
                .fault = record->fault,
                .first_field = (uint32_t)seen->fields.count,
                .start = offset + record->start,
                .size = record->size,
                .line_idx = *lines + record->line_idx,
            };
            must(fa_vec_add(&seen->records, now) == FA_OK);
            if (record->fault == FA_CSV_SOUND)
                for (uint32_t j = 0; j < width; j++) {
                    struct fa_csv_field field = rows.fields[i * width + j];
                    see_field(seen, base + field.start, field.size);
                }
        }
    } while (seen->outcome == FA_CSV_MORE);
    seen->refused_at = offset + csv.refused_at;
    seen->refused_line_idx = *lines + csv.refused_line_idx;
    *lines += csv.line_idx;
    free(rows.fields);
    free(rows.records);
    free(base);
}

static void read_ours(struct seen *seen, const char *bytes, uint32_t size, uint32_t width,
                      uint32_t chunk, uint32_t count_max)
{
    struct fa_csv_cut cut;
    uint32_t from = 0, to = 0;
    uint64_t lines = 0;
    seen_clear(seen);
    seen->outcome = FA_CSV_END;
    fa_csv_cut_init(&cut);
    cut.dialect = dialect;
    while (to < size && seen->outcome == FA_CSV_END) {
        to = size - to > chunk ? to + chunk : size;
        uint32_t piece = fa_csv_cut_find(&cut, bytes + from, to - from, to == size);
        if (piece == 0 && to - from > FA_RECORD_BYTES_MAX)
            piece = to - from;
        if (piece == 0)
            continue;
        split_piece(seen, bytes + from, piece, width, count_max, from, &lines);
        fa_csv_cut_shift(&cut, piece);
        from += piece;
    }
}

/* --- libcsv --- */

struct oracle {
    struct seen *seen;
    uint32_t width;
    uint32_t field_count;
    uint32_t first_field;
};

static void on_field(void *bytes, size_t size, void *context)
{
    struct oracle *oracle = context;
    if (oracle->field_count++ == 0)
        oracle->first_field = (uint32_t)oracle->seen->fields.count;
    see_field(oracle->seen, bytes ? bytes : "", size);
}

/* A record that is no row of the width keeps no fields, like ours. */
static void on_record(int terminator, void *context)
{
    (void)terminator;
    struct oracle *oracle = context;
    struct seen *seen = oracle->seen;
    if (oracle->field_count != oracle->width)
        seen->fields.count = seen->text_starts.count = oracle->first_field;
    struct seen_record now = {.field_count = oracle->field_count,
                              .first_field = oracle->first_field};
    must(fa_vec_add(&seen->records, now) == FA_OK);
    oracle->field_count = 0;
}

static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void read_oracle(struct seen *seen, const char *bytes, size_t size, uint32_t width)
{
    seen_clear(seen);
    seen->outcome = FA_CSV_END;
    for (size_t from = 0; from < size;) {
        struct oracle oracle = {.seen = seen, .width = width};
        struct csv_parser parser;
        must(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
        csv_set_space_func(&parser, never_space);
        size_t done =
            csv_parse(&parser, bytes + from, size - from, on_field, on_record, &oracle);
        bool failed = done < size - from;
        if (!failed && csv_fini(&parser, on_field, on_record, &oracle) != 0)
            seen->outcome = FA_CSV_OPEN_QUOTE;
        csv_free(&parser);
        if (oracle.field_count > 0) /* of the record with the error */
            seen->fields.count = seen->text_starts.count = oracle.first_field;
        if (!failed)
            return;
        from += done;
        struct seen_record now = {.has_quote_fault = true,
                                  .fault_at = from,
                                  .first_field = (uint32_t)seen->fields.count};
        must(fa_vec_add(&seen->records, now) == FA_OK);
        while (from < size && bytes[from] != '\n' && bytes[from] != '\r')
            from++;
    }
}

static bool same(const struct seen *ours, const struct seen *theirs)
{
    if (ours->outcome != theirs->outcome || ours->records.count != theirs->records.count ||
        ours->fields.count != theirs->fields.count)
        return false;
    for (size_t i = 0; i < ours->records.count; i++) {
        const struct seen_record *a = &ours->records.items[i], *b = &theirs->records.items[i];
        if (a->field_count != b->field_count || a->has_quote_fault != b->has_quote_fault ||
            a->fault_at != b->fault_at || a->first_field != b->first_field)
            return false;
    }
    for (size_t i = 0; i < ours->fields.count; i++)
        if (!fa_str_equal(seen_field(ours, i), seen_field(theirs, i)))
            return false;
    return true;
}

/* Positions and line numbers, counted the slow way from the raw bytes. */
static bool places_hold(const struct seen *ours, const char *bytes)
{
    uint64_t line_idx = 0, at = 0;
    for (size_t i = 0; i < ours->records.count; i++) {
        const struct seen_record *record = &ours->records.items[i];
        for (; at < record->start; at++)
            line_idx += bytes[at] == '\n' || (bytes[at] == '\r' && bytes[at + 1] != '\n');
        if (record->line_idx != line_idx || record->size == 0)
            return false;
        if (at > 0 && bytes[at - 1] != '\n' && bytes[at - 1] != '\r')
            return false;
    }
    return true;
}

/* --- documents --- */

/* Sound records for the most part; HOSTILE parts in 64 of the rest. */
static void add_field(struct fa_buf *doc, uint32_t hostile)
{
    static const char *const words[] = {
        "", "a", "12.50", "2025-01-31", " blank ", "\xe6\x94\xb6", "tab\there", "x\0y", "0"};
    static const char hostile_bytes[] = "\"\",\n\r\0a \xff";
    static const char quoted_bytes[] = "ab,\n\r \"";
    must(fa_buf_reserve(doc, 64) == FA_OK);
    if (random_below(64) < hostile) {
        for (uint32_t n = random_below(6); n > 0; n--)
            (void)!fa_buf_add_char(doc, hostile_bytes[random_below(sizeof hostile_bytes - 1)]);
    } else if (random_below(3) == 0) {
        (void)!fa_buf_add_char(doc, '"');
        for (uint32_t n = random_below(random_below(20) ? 9 : 150); n > 0; n--) {
            char c = quoted_bytes[random_below(sizeof quoted_bytes - 1)];
            (void)!fa_buf_add(doc, "\"\"", c == '"' ? 2 : 0);
            (void)!fa_buf_add(doc, &c, c == '"' ? 0 : 1);
        }
        (void)!fa_buf_add_char(doc, '"');
    } else {
        uint32_t i = random_below(sizeof words / sizeof *words);
        (void)!fa_buf_add(doc, words[i], i == 7 ? 3 : strlen(words[i]));
    }
}

static void make_document(struct fa_buf *doc, uint32_t width, uint32_t records)
{
    static const char *const breaks[] = {"\n", "\r\n", "\r", "\n\n"};
    uint32_t hostile = random_below(4) == 0 ? random_below(20) : 0;
    uint32_t usual_break = random_below(3);
    fa_buf_clear(doc);
    for (uint32_t i = 0; i < records; i++) {
        uint32_t fields = random_below(40) ? width : 1 + random_below(2 * WIDTH_MAX);
        for (uint32_t j = 0; j < fields; j++) {
            if (j)
                must(fa_buf_add_char(doc, ',') == FA_OK);
            add_field(doc, hostile);
        }
        if (i + 1 < records || random_below(2))
            must(fa_buf_add_text(
                     doc, breaks[random_below(9) ? usual_break : random_below(4)]) == FA_OK);
    }
}

static void fail_on(const struct fa_buf *doc, uint32_t round, uint32_t chunk, uint32_t width)
{
    struct fa_buf shown = {0};
    for (size_t i = 0; i < doc->size && i < 800; i++) {
        unsigned char c = (unsigned char)doc->bytes[i];
        (void)!(c < ' ' || c > '~' ? fa_buf_addf(&shown, "\\x%02x", c)
                                   : fa_buf_add_char(&shown, (char)c));
    }
    ck_abort_msg("round %u: chunk %u, width %u differ on: %s", round, chunk, width,
                 fa_buf_cstr(&shown));
}

START_TEST(equals_libcsv)
{
    struct fa_buf doc = {0};
    struct seen ours = {0}, theirs = {0};
    static const uint32_t chunks[] = {1, 2, 7, 64, 1000, UINT32_MAX};
    uint64_t records = 0, faults = 0, refused = 0;
    for (uint32_t round = 0; records < 1000000; round++) {
        uint32_t width = 1 + random_below(WIDTH_MAX);
        make_document(&doc, width, 1 + random_below(round % 8 ? 40 : 2000));
        if (doc.size == 0)
            continue;
        read_oracle(&theirs, doc.bytes, doc.size, width);
        uint32_t chunk =
            chunks[random_below(doc.size < 5000 ? 6 : 3) + (doc.size < 5000 ? 0 : 3)];
        read_ours(&ours, doc.bytes, (uint32_t)doc.size, width, chunk, 1 + random_below(50));
        if (!same(&ours, &theirs) || !places_hold(&ours, doc.bytes))
            fail_on(&doc, round, chunk, width);
        records += theirs.records.count;
        refused += ours.outcome == FA_CSV_OPEN_QUOTE;
        for (size_t i = 0; i < theirs.records.count; i++)
            faults += theirs.records.items[i].has_quote_fault;
    }
    /* The documents must have had what the test is for. */
    ck_assert_uint_gt(faults, 10000);
    ck_assert_uint_gt(refused, 100);
    seen_release(&ours);
    seen_release(&theirs);
    fa_buf_release(&doc);
}
END_TEST

#if FA_PLANT_CSV_BUG == 0

/* --- cases in words: fields in [], '!' a faulty record with its fault and place --- */

static const struct {
    const char *name;
    const char *text;
    size_t size; /* 0: strlen */
    uint32_t width;
    const char *expected;
} cases[] = {
    {"empty file", "", 0, 2, ""},
    {"no last line break", "a,b\nc,d", 0, 2, "[a][b] [c][d] "},
    {"crlf", "a,b\r\nc,d\r\n", 0, 2, "[a][b] [c][d] "},
    {"lone cr ends a record", "a,b\rc,d\r", 0, 2, "[a][b] [c][d] "},
    {"empty lines are no records", "\n\na,b\n\r\n\nc,d\n\n", 0, 2, "[a][b] [c][d] "},
    {"empty fields", ",\n\"\",\n", 0, 2, "[][] [][] "},
    {"blanks are data", " a , b \n", 0, 2, "[ a ][ b ] "},
    {"quoted separators", "\"a,b\",\"c\nd\"\n", 0, 2, "[a,b][c\nd] "},
    {"doubled quotes", "\"\"\"a\"\"\",\"b\"\"\"\"c\"\n", 0, 2, "[\"a\"][b\"\"c] "},
    {"quote inside", "a\"b,c\nd,e\n", 0, 2, "!1@1 [d][e] "},
    {"blank before a quote", " \"a\",b\nd,e\n", 0, 2, "!1@1 [d][e] "},
    {"text behind a quote", "\"a\"b,c\nd,e\n", 0, 2, "!2@3 [d][e] "},
    {"blank behind a quote", "\"a\" ,c\nd,e\n", 0, 2, "!2@3 [d][e] "},
    {"resumes behind the next line break, also one in quotes", "x\"y,\"c\nd\"\ne,f\n", 0, 2,
     "!1@1 !1@8 [e][f] "},
    {"few and many", "a\na,b,c\na,b\n", 0, 2, "!3@0 !4@0 [a][b] "},
    {"nul is data", "a\0b,c\n", 6, 2, "[a\\0b][c] "},
    {"quote at the very end", "a,\"b\"", 0, 2, "[a][b] "},
    {"separator at the very end", "a,", 0, 2, "[a][] "},
    {"open quote", "a,b\nc,\"d\ne\n", 0, 2, "[a][b] open@6 line 1"},
    {"open quote at the very end", "a,b\nc,\"", 0, 2, "[a][b] open@6 line 1"},
    {"open after a doubled quote", "a,\"b\"\"", 0, 2, "open@2 line 0"},
};

static const struct {
    struct fa_csv_dialect dialect;
    const char *name, *text;
    uint32_t width;
    const char *expected;
} dialect_cases[] = {
    {{'\t', FA_CSV_QUOTES_STRICT, false},
     "tabs",
     "a,b\tc\n\"d\te\"\tf\n",
     2,
     "[a,b][c] [d\te][f] "},
    {{',', FA_CSV_QUOTES_NONE, false},
     "no quotes",
     "\"a,b\"c\n\"\",\"\n",
     2,
     "[\"a][b\"c] [\"\"][\"] "},
    {{',', FA_CSV_QUOTES_LITERAL, false},
     "literal quotes",
     "a\"b,\"c,d\"\n5\",6\"\n",
     2,
     "[a\"b][c,d] [5\"][6\"] "},
    {{',', FA_CSV_QUOTES_LITERAL, false},
     "literal, but not behind a closing quote",
     "\"a\"b,c\nd,e\n",
     2,
     "!2@3 [d][e] "},
    {{',', FA_CSV_QUOTES_STRICT, true}, "trimmed", " a\t,\t b c \n ,\t\n", 2, "[a][b c] [][] "},
    {{',', FA_CSV_QUOTES_STRICT, true},
     "trimmed around and within quotes",
     "\" a,b \"\t,x\n y, \"\"\n",
     2,
     "[a,b][x] [y][] "},
    {{',', FA_CSV_QUOTES_STRICT, true},
     "trimmed, a doubled quote",
     "\" \"\"a \" ,b\n",
     2,
     "[\"a][b] "},
    {{',', FA_CSV_QUOTES_STRICT, true},
     "trimmed, text behind a quote",
     "\"a\"  b,c\nd,e\n",
     2,
     "!2@5 [d][e] "},
    {{'\t', FA_CSV_QUOTES_STRICT, true},
     "a tab that separates is no blank",
     "a \t\t\"b\" \n",
     3,
     "[a][][b] "},
    {{',', FA_CSV_QUOTES_STRICT, true},
     "quote and blanks at the very end",
     "a, \"b\"  ",
     2,
     "[a][b] "},
};

static void describe(const struct seen *seen, struct fa_buf *out)
{
    for (size_t i = 0; i < seen->records.count; i++) {
        const struct seen_record *record = &seen->records.items[i];
        if (record->fault != FA_CSV_SOUND)
            ck_assert(fa_buf_addf(out, "!%d@%d", (int)record->fault, (int)record->fault_at) ==
                      FA_OK);
        size_t end = i + 1 < seen->records.count ? seen->records.items[i + 1].first_field
                                                 : seen->fields.count;
        for (size_t j = seen->records.items[i].first_field; j < end; j++) {
            struct fa_str field = seen_field(seen, j);
            ck_assert(fa_buf_add_char(out, '[') == FA_OK);
            for (size_t k = 0; k < field.size; k++)
                ck_assert(fa_buf_add(out, field.bytes[k] ? &field.bytes[k] : "\\0",
                                     field.bytes[k] ? 1 : 2) == FA_OK);
            ck_assert(fa_buf_add_char(out, ']') == FA_OK);
        }
        ck_assert(fa_buf_add_char(out, ' ') == FA_OK);
    }
}

START_TEST(reads_cases)
{
    const char *text = cases[_i].text;
    size_t size = cases[_i].size ? cases[_i].size : strlen(text);
    static const uint32_t chunks[] = {1, 3, UINT32_MAX};
    for (size_t c = 0; c < 3; c++) {
        struct seen seen = {0};
        struct fa_buf out = {0};
        read_ours(&seen, text, (uint32_t)size, cases[_i].width, chunks[c], 4);
        describe(&seen, &out);
        if (seen.outcome == FA_CSV_OPEN_QUOTE)
            ck_assert(fa_buf_addf(&out, "open@%llu line %llu",
                                  (unsigned long long)seen.refused_at,
                                  (unsigned long long)seen.refused_line_idx) == FA_OK);
        ck_assert_msg(fa_str_is(fa_buf_str(&out), cases[_i].expected), "%s: got %.*s",
                      cases[_i].name, (int)out.size, out.bytes ? out.bytes : "");
        fa_buf_release(&out);
        seen_release(&seen);
    }
}
END_TEST

START_TEST(reads_dialects)
{
    static const uint32_t chunks[] = {1, 2, 3, UINT32_MAX};
    const char *text = dialect_cases[_i].text;
    dialect = dialect_cases[_i].dialect;
    for (size_t c = 0; c < 4; c++) {
        struct seen seen = {0};
        struct fa_buf out = {0};
        read_ours(&seen, text, (uint32_t)strlen(text), dialect_cases[_i].width, chunks[c], 4);
        describe(&seen, &out);
        ck_assert_msg(fa_str_is(fa_buf_str(&out), dialect_cases[_i].expected), "%s: got %.*s",
                      dialect_cases[_i].name, (int)out.size, out.bytes ? out.bytes : "");
        fa_buf_release(&out);
        seen_release(&seen);
    }
    dialect = fa_csv_canonical;
}
END_TEST

/* Where a window ends must not matter in any dialect, and the cutter must understand each as
 * the splitter does. */
START_TEST(windows_do_not_matter)
{
    static const char separators[] = ",\t;|a ";
    static const enum fa_csv_quotes quotes[] = {FA_CSV_QUOTES_STRICT, FA_CSV_QUOTES_LITERAL,
                                                FA_CSV_QUOTES_NONE};
    struct fa_buf doc = {0};
    struct seen whole = {0}, cut = {0};
    for (uint32_t round = 0; round < 6000; round++) {
        uint32_t width = 1 + random_below(WIDTH_MAX);
        make_document(&doc, width, 1 + random_below(20));
        if (doc.size == 0)
            continue;
        dialect.separator = separators[random_below(sizeof separators - 1)];
        dialect.quotes = quotes[random_below(3)];
        dialect.trims = random_below(2);
        for (size_t i = 0; i < doc.size; i++)
            if (doc.bytes[i] == ',')
                doc.bytes[i] = random_below(9) ? dialect.separator : ' ';
        uint32_t chunk = 1 + random_below(40);
        read_ours(&whole, doc.bytes, (uint32_t)doc.size, width, UINT32_MAX, 50);
        read_ours(&cut, doc.bytes, (uint32_t)doc.size, width, chunk, 3);
        if (!same(&cut, &whole) || !places_hold(&cut, doc.bytes))
            fail_on(&doc, round, chunk, width);
    }
    dialect = fa_csv_canonical;
    seen_release(&whole);
    seen_release(&cut);
    fa_buf_release(&doc);
}
END_TEST

START_TEST(scans_like_the_plain_one)
{
    char bytes[64];
    static const char some[] = "ab,\"\n\r\xac\xa2\x8a\x8d";
    for (int round = 0; round < 20000; round++) {
        for (int i = 0; i < 64; i++)
            bytes[i] = round % 2 ? (char)random_u64() : some[random_below(sizeof some)];
        ck_assert_uint_eq(fa_csv_structure(bytes, ',', '"'),
                          fa_csv_structure_plain(bytes, ',', '"'));
        ck_assert_uint_eq(fa_csv_structure(bytes, '|', '|'),
                          fa_csv_structure_plain(bytes, '|', '|'));
    }
}
END_TEST

/* A field at its limit passes; one byte more refuses the file, and the answer names where the
 * field began, whatever the window. */
START_TEST(holds_the_limits)
{
    static const uint32_t chunks[] = {1 << 20, 5 << 20, UINT32_MAX};
    enum { LINE = 4 };
    size_t size = FA_RECORD_BYTES_MAX + (2 << 20);
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    for (size_t c = 0; c < 3; c++) {
        struct seen seen = {0};
        memset(text, 'x', size);
        memcpy(text, "a,b\n", LINE);
        text[LINE + FA_FIELD_BYTES_MAX] = ',';
        memcpy(text + LINE + FA_FIELD_BYTES_MAX + 1, "b\nc,d\n", 6);
        uint32_t end = LINE + FA_FIELD_BYTES_MAX + 1 + 6;
        read_ours(&seen, text, end, 2, chunks[c], 4);
        ck_assert_int_eq(seen.outcome, FA_CSV_END);
        ck_assert_uint_eq(seen.records.count, 3);
        ck_assert_uint_eq(seen_field(&seen, 2).size, FA_FIELD_BYTES_MAX);

        memcpy(text + LINE + FA_FIELD_BYTES_MAX, "x,b\nc,d\n", 8);
        read_ours(&seen, text, end + 1, 2, chunks[c], 4);
        ck_assert_int_eq(seen.outcome, FA_CSV_FIELD_TOO_LONG);
        ck_assert_uint_eq(seen.refused_at, LINE);
        ck_assert_uint_eq(seen.refused_line_idx, 1);

        memset(text + LINE, 'x', size - LINE);
        for (size_t at = LINE + 1000; at < size; at += 1000)
            text[at] = ','; /* no field is long, but the record never ends */
        read_ours(&seen, text, (uint32_t)size, 2, chunks[c], 4);
        ck_assert_int_eq(seen.outcome, FA_CSV_RECORD_TOO_LONG);
        ck_assert_uint_eq(seen.refused_at, LINE);

        memset(text + LINE, 'x', size - LINE);
        memcpy(text + LINE, "x\"", 2); /* a spoiled record is bounded too */
        read_ours(&seen, text, (uint32_t)size, 2, chunks[c], 4);
        ck_assert_int_eq(seen.outcome, FA_CSV_RECORD_TOO_LONG);
        seen_release(&seen);
    }
    free(text);
}
END_TEST

#endif /* FA_PLANT_CSV_BUG == 0 */

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *tests = tcase_create("csv");
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, equals_libcsv);
#if FA_PLANT_CSV_BUG == 0
    tcase_add_loop_test(tests, reads_cases, 0, sizeof cases / sizeof *cases);
    tcase_add_loop_test(tests, reads_dialects, 0, sizeof dialect_cases / sizeof *dialect_cases);
    tcase_add_test(tests, windows_do_not_matter);
    tcase_add_test(tests, scans_like_the_plain_one);
    tcase_add_test(tests, holds_the_limits);
#endif
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
