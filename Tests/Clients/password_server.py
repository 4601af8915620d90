"""An SSH server that lets in with a password, which sshd does not without a user who has one, and runs what it is asked to.

Arguments: a file with the host key, a file with the password. Prints its port, serves until it is killed.
"""
import socket
import subprocess
import sys
import threading

import paramiko

KEY = paramiko.Ed25519Key.from_private_key_file(sys.argv[1])
PASSWORD = open(sys.argv[2]).read()


class Server(paramiko.ServerInterface):
    def get_allowed_auths(self, username):
        return "password"

    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL if password == PASSWORD else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel, command):
        threading.Thread(target=run, args=(channel, command), daemon=True).start()
        return True


def run(channel, command):
    process = subprocess.Popen(
        ["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        start_new_session=True)

    def feed():
        try:
            while data := channel.recv(32768):
                process.stdin.write(data)
            process.stdin.close()
        except OSError:
            pass

    def drain(stream, send):
        while data := stream.read(32768):
            send(data)

    threading.Thread(target=feed, daemon=True).start()
    drains = [
        threading.Thread(target=drain, args=(process.stdout, channel.sendall)),
        threading.Thread(target=drain, args=(process.stderr, channel.sendall_stderr)),
    ]
    for thread in drains:
        thread.start()
    for thread in drains:
        thread.join()
    channel.send_exit_status(process.wait())
    channel.close()


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    transport = paramiko.Transport(connection)
    transport.add_server_key(KEY)
    transport.start_server(event=threading.Event(), server=Server())
