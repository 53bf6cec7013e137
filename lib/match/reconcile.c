#include "match/reconcile.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/worker.h"
#include "match/matcher.h"

/* The tables by time that the matcher reads. */
enum { FED_FLOW, FED_LINE, FED_BALANCE, FED_COUNT };

struct reconciling {
    struct fa_blocks base;
    struct fa_blocks *in;
    struct fa_head head; /* of IN, and what this stage adds */
    struct fa_totals totals;
    struct fa_totals added;
    struct fa_outputs out;
    struct fa_matcher matcher;
    struct fa_held *held;
    struct fa_decoder *decoders[FED_COUNT];
    int tables[FED_COUNT];
    uint64_t *rows_came; /* of each table of IN */
    bool is_held_set;    /* the held tables are complete */
    bool is_finished;
    uint64_t given; /* blocks of IN in this reading of the stage */
    uint64_t fed;   /* blocks of IN that the matcher saw */
    struct fa_worker *worker; /* matches a block while whoever asked for it works on it; may be NULL */
    struct fa_block at_work;
    int added_table;
    uint64_t added_block;
};

/* Its base is its first member. */
static struct reconciling *reconciling_of(struct fa_blocks *blocks)
{
    return (struct reconciling *)(void *)blocks;
}

/* --- into the matcher --- */

static enum fa_status set_held(struct reconciling *r)
{
    if (r->is_held_set)
        return FA_OK;
    r->is_held_set = true;
    FA_TRY(fa_held_finish(r->held));
    return fa_matcher_set_held(&r->matcher, r->held);
}

static enum fa_status feed_rows(struct reconciling *r, const struct fa_block *block, int fed)
{
    struct fa_batch batch;
    if (fed == FED_FLOW && r->matcher.is_lost)
        return FA_OK;
    FA_TRY(fa_decoder_decode(r->decoders[fed], block, r->base.sink, &batch));
    switch (fed) {
    case FED_FLOW:
        return fa_matcher_add_flows(&r->matcher, &batch);
    case FED_LINE:
        return fa_matcher_add_lines(&r->matcher, &batch);
    default:
        return fa_matcher_add_balances(&r->matcher, &batch);
    }
}

static enum fa_status feed(struct reconciling *r, const struct fa_block *block)
{
    bool is_rows = block->kind == FA_BLOCK_TABLE;
    if (is_rows)
        r->rows_came[block->table] += block->row_count;
    bool is_by_time =
        is_rows && r->head.dictionary.tables[block->table].by != FA_NO_COLUMN;
    if (block->kind == FA_BLOCK_IDS || (is_rows && !is_by_time))
        return r->is_held_set ? FA_OK : fa_held_add(r->held, block);
    for (int fed = 0; is_by_time && fed < FED_COUNT; fed++) {
        if (r->tables[fed] != block->table)
            continue;
        FA_TRY(set_held(r));
        return feed_rows(r, block, fed);
    }
    return FA_OK;
}

static enum fa_status feed_again(struct reconciling *r)
{
    if (!r->matcher.can_restart)
        return fa_error(r->base.sink, FA_CODE_MATCH_ONCE, (struct fa_place){0},
                        "give the stream as a file",
                        "a statement begins after flows of its account went by, and the input can "
                        "be read only once");
    FA_TRY(fa_blocks_rewind(r->in));
    FA_TRY(fa_matcher_restart(&r->matcher));
    for (;;) {
        struct fa_block block;
        bool is_end;
        FA_TRY(fa_blocks_next(r->in, &block, &is_end));
        if (is_end)
            return FA_OK;
        for (int fed = 0; fed < FED_COUNT; fed++)
            if (block.kind == FA_BLOCK_TABLE && r->tables[fed] == block.table)
                FA_TRY(feed_rows(r, &block, fed));
    }
}

/* --- the end --- */

