#include "intake/encoding.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define TEXT(literal) ((struct fa_str){"" literal, sizeof(literal) - 1})

/* Gives a few bytes at a time, as a pipe may. */
struct drip {
    struct fa_feed base;
    struct fa_str rest;
    size_t step;
};

static size_t read_drip(struct fa_feed *feed, char *out, size_t size)
{
    struct drip *drip = (struct drip *)feed;
    size_t given = drip->step < size ? drip->step : size;
    given = given < drip->rest.size ? given : drip->rest.size;
    memcpy(out, drip->rest.bytes, given);
    drip->rest.bytes += given;
    drip->rest.size -= given;
    return given;
}

static void close_drip(struct fa_feed *feed)
{
    free(feed);
}

static const struct fa_feed_type drip_type = {read_drip, close_drip};

/* All that the decoder gives, asked for in parts of PART bytes. */
static void decode_all(enum fa_encoding encoding, struct fa_str bytes, size_t step, size_t part,
                       struct fa_buf *out, struct fa_fault *fault)
{
    struct drip *drip = malloc(sizeof *drip);
    *drip = (struct drip){{&drip_type, fault}, bytes, step};
    struct fa_feed *feed = fa_feed_decode(&drip->base, encoding, fault);
    ck_assert_ptr_nonnull(feed);
    fa_buf_clear(out);
    for (size_t got = part; got == part;) {
        ck_assert_int_eq(fa_buf_reserve(out, part), FA_OK);
        got = fa_feed_read(feed, out->bytes + out->size, part);
        out->size += got;
    }
    fa_feed_close(feed);
}

static void check_text(enum fa_encoding encoding, struct fa_str bytes, const char *expected)
{
    static const size_t sizes[] = {1, 2, 3, 5, 8, 4096};
    struct fa_buf out = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            struct fa_fault fault = {0};
            decode_all(encoding, bytes, sizes[i], sizes[k], &out, &fault);
            ck_assert_msg(!fault.is_set, "%s", fault.text);
            ck_assert_mem_eq(out.bytes, expected, out.size);
            ck_assert_uint_eq(out.size, strlen(expected));
        }
    }
    fa_buf_clear(&out);
    if (memcmp(bytes.bytes, "\xFF\xFE", 2) != 0 && memcmp(bytes.bytes, "\xFE\xFF", 2) != 0) {
        ck_assert_int_eq(fa_encoding_decode(encoding, bytes, &out), FA_OK);
        ck_assert_uint_eq(out.size, strlen(expected));
        ck_assert_mem_eq(out.bytes, expected, out.size);
        ck_assert_uint_eq(fa_encoding_size(encoding, fa_buf_str(&out)), bytes.size);
    }
    fa_buf_release(&out);
}

START_TEST(texts)
{
    check_text(FA_ENCODING_GB18030, TEXT("a"), "a");
    check_text(FA_ENCODING_GB18030,
               TEXT("\xD6\xD0\xB9\xFA,\x81\x5C\x81\x40"
                    "1234567890123456789\r\n"),
               "中国,乗丂1234567890123456789\r\n");
    check_text(FA_ENCODING_GB18030,
               TEXT("\x81\x30\x84\x36"
                    "12345678\xA2\xE3"),
               "¥12345678€");
    check_text(FA_ENCODING_GB18030, TEXT("\x95\x32\x90\x31\xE3\x32\x9A\x35"),
               "𠂇\xF4\x8F\xBF\xBF");
    check_text(FA_ENCODING_GB18030, TEXT("\x81\x35\xF4\x37\xA8\xBC"), "\xEE\x9F\x87ḿ");
    check_text(FA_ENCODING_UTF16LE,
               TEXT("a\0"
                    "b\0"
                    "c\0"
                    "d\0"
                    "e\0\x2D\x4E,\0"),
               "abcde中,");
    check_text(FA_ENCODING_UTF16BE, TEXT("\0a\0b\0c\0d\0e\x4E\x2D\xD8\x40\xDC\x07\0,"),
               "abcde中𠀇,");
    check_text(FA_ENCODING_UTF16LE,
               TEXT("\xFF\xFE"
                    "1\0\xB5\0"),
               "1µ");
    check_text(FA_ENCODING_UTF16BE,
               TEXT("\xFE\xFF\0"
                    "1"),
               "1");
    check_text(FA_ENCODING_UTF8, TEXT("中国,1"), "中国,1");
    check_text(FA_ENCODING_CP852, TEXT("j\xA2v\xA0\xA1r\xA0sa \x80\xFF\xD5 d\x8Bj"),
               "jóváírása Ç\u00A0Ň dőj");
}
END_TEST

