#define _GNU_SOURCE
#include "CKernelKeys.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char type[] = "user";

/* All for whoever reaches the key through a keyring, the same but linking for other processes of this user: sessions
 * that have no link to @u (services, cron) would not find it otherwise, and could make that link themselves. */
#define PERMISSIONS 0x3f2f0000u

static long result(long value) { return value < 0 ? -errno : value; }

static long find(const char *description) {
    return result(syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, type, description, 0));
}

int ckk_put(const char *description, const void *payload, size_t count, unsigned seconds) {
    /* Forgotten first: an update of a key keeps its old time until the new one is set. */
    ckk_forget(description);
    long key = result(syscall(SYS_add_key, type, description, payload, count, KEY_SPEC_USER_KEYRING));
    if (key < 0) return (int)key;
    long done = result(syscall(SYS_keyctl, KEYCTL_SETPERM, key, PERMISSIONS));
    if (done >= 0) done = result(syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds));
    /* A key without an end must not stay. */
    if (done < 0) syscall(SYS_keyctl, KEYCTL_INVALIDATE, key);
    return done < 0 ? (int)done : 0;
}

long ckk_get(const char *description, void *buffer, size_t capacity) {
    long key = find(description);
    return key < 0 ? key : result(syscall(SYS_keyctl, KEYCTL_READ, key, buffer, capacity));
}

int ckk_has(const char *description) { return (int)find(description); }

int ckk_extend(const char *description, unsigned seconds) {
    long key = find(description);
    return (int)(key < 0 ? key : result(syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds)));
}

int ckk_forget(const char *description) {
    long key = find(description);
    return (int)(key < 0 ? key : result(syscall(SYS_keyctl, KEYCTL_INVALIDATE, key)));
}
