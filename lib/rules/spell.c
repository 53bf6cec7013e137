#include "rules/spell.h"

#include <stdlib.h>

void fa_spells_release(struct fa_spells *spells, struct fa_meter *meter)
{
    fa_meter_give(meter, spells->list.capacity * sizeof *spells->list.items +
                             spells->last_capacity * sizeof *spells->last_of);
    fa_vec_free(&spells->list);
    free(spells->last_of);
}

static int64_t us_of(const struct fa_judge *judge, int64_t at)
{
    return fa_judge_instant(judge, judge->units.judged->kind, at);
}

static enum fa_status begin(struct fa_spells *spells, const struct fa_firing *firing)
{
    struct fa_judge *judge = spells->judge;
    struct fa_finding finding = {
        .outcome = fa_judge_outcome(judge, firing->is_undecided),
        .filer = fa_judge_filer(judge, fa_keyspace_filer(judge->keys.space, firing->group)),
        .first_us = us_of(judge, firing->at), .worst_us = us_of(judge, firing->at), .has_time = true,
        .is_dated = judge->units.judged->kind == FA_KIND_DATE};
    struct fa_spell spell = {.group = firing->group, .from = firing->from};
    FA_TRY(fa_judge_keys(judge, firing->group, &finding.keys));
    FA_TRY(fa_judge_add(judge, &finding, &spell.finding));
    FA_TRY(fa_meter_reserve(&judge->run->meter, spells->last_of, &spells->last_capacity,
                            (size_t)firing->group + 1));
    FA_TRY(fa_meter_add(&judge->run->meter, &spells->list, spell));
    spells->last_of[firing->group] = (uint32_t)spells->list.count;
    return FA_OK;
}

enum fa_status fa_spells_fire(struct fa_spells *spells, const struct fa_firing *firing,
                              const struct fa_vector *const *shown, uint32_t i)
{
    struct fa_judge *judge = spells->judge;
    uint32_t last = firing->group < spells->last_capacity ? spells->last_of[firing->group] : 0;
    if (!last || firing->from > spells->list.items[last - 1].to) {
        FA_TRY(begin(spells, firing));
        last = spells->last_of[firing->group];
    }
    struct fa_spell *spell = &spells->list.items[last - 1];
    struct fa_finding *f = &judge->findings.items[spell->finding];
    spell->to = firing->at;
    f->last_us = us_of(judge, firing->at);
    if (f->judged_count++ == 0) {
        FA_TRY(fa_judge_values(judge, shown, i, &f->first));
        f->worst = f->first;
    } else if (fa_judge_is_worse(judge, shown, i, f->worst)) {
        FA_TRY(fa_judge_values(judge, shown, i, &f->worst));
        f->worst_us = f->last_us;
    }
    return FA_OK;
}

enum fa_status fa_spells_end(struct fa_spells *spells, int64_t still_from)
{
    struct fa_judge *judge = spells->judge;
    for (size_t i = 0; i < spells->list.count; i++) {
        const struct fa_spell *spell = &spells->list.items[i];
        struct fa_cited cited = {.finding = spell->finding, .from = spell->from, .to = spell->to};
        judge->findings.items[spell->finding].is_still_on = spell->to >= still_from;
        FA_TRY(fa_citing_add(&judge->citing, &judge->run->meter, spell->group, 0, cited));
    }
    return FA_OK;
}

bool fa_spells_find(struct fa_judge *judge, uint32_t group, int64_t at, bool is_in_order,
                    uint32_t *finding)
{
    const struct fa_cited *cited = is_in_order ? fa_citing_from(&judge->citing, group, at)
                                               : fa_citing_find(&judge->citing, group, 0);
    while (cited && cited->to < at)
        cited = fa_citing_next(&judge->citing, cited);
    if (!cited || at < cited->from)
        return false;
    *finding = cited->finding;
    return true;
}

enum fa_status fa_spells_cost(struct fa_cost *cost)
{
    const struct fa_spells *spells = NULL;
    FA_TRY(fa_cost_array(cost, FA_COST_KEYS, sizeof *spells->last_of, 1));
    return fa_cost_array(cost, FA_COST_FINDINGS, sizeof *spells->list.items, 1);
}
