/*
 * What a record says of a run, as the choices that make it again. What it names must be there with the
 * very bytes it names: with other rulesets the run would be another one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum fa_status no_memory(struct tool_run *run)
{
    return fa_out_of_memory(run->sink, "the run to be made again");
}

static enum fa_status add_text(struct option_list *list, struct tool_run *run, const char *text)
{
    return fa_vec_add(&list->texts, text) == FA_OK ? FA_OK : no_memory(run);
}

/* Code VERIFY-INPUT. FOUND: the SHA-256 of what there is; NULL: nothing is. */
static enum fa_status lacks(struct tool_run *run, const char *what, struct fa_str name,
                            struct fa_str sha256, const char *found)
{
    char quoted[FA_QUOTED_BYTES], hash[FA_QUOTED_BYTES], hint[160];
    const char *option = strcmp(what, "ruleset") == 0 ? "-r FILE"
                         : strcmp(what, "set") == 0   ? NULL
                                                      : what;
    if (!option)
        snprintf(hint, sizeof hint, "run the version of flowaudit that made the record");
    else
        snprintf(hint, sizeof hint, "%s%s%s",
                 strcmp(what, "ruleset") == 0
                     ? "give the file it was made with by "
                     : "give the file it was made with by --",
                 option, strcmp(what, "ruleset") == 0 ? ", or run the version that made the record"
                                                      : " FILE");
    return fa_error(run->sink, FA_CODE_VERIFY_INPUT, (struct fa_place){0}, hint,
                    "the record was made with %s %s of SHA-256 %s, %s%s", what,
                    fa_quoted(name, quoted), fa_quoted(sha256, hash),
                    found ? "but here it is " : "which is not here", found ? found : "");
}

/* What is shipped has a name. A record that has a path instead could have any file read and shown. */
static enum fa_status check_name(struct tool_run *run, struct fa_str name)
{
    char quoted[FA_QUOTED_BYTES];
    if (!memchr(name.bytes, '/', name.size) && !memchr(name.bytes, '\0', name.size))
        return FA_OK;
    return fa_error(run->sink, FA_CODE_VERIFY_RECORD, (struct fa_place){0}, NULL,
                    "the record has the path %s for a name", fa_quoted(name, quoted));
}

/* --- options --- */

/* The file of what is shipped as NAME: where this runs must not matter, so a file of that name is not it. */
static enum fa_status find_shipped(struct verify_plan *plan, struct tool_run *run,
                                   enum fa_status (*find)(struct tool_run *, const char *,
                                                          struct fa_buf *),
                                   struct fa_str name, const char **path)
{
    struct fa_buf made = {0};
    FA_TRY(check_name(run, name));
    struct fa_str copy = fa_arena_str(&plan->arena, name);
    enum fa_status status = copy.bytes ? find(run, copy.bytes, &made) : no_memory(run);
    if (status == FA_OK) {
        *path = fa_arena_str(&plan->arena, fa_buf_str(&made)).bytes;
        status = *path ? FA_OK : no_memory(run);
    }
    fa_buf_release(&made);
    return status;
}

/* As a path, so that it is not taken for the name of what is shipped. */
static enum fa_status add_path(struct verify_plan *plan, struct tool_run *run, const char *path)
{
    struct fa_buf made = {0};
    enum fa_status status = FA_OK;
    if (!strchr(path, '/'))
        status = fa_buf_add_text(&made, "./");
    if (status == FA_OK)
        status = fa_buf_add_text(&made, path);
    const char *kept =
        status == FA_OK ? fa_arena_str(&plan->arena, fa_buf_str(&made)).bytes : NULL;
    fa_buf_release(&made);
    return kept ? add_text(&plan->line.rules.rulesets, run, kept) : no_memory(run);
}

/* A ruleset that was a file must be given again: only its name is on record. */
static enum fa_status add_rules_file(struct verify_plan *plan, struct tool_run *run,
                                     const struct verify_options *options, struct fa_str name)
{
    for (size_t i = 0; i < options->rules.texts.count; i++)
        if (fa_str_is(name, base_name(options->rules.texts.items[i])))
            return add_path(plan, run, options->rules.texts.items[i]);
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_VERIFY_INPUT, (struct fa_place){0},
                    "give it again: -r FILE", "the record was made with a file of rulesets %s",
                    fa_quoted(name, quoted));
}

