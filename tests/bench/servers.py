"""The two systems under test, each started privately below one temporary directory, and what they use."""

import contextlib
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "deploy/samples/inquiries.jsonl"
STARTER = ROOT / "deploy/samples/starter.yaml"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


def process_tree(root):
    """(pid, name, CPU seconds with those of reaped children) of `root` and all below it."""
    children, facts = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, fields = re.match(r"\d+ \((.*)\) (.*)", (entry / "stat").read_text(), re.S).groups()
        except OSError:
            continue  # it ended meanwhile
        fields = fields.split()
        own, reaped = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        facts[int(entry.name)] = (name, (own + (reaped if name == "postgres" else 0)) / TICKS)
    found, open_ends = [], [root]
    while open_ends:
        pid = open_ends.pop()
        if pid in facts:
            found.append((pid, *facts[pid]))
        open_ends += children.get(pid, [])
    return found


def bind(pid, processors):
    """Every thread of a process, and what these start later."""
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), processors)


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class Server:
    """What both have in common. `generator` is the program that loads it."""

    name = generator = None

    def __init__(self, build, directory):
        self.build, self.directory, self.process = pathlib.Path(build), pathlib.Path(directory), None

    @contextlib.contextmanager
    def apart(self):
        """Server and generator have processors of their own meanwhile, half of them each, as on two machines."""
        everything = sorted(os.sched_getaffinity(0))
        ours, theirs = everything[:len(everything) // 2], everything[len(everything) // 2:]
        if not ours:
            raise RuntimeError("there is only one processor")
        for pid in self.pids():
            bind(pid, theirs)
        bind(os.getpid(), ours)  # and generators that are started from here
        try:
            yield
        finally:
            for pid in (os.getpid(), *self.pids()):
                bind(pid, everything)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(120)
            self.process = None

    def pids(self):
        return [pid for pid, _, _ in process_tree(self.process.pid)]

    def cpu_seconds(self):
        """By program."""
        usage = {}
        for _, name, seconds in process_tree(self.process.pid):
            usage[name] = usage.get(name, 0) + seconds
        return usage

    def start_load(self, *arguments):
        command = [self.build / "tests" / self.generator, *self.where(), "--samples", SAMPLES, *arguments]
        return subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)

    def finish_load(self, process):
        output, _ = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"{self.generator} failed: {process.args}")
        return json.loads(output)

    def load(self, *arguments):
        """Runs the generator to its end; its figures, and what the server used meanwhile (warm-up included)."""
        before = self.cpu_seconds()
        process = self.start_load(*arguments)
        figures = self.finish_load(process)
        used = {name: seconds - before.get(name, 0) for name, seconds in self.cpu_seconds().items()}
        figures["server_cpu_seconds"] = {name: round(seconds, 2) for name, seconds in used.items() if seconds > 0.05}
        if figures.get("failed"):
            print(f"{self.generator}: {figures['failed']} failed: {figures.get('first_failure')}", file=sys.stderr)
        return figures

    def count_syncs(self, *arguments):
        """Calls that wait for the disk during one load, counted by strace, which slows it down."""
        listing = self.directory / "strace.txt"
        attach = [part for pid in self.pids() for part in ("-p", str(pid))]
        tracer = subprocess.Popen(
            ["strace", "-f", "-c", "-o", listing, "-e", "trace=fdatasync,fsync,sync_file_range", *attach],
            stderr=subprocess.DEVNULL)
        time.sleep(1)
        figures = self.load(*arguments)
        tracer.send_signal(signal.SIGINT)
        tracer.wait(30)
        calls = {}
        for line in listing.read_text().splitlines():
            fields = line.split()
            if fields and fields[-1] in ("fdatasync", "fsync"):
                calls[fields[-1]] = int(fields[3])
        return calls, figures


