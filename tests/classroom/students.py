"""A simulated student: starts a server through the hub, runs a lesson, saves it."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

SECONDS_FOR_A_CELL = 120


@dataclass
class Student:
    """One student, what became of the lesson, and how long it took.

    Attributes
    ----------
    started
        Seconds from the click on "Start my server" until it answers.
    cells
        Seconds of each code cell, from sending it until the kernel rests.
    failures
        What went wrong, one sentence each.
    """

    name: str
    hub: str
    token: str
    started: float = 0.0
    cells: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    async def attend(self, lesson: str) -> None:
        """Do the whole class; a failure ends it and is kept."""
        try:
            await self._start_server()
            await self._work_through(lesson)
        except Exception as error:
            self.failures.append(f"{self.name}: {type(error).__name__}: {error}")

    async def _start_server(self) -> None:
        begin = time.perf_counter()
        await self._ask("POST", f"/hub/api/users/{self.name}")
        await self._ask("POST", f"/hub/api/users/{self.name}/server")
        while not (user := await self._ask("GET", f"/hub/api/users/{self.name}"))["server"]:
            if user["pending"] != "spawn":
                raise ChildProcessError("the server did not start")
            await asyncio.sleep(0.5)
        self.started = time.perf_counter() - begin

    async def _work_through(self, lesson: str) -> None:
        file = f"/user/{self.name}/api/contents/{lesson}"
        notebook = (await self._ask("GET", file))["content"]
        session = {"path": lesson, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
        kernel = (await self._ask("POST", f"/user/{self.name}/api/sessions", session))["kernel"]
        channels = await self._connect(kernel["id"])
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                await self._run(channels, cell)
        channels.close()
        notebook["cells"][0]["source"] += "\n\nMy note."
        await self._ask("PUT", file, {"type": "notebook", "format": "json", "content": notebook})
        if (await self._ask("GET", file))["content"] != notebook:
            self.failures.append(f"{self.name}: the saved notebook is not what was saved")

    async def _connect(self, kernel: str) -> WebSocketClientConnection:
        address = f"{self.hub}/user/{self.name}/api/kernels/{kernel}/channels"
        request = HTTPRequest(address.replace("http", "ws", 1), headers=self._headers())
        return await websocket_connect(request)

    async def _run(self, channels: WebSocketClientConnection, cell: dict[str, Any]) -> None:
        begin = time.perf_counter()
        message = _execute_request(cell["source"])
        await channels.write_message(json.dumps(message))
        await asyncio.wait_for(
            self._until_it_rests(channels, message["header"]["msg_id"], cell), SECONDS_FOR_A_CELL
        )
        self.cells.append(time.perf_counter() - begin)

    async def _until_it_rests(
        self, channels: WebSocketClientConnection, request: str, cell: dict[str, Any]
    ) -> None:
        may_fail = "raises-exception" in cell["metadata"].get("tags", [])
        replied = rests = False
        while not (replied and rests):
            received = await channels.read_message()
            if received is None:
                raise ConnectionError(f"the kernel left during {cell['source'][:50]!r}")
            message = json.loads(received)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            replied |= kind == "execute_reply"
            rests |= kind == "status" and content["execution_state"] == "idle"
            if kind == "error" and not may_fail:
                self.failures.append(f"{self.name}: {content['ename']}: {content['evalue']}")

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        text = json.dumps(body) if body is not None else "" if method == "POST" else None
        answer = await AsyncHTTPClient().fetch(
            self.hub + path,
            method=method,
            body=text,
            headers=self._headers(),
            connect_timeout=60,
            request_timeout=120,
        )
        return json.loads(answer.body) if answer.body else None

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"}


def _execute_request(code: str) -> dict[str, Any]:
    return {
        "header": {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "session": uuid.uuid4().hex,
            "username": "",
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": {
            "code": code,
            "silent": False,
            "store_history": True,
            "allow_stdin": False,
            "stop_on_error": False,
        },
        "channel": "shell",
        "buffers": [],
    }
