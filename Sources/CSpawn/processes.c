#define _GNU_SOURCE
#include "CSpawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int csp_read_process(int pid, struct csp_process *out) {
    char path[32], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -ESRCH;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) return -ESRCH;
    text[length] = 0;
    /* The second field is the program's name in parentheses, which may hold spaces and parentheses itself: what
     * counts starts after the last one. */
    char *rest = strrchr(text, ')');
    unsigned long long start = 0, ignored = 0;
    int threads = 1;
    *out = (struct csp_process){.pid = pid};
    if (rest == NULL
        || sscanf(rest + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d %*d %llu"
               " %*u %*d %*u %*u %*u %*u %*u %*u %*u %*u %llu",
               &out->state, &out->parent, &out->group, &out->session, &threads, &start, &ignored) != 7) {
        return -ESRCH;
    }
    out->start_time = start;
    out->ignores_interrupt = (ignored >> (SIGINT - 1)) & 1;
    /* A main thread that ended before its fellows looks like a zombie, but the process goes on. */
    if (out->state == 'Z' && threads > 1) out->state = 'S';
    return 0;
}

int csp_run_same_program(int pid, int other) {
    char path[32];
    struct stat one, two;
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    if (stat(path, &one) < 0) return 0;
    snprintf(path, sizeof path, "/proc/%d/exe", other);
    return stat(path, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

int csp_has_memory(int pid) {
    char path[32], first = '0';
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t length = read(fd, &first, 1);
    close(fd);
    return length == 1 && first != '0';
}

int csp_processes(struct csp_process *out, int capacity) {
    DIR *directory = opendir("/proc");
    if (directory == NULL) return -errno;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        struct csp_process process;
        if (csp_read_process(atoi(entry->d_name), &process) < 0) continue;
        if (count < capacity) out[count] = process;
        count++;
    }
    closedir(directory);
    return count;
}

int csp_children(int pid, int *out, int capacity, int *complete) {
    char path[64], text[4096];
    *complete = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length < 0) return -errno;
    text[length] = 0;
    int count = 0;
    char *next = text;
    /* A number cut off at the end of the buffer has no blank behind it and is left for the next look. */
    for (char *end; count < capacity; next = end + 1) {
        long child = strtol(next, &end, 10);
        if (end == next || *end != ' ') break;
        out[count++] = (int)child;
    }
    *complete = *next == 0 && length < (ssize_t)sizeof text - 1;
    return count;
}
