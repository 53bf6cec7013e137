#include "tool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <unistd.h>

#include "progress.h"
#include "signals.h"
#include "value/datetime.h"

struct common_options {
    bool help, version;
    unsigned completion;
};

enum { COMPLETION_NONE = 9 }; /* no place of a choice */

/* A file opened later must not become standard output by accident: a closed one is opened so that
 * its use fails. */
static void open_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            abort();
}

static void print_version(const struct tool *tool, FILE *out)
{
    fprintf(out, "%s (flowaudit) %s\n", tool->name, PACKAGE_VERSION);
}

/* What --help and the like ask for, through the checked output. */
static enum fa_status answer(const struct tool_run *run, const struct common_options *asked,
                             const struct option_spec *common)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return fa_out_of_memory(run->sink, "the help");
    if (asked->help)
        options_print_help(run->tool, common, memory);
    else if (asked->version)
        print_version(run->tool, memory);
    else
        options_print_completion(run->tool, common, memory);
    if (fclose(memory) != 0) {
        free(text);
        return fa_out_of_memory(run->sink, "the help");
    }
    struct output *output = malloc(sizeof *output);
    enum fa_status status = output ? output_open(output, NULL, OUTPUT_TEXT, run->sink)
                                   : fa_out_of_memory(run->sink, "the help");
    if (status == FA_OK)
        status = output_finish(output, output_write(output, text, size));
    free(output);
    free(text);
    return status;
}

static enum fa_status check_operands(const struct tool_run *run)
{
    char quoted[FA_QUOTED_BYTES], hint[128];
    snprintf(hint, sizeof hint, "see '%s --help'", run->tool->name);
    if (run->operand_count < run->tool->operands_min)
        return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0}, hint,
                        "operand missing: expected %s", run->tool->operands);
    if (run->tool->operands_max >= 0 && run->operand_count > run->tool->operands_max)
        return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0}, hint,
                        "one operand too many: %s",
                        fa_quoted(fa_str_from(run->operands[run->tool->operands_max]), quoted));
    return FA_OK;
}

static void start(struct tool_run *run, const struct tool *tool, int argc, char **argv,
                  bool is_dispatcher)
{
    struct common_options asked = {.completion = COMPLETION_NONE};
    const struct option_spec common[] = {
        {"help", 'h', NULL, "show this help and exit", OPTION_FLAG, &asked.help},
        {"version", 0, NULL, "show the version and exit", OPTION_FLAG, &asked.version},
        {"verbose", 'v', NULL, "say what each stage cost", OPTION_FLAG, &run->is_verbose},
        {"color", 0, "auto|always|never", "color in messages", OPTION_CHOICE,
         &run->printer.color},
        {"diagnostics", 0, "text|github", "form of the messages", OPTION_CHOICE,
         &run->printer.format},
        {"completion", 0, "bash", "print a completion script for the shell and exit", OPTION_CHOICE,
         &asked.completion},
        {0},
    };
    open_standard_files();
    *run = (struct tool_run){.tool = tool};
    printer_init(&run->printer, tool->name);
    run->sink = &run->printer.sink;
    signals_start(&run->printer, &run->progress);
    enum fa_status status =
        options_parse(tool, common, argc, argv, is_dispatcher, run->sink, &run->operand_count);
    if (status != FA_OK)
        exit(tool_end(run, status));
    argv[run->operand_count + 1] = NULL;
    run->operands = argv + 1;
    if (asked.help || asked.version || asked.completion != COMPLETION_NONE)
        exit(tool_end(run, answer(run, &asked, common)));
    status = check_operands(run);
    if (status != FA_OK)
        exit(tool_end(run, status));
}

void tool_start(struct tool_run *run, const struct tool *tool, int argc, char **argv)
{
    start(run, tool, argc, argv, false);
}

void tool_start_dispatcher(struct tool_run *run, const struct tool *tool, int argc, char **argv)
{
    start(run, tool, argc, argv, true);
}

static void free_lists(const struct tool *tool)
{
    for (const struct option_spec *spec = tool->options; spec && spec->name; spec++)
        if (spec->kind == OPTION_LIST)
            fa_vec_free(&((struct option_list *)spec->target)->texts);
}

