/* The reader of JSON: what it makes of a document, and why it refuses one. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/profile.h"
#include "intake/reader.h"
#include "ledger/dictionary.h"

static struct fa_arena arena;
static struct fa_dictionary dictionary;
static struct fa_sink sink;

static void setup(void)
{
    fa_arena_init(&arena);
    fa_sink_init(&sink, NULL, NULL);
    ck_assert_int_eq(fa_dictionary_builtin(&arena, &sink, &dictionary), FA_OK);
}

static void teardown(void)
{
    fa_arena_release(&arena);
}

/* --- a feed that gives one byte at a time --- */

struct drip {
    struct fa_feed base;
    struct fa_str rest;
};

static size_t read_drip(struct fa_feed *feed, char *out, size_t size)
{
    struct drip *drip = (struct drip *)feed;
    if (size == 0 || drip->rest.size == 0)
        return 0;
    *out = *drip->rest.bytes++;
    drip->rest.size--;
    return 1;
}

static void close_drip(struct fa_feed *feed)
{
    (void)feed;
}

static const struct fa_feed_type drip_type = {read_drip, close_drip};

/* --- a document as the reader gives it --- */

static struct fa_profile profile_of(const char *statements)
{
    char text[1024];
    struct fa_profile profile;
    snprintf(text, sizeof text,
             "profile p\nformat json\n%s\n%s\ncolumn party_id from \"id\"\n"
             "column kind = \"natural\"\nend\n",
             statements, strstr(statements, "table ") ? "" : "table party");
    struct fa_str copy = fa_arena_str(&arena, fa_str_from(text));
    ck_assert_int_eq(fa_profile_parse(copy, FA_STR("p"), &dictionary, &arena, &sink, &profile),
                     FA_OK);
    return profile;
}

/* Its records, each with its line and offset in front; behind them the fault. */
static void add_records(struct fa_buf *text, const struct fa_records *records)
{
    struct fa_str rest = fa_buf_str(&records->bytes);
    for (size_t i = 0; i < records->origins.count; i++) {
        const struct fa_origin *origin = &records->origins.items[i];
        const char *end = memchr(rest.bytes, '\n', rest.size);
        size_t size = (size_t)(end - rest.bytes) + 1;
        (void)!fa_buf_addf(text, "%d+%d ", (int)origin->line_no, (int)origin->byte_offset);
        (void)!fa_buf_add(text, rest.bytes, size);
        rest.bytes += size;
        rest.size -= size;
    }
    ck_assert_uint_eq(rest.size, 0);
}

static const char *read_all(struct fa_feed *feed, const struct fa_profile *profile,
                            size_t wanted, struct fa_buf *text)
{
    struct fa_reader_input input = {.feed = feed,
                                    .fd = -1,
                                    .profile = profile,
                                    .table = &profile->tables.items[0],
                                    .fault = feed->fault};
    struct fa_records records = {0};
    struct fa_reader *reader = fa_reader_json.open(&input);
    ck_assert_ptr_nonnull(reader);
    bool has_more;
    fa_buf_clear(text);
    do {
        fa_records_clear(&records);
        has_more = reader->type->next(reader, wanted, &records);
        add_records(text, &records);
    } while (has_more);
    if (feed->fault->is_set)
        (void)!fa_buf_addf(text, "%d:%d %s [%s]", (int)feed->fault->line_no,
                           (int)feed->fault->column_no, feed->fault->text,
                           fa_code_info(feed->fault->code)->name);
    reader->type->close(reader);
    fa_records_release(&records);
    return fa_buf_cstr(text);
}

/* The same whatever pieces it comes and is taken in. */
static void check(const char *statements, struct fa_str document, const char *expected)
{
    struct fa_profile profile = profile_of(statements);
    struct fa_buf text;
    fa_buf_init(&text);
    for (int way = 0; way < 4; way++) {
        struct fa_fault fault = {0};
        struct drip drip = {{&drip_type, &fault}, document};
        struct fa_feed *whole = fa_feed_of_bytes(document, &fault);
        const char *found =
            read_all(way & 1 ? &drip.base : whole, &profile, way & 2 ? 1 : 1 << 20, &text);
        ck_assert_msg(strcmp(found, expected) == 0, "%s\nof %s\nfound:\n%s\nexpected:\n%s",
                      statements, document.bytes, found, expected);
        fa_feed_close(whole);
    }
    fa_buf_release(&text);
    fa_profile_release(&profile);
}

