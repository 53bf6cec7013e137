/*
 * flowaudit-verify: makes a report again from its filing, by the options and rulesets that the
 * report records, and says whether it comes out the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "common/reporting.h"
#include "common/streams.h"
#include "ledger/digest.h"
#include "ledger/stream.h"
#include "report/bookprovenance.h"
#include "report/compare.h"
#include "verify.h"

/* Results, with the hash of what they hold. */
struct loaded {
    struct fa_digest *digest;
    struct fa_results *results;
    uint8_t sha256[FA_SHA256_BYTES];
};

static enum fa_status load(struct loaded *loaded, struct tool_run *run, struct fa_blocks *blocks)
{
    loaded->digest = fa_digest_new(blocks);
    if (!loaded->digest)
        return fa_out_of_memory(run->sink, "results");
    FA_TRY(fa_results_load(fa_digest_blocks(loaded->digest), run->sink, &loaded->results));
    fa_digest_get(loaded->digest, loaded->sha256);
    return FA_OK;
}

static void unload(struct loaded *loaded)
{
    fa_results_free(loaded->results);
    fa_digest_free(loaded->digest);
}

/* What was filed: results, or a workbook of them. */
struct record {
    bool is_workbook;
    struct stream_input input;
    struct loaded loaded;
    struct fa_book_file book;
    struct fa_provenance made_from; /* of the results */
    struct fa_provenance report;    /* of the workbook: its own options */
};

static enum fa_status no_memory(struct tool_run *run)
{
    return fa_out_of_memory(run->sink, "what differs");
}

/* A zip of XML begins like any other archive; everything else must be a stream. A pipe is opened once, for
 * its writer would not survive another time; one that nobody writes to is empty rather than waited for. */
static enum fa_status look_at(struct record *record, struct tool_run *run)
{
    const char *path = run->operands[0];
    char magic[2] = "";
    struct stat info;
    if (strcmp(path, "-") == 0)
        return FA_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &info) != 0)
        return fa_io_error(run->sink, "open", path, errno);
    if (S_ISFIFO(info.st_mode)) {
        record->input.fd = fd;
        return fcntl(fd, F_SETFL, 0) == 0 ? FA_OK : fa_io_error(run->sink, "open", path, errno);
    }
    record->is_workbook = pread(fd, magic, sizeof magic, 0) == 2 && memcmp(magic, "PK", 2) == 0;
    close(fd);
    return FA_OK;
}

/* The report's own options apart from those of the results it shows. */
static enum fa_status part_report(struct record *record, struct tool_run *run,
                                  const struct fa_provenance *all)
{
    for (size_t i = 0; i < all->entries.count; i++) {
        const struct fa_provenance_entry *entry = &all->entries.items[i];
        bool is_report = entry->is_option && fa_str_is(entry->stage, "report");
        if (fa_provenance_add(is_report ? &record->report : &record->made_from, entry) != FA_OK)
            return fa_out_of_memory(run->sink, "the record");
    }
    return FA_OK;
}

static enum fa_status open_workbook(struct record *record, struct tool_run *run)
{
    struct fa_provenance all;
    FA_TRY(fa_book_file_open(&record->book, run->operands[0], tool_spool_folder(), run->sink));
    fa_provenance_init(&all);
    enum fa_status status = fa_book_provenance(&record->book, run->sink, &all);
    if (status == FA_OK)
        status = part_report(record, run, &all);
    fa_provenance_release(&all);
    return status;
}

static enum fa_status open_record(struct record *record, struct tool_run *run)
{
    FA_TRY(look_at(record, run));
    if (record->is_workbook)
        return open_workbook(record, run);
    FA_TRY(record->input.fd >= 0
               ? fa_stream_open(record->input.fd, run->operands[0], NULL, run->sink,
                                &record->input.blocks)
               : stream_input_open_path(&record->input, run, run->operands[0], false));
    FA_TRY(load(&record->loaded, run, record->input.blocks));
    if (fa_provenance_from_head(record->loaded.results->head, &record->made_from) != FA_OK)
        return fa_out_of_memory(run->sink, "the record");
    return FA_OK;
}

static void close_record(struct record *record)
{
    unload(&record->loaded);
    fa_provenance_release(&record->made_from);
    fa_provenance_release(&record->report);
    fa_book_file_close(&record->book);
    stream_input_close(&record->input);
}

