"""What a node counts, in a registry of its own, so that two nodes can live in one process."""

from prometheus_client.metrics import Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import CollectorRegistry

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """Counters, gauges and histograms of one node."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.commands = Histogram(
            "erlang_docker_command_seconds",
            "Time of a command, by verb.",
            ("verb",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.failures = Counter(
            "erlang_docker_failures",
            "Commands answered with a failure: syntax and function are the user's own, the others the system's.",
            ("verb", "reason"),
            registry=self.registry,
        )
        self.served = Counter(
            "erlang_docker_served_calls", "Calls run for other nodes and clients.", registry=self.registry
        )
        self.calls_made = Counter(
            "erlang_docker_calls_made",
            "Calls made to other nodes, however often each was tried.",
            registry=self.registry,
        )
        self.picks = Counter(
            "erlang_docker_picks", "Answers of the other kind's service, by node.", ("node",), registry=self.registry
        )
        self.picked = Counter(
            "erlang_docker_picked", "Answers of this node to picks of the other kind.", registry=self.registry
        )
        self.repicks = Counter(
            "erlang_docker_repicks",
            "Attempts of calls that failed and were made again, by what they failed with.",
            ("reason",),
            registry=self.registry,
        )
        self.dials = Counter(
            "erlang_docker_links_opened",
            "Links opened to other nodes, by what was dialed: the stable name, or the address from the pick.",
            ("route",),
            registry=self.registry,
        )
        self.refused_callers = Counter(
            "erlang_docker_refused_callers",
            "Calls and links refused before anything ran, by gRPC status: no proof, or another node was meant.",
            ("code",),
            registry=self.registry,
        )
        self.busy = Counter(
            "erlang_docker_busy", "Calls refused because too many were in flight.", registry=self.registry
        )
        self.links = Gauge("erlang_docker_links", "Open links to other nodes.", ("security",), registry=self.registry)
        self.sockets = Gauge("erlang_docker_sockets", "Open WebSockets.", registry=self.registry)
        self.store_seconds = Histogram(
            "erlang_docker_store_commit_seconds",
            "Time of a transaction of the store, which many calls may share.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.store_refused = Counter(
            "erlang_docker_store_refused",
            "What the store refused: no room (enospc), the disk has failed (eio) or does not answer (busy).",
            ("reason",),
            registry=self.registry,
        )
        self.store_bytes = Gauge("erlang_docker_store_bytes", "Bytes that the store uses.", registry=self.registry)
        self.loop_held = Counter(
            "erlang_docker_loop_held", "How often something held the event loop for long.", registry=self.registry
        )
        self.refusals = Counter(
            "erlang_docker_refusals",
            "What a limit or a rule of a server refused or closed.",
            ("server", "reason"),
            registry=self.registry,
        )
        self.certificate_expiry = Gauge(
            "erlang_docker_certificate_expiry_timestamp_seconds",
            "When the certificate in a file ends; of several authorities, the last of them.",
            ("file",),
            registry=self.registry,
        )
        self.faults = Gauge(
            "erlang_docker_faults",
            "Fault switches, where they are allowed, by what each is set to; 0: off.",
            ("fault",),
            registry=self.registry,
        )
        self.boot_epoch = Gauge("erlang_docker_boot_epoch", "Starts on this volume.", registry=self.registry)

    def total(self, counter: Counter) -> int:
        """What a counter without labels has counted."""
        return int(next(iter(counter.collect())).samples[0].value)

    def render(self) -> bytes:
        """The Prometheus text format."""
        # Here, because it brings an HTTP server and a client, which take as long to load as a tenth of a node.
        from prometheus_client.exposition import generate_latest

        return generate_latest(self.registry)
