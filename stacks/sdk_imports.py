"""Loads of the SDKs only what the program uses, and keeps the garbage collector from walking it again and again.

A service of AWS, or a version of an API group of Kubernetes, is a package whose `__init__` imports every file of it: a
thousand classes for the dozen that are used. Here such a package finds a name when it is asked for, in the file whose
`__all__` has it, and is loaded whole for any name that is in none. The classes are the very same.
benchmarks/imports.py shows what this saves.
"""

import gc
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGES = re.compile(r"pulumi_aws\.\w+|pulumi_kubernetes\.\w+\.v\w+")
_FILES = re.compile(r"^from \.(\w+) import \*", re.MULTILINE)
_LISTED = re.compile(r"^__all__ = \[(.*?)\]", re.MULTILINE | re.DOTALL)
# New objects before a collection. The program ends within seconds, and almost all that it makes lives as long.
_OBJECTS = 1_000_000


class Package(ModuleType):
    """A package with files that are called like the class in them: the class is what it offers under that name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and name in getattr(value, "__all__", ()):
            value = getattr(value, name)
        super().__setattr__(name, value)


class Service(SourceFileLoader):
    """Loads a service's package without its files."""

    def exec_module(self, module: ModuleType) -> None:
        files, folder = _names(Path(self.path)), Path(self.path).parent
        module.__class__ = Package

        def find(name: str) -> Any:
            if name in files:
                value = getattr(import_module(f"{module.__name__}.{files[name]}"), name)
                setattr(module, name, value)
                return value
            if name.startswith("__"):
                raise AttributeError(name)
            if (folder / f"{name}.py").exists():  # type hints of other packages name it: `meta.v1.outputs`
                return import_module(f"{module.__name__}.{name}")
            del module.__dict__["__getattr__"]
            super(Service, self).exec_module(module)
            return getattr(module, name)

        module.__dict__["__getattr__"] = find


class Services:
    """Finds the services of the SDKs, and nothing else."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not _PACKAGES.fullmatch(name):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin and spec.submodule_search_locations:
            spec.loader = Service(name, spec.origin)
        return spec


def _names(package: Path) -> dict[str, str]:
    """The file of each name that the package offers."""
    found: dict[str, str] = {}
    for file in _FILES.findall(package.read_text()):
        if listed := _LISTED.search((package.parent / f"{file}.py").read_text()):
            found |= dict.fromkeys(re.findall(r"'(\w+)'", listed[1]), file)
    return found


if not any(finder is Services for finder in sys.meta_path):
    sys.meta_path.insert(0, Services)
gc.set_threshold(_OBJECTS)
