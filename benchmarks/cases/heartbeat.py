"""A player's heartbeat: the session is checked, the event stored before it is acknowledged."""

import json

from harness.case import Bound, Case
from harness.load import connect, parsed, raw_answer
from harness.stage import SESSIONS


class Heartbeat(Case):
    name = "heartbeat"
    title = "POST heartbeat, stored"
    method = "POST"
    status = 202
    peers = ("nginx", "python")
    bounds = (Bound("nginx", 0.48, at_most=1.00), Bound("python", 1 / 30, at_most=1 / 10))

    def prepare(self, edge):
        with connect(edge) as connection:
            self.sessions = [self.start_session(connection) for _ in range(SESSIONS)]

    def start_session(self, connection):
        content = json.dumps({"title_id": "title-000001"})
        request = (
            "POST /api/v1/player/sessions/start HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n{content}")
        answer = parsed(raw_answer(connection, request.encode()))
        assert answer.status == 201, answer
        return json.loads(answer.body)["id"]

    def target(self, number):
        return f"/api/v1/player/sessions/{self.sessions[number % SESSIONS]}/heartbeat"

    def body(self, number):
        return json.dumps({"position_sec": number % 7200 + 0.5, "bitrate_kbps": 4200, "playing": True})

    def check(self, number, answer):
        assert answer.status == 202
        assert answer.body == b""

    def before_load(self, serial, count):
        self.stage.redis("del", "player:events")

    def after_load(self, serial, requests):
        stored = int(self.stage.redis("xinfo", "stream", "player:events").split("entries-added\n")[1].split()[0])
        # Those in flight when the load ended, and their successors, are stored and not counted.
        assert 0 <= stored - requests <= 128, f"{stored} of {requests} heartbeats are on the stream"
