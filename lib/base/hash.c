#include "base/hash.h"

#define OPENSSL_SUPPRESS_DEPRECATED /* OpenSSL 3 would rather have EVP */
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#if defined __x86_64__
#include <nmmintrin.h>
#endif

#include "base/str.h"

__extension__ typedef unsigned __int128 uint128;

/*
 * fa_hash64: the two words of the input are masked with the key and multiplied to 128 bits, whose
 * halves are mixed once more the same way ("folded multiply", as in wyhash). Two multiplications
 * for up to 16 bytes, one more for each further 16. It has the distribution a hash table needs and
 * hides the key from a stranger who only chooses the input; it is no cryptographic function: who
 * could watch hash values would recover the key. Nothing shows them.
 */
static const uint64_t mix_0 = UINT64_C(0x9E3779B97F4A7C15); /* golden ratio */
static const uint64_t mix_1 = UINT64_C(0xD1B54A32D192ED03); /* plastic number */

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load_u64(const unsigned char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value; /* in the processor's order: the value never leaves this process */
}

static inline uint64_t load_u32(const unsigned char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

uint64_t fa_hash64(struct fa_hash_key key, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    size_t left = size;
    uint64_t a = 0, b = 0;
    uint64_t state = key.k0 ^ mix_0;
    for (; left > 16; left -= 16, at += 16)
        state = fold(load_u64(at) ^ state, load_u64(at + 8) ^ key.k1 ^ mix_1);
    /* The last 0 to 16 bytes as two words that may overlap; the size tells the cases apart. */
    if (left >= 8) {
        a = load_u64(at);
        b = load_u64(at + left - 8);
    } else if (left >= 4) {
        a = load_u32(at);
        b = load_u32(at + left - 4);
    } else if (left > 0) {
        a = (uint64_t)at[0] << 16 | (uint64_t)at[left / 2] << 8 | at[left - 1];
    }
    uint128 product = (uint128)(a ^ state) * (b ^ key.k1 ^ mix_1);
    return fold((uint64_t)product ^ key.k0 ^ size, (uint64_t)(product >> 64) ^ mix_1);
}

/*
 * fa_hash128: SipHash-1-3 with 128 bits of output (Aumasson and Bernstein, 2012; the rounds are
 * those that Rust and Python use for their tables). A keyed pseudo-random function: two different
 * inputs collide with probability 2^-128 for whoever does not know the key.
 */
static inline uint64_t rotate_left(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate_left(v[1], 13) ^ v[0];
    v[0] = rotate_left(v[0], 32);
    v[2] += v[3];
    v[3] = rotate_left(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate_left(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate_left(v[1], 17) ^ v[2];
    v[2] = rotate_left(v[2], 32);
}

static inline uint64_t sip_finish(uint64_t v[4])
{
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct fa_hash128 fa_hash128(struct fa_hash_key key, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    size_t left = size;
    uint64_t v[4] = {
        key.k0 ^ UINT64_C(0x736F6D6570736575),
        key.k1 ^ UINT64_C(0x646F72616E646F6D) ^ 0xEE, /* 0xEE: the variant with 128 bits */
        key.k0 ^ UINT64_C(0x6C7967656E657261),
        key.k1 ^ UINT64_C(0x7465646279746573),
    };
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word = fa_load_u64(at);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)size << 56;
    for (size_t i = 0; i < left; i++)
        last |= (uint64_t)at[i] << 8 * i;
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xEE;
    uint64_t low = sip_finish(v);
    v[1] ^= 0xDD;
    return (struct fa_hash128){low, sip_finish(v)};
}

/* A CRC is linear: the remainder of a byte is the sum (xor) of the remainders of its bits. */
#define CRC_OF_BITS(n)                                                                             \
    (((n)&1 ? 0xF26B8303u : 0) ^ ((n)&2 ? 0xE13B70F7u : 0) ^ ((n)&4 ? 0xC79A971Fu : 0) ^           \
     ((n)&8 ? 0x8AD958CFu : 0) ^ ((n)&16 ? 0x105EC76Fu : 0) ^ ((n)&32 ? 0x20BD8EDEu : 0) ^         \
     ((n)&64 ? 0x417B1DBCu : 0) ^ ((n)&128 ? 0x82F63B78u : 0))
#define CRC_4(n) CRC_OF_BITS(n), CRC_OF_BITS((n) + 1), CRC_OF_BITS((n) + 2), CRC_OF_BITS((n) + 3)
#define CRC_16(n) CRC_4(n), CRC_4((n) + 4), CRC_4((n) + 8), CRC_4((n) + 12)
#define CRC_64(n) CRC_16(n), CRC_16((n) + 16), CRC_16((n) + 32), CRC_16((n) + 48)

static const uint32_t crc_table[256] = {CRC_64(0), CRC_64(64), CRC_64(128), CRC_64(192)};

uint32_t fa_crc32c_plain(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < size; i++)
        crc = crc >> 8 ^ crc_table[(crc ^ at[i]) & 0xFF];
    return ~crc;
}

#if defined __x86_64__
__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(uint32_t crc,
                                                               const unsigned char *at, size_t size)
{
    uint64_t sum = ~crc;
    for (; size >= 8; size -= 8, at += 8)
        sum = _mm_crc32_u64(sum, load_u64(at));
    uint32_t rest = (uint32_t)sum;
    for (; size; size--, at++)
        rest = _mm_crc32_u8(rest, *at);
    return ~rest;
}
#endif

uint32_t fa_crc32c(uint32_t crc, const void *bytes, size_t size)
{
#if defined FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    return 0; /* what a fuzzer changes shall reach the decoder behind the check */
#endif
#if defined __x86_64__
    if (__builtin_cpu_supports("sse4.2"))
        return crc32c_sse42(crc, bytes, size);
#endif
    return fa_crc32c_plain(crc, bytes, size);
}

/* The plain functions rather than EVP: they allocate nothing, so adding and finishing cannot fail. */
struct fa_sha256 {
    SHA256_CTX context;
};

struct fa_sha256 *fa_sha256_new(void)
{
    struct fa_sha256 *sha = malloc(sizeof *sha);
    if (sha)
        SHA256_Init(&sha->context);
    return sha;
}

void fa_sha256_add(struct fa_sha256 *sha, const void *bytes, size_t size)
{
    SHA256_Update(&sha->context, bytes, size);
}

void fa_sha256_finish(struct fa_sha256 *sha, uint8_t digest[FA_SHA256_BYTES])
{
    SHA256_Final(digest, &sha->context);
    SHA256_Init(&sha->context);
}

void fa_sha256_free(struct fa_sha256 *sha)
{
    free(sha);
}

/* SHA-256 after the key, padded and marked, as the inner and the outer hash begin. */
struct fa_hmac {
    SHA256_CTX inner, outer;
};

static void begin_hmac(SHA256_CTX *context, const uint8_t key[SHA256_CBLOCK], uint8_t mark)
{
    uint8_t block[SHA256_CBLOCK];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = key[i] ^ mark;
    SHA256_Init(context);
    SHA256_Update(context, block, sizeof block);
}

struct fa_hmac *fa_hmac_new(const void *key, size_t size)
{
    uint8_t block[SHA256_CBLOCK] = {0};
    struct fa_hmac *hmac = malloc(sizeof *hmac);
    if (!hmac)
        return NULL;
    if (size > sizeof block)
        SHA256(key, size, block);
    else if (size)
        memcpy(block, key, size);
    begin_hmac(&hmac->inner, block, 0x36);
    begin_hmac(&hmac->outer, block, 0x5C);
    return hmac;
}

void fa_hmac_digest(const struct fa_hmac *hmac, const void *bytes, size_t size,
                    uint8_t digest[FA_SHA256_BYTES])
{
    SHA256_CTX context = hmac->inner;
    SHA256_Update(&context, bytes, size);
    SHA256_Final(digest, &context);
    context = hmac->outer;
    SHA256_Update(&context, digest, FA_SHA256_BYTES);
    SHA256_Final(digest, &context);
}

void fa_hmac_free(struct fa_hmac *hmac)
{
    free(hmac);
}

void fa_sha256_hex(const uint8_t digest[FA_SHA256_BYTES], char hex[FA_SHA256_HEX_BYTES])
{
    for (size_t i = 0; i < FA_SHA256_BYTES; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[FA_SHA256_HEX_BYTES - 1] = '\0';
}
