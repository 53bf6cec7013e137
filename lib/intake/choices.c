#include "intake/choices.h"

enum fa_status fa_choices_make(struct fa_choices *choices, const struct fa_choice *given,
                               size_t count, struct fa_arena *arena)
{
    uint32_t slot_count = 8;
    while (slot_count < 4 * count)
        slot_count *= 2;
    choices->slots = fa_arena_array(arena, slot_count, sizeof *choices->slots);
    choices->mask = slot_count - 1;
    if (!choices->slots)
        return FA_ELIMIT;
    for (size_t i = 0; i < count; i++) {
        char padded[8] = {0};
        struct fa_str text = given[i].text;
        memcpy(padded, text.bytes, text.size < 8 ? text.size : 8);
        uint64_t first = fa_first_bytes((struct fa_str){padded, text.size});
        uint32_t at = fa_choice_slot(first, text.size) & choices->mask;
        while (choices->slots[at].text.bytes)
            at = (at + 1) & choices->mask;
        choices->slots[at] = given[i];
        choices->slots[at].first_bytes = first;
    }
    return FA_OK;
}
