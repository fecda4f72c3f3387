"""What all contenders share: a folder, the stand-in origin, Redis, the keys they sign with."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from . import machine

BENCHMARKS = Path(__file__).resolve().parent.parent
REPOSITORY = BENCHMARKS.parent

ACCESS_KEY = "bench-access-key"
SECRET_KEY = "bench-secret-key-of-no-worth-at-all"

# Distinct URLs and storage keys, and playback sessions.
KEYS = 10_000
SESSIONS = 1_024
# URLs a day for one client: none is refused.
QUOTA = 1_000_000_000
BODY_SIZE = 300
# Larger files of the origin: how many of each size, in bytes.
FILES = {1_000: 1_000, 10_000: 1_000, 100_000: 64, 1_000_000: 16, 8_000_000: 8}


def storage_key(number):
    return f"bundles/title-{number % KEYS:06d}/S01.zip"


def title_body(number):
    body = {"id": f"title-{number:06d}", "name": f"Title {number}", "type": "MOVIE", "overview": ""}
    body["overview"] = "x" * (BODY_SIZE - len(json.dumps(body)))
    return json.dumps(body).encode()


def file_body(size, number):
    line = b"%04d %07d\n" % (number, size)
    return (line * (size // len(line) + 1))[:size]


class Stage:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="moviesnow-bench-"))
        # Peers that drop their rights read here too.
        self.folder.chmod(0o755)
        self.processes = []
        self.redis_port = machine.free_port()
        self.origin_port = machine.free_port()
        self.store = f"http://127.0.0.1:{self.origin_port}"

    def __enter__(self):
        try:
            self._make_certificate()
            self._start_redis()
            self._start_origin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, command, port, cpu=machine.OTHERS_CPU, environment=None):
        """Starts a server and waits until it accepts."""
        log = self.folder / f"{name}.out"
        process = machine.start(command, cpu, log, environment)
        self.processes.append(process)
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return process
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"bench: {name} does not start:\n{log.read_text(errors='replace')[-2000:]}")
                time.sleep(0.02)

    def configured(self, source, name, **values):
        """The peer's committed configuration with this run's ports and paths."""
        text = (BENCHMARKS / "peers" / source).read_text()
        values |= {
            "folder": self.folder, "peers": BENCHMARKS / "peers", "redis_port": self.redis_port,
            "origin_port": self.origin_port, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "store": self.store,
            "store_host": self.store.removeprefix("http://"), "quota": QUOTA,
        }
        for key, value in values.items():
            text = text.replace(f"@{key}@", str(value))
        path = self.folder / name
        path.write_text(text)
        return path

    def _make_certificate(self):
        self.certificate, self.key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.key,
             "-out", self.certificate], check=True, capture_output=True)
        # As haproxy wants it.
        self.certificate_with_key = self.folder / "certificate-with-key.pem"
        self.certificate_with_key.write_text(self.certificate.read_text() + self.key.read_text())

    def _start_redis(self):
        self.start(
            "redis", ["redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--dir", self.folder,
                      "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"], self.redis_port)
        self.count_digest, self.redeem_digest, self.heartbeat_digest = (
            self.redis("script", "load", (BENCHMARKS / f"peers/{name}.lua").read_text())
            for name in ("quota", "redeem", "heartbeat"))

    def redis(self, *words):
        command = ["redis-cli", "-e", "-p", str(self.redis_port), *map(str, words)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def _start_origin(self):
        titles = self.titles_folder
        titles.mkdir(parents=True)
        for number in range(KEYS):
            path = titles / f"title-{number:06d}"
            path.write_bytes(title_body(number))
            # nginx makes an ETag of time and size: the same one for all, so that one request field fits every URL.
            os.utime(path, (1_700_000_000, 1_700_000_000))
        for size, count in FILES.items():
            folder = self.folder / f"origin/api/v1/files/{size}"
            folder.mkdir(parents=True)
            for number in range(count):
                (folder / f"{number:04d}").write_bytes(file_body(size, number))
        (self.folder / "origin/api/v1/storm").mkdir()
        self.start("origin", ["nginx", "-c", self.configured("origin/nginx.conf", "origin.conf")], self.origin_port)
        connection = http.client.HTTPConnection("127.0.0.1", self.origin_port)
        connection.request("GET", "/api/v1/titles/title-000000")
        self.etag = connection.getresponse().headers["etag"]
        connection.close()

    def add_storm(self, name):
        """Something that nobody has asked the origin for yet, and that it hands out slowly."""
        (self.folder / "origin/api/v1/storm" / name).write_bytes(file_body(10_000, 0))

    @property
    def storm_log(self):
        return self.folder / "storm.log"

    @property
    def titles_folder(self):
        return self.folder / "origin/api/v1/titles"
