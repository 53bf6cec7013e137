/*
 * Makes one call fail: loaded in front of libc by tests/check_faults.pl.
 *
 * FAULT="write:3" lets the third call of write fail. FAULT_REACHED names a file that is made when
 * that happened, so that the test knows when all calls have been through. FAULT_TRAP=1 stops a
 * debugger at the call.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* glibc's own names, because dlsym() allocates. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static atomic_long calls;

static int fails(const char *function)
{
    const char *fault = getenv("FAULT");
    size_t size = strlen(function);
    if (!fault || strncmp(fault, function, size) != 0 || fault[size] != ':')
        return 0;
    if (atomic_fetch_add(&calls, 1) + 1 != strtol(fault + size + 1, NULL, 10))
        return 0;
    if (getenv("FAULT_TRAP"))
        __builtin_trap();
    int fd = open(getenv("FAULT_REACHED"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void *malloc(size_t size)
{
    return fails("malloc") ? (errno = ENOMEM, NULL) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("malloc") ? (errno = ENOMEM, NULL) : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails("malloc") ? (errno = ENOMEM, NULL) : __libc_realloc(memory, size);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (fd != STDERR_FILENO && fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(write)(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return fails("write") ? (errno = ENOSPC, -1) : REAL(pwrite)(fd, bytes, size, at);
}

ssize_t read(int fd, void *bytes, size_t size)
{
    return fails("read") ? (errno = EIO, -1) : REAL(read)(fd, bytes, size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t at)
{
    return fails("read") ? (errno = EIO, -1) : REAL(pread)(fd, bytes, size, at);
}

int fsync(int fd)
{
    return fails("fsync") ? (errno = EIO, -1) : REAL(fsync)(fd);
}

int rename(const char *from, const char *to)
{
    return fails("rename") ? (errno = EACCES, -1) : REAL(rename)(from, to);
}
