#include "rulesets.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "baseline.h"
#include "waivers.h"

enum { FOLDER_DEPTH_MAX = 4 };
static const char suffix[] = ".rules";

struct path_list {
    FA_VEC(char *) paths;
};

static void path_list_free(struct path_list *list)
{
    for (size_t i = 0; i < list->paths.count; i++)
        free(list->paths.items[i]);
    fa_vec_free(&list->paths);
}

static bool has_suffix(const char *name)
{
    size_t size = strlen(name), wanted = sizeof suffix - 1;
    return size > wanted && strcmp(name + size - wanted, suffix) == 0;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every *.rules below FOLDER, in byte order of the paths. */
static enum fa_status list_folder(const char *folder, int depth, struct fa_sink *sink,
                                  struct path_list *list)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return fa_io_error(sink, "open", folder, errno);
    enum fa_status status = FA_OK;
    struct dirent *entry;
    while (status == FA_OK && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = NULL;
        if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0) {
            status = fa_out_of_memory(sink, "a path");
            break;
        }
        struct stat info;
        bool is_folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
        if (is_folder && depth < FOLDER_DEPTH_MAX)
            status = list_folder(path, depth + 1, sink, list);
        if (!is_folder && has_suffix(entry->d_name)) {
            status = fa_vec_add(&list->paths, path);
            if (status == FA_OK)
                path = NULL;
            else
                status = fa_out_of_memory(sink, "rulesets");
        }
        free(path);
    }
    closedir(dir);
    return status;
}

/* The text of a file and its name, for as long as the rulesets are. */
static enum fa_status read(struct rulesets *rulesets, struct tool_run *run, const char *path,
                           struct fa_str *kept, struct fa_str *name)
{
    struct fa_buf text = {0};
    enum fa_status status = fa_file_read(path, FA_LANG_BYTES_MAX, run->sink, &text);
    if (status == FA_OK) {
        *kept = fa_arena_str(&rulesets->arena, fa_buf_str(&text));
        *name = fa_arena_str(&rulesets->arena, fa_str_from(path));
        if (!kept->bytes || !name->bytes)
            status = fa_out_of_memory(run->sink, "rulesets");
    }
    fa_buf_release(&text);
    return status;
}

static enum fa_status add(struct rulesets *rulesets, struct tool_run *run, const char *path,
                          bool is_for_use)
{
    struct fa_str kept = {0}, name = {0};
    FA_TRY(read(rulesets, run, path, &kept, &name));
    return fa_ruleset_add(&rulesets->list, kept, name, is_for_use, run->sink);
}

/* The shipped file whose name without folder and suffix is ID. */
static const char *find_shipped(const struct path_list *shipped, const char *id)
{
    for (size_t i = 0; i < shipped->paths.count; i++) {
        const char *path = shipped->paths.items[i];
        const char *slash = strrchr(path, '/');
        const char *base = slash ? slash + 1 : path;
        size_t size = strlen(base) - (sizeof suffix - 1);
        if (strlen(id) == size && memcmp(base, id, size) == 0)
            return path;
    }
    return NULL;
}

/* The set ID of one of the shipped files sets.rules; without the others that stand there. */
static enum fa_status add_shipped_set(struct rulesets *rulesets, struct tool_run *run,
                                      const struct path_list *shipped, const char *id,
                                      bool *is_found)
{
    static const char base[] = "/sets.rules";
    for (size_t i = 0; !*is_found && i < shipped->paths.count; i++) {
        const char *path = shipped->paths.items[i];
        size_t size = strlen(path);
        struct fa_str kept = {0}, name = {0};
        if (size < sizeof base - 1 || strcmp(path + size - (sizeof base - 1), base) != 0)
            continue;
        FA_TRY(read(rulesets, run, path, &kept, &name));
        FA_TRY(fa_ruleset_add_set(&rulesets->list, kept, name, fa_str_from(id), run->sink,
                                  is_found));
    }
    return FA_OK;
}

