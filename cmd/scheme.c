/*
 * flowaudit-scheme: lists and checks schemes.
 */
#include <stdio.h>

#include "common/schemes.h"

enum { COMMAND_LIST, COMMAND_CHECK };

static int shown(struct fa_str text)
{
    return (int)text.size;
}

static const char *plural(int count)
{
    return count == 1 ? "" : "s";
}

/* --- list --- */

static void print_days(int32_t days, bool is_bdays)
{
    printf("%d%s", (int)days, is_bdays ? "bd" : "d");
}

/* What goes beyond references. */
static void print_section(const struct fa_scheme_section *section)
{
    if (section->reference.column.size > 0)
        printf(", reference %.*s", shown(section->reference.column),
               section->reference.column.bytes);
    if (section->has_window) {
        printf(", window ");
        print_days(section->window_from, section->is_window_bdays);
        printf(" .. ");
        print_days(section->window_to, section->is_window_bdays);
    }
    if (section->cutoffs.count > 0)
        printf(", %d cutoff%s", section->cutoffs.count, plural(section->cutoffs.count));
    if (section->fees.count > 0)
        printf(", %d fee%s", section->fees.count, plural(section->fees.count));
    for (int i = 0; i < section->tolerances.count; i++) {
        const struct fa_scheme_amount *amount = &section->tolerances.items[i];
        char currency[4];
        fa_currency_format(amount->currency, currency);
        printf(", tolerance %.*s %s", shown(amount->text), amount->text.bytes, currency);
    }
    printf(section->is_daily ? ", daily" : "");
    printf(section->matches_details ? ", match details" : "");
    printf(section->matches_amounts ? ", match amount" : "");
    if (section->groups.count > 0)
        printf(", %d group%s", section->groups.count, plural(section->groups.count));
    if (section->subset_parts_max > 0)
        printf(", subset at most %d", section->subset_parts_max);
    printf("\n");
}

static void print_names(const char *before, const struct fa_scheme_key *names, int count)
{
    for (int i = 0; i < count; i++)
        printf("%s%.*s", i > 0 ? ", " : before, shown(names[i].name), names[i].name.bytes);
}

static void list(const struct scheme_list *list)
{
    for (size_t i = 0; i < list->schemes.count; i++) {
        const struct fa_scheme *scheme = &list->schemes.items[i];
        printf("%.*s  %.*s\n", shown(scheme->name), scheme->name.bytes, shown(scheme->title),
               scheme->title.bytes);
        if (scheme->sections.count == 0) {
            printf("  all accounts");
            print_section(&scheme->common);
        }
        for (int s = 0; s < scheme->sections.count; s++) {
            const struct fa_scheme_section *section = &scheme->sections.items[s];
            print_names("  role ", section->roles.items, section->roles.count);
            print_names("  accounts ", section->accounts.items, section->accounts.count);
            print_section(section);
        }
    }
}

/* --- check --- */

static void check(const struct scheme_list *list)
{
    for (size_t i = 0; i < list->schemes.count; i++) {
        const struct fa_scheme *scheme = &list->schemes.items[i];
        int count = scheme->sections.count;
        printf("%.*s: ", shown(scheme->name), scheme->name.bytes);
        if (count > 0)
            printf("%d section%s of accounts\n", count, plural(count));
        else
            printf("all accounts alike\n");
    }
}

/* --- the whole --- */

static enum fa_status scheme(struct tool_run *run)
{
    struct scheme_list schemes;
    size_t command;
    FA_TRY(options_find_command(run->tool, run->operands[0], run->sink, &command));
    enum fa_status status =
        schemes_load(&schemes, run, run->operands + 1, run->operand_count - 1);
    if (command == COMMAND_LIST)
        list(&schemes);
    else
        check(&schemes);
    schemes_release(&schemes);
    return status;
}

int main(int argc, char **argv)
{
    const struct option_spec specs[] = {{0}};
    static const struct command_spec commands[] = {
        [COMMAND_LIST] = {"list", "the schemes, and what they declare"},
        [COMMAND_CHECK] = {"check", "everything that can be wrong with them"},
        {0},
    };
    const struct tool tool = {
        .name = "flowaudit-scheme",
        .operands = "COMMAND [SCHEME]...",
        .purpose = "Lists and checks schemes (files, or names of shipped ones; all shipped "
                   "ones when none is named).",
        .options = specs,
        .commands = commands,
        .operands_min = 1,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start(&run, &tool, argc, argv);
    return tool_end(&run, scheme(&run));
}
