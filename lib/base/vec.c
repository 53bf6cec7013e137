#include "base/vec.h"

#include <stdint.h>
#include <string.h>

/* ITEMS is the address of a pointer of any type; memcpy reads and writes it without breaking the
 * aliasing rules. */
enum fa_status fa_vec_grow(void *items, size_t *capacity, size_t count_needed, size_t item_size)
{
    if (count_needed <= *capacity)
        return FA_OK;
    size_t count = *capacity < 8 ? 8 : *capacity;
    while (count < count_needed) {
        if (count > SIZE_MAX / 2)
            return FA_ELIMIT;
        count += count / 2;
    }
    size_t size;
    if (__builtin_mul_overflow(count, item_size, &size))
        return FA_ELIMIT;
    void *old;
    memcpy(&old, items, sizeof old);
    void *grown = realloc(old, size);
    if (!grown)
        return FA_ELIMIT;
    memcpy(items, &grown, sizeof grown);
    *capacity = count;
    return FA_OK;
}
