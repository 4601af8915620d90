#define _GNU_SOURCE
#include "CFiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

// Repeats a call that a signal interrupted and turns -1 into -errno.
#define RETRY(type, call)                                                                                              \
    ({                                                                                                                 \
        type value_;                                                                                                   \
        do                                                                                                             \
            value_ = (type)(call);                                                                                     \
        while (value_ == -1 && errno == EINTR);                                                                        \
        value_ == -1 ? (type)-errno : value_;                                                                          \
    })

enum { always = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK };

int ek_files_root(void) { return RETRY(int, open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

int ek_files_directory_without_links(const char *path) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
    how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    long result = RETRY(long, syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how));
    return result == -EPERM ? -ENOSYS : (int)result;
}

// A new file with all bits of `mode`, whatever the umask takes away: with none left its owner could not open it again.
static int create(int directory, const char *name, int flags, mode_t mode) {
    int made = RETRY(int, openat(directory, name, flags | O_CREAT | O_EXCL | always, mode));
    if (made < 0)
        return made;
    struct stat info;
    int result = RETRY(int, fstat(made, &info));
    if (result == 0 && (info.st_mode & mode) != mode)
        result = RETRY(int, fchmod(made, mode));
    if (result == 0)
        return made;
    unlinkat(directory, name, 0);
    close(made);
    return result;
}

int ek_files_open(int directory, const char *name, int purpose, uint32_t mode) {
    static const int flags[] = {
        [EK_FILES_READ] = O_RDONLY,
        [EK_FILES_CREATE] = O_RDWR,
        [EK_FILES_APPEND] = O_RDWR | O_APPEND,
        [EK_FILES_APPEND_CREATE] = O_RDWR | O_APPEND,
        [EK_FILES_UPDATE] = O_RDWR,
        [EK_FILES_UPDATE_CREATE] = O_RDWR,
        [EK_FILES_DIRECTORY] = O_RDONLY | O_DIRECTORY,
    };
    if (purpose < 0 || purpose > EK_FILES_DIRECTORY)
        return -EINVAL;
    if (purpose == EK_FILES_CREATE)
        return create(directory, name, flags[purpose], (mode_t)mode);
    int creates = purpose == EK_FILES_APPEND_CREATE || purpose == EK_FILES_UPDATE_CREATE;
    // Whoever makes a file knows that it did, and gives it its mode. Others may make and remove it meanwhile.
    for (int attempt = 0;; attempt++) {
        int opened = RETRY(int, openat(directory, name, flags[purpose] | always));
        if (!creates || opened != -ENOENT)
            return opened;
        int made = create(directory, name, flags[purpose], (mode_t)mode);
        if (made != -EEXIST || attempt == 100)
            return made;
    }
}

static int32_t kind_of(mode_t mode) {
    if (S_ISREG(mode))
        return EK_FILES_REGULAR;
    if (S_ISDIR(mode))
        return EK_FILES_IS_DIRECTORY;
    return S_ISLNK(mode) ? EK_FILES_LINK : EK_FILES_OTHER;
}

static void fill(const struct stat *from, struct ek_files_info *out) {
    out->device = from->st_dev;
    out->inode = from->st_ino;
    out->links = from->st_nlink;
    out->size = from->st_size;
    out->modified_seconds = from->st_mtim.tv_sec;
    out->modified_nanoseconds = from->st_mtim.tv_nsec;
    out->mode = from->st_mode & 07777;
    out->user = from->st_uid;
    out->group = from->st_gid;
    out->kind = kind_of(from->st_mode);
}

int ek_files_info(int descriptor, struct ek_files_info *out) {
    struct stat info;
    int result = RETRY(int, fstat(descriptor, &info));
    if (result == 0)
        fill(&info, out);
    return result;
}

int ek_files_info_at(int directory, const char *name, struct ek_files_info *out) {
    struct stat info;
    int result = RETRY(int, fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW));
    if (result == 0)
        fill(&info, out);
    return result;
}

int64_t ek_files_link_target(int directory, const char *name, uint8_t *out, size_t capacity) {
    return RETRY(int64_t, readlinkat(directory, name, (char *)out, capacity));
}

