"""Asking: one by one to check answers, with wrk for CPU time, with h2load at a fixed rate for latencies."""

import re
import socket
import ssl
import subprocess
from dataclasses import dataclass

from . import machine
from .case import SERIAL, Answer, written
from .stage import BENCHMARKS

CONNECTIONS = 64
# Of HTTP/2, each with many streams.
HTTP2_CONNECTIONS = 8

# What is measured is not whom the certificate names.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


class WrongAnswer(Exception):
    pass


@dataclass
class Load:
    requests: int
    seconds: float
    cpu_us: float


@dataclass
class Latency:
    p50_us: int
    p99_us: int


def connect(contender):
    connection = socket.create_connection(("127.0.0.1", contender.port), 10)
    return TLS.wrap_socket(connection) if contender.tls else connection


def base(contender):
    return f"{'https' if contender.tls else 'http'}://127.0.0.1:{contender.port}"


def raw_answer(connection, request):
    """The answer as it is on the wire, head and content."""
    connection.sendall(request)
    text = b""
    while b"\r\n\r\n" not in text:
        text += received(connection)
    head, _, body = text.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    has_body = length and not head.startswith(b"HTTP/1.1 304")
    while has_body and len(body) < int(length[1]):
        body += received(connection)
    return head + b"\r\n\r\n" + body


def received(connection):
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionError("closed in the middle of an answer")
    return piece


def parsed(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines)
    return Answer(int(status.split()[1]), {name.lower(): value for name, value in fields.items()}, body)


def check(case, contender, serial, numbers):
    """Whole answers for these keys; returns the size of the last. What the floor answers is ours, whatever is asked."""
    with connect(contender) as connection:
        for number in numbers:
            raw = raw_answer(connection, case.request(number).replace(SERIAL.encode(), written(serial + number).encode()))
            try:
                if contender.name != "floor":
                    case.check(number, parsed(raw))
            except (AssertionError, KeyError, ValueError) as error:
                raise WrongAnswer(f"{contender.name} answers {case.name} wrongly: {error!r}\n{raw[:900]!r}") from error
    return len(raw)


def write_requests(case):
    path = case.stage.folder / f"{case.name}.requests"
    path.write_bytes(b"\0".join(case.request(number) for number in range(case.keys)))
    return path


def wrk(case, contender, requests, serial, seconds, answer_size):
    command = [
        "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", BENCHMARKS / "load/requests.lua",
        base(contender), "--", requests, str(serial),
    ]
    pids = contender.pids
    before = machine.cpu_seconds(pids)
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    spent = machine.cpu_seconds(pids) - before
    count, size, microseconds, errors = map(int, re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", output).groups())
    if errors:
        raise WrongAnswer(f"{contender.name} on {case.name}: {errors} of {count} requests failed\n{output}")
    # wrk counts a status of 400 or more as an error; any other wrong one shows in the size of the answers.
    # What was under way at the end counts in bytes alone.
    if abs(size / count - answer_size) > max(16, answer_size * 0.04) + CONNECTIONS * answer_size / count:
        raise WrongAnswer(f"{contender.name} on {case.name}: answers of {size / count:.0f} bytes, not {answer_size}")
    return Load(count, microseconds / 1e6, spent / count * 1e6)


def http2(case, contender, seconds):
    """As many requests as the contender answers, over few connections with many streams each."""
    targets = case.stage.folder / "http2.targets"
    targets.write_text(
        "".join(f"http://127.0.0.1:{contender.http2_port}{case.target(number)}\n" for number in range(case.keys)))
    command = [
        "h2load", f"--clients={HTTP2_CONNECTIONS}", f"--max-concurrent-streams={case.streams}", f"--duration={seconds}",
        f"--input-file={targets}",
    ]
    command += [f"--header={name}: {value}" for name, value in case.fields().items()]
    pids = contender.pids
    before = machine.cpu_seconds(pids)
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    spent = machine.cpu_seconds(pids) - before
    done, failed = map(int, re.search(r"requests: .* (\d+) done, .* (\d+) failed", output).groups())
    right = int(re.search(rf"status codes: .*?(\d+) {case.status // 100}xx", output)[1])
    content = int(re.search(r"\((\d+)\) data", output)[1])
    if failed or right < done or (case.status == 200 and content < done * case.content_size):
        raise WrongAnswer(f"{contender.name} on {case.name}: of {done} requests {failed} failed, {right} were right\n{output}")
    return Load(done, seconds, spent / done * 1e6)


def h2load(case, contender, seconds):
    """Every request carries the same content, over changing targets."""
    folder = case.stage.folder
    log, targets, content = folder / "h2load.log", folder / "h2load.targets", folder / "h2load.content"
    log.unlink(missing_ok=True)
    place = f"http://127.0.0.1:{contender.http2_port}" if case.streams else base(contender)
    targets.write_text("".join(f"{place}{case.target(number)}\n" for number in range(case.keys)))
    command = [
        "h2load", *([] if case.streams else ["--h1"]), f"--clients={CONNECTIONS}", f"--requests={case.rate * seconds}", f"--rps={case.rate // CONNECTIONS}",
        f"--input-file={targets}", f"--log-file={log}",
    ]
    command += [f"--header={name}: {value}" for name, value in case.fields().items()]
    if (body := case.latency_body()) is not None:
        content.write_text(body)
        command += [f"--data={content}", "--header=content-type: application/json"]
    subprocess.run(command, check=True, capture_output=True)
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    wrong = [row for row in rows if int(row[1]) != case.status]
    if wrong or len(rows) != case.rate * seconds:
        raise WrongAnswer(f"{contender.name} on {case.name} at a fixed rate: {len(rows)} answers, wrong {wrong[:3]}")
    times = sorted(int(row[2]) for row in rows)
    return Latency(times[len(times) // 2], times[len(times) * 99 // 100])
