#define _GNU_SOURCE
#include "CSecretMemory.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

// Regions of 64 KiB are cut into blocks of a power of two; what is larger gets a region of its own. The table of regions
// and the heads of the free lists stand outside the secret pages, but hold nothing secret.

enum { REGION_BYTES = 64 * 1024, SMALLEST_SHIFT = 6, LARGEST_SHIFT = 15, MOST_REGIONS = 1024 };
static const size_t MOST_BYTES = (size_t)64 << 20;

/// Stands before each block. `capacity` is what the caller may use.
typedef struct block {
    uint64_t capacity;
    struct block *next_free;
} block;

_Static_assert(sizeof(block) == 16, "a header keeps blocks 16-aligned");

typedef struct {
    unsigned char *start;
    size_t bytes;
    /// How much of a shared region has been cut; a region of one large block is cut whole.
    size_t used;
} region;

static region regions[MOST_REGIONS];
static size_t region_count;
static block *free_blocks[LARGEST_SHIFT + 1];
static int kind;

// Copies of memory pass through vector registers and stay there. What is left would be written out with them: by a core image,
// by a signal's frame, by the dynamic linker.
#if defined(__x86_64__)
__attribute__((target("avx512f"))) static void clear_upper_registers(void) {
    __asm__ volatile(
        "vpxorq %%zmm16, %%zmm16, %%zmm16\n\tvpxorq %%zmm17, %%zmm17, %%zmm17\n\tvpxorq %%zmm18, %%zmm18, %%zmm18\n\t"
        "vpxorq %%zmm19, %%zmm19, %%zmm19\n\tvpxorq %%zmm20, %%zmm20, %%zmm20\n\tvpxorq %%zmm21, %%zmm21, %%zmm21\n\t"
        "vpxorq %%zmm22, %%zmm22, %%zmm22\n\tvpxorq %%zmm23, %%zmm23, %%zmm23\n\tvpxorq %%zmm24, %%zmm24, %%zmm24\n\t"
        "vpxorq %%zmm25, %%zmm25, %%zmm25\n\tvpxorq %%zmm26, %%zmm26, %%zmm26\n\tvpxorq %%zmm27, %%zmm27, %%zmm27\n\t"
        "vpxorq %%zmm28, %%zmm28, %%zmm28\n\tvpxorq %%zmm29, %%zmm29, %%zmm29\n\tvpxorq %%zmm30, %%zmm30, %%zmm30\n\t"
        "vpxorq %%zmm31, %%zmm31, %%zmm31" ::
            : "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27",
              "xmm28", "xmm29", "xmm30", "xmm31");
}

__attribute__((target("avx"))) static void clear_avx_registers(void) {
    __asm__ volatile("vzeroall" ::
                         : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
                           "xmm12", "xmm13", "xmm14", "xmm15");
}

