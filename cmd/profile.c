/*
 * flowaudit-profile: lists and checks profiles, and tries one on a file.
 */
#include <inttypes.h>
#include <stdio.h>

#include "common/filing.h"
#include "common/profiles.h"
#include "common/rows.h"
#include "intake/account.h"

enum { COMMAND_LIST, COMMAND_CHECK, COMMAND_TRY };

struct profile_options {
    uint64_t row_max;
};

static int shown(struct fa_str text)
{
    return (int)text.size;
}

/* --- list --- */

static void list(const struct profile_list *list)
{
    for (size_t i = 0; i < list->profiles.count; i++) {
        const struct fa_profile *profile = &list->profiles.items[i];
        printf("%.*s  %.*s\n", shown(profile->name), profile->name.bytes, shown(profile->title),
               profile->title.bytes);
        for (size_t k = 0; k < profile->file_names.count; k++)
            printf("%s%.*s", k > 0 ? ", " : "  files ", shown(profile->file_names.items[k]),
                   profile->file_names.items[k].bytes);
        if (profile->file_names.count > 0)
            printf("\n");
        for (size_t k = 0; k < profile->tables.count; k++) {
            struct fa_str table = list->dictionary.tables[profile->tables.items[k].table].name;
            printf("%s%.*s", k > 0 ? ", " : "  tables ", shown(table), table.bytes);
        }
        printf("\n");
    }
}

/* --- check --- */

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void check(const struct profile_list *list)
{
    for (size_t i = 0; i < list->profiles.count; i++) {
        const struct fa_profile *profile = &list->profiles.items[i];
        size_t columns = 0, rows = 0;
        for (size_t t = 0; t < profile->tables.count; t++) {
            const struct fa_profile_table *table = &profile->tables.items[t];
            rows += table->rows.count;
            for (size_t r = 0; r < table->rows.count; r++)
                columns += table->rows.items[r].columns.count;
        }
        printf("%.*s: %zu table%s, %zu row%s, %zu column%s\n", shown(profile->name),
               profile->name.bytes, profile->tables.count, plural(profile->tables.count), rows,
               plural(rows), columns, plural(columns));
    }
}

/* --- try --- */

/* Up to the end of the line after the columns that nobody used; an empty header is no column.
 */
static void print_unused(const struct fa_part_account *part, const struct fa_profile *profile)
{
    unsigned count = 0;
    printf("unused    ");
    for (uint32_t i = 0; i < part->header_count; i++) {
        char quoted[FA_QUOTED_BYTES];
        if (part->header[i].size == 0 || fa_profile_uses(profile, part->header[i]))
            continue;
        printf("%s%s", count++ > 0 ? ", " : "", fa_quoted(part->header[i], quoted));
    }
    printf(count > 0 ? "\n" : "none\n");
}

static void print_file(const struct fa_part_account *part, const struct fa_profile *profile)
{
    printf("file      %.*s\n", shown(part->file), part->file.bytes);
    if (part->encoding.size > 0)
        printf("encoding  %.*s\n", shown(part->encoding), part->encoding.bytes);
    if (!part->has_header) {
        printf("header    not found\n");
        return;
    }
    printf("header    line %" PRIu64 ": %" PRIu32 " column%s; %" PRIu32 " record%s before it\n",
           part->header_line_no, part->header_count, plural(part->header_count),
           part->heading_count, plural(part->heading_count));
    print_unused(part, profile);
}

static void print_part(const struct fa_part_account *part)
{
    printf("%-9.*s ", shown(part->table), part->table.bytes);
    if (!part->is_read) {
        printf("not read\n");
        return;
    }
    printf("%" PRIu64 " record%s: %" PRIu64 " accepted, %" PRIu64 " rejected, %" PRIu64
           " left out, %" PRIu64 " of other tables; %" PRIu64 " row%s\n",
           part->records, plural(part->records), part->accepted, part->rejected, part->left_out,
           part->other, part->rows, plural(part->rows));
    for (size_t i = 0; i < part->causes.count; i++)
        printf("          %" PRIu64 " left out: %.*s\n", part->causes.items[i].record_count,
               shown(part->causes.items[i].statement), part->causes.items[i].statement.bytes);
}

