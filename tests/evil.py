"""A reader that has been taken over: it does what the file in its hands says. Started in place of the real one."""

from __future__ import annotations

import os
import socket
import subprocess
import time

from icp_voice.ingest import formats
from icp_voice.ingest.apart import child
from icp_voice.ingest.source import Source
from icp_voice.model import Document, Turn


def parse(source: Source) -> list[Document]:
    order = source.text.strip()
    said = DEEDS[order]() if order in DEEDS else order
    file = "another.txt" if order == "pretend" else source.file
    return [Document(file=file, turns=(Turn(text=str(said)),))]


def _eat() -> str:
    held = []
    while True:
        held.append(bytearray(16 * 1024 * 1024))


def _spin() -> str:
    while True:
        pass


def _recurse(depth: int = 0) -> str:
    return _recurse(depth + 1) + "."


def _write() -> str:
    with open("written.txt", "w") as file:
        return str(file.write("x"))


def _swallow() -> str:
    try:
        _eat()
    except BaseException:
        os._exit(77)
    return ""


DEEDS = {
    "abort": os.abort,
    "exit": lambda: os._exit(3),
    "sleep": lambda: time.sleep(1000),
    "spin": _spin,
    "eat": _eat,
    "swallow": _swallow,
    "recurse": _recurse,
    "noise": lambda: print("x" * 100_000) or os.write(1, b"x" * 100_000),
    "pretend": lambda: "x",
    "flood": lambda: "\0" * 60_000_000,
    "secrets": lambda: sorted(os.environ),
    "read": lambda: open("/etc/hostname").read(),
    "read code": lambda: len(open(child.__file__).read()) > 0,
    "write": _write,
    "look": lambda: os.listdir("/"),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "listen": lambda: socket.socket(socket.AF_UNIX),
    "resolve": lambda: socket.getaddrinfo("localhost", 1),
    "run": lambda: subprocess.run(["true"]),
    "system": lambda: os.system("true"),
    "fork": lambda: os.fork(),
    "remove": lambda: os.remove("/nowhere"),
    "who": os.getpid,
}


def main() -> None:
    formats.parse = parse
    child.main()
