"""The cells of the benchmark: functions of a Campaign that give {switchboard, rabbitmq, ratio, spread, ...}."""

import statistics
import subprocess
import time

from servers import RabbitMq, Switchboard, remove

# The caller knows what it is and how soon it is wanted, as a broker's publisher does: nobody reads the text.
TOPIC = ["--topic", "topics/garbage", "--language", "en", "--decided"]
CELLS = {}


def cell(function):
    CELLS[function.__name__] = function
    return function


class Campaign:
    """How long and how often to measure, and the two servers, started when first needed."""

    def __init__(self, build, directory, rounds, scale):
        self.build, self.directory, self.rounds, self.scale = build, directory, rounds, scale
        self.running = {}

    def server(self, kind):
        if kind not in self.running:
            self.running[kind] = kind(self.build, self.directory / kind.name)
            self.running[kind].start()
        return self.running[kind]

    def close(self):
        for server in self.running.values():
            server.stop()

    def timing(self, seconds=None):
        return ["--seconds", seconds or self.scale["turn"], "--warmup", self.scale["warmup"]]

    def in_turns(self, **contestants):
        """Figures of every round by name: {name: (server, arguments)} take turns, and who begins changes."""
        samples = {name: [] for name in contestants}
        for turn in range(self.rounds):
            for name in sorted(contestants, reverse=turn % 2 == 1):
                kind, arguments = contestants[name]
                samples[name].append(self.server(kind).load(*self.timing(), *arguments))
        return samples


def value(figures, path):
    for step in path.split("."):
        figures = figures[step]
    return figures


def medians(samples):
    """One sample's shape with the median of every number."""
    first = samples[0]
    if isinstance(first, dict):
        return {key: medians([sample[key] for sample in samples]) for key in first
                if all(key in sample for sample in samples)}
    return statistics.median(samples) if isinstance(first, (int, float)) else first


def spread(samples, path):
    """(highest - lowest) / median."""
    values = [value(sample, path) for sample in samples]
    middle = statistics.median(values)
    return round((max(values) - min(values)) / middle, 3) if middle else 0


def compare(ours, theirs, path="rate", less_is_better=False):
    our, their = medians(ours), medians(theirs)
    ratio = value(our, path) / value(their, path)
    return {"switchboard": our, "rabbitmq": their, "ratio": round(1 / ratio if less_is_better else ratio, 3),
            "spread": {"switchboard": spread(ours, path), "rabbitmq": spread(theirs, path)}, "headline": path}


def alone(samples, path="rate", **more):
    return {"switchboard": medians(samples) | more, "rabbitmq": None, "ratio": None,
            "spread": {"switchboard": spread(samples, path)}, "headline": path}


def grown(before, after, path):
    return round(value(after, path) / value(before, path), 3)


def pipeline(campaign):
    """Both lifecycles have the same peer, so they share its turns."""
    if not hasattr(campaign, "pipeline_samples"):
        campaign.pipeline_samples = campaign.in_turns(
            batch=(Switchboard, TOPIC), sorted=(Switchboard, []), rabbitmq=(RabbitMq, []))
    return campaign.pipeline_samples


@cell
def lifecycle_batch(campaign):
    samples = pipeline(campaign)
    return compare(samples["batch"], samples["rabbitmq"])


@cell
def lifecycle_sorted(campaign):
    samples = pipeline(campaign)
    return compare(samples["sorted"], samples["rabbitmq"])


@cell
def lifecycle_unary(campaign):
    samples = campaign.in_turns(
        switchboard=(Switchboard, ["--submitters", 64, "--window", 1, "--batch", 1, "--workers", 16]),
        rabbitmq=(RabbitMq, ["--publishers", 64, "--window", 1, "--consumers", 16]))
    return compare(samples["switchboard"], samples["rabbitmq"])


@cell
def latency(campaign):
    samples = campaign.in_turns(
        switchboard=(Switchboard, ["--submitters", 1, "--batch", 1, "--window", 1, "--rate", 1000]),
        rabbitmq=(RabbitMq, ["--publishers", 1, "--rate", 1000]))
    return compare(samples["switchboard"], samples["rabbitmq"], "submit_ms.p99", less_is_better=True)


@cell
def bodies(campaign):
    cases = {}
    for size in (100, 1024, 10240):
        samples = campaign.in_turns(switchboard=(Switchboard, [*TOPIC, "--body-bytes", size]),
                                    rabbitmq=(RabbitMq, ["--body-bytes", size]))
        cases[str(size)] = compare(samples["switchboard"], samples["rabbitmq"])
    worst = min(cases.values(), key=lambda case: case["ratio"])
    return worst | {"cases": cases}


@cell
def backlog(campaign):
    """Claims and completions alone, of some thousand at a time, on top of ever more that waits."""
    cases, waiting, count = {}, 0, campaign.scale["backlog_count"]
    with Switchboard(campaign.build, campaign.directory / "backlog") as server:
        for size in campaign.scale["backlogs"]:
            server.load(*TOPIC, "--workers", 0, "--warmup", 0, "--seconds", 3600, "--count", size - waiting,
                        "--window", 1000)
            waiting = size
            rounds = [server.load(*TOPIC, "--count", count, "--rounds", 3) for _ in range(campaign.rounds)]
            cases[str(size)] = alone(rounds, disk_bytes=server.disk_bytes())
    remove(server.directory)
    first, last = list(cases.values())[0], list(cases.values())[-1]
    kept = {"rate_kept": grown(first, last, "switchboard.rate"),
            "claim_p99_grown": grown(first, last, "switchboard.claim_ms.p99")}
    return last | {"switchboard": last["switchboard"] | kept, "cases": cases}


