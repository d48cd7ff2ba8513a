"""Where a command's requests go: to a service over HTTP, or to the same application in this process."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.types import Message

from app.commands.exits import CannotDo, NoService
from app.main import create_app
from app.settings import read_settings

TRANSIENT = frozenset({429, 502, 503, 504})
TIMEOUT_S = 3700.0  # longer than any deadline: the service answers by its own
CONNECT_S = 10.0
LONGEST_PAUSE_S = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and what the body held as JSON."""

    status: int
    body: Any

    @property
    def problem(self) -> str:
        """What an error says, in one line."""
        if not isinstance(self.body, dict):
            return f"the service answered {self.status}"
        return str(self.body.get("detail") or self.body.get("title") or self.status)

    @property
    def fields(self) -> list[str]:
        """Which fields of the request an error names."""
        errors = self.body.get("errors", []) if isinstance(self.body, dict) else []
        return [str(error.get("field", "")) for error in errors]


class Service(Protocol):
    """Something that takes requests. `ask` blocks and may be called from several threads."""

    def ask(self, path: str, body: bytes) -> Reply: ...

    def stop(self) -> None:
        """Let every `ask` that is under way end at once."""


@contextmanager
def service_at(url: str, key: str | None, is_local: bool, patience_s: float) -> Iterator[Service]:
    """Yield the service to ask; one in this process is started and ended here."""
    if is_local:
        with _in_process() as local:
            yield local
        return
    remote = _Remote(url, key, patience_s)
    try:
        yield remote
    finally:
        remote.close()


def answered(reply: Reply) -> Any:
    """Return what a reply holds.

    Raises:
        CannotDo: the service refused; the message is its own.
    """
    if reply.status != HTTPStatus.OK:
        raise CannotDo(reply.problem)
    return reply.body


# ------------------------------------------------------------------------------------------------------------ over HTTP


class _Remote:
    """A service over HTTP: one connection a thread, and patience while it is away."""

    def __init__(self, url: str, key: str | None, patience_s: float) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CannotDo(f"{url!r} is no address of a service: http://host:port is")
        self._secure, self._host, self._base = parts.scheme == "https", parts.netloc.rpartition("@")[2], parts.path
        self._shown = f"{parts.scheme}://{self._host}{self._base}"
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._patience_s = patience_s
        self._own = threading.local()
        self._all: list[http.client.HTTPConnection] = []
        self._stopped = threading.Event()

    def ask(self, path: str, body: bytes) -> Reply:
        """POST, and try again while the service is away or full.

        Raises:
            NoService: it stays away for longer than the patience.
        """
        give_up, pause_s = time.monotonic() + self._patience_s, 0.25
        while True:
            reply, why = self._try(path, body) if not self._stopped.is_set() else (None, "stopped")
            if reply is not None and reply.status not in TRANSIENT:
                return reply
            if self._stopped.is_set() or time.monotonic() + pause_s > give_up:
                raise NoService(f"{self._shown} does not answer: {reply.problem if reply else why}")
            self._stopped.wait(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def stop(self) -> None:
        self._stopped.set()
        for connection in self._all:
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.stop()
        for connection in self._all:
            connection.close()

    def _try(self, path: str, body: bytes) -> tuple[Reply | None, str]:
        connection = self._connection()
        try:
            if connection.sock is None:
                _open(connection)
            if self._stopped.is_set():  # perhaps while it was opened, when `stop` could not see it
                raise ConnectionAbortedError("stopped")
            connection.request("POST", self._base.rstrip("/") + path, body, self._headers)
            response = connection.getresponse()
            return Reply(response.status, _json(response.read())), ""
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return None, str(error) or type(error).__name__

    def _connection(self) -> http.client.HTTPConnection:
        known: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if known is not None:
            return known
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        self._own.connection = made = kind(self._host)
        self._all.append(made)
        return made


def _open(connection: http.client.HTTPConnection) -> None:
    connection.timeout = CONNECT_S
    connection.connect()
    connection.sock.settimeout(TIMEOUT_S)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


# ------------------------------------------------------------------------------------------------------ in this process


class _Local:
    """The application itself, on an event loop of its own thread: same reading, same judging, same answers."""

    def __init__(self, app: FastAPI, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._loop = loop
        self._tasks: set[asyncio.Task[Reply]] = set()

    def ask(self, path: str, body: bytes) -> Reply:
        return asyncio.run_coroutine_threadsafe(self._kept(path, body), self._loop).result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._tasks])

    async def _kept(self, path: str, body: bytes) -> Reply:
        task = asyncio.ensure_future(self._asked(path, body))
        self._tasks.add(task)
        try:
            return await task
        except asyncio.CancelledError as error:
            raise NoService("stopped") from error
        finally:
            self._tasks.discard(task)

    async def _asked(self, path: str, body: bytes) -> Reply:
        incoming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()  # whoever asks here never hangs up
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
        about = {"http_version": "1.1", "scheme": "http", "headers": [], "server": ("local", 80), "root_path": ""}
        await self._app({**scope, **about}, receive, send)
        return Reply(sent[0]["status"], _json(b"".join(message.get("body", b"") for message in sent[1:])))


@contextmanager
def _in_process() -> Iterator[Service]:
    # The one who types the command is let in: keys are for those who come over the network.
    app = create_app(read_settings().model_copy(update={"api_keys": (), "log_level": "warning"}))
    loop, life = asyncio.new_event_loop(), AsyncExitStack()
    thread = threading.Thread(target=loop.run_forever, name="truegold", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(life.enter_async_context(app.router.lifespan_context(app)), loop).result()
        yield _Local(app, loop)
    finally:
        asyncio.run_coroutine_threadsafe(life.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
