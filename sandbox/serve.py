"""The sandbox's process: moto over HTTP and the AWS provider over gRPC, both on loopback. The cloud lives in its memory."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from pulumi.runtime.proto import provider_pb2_grpc
from werkzeug.serving import make_server

from sandbox import process
from sandbox.connections import UNVERIFIED
from sandbox.faults import Control
from sandbox.provider import Provider

WORKERS = 16
HOST = "127.0.0.1"
WATCH_S = 0.5


class _Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"  # boto3 keeps its connections; one for each call costs a third of an update


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--directory", type=Path, required=True)
    arguments.add_argument(
        "--die-with", type=int, default=0, metavar="PID", help="stop when this process is gone"
    )
    options = arguments.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    instance = secrets.token_hex(8)
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())

    def status() -> dict[str, Any]:
        from sandbox.inventory import counts

        return {
            "instance": instance,
            "pid": os.getpid(),
            "resources": counts(),
            "unverified": UNVERIFIED.listing(),
        }

    control = Control(DomainDispatcherApplication(create_backend_app), status)
    http = make_server(HOST, 0, control, threaded=True, request_handler=_Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    grpc_server = grpc.server(ThreadPoolExecutor(WORKERS), options=[("grpc.max_receive_message_length", -1)])
    provider = Provider(f"http://{HOST}:{http.server_port}")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, grpc_server)
    provider_port = grpc_server.add_insecure_port(f"{HOST}:0")
    grpc_server.start()
    running = process.Running(
        pid=os.getpid(),
        instance=instance,
        aws_port=http.server_port,
        provider_port=provider_port,
        directory=options.directory,
        started=time.time(),
    )
    process.record(running)
    threading.Thread(target=_warm_up, daemon=True).start()
    while not stopped.wait(WATCH_S):
        if options.die_with and os.getppid() != options.die_with:
            break
    grpc_server.stop(grace=1).wait()
    http.shutdown()


def _warm_up() -> None:
    """Load what the first update would wait for: moto's EC2 alone takes half a second."""
    import moto.ec2.responses
    import moto.kms.responses
    import moto.s3.responses  # noqa: F401


if __name__ == "__main__":
    main()