@cell
def pinned(campaign):
    """A transaction keeps its snapshot, so that nothing dead can be removed, while 2,000/s flow."""
    server, seconds = campaign.server(Switchboard), campaign.scale["pinned"]
    pin = subprocess.Popen(server.psql_command("BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT txid_current()",
                                               f"SELECT pg_sleep({seconds + 2})"), stdout=subprocess.DEVNULL)
    figures = server.load("--seconds", seconds, "--warmup", 2, "--rate", 2000, "--batch", 10, "--window", 100,
                          "--probe-rate", 100, "--interval", seconds / 10, *TOPIC)
    pin.terminate()
    pin.wait()
    intervals = figures.pop("intervals")[:10]
    return alone([figures], "claim_ms.p99", rate_kept=grown(intervals[0], intervals[-1], "completed"),
                 claim_p99_grown=grown(intervals[0], intervals[-1], "claim_ms.p99"),
                 claim_p99_by_interval=[interval["claim_ms"]["p99"] for interval in intervals])


@cell
def skew(campaign):
    """How long quiet callers wait for a worker, without and with another caller that floods 100 times as much."""
    server, seconds = campaign.server(Switchboard), campaign.scale["skew"]
    quiet = ["--seconds", seconds, "--warmup", 1, "--rate", 100, "--batch", 1, "--window", 1, "--submitters", 4,
             "--caller", "quiet", "--author", "quiet", *TOPIC]
    flood = ["--seconds", seconds + 1, "--warmup", 0, "--rate", 10000, "--batch", 100, "--window", 100,
             "--submitters", 1, "--workers", 0, "--caller", "flood", "--author", "flood", *TOPIC]
    calm, flooded = [], []
    for _ in range(campaign.rounds):
        calm.append(server.load(*quiet))
        flooding = server.start_load(*flood)
        flooded.append(server.load(*quiet, "--leave"))
        server.finish_load(flooding)
        server.load("--seconds", 1, "--warmup", 0)  # works off what is left
    return alone(flooded, "deliver_ms.p99", calm_deliver_ms=medians(calm)["deliver_ms"],
                 p99_grown=grown(medians(calm), medians(flooded), "deliver_ms.p99"))


@cell
def leases(campaign):
    """10,000 leases are held by somebody else throughout."""
    with Switchboard(campaign.build, campaign.directory / "leases") as server:
        calm, held = [], []
        for _ in range(campaign.rounds):
            calm.append(server.load(*campaign.timing(), *TOPIC))
            held.append(server.load(*campaign.timing(), *TOPIC, "--hold", 10000))
    remove(server.directory)
    return alone(held, rate_kept=grown(medians(calm), medians(held), "rate"))


@cell
def resources(campaign):
    """What 1,000 lifecycles cost, and what the servers take up."""
    sides = {}
    for kind, arguments in ((Switchboard, TOPIC), (RabbitMq, [])):
        with kind(campaign.build, campaign.directory / f"{kind.name}-resources") as server:
            time.sleep(1)
            idle = server.resident_mb()
            loads = [server.load("--warmup", 0, "--seconds", campaign.scale["turn"], *arguments)
                     for _ in range(campaign.rounds)]
            sides[kind] = [per_thousand(figures) for figures in loads]
            syncs, traced = server.count_syncs("--warmup", 0, "--seconds", 2, *arguments)
            for side in sides[kind]:
                side |= {"start_seconds": server.start_seconds, "resident_mb_idle": idle,
                         "resident_mb_loaded": server.resident_mb(),
                         "syncs": {call: 1000 * count / traced["completed"] for call, count in syncs.items()}}
        remove(server.directory)
    return compare(sides[Switchboard], sides[RabbitMq], "cpu_seconds", less_is_better=True)


def per_thousand(figures):
    lifecycles = figures["completed"] / 1000
    costs = {"rate": figures["rate"], "cpu_seconds": sum(figures["server_cpu_seconds"].values()) / lifecycles,
             "cpu_seconds_by_program": {name: seconds / lifecycles
                                        for name, seconds in figures["server_cpu_seconds"].items()},
             "client_cpu_seconds": figures["client_cpu_seconds"] / lifecycles}
    if "wal_bytes" in figures:
        costs["wal_bytes"] = figures["wal_bytes"] / lifecycles
    return costs


@cell
def overload(campaign):
    """Twice what it can do, offered without mercy: whoever is refused does not slow down. Then the usual 1,000/s. What
    the flood costs its sender is not the server's, so that they have processors of their own, for the peak, too."""
    server, seconds = campaign.server(Switchboard), campaign.scale["overload"]
    unary = ["--submitters", 8, "--batch", 1, "--workers", 8]
    usual = ["--submitters", 1, "--batch", 1, "--window", 1, "--rate", 1000]
    with server.apart():
        peak = server.load(*unary, *campaign.timing(), "--window", 64)
        flood = server.load(*unary, "--window", 1, "--warmup", 1, "--seconds", seconds, "--rate",
                            round(2 * peak["rate"]))
    resident = server.resident_mb()
    after = server.load(*usual, "--interval", 1, "--warmup", 0, "--seconds", campaign.scale["recovery"])
    calm = server.load(*usual, *campaign.timing())
    normal = 2 * calm["submit_ms"]["p99"]
    slow = [second for second, figures in enumerate(after["intervals"]) if figures["submit_ms"]["p99"] > normal]
    return alone([flood], peak_rate=peak["rate"], goodput=round(flood["rate"] / peak["rate"], 3), resident_mb=resident,
                 normal_again_after_seconds=max(slow, default=-1) + 1)
