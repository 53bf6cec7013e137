#include "filing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "intake/ingest.h"
#include "profiles.h"

enum { THREADS_UNASKED_MAX = 8 };

unsigned threads_of(uint64_t asked)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t count = asked ? asked : cores > 0 ? (uint64_t)cores : 1;
    uint64_t most = asked ? FA_THREADS_MAX : THREADS_UNASKED_MAX;
    return (unsigned)(count < most ? count : most);
}

/* Without randomness the hash tables still work; only crafted files could slow them down. */
static struct fa_hash_key hash_key(void)
{
    struct fa_hash_key key = {UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344)};
    ssize_t got = getrandom(&key, sizeof key, GRND_NONBLOCK);
    (void)got;
    return key;
}

/* Rejected records are written even when the filing is refused: they tell what to correct. */
static enum fa_status ingest_with_rejects(const struct filing_choice *choice,
                                          struct tool_run *run,
                                          struct fa_ingest_options *options,
                                          struct fa_blocks **blocks)
{
    if (!choice->rejects)
        return fa_ingest(options, run->sink, blocks);
    struct output *output = malloc(sizeof *output);
    if (!output)
        return fa_out_of_memory(run->sink, "the file of rejected records");
    enum fa_status status = output_open(output, choice->rejects, OUTPUT_TEXT, run->sink);
    if (status == FA_OK) {
        options->rejects = &output->base;
        status = fa_ingest(options, run->sink, blocks);
        enum fa_status written = output_finish(output, status == FA_EIO ? status : FA_OK);
        if (status == FA_OK && written != FA_OK) {
            fa_blocks_free(*blocks);
            *blocks = NULL;
            status = written;
        }
    }
    free(output);
    return status;
}

/* The paths of the profiles, which are given as files or names of shipped ones. */
struct profile_paths {
    FA_VEC(const char *) paths;
    struct fa_arena arena;
};

static enum fa_status find_profiles(const struct filing_choice *choice, struct tool_run *run,
                                    struct profile_paths *found)
{
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < choice->profiles.texts.count; i++) {
        struct fa_buf path = {0};
        status = profiles_find(run, choice->profiles.texts.items[i], &path);
        if (status == FA_OK) {
            char *kept = fa_arena_alloc(&found->arena, path.size + 1);
            if (kept)
                memcpy(kept, path.bytes, path.size + 1);
            if (!kept || fa_vec_add(&found->paths, kept) != FA_OK)
                status = fa_out_of_memory(run->sink, "a path");
        }
        fa_buf_release(&path);
    }
    return status;
}

/* Who asks for a few rules learns that tables of others are there, which none of his rules may read. */
static enum fa_status tell_others(const struct filing_tables *tables, struct tool_run *run,
                                  const struct fa_blocks *blocks)
{
    struct fa_buf names = {0};
    enum fa_status status = FA_OK;
    for (size_t i = 0; status == FA_OK && i < tables->extra_count; i++) {
        const struct fa_ingest_table *extra = &tables->extra[i];
        if (tables->is_other[i] &&
            fa_dictionary_find(&blocks->head->dictionary, extra->table))
            status = fa_buf_addf(&names, "%s%.*s of %.*s", names.size ? ", " : "",
                                 (int)extra->table.size, extra->table.bytes,
                                 (int)extra->ruleset.size, extra->ruleset.bytes);
    }
    if (status != FA_OK)
        status = fa_out_of_memory(run->sink, "a note");
    else if (names.size)
        fa_note(run->sink, FA_CODE_FILING_TABLES, (struct fa_place){0}, NULL,
                "the filing holds tables of rulesets that -r does not name: %.*s", (int)names.size,
                names.bytes);
    fa_buf_release(&names);
    return status;
}

enum fa_status filing_ingest_files(const struct filing_choice *choice, struct tool_run *run,
                                   const char *const *paths, size_t path_count,
                                   struct fa_blocks **blocks)
{
    struct fa_buf profile_dir = {0};
    struct profile_paths profiles = {0};
    fa_arena_init(&profiles.arena);
    struct fa_ingest_options options = {
        .paths = paths,
        .path_count = path_count,
        .has_rejects_max = choice->rejects_max != UINT64_MAX,
        .rejects_max = choice->rejects_max,
        .memory_max = choice->memory_max,
        .spool_dir = tool_spool_folder(),
        .thread_count = threads_of(choice->threads),
        .hash_key = hash_key(),
        .progress = &run->progress,
        .has_as_of = choice->as_of != NULL,
        .account = choice->account,
    };
    if (choice->tables) {
        options.dictionary = &choice->tables->dictionary;
        options.extra = choice->tables->extra;
        options.extra_count = choice->tables->extra_count;
    }
    struct tool_stage stage = tool_stage_begin();
    enum fa_status status = FA_OK;
    if (choice->as_of)
        status = tool_parse_day(run, "--as-of", choice->as_of, &options.as_of_day);
    if (status == FA_OK)
        status = find_profiles(choice, run, &profiles);
    if (status == FA_OK)
        status = tool_data_path(run, "profiles", &profile_dir);
    if (status == FA_OK) {
        options.profiles = profiles.paths.items;
        options.profile_count = profiles.paths.count;
        options.profile_dir = fa_buf_cstr(&profile_dir);
        status = ingest_with_rejects(choice, run, &options, blocks);
    }
    fa_buf_release(&profile_dir);
    fa_vec_free(&profiles.paths);
    fa_arena_release(&profiles.arena);
    if (status == FA_OK && choice->tables)
        status = tell_others(choice->tables, run, *blocks);
    if (status == FA_OK) {
        uint64_t rows = 0;
        for (size_t i = 0; i < (*blocks)->totals->list.count; i++)
            if ((*blocks)->totals->list.items[i].column == FA_NO_COLUMN)
                rows += (*blocks)->totals->list.items[i].rows;
        tool_stage_end(run, stage, "ingest", rows);
    }
    return status;
}

enum fa_status filing_ingest(const struct filing_choice *choice, struct tool_run *run,
                             const char *path, struct fa_blocks **blocks)
{
    return filing_ingest_files(choice, run, &path, 1, blocks);
}
