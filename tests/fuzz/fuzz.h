/*
 * A fuzz target is one function that must survive any bytes and abort when a promise is broken.
 * With --enable-fuzzing libFuzzer calls it; otherwise replay.c does, with the files of a corpus and
 * what can be made of them by small changes that are the same in every run.
 */
#ifndef FA_TESTS_FUZZ_H
#define FA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A promise; unlike assert() it says so in any build. */
#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#endif
