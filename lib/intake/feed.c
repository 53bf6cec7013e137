#include "intake/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/spool.h"

size_t fa_feed_read(struct fa_feed *feed, char *out, size_t size)
{
    size_t filled = 0, got = 1;
    while (filled < size && got > 0 && !feed->fault->is_set) {
        got = feed->type->read(feed, out + filled, size - filled);
        filled += got;
    }
    return filled;
}

void fa_feed_close(struct fa_feed *feed)
{
    if (feed)
        feed->type->close(feed);
}

/* --- bytes in memory --- */

struct bytes_feed {
    struct fa_feed base;
    struct fa_str rest;
};

static size_t read_bytes(struct fa_feed *feed, char *out, size_t size)
{
    struct bytes_feed *bytes = (struct bytes_feed *)feed;
    size_t given = bytes->rest.size < size ? bytes->rest.size : size;
    if (given)
        memcpy(out, bytes->rest.bytes, given);
    bytes->rest.bytes += given;
    bytes->rest.size -= given;
    return given;
}

static void close_bytes(struct fa_feed *feed)
{
    free(feed);
}

struct fa_feed *fa_feed_of_bytes(struct fa_str bytes, struct fa_fault *fault)
{
    static const struct fa_feed_type type = {read_bytes, close_bytes};
    struct bytes_feed *feed = malloc(sizeof *feed);
    if (!feed) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    *feed = (struct bytes_feed){{&type, fault}, bytes};
    return &feed->base;
}

/* --- a file --- */

bool fa_file_identify(int fd, struct fa_file_identity *identity)
{
    struct stat now;
    if (fstat(fd, &now) != 0)
        return false;
    *identity = (struct fa_file_identity){
        .device = now.st_dev,
        .inode = now.st_ino,
        .size = (uint64_t)now.st_size,
        .changed_ns = now.st_ctim.tv_sec * INT64_C(1000000000) + now.st_ctim.tv_nsec,
        .modified_ns = now.st_mtim.tv_sec * INT64_C(1000000000) + now.st_mtim.tv_nsec,
    };
    return true;
}

bool fa_file_is_same(const struct fa_file_identity *a, const struct fa_file_identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed_ns == b->changed_ns && a->modified_ns == b->modified_ns;
}

void fa_fault_set_changed(struct fa_fault *fault)
{
    fa_fault_set(fault, FA_CODE_FILING_CHANGED, 0, 0, "try again when nobody writes to it",
                 "the file was changed while it was read");
}

struct file_feed {
    struct fa_feed base;
    int fd;
    uint64_t at;
    struct fa_file_identity identity;
};

static void check_end(struct file_feed *file)
{
    struct fa_file_identity now;
    if (!fa_file_identify(file->fd, &now))
        fa_fault_set_io(file->base.fault, errno);
    else if (!fa_file_is_same(&now, &file->identity))
        fa_fault_set_changed(file->base.fault);
}

