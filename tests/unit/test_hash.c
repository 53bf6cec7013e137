#include "base/hash.h"

#include <check.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>

static const char numbers[] = "123456789";

/* Deterministic bytes (xorshift64). */
static void fill(unsigned char *bytes, size_t size, uint64_t seed)
{
    uint64_t x = seed * 2 + 1;
    for (size_t i = 0; i < size; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes[i] = (unsigned char)(x >> 32);
    }
}

/* RFC 3720 appendix B.4, and the check value of the catalogue of CRCs. */
START_TEST(crc32c_vectors)
{
    unsigned char zeros[32] = {0}, ones[32], rising[32], falling[32];
    for (unsigned i = 0; i < 32; i++) {
        ones[i] = 0xFF;
        rising[i] = (unsigned char)i;
        falling[i] = (unsigned char)(31 - i);
    }
    const struct {
        const void *bytes;
        size_t size;
        uint32_t crc;
    } cases[] = {
        {"", 0, 0},
        {numbers, 9, 0xE3069283},
        {zeros, 32, 0x8A9136AA},
        {ones, 32, 0x62A8AB43},
        {rising, 32, 0x46DD794E},
        {falling, 32, 0x113FDB5C},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_uint_eq(fa_crc32c(0, cases[i].bytes, cases[i].size), cases[i].crc);
        ck_assert_uint_eq(fa_crc32c_plain(0, cases[i].bytes, cases[i].size), cases[i].crc);
    }
}
END_TEST

/* The instruction, the table, and any cut in two parts give one value at any alignment. */
START_TEST(crc32c_parts)
{
    unsigned char bytes[200];
    fill(bytes, sizeof bytes, 1);
    for (size_t start = 0; start < 9; start++) {
        for (size_t size = 0; size <= 100; size++) {
            uint32_t whole = fa_crc32c(0, bytes + start, size);
            ck_assert_uint_eq(whole, fa_crc32c_plain(0, bytes + start, size));
            size_t cut = size / 3;
            uint32_t first = fa_crc32c(0, bytes + start, cut);
            ck_assert_uint_eq(whole, fa_crc32c(first, bytes + start + cut, size - cut));
        }
    }
}
END_TEST

/* RFC 4231, cases 1, 2 and 6: a short key, a shorter one, and one longer than a block. */
START_TEST(hmac_vectors)
{
    char long_key[131];
    memset(long_key, 0xAA, sizeof long_key);
    const struct {
        const char *key;
        size_t key_size;
        const char *text, *hex;
    } cases[] = {
        {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", 20, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", 4, "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {long_key, sizeof long_key, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fa_hmac *hmac = fa_hmac_new(cases[i].key, cases[i].key_size);
        ck_assert_ptr_nonnull(hmac);
        for (int again = 0; again < 2; again++) {
            uint8_t digest[FA_SHA256_BYTES];
            char hex[FA_SHA256_HEX_BYTES];
            fa_hmac_digest(hmac, cases[i].text, strlen(cases[i].text), digest);
            fa_sha256_hex(digest, hex);
            ck_assert_str_eq(hex, cases[i].hex);
        }
        fa_hmac_free(hmac);
    }
}
END_TEST

/* FIPS 180-4 examples; the context is used again after each. */
START_TEST(sha256_vectors)
{
    const struct {
        const char *text;
        const char *hex;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    struct fa_sha256 *sha = fa_sha256_new();
    ck_assert_ptr_nonnull(sha);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = 0;
        while (cases[i].text[size])
            fa_sha256_add(sha, &cases[i].text[size++], 1);
        uint8_t digest[FA_SHA256_BYTES];
        char hex[FA_SHA256_HEX_BYTES];
        fa_sha256_finish(sha, digest);
        fa_sha256_hex(digest, hex);
        ck_assert_str_eq(hex, cases[i].hex);
    }
    fa_sha256_free(sha);
}
END_TEST

/* libcrypto's SipHash with the same rounds is the oracle of ours. */
START_TEST(hash128_is_siphash_1_3)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    ck_assert_ptr_nonnull(context);
    unsigned char key[16], bytes[70];
    for (uint64_t seed = 0; seed < 4; seed++) {
        fill(key, sizeof key, seed);
        fill(bytes, sizeof bytes, seed + 100);
        struct fa_hash_key ours = {0};
        for (unsigned i = 0; i < 8; i++) {
            ours.k0 |= (uint64_t)key[i] << 8 * i;
            ours.k1 |= (uint64_t)key[8 + i] << 8 * i;
        }
        for (size_t size = 0; size <= sizeof bytes; size++) {
            unsigned out_size = 16, c_rounds = 1, d_rounds = 3;
            OSSL_PARAM params[] = {
                OSSL_PARAM_construct_uint("size", &out_size),
                OSSL_PARAM_construct_uint("c-rounds", &c_rounds),
                OSSL_PARAM_construct_uint("d-rounds", &d_rounds),
                OSSL_PARAM_construct_end(),
            };
            unsigned char theirs[16];
            size_t theirs_size = 0;
            ck_assert_int_eq(EVP_MAC_init(context, key, sizeof key, params), 1);
            ck_assert_int_eq(EVP_MAC_update(context, bytes, size), 1);
            ck_assert_int_eq(EVP_MAC_final(context, theirs, &theirs_size, sizeof theirs), 1);
            ck_assert_uint_eq(theirs_size, 16);
            struct fa_hash128 hash = fa_hash128(ours, bytes, size);
            for (unsigned i = 0; i < 8; i++) {
                ck_assert_uint_eq(hash.low >> 8 * i & 0xFF, theirs[i]);
                ck_assert_uint_eq(hash.high >> 8 * i & 0xFF, theirs[8 + i]);
            }
        }
    }
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);
}
END_TEST

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Ids as exports have them, rising decimal numbers behind a letter. 2^18 of them: no two share 64
 * bits (chance 2e-9), and both the low and the high 18 bits fill as random ones would: a share of
 * 1/e = 0.368 of the slots stays empty. */