/* A file rather than the id of a shipped ruleset or set, whatever lies in the working folder. */
static bool is_path(const char *name)
{
    return strchr(name, '/') || has_suffix(name);
}

static enum fa_status add_named(struct rulesets *rulesets, struct tool_run *run,
                                const struct path_list *shipped, const char *name,
                                bool is_shipped)
{
    struct stat info;
    if (is_shipped ? strchr(name, '/') != NULL : is_path(name))
        return add(rulesets, run, name, false);
    const char *path = find_shipped(shipped, name);
    if (path)
        return add(rulesets, run, path, false);
    bool is_set = false;
    FA_TRY(add_shipped_set(rulesets, run, shipped, name, &is_set));
    if (is_set)
        return FA_OK;
    if (!is_shipped && stat(name, &info) == 0) {
        FA_TRY(add(rulesets, run, name, false));
        return fa_vec_add(&rulesets->unmarked_files, name) == FA_OK
                   ? FA_OK
                   : fa_out_of_memory(run->sink, "rulesets");
    }
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                    "flowaudit-rules list shows the shipped ones",
                    "%s is neither a file nor a shipped ruleset or set",
                    fa_quoted(fa_str_from(name), quoted));
}

/* A ruleset that another file names: beside that file, else a shipped one. */
static enum fa_status add_missing(struct rulesets *rulesets, struct tool_run *run,
                                  const struct path_list *shipped,
                                  const struct fa_missing_ruleset *missing, bool *is_found)
{
    struct fa_str folder = missing->file;
    while (folder.size > 0 && folder.bytes[folder.size - 1] != '/')
        folder.size--;
    char *beside = NULL, *id = NULL;
    struct stat info;
    enum fa_status status = FA_OK;
    if (asprintf(&id, "%.*s", (int)missing->id.size, missing->id.bytes) < 0)
        return fa_out_of_memory(run->sink, "a path");
    if (asprintf(&beside, "%.*s%s%s", (int)folder.size, folder.bytes, id, suffix) < 0) {
        free(id);
        return fa_out_of_memory(run->sink, "a path");
    }
    const char *path = stat(beside, &info) == 0 ? beside : find_shipped(shipped, id);
    *is_found = path != NULL;
    if (path)
        status = add(rulesets, run, path, missing->is_for_use);
    free(beside);
    free(id);
    return status;
}

/* What is not found is for the check to report: it knows the place that names it. */
static enum fa_status add_all_missing(struct rulesets *rulesets, struct tool_run *run,
                                      const struct path_list *shipped)
{
    enum fa_status total = FA_OK;
    struct fa_missing_ruleset missing;
    size_t not_found = 0, files = 0;
    while (files < FA_RULE_FILES_MAX &&
           fa_ruleset_list_missing(&rulesets->list, not_found, &missing)) {
        size_t drafts = rulesets->list.drafts.count;
        bool is_found = false;
        enum fa_status status = add_missing(rulesets, run, shipped, &missing, &is_found);
        if (status != FA_OK && status != FA_ERULES)
            return status;
        total = total == FA_OK ? status : total;
        files += is_found;
        /* a file of that name that holds another ruleset */
        if (!is_found || drafts == rulesets->list.drafts.count)
            not_found++;
    }
    return total;
}

static enum fa_status add_files(struct rulesets *rulesets, struct tool_run *run,
                                const struct rules_choice *choice,
                                const struct path_list *shipped)
{
    const struct option_list *names = &choice->rulesets;
    /* Every file is read before giving up, so that all mistakes show at once. */
    enum fa_status total = FA_OK;
    size_t count = names->texts.count ? names->texts.count : shipped->paths.count;
    for (size_t i = 0; i < count; i++) {
        enum fa_status one = names->texts.count
                                 ? add_named(rulesets, run, shipped, names->texts.items[i],
                                             choice->names_are_shipped)
                                 : add(rulesets, run, shipped->paths.items[i], false);
        total = total == FA_OK ? one : total;
        if (total != FA_OK && total != FA_ERULES)
            return total;
    }
    return total;
}

