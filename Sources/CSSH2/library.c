#define _GNU_SOURCE
#include "library.h"
#include "CSSH2.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

struct cssh_functions ssh2;

/* A constant: what is loaded is never named by a setting, an argument or a message. */
static const char library_name[] = "libssh2.so.1";

struct place {
    const char *name;
    size_t offset;
};

#define CSSH_PLACE(name) {"libssh2_" #name, offsetof(struct cssh_functions, name)},
static const struct place places[] = {CSSH_FUNCTIONS(CSSH_PLACE)};

_Static_assert(sizeof(void *) == sizeof(void (*)(void)), "a function's address fits where dlsym puts it");
_Static_assert(sizeof(struct cssh_functions) == sizeof places / sizeof *places * sizeof(void *), "one place a function");

/* The first function that the library has not; NULL: it has all, and they are in the table. */
static const char *fill(void *library) {
    struct cssh_functions found;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        void *address = dlsym(library, places[i].name);
        if (!address) return places[i].name;
        memcpy((char *)&found + places[i].offset, &address, sizeof address);
    }
    ssh2 = found;
    return NULL;
}

enum cssh_load cssh_load(const char **lacking) {
    *lacking = NULL;
    if (ssh2.init) return CSSH_LOADED;
    /* NOW: what the library itself needs is there, or it is refused here and not in the middle of a login. */
    void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (!library) return CSSH_NO_LIBRARY;
    *lacking = fill(library);
    if (!*lacking) return CSSH_LOADED;
    dlclose(library);
    return CSSH_LACKING;
}

const char *cssh_path(void) {
    void *address;
    memcpy(&address, &ssh2.version, sizeof address);
    Dl_info info;
    return dladdr(address, &info) ? info.dli_fname : NULL;
}