int tool_end(struct tool_run *run, enum fa_status status)
{
    free_lists(run->tool);
    /* Small allocations pass their status on without a message of their own. */
    if (status == FA_ELIMIT && !run->sink->has_error)
        status = fa_out_of_memory(run->sink, "this run");
    enum fa_status closed = output_close_stdout(run->sink);
    signals_stop();
    printer_finish(&run->printer);
    return (int)(status == FA_OK || status == FA_FINDINGS ? (closed != FA_OK ? closed : status)
                                                          : status);
}

/* --- costs ------------------------------------------------------------------------------------ */

struct tool_stage tool_stage_begin(void)
{
    return (struct tool_stage){progress_wall_seconds(), progress_cpu_seconds()};
}

void tool_tell(struct tool_run *run, const char *format, ...)
{
    if (!run->is_verbose)
        return;
    char text[512], line[640];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(line, sizeof line, "%s: %s\n", run->tool->name, text);
    printer_print(&run->printer, line);
}

void tool_stage_end(struct tool_run *run, struct tool_stage stage, const char *name, uint64_t rows)
{
    tool_tell(run, "%s: %.2f s, CPU %.2f s, %llu rows", name, progress_wall_seconds() - stage.wall,
              progress_cpu_seconds() - stage.cpu, (unsigned long long)rows);
}

struct fa_hash_key tool_hash_key(void)
{
    struct fa_hash_key key;
    /* Before the system has any randomness there are no strangers' files either. */
    if (getrandom(&key, sizeof key, GRND_NONBLOCK) != (ssize_t)sizeof key)
        key = (struct fa_hash_key){(uint64_t)getpid(), (uintptr_t)&key};
    return key;
}

/* --- shipped data ----------------------------------------------------------------------------- */

enum fa_status tool_parse_day(struct tool_run *run, const char *option, const char *text,
                              int64_t *day_no)
{
    if (fa_date_parse(fa_str_from(text), day_no) == FA_VALUE_OK)
        return FA_OK;
    char quoted[FA_QUOTED_BYTES];
    return fa_error(run->sink, FA_CODE_USAGE, (struct fa_place){0}, NULL,
                    "%s %s is not a day, expected YYYY-MM-DD", option,
                    fa_quoted(fa_str_from(text), quoted));
}

const char *tool_spool_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

char *tool_folder(void)
{
    unsigned long started_as = getauxval(AT_EXECFN);
    char *folder = realpath("/proc/self/exe", NULL);
    if (!folder) /* /proc is not mounted; this is right as long as nobody changed the folder */
        folder = realpath((const char *)started_as, NULL);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash)
        slash[slash == folder] = '\0';
    return folder;
}

static enum fa_status join(struct fa_buf *path, const char *folder, const char *below,
                           const char *name)
{
    fa_buf_clear(path);
    FA_TRY(fa_buf_add_text(path, folder));
    FA_TRY(fa_buf_add_text(path, below));
    return fa_buf_add_text(path, name);
}

static bool exists(struct fa_buf *path)
{
    const char *text = fa_buf_cstr(path);
    return text && access(text, F_OK) == 0;
}

static enum fa_status find_data(const char *name, const char *beside, struct fa_buf *path)
{
    const char *named = getenv("FLOWAUDIT_DATA");
    if (named && *named)
        return join(path, named, "/", name);
    if (beside) {
        FA_TRY(join(path, beside, "/../share/flowaudit/", name));
        if (exists(path))
            return FA_OK;
        FA_TRY(join(path, beside, "/", name));
        if (exists(path))
            return FA_OK;
    }
    return join(path, FLOWAUDIT_DATA_FOLDER, "/", name);
}

enum fa_status tool_data_path(struct tool_run *run, const char *name, struct fa_buf *path)
{
    char *beside = tool_folder();
    enum fa_status status = find_data(name, beside, path);
    free(beside);
    return status == FA_OK ? FA_OK : fa_out_of_memory(run->sink, "a path");
}
