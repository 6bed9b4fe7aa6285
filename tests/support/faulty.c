/* A machine that misbehaves, put between a program and the C library (LD_PRELOAD).
 *
 * FAULTY_LOG=PATH      appends a line for each fsync, rename and removal: what, which file
 * FAULTY_SHORT=1       reads and writes of regular files and pipes move at most 997 bytes
 * FAULTY_EINTR=N       every Nth read and write is interrupted before it moves anything
 * FAULTY_READ=N        reads fail with EIO from the Nth one of 100 bytes or more on
 * FAULTY_WRITE=N       writes fail with ENOSPC from the Nth one of 100 bytes or more on
 * FAULTY_FSYNC=N       the Nth fsync fails with EIO
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long setting(const char *name)
{
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

/* Whether this is the call at which `every` strikes. */
static int strikes(const char *name, long *count, int from_then_on)
{
    long at = setting(name);
    if (at == 0)
        return 0;
    long now = ++*count;
    return from_then_on ? now >= at : now % at == 0;
}

static size_t shortened(size_t count)
{
    return setting("FAULTY_SHORT") && count > 997 ? 997 : count;
}

static void note(const char *what, const char *path)
{
    const char *log = getenv("FAULTY_LOG");
    FILE *file = log ? fopen(log, "a") : NULL;
    if (file) {
        fprintf(file, "%s %s\n", what, path);
        fclose(file);
    }
}

static void note_descriptor(const char *what, int descriptor)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    note(what, path);
}

ssize_t read(int descriptor, void *buffer, size_t count)
{
    static ssize_t (*real)(int, void *, size_t);
    static long interrupted, failed;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "read");
    if (count >= 100 && strikes("FAULTY_READ", &failed, 1)) {
        errno = EIO;
        return -1;
    }
    if (strikes("FAULTY_EINTR", &interrupted, 0)) {
        errno = EINTR;
        return -1;
    }
    return real(descriptor, buffer, shortened(count));
}

ssize_t write(int descriptor, const void *buffer, size_t count)
{
    static ssize_t (*real)(int, const void *, size_t);
    static long interrupted, failed;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "write");
    if (descriptor != STDERR_FILENO && count >= 100 && strikes("FAULTY_WRITE", &failed, 1)) {
        errno = ENOSPC;
        return -1;
    }
    if (strikes("FAULTY_EINTR", &interrupted, 0)) {
        errno = EINTR;
        return -1;
    }
    return real(descriptor, buffer, shortened(count));
}

int fsync(int descriptor)
{
    static int (*real)(int);
    static long failed;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    note_descriptor("fsync", descriptor);
    if (setting("FAULTY_FSYNC") && ++failed == setting("FAULTY_FSYNC")) {
        errno = EIO;
        return -1;
    }
    return real(descriptor);
}

int unlink(const char *path)
{
    static int (*real)(const char *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "unlink");
    note("unlink", path);
    return real(path);
}
