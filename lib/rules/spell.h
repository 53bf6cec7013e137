/*
 * Episodes of windows: runs of firing windows of a key of which each shares a row with the one
 * before it. They cite the rows from the first window's beginning to the last one's end.
 */
#ifndef FA_RULES_SPELL_H
#define FA_RULES_SPELL_H

#include "rules/judge.h"

struct fa_spell {
    uint32_t group, finding;
    int64_t from, to; /* instants or days of its rows; TO: of the last firing */
};

struct fa_spells {
    struct fa_judge *judge;
    FA_VEC(struct fa_spell) list;
    uint32_t *last_of; /* the last of a group + 1, 0: none */
    size_t last_capacity;
};

/* A firing window. */
struct fa_firing {
    uint32_t group;
    int64_t from, at; /* the first instant or day whose rows it cites, and that of the judgement */
    bool is_undecided;
};

enum fa_status fa_spells_cost(struct fa_cost *cost) FA_MUST_USE;
void fa_spells_release(struct fa_spells *spells, struct fa_meter *meter);
/* Windows of a group come in order. Its values are item I of SHOWN. */
enum fa_status fa_spells_fire(struct fa_spells *spells, const struct fa_firing *firing,
                              const struct fa_vector *const *shown, uint32_t i) FA_MUST_USE;
/* All have come. STILL_FROM: an episode that ends there or later is still on. */
enum fa_status fa_spells_end(struct fa_spells *spells, int64_t still_from) FA_MUST_USE;
/* Whether a row of GROUP at AT is cited, and by which finding. Rows come in order where IS_IN_ORDER. */
bool fa_spells_find(struct fa_judge *judge, uint32_t group, int64_t at, bool is_in_order,
                    uint32_t *finding);

#endif
