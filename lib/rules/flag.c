#include "rules/flagging.h"

#include <stdlib.h>

#include "base/hash.h"

static const char *const sheet_names[FA_SHEET_COUNT] = {
    "result_ruleset", "result_rule", "result_finding",  "result_value",
    "result_row",     "result_cell", "result_evidence", "result_control", "result_provision",
    "result_option",  "result_input", "result_view",   "result_column", "result_statistic",
    "result_waiver",  "result_waiver_key", "result_earlier", "result_pending"};

/* --- what is forwarded --- */

/* What earlier stages found travels on; the ledger itself stays behind. */
static bool is_forwarded(const struct fa_head *head, int table)
{
    enum fa_writer writer = head->dictionary.tables[table].written_by;
    return writer == FA_BY_INGEST || writer == FA_BY_RECONCILE;
}

static bool is_named_by_forwarded(const struct fa_head *head, int space)
{
    for (int t = 0; t < head->dictionary.table_count; t++) {
        const struct fa_table_def *table = &head->dictionary.tables[t];
        for (int c = 0; is_forwarded(head, t) && c < table->column_count; c++)
            if (table->columns[c].type == FA_TYPE_ID && table->columns[c].refers_to == space)
                return true;
    }
    return false;
}

static enum fa_status forward_totals(const struct fa_totals *from, const struct fa_head *head,
                                     struct fa_totals *to)
{
    struct fa_totals kept;
    fa_totals_init(&kept);
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < from->list.count; i++)
        if (is_forwarded(head, from->list.items[i].table))
            status = fa_vec_add(&kept.list, from->list.items[i]);
    if (status == FA_OK)
        status = fa_totals_merge(to, &kept);
    fa_totals_release(&kept);
    return status;
}

/* --- the pass that collects --- */

static enum fa_status decode(struct fa_flagging *flagging, const struct fa_block *block,
                             struct fa_batch *batch)
{
    struct fa_decoder **decoder = &flagging->decoders[block->table];
    if (!*decoder) {
        *decoder = fa_decoder_new(&flagging->ledger->head->dictionary.tables[block->table]);
        if (!*decoder)
            return fa_out_of_memory(flagging->sink, "evidence");
        fa_decoder_want_all(*decoder);
    }
    return fa_decoder_decode(*decoder, block, flagging->sink, batch);
}

/* Reads the ledger once more: forwards what travels on, copies the rows cited. */
static enum fa_status collect(struct fa_flagging *flagging)
{
    struct fa_blocks *ledger = flagging->ledger;
    const struct fa_head *head = ledger->head;
    struct fa_cell_context context = {head, flagging->held};
    FA_TRY(fa_blocks_rewind(ledger));
    bool is_loaded = false;
    /* Evidence from held tables comes before every id is known; it waits for its names. */
    struct fa_spool *waiting = fa_spool_new(UINT64_MAX, NULL, flagging->sink);
    if (!waiting)
        return fa_out_of_memory(flagging->sink, "evidence");
    enum fa_status status = FA_OK;
    for (;;) {
        struct fa_block block;
        bool is_end;
        status = fa_blocks_next(ledger, &block, &is_end);
        if (status != FA_OK)
            break;
        bool is_held =
            !is_end && (block.kind == FA_BLOCK_IDS ||
                        (head->dictionary.tables[block.table].by == FA_NO_COLUMN &&
                         head->dictionary.tables[block.table].written_by == FA_BY_FILING));
        if (!is_held && !is_loaded) {
            is_loaded = true;
            status = fa_held_finish(flagging->held);
            for (uint64_t i = 0; status == FA_OK && i < fa_spool_count(waiting); i++) {
                struct fa_block kept;
                struct fa_batch batch;
                status = fa_spool_get(waiting, i, &kept);
                if (status == FA_OK)
                    status = decode(flagging, &kept, &batch);
                if (status == FA_OK)
                    status =
                        fa_evidence_take(&flagging->evidence, &context, &batch, kept.table);
                if (status == FA_OK)
                    status = fa_earlier_take(flagging, &batch);
            }
        }
        if (status != FA_OK || is_end)
            break;
        if (is_held)
            status = fa_held_add(flagging->held, &block);
        if (status == FA_OK &&
            (block.kind == FA_BLOCK_IDS ? is_named_by_forwarded(head, block.table)
                                        : is_forwarded(head, block.table)))
            status = fa_spool_add(flagging->out->spool, &block);
        if (status == FA_OK && block.kind == FA_BLOCK_TABLE &&
            (fa_evidence_wants(&flagging->evidence, &block) ||
             fa_earlier_wants(flagging, block.table))) {
            struct fa_batch batch;
            if (!is_loaded)
                status = fa_spool_add(waiting, &block);
            else if ((status = decode(flagging, &block, &batch)) == FA_OK &&
                     (status = fa_evidence_take(&flagging->evidence, &context, &batch,
                                                block.table)) == FA_OK)
                status = fa_earlier_take(flagging, &batch);
        }
        if (status != FA_OK)
            break;
    }
    fa_spool_free(waiting);
    return status;
}