/* An option of the report; empty: none. */
static struct fa_str report_option(const struct record *record, const char *name)
{
    for (size_t i = 0; i < record->report.entries.count; i++)
        if (fa_str_is(record->report.entries.items[i].name, name))
            return record->report.entries.items[i].value;
    return (struct fa_str){"", 0};
}

/* --- the run --- */

static enum fa_status make_again(const struct verify_plan *plan, struct tool_run *run,
                                 const struct record *record, struct line *line)
{
    FA_TRY(line_load(line, run, &plan->line));
    FA_TRY(verify_check_loaded(line, run, &record->made_from));
    return line_run(line, run, &plan->line, (const char *const *)run->operands + 1,
                    (size_t)run->operand_count - 1);
}

/* --- what differs --- */

/* Against results: everything that they hold. */
static enum fa_status compare_results(struct tool_run *run, struct record *record,
                                      const struct loaded *made,
                                      struct fa_differences *differences)
{
    if (memcmp(made->sha256, record->loaded.sha256, sizeof made->sha256) == 0)
        return FA_OK;
    struct fa_provenance made_from;
    fa_provenance_init(&made_from);
    enum fa_status status = fa_provenance_from_head(made->results->head, &made_from);
    if (status == FA_OK)
        status = fa_provenance_compare(&made_from, &record->made_from, differences);
    if (status == FA_OK)
        status = fa_results_compare(made->results, record->loaded.results, differences);
    if (status == FA_OK)
        status = fa_results_status(made->results);
    if (status == FA_OK)
        status = fa_results_status(record->loaded.results);
    fa_provenance_release(&made_from);
    char hex[2][FA_SHA256_HEX_BYTES];
    fa_sha256_hex(made->sha256, hex[0]);
    fa_sha256_hex(record->loaded.sha256, hex[1]);
    if (status == FA_OK && differences->count == 0)
        status = fa_difference_add(differences, "results: SHA-256 %s, recorded %s", hex[0], hex[1]);
    return status == FA_OK ? FA_OK : no_memory(run);
}

/* --- a workbook --- */

/* The place of VALUE among NAMES, "en|zh|both". */
static bool choose(struct fa_str value, const char *names, unsigned *choice)
{
    *choice = 0;
    for (const char *at = names; *at; (*choice)++) {
        size_t size = strcspn(at, "|");
        if (fa_str_equal(value, (struct fa_str){at, size}))
            return true;
        at += size + (at[size] == '|');
    }
    return false;
}

static enum fa_status bad_report(struct tool_run *run, const char *name, struct fa_str value)
{
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_VERIFY_RECORD, (struct fa_place){0},
                    "run the version of flowaudit that made the record",
                    "the record has %s for option %s of report", fa_quoted(value, quoted), name);
}

/* The key decides the names in the cells, so without the very key nothing can be said of them. */
static enum fa_status check_key(const struct verify_options *options, struct tool_run *run,
                                const struct record *record)
{
    char id[KEY_ID_BYTES] = "";
    enum fa_status status = FA_OK;
    if (options->key_file)
        status = reporting_key_id(options->key_file, run, id);
    if (status == FA_OK && !fa_str_is(report_option(record, "key"), id))
        status = fa_error(run->sink, FA_CODE_VERIFY_INPUT, (struct fa_place){0},
                          "give the key by --key FILE, or none where there was none",
                          "the workbook was made with %s key",
                          report_option(record, "key").size ? "another" : "no");
    return status;
}

static enum fa_status plan_report(struct reporting *reporting, const struct verify_options *options,
                                  struct tool_run *run, const struct record *record)
{
    struct fa_str reveal = report_option(record, "reveal");
    *reporting = (struct reporting){
        .format = REPORT_XLSX, .key_file = options->key_file, .is_passing = true};
    if (!choose(report_option(record, "lang"), "en|zh|both", &reporting->language))
        return bad_report(run, "lang", report_option(record, "lang"));
    if (!choose(report_option(record, "paper"), "a4|a3|letter|legal", &reporting->paper))
        return bad_report(run, "paper", report_option(record, "paper"));
    if (!fa_str_is(reveal, "yes") && !fa_str_is(reveal, "no"))
        return bad_report(run, "reveal", reveal);
    reporting->reveal = fa_str_is(reveal, "yes");
    return check_key(options, run, record);
}

