#pragma once

/*
 * The kernel's key retention service (keyrings(7)), for one key at a time in the keyring of the user (@u). The payload
 * lies in kernel memory, is never swapped and goes when its time is over. C because the calls have no name in libc.
 *
 * A function returns a value of zero or more on success and the negated errno on failure: -ENOKEY, -EKEYEXPIRED and
 * -EKEYREVOKED say that there is no such key now; -ENOSYS, -EPERM and -EACCES that the kernel or a sandbox refuses.
 */

#include <stddef.h>

#pragma GCC visibility push(default)

/* Puts the payload under `description`, in place of an older one, to be forgotten after `seconds`. */
int ckk_put(const char *description, const void *payload, size_t count, unsigned seconds);
/* Reads the payload into `buffer` and gives its length; what exceeds `capacity` is cut. */
long ckk_get(const char *description, void *buffer, size_t capacity);
/* Whether there is such a key: above 0. */
int ckk_has(const char *description);
/* Starts the time anew. */
int ckk_extend(const char *description, unsigned seconds);
/* Makes the kernel forget the key at once. */
int ckk_forget(const char *description);

#pragma GCC visibility pop
