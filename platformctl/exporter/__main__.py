"""python -m platformctl.exporter FILE --port 9400: serves /metrics until it is told to end."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server

from platformctl.errors import CommandError, Exit
from platformctl.exporter.clients import clients
from platformctl.exporter.config import read
from platformctl.exporter.polling import Sources
from platformctl.exporter.sources import sources

_FIRST_READING_S = 60.0  # what takes longer appears when it is there


def main(arguments: list[str]) -> Exit:
    parser = argparse.ArgumentParser(prog="platformctl.exporter", description=__doc__)
    parser.add_argument("file", type=Path, help="what is watched, as JSON")
    parser.add_argument("--port", type=int, default=9400)
    parser.add_argument("--address", default="0.0.0.0", help="that it listens on")  # noqa: S104  network policies
    parser.add_argument("--every", type=float, metavar="SECONDS", help="read every source as often; for tests")
    given = parser.parse_args(arguments)
    try:
        config = read(given.file)
    except CommandError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    ended = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: ended.set())
    watched = Sources(sources(config, clients()))
    for source in watched.sources:
        source.interval_s = given.every or source.interval_s
    watched.start(_FIRST_READING_S)
    registry = CollectorRegistry()
    registry.register(watched)
    server, _ = start_http_server(given.port, given.address, registry)
    logging.info("serving %d sources on port %d", len(watched.sources), given.port)
    ended.wait()
    watched.stop()
    server.shutdown()
    return Exit.FINE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
