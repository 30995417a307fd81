"""A collector's channel over the Pusher protocol, with Python's own library alone.

LATIDO_URL, LATIDO_TOKEN and COLLECTOR come from the environment. One JSON line is printed for each event.
"""

import base64
import json
import os
import random
import socket
import ssl
import struct
import time
import urllib.parse
import urllib.request

URL = os.environ.get("LATIDO_URL", "http://localhost:3000")
TOKEN = os.environ.get("LATIDO_TOKEN", "")
CHANNEL = "private-cobrador." + os.environ.get("COLLECTOR", "7")


def say(event, payload):
    print(json.dumps({"event": event, "payload": payload}), flush=True)


def ask(path, form=None):
    """One request to the server; gives its JSON."""
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(URL + path, data=body, headers={"Authorization": "Bearer " + TOKEN})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class WebSocket:
    """As much of RFC 6455 as the Pusher protocol needs: text, ping, close; what a client sends is masked."""

    def __init__(self, path):
        address = urllib.parse.urlsplit(URL)
        is_tls = address.scheme == "https"
        self.socket = socket.create_connection((address.hostname, address.port or (443 if is_tls else 80)), 10)
        if is_tls:
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=address.hostname)
        self.socket.settimeout(90)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET %s HTTP/1.1" % path,
            "Host: %s" % address.netloc,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: " + key,
            "Sec-WebSocket-Version: 13",
        ]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.bytes = b""
        while b"\r\n\r\n" not in self.bytes:
            self.more()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(head.split(b"\r\n")[0].decode())

    def more(self):
        received = self.socket.recv(65536)
        if not received:
            raise ConnectionError("the server closed the connection")
        self.bytes += received

    def take(self, count):
        while len(self.bytes) < count:
            self.more()
        taken, self.bytes = self.bytes[:count], self.bytes[count:]
        return taken

    def send(self, payload, kind=1):
        mask = os.urandom(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | kind]) + length + mask + masked)

    def receive(self):
        """The next text; pings are answered on the way."""
        text = b""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self.take(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self.take(8))
            payload = self.take(size)
            kind = first & 0x0F
            if kind == 9:
                self.send(payload, 10)
            elif kind == 8:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
                raise ConnectionError("closed with %d" % code)
            elif kind in (0, 1):
                text += payload
                if first & 0x80:
                    return text.decode()


def follow():
    key = ask("/api/v1/realtime")["key"]
    line = WebSocket("/app/%s?protocol=7&client=python&version=1.0" % key)

    def send(event, data):
        line.send(json.dumps({"event": event, "data": data}).encode())

    while True:
        frame = json.loads(line.receive())
        event, data = frame["event"], frame.get("data")
        if isinstance(data, str):
            # The protocol puts JSON into JSON.
            data = json.loads(data)
        if event == "pusher:connection_established":
            form = {"socket_id": data["socket_id"], "channel_name": CHANNEL}
            send("pusher:subscribe", {"channel": CHANNEL, "auth": ask("/broadcasting/auth", form)["auth"]})
        elif event == "pusher:ping":
            send("pusher:pong", {})
        elif event == "pusher_internal:subscription_succeeded":
            say("subscribed", {"ok": True})
        else:
            say(event, data)


while True:
    try:
        follow()
    except OSError as error:
        say("lost", {"message": str(error)})
        # Not all at once: everybody else lost it at the same moment.
        time.sleep(random.uniform(0.5, 4))