/* A profile by the name that it gives itself: of the files given, else a shipped one. */
static enum fa_status add_profile(struct verify_plan *plan, struct tool_run *run,
                                  const struct verify_options *options,
                                  const struct profile_list *given, const char *name)
{
    for (size_t i = 0; i < given->profiles.count; i++)
        if (fa_str_is(given->profiles.items[i].name, name))
            return add_text(&plan->line.filing.profiles, run, options->profiles.texts.items[i]);
    const char *path;
    FA_TRY(find_shipped(plan, run, profiles_find_shipped, fa_str_from(name), &path));
    return add_text(&plan->line.filing.profiles, run, path);
}

static enum fa_status parse_count(struct tool_run *run, struct fa_str text, uint64_t *count)
{
    uint64_t made = 0;
    bool is_number = text.size > 0 && text.size < 11;
    for (size_t i = 0; is_number && i < text.size; i++) {
        is_number = text.bytes[i] >= '0' && text.bytes[i] <= '9';
        made = 10 * made + (uint64_t)(text.bytes[i] - '0');
    }
    char quoted[FA_QUOTED_BYTES];
    if (!is_number)
        return fa_error(run->sink, FA_CODE_VERIFY_RECORD, (struct fa_place){0}, NULL,
                        "the record has %s for a number", fa_quoted(text, quoted));
    *count = made;
    return FA_OK;
}

static enum fa_status add_flag_option(struct verify_plan *plan, struct tool_run *run,
                                      const struct verify_options *options, struct fa_str name,
                                      struct fa_str value, bool *is_known)
{
    struct rules_choice *rules = &plan->line.rules;
    *is_known = true;
    if (fa_str_is(name, "rules")) {
        FA_TRY(check_name(run, value));
        return add_text(&rules->rulesets, run, value.bytes);
    }
    if (fa_str_is(name, "rules-file"))
        return add_rules_file(plan, run, options, value);
    if (fa_str_is(name, "param"))
        return add_text(&rules->parameters, run, value.bytes);
    if (fa_str_is(name, "evidence"))
        return parse_count(run, value, &rules->evidence_max);
    if (fa_str_is(name, "as-of"))
        return tool_parse_day(run, "--as-of", value.bytes, &plan->line.as_of_day);
    if (fa_str_is(name, "only"))
        rules->only = value.bytes;
    else
        *is_known = false;
    return FA_OK;
}

static enum fa_status add_option(struct verify_plan *plan, struct tool_run *run,
                                 const struct verify_options *options,
                                 const struct profile_list *given,
                                 const struct fa_provenance_entry *entry)
{
    bool is_known = true;
    struct fa_str value = fa_arena_str(&plan->arena, entry->value);
    if (!value.bytes)
        return no_memory(run);
    if (fa_str_is(entry->name, "version")) {
        return FA_OK;
    } else if (fa_str_is(entry->stage, "ingest")) {
        if (fa_str_is(entry->name, "profile"))
            return add_profile(plan, run, options, given, value.bytes);
        /* whose tables the filing has: they are read in any case */
        if (fa_str_is(entry->name, "rules"))
            return check_name(run, value);
        if (fa_str_is(entry->name, "as-of"))
            plan->line.filing.as_of = value.bytes;
        else
            is_known = false;
    } else if (fa_str_is(entry->stage, "reconcile")) {
        if (fa_str_is(entry->name, "scheme")) {
            plan->line.scheme = options->scheme;
            if (!options->scheme)
                FA_TRY(find_shipped(plan, run, schemes_find_shipped, value, &plan->line.scheme));
        } else if (fa_str_is(entry->name, "matches")) {
            plan->line.wants_matches = true;
        } else {
            is_known = false;
        }
    } else if (fa_str_is(entry->stage, "flag")) {
        FA_TRY(add_flag_option(plan, run, options, entry->name, value, &is_known));
    } else {
        is_known = false;
    }
    char stage[FA_QUOTED_BYTES], name[FA_QUOTED_BYTES];
    if (!is_known)
        return fa_error(run->sink, FA_CODE_VERIFY_RECORD, (struct fa_place){0},
                        "run the version of flowaudit that made the record",
                        "the record has an option %s of %s, which this version does not know",
                        fa_quoted(entry->name, name), fa_quoted(entry->stage, stage));
    return FA_OK;
}

/* --- what must be there --- */

