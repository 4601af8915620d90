"""A second SSH server, for what sshd does without PAM or not at all: passwords, keyboard-interactive, odd behaviour.

Arguments: a file with the host key, and one of the modes below. Prints its port, serves until it is killed.
"""
import socket
import sys
import threading

import paramiko

HOST_KEY, MODE = sys.argv[1], sys.argv[2]
PASSWORD = "correct horse"


class Server(paramiko.ServerInterface):
    def get_allowed_auths(self, username):
        if MODE in ("interactive", "code", "any-interactive"):
            return "keyboard-interactive"
        return "hostbased" if MODE == "none" else "password"

    def check_auth_none(self, username):
        return paramiko.AUTH_SUCCESSFUL if MODE == "open" else paramiko.AUTH_FAILED

    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL if MODE == "any" or password == PASSWORD else paramiko.AUTH_FAILED

    def check_auth_interactive(self, username, submethods):
        query = paramiko.InteractiveQuery("Login", "Say it")
        query.add_prompt("Password: ", False)
        if MODE == "code":
            query.add_prompt("Code: ", False)
        return query

    def check_auth_interactive_response(self, responses):
        wanted = [PASSWORD, "123456"] if MODE == "code" else [PASSWORD]
        return paramiko.AUTH_SUCCESSFUL if MODE == "any-interactive" or responses == wanted else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel, command):
        if MODE == "no-exec":
            return False
        threading.Thread(target=answer, args=(channel, command), daemon=True).start()
        return True


def flood(channel):
    """Answers to questions that nobody asked (SSH_MSG_REQUEST_FAILURE), for ever."""
    message = paramiko.Message()
    message.add_byte(bytes([82]))
    message.add_bytes(bytes(30_000))
    while channel.transport.is_active():
        channel.transport._send_message(message)


def answer(channel, command):
    if MODE == "flood":
        return flood(channel)
    channel.sendall(b"ran " + command)
    channel.sendall_stderr(b"aside")
    channel.send_exit_status(3)
    channel.close()


def serve(connection):
    transport = paramiko.Transport(connection)
    transport.add_server_key(paramiko.RSAKey.from_private_key_file(HOST_KEY) if MODE == "rsa-host" else paramiko.Ed25519Key.from_private_key_file(HOST_KEY))
    if MODE == "rsa-host":
        transport.get_security_options().key_types = ["rsa-sha2-256"]
    transport.start_server(event=threading.Event(), server=Server())


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(100)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    serve(connection)
