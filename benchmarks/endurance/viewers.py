"""Who asks, without a pause, and compares every answer with the right one."""

import json
import random
import secrets
import threading
import time
from collections import Counter, defaultdict

import redis
from harness.load import connect, parsed, raw_answer
from harness.signature import signature_is_right
from harness.stage import KEYS, SECRET_KEY, storage_key, title_body

# Of waiting for a part that is away.
PATIENCE = 0.05


class Viewer(threading.Thread):
    """One keep-alive connection. A kind says what it does over and over: `act`."""

    # The parts without which an answer may be an error that says so.
    needs = ()

    def __init__(self, house):
        super().__init__(daemon=True)
        self.house = house
        self.connection = None
        self.statuses = Counter()
        self.wrong = []
        self.is_stopped = False

    def run(self):
        self.prepare()
        while not self.is_stopped:
            self.act()

    def stop(self):
        self.is_stopped = True
        self.join(30)

    def prepare(self):
        """Once, before it acts."""

    def ask(self, method, path, body=None, fields=None):
        """The answer, which is None when it is an error that a part's absence excuses."""
        content = json.dumps(body) if body is not None else ""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
        lines += ["Content-Type: application/json"] * (body is not None)
        lines += [f"{name}: {value}" for name, value in (fields or {}).items()]
        asked_at = time.monotonic()
        try:
            self.connection = self.connection or connect(self.house.edge)
            answer = parsed(raw_answer(self.connection, "\r\n".join([*lines, "", content]).encode()))
        except OSError as error:
            self.connection = None
            self.note(f"{method} {path}: {error!r}")
            return None
        self.statuses[answer.status] += 1
        if answer.status in (502, 503, 504):
            if not any(part.excuses(asked_at) for part in self.parts()):
                self.note(f"{method} {path}: {answer}")
            time.sleep(PATIENCE)
            return None
        return answer

    def parts(self):
        return [getattr(self.house, name) for name in self.needs]

    def expect(self, is_right, answer):
        if not is_right:
            self.note(f"wrong: {answer}")

    def note(self, what):
        self.wrong.append(what)


class Reader(Viewer):
    """Reads the catalogue, half of it again."""

    needs = ("origin",)

    def act(self):
        number = random.randrange(KEYS)
        fields = {"If-None-Match": self.house.etag} if random.random() < 0.5 else {}
        answer = self.ask("GET", f"/api/v1/titles/title-{number:06d}", fields=fields)
        if answer is None:
            return
        if fields:
            self.expect(answer.status == 304 and answer.body == b"", answer)
        else:
            self.expect(answer.status == 200 and answer.body == title_body(number), answer)


class Taker(Viewer):
    """Takes signed URLs."""

    # The store's questions go to the stand-in origin too.
    needs = ("origin",)

    def act(self):
        key = storage_key(random.randrange(KEYS))
        answer = self.ask("POST", "/api/v1/delivery/download-url", {"storage_key": key, "ttl_seconds": 300})
        if answer is not None:
            self.expect(answer.status == 200 and is_grant(answer, key), answer)


class Spender(Viewer):
    """Spends one-time tokens: each gives its URL once, however often Redis died in between."""

    needs = ("keys", "origin")

    def prepare(self):
        self.redis = redis.Redis(port=self.house.redis_port)

    def act(self):
        key, token = storage_key(random.randrange(KEYS)), secrets.token_urlsafe(24)
        record = {"storage_key": key, "expires_at": int(time.time()) + 3600}
        while not self.is_stopped:
            try:
                self.redis.set(f"download:token:{token}", json.dumps(record), ex=3600)
                break
            except redis.RedisError:
                time.sleep(PATIENCE)
        if self.spend(key, token, "the first") is not None:
            second = self.spend(key, token, "another")
            if second is not None:
                self.expect(400 <= second.status < 500, second)

    def spend(self, key, token, name):
        body = {"storage_key": key, "ttl_seconds": 300, "token": token}
        while not self.is_stopped:
            answer = self.ask("POST", "/api/v1/delivery/bundle-url", body, {"Idempotency-Key": name})
            if answer is not None:
                if name == "the first":
                    self.expect(answer.status == 200 and is_grant(answer, key), answer)
                return answer
        return None


class Watcher(Viewer):
    """Watches a film; what it was told is stored must be found on the stream."""

    needs = ("keys",)
    STEP_SECONDS = 0.25

    def prepare(self):
        self.position = 0
        self.acknowledged = set()
        self.session = None
        while self.session is None and not self.is_stopped:
            answer = self.ask("POST", "/api/v1/player/sessions/start", {"title_id": "title-000001"})
            self.session = answer and json.loads(answer.body)["id"]

    def act(self):
        self.position += self.STEP_SECONDS
        path = f"/api/v1/player/sessions/{self.session}/heartbeat"
        answer = self.ask("POST", path, {"position_sec": self.position})
        if answer is not None:
            self.expect(answer.status == 202, answer)
            self.acknowledged.add(self.position)


class EventReader(threading.Thread):
    """Takes the events from their stream, as the origin does: the positions that are stored, by session."""

    STREAM = "player:events"

    def __init__(self, house):
        super().__init__(daemon=True)
        self.redis = redis.Redis(port=house.redis_port)
        self.stored = defaultdict(set)
        self.start()

    def run(self):
        place = "0"
        while True:
            try:
                for _, entries in self.redis.xread({self.STREAM: place}, count=1000, block=200) or []:
                    for _, fields in entries:
                        if fields[b"kind"] == b"heartbeat":
                            self.stored[fields[b"session"].decode()].add(float(fields[b"position_sec"]))
                    place = entries[-1][0]
                    self.redis.xdel(self.STREAM, *(each for each, _ in entries))
            except redis.RedisError:
                time.sleep(PATIENCE)

    def missing(self, watchers):
        """How many heartbeats were acknowledged and are not stored."""
        end = time.monotonic() + 30
        while True:
            lost = sum(len(one.acknowledged - self.stored[one.session]) for one in watchers)
            if lost == 0 or time.monotonic() > end:
                return lost
            time.sleep(PATIENCE)


KINDS = (Reader, Taker, Spender, Watcher)


def is_grant(answer, key):
    grant = json.loads(answer.body)
    return f"/films/{key}?" in grant["url"] and signature_is_right(grant["url"], SECRET_KEY)
