#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a signal must undo; only touched under the lock. */
static struct output *open_outputs;
static pthread_mutex_t open_outputs_lock = PTHREAD_MUTEX_INITIALIZER;

static const char temporary_name[] = ".flowaudit-XXXXXX";

static enum fa_status failed(struct output *output, const char *what)
{
    if (errno == EPIPE)
        return FA_EIO;
    if (output->name)
        return fa_io_error(output->sink, what, output->name, errno);
    return fa_error(output->sink, FA_CODE_IO, (struct fa_place){0}, NULL,
                    "cannot %s standard output: %s", what, strerror(errno));
}

static enum fa_status write_all(struct output *output, int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return failed(output, "write");
        bytes += written;
        size -= (size_t)written;
    }
    return FA_OK;
}

static enum fa_status flush(struct output *output)
{
    size_t size = output->used;
    output->used = 0;
    return write_all(output, output->fd, output->buffer, size);
}

enum fa_status output_write(struct output *output, const void *bytes, size_t size)
{
    if (size > sizeof output->buffer - output->used)
        FA_TRY(flush(output));
    if (size > sizeof output->buffer)
        return write_all(output, output->fd, bytes, size);
    memcpy(output->buffer + output->used, bytes, size);
    output->used += size;
    return FA_OK;
}

static enum fa_status write_base(struct fa_output *base, const void *bytes, size_t size)
{
    return output_write((struct output *)base, bytes, size);
}

/* --- opening ---------------------------------------------------------------------------------- */

static enum fa_status refuse_terminal(struct output *output, enum output_form form, int fd)
{
    if (form == OUTPUT_TEXT || !isatty(fd))
        return FA_OK;
    return fa_error(output->sink, FA_CODE_USAGE, (struct fa_place){0},
                    "name a file with -o, or send it into a pipe",
                    "binary output is not written to a terminal");
}

/* A temporary file in the folder of PATH (with IN_FOLDER: in PATH), registered in one step with
 * its making, so that no signal finds one without the other. */
static enum fa_status open_temporary(struct output *output, const char *path, bool in_folder)
{
    const char *slash = strrchr(path, '/');
    int folder_size = in_folder ? (int)strlen(path) : slash ? (int)(slash - path) : 0;
    const char *joint = in_folder || slash ? "/" : "";
    char *temporary = NULL;
    if (asprintf(&temporary, "%.*s%s%s", folder_size, path, joint, temporary_name) < 0)
        return fa_out_of_memory(output->sink, "a file name");
    pthread_mutex_lock(&open_outputs_lock);
    output->fd = mkostemp(temporary, O_CLOEXEC);
    if (output->fd >= 0) {
        output->temporary = temporary;
        output->next = open_outputs;
        open_outputs = output;
    }
    pthread_mutex_unlock(&open_outputs_lock);
    if (output->fd >= 0)
        return FA_OK;
    free(temporary);
    return failed(output, "create a file beside");
}

/* The target's own name behind links: the link stays, what it points at is replaced. */
static enum fa_status resolve(struct output *output, const char *path)
{
    output->target = realpath(path, NULL);
    if (!output->target && errno == ENOENT)
        output->target = strdup(path);
    return output->target ? FA_OK : failed(output, "write");
}

static enum fa_status open_direct(struct output *output, enum output_form form, int fd)
{
    FA_TRY(refuse_terminal(output, form, fd));
    if (form != OUTPUT_NAMED) {
        output->fd = fd;
        return FA_OK;
    }
    const char *folder = getenv("TMPDIR");
    FA_TRY(open_temporary(output, folder && *folder ? folder : "/tmp", true));
    output->direct_fd = fd;
    return FA_OK;
}

static enum fa_status open_path(struct output *output, const char *path, enum output_form form)
{
    struct stat info;
    if (!*path) {
        errno = ENOENT;
        return failed(output, "write");
    }
    bool exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return failed(output, "write");
    }
    if (!exists || S_ISREG(info.st_mode)) {
        FA_TRY(resolve(output, path));
        return open_temporary(output, output->target, false);
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return failed(output, "open");
    enum fa_status status = open_direct(output, form, fd);
    if (status != FA_OK)
        close(fd);
    return status;
}

enum fa_status output_open(struct output *output, const char *path, enum output_form form,
                           struct fa_sink *sink)
{
    bool is_stdout = !path || strcmp(path, "-") == 0;
    output->base.write = write_base;
    output->sink = sink;
    output->name = is_stdout ? NULL : path;
    output->target = output->temporary = NULL;
    output->fd = output->direct_fd = -1;
    output->next = NULL;
    output->kept = NULL;
    output->is_new = false;
    output->used = 0;
    enum fa_status status = is_stdout ? open_direct(output, form, STDOUT_FILENO)
                                      : open_path(output, path, form);
    if (status != FA_OK) {
        free(output->target);
        output->target = NULL;
    }
    return status;
}

const char *output_file(const struct output *output)
{
    return output->temporary;
}

/* --- finishing -------------------------------------------------------------------------------- */

static enum fa_status sync_folder(struct output *output)
{
    char *slash = strrchr(output->target, '/');
    if (slash)
        slash[slash == output->target] = '\0';
    int fd = open(slash ? output->target : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) /* a folder that may be written but not read cannot be synced */
        return FA_OK;
    bool is_synced = fsync(fd) == 0 || errno == EINVAL;
    int error = errno;
    close(fd);
    errno = error;
    return is_synced ? FA_OK : failed(output, "sync the folder of");
}

