#include "intake/names.h"

#include <stdlib.h>

#include "base/hash.h"

void fa_names_release(struct fa_names *names)
{
    fa_vec_free(&names->list);
    fa_buf_release(&names->text);
    free(names->slots);
    names->slots = NULL;
}

struct fa_str fa_names_text(const struct fa_names *names, size_t i)
{
    const struct fa_name *name = &names->list.items[i];
    return (struct fa_str){names->text.bytes + name->start, name->size};
}

/* There are twice as many slots as names, so a free one is always met soon, and no crafted set
 * of names costs more than a walk over all of them. */
enum fa_status fa_names_add(struct fa_names *names, struct fa_str text, uint32_t *number)
{
    if (!names->slots && !(names->slots = calloc(FA_NAME_SLOTS, sizeof *names->slots)))
        return FA_ELIMIT;
    FA_TRY(fa_buf_reserve(&names->text, 1)); /* so that there is a place 0 in it */
    uint64_t slot =
        fa_hash64((struct fa_hash_key){0, 0}, text.bytes, text.size) % FA_NAME_SLOTS;
    for (; names->slots[slot]; slot = (slot + 1) % FA_NAME_SLOTS) {
        *number = names->slots[slot] - 1;
        if (fa_str_equal(fa_names_text(names, *number), text))
            return FA_OK;
    }
    if (names->list.count == FA_JSON_KEYS_MAX)
        return FA_EINPUT;
    struct fa_name name = {.start = (uint32_t)names->text.size, .size = (uint32_t)text.size};
    FA_TRY(fa_buf_add_str(&names->text, text));
    FA_TRY(fa_vec_add(&names->list, name));
    *number = (uint32_t)names->list.count - 1;
    names->slots[slot] = (uint32_t)names->list.count;
    return FA_OK;
}

void fa_names_make_column(struct fa_names *names, uint32_t number)
{
    struct fa_name *name = &names->list.items[number];
    if (name->column_no == 0)
        name->column_no = ++names->column_count;
}