static enum fa_status list_shipped(struct tool_run *run, struct path_list *shipped)
{
    struct fa_buf folder = {0};
    enum fa_status status = tool_data_path(run, "rulesets", &folder);
    const char *path = status == FA_OK ? fa_buf_cstr(&folder) : NULL;
    if (status == FA_OK)
        status = path ? list_folder(path, 0, run->sink, shipped)
                      : fa_out_of_memory(run->sink, "a path");
    fa_buf_release(&folder);
    if (status == FA_OK && shipped->paths.count)
        qsort(shipped->paths.items, shipped->paths.count, sizeof(char *), compare_paths);
    return status;
}

static enum fa_status load_all(struct rulesets *rulesets, struct tool_run *run,
                               const struct rules_choice *choice, struct path_list *shipped)
{
    FA_TRY(list_shipped(run, shipped));
    enum fa_status status = add_files(rulesets, run, choice, shipped);
    if (status == FA_OK || status == FA_ERULES) {
        enum fa_status missing = add_all_missing(rulesets, run, shipped);
        status = missing == FA_OK || missing == FA_ERULES ? status : missing;
    }
    if (status != FA_OK && status != FA_ERULES)
        return status;
    enum fa_status checked = fa_ruleset_list_check(&rulesets->list);
    rulesets->list.picks_sets = choice->rulesets.texts.count == 0;
    return checked == FA_OK ? status : checked;
}

static enum fa_status check_only(const struct rulesets *rulesets, struct tool_run *run,
                                 const char *only)
{
    if (!only)
        return FA_OK;
    bool is_provision = false;
    for (size_t s = 0; s < rulesets->list.rulesets.count; s++) {
        const struct fa_ruleset *ruleset = rulesets->list.rulesets.items[s];
        for (int r = 0; r < ruleset->rule_count; r++)
            if (fa_str_is(ruleset->rules[r].id, only))
                return FA_OK;
        for (int p = 0; p < ruleset->provision_count; p++)
            is_provision |= fa_str_is(ruleset->provisions[p].id, only);
    }
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                    is_provision ? "it is a provision, which no filing shows; flowaudit-rules doc says why"
                                 : "flowaudit-rules list shows the rules",
                    "no ruleset of this run has a rule %s",
                    fa_quoted(fa_str_from(only), quoted));
}

enum fa_status rulesets_none(struct rulesets *rulesets, struct tool_run *run)
{
    *rulesets = (struct rulesets){0};
    fa_arena_init(&rulesets->arena);
    fa_waiver_list_init(&rulesets->waivers);
    fa_ruleset_list_init(&rulesets->list, &rulesets->dictionary);
    return fa_dictionary_builtin(&rulesets->arena, run->sink, &rulesets->dictionary);
}

enum fa_status rulesets_load(struct rulesets *rulesets, struct tool_run *run,
                             const struct rules_choice *choice)
{
    FA_TRY(rulesets_none(rulesets, run));
    struct path_list shipped = {0};
    enum fa_status status = load_all(rulesets, run, choice, &shipped);
    path_list_free(&shipped);
    for (size_t i = 0; status == FA_OK && i < choice->parameters.texts.count; i++)
        status = fa_ruleset_override(
            &rulesets->list, fa_str_from(choice->parameters.texts.items[i]), run->sink);
    /* Waivers are read in any case, so that all mistakes show at once. */
    if (status == FA_OK || status == FA_ERULES) {
        enum fa_status waivers = waivers_load(&rulesets->waivers, run, &choice->waivers, choice->filing);
        status = status == FA_OK || (waivers != FA_OK && waivers != FA_ERULES) ? waivers : status;
    }
    if (status == FA_OK)
        status = check_only(rulesets, run, choice->only);
    return status == FA_OK ? baseline_load(choice->baseline, run, &rulesets->baseline) : status;
}