class Switchboard(Server):
    """switchboardd with the private PostgreSQL that it brings along, and the starter configuration in force."""

    name, generator = "switchboard", "switchboard_load"
    learned = None  # a data directory in which the starter configuration was applied: learning takes half a minute

    def start(self, *options):
        if Switchboard.learned is None:
            teacher = Switchboard(self.build, self.directory.with_name("learned"))
            Switchboard.learned = teacher.directory / "data"
            teacher.start()
            teacher.client("apply", "-f", STARTER)
            teacher.stop()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o755)
        if Switchboard.learned.exists() and not (self.directory / "data").exists():
            subprocess.run(["cp", "-a", Switchboard.learned, self.directory / "data"], check=True)
        ports = self.directory / "ports"
        ports.unlink(missing_ok=True)
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [self.build / "bin/switchboardd", "--listen", "127.0.0.1:0", "--metrics-listen",
             "127.0.0.1:0", "--port-file", ports, "--data-dir", self.directory / "data", "--log-level", "warning",
             *options], stderr=open(self.directory / "log", "a"))
        wait_for(lambda: ports.exists() or self.process.poll() is not None, 60, "switchboardd")
        if self.process.poll() is not None:
            raise RuntimeError(f"switchboardd did not start: {(self.directory / 'log').read_text()}")
        self.start_seconds = time.monotonic() - begin
        self.address = re.search(r"address: (\S+)", ports.read_text()).group(1)

    def client(self, *arguments):
        subprocess.run([self.build / "services/switchboard/switchboard", "--server", self.address, *arguments],
                       check=True, stdout=subprocess.DEVNULL)

    def where(self):
        return ["--address", self.address]

    def psql_command(self, *sql):
        socket_directory = self.directory / "data/socket"
        return ["psql", "-XqAt", "-h", str(socket_directory), "-U", "switchboard", "-d", "switchboard",
                *(part for statement in sql for part in ("-c", statement))]

    def sql(self, statement):
        return subprocess.check_output(self.psql_command(statement), text=True).strip()

    def wal_bytes(self):
        return int(self.sql("SELECT pg_current_wal_lsn() - '0/0'"))

    def load(self, *arguments):
        before = self.wal_bytes()
        figures = super().load(*arguments)
        figures["wal_bytes"] = self.wal_bytes() - before
        return figures

    def resident_mb(self):
        return resident_mb(self.process.pid)

    def disk_bytes(self):
        return int(self.sql("SELECT pg_database_size(current_database())"))


class RabbitMq(Server):
    """One RabbitMQ node of its own: name, ports, data and epmd are not those of a system service."""

    name, generator = "rabbitmq", "rabbitmq_load"
    PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server"

    def start(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        account = []
        if os.geteuid() == 0:
            account = ["setpriv", "--reuid", "rabbitmq", "--regid", "rabbitmq", "--clear-groups"]
            user = pwd.getpwnam("rabbitmq")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        environment = self.environment()
        (self.directory / "plugins").write_text("[].")
        self.epmd = subprocess.Popen([*account, "epmd", "-address", "127.0.0.1", "-port", environment["ERL_EPMD_PORT"]])
        begin = time.monotonic()
        self.process = subprocess.Popen([*account, self.PROGRAM], env=environment, cwd=self.directory,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.answers, 120, "RabbitMQ")
        self.start_seconds = time.monotonic() - begin

    def environment(self):
        self.port = free_port()
        directory = self.directory
        return os.environ | {
            "HOME": f"{directory}",
            "RABBITMQ_NODENAME": f"switchboard-bench-{os.getpid()}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": f"{directory}/mnesia",
            "RABBITMQ_LOG_BASE": f"{directory}/log",
            "RABBITMQ_LOGS": f"{directory}/log/rabbitmq.log",
            "RABBITMQ_PID_FILE": f"{directory}/pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{directory}/plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{directory}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{directory}/advanced.config",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{directory}/config",
        }

    def answers(self):
        log = self.directory / "log/rabbitmq.log"
        return log.exists() and "Server startup complete" in log.read_text()

    def where(self):
        return ["--port", self.port]

    def stop(self):
        super().stop()
        if getattr(self, "epmd", None):
            self.epmd.terminate()
            self.epmd.wait(10)

    def resident_mb(self):
        return sum(resident_mb(pid) for pid, name, _ in process_tree(self.process.pid) if name.startswith("beam"))


def remove(directory):
    shutil.rmtree(directory, ignore_errors=True)
