/*
 * One table per tool describes its options. Parsing, --help, shell completion and the test that the
 * manual page lists the same options all come from it.
 *
 * Long options are written in full; "--name value" and "--name=value" are the same, as are
 * "-n value" and "-nvalue"; options and operands may be mixed; "--" ends the options; "-" alone is
 * an operand. Of an option given twice the last counts, but for lists.
 */
#ifndef FLOWAUDIT_COMMON_OPTIONS_H
#define FLOWAUDIT_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/vec.h"

enum option_kind {
    OPTION_FLAG,   /* bool *: set to true */
    OPTION_TEXT,   /* const char ** */
    OPTION_LIST,   /* struct option_list *: one more each time */
    OPTION_NUMBER, /* uint64_t *: decimal digits */
    OPTION_SIZE,   /* uint64_t *: bytes, K, M and G are powers of 1,024 */
    OPTION_CHOICE, /* unsigned *: place of the value in the argument's name, "text|github" */
};

struct option_spec {
    const char *name;     /* without the dashes; NULL ends a table */
    char letter;          /* 0: has none */
    const char *argument; /* its name in the help; NULL for a flag */
    const char *help;     /* lower case, no full stop; wrapped as needed */
    enum option_kind kind;
    void *target; /* holds the default, which help names where it matters */
};

struct option_list {
    FA_VEC(const char *) texts;
};

/* The first operand of some tools chooses what they do. */
struct command_spec {
    const char *name; /* NULL ends a table */
    const char *help;
};

struct tool {
    const char *name;     /* of the program: "flowaudit-view" */
    const char *operands; /* as in the usage line: "[STREAM]" */
    const char *purpose;  /* one sentence */
    const struct option_spec *options;
    const struct command_spec *commands; /* or NULL; listed and completed, the tool checks them */
    int operands_min, operands_max;      /* max -1: any number */
};

/* Reads the command line into the targets of OWN and COMMON (each may be NULL) and leaves the
 * operands, in order, in ARGV[1] to ARGV[*operand_count]. Code USAGE. With STOPS_AT_OPERAND the
 * first operand and all behind it are operands, whatever they look like. */
enum fa_status options_parse(const struct tool *tool, const struct option_spec *common, int argc,
                             char **argv, bool stops_at_operand, struct fa_sink *sink,
                             int *operand_count) FA_MUST_USE;

void options_print_help(const struct tool *tool, const struct option_spec *common, FILE *out);
void options_print_completion(const struct tool *tool, const struct option_spec *common, FILE *out);

/* The command that WORD names, or code USAGE with the nearest one as hint. */
enum fa_status options_find_command(const struct tool *tool, const char *word,
                                    struct fa_sink *sink, size_t *command) FA_MUST_USE;

#endif
