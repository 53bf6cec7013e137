#include "reporting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "filing.h"
#include "ledger/digest.h"

enum { KEY_BYTES_MAX = 4096, KEY_BYTES_MIN = 16 };

static enum fa_status read_key(const char *path, struct tool_run *run, struct fa_buf *key)
{
    FA_TRY(fa_file_read_secret(path, KEY_BYTES_MAX, run->sink, key));
    if (key->size >= KEY_BYTES_MIN)
        return FA_OK;
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_KEY_FILE, (struct fa_place){0},
                    "make one with: (umask 077; head -c 32 /dev/urandom >FILE)",
                    "key file %s has %zu bytes, expected at least %d",
                    fa_quoted(fa_str_from(path), quoted), key->size, KEY_BYTES_MIN);
}

/* Nothing of the key stays in memory that others get. */
static void forget_key(struct fa_buf *key)
{
    if (key->bytes)
        explicit_bzero(key->bytes, key->capacity);
    fa_buf_release(key);
}

enum fa_status reporting_check(const struct reporting *reporting, struct tool_run *run)
{
    struct fa_buf key = {0};
    enum fa_status status =
        reporting->key_file ? read_key(reporting->key_file, run, &key) : FA_OK;
    forget_key(&key);
    return status;
}

/* The folder of PATH, where the workbook library puts its own temporary files: a disk with room
 * for the workbook has room for its parts. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* All but the workbook, which is written by name. */
static enum fa_status (*const writers[])(const struct fa_shown_context *context,
                                         const struct fa_report_options *options,
                                         struct fa_output *output) = {
    [REPORT_CSV] = fa_report_csv,     [REPORT_NDJSON] = fa_report_ndjson,
    [REPORT_TEXT] = fa_report_text,   [REPORT_SARIF] = fa_report_sarif,
    [REPORT_JUNIT] = fa_report_junit, [REPORT_GITHUB] = fa_report_github};

/* The files beside a workbook for what it does not show whole. */
struct rests {
    struct output *outputs[FA_REPORT_RESTS];
    char *paths[FA_REPORT_RESTS];
    char *stem; /* the workbook's name without ending and folder; NULL: it has none */
};

/* What an earlier report left under a name of ours is written anew even where the workbook shows all
 * rows, lest it pass for rows of this report. */
static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static enum fa_status write_rest(struct rests *rests, int rest, const char *path,
                                 struct tool_run *run, const struct fa_shown_context *context,
                                 const struct fa_report_options *options)
{
    struct fa_buf name = {0};
    size_t folder = strlen(path);
    while (folder > 0 && path[folder - 1] != '/')
        folder--;
    enum fa_status status = fa_buf_addf(&name, "%.*s%s.%s.csv", (int)folder, path, rests->stem,
                                        fa_report_rest_name(rest));
    const char *text = fa_buf_cstr(&name);
    rests->paths[rest] = status == FA_OK && text ? strdup(text) : NULL;
    fa_buf_release(&name);
    if (!rests->paths[rest])
        return fa_out_of_memory(run->sink, "the report");
    if (!fa_report_has_rest(context->results, rest) && !is_file(rests->paths[rest]))
        return FA_OK;
    struct output *output = malloc(sizeof *output);
    if (!output)
        return fa_out_of_memory(run->sink, "the report");
    status = output_open(output, rests->paths[rest], OUTPUT_TEXT, run->sink);
    if (status != FA_OK) {
        free(output);
        return status;
    }
    rests->outputs[rest] = output;
    return fa_report_rest(context, options, rest, &output->base);
}

