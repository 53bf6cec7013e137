/*
 * What all tools do alike, around their own work:
 *
 *     int main(int argc, char **argv)
 *     {
 *         struct view_options options = {.limit = 10};
 *         const struct option_spec specs[] = {..., {0}};
 *         const struct tool tool = {"flowaudit-view", "[STREAM]", "Shows ...", specs, 0, 1};
 *         struct tool_run run;
 *         tool_start(&run, &tool, argc, argv);
 *         return tool_end(&run, view(&options, &run));
 *     }
 */
#ifndef FLOWAUDIT_COMMON_TOOL_H
#define FLOWAUDIT_COMMON_TOOL_H

#include "base/hash.h"
#include "base/progress.h"
#include "options.h"
#include "output.h"
#include "printer.h"

struct tool_run {
    const struct tool *tool;
    struct printer printer;
    struct fa_sink *sink; /* the printer's */
    struct fa_progress progress;
    char **operands; /* operand_count of them, then NULL */
    int operand_count;
    bool is_verbose;
};

/* Sets up standard files, signals and messages, and reads the command line. Answers --help,
 * --version, --completion and wrong use itself: then it does not return. */
void tool_start(struct tool_run *run, const struct tool *tool, int argc, char **argv);

/* For `tool_start` of a dispatcher: the first operand ends the options. */
void tool_start_dispatcher(struct tool_run *run, const struct tool *tool, int argc, char **argv);

/* The last of the messages; checks standard output. Returns the exit status. */
int tool_end(struct tool_run *run, enum fa_status status);

/* A stage's cost, printed with -v: "flowaudit-audit: ingest: 1.23 s, CPU 2.01 s, 1000000 rows". */
struct tool_stage {
    double wall, cpu;
};
struct tool_stage tool_stage_begin(void);
void tool_stage_end(struct tool_run *run, struct tool_stage stage, const char *name, uint64_t rows);
/* Any further line for -v. */
void tool_tell(struct tool_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The path of shipped data: NAME is "rulesets", "profiles/x.profile". They are looked for in
 * $FLOWAUDIT_DATA if set, else in ../share/flowaudit beside the program, else beside the program
 * (a build tree), else where `make install` put them. PATH is an empty buffer. */
enum fa_status tool_data_path(struct tool_run *run, const char *name, struct fa_buf *path) FA_MUST_USE;

/* A key for hash tables that nobody outside knows; changes no result. */
struct fa_hash_key tool_hash_key(void);

/* TEXT, given for OPTION, as a day number; code USAGE when it is no day of the calendar. */
enum fa_status tool_parse_day(struct tool_run *run, const char *option, const char *text,
                              int64_t *day_no) FA_MUST_USE;

/* The folder for unlinked files of the run: $TMPDIR, else /tmp. */
const char *tool_spool_folder(void);

/* The folder the running program is in, or NULL when the system does not say. Caller frees. */
char *tool_folder(void);

#endif