/* Rows that came are those that the input's maker counted. */
static enum fa_status check_rows(const struct reconciling *r)
{
    for (size_t i = 0; i < r->in->totals->list.count; i++) {
        const struct fa_total *total = &r->in->totals->list.items[i];
        if (total->column != FA_NO_COLUMN || total->rows == r->rows_came[total->table])
            continue;
        struct fa_str name = r->head.dictionary.tables[total->table].name;
        return fa_error(r->base.sink, FA_CODE_STREAM_TOTALS, (struct fa_place){0}, NULL,
                        "%llu rows of table %.*s came, %llu were counted before",
                        (unsigned long long)r->rows_came[total->table], (int)name.size, name.bytes,
                        (unsigned long long)total->rows);
    }
    return FA_OK;
}

static void tell(const struct reconciling *r)
{
    const struct fa_matcher *m = &r->matcher;
    struct fa_place nowhere = {0};
    if (m->summary.remainder_days)
        fa_warn(r->base.sink, FA_CODE_BRIDGE_REMAINDER, nowhere, NULL,
                "the bridge leaves a remainder that no row explains on %llu of %llu days of accounts",
                (unsigned long long)m->summary.remainder_days,
                (unsigned long long)m->summary.bridged_days);
    if (m->flow_table == FA_NO_TABLE && m->line_table != FA_NO_TABLE)
        fa_note(r->base.sink, FA_CODE_MATCH_NO_FLOW, nowhere, NULL,
                "the filing has no flows: its statement lines were footed and not matched");
    if (m->line_table == FA_NO_TABLE)
        fa_note(r->base.sink, FA_CODE_MATCH_NO_STATEMENT, nowhere, NULL,
                "the filing has no statement: no flow was matched");
    if (m->summary.is_coverage_sparse)
        fa_note(r->base.sink, FA_CODE_MATCH_DAYS, nowhere, NULL,
                "the covered period has more than %d days: coverage lists only those with a "
                "balance",
                FA_COVERAGE_DAYS_MAX);
    fa_binding_tell_unnamed(&m->binding, &m->books);
    fa_binding_tell_empty(&m->binding);
    fa_binding_tell_parts(&m->binding, &m->books);
    fa_matcher_tell_statements(m);
    fa_resolver_tell(&m->resolver);
    for (size_t i = 0; i < m->coverage.list.count; i++) {
        const struct fa_cover *cover = &m->coverage.list.items[i];
        if (!cover->absorbed_rows)
            continue;
        char currency[4], sum[FA_MONEY_TEXT_BYTES];
        fa_currency_format(cover->currency, currency);
        fa_money_format(cover->absorbed, fa_head_scale(&r->head, cover->currency), sum);
        fa_note(r->base.sink, FA_CODE_MATCH_ABSORBED, nowhere, NULL,
                "%llu balances after statement lines are off by %s %s in all, each within the "
                "declared tolerance",
                (unsigned long long)cover->absorbed_rows, currency, sum);
    }
}

static enum fa_status finish(struct reconciling *r)
{
    FA_TRY(check_rows(r));
    FA_TRY(set_held(r));
    if (r->matcher.is_lost)
        FA_TRY(feed_again(r));
    FA_TRY(fa_matcher_replay(&r->matcher));
    FA_TRY(fa_matcher_finish(&r->matcher, r->in));
    /* in + added = out; this stage removes nothing */
    if (fa_totals_merge(&r->totals, r->in->totals) != FA_OK ||
        fa_totals_merge(&r->totals, &r->added) != FA_OK)
        return fa_out_of_memory(r->base.sink, "control totals");
    tell(r);
    r->is_finished = true;
    return FA_OK;
}

/* --- the iterator --- */

static enum fa_status feed_beside(void *context)
{
    struct reconciling *r = context;
    return feed(r, &r->at_work);
}

/* A block lives until the next call, which waits for the worker first. */
static enum fa_status give_to_matcher(struct reconciling *r, const struct fa_block *block)
{
    r->fed++;
    if (!r->worker)
        return feed(r, block);
    r->at_work = *block;
    fa_worker_start(r->worker);
    return FA_OK;
}

