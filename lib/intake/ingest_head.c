/*
 * The head of the stream once all rows were read: zone, days covered, currencies, sources, and
 * what was done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/run.h"

static enum fa_status no_memory(struct fa_run *run)
{
    return fa_out_of_memory(run->sink, "the filing");
}

/* Where the manifest states no zone: the one that all profiles state. */
static bool take_zone_of_profiles(struct fa_run *run)
{
    const struct fa_zone *zone = NULL;
    for (size_t i = 0; i < run->files.count; i++) {
        const struct fa_zone *stated = run->files.items[i].plan.zone;
        if (!stated || (zone && strcmp(zone->name, stated->name) != 0))
            return false;
        zone = stated;
    }
    if (zone)
        run->head->zone = *zone;
    return zone != NULL;
}

/* Where nobody stated the zone: the offset of the first time that named one. */
static void assume_zone(struct fa_run *run)
{
    char name[16];
    int32_t minutes = run->offset_minutes < 0 ? -run->offset_minutes : run->offset_minutes;
    if (run->manifest.has_zone || take_zone_of_profiles(run) || !run->has_offset ||
        minutes == 0)
        return;
    snprintf(name, sizeof name, "%c%02d:%02d", run->offset_minutes < 0 ? '-' : '+',
             minutes / 60 % 100, minutes % 60);
    fa_zone_find(fa_str_from(name), &run->head->zone);
}

static int64_t clock_day(const struct fa_run *run, const struct fa_table_def *def,
                         int64_t value)
{
    return def->columns[def->clock].type == FA_TYPE_TIME ? fa_day_of(value, &run->head->zone)
                                                         : value;
}

static enum fa_status set_covers(struct fa_run *run, int64_t *last_day)
{
    struct fa_head *head = run->head;
    int64_t last_event = INT64_MIN, last_any = INT64_MIN;
    for (int t = 0; t < head->dictionary.table_count; t++) {
        const struct fa_table_def *def = &head->dictionary.tables[t];
        const struct fa_table_run *table = &run->tables[t];
        const struct fa_table_def *builtin = fa_dictionary_find(&run->builtin, def->name);
        struct fa_cover_info cover = {.table = t};
        if (!table->is_read)
            continue;
        if (!fa_manifest_cover(&run->manifest, builtin->index, &cover.from_day,
                               &cover.to_day)) {
            if (!table->has_clock)
                continue;
            cover.from_day = clock_day(run, def, table->clock_min);
            cover.to_day = clock_day(run, def, table->clock_max);
            cover.is_assumed = true;
            last_any = cover.to_day > last_any ? cover.to_day : last_any;
            if (fa_table_is_by_time(def) && cover.to_day > last_event)
                last_event = cover.to_day;
        }
        if (fa_vec_add(&head->covers, cover) != FA_OK)
            return no_memory(run);
    }
    *last_day = last_event != INT64_MIN ? last_event : last_any;
    return FA_OK;
}

static void set_as_of(struct fa_run *run, int64_t last_day)
{
    struct fa_head *head = run->head;
    int64_t from, to;
    if (run->options->has_as_of) {
        head->as_of_day = run->options->as_of_day;
    } else if (run->manifest.has_as_of) {
        head->as_of_day = run->manifest.as_of_day;
    } else if (fa_manifest_cover(&run->manifest, FA_NO_TABLE, &from, &to)) {
        head->as_of_day = to;
    } else {
        head->as_of_day = last_day == INT64_MIN ? 0 : last_day;
        head->as_of_assumed = true;
    }
}

static int compare_currencies(const void *left, const void *right)
{
    const struct fa_currency_info *a = left, *b = right;
    return (a->currency > b->currency) - (a->currency < b->currency);
}

static enum fa_status set_currencies(struct fa_run *run)
{
    struct fa_head *head = run->head;
    for (size_t i = 0; i <= run->kept->totals.list.count; i++) {
        fa_currency currency = i < run->kept->totals.list.count
                                   ? run->kept->totals.list.items[i].currency
                                   : head->currency;
        bool is_known = currency == 0;
        for (size_t k = 0; k < head->currencies.count; k++)
            is_known |= head->currencies.items[k].currency == currency;
        struct fa_currency_info info = {.currency = currency,
                                        .scale = fa_currency_scale(currency)};
        if (!is_known && fa_vec_add(&head->currencies, info) != FA_OK)
            return no_memory(run);
    }
    if (head->currencies.count > 1)
        qsort(head->currencies.items, head->currencies.count, sizeof *head->currencies.items,
              compare_currencies);
    return FA_OK;
}

static enum fa_status keep_text(struct fa_run *run, struct fa_str text, struct fa_str *kept)
{
    *kept = fa_arena_str(&run->head->arena, text);
    return kept->bytes ? FA_OK : no_memory(run);
}

static enum fa_status set_sources(struct fa_run *run)
{
    for (size_t i = 0; i < run->files.count; i++) {
        const struct fa_file_run *file = &run->files.items[i];
        struct fa_source_info info = {.size_bytes = file->header.size_bytes,
                                      .table = file->table,
                                      .count = {file->records, file->accepted, file->rejected,
                                                file->ignored, file->other, file->rows}};
        memcpy(info.sha256, file->sha256, sizeof info.sha256);
        FA_TRY(keep_text(run, file->file->name, &info.name));
        FA_TRY(keep_text(run, file->profile ? file->profile->name : FA_STR(""), &info.profile));
        if (fa_vec_add(&run->head->sources, info) != FA_OK)
            return no_memory(run);
    }
    return FA_OK;
}

