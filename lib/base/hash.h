/*
 * Hashes. None of them may change a result: ids get their numbers from source order, sets are
 * sorted before they are shown, and the key is random only against crafted collisions.
 */
#ifndef FA_BASE_HASH_H
#define FA_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct fa_hash_key {
    uint64_t k0, k1;
};

struct fa_hash128 {
    uint64_t low, high;
};

/* Keyed hash for tables in memory and for key uniqueness. Strength: a stranger who does not know
 * the key cannot aim collisions (the construction is stated in hash.c). */
uint64_t fa_hash64(struct fa_hash_key key, const void *bytes, size_t size);
struct fa_hash128 fa_hash128(struct fa_hash_key key, const void *bytes, size_t size);

/* CRC-32C (Castagnoli, RFC 3720 section 12.1); CRC of the parts: pass the previous value as CRC,
 * 0 to start. Uses the processor's instruction where there is one; same value everywhere. */
uint32_t fa_crc32c(uint32_t crc, const void *bytes, size_t size);
/* The same by a table: for processors without the instruction, and its oracle in the tests. */
uint32_t fa_crc32c_plain(uint32_t crc, const void *bytes, size_t size);

/* SHA-256 (FIPS 180-4) through libcrypto. */
enum { FA_SHA256_BYTES = 32, FA_SHA256_HEX_BYTES = 65 };
struct fa_sha256; /* opaque; NULL from new: memory is out */
struct fa_sha256 *fa_sha256_new(void);
void fa_sha256_add(struct fa_sha256 *sha, const void *bytes, size_t size);
void fa_sha256_finish(struct fa_sha256 *sha, uint8_t digest[FA_SHA256_BYTES]); /* and starts anew */
void fa_sha256_free(struct fa_sha256 *sha);
/* HMAC-SHA-256 (RFC 2104, FIPS 198-1) of many short texts under one key, which is taken in once. */
struct fa_hmac; /* opaque; NULL from new: memory is out */
struct fa_hmac *fa_hmac_new(const void *key, size_t size);
void fa_hmac_digest(const struct fa_hmac *hmac, const void *bytes, size_t size,
                    uint8_t digest[FA_SHA256_BYTES]);
void fa_hmac_free(struct fa_hmac *hmac);

void fa_sha256_hex(const uint8_t digest[FA_SHA256_BYTES], char hex[FA_SHA256_HEX_BYTES]);

#endif