static enum fa_status copy_to_direct(struct output *output)
{
    int fd = open(output->temporary, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return failed(output, "read again");
    enum fa_status status = FA_OK;
    ssize_t size = 0;
    while (status == FA_OK && (size = read(fd, output->buffer, sizeof output->buffer)) > 0)
        status = write_all(output, output->direct_fd, output->buffer, (size_t)size);
    if (size < 0)
        status = failed(output, "read again");
    close(fd);
    return status;
}

/* Standard output stays open for output_close_stdout(). */
static enum fa_status close_checked(struct output *output, int *fd)
{
    int closing = *fd;
    *fd = -1;
    return closing <= STDERR_FILENO || close(closing) == 0 ? FA_OK : failed(output, "close");
}

static void unregister(const struct output *output)
{
    for (struct output **at = &open_outputs; *at; at = &(*at)->next) {
        if (*at == output) {
            *at = output->next;
            return;
        }
    }
}

/* Removes the temporary file and forgets it, in one step for signals. */
static void drop_temporary(struct output *output)
{
    if (!output->temporary)
        return;
    pthread_mutex_lock(&open_outputs_lock);
    unlink(output->temporary);
    unregister(output);
    pthread_mutex_unlock(&open_outputs_lock);
    free(output->temporary);
    output->temporary = NULL;
}

/* Gives the old file a second name, to have it back. That of the new file says which; it is free, or
 * mkostemp() would not have given it away twice. */
static enum fa_status keep_old(struct output *output)
{
    if (asprintf(&output->kept, "%s~", output->temporary) < 0) {
        output->kept = NULL;
        return fa_out_of_memory(output->sink, "a file name");
    }
    if (link(output->target, output->kept) == 0)
        return FA_OK;
    output->is_new = errno == ENOENT; /* else a disk without links: the old file will be gone */
    free(output->kept);
    output->kept = NULL;
    return FA_OK;
}

/* The old file again, or none where none was. */
static void take_back(struct output *output)
{
    if (output->kept)
        (void)!rename(output->kept, output->target);
    else if (output->is_new)
        unlink(output->target);
}

static void forget_kept(struct output *output)
{
    if (output->kept)
        unlink(output->kept);
    free(output->kept);
    output->kept = NULL;
}

/* Every temporary file takes the place of its target, or none does. Under the lock, so that a signal
 * finds all of them or none. */
static enum fa_status replace_all(struct output *const *outputs, int count)
{
    enum fa_status status = FA_OK;
    int done = 0;
    pthread_mutex_lock(&open_outputs_lock);
    for (int i = 0; i < count && count > 1 && status == FA_OK; i++)
        status = outputs[i]->target ? keep_old(outputs[i]) : FA_OK;
    for (; done < count && status == FA_OK; done++)
        if (outputs[done]->target && rename(outputs[done]->temporary, outputs[done]->target) != 0) {
            status = failed(outputs[done], "replace");
            break;
        }
    for (int i = 0; i < done && status != FA_OK; i++)
        take_back(outputs[i]);
    for (int i = 0; i < count; i++) {
        forget_kept(outputs[i]);
        if (status != FA_OK || !outputs[i]->target)
            continue;
        unregister(outputs[i]);
        free(outputs[i]->temporary);
        outputs[i]->temporary = NULL;
    }
    pthread_mutex_unlock(&open_outputs_lock);
    return status;
}

enum fa_status output_seal(struct output *output)
{
    FA_TRY(flush(output));
    if (output->temporary && output->fd >= 0 && fsync(output->fd) != 0)
        return failed(output, "sync");
    return close_checked(output, &output->fd);
}

static enum fa_status complete(struct output *const *outputs, int count)
{
    for (int i = 0; i < count; i++) {
        FA_TRY(output_seal(outputs[i]));
        if (outputs[i]->direct_fd >= 0)
            FA_TRY(copy_to_direct(outputs[i]));
        FA_TRY(close_checked(outputs[i], &outputs[i]->direct_fd));
    }
    FA_TRY(replace_all(outputs, count));
    for (int i = 0; i < count; i++)
        if (outputs[i]->target)
            FA_TRY(sync_folder(outputs[i]));
    return FA_OK;
}

enum fa_status output_finish_together(struct output *const *outputs, int count,
                                      enum fa_status status)
{
    if (status == FA_OK)
        status = complete(outputs, count);
    else
        for (int i = 0; i < count; i++)
            if (!outputs[i]->temporary)
                (void)flush(outputs[i]); /* a direct output gets what was said before the failure */
    for (int i = 0; i < count; i++) {
        struct output *output = outputs[i];
        drop_temporary(output);
        (void)close_checked(output, &output->fd);
        (void)close_checked(output, &output->direct_fd);
        free(output->target);
        output->target = NULL;
    }
    return status;
}

enum fa_status output_finish(struct output *output, enum fa_status status)
{
    return output_finish_together(&output, 1, status);
}

void output_abandon_all(bool is_crash)
{
    if (!is_crash)
        pthread_mutex_lock(&open_outputs_lock); /* for good: the process ends */
    for (const struct output *output = open_outputs; output; output = output->next)
        unlink(output->temporary);
}

enum fa_status output_close_stdout(struct fa_sink *sink)
{
    errno = 0;
    bool had_error = ferror(stdout) != 0;
    if (fclose(stdout) == 0 && !had_error)
        return FA_OK;
    errno = errno ? errno : EIO;
    struct output output = {.sink = sink};
    return failed(&output, "write");
}
