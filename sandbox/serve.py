"""The sandbox's process: moto and the providers, on loopback. The cloud lives in its memory."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2_grpc
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox import process
from sandbox.connections import UNVERIFIED
from sandbox.faults import Control
from sandbox.kubernetes.provider import KubernetesProvider
from sandbox.provider import Provider

WORKERS = 16
WAITING_WORKERS = 128  # one that waits for pods must not keep out the call that makes them
HOST = "127.0.0.1"
WATCH_S = 0.5
NO_IMAGES = ("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # 1,285 in each account and region, and nobody boots one


def _moto() -> tuple[Any, Any, Callable[[], Any], Callable[[], None]]:
    """The cloud: its application, what speaks HTTP for it, its inventory, and what loads it."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler

    from sandbox import inventory, moto_fixes

    return DomainDispatcherApplication(moto_fixes.app), MotoRequestHandler, inventory.counts, moto_fixes.load


def _nothing() -> tuple[Any, Any, Callable[[], Any], Callable[[], None]]:
    """No cloud, for previews that refresh nothing: these ask the providers alone, and the state."""

    def refuse(_: Any, start: Any) -> list[bytes]:
        start("501 Not Implemented", [("Content-Type", "text/plain")])
        return [b"this sandbox was started without a cloud"]

    return refuse, WSGIRequestHandler, dict, lambda: None


def _handler(of_the_cloud: Any) -> Any:
    class Handler(of_the_cloud):  # type: ignore[misc]
        protocol_version = "HTTP/1.1"  # boto3 keeps its connections

        def connection_dropped(self, *_: Any) -> None:
            """Also how an ordered fault looks: the caller sees its connection close without an answer."""
            self.close_connection = True

    return Handler


def main() -> None:
    options = _options()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ.update([NO_IMAGES])
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    instance = secrets.token_hex(8)

    def status() -> dict[str, Any]:
        return {"instance": instance, "pid": os.getpid(), "unverified": UNVERIFIED.listing()}

    application, handler, inventory, load = _nothing() if options.no_cloud else _moto()
    control = Control(application, status, inventory)
    with control.cloud:  # calls wait until moto is loaded; whoever starts us need not
        http = make_server(HOST, 0, control, threaded=True, request_handler=_handler(handler))
        threading.Thread(target=http.serve_forever, daemon=True).start()
        provider = Provider("" if options.no_cloud else f"http://{HOST}:{http.server_port}")
        kubernetes = KubernetesProvider(options.directory, control.strike)
        servers = [_serve(provider, WORKERS), _serve(kubernetes, WAITING_WORKERS)]
        process.record(
            process.Running(
                pid=os.getpid(),
                instance=instance,
                aws_port=http.server_port,
                provider_port=servers[0][1],
                kubernetes_port=servers[1][1],
                directory=options.directory,
                started=time.time(),
                cloud=not options.no_cloud,
            )
        )
        load()
    orphaned = False
    while not orphaned and not stopped.wait(WATCH_S):
        orphaned = bool(options.die_with) and os.getppid() != options.die_with
    for one in (provider, kubernetes):
        one.connections.cancel_all()
    for stopping in [server.stop(grace=1) for server, _ in servers]:
        stopping.wait()
    http.shutdown()
    if orphaned:  # the owner would have removed it
        shutil.rmtree(options.directory, ignore_errors=True)


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--directory", type=Path, required=True)
    arguments.add_argument("--die-with", type=int, default=0, metavar="PID", help="end with this process")
    arguments.add_argument("--no-cloud", action="store_true", help="the providers alone: enough for a preview")
    return arguments.parse_args()


def _serve(provider: provider_pb2_grpc.ResourceProviderServicer, workers: int) -> tuple[grpc.Server, int]:
    server = grpc.server(ThreadPoolExecutor(workers), options=[("grpc.max_receive_message_length", -1)])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port(f"{HOST}:0")
    server.start()
    return server, port


if __name__ == "__main__":
    main()
