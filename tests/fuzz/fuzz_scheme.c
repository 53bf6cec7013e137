/* The parser of schemes: any text is understood, or refused with at least one message and
 * status 3 (4 and 6 for what is too large). What is understood keeps the promises that its
 * readers rely on, and is bound to a stream without tables, where only amounts can be wrong. */
#include "base/limits.h"
#include "fuzz.h"
#include "match/binding.h"
#include "value/ratio.h"

static void count(void *context, const struct fa_diag *diag)
{
    PROMISE(diag->text.size > 0);
    PROMISE(!diag->excerpt.size || diag->column_no <= diag->excerpt.size + 1);
    *(uint64_t *)context += diag->severity == FA_ERROR;
}

static const struct fa_dictionary *builtin_dictionary(void)
{
    static struct fa_arena arena;
    static struct fa_dictionary dictionary;
    if (!dictionary.tables) {
        fa_arena_init(&arena);
        PROMISE(fa_dictionary_builtin(&arena, NULL, &dictionary) == FA_OK);
    }
    return &dictionary;
}

static void check_groups(const struct fa_scheme_section *section)
{
    bool is_unnamed = false;
    PROMISE(section->groups.count <= FA_GROUP_RULES_MAX);
    for (int i = 0; i < section->groups.count; i++) {
        const struct fa_scheme_group *group = &section->groups.items[i];
        PROMISE(group->key_count > 0 && group->key_count <= FA_SCHEME_KEYS_MAX);
        PROMISE(!group->has_name || (group->key_count == 1 && !is_unnamed));
        PROMISE(group->has_name || section->has_window);
        is_unnamed |= !group->has_name;
    }
}

static void check_section(const struct fa_scheme *scheme,
                          const struct fa_scheme_section *section)
{
    PROMISE(section->window_from <= section->window_to);
    PROMISE(section->window_to <= (int32_t)FA_SCHEME_WINDOW_MAX);
    PROMISE(section->window_from >= -(int32_t)FA_SCHEME_WINDOW_MAX);
    bool counts_bdays = section->is_daily || (section->has_window && section->is_window_bdays);
    PROMISE(!counts_bdays || scheme->calendar.size > 0);
    PROMISE(!section->matches_amounts || section->has_window);
    PROMISE(section->subset_parts_max == 0 ||
            (section->subset_parts_max >= 2 && section->has_window));
    for (int i = 0; i < section->fees.count; i++) {
        const struct fa_scheme_fee *fee = &section->fees.items[i];
        PROMISE(fee->is_on[FA_CREDIT] || fee->is_on[FA_DEBIT]);
        PROMISE(!fee->is_rate || (fee->rate_ppb > 0 && fee->rate_ppb < FA_RATIO_UNIT));
        PROMISE(fee->is_rate == (fee->fixed.text.size == 0));
    }
    for (int i = 1; i < section->cutoffs.count; i++)
        PROMISE(section->cutoffs.items[i - 1].from_day < section->cutoffs.items[i].from_day);
    check_groups(section);
}

/* The head has no table, so no column and no account can be missing. */
static void bind(const struct fa_scheme *scheme, struct fa_sink *sink, uint64_t *errors)
{
    struct fa_head head;
    struct fa_binding binding;
    fa_head_init(&head);
    PROMISE(fa_zone_find(FA_STR("Asia/Shanghai"), &head.zone));
    enum fa_status status = fa_binding_init(&binding, scheme, &head, sink);
    PROMISE(status == FA_OK || status == FA_ERULES || status == FA_ELIMIT);
    PROMISE((status == FA_OK) == (*errors == 0));
    const struct fa_terms *terms;
    fa_currency currency;
    PROMISE(fa_currency_parse(FA_STR("CNY"), &currency));
    if (status == FA_OK && fa_binding_get_terms(&binding, 0, currency, &terms) == FA_OK) {
        PROMISE(terms->tolerance_minor >= 0 && terms->group_count <= FA_GROUP_RULES_MAX);
        for (int i = 0; i < terms->fee_count; i++)
            for (int64_t amount = 1; amount < INT64_MAX / 8; amount *= 7) {
                int64_t line;
                if (fa_fee_apply(&terms->fees[i], FA_CREDIT, amount, &line))
                    PROMISE(line > 0 && line <= amount);
                if (fa_fee_apply(&terms->fees[i], FA_DEBIT, amount, &line))
                    PROMISE(line >= amount);
            }
    }
    fa_binding_release(&binding);
    fa_head_release(&head);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fa_scheme scheme;
    struct fa_arena arena;
    struct fa_sink sink;
    uint64_t errors = 0;
    fa_arena_init(&arena);
    fa_sink_init(&sink, count, &errors);
    struct fa_str text = {(const char *)bytes, size};
    enum fa_status status = fa_scheme_parse(text, FA_STR("fuzz.scheme"), builtin_dictionary(),
                                            &arena, &sink, &scheme);
    PROMISE(status == FA_OK || status == FA_ERULES || status == FA_EINPUT ||
            status == FA_ELIMIT);
    PROMISE((status == FA_OK) == (errors == 0));
    if (status == FA_OK) {
        PROMISE(scheme.name.size > 0);
        check_section(&scheme, &scheme.common);
        for (int i = 0; i < scheme.sections.count; i++) {
            const struct fa_scheme_section *section = &scheme.sections.items[i];
            PROMISE((section->roles.count > 0) != (section->accounts.count > 0));
            check_section(&scheme, section);
        }
        bind(&scheme, &sink, &errors);
    }
    fa_arena_release(&arena);
    return 0;
}
