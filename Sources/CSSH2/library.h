#pragma once

/*
 * libssh2 as it is called here: a table of its functions, filled at first use (library.c). The fence is not linked with
 * libssh2, so calling one by its own name does not link.
 *
 * Every name is a function of the library, never a macro of its header that stands for one. The types are the header's, so
 * a call with other arguments does not compile.
 */

#include <libssh2.h>

#define CSSH_FUNCTIONS(each)          \
    each(init)                        \
    each(version)                     \
    each(free)                        \
    each(session_init_ex)             \
    each(session_callback_set)        \
    each(session_set_blocking)        \
    each(session_supported_algs)      \
    each(session_method_pref)         \
    each(session_handshake)           \
    each(session_hostkey)             \
    each(session_last_errno)          \
    each(session_disconnect_ex)       \
    each(session_free)                \
    each(keepalive_config)            \
    each(keepalive_send)              \
    each(userauth_list)               \
    each(userauth_authenticated)      \
    each(userauth_password_ex)        \
    each(userauth_keyboard_interactive_ex) \
    each(userauth_publickey)          \
    each(userauth_publickey_frommemory) \
    each(channel_open_ex)             \
    each(channel_direct_tcpip_ex)     \
    each(channel_process_startup)     \
    each(channel_read_ex)             \
    each(channel_write_ex)            \
    each(channel_send_eof)            \
    each(channel_eof)                 \
    each(channel_wait_closed)         \
    each(channel_get_exit_status)     \
    each(channel_get_exit_signal)     \
    each(channel_free)

/* The type of a function that newer headers call deprecated is wanted as well: 1.10 has no other. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define CSSH_FIELD(name) __typeof__(libssh2_##name) *name;
struct cssh_functions {
    CSSH_FUNCTIONS(CSSH_FIELD)
};
#undef CSSH_FIELD
#pragma GCC diagnostic pop

/* Every function, once `cssh_load` has returned CSSH_LOADED; none before. */
extern struct cssh_functions ssh2;