static enum fa_status reconciling_next(struct fa_blocks *blocks, struct fa_block *block,
                                       bool *is_end)
{
    struct reconciling *r = reconciling_of(blocks);
    if (r->added_table < 0) {
        bool is_in_end;
        FA_TRY(fa_worker_wait(r->worker));
        FA_TRY(fa_blocks_next(r->in, block, &is_in_end));
        if (!is_in_end) {
            if (r->given == r->fed)
                FA_TRY(give_to_matcher(r, block));
            r->given++;
            *is_end = false;
            return FA_OK;
        }
        if (!r->is_finished)
            FA_TRY(finish(r));
        r->added_table = 0;
        r->added_block = 0;
    }
    while (r->added_table < FA_OUT_COUNT &&
           (!r->out.spools[r->added_table] ||
            r->added_block == fa_spool_count(r->out.spools[r->added_table]))) {
        r->added_table++;
        r->added_block = 0;
    }
    *is_end = r->added_table == FA_OUT_COUNT;
    if (*is_end)
        return FA_OK;
    return fa_spool_get(r->out.spools[r->added_table], r->added_block++, block);
}

static enum fa_status reconciling_rewind(struct fa_blocks *blocks)
{
    struct reconciling *r = reconciling_of(blocks);
    FA_TRY(fa_worker_wait(r->worker));
    FA_TRY(fa_blocks_rewind(r->in));
    r->given = 0;
    r->added_table = -1;
    return FA_OK;
}

static void reconciling_free(struct fa_blocks *blocks)
{
    struct reconciling *r = reconciling_of(blocks);
    fa_worker_free(r->worker);
    fa_matcher_release(&r->matcher);
    fa_outputs_release(&r->out);
    for (int fed = 0; fed < FED_COUNT; fed++)
        fa_decoder_free(r->decoders[fed]);
    fa_held_free(r->held);
    fa_totals_release(&r->added);
    fa_totals_release(&r->totals);
    fa_head_release(&r->head);
    free(r->rows_came);
    free(r);
}

static const struct fa_blocks_ops ops_again = {reconciling_next, reconciling_rewind,
                                               reconciling_free};
static const struct fa_blocks_ops ops_once = {reconciling_next, NULL, reconciling_free};

/* --- the beginning --- */

static enum fa_status check_input(const struct fa_head *head, struct fa_sink *sink)
{
    if (head->kind != FA_STREAM_LEDGER)
        return fa_error(sink, FA_CODE_MATCH_STREAM, (struct fa_place){0},
                        "give the output of flowaudit ingest",
                        "cannot reconcile: the stream holds results, not a ledger");
    static const char *const added[] = {"match", "match_total", "break", "bridge", "coverage"};
    bool is_there = false;
    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        is_there |= fa_dictionary_find(&head->dictionary, fa_str_from(added[i])) != NULL;
    if (is_there)
        return fa_error(sink, FA_CODE_MATCH_STREAM, (struct fa_place){0},
                        "give the output of flowaudit ingest",
                        "cannot reconcile: the stream was reconciled before");
    return FA_OK;
}

static enum fa_status add_origin(struct reconciling *r, const struct fa_reconcile_options *options)
{
    static const char name[] = "reconcile";
    const struct fa_scheme *scheme = options->scheme;
    if (options->wants_matches)
        FA_TRY(fa_head_add_option(&r->head, name, "matches", FA_STR("yes")));
    if (!scheme)
        return FA_OK;
    struct fa_input_info input = {.tool = fa_str_from(name),
                                  .role = FA_INPUT_SCHEME,
                                  .name = scheme->name,
                                  .size_bytes = scheme->size_bytes};
    memcpy(input.sha256, scheme->sha256, sizeof input.sha256);
    FA_TRY(fa_head_add_option(&r->head, name, "scheme", scheme->name));
    return fa_head_add_input(&r->head, &input);
}