/* Waivers in the order of the record, each by its name. */
static enum fa_status add_waivers(struct verify_plan *plan, struct tool_run *run,
                                  const struct verify_options *options,
                                  const struct fa_provenance *record)
{
    const struct option_list *given = &options->waivers;
    struct option_list *wanted = &plan->line.rules.waivers;
    for (size_t i = 0; i < record->entries.count; i++) {
        const struct fa_provenance_entry *entry = &record->entries.items[i];
        char hex[FA_SHA256_HEX_BYTES];
        size_t k = 0;
        if (entry->is_option || entry->role != FA_INPUT_WAIVERS)
            continue;
        while (k < given->texts.count &&
               !fa_str_is(entry->name, base_name(given->texts.items[k])))
            k++;
        if (k == given->texts.count)
            return lacks(run, "waivers", entry->name, entry->value, NULL);
        FA_TRY(verify_hash_file(run, given->texts.items[k], hex));
        if (!fa_str_is(entry->value, hex))
            return lacks(run, "waivers", entry->name, entry->value, hex);
        FA_TRY(add_text(wanted, run, given->texts.items[k]));
    }
    if (given->texts.count != wanted->texts.count)
        return fa_error(run->sink, FA_CODE_VERIFY_INPUT, (struct fa_place){0}, NULL,
                        "the record was made with %zu files of waivers, %zu are given",
                        wanted->texts.count, given->texts.count);
    return FA_OK;
}

/* A file that only its name and hash are on record of: it is given again. */
static enum fa_status check_given(struct tool_run *run, const struct fa_provenance *record,
                                  enum fa_input_role role, const char *path)
{
    const struct fa_provenance_entry *named = NULL;
    char hex[FA_SHA256_HEX_BYTES];
    for (size_t i = 0; i < record->entries.count; i++)
        if (!record->entries.items[i].is_option && record->entries.items[i].role == role)
            named = &record->entries.items[i];
    const char *what = fa_input_role_name(role);
    if (!named && path)
        return fa_error(run->sink, FA_CODE_VERIFY_INPUT, (struct fa_place){0}, NULL,
                        "the record was made without %s", what);
    if (!named)
        return FA_OK;
    if (!path)
        return lacks(run, what, named->name, named->value, NULL);
    FA_TRY(verify_hash_file(run, path, hex));
    return fa_str_is(named->value, hex) ? FA_OK
                                        : lacks(run, what, named->name, named->value, hex);
}

static enum fa_status check_profiles(struct verify_plan *plan, struct tool_run *run, const struct profile_list *given,
                                     const struct fa_provenance *record)
{
    for (size_t i = 0; i < record->entries.count; i++) {
        const struct fa_provenance_entry *entry = &record->entries.items[i];
        if (entry->is_option || entry->role != FA_INPUT_PROFILE)
            continue;
        const struct fa_profile *profile = NULL;
        for (size_t k = 0; k < given->profiles.count; k++)
            if (fa_str_equal(given->profiles.items[k].name, entry->name))
                profile = &given->profiles.items[k];
        struct profile_list shipped = {0};
        enum fa_status status = FA_OK;
        if (!profile) {
            const char *path;
            char *name = NULL;
            FA_TRY(find_shipped(plan, run, profiles_find_shipped, entry->name, &path));
            name = strdup(path);
            status = name ? profiles_load(&shipped, run, &name, 1) : no_memory(run);
            free(name);
            if (status == FA_OK)
                profile = &shipped.profiles.items[0];
        }
        char hex[FA_SHA256_HEX_BYTES];
        if (profile)
            fa_sha256_hex(profile->sha256, hex);
        if (status == FA_OK && !fa_str_is(entry->value, hex))
            status = lacks(run, "profile", entry->name, entry->value, hex);
        profiles_release(&shipped);
        FA_TRY(status);
    }
    return FA_OK;
}

static enum fa_status plan_record(struct verify_plan *plan, struct tool_run *run,
                                  const struct verify_options *options,
                                  const struct profile_list *given, const struct fa_provenance *record)
{
    FA_TRY(check_profiles(plan, run, given, record));
    FA_TRY(check_given(run, record, FA_INPUT_BASELINE, options->baseline));
    plan->line.rules.baseline = options->baseline;
    FA_TRY(add_waivers(plan, run, options, record));
    for (size_t i = 0; i < record->entries.count; i++)
        if (record->entries.items[i].is_option)
            FA_TRY(add_option(plan, run, options, given, &record->entries.items[i]));
    return FA_OK;
}