/* Whether two files have the same bytes. */
static enum fa_status same_bytes(struct tool_run *run, const char *const paths[2], bool *is_same)
{
    static char blocks[2][1 << 16];
    FILE *files[2];
    size_t got[2] = {1, 1};
    const char *failed = NULL;
    int error = 0;
    for (int i = 0; i < 2; i++) {
        files[i] = fopen(paths[i], "rbe");
        if (!files[i] && !failed) {
            failed = paths[i];
            error = errno;
        }
    }
    *is_same = !failed;
    while (*is_same && got[0]) {
        for (int i = 0; i < 2 && !failed; i++) {
            got[i] = fread(blocks[i], 1, sizeof blocks[i], files[i]);
            if (ferror(files[i])) {
                failed = paths[i];
                error = errno;
            }
        }
        *is_same = !failed && got[0] == got[1] && memcmp(blocks[0], blocks[1], got[0]) == 0;
    }
    for (int i = 0; i < 2; i++)
        if (files[i])
            fclose(files[i]);
    return failed ? fa_io_error(run->sink, "read", failed, error) : FA_OK;
}

static enum fa_status compare_books(struct tool_run *run, struct record *record,
                                    const char *made_path, struct fa_differences *differences)
{
    bool is_same;
    FA_TRY(same_bytes(run, (const char *const[]){made_path, run->operands[0]}, &is_same));
    if (is_same)
        return FA_OK;
    struct fa_book_file made;
    uint64_t before = differences->count;
    enum fa_status status =
        fa_book_file_open(&made, made_path, tool_spool_folder(), run->sink);
    if (status == FA_OK)
        status = fa_book_compare(&made, &record->book, run->sink, differences);
    fa_book_file_close(&made);
    if (status == FA_OK && differences->count == before &&
        fa_difference_add(differences, "workbook: all cells are the same, its other bytes are not: "
                                       "formats, charts or properties") != FA_OK)
        status = no_memory(run);
    return status;
}

/* A folder for the workbook and what stands beside it; it vanishes with all that is in it. */
struct workshop {
    char *folder, *file;
};

static enum fa_status workshop_open(struct workshop *shop, struct tool_run *run,
                                    const struct record *record)
{
    struct fa_str stem = report_option(record, "stem");
    *shop = (struct workshop){NULL, NULL};
    if (memchr(stem.bytes, '/', stem.size) || memchr(stem.bytes, '\0', stem.size))
        return bad_report(run, "stem", stem);
    if (asprintf(&shop->folder, "%s/flowaudit-verify-XXXXXX", tool_spool_folder()) < 0) {
        shop->folder = NULL;
        return no_memory(run);
    }
    if (!mkdtemp(shop->folder)) {
        enum fa_status status = fa_io_error(run->sink, "create", shop->folder, errno);
        free(shop->folder);
        shop->folder = NULL;
        return status;
    }
    if (!stem.size)
        stem = FA_STR("report");
    if (asprintf(&shop->file, "%s/%.*s.xlsx", shop->folder, (int)stem.size, stem.bytes) < 0) {
        shop->file = NULL;
        return no_memory(run);
    }
    return FA_OK;
}

static void workshop_close(struct workshop *shop)
{
    DIR *dir = shop->folder ? opendir(shop->folder) : NULL;
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    if (shop->folder)
        rmdir(shop->folder);
    free(shop->folder);
    free(shop->file);
}

/* Against a workbook: what the run was made from, then the workbook that it gives. */
static enum fa_status compare_workbook(struct reporting *reporting, struct tool_run *run,
                                       struct record *record, struct line *line,
                                       struct fa_differences *differences)
{
    struct fa_results *results = NULL;
    struct fa_provenance made_from;
    struct workshop shop;
    struct fa_str stem = report_option(record, "stem");
    fa_provenance_init(&made_from);
    enum fa_status status = workshop_open(&shop, run, record);
    reporting->output = shop.file;
    if (status == FA_OK)
        status = reporting_write(reporting, run, line->results, false, &results);
    if (status == FA_OK && fa_provenance_from_head(results->head, &made_from) != FA_OK)
        status = no_memory(run);
    if (status == FA_OK &&
        fa_provenance_compare(&made_from, &record->made_from, differences) != FA_OK)
        status = no_memory(run);
    if (status == FA_OK)
        status = compare_books(run, record, shop.file, differences);
    if (status == FA_OK && stem.size)
        status = verify_compare_rests(run, shop.file, stem, differences);
    workshop_close(&shop);
    fa_provenance_release(&made_from);
    fa_results_free(results);
    return status;
}