/* A file's parts stand together. */
static void print_account(const struct fa_account *account, const struct fa_profile *profile)
{
    for (size_t i = 0; i < account->parts.count; i++) {
        const struct fa_part_account *part = &account->parts.items[i];
        if (i == 0 || !fa_str_equal(part->file, account->parts.items[i - 1].file))
            print_file(part, profile);
        print_part(part);
    }
}

/* The columns that the profile fills. */
static bool is_filled(const void *context, const struct fa_table_def *def, int column)
{
    const struct profile_list *list = context;
    const struct fa_profile *profile = &list->profiles.items[0];
    for (size_t t = 0; t < profile->tables.count; t++) {
        const struct fa_profile_table *table = &profile->tables.items[t];
        if (!fa_str_equal(list->dictionary.tables[table->table].name, def->name))
            continue;
        for (size_t r = 0; r < table->rows.count; r++)
            for (size_t c = 0; c < table->rows.items[r].columns.count; c++)
                if (table->rows.items[r].columns.items[c].column == column ||
                    table->rows.items[r].columns.items[c].sign_column == column)
                    return true;
        return column == def->currency_column && profile->currency != 0;
    }
    return false;
}

/* A file alone is no filing: that nobody says who files it, and that the ids in it are not
 * declared, is no news; and the encoding is shown anyway. */
static void forward(void *context, const struct fa_diag *diag)
{
    struct fa_sink *to = context;
    if (diag->code == FA_CODE_FILING_FILER || diag->code == FA_CODE_REF_DANGLING ||
        diag->code == FA_CODE_FILE_ENCODING)
        return;
    to->counts[diag->code]++;
    to->emit(to->context, diag);
}

static enum fa_status try_file(const struct profile_options *options,
                               const struct profile_list *list, struct tool_run *run)
{
    struct fa_account account;
    struct fa_sink *told = run->sink, quiet;
    struct fa_blocks *blocks = NULL;
    struct filing_choice choice = FILING_CHOICE_DEFAULT;
    fa_account_init(&account);
    fa_sink_init(&quiet, forward, told);
    choice.account = &account;
    choice.threads = 1;
    if (fa_vec_add(&choice.profiles.texts, run->operands[1]) != FA_OK)
        return fa_out_of_memory(told, "the command line");
    run->sink = &quiet;
    enum fa_status status = filing_ingest(&choice, run, run->operands[2], &blocks);
    run->sink = told;
    print_account(&account, &list->profiles.items[0]);
    const struct rows_choice rows = {options->row_max, is_filled, list};
    if (blocks && options->row_max > 0) {
        enum fa_status shown_rows = rows_print(blocks, &rows, run);
        status = status == FA_OK ? shown_rows : status;
    }
    fa_blocks_free(blocks);
    fa_vec_free(&choice.profiles.texts);
    fa_account_release(&account);
    return status;
}

/* --- the whole --- */

static enum fa_status profile(const struct profile_options *options, struct tool_run *run)
{
    struct profile_list profiles;
    size_t command;
    FA_TRY(options_find_command(run->tool, run->operands[0], run->sink, &command));
    if (command == COMMAND_TRY && run->operand_count != 3)
        return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0},
                        "see 'flowaudit-profile --help'", "expected try PROFILE FILE");
    int name_count = command == COMMAND_TRY ? 1 : run->operand_count - 1;
    enum fa_status status = profiles_load(&profiles, run, run->operands + 1, name_count);
    if (command == COMMAND_LIST)
        list(&profiles);
    else if (command == COMMAND_CHECK)
        check(&profiles);
    else if (status == FA_OK)
        status = try_file(options, &profiles, run);
    profiles_release(&profiles);
    return status;
}

int main(int argc, char **argv)
{
    struct profile_options options = {.row_max = 5};
    const struct option_spec specs[] = {
        {"rows", 0, "N", "try: show the first N rows of each table; 5 unless given",
         OPTION_NUMBER, &options.row_max},
        {0},
    };
    static const struct command_spec commands[] = {
        [COMMAND_LIST] = {"list", "the profiles, the files and tables they are for"},
        [COMMAND_CHECK] = {"check", "everything that can be wrong with them"},
        [COMMAND_TRY] = {"try", "read a file with a profile, and show what became of it"},
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-profile",
        .operands = "COMMAND [PROFILE]... [FILE]",
        .purpose =
            "Lists and checks profiles (files, or names of shipped ones; all shipped ones "
            "when none is named), and tries one on a file.",
        .options = specs,
        .commands = commands,
        .operands_min = 1,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, profile(&options, &run));
}
