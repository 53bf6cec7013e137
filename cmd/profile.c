/*
 * flowaudit-profile: lists and checks profiles, and tries one on a file.
 */
#include <stdio.h>

#include "common/profiles.h"

enum { COMMAND_LIST, COMMAND_CHECK };

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

static enum fa_status profile(struct tool_run *run)
{
    struct profile_list profiles;
    size_t command;
    FA_TRY(options_find_command(run->tool, run->operands[0], run->sink, &command));
    enum fa_status status =
        profiles_load(&profiles, run, run->operands + 1, run->operand_count - 1);
    if (command == COMMAND_LIST)
        list(&profiles);
    else
        check(&profiles);
    profiles_release(&profiles);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option_spec specs[] = {{0}};
    static const struct command_spec commands[] = {
        [COMMAND_LIST] = {"list", "the profiles, the files and tables they are for"},
        [COMMAND_CHECK] = {"check", "everything that can be wrong with them"},
        {0},
    };
    static const struct tool tool = {
        .name = "flowaudit-profile",
        .operands = "COMMAND [PROFILE]...",
        .purpose =
            "Lists and checks profiles: files, or names of shipped ones; all shipped ones "
            "when none is named.",
        .options = specs,
        .commands = commands,
        .operands_min = 1,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, profile(&run));
}