START_TEST(marks_are_taken_off)
{
    struct fa_buf out = {0};
    struct fa_fault fault = {0};
    decode_all(FA_ENCODING_UTF8,
               TEXT("\xEF\xBB\xBF"
                    "ab"),
               1, 1, &out, &fault);
    ck_assert_uint_eq(out.size, 2);
    decode_all(FA_ENCODING_UTF8, TEXT("ab"), 1, 1, &out, &fault);
    ck_assert_uint_eq(out.size, 2);
    decode_all(FA_ENCODING_UTF8, TEXT(""), 1, 4, &out, &fault);
    ck_assert_uint_eq(out.size, 0);
    decode_all(FA_ENCODING_GB18030, TEXT("\x84\x31\x95\x33\xD6\xD0"), 1, 4, &out, &fault);
    ck_assert_uint_eq(out.size, 3);
    decode_all(FA_ENCODING_UTF16LE, TEXT("\xFF\xFE"), 1, 4, &out, &fault);
    ck_assert_uint_eq(out.size, 0);
    ck_assert(!fault.is_set);
    fa_buf_release(&out);
}
END_TEST

/* What is refused, where, and in which words. */
START_TEST(refusals)
{
    static const struct {
        enum fa_encoding encoding;
        struct fa_str bytes;
        uint64_t line_no;
        const char *text;
    } cases[] = {
        {FA_ENCODING_CP852, TEXT("\x80\0"), 1, "byte 00 at offset 1 is a NUL in code page 852"},
        {FA_ENCODING_GB18030, TEXT("ab\r\ncd\n\xD6\xD0\xFF"), 3,
         "byte FF at offset 9 is no character of GB18030"},
        {FA_ENCODING_GB18030, TEXT("a\rb\r\n\x80"), 3,
         "byte 80 at offset 5 is no character of GB18030"},
        {FA_ENCODING_GB18030, TEXT("12345678\xD6 "), 1,
         "bytes D6 20 at offset 8 are no character of GB18030"},
        {FA_ENCODING_GB18030, TEXT("\xD6\x7F"), 1,
         "bytes D6 7F at offset 0 are no character of GB18030"},
        {FA_ENCODING_GB18030, TEXT("\xD6\xFF"), 1,
         "bytes D6 FF at offset 0 are no character of GB18030"},
        {FA_ENCODING_GB18030, TEXT("\x81\x30\x20\x30"), 1,
         "bytes 81 30 20 at offset 0 are no character of GB18030"},
        {FA_ENCODING_GB18030, TEXT("\x81\x30\x81\x40"), 1,
         "bytes 81 30 81 40 at offset 0 are no character of GB18030"},
        /* U+FFFF is the last of the first plane, U+10FFFF the last of all. */
        {FA_ENCODING_GB18030, TEXT("\x84\x31\xA4\x39\x84\x31\xA5\x30"), 1,
         "bytes 84 31 A5 30 at offset 4 are no character of GB18030"},
        {FA_ENCODING_GB18030, TEXT("\xE3\x32\x9A\x35\xE3\x32\x9A\x36"), 1,
         "bytes E3 32 9A 36 at offset 4 are no character of GB18030"},
        {FA_ENCODING_GB18030,
         TEXT("1234567\0"
              "9"),
         1, "byte 00 at offset 7 is a NUL in GB18030"},
        {FA_ENCODING_GB18030, TEXT("a\n\xD6"), 2,
         "the file ends within a character of GB18030: byte D6 at offset 2"},
        {FA_ENCODING_GB18030, TEXT("\x81\x30\x81"), 1,
         "the file ends within a character of GB18030: bytes 81 30 81 at offset 0"},
        {FA_ENCODING_UTF16LE, TEXT("a\0\n\0\0\0b\0"), 2,
         "bytes 00 00 at offset 4 are a NUL in UTF-16LE"},
        {FA_ENCODING_UTF16LE, TEXT("a\0b\0c\0\0\0e\0"), 1,
         "bytes 00 00 at offset 6 are a NUL in UTF-16LE"},
        {FA_ENCODING_UTF16LE, TEXT("a\0\x07\xDC"), 1,
         "bytes 07 DC at offset 2 are half of a surrogate pair of UTF-16LE"},
        {FA_ENCODING_UTF16BE, TEXT("\xD8\x40\0a"), 1,
         "bytes D8 40 at offset 0 are half of a surrogate pair of UTF-16BE"},
        {FA_ENCODING_UTF16BE, TEXT("\xD8\x40\xD8\x40\xDC\x07"), 1,
         "bytes D8 40 at offset 0 are half of a surrogate pair of UTF-16BE"},
        {FA_ENCODING_UTF16BE, TEXT("\xFE\xFF\0a\xD8\x40"), 1,
         "the file ends within a character of UTF-16BE: bytes D8 40 at offset 4"},
        {FA_ENCODING_UTF16LE, TEXT("a\0b"), 1,
         "the file ends within a character of UTF-16LE: byte 62 at offset 2"},
    };
    static const size_t sizes[] = {1, 3, 4, 4096};
    struct fa_buf out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < 16; k++) {
            struct fa_fault fault = {0};
            decode_all(cases[i].encoding, cases[i].bytes, sizes[k / 4], sizes[k % 4], &out,
                       &fault);
            ck_assert(fault.is_set);
            ck_assert_int_eq(fault.code, FA_CODE_FILE_BYTES);
            ck_assert_str_eq(fault.text, cases[i].text);
            ck_assert_uint_eq(fault.line_no, cases[i].line_no);
        }
        fa_buf_clear(&out);
        ck_assert_int_eq(fa_encoding_decode(cases[i].encoding, cases[i].bytes, &out),
                         FA_EINPUT);
        ck_assert_uint_eq(out.size, 0);
    }
    fa_buf_release(&out);
}
END_TEST