static enum fa_status load_given(struct verify_plan *plan, struct tool_run *run,
                                 const struct option_list *paths, struct profile_list *given)
{
    char **names = fa_arena_array(&plan->arena, paths->texts.count, sizeof *names);
    for (size_t i = 0; names && i < paths->texts.count; i++) {
        size_t size = strlen(paths->texts.items[i]) + 1;
        names[i] = fa_arena_alloc(&plan->arena, size);
        if (!names[i])
            return no_memory(run);
        memcpy(names[i], paths->texts.items[i], size);
    }
    return names ? profiles_load(given, run, names, (int)paths->texts.count) : no_memory(run);
}

enum fa_status verify_plan_make(struct verify_plan *plan, struct tool_run *run,
                                const struct verify_options *options,
                                const struct fa_provenance *record)
{
    *plan = (struct verify_plan){.line = LINE_CHOICE_DEFAULT};
    fa_arena_init(&plan->arena);
    plan->line.filing.memory_max = options->memory_max;
    plan->line.filing.threads = options->threads;
    plan->line.rules.filing = run->operands[1];
    plan->line.rules.names_are_shipped = true;
    plan->line.skips_reconcile = true;
    for (size_t i = 0; i < record->entries.count; i++)
        plan->line.skips_reconcile &= !fa_str_is(record->entries.items[i].stage, "reconcile");
    bool has_inputs = false;
    for (size_t i = 0; i < record->entries.count; i++)
        has_inputs |= !record->entries.items[i].is_option &&
                      record->entries.items[i].role != FA_INPUT_SOURCE;
    if (!has_inputs)
        return fa_error(run->sink, FA_CODE_VERIFY_RECORD, (struct fa_place){0},
                        "make the results anew with this version",
                        "the record does not say what rules it was made with");
    struct profile_list given = {0};
    enum fa_status status = FA_OK;
    if (options->profiles.texts.count)
        status = load_given(plan, run, &options->profiles, &given);
    if (status == FA_OK)
        status = plan_record(plan, run, options, &given, record);
    profiles_release(&given);
    return status;
}

void verify_plan_release(struct verify_plan *plan)
{
    fa_vec_free(&plan->line.filing.profiles.texts);
    fa_vec_free(&plan->line.rules.rulesets.texts);
    fa_vec_free(&plan->line.rules.parameters.texts);
    fa_vec_free(&plan->line.rules.waivers.texts);
    fa_arena_release(&plan->arena);
}

/* The hash of a text that was loaded under NAME; false: none was. */
static bool find_loaded(const struct line *line, const struct fa_provenance_entry *entry,
                        struct fa_str *text, uint8_t sha256[FA_SHA256_BYTES])
{
    const struct fa_ruleset_list *list = &line->rulesets.list;
    for (size_t i = 0; entry->role == FA_INPUT_RULESET && i < list->rulesets.count; i++)
        if (fa_str_equal(list->rulesets.items[i]->id, entry->name))
            *text = list->rulesets.items[i]->text;
    for (size_t i = 0; entry->role == FA_INPUT_SET && i < list->sets.count; i++)
        if (fa_str_equal(list->sets.items[i].id, entry->name))
            *text = list->sets.items[i].text;
    bool is_scheme = entry->role == FA_INPUT_SCHEME && line->scheme &&
                     fa_str_equal(line->scheme->name, entry->name);
    if (is_scheme)
        memcpy(sha256, line->scheme->sha256, FA_SHA256_BYTES);
    return is_scheme;
}

enum fa_status verify_check_loaded(const struct line *line, struct tool_run *run,
                                   const struct fa_provenance *record)
{
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return no_memory(run);
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < record->entries.count; i++) {
        const struct fa_provenance_entry *entry = &record->entries.items[i];
        bool is_loaded = entry->role == FA_INPUT_RULESET || entry->role == FA_INPUT_SET ||
                         entry->role == FA_INPUT_SCHEME;
        if (entry->is_option || !is_loaded)
            continue;
        struct fa_str text = {NULL, 0};
        uint8_t digest[FA_SHA256_BYTES];
        char hex[FA_SHA256_HEX_BYTES];
        bool is_there = find_loaded(line, entry, &text, digest);
        if (text.bytes) {
            fa_sha256_add(sha, text.bytes, text.size);
            fa_sha256_finish(sha, digest);
            is_there = true;
        }
        if (is_there)
            fa_sha256_hex(digest, hex);
        if (!is_there || !fa_str_is(entry->value, hex))
            status = lacks(run, fa_input_role_name(entry->role), entry->name, entry->value,
                           is_there ? hex : NULL);
    }
    fa_sha256_free(sha);
    return status;
}
