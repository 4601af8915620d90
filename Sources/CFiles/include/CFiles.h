// The fence around files: every libc call with which PrivateFiles touches the file system, each with the flags that may
// not be forgotten. Only PrivateFiles imports this module.
//
// Every function returns a value of 0 or more, or a negative errno. All repeat on EINTR. No descriptor made here is
// inherited by a program that is started (O_CLOEXEC).
#pragma once

#include <stddef.h>
#include <stdint.h>

// What open is for. All of them add O_CLOEXEC, O_NOFOLLOW, O_NOCTTY and O_NONBLOCK: a link is refused with ELOOP and a
// FIFO or a device never blocks the caller.
enum ek_files_purpose {
    EK_FILES_READ = 0,          // O_RDONLY
    EK_FILES_CREATE = 1,        // O_RDWR | O_CREAT | O_EXCL
    EK_FILES_APPEND = 2,        // O_RDWR | O_APPEND
    EK_FILES_APPEND_CREATE = 3, // O_RDWR | O_APPEND | O_CREAT
    EK_FILES_UPDATE = 4,        // O_RDWR
    EK_FILES_UPDATE_CREATE = 5, // O_RDWR | O_CREAT
    EK_FILES_DIRECTORY = 6,     // O_RDONLY | O_DIRECTORY
};

enum ek_files_kind { EK_FILES_REGULAR = 0, EK_FILES_IS_DIRECTORY = 1, EK_FILES_LINK = 2, EK_FILES_OTHER = 3 };

struct ek_files_info {
    uint64_t device, inode, links;
    int64_t size, modified_seconds, modified_nanoseconds;
    uint32_t mode, user, group; // mode: permission bits only (07777)
    int32_t kind;               // enum ek_files_kind
};

// The directory "/".
int ek_files_root(void);

// The directory at an absolute path, with no symbolic link anywhere in it: openat2(2) with RESOLVE_NO_SYMLINKS and
// RESOLVE_NO_MAGICLINKS. -ENOSYS where the kernel or a seccomp filter has no openat2 (EPERM from a filter counts as that).
int ek_files_directory_without_links(const char *path);

// One component below a directory. `name` has no slash: the caller has checked that.
int ek_files_open(int directory, const char *name, int purpose, uint32_t mode);
int ek_files_info(int descriptor, struct ek_files_info *out);
int ek_files_info_at(int directory, const char *name, struct ek_files_info *out); // does not follow a link
int64_t ek_files_link_target(int directory, const char *name, uint8_t *out, size_t capacity);
int ek_files_make_directory(int directory, const char *name, uint32_t mode);
int ek_files_remove(int directory, const char *name);
int ek_files_remove_directory(int directory, const char *name);
int ek_files_rename(int directory, const char *from, const char *to);

int64_t ek_files_read_at(int descriptor, uint8_t *out, size_t count, int64_t offset);
int64_t ek_files_write(int descriptor, const uint8_t *bytes, size_t count);
int64_t ek_files_write_at(int descriptor, const uint8_t *bytes, size_t count, int64_t offset);
int ek_files_truncate(int descriptor, int64_t size);
int ek_files_sync(int descriptor);
int ek_files_sync_data(int descriptor);
int ek_files_set_mode(int descriptor, uint32_t mode);
int ek_files_set_owner(int descriptor, uint32_t user, uint32_t group);
int ek_files_close(int descriptor);
int ek_files_is_in_memory(int descriptor); // fstatfs(2): 1 on tmpfs and ramfs, else 0

// A lock of the open file description on the whole file (F_OFD_SETLK). Tries again every millisecond, at most `milliseconds` long,
// then -EAGAIN. Never waits without a bound: whoever can open the file can hold a lock.
int64_t ek_files_lock(int descriptor, int exclusive, int64_t milliseconds);
int ek_files_unlock(int descriptor);

// The entries of a directory: open, take names one by one (length of the name without its NUL, 0 at the end), close.
void *ek_files_entries_open(int directory, int *failure);
int64_t ek_files_entries_next(void *entries, char *out, size_t capacity);
void ek_files_entries_close(void *entries);

int ek_files_random(uint8_t *out, size_t count);
uint32_t ek_files_effective_user(void);

// The home directory of the effective user in the passwd database: its length without NUL, or -ENOENT, or -ERANGE.
int64_t ek_files_home(char *out, size_t capacity);

// The name of an errno ("ENOSPC") and its meaning ("No space left on device"), or NULL. Static text.
const char *ek_files_error_name(int number);
const char *ek_files_error_meaning(int number);