void rulesets_release(struct rulesets *rulesets)
{
    if (rulesets->others)
        rulesets_release(rulesets->others);
    free(rulesets->others);
    fa_baseline_free(rulesets->baseline);
    fa_waiver_list_release(&rulesets->waivers);
    fa_ruleset_list_release(&rulesets->list);
    fa_vec_free(&rulesets->unmarked_files);
    fa_arena_release(&rulesets->arena);
}

struct option_records {
    FA_VEC(struct fa_option_info) list;
};

/* The assignments in one line, for the provenance. */
static enum fa_status add_parameters(const struct option_list *parameters, struct fa_buf *line)
{
    for (size_t i = 0; i < parameters->texts.count; i++) {
        FA_TRY(fa_buf_add_text(line, i > 0 ? " " : ""));
        FA_TRY(fa_buf_add_text(line, parameters->texts.items[i]));
    }
    return FA_OK;
}

/* "-r NAME -r NAME": of a path the last part, so that results do not tell where they were made. */
static enum fa_status add_names(const struct option_list *names, struct fa_buf *line)
{
    for (size_t i = 0; i < names->texts.count; i++) {
        const char *slash = strrchr(names->texts.items[i], '/');
        FA_TRY(fa_buf_add_text(line, i > 0 ? " -r " : "-r "));
        FA_TRY(fa_buf_add_text(line, slash ? slash + 1 : names->texts.items[i]));
    }
    return FA_OK;
}

/* What was chosen, for who makes the run again: of a file the last part of its name, and that it was one. */
static enum fa_status add_options(const struct rulesets *rulesets, const struct rules_choice *choice,
                                  struct option_records *options)
{
    for (size_t i = 0; i < choice->rulesets.texts.count; i++) {
        const char *text = choice->rulesets.texts.items[i];
        const char *slash = strrchr(text, '/');
        bool is_file = is_path(text);
        for (size_t u = 0; u < rulesets->unmarked_files.count; u++)
            is_file |= strcmp(rulesets->unmarked_files.items[u], text) == 0;
        const struct fa_option_info option = {
            .name = is_file ? FA_STR("rules-file") : FA_STR("rules"),
            .value = fa_str_from(is_file && slash ? slash + 1 : text)};
        FA_TRY(fa_vec_add(&options->list, option));
    }
    for (size_t i = 0; i < choice->parameters.texts.count; i++) {
        const struct fa_option_info option = {
            .name = FA_STR("param"), .value = fa_str_from(choice->parameters.texts.items[i])};
        FA_TRY(fa_vec_add(&options->list, option));
    }
    return FA_OK;
}

/* What a rule cost, with -v. */
static void tell_rule(void *context, const struct fa_rule *rule, const struct fa_rule_cost *cost)
{
    uint64_t tenths = cost->rows ? 10 * cost->ns / cost->rows : 0;
    tool_tell(context, "%.*s: %llu rows, %llu.%llu ns a row, %llu KiB", (int)rule->id.size,
              rule->id.bytes, (unsigned long long)cost->rows, (unsigned long long)(tenths / 10),
              (unsigned long long)(tenths % 10),
              (unsigned long long)((cost->peak_bytes + 1023) / 1024));
}

