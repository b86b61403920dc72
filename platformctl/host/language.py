"""The engine's side of a program that waits in a process of its own: the language runtime that it connects to."""

# ruff: noqa: N802, ARG002  the names and arguments of these methods are gRPC's

import queue
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from platformctl.host import plugins


class Language(language_pb2_grpc.LanguageRuntimeServicer):
    """Hands the engine's one request to run over to the main thread, where programs set their signal handlers."""

    def __init__(self) -> None:
        self.requests: queue.Queue[Any] = queue.Queue()
        self.answer: queue.Queue[Any] = queue.Queue()

    def serve(self) -> int:
        """Begins, and returns the port."""
        server = grpc.server(ThreadPoolExecutor(4))
        language_pb2_grpc.add_LanguageRuntimeServicer_to_server(self, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._server = server  # which ends with the last that knows it
        return port

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        found = (plugin_pb2.PackageDependency(kind="resource", **one._asdict()) for one in plugins.required())
        return language_pb2.GetRequiredPackagesResponse(packages=list(found))

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        found = (plugin_pb2.PluginDependency(kind="resource", **one._asdict()) for one in plugins.required())
        return language_pb2.GetRequiredPluginsResponse(plugins=list(found))

    def Run(self, request: Any, context: Any) -> Any:
        self.requests.put(request)
        return self.answer.get()