int ek_files_make_directory(int directory, const char *name, uint32_t mode) {
    int result = RETRY(int, mkdirat(directory, name, (mode_t)mode));
    if (result < 0)
        return result;
    // A umask may have taken bits away, and then the directory cannot be opened for reading. Its mode is changed through a
    // descriptor, so that it is this directory's and no link's.
    int made = RETRY(int, openat(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (made < 0)
        return made;
    struct stat info;
    result = RETRY(int, fstat(made, &info));
    if (result == 0 && (info.st_mode & mode) != mode && info.st_uid == geteuid()) {
        char path[32];
        snprintf(path, sizeof path, "/proc/self/fd/%d", made);
        result = RETRY(int, chmod(path, (mode_t)mode));
    }
    close(made);
    return result;
}

int ek_files_remove(int directory, const char *name) { return RETRY(int, unlinkat(directory, name, 0)); }

int ek_files_remove_directory(int directory, const char *name) {
    return RETRY(int, unlinkat(directory, name, AT_REMOVEDIR));
}

int ek_files_rename(int directory, const char *from, const char *to) {
    return RETRY(int, renameat(directory, from, directory, to));
}

int64_t ek_files_read_at(int descriptor, uint8_t *out, size_t count, int64_t offset) {
    return RETRY(int64_t, pread(descriptor, out, count, offset));
}

int64_t ek_files_write(int descriptor, const uint8_t *bytes, size_t count) {
    return RETRY(int64_t, write(descriptor, bytes, count));
}

int64_t ek_files_write_at(int descriptor, const uint8_t *bytes, size_t count, int64_t offset) {
    return RETRY(int64_t, pwrite(descriptor, bytes, count, offset));
}

int ek_files_truncate(int descriptor, int64_t size) { return RETRY(int, ftruncate(descriptor, size)); }

int ek_files_sync(int descriptor) { return RETRY(int, fsync(descriptor)); }

int ek_files_sync_data(int descriptor) { return RETRY(int, fdatasync(descriptor)); }

int ek_files_set_mode(int descriptor, uint32_t mode) { return RETRY(int, fchmod(descriptor, (mode_t)mode)); }

int ek_files_set_owner(int descriptor, uint32_t user, uint32_t group) {
    return RETRY(int, fchown(descriptor, user, group));
}

// Not repeated on EINTR: Linux has released the descriptor by then (close(2), "Dealing with error returns").
int ek_files_is_in_memory(int descriptor) {
    struct statfs info;
    int status = RETRY(int, fstatfs(descriptor, &info));
    return status < 0 ? status : info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC;
}

int ek_files_close(int descriptor) { return close(descriptor) == -1 ? -errno : 0; }

static int lock(int descriptor, short type) {
    struct flock range;
    memset(&range, 0, sizeof range);
    range.l_type = type;
    range.l_whence = SEEK_SET;
    return RETRY(int, fcntl(descriptor, F_OFD_SETLK, &range));
}

static int64_t monotonic_milliseconds(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t ek_files_lock(int descriptor, int exclusive, int64_t milliseconds) {
    int64_t start = -1, waited = 0;
    for (;;) {
        int result = lock(descriptor, exclusive ? F_WRLCK : F_RDLCK);
        if (result == -EACCES)
            result = -EAGAIN;
        if (result >= 0)
            return waited;
        if (result != -EAGAIN || waited >= milliseconds)
            return result;
        if (start < 0)
            start = monotonic_milliseconds();
        const struct timespec pause = {.tv_sec = 0, .tv_nsec = 1000000};
        nanosleep(&pause, NULL);
        waited = monotonic_milliseconds() - start;
    }
}

int ek_files_unlock(int descriptor) { return lock(descriptor, F_UNLCK); }

void *ek_files_entries_open(int directory, int *failure) {
    int own = RETRY(int, openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (own < 0) {
        *failure = own;
        return NULL;
    }
    DIR *entries = fdopendir(own);
    if (entries == NULL) {
        *failure = -errno;
        close(own);
    }
    return entries;
}

int64_t ek_files_entries_next(void *entries, char *out, size_t capacity) {
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(entries);
        if (entry == NULL)
            return -(int64_t)errno;
        size_t length = strlen(entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (length + 1 > capacity)
            return -ENAMETOOLONG;
        memcpy(out, entry->d_name, length + 1);
        return (int64_t)length;
    }
}

void ek_files_entries_close(void *entries) { closedir(entries); }

int ek_files_random(uint8_t *out, size_t count) {
    int64_t got = RETRY(int64_t, getrandom(out, count, 0)); // up to 256 bytes come whole (getrandom(2))
    return got < 0 ? (int)got : (size_t)got == count ? 0 : -EIO;
}

uint32_t ek_files_effective_user(void) { return geteuid(); }

int64_t ek_files_home(char *out, size_t capacity) {
    struct passwd entry, *found = NULL;
    char text[16384];
    int failure = getpwuid_r(geteuid(), &entry, text, sizeof text, &found);
    if (failure != 0)
        return -failure;
    if (found == NULL || found->pw_dir == NULL)
        return -ENOENT;
    size_t length = strlen(found->pw_dir);
    if (length + 1 > capacity)
        return -ERANGE;
    memcpy(out, found->pw_dir, length + 1);
    return (int64_t)length;
}

const char *ek_files_error_name(int number) { return strerrorname_np(number); }

const char *ek_files_error_meaning(int number) { return strerrordesc_np(number); }