/* Where what was given last began, wherever a call ended, within a character too. */
START_TEST(offsets)
{
    static const struct fa_str bytes = TEXT("a\xD6\xD0\x81\x30\x84\x36"
                                            "b\x95\x32\x90\x31\xB9\xFA");
    static const uint64_t starts[] = {0, 1,  3, 7,
                                      8, 12, 14}; /* of its characters, and the end */
    for (size_t part = 1; part <= 17; part++) {
        struct fa_fault fault = {0};
        struct fa_feed *feed =
            fa_feed_decode(fa_feed_of_bytes(bytes, &fault), FA_ENCODING_GB18030, &fault);
        char text[64];
        size_t size = 0;
        for (size_t got = part; got == part; size += got) {
            got = fa_feed_read(feed, text + size, part);
            size_t character = 0;
            for (size_t at = 0; at < size + got; at++) {
                if ((text[at] & 0xC0) == 0x80)
                    continue;
                struct fa_str tail = {text + at, size + got - at};
                ck_assert_uint_eq(fa_feed_decoded_offset(feed, tail), starts[character++]);
            }
        }
        ck_assert_uint_eq(size, 14);
        ck_assert_uint_eq(fa_feed_decoded_offset(feed, TEXT("")), 14);
        fa_feed_close(feed);
    }
}
END_TEST