/* --- set up, run, tear down --- */

/* Which sets of rulesets apply to the filer: what the rules were chosen by. */
static enum fa_status tell_sets(struct fa_flagging *flagging, struct fa_buf *options)
{
    const struct fa_ruleset_list *rulesets = flagging->rulesets;
    for (size_t i = 0; i < rulesets->sets.count; i++) {
        const struct fa_ruleset_set *set = &rulesets->sets.items[i];
        if (!flagging->verdicts.set_applies[i])
            continue;
        struct fa_buf names = {0};
        enum fa_status status =
            fa_buf_addf(options, "%sset=%.*s", options->size ? " " : "", (int)set->id.size, set->id.bytes);
        for (int r = 0; status == FA_OK && r < set->ruleset_count; r++)
            status = fa_buf_addf(&names, "%s%.*s", r ? ", " : "", (int)set->rulesets[r]->id.size,
                                 set->rulesets[r]->id.bytes);
        if (status == FA_OK)
            fa_note(flagging->sink, FA_CODE_RULE_SET, (struct fa_place){0}, NULL,
                    "the set %.*s applies to the filer: %.*s", (int)set->id.size, set->id.bytes,
                    (int)names.size, names.bytes);
        fa_buf_release(&names);
        FA_TRY(status);
    }
    return FA_OK;
}

/* Why it is so is told once, with all the rulesets that it is true of. */
static enum fa_status tell_left_out(struct fa_flagging *flagging)
{
    const struct fa_ruleset_list *rulesets = flagging->rulesets;
    const struct fa_str *left_out = flagging->verdicts.left_out;
    for (size_t s = 0; s < rulesets->rulesets.count; s++) {
        struct fa_buf names = {0};
        enum fa_status status = FA_OK;
        bool is_told = left_out[s].size == 0;
        for (size_t before = 0; before < s; before++)
            is_told |= fa_str_equal(left_out[before], left_out[s]);
        for (size_t r = s; status == FA_OK && !is_told && r < rulesets->rulesets.count; r++)
            if (fa_str_equal(left_out[r], left_out[s]))
                status = fa_buf_addf(&names, "%s%.*s", names.size ? ", " : "",
                                     (int)rulesets->rulesets.items[r]->id.size,
                                     rulesets->rulesets.items[r]->id.bytes);
        if (status == FA_OK && !is_told)
            fa_note(flagging->sink, FA_CODE_RULE_ASIDE, (struct fa_place){0}, NULL,
                    "asked for by name, but not judged: %.*s: %.*s", (int)names.size, names.bytes,
                    (int)left_out[s].size, left_out[s].bytes);
        fa_buf_release(&names);
        FA_TRY(status);
    }
    return FA_OK;
}

/* What the rules were chosen by: what was asked for by name, else the sets that apply to the filer. */
static enum fa_status tell_choice(struct fa_flagging *flagging, struct fa_buf *options)
{
    const struct fa_ruleset_list *rulesets = flagging->rulesets;
    struct fa_str asked = flagging->options->asked;
    if (asked.size)
        FA_TRY(fa_buf_addf(options, "%s%.*s", options->size ? " " : "", (int)asked.size, asked.bytes));
    if (!rulesets->picks_sets)
        return tell_left_out(flagging);
    bool has_set = false;
    for (size_t i = 0; i < rulesets->sets.count; i++)
        has_set |= flagging->verdicts.set_applies[i];
    if (rulesets->sets.count && !has_set)
        fa_note(flagging->sink, FA_CODE_RULE_NO_SET, (struct fa_place){0},
                flagging->verdicts.is_filer_known
                    ? NULL
                    : "name the filer in filing.manifest, and give it a row with its kind in the "
                      "table institution",
                "no set of rulesets applies to the filer, so every ruleset was asked: %s",
                flagging->verdicts.is_filer_known
                    ? "none is for an institution such as this"
                    : "the filing does not say what kind of institution it is");
    return tell_sets(flagging, options);
}

