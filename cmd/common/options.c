#include "options.h"

#include <string.h>

enum { NAME_BYTES_MAX = 32, HELP_COLUMN = 24, HELP_WIDTH = 79 };

/* --- did you mean ----------------------------------------------------------------------------- */

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Changes (one letter more, less, other, or two swapped) from A to B; SIZE_MAX when one is longer
 * than NAME_BYTES_MAX. */
static size_t distance(const char *a, const char *b)
{
    size_t a_size = strlen(a), b_size = strlen(b);
    if (a_size > NAME_BYTES_MAX || b_size > NAME_BYTES_MAX)
        return SIZE_MAX;
    size_t rows[3][NAME_BYTES_MAX + 1]; /* this row of the table, the one above, the one above that */
    size_t *above = rows[0], *above2 = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_size; j++) {
        above[j] = j;
        above2[j] = 0;
    }
    for (size_t i = 1; i <= a_size; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t other = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, other);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smallest(row[j], above2[j - 2] + 1, SIZE_MAX);
        }
        size_t *spare = above2;
        above2 = above;
        above = row;
        row = spare;
    }
    return above[b_size];
}

/* The candidate nearest to WORD, or NULL when none is near. NAME_AT(LIST, i) gives candidate I, NULL
 * behind the last. */
static const char *nearest(const char *word, const char *(*name_at)(const void *list, size_t i),
                           const void *list)
{
    const char *found = NULL, *name;
    size_t least = strlen(word) / 3 + 2; /* a third of the letters and one more may be wrong */
    for (size_t i = 0; (name = name_at(list, i)); i++) {
        size_t changes = distance(word, name);
        if (changes < least) {
            least = changes;
            found = name;
        }
    }
    return found;
}

/* --- parsing ---------------------------------------------------------------------------------- */

struct parse {
    const struct tool *tool;
    const struct option_spec *tables[2];
    struct fa_sink *sink;
};

static const char *long_name_at(const void *list, size_t i)
{
    const struct parse *parse = list;
    for (size_t t = 0; t < 2; t++)
        for (const struct option_spec *spec = parse->tables[t]; spec && spec->name; spec++)
            if (i-- == 0)
                return spec->name;
    return NULL;
}

static const struct option_spec *find(const struct parse *parse, struct fa_str name, char letter)
{
    for (size_t t = 0; t < 2; t++)
        for (const struct option_spec *spec = parse->tables[t]; spec && spec->name; spec++)
            if (letter ? spec->letter == letter : fa_str_is(name, spec->name))
                return spec;
    return NULL;
}

static enum fa_status wrong_use(const struct parse *parse, const char *hint, const char *text,
                                const char *value)
{
    char quoted[FA_QUOTED_BYTES], see[128];
    snprintf(see, sizeof see, "see '%s --help'", parse->tool->name);
    return fa_error(parse->sink, FA_CODE_USAGE, (struct fa_place){0}, hint ? hint : see, "%s%s%s",
                    text, value ? " " : "", value ? fa_quoted(fa_str_from(value), quoted) : "");
}

static enum fa_status unknown_option(const struct parse *parse, const char *name, size_t size)
{
    char word[NAME_BYTES_MAX + 1], shown[NAME_BYTES_MAX + 8], hint[NAME_BYTES_MAX + 32];
    snprintf(word, sizeof word, "%.*s", (int)(size < sizeof word ? size : sizeof word), name);
    snprintf(shown, sizeof shown, "--%s", word);
    const char *near = nearest(word, long_name_at, parse);
    if (!near)
        return wrong_use(parse, NULL, "unknown option", shown);
    snprintf(hint, sizeof hint, "did you mean '--%s'?", near);
    return wrong_use(parse, hint, "unknown option", shown);
}

/* Digits with an optional suffix of "KMG" when IS_SIZE. False: not a number, or above 64 bits. */
static bool parse_number(const char *text, bool is_size, uint64_t *number)
{
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value))
            return false;
    if (at == text)
        return false;
    if (is_size && *at) {
        const char *suffix = strchr("KMG", *at);
        if (!suffix || at[1] ||
            __builtin_mul_overflow(value, UINT64_C(1024) << 10 * (suffix - "KMG"), &value))
            return false;
        at++;
    }
    if (*at)
        return false;
    *number = value;
    return true;
}

static bool parse_choice(const char *choices, const char *text, unsigned *choice)
{
    struct fa_str wanted = fa_str_from(text);
    unsigned place = 0;
    for (const char *at = choices;; place++) {
        size_t size = strcspn(at, "|");
        if (fa_str_equal(wanted, (struct fa_str){at, size})) {
            *choice = place;
            return true;
        }
        if (!at[size])
            return false;
        at += size + 1;
    }
}

