"""The numbers as a table, as JSON, and against their bounds."""

import json
import platform
from dataclasses import asdict


NAMES = ["edge", "one-worker", "floor", "nginx", "varnish", "haproxy", "h2o", "python"]


def table(cases, rows, idle, idle_tls, storms, among):
    """Markdown: CPU time a request, and latencies at the fixed rate beneath."""
    lines = ["| CPU µs a request | " + " | ".join(NAMES) + " |", "|---|" + "--:|" * len(NAMES)]
    for case in cases:
        lines.append(f"| {case.title} | " + " | ".join(cell(rows[case.name].get(name)) for name in NAMES) + " |")
    lines += ["", "| p50 / p99 in µs | " + " | ".join(NAMES) + " |", "|---|" + "--:|" * len(NAMES)]
    for case in cases:
        lines.append(f"| {case.title} | " + " | ".join(latency(rows[case.name].get(name)) for name in NAMES) + " |")
    for title, sizes in (("Idle connection", idle), ("Idle connection over TLS", idle_tls)):
        if sizes:
            lines += ["", f"{title}: " + ", ".join(f"{name} {size:.0f} B" for name, size in sizes.items()) + "."]
    if storms:
        lines += ["", "Questions to the origin when 64 clients want at once what nobody has: "
                  + ", ".join(f"{name} {count}" for name, count in storms.items()) + "."]
    if among:
        lines += ["", f"A title among 10 000 slow and hostile clients: p99 {among.p99_us} µs, without them {among.idle_p99_us} µs; "
                  f"{among.bytes_each:.0f} B each."]
    return "\n".join(lines) + "\n"


def cell(row):
    if row is None:
        return ""
    return "void" if row.cpu_us is None else f"{row.cpu_us:.2f}"


def latency(row):
    return f"{row.latency.p50_us} / {row.latency.p99_us}" if row and row.latency and not row.void else ""


def verdicts(cases, rows, idle, idle_aim, idle_tls, storms, storm_aim, among):
    """Each bound with what was measured: (text, is within the threshold)."""
    result = []
    for case in cases:
        ours = rows[case.name]["edge"].cpu_us
        for bound in case.bounds:
            theirs = rows[case.name][bound.peer].cpu_us
            if ours is None or theirs is None:
                result.append((f"{case.name}: void", False))
                continue
            ratio = ours / theirs
            aim = "aim reached" if ratio <= bound.aim else "aim missed"
            text = f"{case.name}: {ratio:.3f} of {bound.peer}, aim {bound.aim:.3f}, at most {bound.at_most:.3f}: {aim}"
            result.append((text, ratio <= bound.at_most))
    if idle:
        aim = "aim reached" if idle["edge"] <= idle_aim else "aim missed"
        result.append((f"idle connection: {idle['edge']:.0f} B, aim {idle_aim} B: {aim}", True))
    if idle_tls:
        aim = "aim reached" if idle_tls["edge"] <= idle_tls["nginx"] else "aim missed"
        result.append((f"idle connection over TLS: {idle_tls['edge']:.0f} B, aim nginx's: {aim}", True))
    if storms:
        result.append((f"cold storm: {storms['edge']} questions, aim {storm_aim}", storms["edge"] <= storm_aim))
    if among:
        aim = "aim reached" if among.ratio < among.aim else "aim missed"
        result.append((f"p99 among 10 000 slow clients: {among.ratio:.1f} of that without them, aim {among.aim}: {aim}", True))
        result.append((f"one of them: {among.bytes_each:.0f} B, at most {among.most_bytes}", among.bytes_each <= among.most_bytes))
        result.append((f"of them {among.left} are not ended by the edge's limits", among.left == 0))
    return result


def as_json(cases, rows, idle, idle_tls, storms, among):
    def one(row):
        return {
            "cpu_us": row.cpu_us, "rounds_cpu_us": [round(load.cpu_us, 3) for load in row.loads],
            "requests": sum(load.requests for load in row.loads),
            "p50_us": row.latency and row.latency.p50_us, "p99_us": row.latency and row.latency.p99_us,
            "void": row.void or None,
        }

    return json.dumps({
        "kernel": platform.release(),
        "benchmarks": {case.name: {name: one(row) for name, row in rows[case.name].items()} for case in cases},
        "idle_connection_bytes": idle,
        "idle_tls_connection_bytes": idle_tls,
        "cold_storm_questions": storms,
        "among_slow_clients": among and asdict(among),
    }, indent=2) + "\n"
