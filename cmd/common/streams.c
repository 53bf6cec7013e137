#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum fa_status stream_input_open(struct stream_input *input, struct tool_run *run,
                                 bool rewindable)
{
    const char *path = run->operand_count ? run->operands[0] : "-";
    return stream_input_open_path(input, run, path, rewindable);
}

enum fa_status stream_input_open_path(struct stream_input *input, struct tool_run *run,
                                      const char *path, bool rewindable)
{
    bool is_stdin = strcmp(path, "-") == 0;
    *input = (struct stream_input){.fd = -1};
    input->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0)
        return fa_io_error(run->sink, "open", path, errno);
    struct stat info;
    char quoted[FA_QUOTED_BYTES];
    if (fstat(input->fd, &info) == 0 && S_ISDIR(info.st_mode))
        return fa_error(run->sink, FA_CODE_STREAM_MAGIC, (struct fa_place){0},
                        "read a filing with flowaudit ingest, or all at once with flowaudit audit",
                        "%s is a folder, expected a stream of flowaudit",
                        fa_quoted(fa_str_from(path), quoted));
    return fa_stream_open(input->fd, is_stdin ? "standard input" : path,
                          rewindable ? tool_spool_folder() : NULL, run->sink, &input->blocks);
}

void stream_input_close(struct stream_input *input)
{
    fa_blocks_free(input->blocks);
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    *input = (struct stream_input){.fd = -1};
}

/* Passes bytes on and remembers whether there were any. */
struct watched_output {
    struct fa_output base;
    struct fa_output *to;
    bool has_bytes;
};

static enum fa_status watched_write(struct fa_output *output, const void *bytes, size_t size)
{
    struct watched_output *watched = (struct watched_output *)output;
    watched->has_bytes = true;
    return watched->to->write(watched->to, bytes, size);
}

enum fa_status stream_output(const char *path, struct tool_run *run,
                             enum fa_status (*make)(void *context, struct fa_output *output),
                             void *context)
{
    struct output *output = malloc(sizeof *output);
    if (!output)
        return fa_out_of_memory(run->sink, "the output");
    enum fa_status status = output_open(output, path, OUTPUT_BINARY, run->sink);
    if (status == FA_OK) {
        struct watched_output watched = {{watched_write}, &output->base, false};
        status = make(context, &watched.base);
        bool is_well = status == FA_OK || status == FA_FINDINGS;
        enum fa_status ended = FA_OK;
        if (!is_well && !watched.has_bytes) {
            const char *code =
                run->sink->has_error ? fa_code_info(run->sink->error_code)->name : "";
            ended = fa_stream_write_aborted(status, code, &output->base);
        }
        enum fa_status finished = output_finish(output, is_well ? ended : status);
        if (is_well && finished != FA_OK)
            status = finished;
    }
    free(output);
    return status;
}
