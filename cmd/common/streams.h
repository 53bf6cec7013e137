/*
 * Streams as the tools take and give them: an operand or standard input, an option or standard output.
 */
#ifndef FLOWAUDIT_COMMON_STREAMS_H
#define FLOWAUDIT_COMMON_STREAMS_H

#include "ledger/stream.h"
#include "tool.h"

/* The stream of the first operand; "-" or none is standard input. REWINDABLE: it will be read twice,
 * so what comes from a pipe is kept in an unlinked file. Close in any case. */
struct stream_input {
    int fd;
    struct fa_blocks *blocks;
};
enum fa_status stream_input_open(struct stream_input *input, struct tool_run *run,
                                 bool rewindable) FA_MUST_USE;
/* The same for one of several operands. */
enum fa_status stream_input_open_path(struct stream_input *input, struct tool_run *run,
                                      const char *path, bool rewindable) FA_MUST_USE;
void stream_input_close(struct stream_input *input);

/* Gives MAKE an output to write a stream to. When MAKE fails before it began to, the output still gets
 * an aborted stream, so that the next tool of a pipe ends with the same status. A file appears only
 * when all went well; FA_FINDINGS counts as well. */
enum fa_status stream_output(const char *path, struct tool_run *run,
                             enum fa_status (*make)(void *context, struct fa_output *output),
                             void *context) FA_MUST_USE;

#endif
