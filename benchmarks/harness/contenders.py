"""How each contender starts. All get one core and one worker."""

import secrets
import subprocess
import sys
from pathlib import Path

from . import machine
from .stage import ACCESS_KEY, BENCHMARKS, QUOTA, REPOSITORY, SECRET_KEY


class Contender:
    def __init__(self, stage, name, command, port, environment=None, tls=False, http2_port=None):
        self.name = name
        self.port = port
        self.tls = tls
        # Where HTTP/2 in clear is spoken.
        self.http2_port = http2_port or port
        self.process = stage.start(name, command, port, machine.CONTENDER_CPU, environment)

    def stop(self):
        self.process.terminate()
        self.process.wait(15)

    @property
    def pids(self):
        return machine.family(self.process.pid)


def edge(stage, case, name="edge", **settings):
    port = machine.free_port()
    tls = case is not None and case.tls
    environment = {
        "EDGE_LISTEN": f"127.0.0.1:{port}", "EDGE_OPS_LISTEN": f"127.0.0.1:{machine.free_port()}",
        "REDIS_URL": f"redis://127.0.0.1:{stage.redis_port}/0",
        "EDGE_ORIGIN_URL": stage.store, "EDGE_IDENTITY_KEYS": "bench:" + secrets.token_hex(32),
        "AWS_S3_ENDPOINT_URL": stage.store, "AWS_BUCKET_NAME": "films",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "ALLOW_ANON_TELEMETRY": "true", "DELIVERY_DAILY_IP_QUOTA_BUNDLES": str(QUOTA),
    }
    if tls:
        environment["EDGE_TLS_CERTIFICATES"] = f"{stage.certificate}:{stage.key}"
    if case is not None:
        environment |= case.edge_settings
    environment |= settings
    program = REPOSITORY / ".build/release/moviesnow-edge"
    configuration = REPOSITORY / "deploy/edge/edge.yaml"
    return Contender(stage, name, [program, "serve", "--config", configuration], port, environment, tls)


def one_worker(stage, case):
    """The edge again, for a case in which it has more workers."""
    return edge(stage, case, "one-worker", EDGE_WORKERS="1")


def floor(stage, case):
    """Answers with the very bytes that our edge answers with."""
    program = stage.folder / "floor"
    if not program.exists():
        source = BENCHMARKS / "peers/floor/floor.c"
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source, "-luv"], check=True)
    answer = stage.folder / f"{case.name}.answer"
    answer.write_bytes(case.edge_answer)
    port = machine.free_port()
    return Contender(stage, "floor", [program, port, answer], port)


def nginx(stage, case):
    port, tls_port, http2_port = (machine.free_port() for _ in range(3))
    tls = case is not None and case.tls
    configuration = stage.configured(
        "nginx/nginx.conf", "nginx.conf", port=port, tls_port=tls_port, http2_port=http2_port,
        certificate=stage.certificate, key=stage.key, count_digest=stage.count_digest,
        redeem_digest=stage.redeem_digest, heartbeat_digest=stage.heartbeat_digest)
    return Contender(
        stage, "nginx", ["nginx", "-c", configuration], tls_port if tls else port, tls=tls, http2_port=http2_port)


def varnish(stage, case):
    port = machine.free_port()
    configuration = stage.configured("varnish/default.vcl", "default.vcl")
    command = [
        "varnishd", "-F", "-j", "none", "-n", stage.folder / "varnish", "-a", f"127.0.0.1:{port}", "-f", configuration,
        "-s", "malloc,256m", "-p", "thread_pools=1", "-p", "thread_pool_min=100", "-p", "timeout_idle=600",
    ]
    return Contender(stage, "varnish", command, port)


def haproxy(stage, case):
    port, tls_port = machine.free_port(), machine.free_port()
    configuration = stage.configured(
        "haproxy/haproxy.cfg", "haproxy.cfg", port=port, tls_port=tls_port, certificate=stage.certificate_with_key)
    return Contender(
        stage, "haproxy", ["haproxy", "-db", "-f", configuration], tls_port if case.tls else port, tls=case.tls)


def h2o(stage, case):
    port = machine.free_port()
    configuration = stage.configured("h2o/h2o.yaml", "h2o.yaml", port=port)
    return Contender(stage, "h2o", ["h2o", "-c", configuration], port)


def python(stage, case):
    port = machine.free_port()
    environment = {
        "REDIS_PORT": str(stage.redis_port), "STORE": stage.store, "TITLES": str(stage.titles_folder),
        "TITLES_ETAG": stage.etag, "QUOTA": str(QUOTA), "COUNT": stage.count_digest, "REDEEM": stage.redeem_digest,
        "HEARTBEAT": stage.heartbeat_digest,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
    command = [
        Path(sys.executable).with_name("uvicorn"), "--app-dir", BENCHMARKS / "peers/python", "--port", port,
        "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning", "app:app",
    ]
    return Contender(stage, "python", command, port, environment)


ALL = {
    "edge": edge, "one-worker": one_worker, "floor": floor, "nginx": nginx, "varnish": varnish, "haproxy": haproxy,
    "h2o": h2o, "python": python,
}
