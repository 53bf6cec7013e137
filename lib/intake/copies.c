/*
 * The same file twice under two names would count everything twice, however each of them is
 * packed; the same payment twice is for rules to judge.
 */
#include <stdlib.h>
#include <string.h>

#include "intake/run.h"

static int compare(const void *left, const void *right)
{
    const struct fa_file_run *a = *(const struct fa_file_run *const *)left;
    const struct fa_file_run *b = *(const struct fa_file_run *const *)right;
    int order = memcmp(a->content_sha256, b->content_sha256, sizeof a->content_sha256);
    if (order == 0)
        order = (a->table > b->table) - (a->table < b->table);
    if (order == 0)
        order =
            (a->plan.filer_idx > b->plan.filer_idx) - (a->plan.filer_idx < b->plan.filer_idx);
    return order ? order : fa_str_compare(a->file->name, b->file->name);
}

/* A file without records may well lie there twice; two filers may file one list. */
static bool is_copy(const struct fa_file_run *a, const struct fa_file_run *b)
{
    return memcmp(a->content_sha256, b->content_sha256, sizeof a->content_sha256) == 0 &&
           a->table == b->table && a->plan.filer_idx == b->plan.filer_idx &&
           a->file != b->file && a->accepted + a->rejected > 0;
}

enum fa_status fa_run_refuse_copies(struct fa_run *run)
{
    size_t count = run->files.count;
    const struct fa_file_run **files = calloc(count + 1, sizeof *files);
    const struct fa_file_run *first = NULL, *copy = NULL;
    if (!files)
        return fa_out_of_memory(run->sink, "the list of files");
    for (size_t i = 0; i < count; i++)
        files[i] = &run->files.items[i];
    qsort(files, count, sizeof *files, compare);
    for (size_t i = 1; i < count; i++)
        if (is_copy(files[i - 1], files[i]) && (!copy || files[i] < copy)) {
            first = files[i - 1];
            copy = files[i];
        }
    free(files);
    if (!copy)
        return FA_OK;
    char quoted[FA_QUOTED_BYTES];
    bool is_packed_so = memcmp(first->sha256, copy->sha256, sizeof first->sha256) == 0;
    return fa_error(
        run->sink, FA_CODE_FILING_COPY, (struct fa_place){.source = copy->file->name},
        "take one of the two out of the filing",
        "%sthe file is byte for byte the same as %s, so its records would count twice",
        is_packed_so ? "" : "unpacked, ", fa_quoted(first->file->name, quoted));
}