static size_t read_file(struct fa_feed *feed, char *out, size_t size)
{
    struct file_feed *file = (struct file_feed *)feed;
    uint64_t left = file->identity.size - file->at;
    size_t wanted = left < size ? (size_t)left : size;
    ssize_t got;
    if (wanted == 0) {
        check_end(file);
        return 0;
    }
    do
        got = pread(file->fd, out, wanted, (off_t)file->at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        fa_fault_set_io(feed->fault, errno);
    else if (got == 0)
        fa_fault_set_changed(feed->fault);
    if (got <= 0)
        return 0;
    file->at += (uint64_t)got;
    return (size_t)got;
}

static void close_file(struct fa_feed *feed)
{
    free(feed);
}

struct fa_feed *fa_feed_of_file(int fd, const struct fa_file_identity *identity,
                                struct fa_fault *fault)
{
    static const struct fa_feed_type type = {read_file, close_file};
    struct file_feed *feed = malloc(sizeof *feed);
    if (!feed) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    *feed = (struct file_feed){{&type, fault}, fd, 0, *identity};
    return &feed->base;
}

/* --- a pipe --- */

struct pipe_feed {
    struct fa_feed base;
    int fd;
};

static size_t read_pipe(struct fa_feed *feed, char *out, size_t size)
{
    ssize_t got;
    do
        got = read(((struct pipe_feed *)feed)->fd, out, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        fa_fault_set_io(feed->fault, errno);
    return got > 0 ? (size_t)got : 0;
}

struct fa_feed *fa_feed_of_pipe(int fd, struct fa_fault *fault)
{
    static const struct fa_feed_type type = {read_pipe, close_file};
    struct pipe_feed *feed = malloc(sizeof *feed);
    if (!feed) {
        fa_fault_set_memory(fault);
        return NULL;
    }
    *feed = (struct pipe_feed){{&type, fault}, fd};
    return &feed->base;
}

/* --- what goes through --- */

struct watched_feed {
    struct fa_feed base;
    struct fa_feed *below;
    struct fa_sha256 *sha256;
    uint64_t *size_bytes;
};

static size_t read_watched(struct fa_feed *feed, char *out, size_t size)
{
    struct watched_feed *watched = (struct watched_feed *)feed;
    size_t got = watched->below->type->read(watched->below, out, size);
    if (watched->sha256 && got > 0)
        fa_sha256_add(watched->sha256, out, got);
    *watched->size_bytes += got;
    return got;
}

static void close_watched(struct fa_feed *feed)
{
    fa_feed_close(((struct watched_feed *)feed)->below);
    free(feed);
}

struct fa_feed *fa_feed_watched(struct fa_feed *below, struct fa_sha256 *sha256,
                                uint64_t *size_bytes)
{
    static const struct fa_feed_type type = {read_watched, close_watched};
    struct watched_feed *feed = malloc(sizeof *feed);
    if (!feed) {
        fa_fault_set_memory(below->fault);
        fa_feed_close(below);
        return NULL;
    }
    *feed = (struct watched_feed){{&type, below->fault}, below, sha256, size_bytes};
    return &feed->base;
}

/* --- what was read before --- */

struct behind_feed {
    struct fa_feed base;
    struct fa_feed *below;
    struct fa_buf start;
    size_t at;
};

static size_t read_behind(struct fa_feed *feed, char *out, size_t size)
{
    struct behind_feed *behind = (struct behind_feed *)feed;
    size_t left = behind->start.size - behind->at;
    if (left == 0)
        return behind->below->type->read(behind->below, out, size);
    size_t given = left < size ? left : size;
    memcpy(out, behind->start.bytes + behind->at, given);
    behind->at += given;
    if (given == left) {
        fa_buf_release(&behind->start);
        behind->at = 0;
    }
    return given;
}

static void close_behind(struct fa_feed *feed)
{
    struct behind_feed *behind = (struct behind_feed *)feed;
    fa_feed_close(behind->below);
    fa_buf_release(&behind->start);
    free(behind);
}

struct fa_feed *fa_feed_behind(struct fa_buf *start, size_t at, struct fa_feed *below)
{
    static const struct fa_feed_type type = {read_behind, close_behind};
    struct behind_feed *feed = malloc(sizeof *feed);
    if (!feed) {
        fa_fault_set_memory(below->fault);
        fa_feed_close(below);
        fa_buf_release(start);
        return NULL;
    }
    *feed = (struct behind_feed){{&type, below->fault}, below, *start, at};
    *start = (struct fa_buf){0};
    return &feed->base;
}

/* --- a copy in a file --- */

static bool copy(struct fa_feed *feed, char *buffer, size_t buffer_size, uint64_t size_max,
                 int fd)
{
    uint64_t size = 0;
    for (;;) {
        size_t got = fa_feed_read(feed, buffer, buffer_size);
        if (feed->fault->is_set || got == 0)
            return !feed->fault->is_set;
        if (got > size_max - size) {
            fa_fault_set(feed->fault, FA_CODE_UNPACK_LIMIT, 0, 0,
                         "unpack it, and give the folder",
                         "a file that must be unpacked as a whole may be %llu bytes large",
                         (unsigned long long)size_max);
            return false;
        }
        if (fa_spool_file_write(fd, buffer, got, size, NULL) != FA_OK) {
            fa_fault_set_spool(feed->fault, errno);
            return false;
        }
        size += got;
    }
}

bool fa_feed_spool(struct fa_feed *feed, const char *dir, uint64_t size_max, int *fd)
{
    enum { BUFFER_BYTES = 1 << 18 };
    int made = -1;
    if (!dir) {
        fa_fault_set_spool(feed->fault, EROFS);
        return false;
    }
    if (fa_spool_file_open(dir, NULL, &made) != FA_OK) {
        fa_fault_set_spool(feed->fault, errno);
        return false;
    }
    char *buffer = malloc(BUFFER_BYTES);
    if (!buffer)
        fa_fault_set_memory(feed->fault);
    bool is_whole = buffer && copy(feed, buffer, BUFFER_BYTES, size_max, made);
    free(buffer);
    if (is_whole)
        *fd = made;
    else
        close(made);
    return is_whole;
}