START_TEST(documents)
{
    static const struct {
        const char *statements, *document, *expected;
    } cases[] = {
        /* a list, one object, a list in an object */
        {"", "[{\"id\":\"a\"},\n {\"id\":\"b\"}]", "1+0 id\n1+1 a\n2+14 b\n"},
        {"", " {\"id\":\"a\"} ", "1+0 id\n1+1 a\n"},
        {"records \"d\"", "{\"d\":[{\"id\":1.50},{\"id\":-0E5}]}",
         "1+0 id\n1+6 1.50\n1+18 -0E5\n"},
        {"records \"d.l\"", "{\"d\":{\"n\":2,\"l\":[{\"id\":1}],\"x\":3},\"y\":4}",
         "1+10 d.n: 2\n1+31 d.x: 3\n1+38 y: 4\n1+0 id\n1+17 1\n"},
        /* what is around the list comes first, whatever its place; lists of values */
        {"records \"d\"",
         "{\"d\":[],\n\"totalNum\":\"0\",\"t\":[1,\"x\"],\"v\":null,\"w\":true}",
         "2+22 totalNum: 0\n2+34 t: 1;x\n2+43 v: \n2+52 w: true\n1+0 id\n"},
        /* keys of all records, in their order; missing ones; those that the table asks for */
        {"", "[{\"b\":1},{\"a\":2,\"b\":\"\"},{}]", "1+0 b,a,id\n1+1 1,,\n1+9 ,2,\n1+24 ,,\n"},
        {"", "[{\"a\":{\"b\":1,\"c\":{\"d\":\"x,y\"}},\"e\":2}]",
         "1+0 a.b,a.c.d,e,id\n1+1 1,\"x,y\",2,\n"},
        {"", "[{\"a\":1},{\"a\":{\"b\":2}}]", "1+0 a,a.b,id\n1+1 1,,\n1+9 ,2,\n"},
        {"", "[{\"a\":[],\"b\":[1,true],\"c\":[{\"x\":[{}]},{}]}]",
         "1+0 a,b,c,id\n1+1 ,1;true,2,\n"},
        {"", "[{\"a\":\"\\u00e9\\ud83d\\ude00\"}]",
         "1+0 a,id\n1+1 \xC3\xA9\xF0\x9F\x98\x80,\n"},
        /* a list that is spread */
        {"table party spread \"u\"",
         "[{\"id\":1,\"u\":[{\"k\":\"x\"},\n{\"k\":\"y\",\"m\":{\"n\":2}}],\"z\":3},{\"u\":[]},"
         "{\"id\":4,\"u\":null}]",
         "1+0 id,u.k,u.m.n,z\n1+14 1,x,,3\n2+25 1,y,2,3\n2+55 ,,,\n2+64 4,,,\n"},
        {"table party spread \"a.u\"", "[{\"id\":1,\"a\":{\"u\":[{\"k\":2}]}}]",
         "1+0 id,a.u.k\n1+19 1,2\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].statements, fa_str_from(cases[i].document), cases[i].expected);
}
END_TEST

START_TEST(faults)
{
    static const struct {
        const char *statements, *document, *expected;
    } cases[] = {
        /* no JSON */
        {"", "[{\"id\":NaN}]", "1:9 no JSON: invalid char in json text [JSON-SYNTAX]"},
        {"", "[{}]\n x", "2:3 no JSON: trailing garbage [JSON-SYNTAX]"},
        {"", "[{\"id\":01}]",
         "1:9 no JSON: after key and value, inside map, I expect ',' or '}' [JSON-SYNTAX]"},
        {"", "[{\"id\":\"\\ud800x\"}]",
         "1:15 no JSON: an escape is half of a pair of surrogates [JSON-SYNTAX]"},
        {"", "[{\"id\":\"\\udc00\"}]",
         "1:14 no JSON: an escape is half of a pair of surrogates [JSON-SYNTAX]"},
        {"", "[{\"id\":\"\\ud800\\ud800\"}]",
         "1:20 no JSON: an escape is half of a pair of surrogates [JSON-SYNTAX]"},
        {"", "[{\"id\":\"a\tb\"}]",
         "1:10 no JSON: invalid character inside string [JSON-SYNTAX]"},
        /* cut short */
        {"", "", "1:1 the file ends before its objects and lists are closed [JSON-CUT]"},
        {"", "[{\"id\":\"a\"},\n{\"id\":",
         "2:7 the file ends before its objects and lists are closed [JSON-CUT]"},
        {"", "[{\"id\":\"a",
         "1:10 the file ends before its objects and lists are closed [JSON-CUT]"},
        /* twice */
        {"", "[{\"id\":1},{\"id\":1,\n \"id\":2}]",
         "2:7 key 'id' stands twice in one object [JSON-TWICE]"},
        {"", "[{\"a\":{\"b\":1},\"a\":{\"c\":1}}]",
         "1:19 key 'a' stands twice in one object [JSON-TWICE]"},
        {"", "[{\"a\":{\"b\":1},\"a.b\":2}]",
         "1:21 key 'a.b' stands twice in one object [JSON-TWICE]"},
        {"records \"d\"", "{\"n\":1,\"d\":[],\"n\":2}",
         "1:19 key 'n' stands twice in one object [JSON-TWICE]"},
        {"records \"d\"", "{\"d\":[],\"d\":[]}",
         "1:13 key 'd' stands twice in one object [JSON-TWICE]"},
        {"table party spread \"u\"", "[{\"u.k\":1,\"u\":[{\"k\":2}]}]",
         "1:21 key 'u.k' stands twice in one object [JSON-TWICE]"},
        {"table party spread \"u\"", "[{\"u\":[{\"k\":2},{}],\"u.k\":1}]",
         "1:26 key 'u.k' stands twice in one object [JSON-TWICE]"},
        {"table party spread \"u\"", "[{\"u\":[],\"u\":[]}]",
         "1:14 key 'u' stands twice in one object [JSON-TWICE]"},
        /* records elsewhere */
        {"", "1", "1:1 no record and no list of them: there is a value [JSON-RECORDS]"},
        {"", "[{},1]",
         "1:5 no record and no list of them: there is a value in it [JSON-RECORDS]"},
        {"", "[[]]", "1:2 no record and no list of them: there is a list in it [JSON-RECORDS]"},
        {"records \"d\"", "[{}]",
         "1:1 no list 'd' of records, which the profile expects: there is a list around it "
         "[JSON-RECORDS]"},
        {"records \"d\"", "{\"D\":[{}]}",
         "1:9 list 'D' has objects, but is not the list of records [JSON-LIST]"},
        {"records \"d\"", "{\"d\":[[]]}",
         "1:7 no list 'd' of records, which the profile expects: there is a list in it "
         "[JSON-RECORDS]"},
        {"records \"d\"", "{\"d\":{\"id\":1}}",
         "1:6 no list 'd' of records, which the profile expects: there is an object "
         "[JSON-RECORDS]"},
        {"records \"d\"", "{\"d\":\"\"}",
         "1:7 no list 'd' of records, which the profile expects: there is a value "
         "[JSON-RECORDS]"},
        {"records \"d\"", "{\"x\":{\"d\":[]}}",
         "1:15 no list 'd' of records, which the profile expects: there is nothing of that "
         "name [JSON-RECORDS]"},
        /* lists */
        {"", "[{\"a\":[1,{}]}]", "1:10 list 'a' has objects beside values [JSON-LIST]"},
        {"", "[{\"a\":[{},1]}]", "1:11 list 'a' has values beside objects [JSON-LIST]"},
        {"", "[{\"a\":[[1]]}]", "1:8 list 'a' holds another list [JSON-LIST]"},
        {"", "[{\"a\":[\"\"]}]",
         "1:9 list 'a' has an empty value or one with a semicolon, which separates them "
         "[JSON-LIST]"},
        {"", "[{\"a\":[\"x;y\"]}]",
         "1:12 list 'a' has an empty value or one with a semicolon, which separates them "
         "[JSON-LIST]"},
        {"records \"d\"", "{\"e\":[{}],\"d\":[]}",
         "1:9 list 'e' has objects, but is not the list of records [JSON-LIST]"},
        {"table party spread \"u\"", "[{\"u\":[1]}]",
         "1:8 list 'u' has values, but its objects are to be read [JSON-LIST]"},
        {"table party spread \"u\"", "[{\"u\":[[]]}]",
         "1:8 list 'u' holds another list [JSON-LIST]"},
        {"table party spread \"u\"", "[{\"u\":\"x\"}]", "1:9 list 'u' is a value [JSON-LIST]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].statements, fa_str_from(cases[i].document), cases[i].expected);
}
END_TEST

/* --- limits --- */

static void add_times(struct fa_buf *text, const char *part, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)!fa_buf_add_text(text, part);
}

static void refused(const char *statements, struct fa_buf *document, const char *expected)
{
    struct fa_profile profile = profile_of(statements);
    struct fa_fault fault = {0};
    struct fa_feed *feed = fa_feed_of_bytes(fa_buf_str(document), &fault);
    struct fa_buf text;
    fa_buf_init(&text);
    const char *found = read_all(feed, &profile, 1 << 20, &text);
    const char *last = strrchr(found, '\n');
    ck_assert_str_eq(last ? last + 1 : found, expected);
    fa_buf_release(&text);
    fa_buf_clear(document);
    fa_feed_close(feed);
    fa_profile_release(&profile);
}

START_TEST(limits)
{
    struct fa_buf text;
    fa_buf_init(&text);
    add_times(&text, "[", 100000);
    refused("", &text,
            "1:2 no record and no list of them: there is a list in it [JSON-RECORDS]");
    add_times(&text, "{\"a\":", 100000);
    refused("", &text, "1:321 objects and lists are nested more than 64 deep [JSON-LIMIT]");
    /* a text: as long as it may be, longer, without end */
    add_times(&text, "[{\"id\":\"", 1);
    add_times(&text, "0123456789abcdef", FA_FIELD_BYTES_MAX / 16);
    add_times(&text, "\"}]", 1);
    refused("", &text, "");
    add_times(&text, "[{\"id\":\"", 1);
    add_times(&text, "0123456789abcdef", FA_FIELD_BYTES_MAX / 16);
    add_times(&text, "0\"}]", 1);
    refused("", &text, "1:4194314 a text is longer than 4194304 bytes [JSON-LIMIT]");
    add_times(&text, "[{\"id\":\"", 1);
    add_times(&text, "0123456789abcdef", FA_FIELD_BYTES_MAX / 4);
    refused(
        "", &text,
        "1:8387079 a value, or blanks between two, take more than its text may [JSON-LIMIT]");
    add_times(&text, "[{\"", 1);
    add_times(&text, "0123456789abcdef", FA_JSON_NAME_BYTES_MAX / 16);
    add_times(&text, "\":1}]", 1);
    refused("", &text,
            "1:1028 a key, with those around it, is longer than 1024 bytes [JSON-LIMIT]");
    /* keys: as many as there may be make a record, whose empty end follows as the last text */
    add_times(&text, "[{", 1);
    for (unsigned i = 0; i < FA_JSON_KEYS_MAX; i++)
        (void)!fa_buf_addf(&text, "%s\"k%u\":%u", i ? "," : "", i, i);
    add_times(&text, "}]", 1);
    refused("", &text, "");
    add_times(&text, "[{", 1);
    for (unsigned i = 0; i <= FA_JSON_KEYS_MAX; i++)
        (void)!fa_buf_addf(&text, "%s\"k%u\":%u", i ? "," : "", i, i);
    add_times(&text, "}]", 1);
    refused("", &text, "1:2608 there are more than 256 keys [JSON-LIMIT]");
    /* what one object gives */
    add_times(&text, "[{\"id\":\"", 1);
    add_times(&text, "0123456789abcdef", 1024);
    add_times(&text, "\",\"u\":[{\"k\":1}", 1);
    add_times(&text, ",{\"k\":1}", 2000);
    add_times(&text, "]}]", 1);
    refused("table party spread \"u\"", &text,
            "1:32408 the records that one object gives are longer than 16777216 bytes "
            "[JSON-LIMIT]");
    add_times(&text, "[{\"u\":[{}", 1);
    add_times(&text, ",{}", FA_JSON_VALUES_MAX);
    add_times(&text, "]}]", 1);
    refused("table party spread \"u\"", &text,
            "1:786440 list 'u' has too many objects [JSON-LIST]");
    fa_buf_release(&text);
}
END_TEST

/* More than is kept in memory is read again from a file. */
START_TEST(large)
{
    struct fa_profile profile = profile_of("");
    struct fa_fault fault = {0};
    struct fa_buf document, text;
    enum { COUNT = 200000 };
    fa_buf_init(&document);
    fa_buf_init(&text);
    for (int i = 0; i < COUNT; i++)
        (void)!fa_buf_addf(&document, "%c{\"id\":\"%060d\"}\n", i ? ',' : '[', i);
    add_times(&document, "]", 1);
    ck_assert_uint_gt(document.size, FA_REPLAY_BYTES_MAX);
    struct fa_feed *feed = fa_feed_of_bytes(fa_buf_str(&document), &fault);
    const char *found = read_all(feed, &profile, 1 << 16, &text);
    int count = -1;
    for (const char *at = found; (at = strchr(at, '\n')); at++)
        count++;
    ck_assert_int_eq(count, COUNT);
    ck_assert_ptr_nonnull(strstr(found, "\n200000+14199930 "));
    ck_assert(!fault.is_set);
    fa_buf_release(&document);
    fa_buf_release(&text);
    fa_feed_close(feed);
    fa_profile_release(&profile);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *cases = tcase_create("json");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, documents);
    tcase_add_test(cases, faults);
    tcase_add_test(cases, limits);
    tcase_add_test(cases, large);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
