#include "rules/baseline.h"

#include <stdlib.h>

static enum fa_status no_memory(const struct fa_baseline *baseline)
{
    return fa_out_of_memory(baseline->sink, "the earlier results");
}

void fa_baseline_init(struct fa_baseline *baseline, struct fa_str name, struct fa_sink *sink)
{
    baseline->sink = baseline->meter.sink = sink;
    baseline->place.source = name;
    fa_arena_init(&baseline->arena);
    fa_texts_init(&baseline->texts);
    fa_texts_init(&baseline->rule_ids);
    fa_texts_init(&baseline->rulesets);
    fa_texts_init(&baseline->still_on);
    fa_tuples_init(&baseline->fingerprints, 2);
}

void fa_baseline_free(struct fa_baseline *baseline)
{
    if (!baseline)
        return;
    fa_vec_free(&baseline->list);
    fa_vec_free(&baseline->rules);
    fa_vec_free(&baseline->covers);
    fa_vec_free(&baseline->currencies);
    fa_vec_free(&baseline->hashes);
    fa_texts_release(&baseline->texts, &baseline->meter);
    fa_texts_release(&baseline->rule_ids, &baseline->meter);
    fa_texts_release(&baseline->rulesets, &baseline->meter);
    fa_texts_release(&baseline->still_on, &baseline->meter);
    fa_tuples_release(&baseline->fingerprints, &baseline->meter);
    free(baseline->heads);
    free(baseline->on_heads);
    fa_arena_release(&baseline->arena);
    free(baseline);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool fa_fingerprint_read(struct fa_str text, uint8_t fingerprint[FA_FINGERPRINT_BYTES])
{
    if (text.size != 2 * FA_FINGERPRINT_BYTES)
        return false;
    for (size_t i = 0; i < FA_FINGERPRINT_BYTES; i++) {
        int high = hex_digit(text.bytes[2 * i]), low = hex_digit(text.bytes[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        fingerprint[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* --- chains --- */

static void tuple_of(const uint8_t fingerprint[FA_FINGERPRINT_BYTES], int64_t tuple[2])
{
    tuple[0] = (int64_t)fa_load_u64(fingerprint);
    tuple[1] = (int64_t)fa_load_u64(fingerprint + 8);
}

static enum fa_status key_of(struct fa_str rule, struct fa_str subject, struct fa_buf *key)
{
    fa_buf_clear(key);
    FA_TRY(fa_buf_add_u64(key, rule.size));
    FA_TRY(fa_buf_add_str(key, rule));
    return fa_buf_add_str(key, subject);
}

/* From the last to the first, so that a chain goes in the order of the list. */
static enum fa_status make_chains(struct fa_baseline *baseline, struct fa_buf *key)
{
    size_t count = baseline->list.count;
    baseline->heads = calloc(count + 1, sizeof *baseline->heads);
    baseline->on_heads = calloc(count + 1, sizeof *baseline->on_heads);
    if (!baseline->heads || !baseline->on_heads)
        return no_memory(baseline);
    for (size_t i = count; i-- > 0;) {
        struct fa_earlier *earlier = &baseline->list.items[i];
        int64_t tuple[2];
        uint32_t chain;
        tuple_of(earlier->fingerprint, tuple);
        FA_TRY(fa_tuples_add(&baseline->fingerprints, &baseline->meter, tuple, &chain));
        earlier->next = baseline->heads[chain];
        baseline->heads[chain] = (uint32_t)i + 1;
        bool is_on = earlier->facts.is_still_on &&
                     !(earlier->is_history && earlier->state == FA_EARLIER_FIXED);
        if (!is_on)
            continue;
        if (key_of(baseline->rules.items[earlier->rule].id, earlier->subject, key) != FA_OK)
            return no_memory(baseline);
        FA_TRY(fa_texts_add(&baseline->still_on, &baseline->meter, fa_buf_str(key), true, &chain));
        earlier->next_on = baseline->on_heads[chain];
        baseline->on_heads[chain] = (uint32_t)i + 1;
    }
    return FA_OK;
}

enum fa_status fa_baseline_index(struct fa_baseline *baseline)
{
    struct fa_buf key = {0};
    enum fa_status status = make_chains(baseline, &key);
    fa_buf_release(&key);
    return status;
}

uint32_t fa_baseline_find(const struct fa_baseline *baseline,
                          const uint8_t fingerprint[FA_FINGERPRINT_BYTES])
{
    int64_t tuple[2];
    tuple_of(fingerprint, tuple);
    uint32_t chain = fa_tuples_find(&baseline->fingerprints, tuple);
    if (chain == FA_NO_NUMBER)
        return 0;
    /* those that were made again are left out for good */
    uint32_t *head = &baseline->heads[chain];
    while (*head && baseline->list.items[*head - 1].is_again)
        *head = baseline->list.items[*head - 1].next;
    return *head;
}

uint32_t fa_baseline_find_on(const struct fa_baseline *baseline, struct fa_str rule,
                             struct fa_str subject, struct fa_buf *key)
{
    if (key_of(rule, subject, key) != FA_OK)
        return 0;
    uint32_t chain = fa_texts_find(&baseline->still_on, fa_buf_str(key));
    if (chain == FA_NO_NUMBER)
        return 0;
    uint32_t *head = &baseline->on_heads[chain];
    while (*head && baseline->list.items[*head - 1].is_again)
        *head = baseline->list.items[*head - 1].next_on;
    return *head;
}

/* --- the run that it is compared with --- */

static int scale_of(const struct fa_baseline *baseline, fa_currency currency)
{
    for (size_t i = 0; i < baseline->currencies.count; i++)
        if (baseline->currencies.items[i].currency == currency)
            return baseline->currencies.items[i].scale;
    return fa_currency_scale(currency);
}

static void rescale(const struct fa_baseline *baseline, const struct fa_head *head,
                    struct fa_facts *facts)
{
    int from = scale_of(baseline, facts->currency ? facts->currency : baseline->currency);
    int to = fa_head_scale(head, facts->currency);
    for (; facts->has_amount && from < to; from++)
        facts->has_amount = !__builtin_mul_overflow(facts->amount, 10, &facts->amount);
    for (; facts->has_amount && from > to; from--) {
        facts->has_amount = facts->amount % 10 == 0;
        facts->amount /= 10;
    }
}

enum fa_status fa_baseline_fit(struct fa_baseline *baseline, const struct fa_head *head,
                               int64_t as_of_day)
{
    char mine[FA_QUOTED_BYTES], theirs[FA_QUOTED_BYTES];
    char day[FA_TIME_TEXT_BYTES], earlier[FA_TIME_TEXT_BYTES];
    if (!fa_str_equal(baseline->filer, head->filer))
        return fa_error(baseline->sink, FA_CODE_BASELINE_FILER, baseline->place,
                        "findings are followed over the filings of one filer",
                        "the earlier results are of filer %s, the filing is of %s",
                        fa_quoted(baseline->filer, theirs), fa_quoted(head->filer, mine));
    if (baseline->as_of_day > as_of_day) {
        int size = (int)fa_date_format(as_of_day, day);
        int earlier_size = (int)fa_date_format(baseline->as_of_day, earlier);
        return fa_error(baseline->sink, FA_CODE_BASELINE_LATER, baseline->place,
                        "give the results of an earlier filing",
                        "the earlier results are as of %.*s, the filing is as of %.*s",
                        earlier_size, earlier, size, day);
    }
    for (size_t i = 0; i < baseline->list.count; i++)
        rescale(baseline, head, &baseline->list.items[i].facts);
    return FA_OK;
}
