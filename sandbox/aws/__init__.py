"""The tables of all resource types: every module here that lists types in TYPES."""

from __future__ import annotations

import dataclasses
import pkgutil
from importlib import import_module

_ALL = (import_module(found.name) for found in pkgutil.walk_packages(__path__, f"{__name__}."))
MODULES = tuple(module for module in _ALL if hasattr(module, "TYPES"))

TYPES = tuple(
    dataclasses.replace(kind, file=f"{module.__name__.replace('.', '/')}.py")
    for module in MODULES
    for kind in module.TYPES
)