static enum fa_status set(const struct parse *parse, const struct option_spec *spec,
                          const char *value)
{
    bool is_good = true;
    const char *expected = "expected a number";
    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)spec->target = true;
        break;
    case OPTION_TEXT:
        *(const char **)spec->target = value;
        break;
    case OPTION_LIST:
        if (fa_vec_add(&((struct option_list *)spec->target)->texts, value) != FA_OK)
            return fa_out_of_memory(parse->sink, "the command line");
        break;
    case OPTION_NUMBER:
        is_good = parse_number(value, false, spec->target);
        break;
    case OPTION_SIZE:
        is_good = parse_number(value, true, spec->target);
        expected = "expected bytes, or a number followed by K, M or G";
        break;
    case OPTION_CHOICE:
        is_good = parse_choice(spec->argument, value, spec->target);
        expected = NULL;
        break;
    }
    if (is_good)
        return FA_OK;
    char text[64], hint[128];
    snprintf(text, sizeof text, "option '--%s' cannot be", spec->name);
    snprintf(hint, sizeof hint, "expected one of %s", spec->argument);
    return wrong_use(parse, expected ? expected : hint, text, value);
}

/* Takes ARGV[I], "--name" or "--name=value", and moves I on to a value of its own. */
static enum fa_status take_long(const struct parse *parse, char **argv, int *i)
{
    const char *name = argv[*i] + 2;
    size_t size = strcspn(name, "=");
    const char *value = name[size] ? name + size + 1 : NULL;
    const struct option_spec *spec = find(parse, (struct fa_str){name, size}, 0);
    if (!spec)
        return unknown_option(parse, name, size);
    char text[64];
    snprintf(text, sizeof text, "option '--%s' takes no value, found", spec->name);
    if (!spec->argument && value)
        return wrong_use(parse, NULL, text, value);
    snprintf(text, sizeof text, "option '--%s' needs a value: %s", spec->name, spec->argument);
    if (spec->argument && !value && !(value = argv[++*i]))
        return wrong_use(parse, NULL, text, NULL);
    return set(parse, spec, value);
}

/* Takes ARGV[I], "-abc": flags, the last of which may have a value in the rest or behind it. */
static enum fa_status take_short(const struct parse *parse, char **argv, int *i)
{
    for (const char *at = argv[*i] + 1; *at; at++) {
        const struct option_spec *spec = find(parse, (struct fa_str){0}, *at);
        char shown[3] = {'-', *at, '\0'}, text[64];
        if (!spec)
            return wrong_use(parse, NULL, "unknown option", shown);
        if (!spec->argument) {
            FA_TRY(set(parse, spec, NULL));
            continue;
        }
        const char *value = at[1] ? at + 1 : argv[++*i];
        snprintf(text, sizeof text, "option '%s' needs a value: %s", shown, spec->argument);
        return value ? set(parse, spec, value) : wrong_use(parse, NULL, text, NULL);
    }
    return FA_OK;
}

enum fa_status options_parse(const struct tool *tool, const struct option_spec *common, int argc,
                             char **argv, bool stops_at_operand, struct fa_sink *sink,
                             int *operand_count)
{
    struct parse parse = {tool, {tool->options, common}, sink};
    int count = 0;
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (only_operands || word[0] != '-' || !word[1]) {
            argv[++count] = argv[i];
            only_operands |= stops_at_operand;
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (word[1] == '-') {
            FA_TRY(take_long(&parse, argv, &i));
        } else {
            FA_TRY(take_short(&parse, argv, &i));
        }
    }
    *operand_count = count;
    return FA_OK;
}

static const char *command_name_at(const void *list, size_t i)
{
    return ((const struct command_spec *)list)[i].name;
}

enum fa_status options_find_command(const struct tool *tool, const char *word,
                                    struct fa_sink *sink, size_t *command)
{
    for (size_t i = 0; tool->commands[i].name; i++) {
        if (strcmp(tool->commands[i].name, word) == 0) {
            *command = i;
            return FA_OK;
        }
    }
    struct parse parse = {tool, {NULL, NULL}, sink};
    const char *near = nearest(word, command_name_at, tool->commands);
    char hint[64];
    snprintf(hint, sizeof hint, "did you mean '%s'?", near ? near : "");
    return wrong_use(&parse, near ? hint : NULL, "unknown command", word);
}

