/*
 * A typed growing array.
 *
 *     FA_VEC(struct fa_source) sources;      declares it (zero is empty)
 *     FA_TRY(fa_vec_add(&sources, source));  copies one item to the end
 *     sources.items[i], sources.count
 *     fa_vec_free(&sources);
 *
 * Growing returns FA_ELIMIT without a message when memory is out; bounds on the count are the
 * caller's, from base/limits.h.
 */
#ifndef FA_BASE_VEC_H
#define FA_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#include "base/status.h"

#define FA_VEC(type)                                                                               \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
        size_t capacity;                                                                           \
    }

enum fa_status fa_vec_grow(void *items, size_t *capacity, size_t count_needed, size_t item_size)
    FA_MUST_USE;

#define fa_vec_reserve(vec, count_needed)                                                          \
    fa_vec_grow(&(vec)->items, &(vec)->capacity, (count_needed), sizeof *(vec)->items)

#define fa_vec_add(vec, item)                                                                      \
    (fa_vec_reserve((vec), (vec)->count + 1) == FA_OK                                              \
         ? ((vec)->items[(vec)->count++] = (item), FA_OK)                                          \
         : FA_ELIMIT)

#define fa_vec_free(vec)                                                                           \
    (free((vec)->items), (vec)->items = NULL, (vec)->count = 0, (vec)->capacity = 0)

#endif