static void clear_registers(void) {
    if (__builtin_cpu_supports("avx")) clear_avx_registers();
    if (__builtin_cpu_supports("avx512f")) clear_upper_registers();
}
#elif defined(__aarch64__)
static void clear_registers(void) {
    __asm__ volatile(
        "movi v0.2d, #0\n\tmovi v1.2d, #0\n\tmovi v2.2d, #0\n\tmovi v3.2d, #0\n\tmovi v4.2d, #0\n\tmovi v5.2d, #0\n\t"
        "movi v6.2d, #0\n\tmovi v7.2d, #0\n\tmovi v16.2d, #0\n\tmovi v17.2d, #0\n\tmovi v18.2d, #0\n\t"
        "movi v19.2d, #0\n\tmovi v20.2d, #0\n\tmovi v21.2d, #0\n\tmovi v22.2d, #0\n\tmovi v23.2d, #0" ::
            : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23");
}
#else
static void clear_registers(void) {}
#endif

void csm_wipe(void *start, size_t count) {
    explicit_bzero(start, count);
    clear_registers();
}

bool csm_equal(const void *left, const void *right, size_t count) {
    const volatile unsigned char *a = left, *b = right;
    unsigned char difference = 0;
    for (size_t i = 0; i < count; i++) difference |= a[i] ^ b[i];
    return difference == 0;
}

static void *map_secret_file(size_t bytes) {
    int file = (int)syscall(SYS_memfd_secret, 0x80000 /* O_CLOEXEC */);
    if (file < 0) return MAP_FAILED;
    void *start = MAP_FAILED;
    if (ftruncate(file, (off_t)bytes) == 0) {
        start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    int error = errno;
    close(file);
    errno = error;
    return start;
}

static void *map_locked(size_t bytes) {
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return start;
    if (mlock(start, bytes) != 0 || madvise(start, bytes, MADV_DONTDUMP) != 0) {
        int error = errno;
        munmap(start, bytes);
        errno = error;
        return MAP_FAILED;
    }
    return start;
}

static region *add_region(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    bytes = (bytes + page - 1) / page * page;
    size_t slot = 0;
    while (slot < region_count && regions[slot].start != NULL) slot++;
    if (slot == MOST_REGIONS) {
        errno = ENOMEM;
        return NULL;
    }
    void *start = MAP_FAILED;
    if (kind != CSM_KIND_LOCKED) {
        start = map_secret_file(bytes);
        if (start != MAP_FAILED) kind = CSM_KIND_SECRET_FILE;
        // Once regions are of that kind, "not enough" is told as that; a machine that has none falls back for good.
        else if (kind == CSM_KIND_SECRET_FILE) return NULL;
    }
    if (start == MAP_FAILED) {
        start = map_locked(bytes);
        if (start == MAP_FAILED) return NULL;
        kind = CSM_KIND_LOCKED;
    }
    // A forked child must not carry the pages on. A vfork shares them until its exec, which is what a spawn needs.
    if (madvise(start, bytes, MADV_DONTFORK) != 0) {
        int error = errno;
        munmap(start, bytes);
        errno = error;
        return NULL;
    }
    regions[slot] = (region){.start = start, .bytes = bytes, .used = 0};
    if (slot == region_count) region_count++;
    return &regions[slot];
}

static int shift_for(size_t whole) {
    int shift = SMALLEST_SHIFT;
    while (((size_t)1 << shift) < whole) shift++;
    return shift;
}

static block *cut(int shift) {
    size_t whole = (size_t)1 << shift;
    region *from = NULL;
    for (size_t i = 0; i < region_count && from == NULL; i++) {
        region *candidate = &regions[i];
        if (candidate->start != NULL && candidate->bytes == REGION_BYTES && candidate->bytes - candidate->used >= whole) {
            from = candidate;
        }
    }
    if (from == NULL && (from = add_region(REGION_BYTES)) == NULL) return NULL;
    block *made = (block *)(from->start + from->used);
    from->used += whole;
    made->capacity = whole - sizeof(block);
    return made;
}

static void *allocate(size_t count) {
    if (count == 0 || count > MOST_BYTES) {
        errno = EINVAL;
        return NULL;
    }
    size_t whole = count + sizeof(block);
    block *given;
    if (whole > (size_t)1 << LARGEST_SHIFT) {
        // One page more than a shared region, so that the two are told apart by their size.
        region *own = add_region(whole > REGION_BYTES ? whole : REGION_BYTES + 1);
        if (own == NULL) return NULL;
        own->used = own->bytes;
        given = (block *)own->start;
        given->capacity = own->bytes - sizeof(block);
    } else {
        int shift = shift_for(whole);
        given = free_blocks[shift];
        if (given != NULL) free_blocks[shift] = given->next_free;
        else if ((given = cut(shift)) == NULL) return NULL;
    }
    given->next_free = NULL;
    return given + 1;
}

static void release(void *start) {
    if (start == NULL) return;
    block *given = (block *)start - 1;
    size_t whole = given->capacity + sizeof(block);
    csm_wipe(start, given->capacity);
    if (whole <= (size_t)1 << LARGEST_SHIFT) {
        int shift = shift_for(whole);
        given->next_free = free_blocks[shift];
        free_blocks[shift] = given;
        return;
    }
    for (size_t i = 0; i < region_count; i++) {
        if (regions[i].start == (unsigned char *)given) {
            munmap(regions[i].start, regions[i].bytes);
            regions[i] = (region){0};
            return;
        }
    }
}

static void *reallocate(void *start, size_t count) {
    if (start == NULL) return allocate(count);
    block *given = (block *)start - 1;
    if (count != 0 && count <= given->capacity) return start;
    void *moved = allocate(count);
    if (moved == NULL) return NULL;
    memcpy(moved, start, given->capacity < count ? given->capacity : count);
    // This clears the registers, too.
    release(start);
    return moved;
}

// The programs have one thread, but OpenSSL allocates here, and a library that it is linked with may use it from another.
// Nobody holds the lock for longer than one call.
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void enter(void) {
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire)) sched_yield();
}

static void leave(void) {
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

void *csm_allocate(size_t count) {
    enter();
    void *given = allocate(count);
    leave();
    return given;
}

void *csm_reallocate(void *start, size_t count) {
    enter();
    void *given = reallocate(start, count);
    leave();
    return given;
}

void csm_free(void *start) {
    enter();
    release(start);
    leave();
}

int csm_region_kind(void) {
    if (kind == 0) csm_free(csm_allocate(1));
    return kind;
}

uint64_t csm_held(void) {
    uint64_t sum = 0;
    enter();
    for (size_t i = 0; i < region_count; i++) sum += regions[i].bytes;
    leave();
    return sum;
}

uint64_t csm_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

bool csm_owns(const void *address) {
    const unsigned char *place = address;
    bool found = false;
    enter();
    for (size_t i = 0; i < region_count && !found; i++) {
        found = regions[i].start != NULL && place >= regions[i].start && place < regions[i].start + regions[i].bytes;
    }
    leave();
    return found;
}