/* The scheme decides what is a break, so a run can be done again only with the same one. */
static enum fa_status add_step(struct reconciling *r, const struct fa_reconcile_options *options)
{
    const struct fa_scheme *scheme = options->scheme;
    struct fa_buf text = {0};
    char hex[FA_SHA256_HEX_BYTES] = "";
    bool is_whole = !options->wants_matches || fa_buf_add_text(&text, "matches") == FA_OK;
    if (scheme) {
        fa_sha256_hex(scheme->sha256, hex);
        is_whole = is_whole &&
                   fa_buf_add_text(&text, text.size > 0 ? " scheme=" : "scheme=") == FA_OK &&
                   fa_buf_add_str(&text, scheme->name) == FA_OK;
    }
    struct fa_step_info step = {
        .tool = FA_STR("reconcile"),
        .version = FA_STR(PACKAGE_VERSION),
        .options = fa_arena_str(&r->head.arena, fa_buf_str(&text)),
        .hash = fa_arena_str(&r->head.arena, fa_str_from(hex)),
    };
    is_whole = is_whole && step.options.bytes && step.hash.bytes &&
               fa_vec_add(&r->head.steps, step) == FA_OK && add_origin(r, options) == FA_OK;
    fa_buf_release(&text);
    return is_whole ? FA_OK : fa_out_of_memory(r->base.sink, "the head of a stream");
}

static enum fa_status make_head(struct reconciling *r, const struct fa_reconcile_options *options)
{
    struct fa_sink *sink = r->base.sink;
    FA_TRY(fa_head_copy(r->in->head, sink, &r->head));
    FA_TRY(add_step(r, options));
    FA_TRY(fa_outputs_init(&r->out, &r->head, &r->added, options->wants_matches,
                           options->memory_max, options->spool_dir, sink));
    return FA_OK;
}

/* The part that can fail; what is made is freed by the caller either way. */
static enum fa_status begin(struct reconciling *r, const struct fa_reconcile_options *options)
{
    struct fa_sink *sink = r->base.sink;
    FA_TRY(make_head(r, options));
    FA_TRY(fa_matcher_init(&r->matcher, &r->head, options->scheme, &r->out, options->hash_key, sink));
    fa_pending_limit(&r->matcher.pending, options->memory_max, options->spool_dir);
    r->matcher.can_restart = fa_blocks_can_rewind(r->in);
    r->held = fa_held_new(&r->head, sink);
    r->rows_came = calloc((size_t)r->head.dictionary.table_count + 1, sizeof *r->rows_came);
    if (!r->held || !r->rows_came)
        return fa_out_of_memory(sink, "the reconciliation");
    fa_matcher_want_held(&r->matcher, r->held);
    const int tables[FED_COUNT] = {r->matcher.flow_table, r->matcher.line_table,
                                   r->matcher.balance_table};
    for (int fed = 0; fed < FED_COUNT; fed++) {
        r->tables[fed] = tables[fed];
        if (tables[fed] == FA_NO_TABLE)
            continue;
        const struct fa_table_def *table = &r->head.dictionary.tables[tables[fed]];
        r->decoders[fed] = fa_decoder_new(table);
        if (!r->decoders[fed])
            return fa_out_of_memory(sink, "the reconciliation");
        fa_matcher_want(&r->matcher, table, r->decoders[fed]);
    }
    if (options->is_threaded)
        r->worker = fa_worker_new(feed_beside, r);
    return FA_OK;
}

enum fa_status fa_reconcile(struct fa_blocks *in, const struct fa_reconcile_options *options,
                            struct fa_sink *sink, struct fa_blocks **out)
{
    FA_TRY(check_input(in->head, sink));
    struct reconciling *r = calloc(1, sizeof *r);
    if (!r)
        return fa_out_of_memory(sink, "the reconciliation");
    r->base = (struct fa_blocks){fa_blocks_can_rewind(in) ? &ops_again : &ops_once, &r->head,
                                 &r->totals, sink};
    r->in = in;
    r->added_table = -1;
    fa_head_init(&r->head);
    fa_totals_init(&r->totals);
    fa_totals_init(&r->added);
    enum fa_status status = begin(r, options);
    if (status != FA_OK) {
        reconciling_free(&r->base);
        return status;
    }
    *out = &r->base;
    return FA_OK;
}

const struct fa_reconcile_summary *fa_reconcile_get_summary(const struct fa_blocks *out)
{
    return &((const struct reconciling *)(const void *)out)->matcher.summary;
}
