#define _GNU_SOURCE
#include "session.h"

#include <string.h>

static int opened(struct cssh_session *session, LIBSSH2_CHANNEL *library, struct cssh_channel **channel) {
    *channel = NULL;
    if (!library) {
        int status = ssh2.session_last_errno(session->library);
        return status < 0 ? status : CSSH_CHANNEL_FAILURE;
    }
    void *abstract = session;
    *channel = cssh_allocate(sizeof **channel, &abstract);
    if (!*channel) return CSSH_MEMORY;
    **channel = (struct cssh_channel){.session = session, .library = library};
    return CSSH_DONE;
}

int cssh_open_session(struct cssh_session *session, struct cssh_channel **channel) {
    return opened(session,
                  ssh2.channel_open_ex(session->library, "session", 7, CSSH_WINDOW, LIBSSH2_CHANNEL_PACKET_DEFAULT, NULL, 0),
                  channel);
}

int cssh_open_forward(struct cssh_session *session, const char *host, uint16_t port, struct cssh_channel **channel) {
    return opened(session, ssh2.channel_direct_tcpip_ex(session->library, host, port, "127.0.0.1", 0), channel);
}

int cssh_exec(struct cssh_channel *channel, const void *command, size_t count) {
    return ssh2.channel_process_startup(channel->library, "exec", 4, command, (unsigned)count);
}

int64_t cssh_read(struct cssh_channel *channel, int stream, void *buffer, size_t room) {
    return ssh2.channel_read_ex(channel->library, stream, buffer, room);
}

int64_t cssh_write(struct cssh_channel *channel, const void *bytes, size_t count) {
    return ssh2.channel_write_ex(channel->library, 0, bytes, count);
}

int cssh_send_end(struct cssh_channel *channel) { return ssh2.channel_send_eof(channel->library); }

int cssh_is_over(struct cssh_channel *channel) {
    return ssh2.channel_eof(channel->library) == 1 ? ssh2.channel_wait_closed(channel->library) : CSSH_AGAIN;
}

int cssh_exit_status(struct cssh_channel *channel) { return ssh2.channel_get_exit_status(channel->library); }

size_t cssh_exit_signal(struct cssh_channel *channel, char *name, size_t room) {
    char *text = NULL;
    size_t count = 0;
    if (ssh2.channel_get_exit_signal(channel->library, &text, &count, NULL, NULL, NULL, NULL) != 0 || !text) return 0;
    if (count > room) count = room;
    memcpy(name, text, count);
    ssh2.free(channel->session->library, text);
    return count;
}

int cssh_close(struct cssh_channel *channel) {
    int status = ssh2.channel_free(channel->library);
    if (status == LIBSSH2_ERROR_EAGAIN) return status;
    void *abstract = channel->session;
    cssh_release(channel, &abstract);
    return status;
}

int cssh_ping(struct cssh_session *session) {
    int left = 0;
    ssh2.keepalive_config(session->library, 1, 1);
    return ssh2.keepalive_send(session->library, &left);
}

void cssh_goodbye(struct cssh_session *session) { (void)ssh2.session_disconnect_ex(session->library, 11, "", ""); }