/* --- help and completion ---------------------------------------------------------------------- */

/* TEXT from COLUMN on, wrapped with the following lines indented to HELP_COLUMN. */
static void print_wrapped(const char *text, size_t column, FILE *out)
{
    while (*text) {
        size_t size = strcspn(text, " ");
        if (column > HELP_COLUMN && column + 1 + size > HELP_WIDTH) {
            fprintf(out, "\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        } else if (column > HELP_COLUMN) {
            putc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)size, text);
        column += size;
        text += size;
        text += strspn(text, " ");
    }
    putc('\n', out);
}

static void print_table(const struct option_spec *specs, FILE *out)
{
    for (const struct option_spec *spec = specs; spec && spec->name; spec++) {
        char left[96];
        int size = snprintf(left, sizeof left, "  %c%c%s --%s%s%s", spec->letter ? '-' : ' ',
                            spec->letter ? spec->letter : ' ', spec->letter ? "," : " ", spec->name,
                            spec->argument ? " " : "", spec->argument ? spec->argument : "");
        fputs(left, out);
        if (size + 2 > HELP_COLUMN)
            fprintf(out, "\n%*s", HELP_COLUMN, "");
        else
            fprintf(out, "%*s", HELP_COLUMN - size, "");
        print_wrapped(spec->help, HELP_COLUMN, out);
    }
}

void options_print_help(const struct tool *tool, const struct option_spec *common, FILE *out)
{
    fprintf(out, "Usage: %s [OPTION]...%s%s\n%s\n", tool->name, *tool->operands ? " " : "",
            tool->operands, tool->purpose);
    if (tool->commands)
        fprintf(out, "\nCommands:\n");
    for (const struct command_spec *command = tool->commands; command && command->name; command++)
        fprintf(out, "  %-*s%s\n", HELP_COLUMN - 2, command->name, command->help);
    if (tool->options && tool->options->name)
        fprintf(out, "\nOptions:\n");
    print_table(tool->options, out);
    fprintf(out, "\nCommon options:\n");
    print_table(common, out);
    fprintf(out, "\nManual: man %s\n", tool->name);
}

static void print_words(const struct option_spec *specs, FILE *out)
{
    for (const struct option_spec *spec = specs; spec && spec->name; spec++)
        fprintf(out, "--%s ", spec->name);
}

static void print_choices(const struct option_spec *specs, FILE *out)
{
    for (const struct option_spec *spec = specs; spec && spec->name; spec++) {
        if (spec->kind != OPTION_CHOICE)
            continue;
        fprintf(out, "    --%s) COMPREPLY=($(compgen -W '", spec->name);
        for (const char *at = spec->argument; *at; at++)
            putc(*at == '|' ? ' ' : *at, out);
        fprintf(out, "' -- \"$cur\")) ;;\n");
    }
}

/* Directly behind the tool's name, as a program or behind "flowaudit": its commands. */
static void print_commands(const struct tool *tool, const char *short_name, FILE *out)
{
    if (!tool->commands)
        return;
    fprintf(out, "    %s|*/%s) COMPREPLY=($(compgen -W '", short_name, tool->name);
    for (const struct command_spec *command = tool->commands; command->name; command++)
        fprintf(out, "%s ", command->name);
    fprintf(out, "' -- \"$cur\")) ;;\n");
}

void options_print_completion(const struct tool *tool, const struct option_spec *common, FILE *out)
{
    const char *dash = strchr(tool->name, '-');
    const char *short_name = dash ? dash + 1 : tool->name;
    const char *function = dash ? "_flowaudit_" : "_"; /* a shell function's name has no dash */
    fprintf(out, "%s%s() {\n", function, short_name);
    fprintf(out, "    local cur=${COMP_WORDS[COMP_CWORD]} tool=_flowaudit_${COMP_WORDS[1]}\n");
    if (!dash)
        fprintf(out, "    declare -F \"$tool\" >/dev/null && { \"$tool\"; return; }\n");
    fprintf(out, "    case $cur in\n    -*) COMPREPLY=($(compgen -W '");
    print_words(tool->options, out);
    print_words(common, out);
    fprintf(out, "' -- \"$cur\")); return ;;\n    esac\n");
    fprintf(out, "    case ${COMP_WORDS[COMP_CWORD-1]} in\n");
    print_choices(tool->options, out);
    print_choices(common, out);
    print_commands(tool, short_name, out);
    fprintf(out, "    esac\n}\ncomplete -o default -F %s%s %s\n", function, short_name, tool->name);
}