/* Results have the tables of what was asked for: a run without waivers has none that lists them. */
static bool has_sheet(const struct fa_flagging *flagging, int sheet)
{
    switch (sheet) {
    case FA_SHEET_VIEW:
    case FA_SHEET_COLUMN:
    case FA_SHEET_STATISTIC:
        return flagging->verdicts.views.count > 0;
    case FA_SHEET_WAIVER:
    case FA_SHEET_WAIVER_KEY:
        return flagging->options->waivers != NULL;
    case FA_SHEET_EARLIER:
        return flagging->options->baseline != NULL;
    case FA_SHEET_PENDING:
        return flagging->verdicts.pending.count > 0;
    default:
        return true;
    }
}

static enum fa_status make_head(struct fa_flagging *flagging)
{
    struct fa_head *head = &flagging->out->head;
    FA_TRY(fa_head_copy(flagging->ledger->head, flagging->sink, head));
    head->kind = FA_STREAM_RESULTS;
    if (flagging->options->evaluate.as_of_day != INT64_MIN) {
        head->as_of_day = flagging->options->evaluate.as_of_day;
        head->as_of_assumed = false;
    }
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return fa_out_of_memory(flagging->sink, "provenance");
    for (size_t i = 0; i < flagging->rulesets->rulesets.count; i++)
        fa_sha256_add(sha, flagging->rulesets->rulesets.items[i]->hash,
                      FA_SHA256_HEX_BYTES - 1);
    uint8_t digest[FA_SHA256_BYTES];
    char hex[FA_SHA256_HEX_BYTES];
    fa_sha256_finish(sha, digest);
    fa_sha256_free(sha);
    fa_sha256_hex(digest, hex);
    struct fa_buf options = {0};
    bool is_whole = fa_buf_add_str(&options, flagging->options->parameters) == FA_OK &&
                    tell_choice(flagging, &options) == FA_OK;
    struct fa_step_info step = {
        .tool = FA_STR("flag"),
        .version = FA_STR(PACKAGE_VERSION),
        .options = is_whole ? fa_arena_str(&head->arena, fa_buf_str(&options))
                            : (struct fa_str){NULL, 0},
        .hash = fa_arena_str(&head->arena, fa_str_from(hex)),
    };
    fa_buf_release(&options);
    if (!step.options.bytes || !step.hash.bytes || fa_vec_add(&head->steps, step) != FA_OK)
        return fa_out_of_memory(flagging->sink, "provenance");
    if (fa_flagging_add_origin(flagging) != FA_OK)
        return fa_out_of_memory(flagging->sink, "provenance");
    for (int i = 0; i < FA_SHEET_COUNT; i++) {
        int index;
        if (has_sheet(flagging, i))
            FA_TRY(fa_head_add_table(head, sheet_names[i], flagging->sink, &index));
    }
    /* Adding tables may move them: pointers are taken when all are there. */
    for (int i = 0; i < FA_SHEET_COUNT; i++) {
        if (!has_sheet(flagging, i))
            continue;
        const struct fa_table_def *table =
            fa_dictionary_find(&head->dictionary, fa_str_from(sheet_names[i]));
        flagging->sheets[i].table = table;
        flagging->sheets[i].builder = fa_builder_new(table, table->index, flagging->result_rows,
                                                     &flagging->result_totals, flagging->sink);
        if (!flagging->sheets[i].builder)
            return fa_out_of_memory(flagging->sink, "results");
    }
    flagging->evidence.row_builder = flagging->sheets[FA_SHEET_ROW].builder;
    flagging->evidence.cell_builder = flagging->sheets[FA_SHEET_CELL].builder;
    return FA_OK;
}

static enum fa_status set_up(struct fa_flagging *flagging)
{
    const struct fa_head *head = flagging->ledger->head;
    FA_TRY(fa_kept_new(flagging->options->evaluate.memory_max, flagging->options->spool_dir,
                       flagging->sink, &flagging->out));
    flagging->result_rows = fa_spool_new(flagging->options->evaluate.memory_max,
                                         flagging->options->spool_dir, flagging->sink);
    flagging->held = fa_held_new(head, flagging->sink);
    flagging->decoders =
        calloc((size_t)head->dictionary.table_count + 1, sizeof(struct fa_decoder *));
    if (!flagging->result_rows || !flagging->held || !flagging->decoders)
        return fa_out_of_memory(flagging->sink, "results");
    for (int t = 0; t < head->dictionary.table_count; t++)
        fa_cell_want(flagging->held, head, t);
    return make_head(flagging);
}

