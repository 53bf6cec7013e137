/*
 * flowaudit NAME ... runs the program flowaudit-NAME beside this one.
 *
 * The tools are programs of their own, so that those of a pipe run side by side; this one is only
 * the door, and shows what is behind it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/tool.h"

static const struct command_spec commands[] = {
    {"audit", "the whole line in one command: a filing in, a workbook out"},
    {"ingest", "read and check a filing, write it as a ledger stream"},
    {"reconcile", "compare the ledger with the bank's statements"},
    {"flag", "test the ledger against rulesets"},
    {"report", "write results as a workbook, as text or for machines"},
    {"view", "show any stream as text"},
    {"check", "say whether a stream is whole"},
    {"verify", "make a report again from its filing, and compare"},
    {"profile", "list, check and try profiles of real exports"},
    {"rules", "list, check and test rulesets"},
    {"scheme", "list and check schemes, by which reconcile matches"},
    {0},
};

static enum fa_status run_tool(struct tool_run *run)
{
    size_t command = 0;
    FA_TRY(options_find_command(run->tool, run->operands[0], run->sink, &command));
    char *folder = tool_folder(), *path = NULL;
    if (!folder)
        return fa_io_error(run->sink, "find the folder of", run->tool->name, errno);
    int size = asprintf(&path, "%s/flowaudit-%s", folder, commands[command].name);
    free(folder);
    if (size < 0)
        return fa_out_of_memory(run->sink, "a path");
    run->operands[0] = path;
    execv(path, run->operands);
    enum fa_status status = fa_io_error(run->sink, "run", path, errno);
    free(path);
    return status;
}

int main(int argc, char **argv)
{
    static const struct option_spec no_options[] = {{0}};
    static const struct tool tool = {
        .name = "flowaudit",
        .operands = "COMMAND ...",
        .purpose = "Audits the capital flows of a filing against bank statements and written law.",
        .options = no_options,
        .commands = commands,
        .operands_min = 1,
        .operands_max = -1,
    };
    struct tool_run run;
    tool_start_dispatcher(&run, &tool, argc, argv);
    return tool_end(&run, run_tool(&run));
}