/* Whether extra table I is the first that the filing has of its ruleset. */
static bool is_new_ruleset(const struct fa_run *run, size_t i)
{
    const struct fa_ingest_table *extra = run->options->extra;
    bool is_new = fa_dictionary_find(&run->head->dictionary, extra[i].table) != NULL;
    for (size_t k = 0; is_new && k < i; k++)
        is_new = !fa_str_equal(extra[k].ruleset, extra[i].ruleset) ||
                 !fa_dictionary_find(&run->head->dictionary, extra[k].table);
    return is_new;
}

/* The rulesets whose tables the filing has, each once. */
static bool add_rulesets(const struct fa_run *run, struct fa_buf *options,
                         struct fa_buf *hashes)
{
    const struct fa_ingest_table *extra = run->options->extra;
    bool is_whole = true;
    for (size_t i = 0; i < run->options->extra_count; i++)
        if (is_new_ruleset(run, i))
            is_whole =
                is_whole &&
                fa_buf_addf(options, "%srules=%.*s", options->size ? " " : "",
                            (int)extra[i].ruleset.size, extra[i].ruleset.bytes) == FA_OK &&
                fa_buf_addf(hashes, "%s%s", hashes->size ? " " : "", extra[i].hash) == FA_OK;
    return is_whole;
}

/* What the filing was read by, so that it can be read so again. A profile that the manifest
 * names is no option: naming it is a matter of the filing. */
static enum fa_status set_origin(struct fa_run *run)
{
    static const char name[] = "ingest";
    struct fa_head *head = run->head;
    if (run->options->has_as_of) {
        char day[FA_TIME_TEXT_BYTES];
        size_t size = fa_date_format(run->options->as_of_day, day);
        FA_TRY(fa_head_add_option(head, name, "as-of", (struct fa_str){day, size}));
    }
    const struct fa_ingest_table *extra = run->options->extra;
    for (size_t i = 0; i < run->options->extra_count; i++)
        if (is_new_ruleset(run, i))
            FA_TRY(fa_head_add_option(head, name, "rules", extra[i].ruleset));
    if (run->has_manifest)
        FA_TRY(fa_head_add_text(head, name, FA_INPUT_MANIFEST, run->filing.manifest.name,
                                run->manifest_text));
    for (size_t i = 0; i < run->profiles.count; i++) {
        const struct fa_profile *profile = &run->profiles.items[i];
        struct fa_input_info input = {.tool = fa_str_from(name),
                                      .role = FA_INPUT_PROFILE,
                                      .name = profile->name,
                                      .size_bytes = profile->size_bytes};
        memcpy(input.sha256, profile->sha256, sizeof input.sha256);
        if (i < run->options->profile_count)
            FA_TRY(fa_head_add_option(head, name, "profile", profile->name));
        FA_TRY(fa_head_add_input(head, &input));
    }
    return FA_OK;
}

/* Options that can change a result, and the profiles and rulesets that were used. */
static enum fa_status set_step(struct fa_run *run)
{
    struct fa_step_info step = {.tool = FA_STR("ingest"), .version = FA_STR(PACKAGE_VERSION)};
    struct fa_buf options = {0}, hashes = {0};
    bool is_whole = true;
    if (run->options->has_as_of) {
        char day[FA_TIME_TEXT_BYTES];
        fa_date_format(run->options->as_of_day, day);
        is_whole = fa_buf_addf(&options, "as-of=%s", day) == FA_OK;
    }
    for (size_t i = 0; i < run->profiles.count; i++) {
        const struct fa_profile *profile = &run->profiles.items[i];
        char hex[FA_SHA256_HEX_BYTES];
        fa_sha256_hex(profile->sha256, hex);
        is_whole = is_whole &&
                   fa_buf_addf(&options, "%sprofile=%.*s", options.size ? " " : "",
                               (int)profile->name.size, profile->name.bytes) == FA_OK &&
                   fa_buf_addf(&hashes, "%s%s", i ? " " : "", hex) == FA_OK;
    }
    is_whole = is_whole && add_rulesets(run, &options, &hashes);
    enum fa_status status =
        is_whole ? keep_text(run, fa_buf_str(&options), &step.options) : no_memory(run);
    if (status == FA_OK)
        status = keep_text(run, fa_buf_str(&hashes), &step.hash);
    fa_buf_release(&options);
    fa_buf_release(&hashes);
    if (status == FA_OK && fa_vec_add(&run->head->steps, step) != FA_OK)
        status = no_memory(run);
    return status;
}

enum fa_status fa_run_finish_head(struct fa_run *run)
{
    int64_t last_day = INT64_MIN;
    FA_TRY(keep_text(run, run->manifest.title, &run->head->filing));
    FA_TRY(keep_text(run, run->filers.items[0].name, &run->head->filer));
    FA_TRY(keep_text(run, run->manifest.reference, &run->head->reference));
    assume_zone(run);
    FA_TRY(set_covers(run, &last_day));
    set_as_of(run, last_day);
    FA_TRY(set_currencies(run));
    FA_TRY(set_sources(run));
    if (set_origin(run) != FA_OK)
        return no_memory(run);
    return set_step(run);
}