START_TEST(hash64_spreads_ids)
{
    enum { COUNT = 1 << 18 };
    uint64_t *hashes = malloc(COUNT * sizeof *hashes);
    unsigned char *slots = calloc(2, COUNT);
    ck_assert(hashes && slots);
    struct fa_hash_key key = {UINT64_C(0x0123456789ABCDEF), UINT64_C(0xFEDCBA9876543210)};
    for (size_t i = 0; i < COUNT; i++) {
        char id[16];
        int size = snprintf(id, sizeof id, "F%zu", i);
        hashes[i] = fa_hash64(key, id, (size_t)size);
        slots[hashes[i] % COUNT] = 1;
        slots[COUNT + (hashes[i] >> 46)] = 1;
    }
    qsort(hashes, COUNT, sizeof *hashes, compare_u64);
    for (size_t i = 1; i < COUNT; i++)
        ck_assert_uint_ne(hashes[i - 1], hashes[i]);
    for (size_t half = 0; half < 2; half++) {
        size_t empty = 0;
        for (size_t i = 0; i < COUNT; i++)
            empty += !slots[half * COUNT + i];
        ck_assert_uint_ge(empty, COUNT / 1000 * 364);
        ck_assert_uint_le(empty, COUNT / 1000 * 372);
    }
    free(hashes);
    free(slots);
}
END_TEST

/* Each flipped bit of input or key, and the size alone, changes the value; half of the bits on
 * average (bounds: 2,400 trials of 64 bits, six deviations). */
START_TEST(hash64_avalanche)
{
    unsigned char bytes[40];
    struct fa_hash_key key = {7, 9};
    uint64_t flipped = 0, trials = 0;
    for (size_t size = 1; size <= sizeof bytes; size += 3) {
        fill(bytes, sizeof bytes, size);
        uint64_t before = fa_hash64(key, bytes, size);
        ck_assert_uint_ne(before, fa_hash64(key, bytes, size - 1));
        ck_assert_uint_ne(before, fa_hash64((struct fa_hash_key){6, 9}, bytes, size));
        ck_assert_uint_ne(before, fa_hash64((struct fa_hash_key){7, 8}, bytes, size));
        for (size_t bit = 0; bit < size * 8; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
            uint64_t after = fa_hash64(key, bytes, size);
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
            ck_assert_uint_ne(before, after);
            flipped += (uint64_t)__builtin_popcountll(before ^ after);
            trials++;
        }
    }
    ck_assert_uint_gt(flipped * 100, trials * 64 * 49);
    ck_assert_uint_lt(flipped * 100, trials * 64 * 51);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *tcase = tcase_create("hash");
    tcase_add_test(tcase, crc32c_vectors);
    tcase_add_test(tcase, crc32c_parts);
    tcase_add_test(tcase, hmac_vectors);
    tcase_add_test(tcase, sha256_vectors);
    tcase_add_test(tcase, hash128_is_siphash_1_3);
    tcase_add_test(tcase, hash64_spreads_ids);
    tcase_add_test(tcase, hash64_avalanche);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
