/*
 * replay CHANGES FILE...: gives each file to the fuzz target, then cut at 32 places, then with
 * CHANGES different changes. With FUZZ_KEEP set each
 * is left in the file "crash" before it is tried.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

static const char *const words[] = {
    "\"", "\"\"", ",", "\r\n", "\n", "\r", "end\n", "(", ")", "{", "}", "-", "0", "9223372036854775807",
    "99999999999999999999", "2025-02-30", "9999-12-31", "1E308", "\xEF\xBB\xBF", "\xFF", "\xE4\xB8",
    "%", "at ", "and ", "\\x00", "..", "|",
};

static uint64_t random_state = 1;

static size_t random_below(size_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return bound ? (size_t)(random_state % bound) : 0;
}

static void try_bytes(const uint8_t *bytes, size_t size)
{
    /* A copy of exactly this size, so that a sanitizer sees a read behind it. */
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void keep(const uint8_t *bytes, size_t size)
{
    FILE *file = fopen("crash", "wb");
    if (file && fwrite(bytes, 1, size, file) == size)
        fclose(file);
}

/* Bytes [at, at + old_size) of TEXT become NEW. */
static size_t splice(uint8_t *text, size_t size, size_t at, size_t old_size, const void *new_bytes,
                     size_t new_size)
{
    memmove(text + at + new_size, text + at + old_size, size - at - old_size);
    memcpy(text + at, new_bytes, new_size);
    return size - old_size + new_size;
}

/* One small change; TEXT has room for SIZE more bytes and 64. */
static size_t change(uint8_t *text, size_t size)
{
    size_t at = random_below(size), span = random_below(size - at < 64 ? size - at : 64);
    const char *word = words[random_below(sizeof words / sizeof *words)];
    uint8_t part[64];
    switch (random_below(5)) {
    case 0:
        if (size)
            text[at] ^= (uint8_t)(1 << random_below(8));
        return size;
    case 1:
        return splice(text, size, at, span, "", 0);
    case 2:
        return splice(text, size, at, 0, word, strlen(word));
    case 3:
        return splice(text, size, at, span, word, strlen(word));
    default: /* a part again, somewhere else */
        memcpy(part, text + at, span);
        return splice(text, size, random_below(size), 0, part, span);
    }
}

static void replay(const uint8_t *original, size_t size, long changes)
{
    try_bytes(original, size);
    for (size_t i = 0; i < 32; i++)
        try_bytes(original, size * i / 32);
    size_t room = size + 8 * 64 + 64;
    uint8_t *text = malloc(room);
    if (!text)
        abort();
    for (long i = 0; i < changes; i++) {
        memcpy(text, original, size);
        size_t changed = size;
        for (size_t k = 1 + random_below(8); k > 0; k--)
            changed = change(text, changed);
        if (getenv("FUZZ_KEEP"))
            keep(text, changed);
        try_bytes(text, changed);
    }
    free(text);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s CHANGES FILE...\n", argv[0]);
        return 2;
    }
    long changes = strtol(argv[1], NULL, 10);
    for (int i = 2; i < argc; i++) {
        static uint8_t bytes[1 << 20];
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 1;
        }
        size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        replay(bytes, size, changes);
    }
    printf("%d files, %ld changes of each\n", argc - 2, changes);
    return 0;
}