enum fa_status rulesets_flag(const struct rulesets *rulesets, struct tool_run *run,
                             const struct rules_choice *choice, int64_t as_of_day,
                             uint64_t memory_max, struct fa_blocks *ledger,
                             struct fa_blocks **results)
{
    struct fa_buf parameters = {0}, asked = {0};
    struct option_records options = {0};
    enum fa_status status = add_parameters(&choice->parameters, &parameters);
    if (status == FA_OK)
        status = add_names(&choice->rulesets, &asked);
    if (status == FA_OK)
        status = add_options(rulesets, choice, &options);
    const struct fa_flag_options flag = {
        .evaluate = {.as_of_day = as_of_day,
                     .memory_max = memory_max,
                     .thread_count = threads_of(choice->threads),
                     .tell_cost = run->is_verbose ? tell_rule : NULL,
                     .cost_context = run,
                     .only = fa_str_from(choice->only)},
        .evidence_max =
            (uint32_t)(choice->evidence_max < UINT32_MAX ? choice->evidence_max : UINT32_MAX),
        .parameters = fa_buf_str(&parameters),
        .asked = fa_buf_str(&asked),
        .options = options.list.items,
        .option_count = options.list.count,
        .baseline = rulesets->baseline,
        .waivers = choice->waivers.texts.count ? &rulesets->waivers : NULL,
        .spool_dir = tool_spool_folder(),
    };
    status = status == FA_OK ? fa_flag(&rulesets->list, ledger, &flag, run->sink, results)
                             : fa_out_of_memory(run->sink, "the provenance");
    fa_buf_release(&parameters);
    fa_buf_release(&asked);
    fa_vec_free(&options.list);
    return status;
}

/* --- the tables of a filing --- */

/* Whether a line of TEXT begins with the word "table". */
static bool declares_tables(struct fa_str text)
{
    static const char word[] = "table ";
    for (size_t at = 0; at < text.size;) {
        while (at < text.size && (text.bytes[at] == ' ' || text.bytes[at] == '\t'))
            at++;
        if (text.size - at >= sizeof word - 1 && memcmp(text.bytes + at, word, sizeof word - 1) == 0)
            return true;
        const char *end = memchr(text.bytes + at, '\n', text.size - at);
        at = end ? (size_t)(end - text.bytes) + 1 : text.size;
    }
    return false;
}

/* Only those that declare tables are compiled, with what they use: the others take time and add none. */
static enum fa_status add_with_tables(struct rulesets *others, struct tool_run *run,
                                      const struct path_list *shipped)
{
    for (size_t i = 0; i < shipped->paths.count; i++) {
        struct fa_str text = {0}, name = {0};
        FA_TRY(read(others, run, shipped->paths.items[i], &text, &name));
        if (declares_tables(text))
            FA_TRY(fa_ruleset_add(&others->list, text, name, false, run->sink));
    }
    FA_TRY(add_all_missing(others, run, shipped));
    return fa_ruleset_list_check(&others->list);
}

static enum fa_status load_others(struct rulesets *rulesets, struct tool_run *run)
{
    struct rulesets *others = calloc(1, sizeof *others);
    struct path_list shipped = {0};
    rulesets->others = others;
    if (!others)
        return fa_out_of_memory(run->sink, "rulesets");
    FA_TRY(rulesets_none(others, run));
    enum fa_status status = list_shipped(run, &shipped);
    if (status == FA_OK)
        status = add_with_tables(others, run, &shipped);
    path_list_free(&shipped);
    return status;
}

/* A table of a ruleset on its way into the tables of a filing. */
struct added {
    struct fa_table_def table;
    const struct fa_ruleset *ruleset;
    size_t number; /* in the order of declaration */
    bool is_other;
};

struct gathering {
    struct added *items;
    size_t count;
    bool is_asked; /* somebody asked for rulesets */
};

/* The tables of LIST whose names are not taken; a table asked for hides a shipped one of its name. */
static void gather(const struct fa_ruleset_list *list, bool is_other, struct gathering *to)
{
    size_t before = to->count;
    for (size_t i = 0; i < list->own_tables.count; i++) {
        const struct fa_own_table *own = &list->own_tables.items[i];
        const struct fa_table_def *table =
            &list->dictionary->tables[(size_t)list->core_table_count + i];
        bool is_taken = is_other && own->is_view;
        for (size_t k = 0; !is_taken && k < before; k++)
            is_taken = fa_str_equal(to->items[k].table.name, table->name);
        if (is_taken || list->core_table_count + (int)to->count >= FA_RULE_TABLES_MAX)
            continue;
        to->items[to->count] = (struct added){*table, own->ruleset, to->count,
                                               is_other && to->is_asked};
        if (own->is_view)
            to->items[to->count].table.written_by = FA_BY_FLAG;
        to->count++;
    }
}

