#include "intake/account.h"

#include "intake/run.h"
#include "lang/lexer.h"

/* A statement of the profile, with its pattern or condition behind it. */
static enum fa_status add_cause(struct fa_account *account, struct fa_part_account *part,
                                uint64_t record_count, const char *statement,
                                struct fa_str pattern)
{
    struct fa_buf text = {0};
    struct fa_left_out cause = {.record_count = record_count};
    if (record_count == 0)
        return FA_OK;
    bool is_whole = fa_buf_add_text(&text, statement) == FA_OK &&
                    (pattern.size == 0 || fa_lex_quote(pattern, &text) == FA_OK);
    if (is_whole)
        cause.statement = fa_arena_str(&account->arena, fa_buf_str(&text));
    fa_buf_release(&text);
    return cause.statement.bytes ? fa_vec_add(&part->causes, cause) : FA_ELIMIT;
}

/* A condition as its line has it, without the comment that may follow. */
static enum fa_status add_condition(struct fa_account *account, struct fa_part_account *part,
                                    uint64_t record_count,
                                    const struct fa_profile_condition *condition)
{
    struct fa_left_out cause = {.record_count = record_count};
    if (record_count == 0)
        return FA_OK;
    cause.statement =
        fa_arena_str(&account->arena, fa_str_trim(condition->tests.items[0].place.excerpt));
    return cause.statement.bytes ? fa_vec_add(&part->causes, cause) : FA_ELIMIT;
}

static enum fa_status add_causes(struct fa_account *account, const struct fa_file_run *file,
                                 struct fa_part_account *part)
{
    const struct fa_profile *profile = file->profile;
    uint64_t footer = file->ignored - file->header.heading_count;
    FA_TRY(
        add_cause(account, part, file->header.heading_count, "before the header", FA_STR("")));
    if (file->causes.count == 0)
        return add_cause(account, part, footer, "footer", FA_STR(""));
    for (size_t i = 0; i < file->causes.count; i++)
        footer -= file->causes.items[i];
    const uint64_t *counts = file->causes.items;
    FA_TRY(add_cause(account, part, counts[FA_CAUSE_BLANK], "blank", FA_STR("")));
    counts += FA_CAUSE_SKIP;
    for (size_t i = 0; i < profile->skips.count; i++)
        FA_TRY(add_cause(account, part, *counts++, "skip ", profile->skips.items[i]));
    for (size_t i = 0; i < profile->ignored_when.count; i++)
        FA_TRY(add_condition(account, part, *counts++, &profile->ignored_when.items[i]));
    return add_cause(account, part, footer, "footer", FA_STR(""));
}

static enum fa_status add_header(struct fa_account *account, const struct fa_header *header,
                                 struct fa_part_account *part)
{
    part->has_header = header->names != NULL;
    part->header_line_no = header->line_no;
    part->header_count = header->count;
    part->heading_count = header->heading_count;
    part->encoding = fa_arena_str(&account->arena, fa_str_from(header->found.reason));
    part->header = fa_arena_array(&account->arena, header->count + 1, sizeof *part->header);
    if (!part->encoding.bytes || !part->header)
        return FA_ELIMIT;
    for (uint32_t i = 0; part->has_header && i < header->count; i++) {
        part->header[i] = fa_arena_str(&account->arena, header->names[i]);
        if (!part->header[i].bytes)
            return FA_ELIMIT;
    }
    return FA_OK;
}

static enum fa_status add_part(const struct fa_run *run, const struct fa_file_run *file,
                               struct fa_account *account)
{
    /* before the head has its tables, a table is one of the dictionary */
    bool has_head = run->head && run->head->dictionary.table_count > 0;
    const struct fa_dictionary *dictionary = has_head ? &run->head->dictionary : &run->builtin;
    struct fa_part_account part = {
        .file = fa_arena_str(&account->arena, file->file->name),
        .table = fa_arena_str(&account->arena, dictionary->tables[file->table].name),
        .profile =
            file->profile ? fa_arena_str(&account->arena, file->profile->name) : FA_STR(""),
        .is_read = file->is_read,
        .records = file->records,
        .accepted = file->accepted,
        .rejected = file->rejected,
        .left_out = file->ignored,
        .other = file->other,
        .rows = file->rows,
    };
    bool is_whole = part.file.bytes && part.table.bytes && part.profile.bytes;
    enum fa_status status = is_whole ? add_header(account, &file->header, &part) : FA_ELIMIT;
    if (status == FA_OK && file->profile && file->is_read)
        status = add_causes(account, file, &part);
    if (status == FA_OK)
        status = fa_vec_add(&account->parts, part);
    if (status != FA_OK)
        fa_vec_free(&part.causes);
    return status;
}

enum fa_status fa_run_account(const struct fa_run *run, struct fa_account *account)
{
    for (size_t i = 0; i < run->files.count; i++)
        FA_TRY(add_part(run, &run->files.items[i], account));
    return FA_OK;
}

void fa_account_init(struct fa_account *account)
{
    *account = (struct fa_account){0};
    fa_arena_init(&account->arena);
}

void fa_account_release(struct fa_account *account)
{
    for (size_t i = 0; i < account->parts.count; i++)
        fa_vec_free(&account->parts.items[i].causes);
    fa_vec_free(&account->parts);
    fa_arena_release(&account->arena);
}
