#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Memory for secrets: never swapped, never in a core dump, never copied into a forked child, wiped when it is given
// back. The only importer is the room SecretMemory (which hands it on to OpenSSL's allocator hook).
//
// Allocating and freeing are safe from any thread; what lies in a block is its owner's.

/// What holds the pages of a region.
typedef enum {
    /// memfd_secret(2): also unmapped from the kernel's own view of memory, out of reach of other processes.
    CSM_KIND_SECRET_FILE = 1,
    /// mmap(2) with mlock(2) and MADV_DONTDUMP: locked and dump-excluded.
    CSM_KIND_LOCKED = 2,
} csm_kind;

/// `count` bytes of zeroed secret memory, 16-aligned, or NULL with errno: ENOMEM or EAGAIN when no more memory may be
/// locked (RLIMIT_MEMLOCK), EINVAL for a count of zero or beyond 64 MiB.
void *csm_allocate(size_t count);

/// As realloc(3): keeps the contents, wipes what it leaves. NULL with errno, and the old block untouched, on failure.
void *csm_reallocate(void *block, size_t count);

/// Wipes and returns a block. NULL is allowed.
void csm_free(void *block);

/// Overwrites memory in a way the compiler may not leave out.
void csm_wipe(void *start, size_t count);

/// Whether two ranges hold the same bytes, in time that depends on `count` alone.
bool csm_equal(const void *left, const void *right, size_t count);

/// What regions are made of on this machine. Makes the first region when there is none; 0 when none can be made.
int csm_region_kind(void);

/// Bytes of the regions held now, the most that may be locked (RLIMIT_MEMLOCK; UINT64_MAX when unlimited).
uint64_t csm_held(void);
uint64_t csm_limit(void);

/// Whether an address lies in a region: for the test that scans the process for secrets.
bool csm_owns(const void *address);