static int compare_added(const void *a, const void *b)
{
    const struct added *one = a, *other = b;
    int order = fa_str_compare(one->ruleset->id, other->ruleset->id);
    return order ? order : (one->number > other->number) - (one->number < other->number);
}

/* What refers to a table does so by its number, which may be another one here. */
static enum fa_status refer_again(struct fa_arena *arena, const struct fa_dictionary *to,
                                  struct fa_table_def *table)
{
    struct fa_column_def *columns =
        fa_arena_array(arena, (size_t)table->column_count, sizeof *columns);
    for (int c = 0; columns && c < table->column_count; c++) {
        columns[c] = table->columns[c];
        const struct fa_table_def *target = fa_dictionary_find(to, columns[c].refers_to_name);
        if (columns[c].refers_to != FA_NO_TABLE)
            columns[c].refers_to = target ? target->index : FA_NO_TABLE;
    }
    table->columns = columns;
    return columns ? FA_OK : FA_ELIMIT;
}

/* In the order of the rulesets' ids, so that a stream is the same whatever was asked for. */
static enum fa_status join(struct gathering *from, struct fa_arena *arena,
                           struct filing_tables *tables)
{
    struct fa_dictionary *to = &tables->dictionary;
    int core_count = to->table_count;
    if (from->count)
        qsort(from->items, from->count, sizeof *from->items, compare_added);
    for (size_t i = 0; i < from->count; i++) {
        const struct added *added = &from->items[i];
        to->tables[to->table_count] = added->table;
        to->tables[to->table_count].index = to->table_count;
        to->table_count++;
        tables->extra[i] = (struct fa_ingest_table){added->table.name, added->ruleset->id,
                                                    added->ruleset->hash};
        tables->is_other[i] = added->is_other;
    }
    tables->extra_count = from->count;
    for (int t = core_count; t < to->table_count; t++)
        FA_TRY(refer_again(arena, to, &to->tables[t]));
    return FA_OK;
}

enum fa_status rulesets_filing(struct rulesets *rulesets, struct tool_run *run, bool is_narrow,
                               struct filing_tables *tables)
{
    const struct fa_ruleset_list *list = &rulesets->list;
    struct fa_arena *arena = &rulesets->arena;
    /* Without names all shipped ones are there. */
    if (!is_narrow && !list->picks_sets)
        FA_TRY(load_others(rulesets, run));
    const struct fa_ruleset_list *others = rulesets->others ? &rulesets->others->list : NULL;
    size_t most = 1 + list->own_tables.count + (others ? others->own_tables.count : 0);
    struct gathering gathered = {.items = fa_arena_array(arena, most, sizeof *gathered.items),
                                 .is_asked = list->rulesets.count > 0};
    *tables = (struct filing_tables){.extra = fa_arena_array(arena, most, sizeof *tables->extra),
                                     .is_other = fa_arena_array(arena, most, sizeof(bool))};
    const struct fa_dictionary *core = &rulesets->dictionary;
    bool is_whole = gathered.items && tables->extra && tables->is_other &&
                    fa_dictionary_copy(core, core->table_count + (int)most, arena,
                                       &tables->dictionary) == FA_OK;
    if (is_whole)
        gather(list, false, &gathered);
    if (is_whole && others)
        gather(others, true, &gathered);
    return is_whole && join(&gathered, arena, tables) == FA_OK
               ? FA_OK
               : fa_out_of_memory(run->sink, "the tables of a filing");
}