static enum fa_status tell(const struct record *record, const struct fa_differences *differences)
{
    if (differences->count == 0) {
        puts(record->is_workbook ? "identical to the byte" : "identical");
        return FA_OK;
    }
    puts("differs");
    fwrite(differences->text.bytes, 1, differences->text.size, stdout);
    return FA_FINDINGS;
}

/* A filing that is refused cannot be judged again; which of its files are not those of the record, can. */
static enum fa_status tell_refused(struct tool_run *run, const struct record *record,
                                   enum fa_status refused)
{
    struct fa_differences differences = {0};
    enum fa_status status = verify_compare_sources(run, &record->made_from, &differences);
    if (status == FA_OK && differences.count) {
        puts("refused, and differs");
        fwrite(differences.text.bytes, 1, differences.text.size, stdout);
    }
    fa_differences_release(&differences);
    return refused;
}

static enum fa_status verify_record(const struct verify_options *options, struct tool_run *run,
                                    struct record *record)
{
    struct verify_plan plan;
    struct line line = {0};
    struct loaded made = {0};
    struct fa_differences differences = {0};
    struct reporting reporting;
    enum fa_status status = verify_plan_make(&plan, run, options, &record->made_from);
    if (status == FA_OK && record->is_workbook)
        status = plan_report(&reporting, options, run, record);
    if (status == FA_OK)
        status = make_again(&plan, run, record, &line);
    if (status != FA_OK && line.is_filing_refused)
        status = tell_refused(run, record, status);
    if (status == FA_OK && record->is_workbook)
        status = compare_workbook(&reporting, run, record, &line, &differences);
    if (status == FA_OK && !record->is_workbook)
        status = load(&made, run, line.results);
    if (status == FA_OK && !record->is_workbook)
        status = compare_results(run, record, &made, &differences);
    if (status == FA_OK)
        status = tell(record, &differences);
    fa_differences_release(&differences);
    unload(&made);
    line_release(&line);
    verify_plan_release(&plan);
    return status;
}

static enum fa_status verify(const struct verify_options *options, struct tool_run *run)
{
    struct record record = {.input = {.fd = -1}, .book = {.fd = -1}};
    fa_provenance_init(&record.made_from);
    fa_provenance_init(&record.report);
    enum fa_status status = open_record(&record, run);
    if (status == FA_OK)
        status = verify_record(options, run, &record);
    close_record(&record);
    return status;
}

int main(int argc, char **argv)
{
    struct verify_options options = {.memory_max = FA_MEMORY_DEFAULT};
    const struct option_spec specs[] = {
        {"rules", 'r', "FILE", "a file of rulesets that the record names; may be given again",
         OPTION_LIST, &options.rules},
        {"profile", 0, "FILE", "a profile that the record names and that is not shipped; may be "
                               "given again",
         OPTION_LIST, &options.profiles},
        {"scheme", 0, "FILE", "the scheme that the record names, when it is not shipped",
         OPTION_TEXT, &options.scheme},
        {"baseline", 0, "FILE", "the earlier results that the record names", OPTION_TEXT,
         &options.baseline},
        {"waivers", 0, "FILE", "waivers that the record names; may be given again", OPTION_LIST,
         &options.waivers},
        {"key", 0, "FILE", "the key that the workbook was made with", OPTION_TEXT,
         &options.key_file},
        {"memory", 0, "SIZE", "as of flowaudit-audit; changes no result", OPTION_SIZE,
         &options.memory_max},
        {"threads", 'j', "N", "use N threads; one for each core, at most 8, unless given",
         OPTION_NUMBER, &options.threads},
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-verify",
        .operands = "RECORD FILING...",
        .purpose = "Makes a report again from its filing and says whether it comes out the same.",
        .options = specs,
        .operands_min = 2,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, verify(&options, &run));
}