/* --- finding --- */

START_TEST(encodings_found)
{
    static const struct {
        struct fa_str bytes;
        bool is_whole;
        enum fa_encoding declared, encoding;
        uint32_t mark_bytes;
        bool is_assumed;
        const char *reason;
    } cases[] = {
        {TEXT("a,b\n"), true, FA_ENCODING_DETECT, FA_ENCODING_UTF8, 0, false,
         "read as UTF-8: the file is UTF-8"},
        {TEXT(""), true, FA_ENCODING_DETECT, FA_ENCODING_UTF8, 0, false,
         "read as UTF-8: the file is UTF-8"},
        {TEXT("\xEF\xBB\xBF"
              "a"),
         true, FA_ENCODING_DETECT, FA_ENCODING_UTF8, 3, false,
         "read as UTF-8: it begins with its byte order mark"},
        {TEXT("\xFF\xFE"
              "a\0"),
         true, FA_ENCODING_DETECT, FA_ENCODING_UTF16LE, 2, false,
         "read as UTF-16LE: it begins with its byte order mark"},
        {TEXT("\xFE\xFF\0a"), true, FA_ENCODING_UTF16BE, FA_ENCODING_UTF16BE, 2, false,
         "read as UTF-16BE: it begins with its byte order mark"},
        {TEXT("\x84\x31\x95\x33"
              "a"),
         true, FA_ENCODING_DETECT, FA_ENCODING_GB18030, 4, false,
         "read as GB18030: it begins with its byte order mark"},
        {TEXT("\x2D\x4E,\0"
              "1\0\n\0"),
         true, FA_ENCODING_DETECT, FA_ENCODING_UTF16LE, 0, true,
         "read as UTF-16LE: every second byte of digits and signs is 0"},
        {TEXT("\x4E\x2D\0,\0"
              "1\0\n"),
         true, FA_ENCODING_DETECT, FA_ENCODING_UTF16BE, 0, true,
         "read as UTF-16BE: every first byte of digits and signs is 0"},
        /* a NUL in a text is no UTF-16 */
        {TEXT("a,b\n1,\0"
              "2,3,4,5,6"),
         true, FA_ENCODING_DETECT, FA_ENCODING_UTF8, 0, false,
         "read as UTF-8: the file is UTF-8"},
        {TEXT("a,\xD6\xD0\xB9\xFA\n"), true, FA_ENCODING_DETECT, FA_ENCODING_GB18030, 0, true,
         "read as GB18030: byte 0xD6 at offset 2 is not UTF-8, and the file is GB18030"},
        {TEXT("a,\xD6\xD0\xB9"), false, FA_ENCODING_DETECT, FA_ENCODING_GB18030, 0, true,
         "read as GB18030: byte 0xD6 at offset 2 is not UTF-8, and its first 1,048,576 bytes "
         "are "
         "GB18030"},
        {TEXT("a,\xE4\xB8"), false, FA_ENCODING_DETECT, FA_ENCODING_UTF8, 0, false,
         "read as UTF-8: its first 1,048,576 bytes are UTF-8"},
        {TEXT("a,\xF0\x90"), false, FA_ENCODING_DETECT, FA_ENCODING_UTF8, 0, false,
         "read as UTF-8: its first 1,048,576 bytes are UTF-8"},
        {TEXT("a,\xED\x9F"), false, FA_ENCODING_DETECT, FA_ENCODING_UTF8, 0, false,
         "read as UTF-8: its first 1,048,576 bytes are UTF-8"},
        {TEXT("\xD6\xD0"), true, FA_ENCODING_UTF8, FA_ENCODING_UTF8, 0, false,
         "read as UTF-8: the profile says so"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fa_fault fault = {0};
        struct fa_encoding_found found;
        ck_assert(fa_encoding_find(cases[i].bytes, cases[i].is_whole, cases[i].declared, &found,
                                   &fault));
        ck_assert(!fault.is_set);
        ck_assert_str_eq(found.reason, cases[i].reason);
        ck_assert_int_eq(found.encoding, cases[i].encoding);
        ck_assert_uint_eq(found.mark_bytes, cases[i].mark_bytes);
        ck_assert_int_eq(found.is_assumed, cases[i].is_assumed);
    }
}
END_TEST

START_TEST(encodings_not_found)
{
    static const struct {
        struct fa_str bytes;
        enum fa_encoding declared;
        const char *text;
    } cases[] = {
        {TEXT("\xFF\xFE"
              "a\0"),
         FA_ENCODING_GB18030,
         "the profile says GB18030, the file begins with the byte order mark of UTF-16LE"},
        {TEXT("a\xD6\xD0,\xFF"), FA_ENCODING_DETECT,
         "the file is neither UTF-8 from offset 1 on (byte 0xD6) nor GB18030 from offset 4 on "
         "(byte "
         "0xFF)"},
        {TEXT("a\xD6"), FA_ENCODING_DETECT,
         "the file is neither UTF-8 from offset 1 on (byte 0xD6) nor GB18030 from offset 1 on "
         "(byte "
         "0xD6)"},
        /* Latin-1 with its letters between those of ASCII */
        {TEXT("M\xE9nard,Ren\xE9"
              "e"),
         FA_ENCODING_DETECT,
         "the file is not UTF-8 from offset 1 on (byte 0xE9), and it would be GB18030 only "
         "with "
         "characters that texts hardly have"},
        {TEXT("a,\xE4\xB8"), FA_ENCODING_DETECT, NULL}, /* as a whole it is no UTF-8 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fa_fault fault = {0};
        struct fa_encoding_found found;
        bool is_found =
            fa_encoding_find(cases[i].bytes, true, cases[i].declared, &found, &fault);
        ck_assert_int_eq(is_found, cases[i].text == NULL);
        if (is_found)
            continue;
        ck_assert_int_eq(fault.code, FA_CODE_FILE_UNKNOWN);
        ck_assert_str_eq(fault.text, cases[i].text);
    }
    ck_assert_str_eq(fa_encoding_name(FA_ENCODING_DETECT), "an unknown encoding");
}
END_TEST

static void keep_text(void *context, const struct fa_diag *diag)
{
    snprintf(context, 512, "%.*s: %.*s [%s]", (int)diag->source.size, diag->source.bytes,
             (int)diag->text.size, diag->text.bytes, fa_code_info(diag->code)->name);
}

/* The note of an encoding that nobody declared. */
START_TEST(assumption_is_told)
{
    char told[512] = "";
    struct fa_sink sink;
    struct fa_fault fault = {0};
    struct fa_encoding_found result;
    fa_sink_init(&sink, keep_text, told);
    ck_assert(fa_encoding_find(TEXT("a"), true, FA_ENCODING_DETECT, &result, &fault));
    fa_encoding_tell(&result, TEXT("a.csv"), &sink);
    ck_assert_str_eq(told, "");
    ck_assert(fa_encoding_find(TEXT("\xD6\xD0"), true, FA_ENCODING_DETECT, &result, &fault));
    fa_encoding_tell(&result, TEXT("a.csv"), &sink);
    ck_assert_str_eq(told,
                     "a.csv: read as GB18030: byte 0xD6 at offset 0 is not UTF-8, and the "
                     "file is GB18030 [FILE-ENCODING]");
}
END_TEST

/* --- the whole of GB 18030 --- */

static void add_code(struct fa_sha256 *sha, const char *code, size_t size, uint32_t *count)
{
    struct fa_buf out = {0};
    if (fa_encoding_decode(FA_ENCODING_GB18030, (struct fa_str){code, size}, &out) == FA_OK) {
        fa_sha256_add(sha, code, size);
        fa_sha256_add(sha, out.bytes, out.size);
        ++*count;
    }
    fa_buf_release(&out);
}

/* Each code that has a character, in order, with the character's UTF-8. The digest was made
 * from another implementation's table with the differences that lib/intake/gb18030.txt states.
 */
START_TEST(mapping_never_changes)
{
    static const char expected[] =
        "0a2f476ef15af8b401271ca14600b664d785e3fa81418bd89ad22ea562f9c538";
    struct fa_sha256 *sha = fa_sha256_new();
    uint32_t two_count = 0, four_count = 0;
    for (int first = 0x81; first < 0xFF; first++) {
        for (int second = 0; second < 0x100; second++) {
            char code[2] = {(char)first, (char)second};
            if (second == 0 || (second >= '0' && second <= '9'))
                continue;
            add_code(sha, code, sizeof code, &two_count);
        }
    }
    for (int number = 0; number < 126 * 12600; number++) {
        char code[4] = {(char)(0x81 + number / 12600), (char)(0x30 + number / 1260 % 10),
                        (char)(0x81 + number / 10 % 126), (char)(0x30 + number % 10)};
        add_code(sha, code, sizeof code, &four_count);
    }
    uint8_t digest[FA_SHA256_BYTES];
    char hex[FA_SHA256_HEX_BYTES];
    fa_sha256_finish(sha, digest);
    fa_sha256_hex(digest, hex);
    fa_sha256_free(sha);
    ck_assert_uint_eq(two_count, 126 * 190);
    ck_assert_uint_eq(four_count, 39420 + 0x100000);
    ck_assert_str_eq(hex, expected);
}
END_TEST

/* --- published test data --- */

static bool slurp(const char *name, struct fa_buf *content)
{
    char path[4096], part[65536];
    const char *source = getenv("srcdir");
    const char *data = getenv("SHARED_DATA");
    if (data)
        snprintf(path, sizeof path, "%s/encoding/%s", data, name);
    else
        snprintf(path, sizeof path, "%s/../shared/data/encoding/%s", source ? source : "..",
                 name);
    FILE *in = fopen(path, "rb");
    fa_buf_clear(content);
    if (!in) {
        printf("skipped: no %s\n", path);
        return false;
    }
    for (size_t got; (got = fread(part, 1, sizeof part, in)) > 0;)
        ck_assert_int_eq(fa_buf_add(content, part, got), FA_OK);
    fclose(in);
    return true;
}

START_TEST(published)
{
    struct fa_buf in = {0}, reference = {0}, out = {0};
    struct fa_fault fault = {0};
    if (slurp("gb18030_in.txt", &in) && slurp("gb18030_in_ref.txt", &reference)) {
        decode_all(FA_ENCODING_GB18030, fa_buf_str(&in), 5000, 7000, &out, &fault);
        ck_assert_msg(!fault.is_set, "%s", fault.text);
        ck_assert_uint_eq(out.size, reference.size);
        ck_assert_mem_eq(out.bytes, reference.bytes, out.size);
        ck_assert_uint_eq(fa_encoding_size(FA_ENCODING_GB18030, fa_buf_str(&out)), in.size);
    }
    fa_buf_release(&in);
    fa_buf_release(&reference);
    fa_buf_release(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("encoding");
    TCase *tcase = tcase_create("encoding");
    tcase_add_test(tcase, texts);
    tcase_add_test(tcase, marks_are_taken_off);
    tcase_add_test(tcase, refusals);
    tcase_add_test(tcase, offsets);
    tcase_add_test(tcase, encodings_found);
    tcase_add_test(tcase, encodings_not_found);
    tcase_add_test(tcase, assumption_is_told);
    tcase_add_test(tcase, mapping_never_changes);
    tcase_add_test(tcase, published);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