/* Before the workbook, which names them. */
static enum fa_status write_rests(struct rests *rests, const char *path, struct tool_run *run,
                                  const struct fa_shown_context *context,
                                  struct fa_report_options *options)
{
    if (!path) /* a pipe or a device has nothing beside it */
        return FA_OK;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    rests->stem = strndup(name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
    if (!rests->stem)
        return fa_out_of_memory(run->sink, "the report");
    options->rest_stem = rests->stem;
    for (int rest = 0; rest < FA_REPORT_RESTS; rest++)
        FA_TRY(write_rest(rests, rest, path, run, context, options));
    return FA_OK;
}

static void release_rests(struct rests *rests)
{
    for (int rest = 0; rest < FA_REPORT_RESTS; rest++) {
        free(rests->outputs[rest]);
        free(rests->paths[rest]);
    }
    free(rests->stem);
}

/* Of a file that is whole under its temporary name. */
static enum fa_status hash_output(struct output *output, struct fa_sink *sink,
                                  char hex[FA_SHA256_HEX_BYTES])
{
    uint8_t digest[FA_SHA256_BYTES];
    FA_TRY(output_seal(output));
    const char *name = output->name ? output->name : output_file(output);
    FILE *in = fopen(output_file(output), "rbe");
    struct fa_sha256 *sha = fa_sha256_new();
    enum fa_status status = !in    ? fa_io_error(sink, "read again", name, errno)
                            : !sha ? fa_out_of_memory(sink, "the hash of a report")
                                   : FA_OK;
    for (size_t size = 1; status == FA_OK && size;) {
        char bytes[8192];
        size = fread(bytes, 1, sizeof bytes, in);
        fa_sha256_add(sha, bytes, size);
        if (!size && ferror(in))
            status = fa_io_error(sink, "read again", name, errno);
    }
    if (status == FA_OK) {
        fa_sha256_finish(sha, digest);
        fa_sha256_hex(digest, hex);
    }
    fa_sha256_free(sha);
    if (in)
        fclose(in);
    return status;
}

/* The lists become files together with the workbook, which is the last: who finds it finds them. Then
 * their hashes are told, for the letter that goes with them. */
static enum fa_status finish_workbook(const struct reporting *reporting, struct tool_run *run,
                                      const struct rests *rests, struct output *output,
                                      enum fa_status status)
{
    struct output *outputs[FA_REPORT_RESTS + 1];
    char hashes[FA_REPORT_RESTS + 1][FA_SHA256_HEX_BYTES];
    int count = 0;
    for (int rest = 0; rest < FA_REPORT_RESTS; rest++)
        if (rests->outputs[rest])
            outputs[count++] = rests->outputs[rest];
    outputs[count++] = output;
    for (int i = 0; i < count && status == FA_OK && !reporting->is_passing; i++)
        status = hash_output(outputs[i], run->sink, hashes[i]);
    FA_TRY(output_finish_together(outputs, count, status));
    for (int i = 0; i < count && !reporting->is_passing; i++) {
        const char *name = outputs[i]->name ? outputs[i]->name : "standard output";
        fa_note(run->sink, FA_CODE_REPORT_WRITTEN, (struct fa_place){.source = fa_str_from(name)},
                NULL, "written, SHA-256 %s", hashes[i]);
    }
    return FA_OK;
}

static enum fa_status write_workbook(const struct reporting *reporting, struct tool_run *run,
                                     const struct fa_shown_context *context,
                                     struct fa_report_options *options, struct output *output)
{
    struct rests rests = {0};
    enum fa_status status = write_rests(&rests, output->target, run, context, options);
    if (status == FA_OK) {
        char *folder = folder_of(output_file(output));
        status = folder ? fa_report_workbook(context, options, output_file(output), folder)
                        : fa_out_of_memory(run->sink, "the report");
        free(folder);
    }
    if (status == FA_OK)
        status = fa_results_status(context->results);
    status = finish_workbook(reporting, run, &rests, output, status);
    release_rests(&rests);
    return status;
}

/* What a workbook records for who makes it again. */
struct recorded {
    char results_hash[FA_SHA256_HEX_BYTES];
    char key_id[KEY_ID_BYTES]; /* empty: no key */
};

static enum fa_status name_key(struct fa_str key, struct tool_run *run, char id[KEY_ID_BYTES])
{
    static const char purpose[] = "flowaudit key id";
    uint8_t digest[FA_SHA256_BYTES];
    char hex[FA_SHA256_HEX_BYTES];
    struct fa_sha256 *sha = fa_sha256_new();
    if (!sha)
        return fa_out_of_memory(run->sink, "the name of a key");
    fa_sha256_add(sha, purpose, sizeof purpose);
    fa_sha256_add(sha, key.bytes, key.size);
    fa_sha256_finish(sha, digest);
    fa_sha256_free(sha);
    fa_sha256_hex(digest, hex);
    memcpy(id, hex, KEY_ID_BYTES - 1);
    id[KEY_ID_BYTES - 1] = '\0';
    return FA_OK;
}

enum fa_status reporting_key_id(const char *path, struct tool_run *run, char id[KEY_ID_BYTES])
{
    struct fa_buf key = {0};
    enum fa_status status = read_key(path, run, &key);
    if (status == FA_OK)
        status = name_key(fa_buf_str(&key), run, id);
    forget_key(&key);
    return status;
}

static enum fa_status write_other(const struct reporting *reporting,
                                  const struct fa_shown_context *context,
                                  const struct fa_report_options *options, struct output *output)
{
    FA_TRY(writers[reporting->format](context, options, &output->base));
    return fa_results_status(context->results);
}

static enum fa_status write_format(const struct reporting *reporting, struct tool_run *run,
                                   const struct fa_shown_context *context,
                                   const struct recorded *recorded)
{
    struct fa_report_options options = {.language = (enum fa_language)reporting->language,
                                        .paper = (enum fa_paper)reporting->paper,
                                        .csv_safe = reporting->csv_safe,
                                        .results_hash = fa_str_from(recorded->results_hash),
                                        .key_id = fa_str_from(recorded->key_id),
                                        .root = fa_str_from(reporting->root),
                                        .threads = threads_of(reporting->threads)};
    bool is_workbook = reporting->format == REPORT_XLSX;
    struct output *output = malloc(sizeof *output);
    if (!output)
        return fa_out_of_memory(run->sink, "the report");
    enum fa_status status = output_open(output, reporting->output,
                                        is_workbook ? OUTPUT_NAMED : OUTPUT_TEXT, run->sink);
    if (status == FA_OK) {
        status = is_workbook
                     ? write_workbook(reporting, run, context, &options, output)
                     : output_finish(output, write_other(reporting, context, &options, output));
    }
    free(output);
    return status;
}

/* The summary comes first, so that an old report stays whole when nobody can read it. It is masked even
 * where the report is not: a terminal and the log of a CI job keep what they show. */
static enum fa_status write_summary(const struct reporting *reporting, struct tool_run *run,
                                    const struct fa_shown_context *context, struct fa_str key,
                                    const struct recorded *recorded)
{
    const struct reporting text = {.format = REPORT_TEXT, .language = reporting->language};
    if (!reporting->reveal)
        return write_format(&text, run, context, recorded);
    struct fa_masker *masker;
    FA_TRY(fa_masker_new(context->results, key, false, &masker));
    struct fa_shown_context masked = {context->results, masker, false, NULL};
    enum fa_status status = fa_shown_begin(&masked);
    if (status == FA_OK)
        status = write_format(&text, run, &masked, recorded);
    fa_shown_end(&masked);
    fa_masker_free(masker);
    return status;
}

/* Every table of the results that has rows, each in a file of its own; of the others only what an
 * earlier report left there. */
static enum fa_status write_folder(const struct reporting *reporting, struct tool_run *run,
                                   const struct fa_shown_context *context)
{
    const struct fa_report_options options = {.csv_safe = reporting->csv_safe};
    if (mkdir(reporting->output, 0700) != 0 && errno != EEXIST)
        return fa_io_error(run->sink, "make folder", reporting->output, errno);
    struct output *output = malloc(sizeof *output);
    struct fa_buf path = {0};
    enum fa_status status = output ? FA_OK : fa_out_of_memory(run->sink, "the report");
    for (int t = 0; status == FA_OK && t < FA_RESULT_TABLE_COUNT; t++) {
        fa_buf_clear(&path);
        const char *name = fa_buf_addf(&path, "%s/%s.csv", reporting->output,
                                       fa_result_table_name((enum fa_result_table)t)) == FA_OK
                               ? fa_buf_cstr(&path)
                               : NULL;
        if (name && context->results->tables[t].row_count == 0 && !is_file(name))
            continue;
        status = name ? output_open(output, name, OUTPUT_TEXT, run->sink)
                      : fa_out_of_memory(run->sink, "the report");
        if (status == FA_OK) {
            status = fa_report_csv_table(context, &options, (enum fa_result_table)t, &output->base);
            if (status == FA_OK)
                status = fa_results_status(context->results);
            status = output_finish(output, status);
        }
    }
    fa_buf_release(&path);
    free(output);
    return status;
}

/* "tables/", or a folder that is there. */
static bool names_folder(const char *path)
{
    struct stat is;
    size_t size = path ? strlen(path) : 0;
    return size && (path[size - 1] == '/' || (stat(path, &is) == 0 && S_ISDIR(is.st_mode)));
}

static enum fa_status write_all(const struct reporting *reporting, struct tool_run *run,
                                const struct fa_results *results, struct fa_str key,
                                const struct recorded *recorded, bool summary)
{
    struct fa_masker *masker;
    FA_TRY(fa_masker_new(results, key, reporting->reveal, &masker));
    struct fa_shown_context context = {results, masker, reporting->reveal, NULL};
    enum fa_status status = fa_shown_begin(&context);
    if (status == FA_OK && summary)
        status = write_summary(reporting, run, &context, key, recorded);
    if (status == FA_OK)
        status = reporting->format == REPORT_CSV && names_folder(reporting->output)
                     ? write_folder(reporting, run, &context)
                     : write_format(reporting, run, &context, recorded);
    fa_shown_end(&context);
    fa_masker_free(masker);
    return status;
}

/* The hash costs a pass over the bytes, so only who records it has it made. */
static enum fa_status load(const struct reporting *reporting, struct tool_run *run,
                           struct fa_blocks *blocks, struct recorded *recorded,
                           struct fa_results **results)
{
    if (reporting->format != REPORT_XLSX)
        return fa_results_load(blocks, run->sink, results);
    struct fa_digest *digest = fa_digest_new(blocks);
    if (!digest)
        return fa_out_of_memory(run->sink, "results");
    uint8_t sha256[FA_SHA256_BYTES];
    enum fa_status status = fa_results_load(fa_digest_blocks(digest), run->sink, results);
    if (status == FA_OK) {
        fa_digest_get(digest, sha256);
        fa_sha256_hex(sha256, recorded->results_hash);
    }
    fa_digest_free(digest);
    return status;
}

enum fa_status reporting_write(const struct reporting *reporting, struct tool_run *run,
                               struct fa_blocks *blocks, bool summary,
                               struct fa_results **results)
{
    struct fa_buf key = {0};
    struct recorded recorded = {"", ""};
    struct fa_results *loaded = NULL;
    enum fa_status status = FA_OK;
    if (reporting->key_file)
        status = read_key(reporting->key_file, run, &key);
    if (status == FA_OK && key.size)
        status = name_key(fa_buf_str(&key), run, recorded.key_id);
    if (status == FA_OK)
        status = load(reporting, run, blocks, &recorded, &loaded);
    if (status == FA_OK) {
        status = write_all(reporting, run, loaded, fa_buf_str(&key), &recorded, summary);
        if (status == FA_OK)
            *results = loaded;
        else
            fa_results_free(loaded);
    }
    forget_key(&key);
    return status;
}

enum fa_status fail_check(const struct fail_choice *choice, struct tool_run *run)
{
    if (!choice->only_new || choice->severity != FAIL_ON_NOTHING)
        return FA_OK;
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                    "say from which severity on: --fail-on high --only-new",
                    "--only-new says what --fail-on counts, which is not given");
}

enum fa_status fail_judge(const struct fail_choice *choice, const struct fa_results *results)
{
    bool fails = choice->severity != FAIL_ON_NOTHING &&
                 fa_results_fail(results, (int)choice->severity, choice->only_new);
    return fails ? FA_FINDINGS : FA_OK;
}