static void tear_down(struct fa_flagging *flagging)
{
    for (int i = 0; i < FA_SHEET_COUNT; i++)
        fa_builder_free(flagging->sheets[i].builder);
    for (int t = 0; flagging->decoders && t < flagging->ledger->head->dictionary.table_count;
         t++)
        fa_decoder_free(flagging->decoders[t]);
    free(flagging->decoders);
    free(flagging->waived_by);
    fa_held_free(flagging->held);
    fa_spool_free(flagging->result_rows);
    fa_totals_release(&flagging->result_totals);
    fa_evidence_release(&flagging->evidence);
    fa_earlier_search_free(flagging->search);
    fa_verdicts_release(&flagging->verdicts);
    fa_kept_free(flagging->out);
}

/* Blocks of one table stand together in the stream, tables in the order of the head. */
static enum fa_status finish_results(struct fa_flagging *flagging)
{
    for (int i = 0; i < FA_SHEET_COUNT; i++)
        if (has_sheet(flagging, i))
            FA_TRY(fa_builder_finish(flagging->sheets[i].builder));
    for (int i = 0; i < FA_SHEET_COUNT; i++)
        for (uint64_t b = 0; b < fa_spool_count(flagging->result_rows); b++) {
            struct fa_block block;
            FA_TRY(fa_spool_get(flagging->result_rows, b, &block));
            if (has_sheet(flagging, i) && block.table == flagging->sheets[i].table->index)
                FA_TRY(fa_spool_add(flagging->out->spool, &block));
        }
    struct fa_totals *totals = &flagging->out->totals;
    if (forward_totals(flagging->ledger->totals, flagging->ledger->head, totals) != FA_OK ||
        fa_totals_merge(totals, &flagging->result_totals) != FA_OK)
        return fa_out_of_memory(flagging->sink, "control totals");
    return FA_OK;
}

static bool tells_met(void *context, const struct fa_rule *rule)
{
    const struct fa_baseline *baseline = context;
    return fa_texts_find(&baseline->rule_ids, rule->id) != FA_NO_NUMBER;
}

static enum fa_status evaluate(struct fa_flagging *flagging)
{
    struct fa_evaluate_options options = flagging->options->evaluate;
    options.tells_met = flagging->options->baseline ? tells_met : NULL;
    options.met_context = flagging->options->baseline;
    return fa_evaluate(flagging->rulesets, flagging->ledger, &options, flagging->sink,
                       &flagging->verdicts);
}

enum fa_status fa_flag(const struct fa_ruleset_list *rulesets, struct fa_blocks *ledger,
                       const struct fa_flag_options *options, struct fa_sink *sink,
                       struct fa_blocks **results)
{
    struct fa_flagging flagging = {
        .options = options, .sink = sink, .rulesets = rulesets, .ledger = ledger};
    fa_verdicts_init(&flagging.verdicts);
    fa_evidence_init(&flagging.evidence);
    fa_totals_init(&flagging.result_totals);
    int64_t as_of_day = options->evaluate.as_of_day;
    enum fa_status status =
        options->baseline
            ? fa_baseline_fit(options->baseline, ledger->head,
                              as_of_day != INT64_MIN ? as_of_day : ledger->head->as_of_day)
            : FA_OK;
    if (status == FA_OK)
        status = evaluate(&flagging);
    if (status == FA_OK)
        status = set_up(&flagging);
    if (status == FA_OK && options->baseline)
        status = fa_earlier_plan(&flagging);
    if (status == FA_OK && fa_evidence_plan(&flagging.evidence, &flagging.verdicts,
                                            options->evidence_max) != FA_OK)
        status = fa_out_of_memory(sink, "evidence");
    if (status == FA_OK)
        status = collect(&flagging);
    if (status == FA_OK)
        status = fa_flagging_write_results(&flagging);
    if (status == FA_OK)
        status = finish_results(&flagging);
    if (status == FA_OK) {
        *results = &flagging.out->base;
        flagging.out = NULL;
    }
    tear_down(&flagging);
    return status;
}
