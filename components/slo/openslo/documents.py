"""The documents of a file by kind and name, checked for what all of them must have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.slo.openslo.fields import API_VERSION, OpenSloError, refuse

__all__ = ["Documents", "OpenSloError", "refuse"]

KINDS: Final = ("SLO", "SLI", "Service", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "DataSource")
_PROMETHEUS: Final = "prometheus"


@dataclass(frozen=True)
class Documents:
    """`in_order`: as they were written. `named`: by kind and name."""

    in_order: list[Mapping[str, Any]]
    named: Mapping[tuple[str, str], Mapping[str, Any]]

    @classmethod
    def of(cls, documents: Iterable[object]) -> "Documents":
        """Lists of documents are taken apart, as in the specification's own examples."""
        flat = [one for item in documents for one in (item if isinstance(item, list) else [item]) if one is not None]
        read = [_checked(one, f"document {number}") for number, one in enumerate(flat, 1)]
        named: dict[tuple[str, str], Mapping[str, Any]] = {}
        for one in read:
            key = (one["kind"], one["metadata"]["name"])
            if key in named and named[key] != one:
                raise refuse(f"metadata.name of {key[0]}", key[1], "the name of one document", "rename one of the two")
            named.setdefault(key, one)
        return cls(in_order=list(named.values()), named=named)

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.named}

    def get(self, kind: str, name: object, where: str) -> Mapping[str, Any]:
        """The document that another one names."""
        if not isinstance(name, str) or (found := self.named.get((kind, name))) is None:
            known = ", ".join(sorted(other for one, other in self.named if one == kind)) or "none are here"
            raise refuse(where, name, f"the name of a {kind} ({known})", "correct it, or add its document")
        return found

    def indicator(self, spec: Mapping[str, Any], where: str) -> tuple[Mapping[str, Any], str]:
        """`spec` of the SLI of an SLO, and where it stands."""
        inline, named = spec.get("indicator"), spec.get("indicatorRef")
        if (inline is None) == (named is None):
            raise refuse(f"{where}: spec", sorted(spec), "with either indicator or indicatorRef", "give one of the two")
        if named is not None:
            found = self.get("SLI", named, f"{where}: spec.indicatorRef")
            return found["spec"], f"SLI {named}"
        if not isinstance(inline, Mapping) or not isinstance(inline.get("spec"), Mapping):
            raise refuse(f"{where}: spec.indicator", inline, "an SLI with a spec", "write it")
        return inline["spec"], f"{where}: spec.indicator"

    def query(self, metric: object, where: str) -> str:
        """The query of `{metricSource: {type, metricSourceRef, spec: {query}}}`, which must be one of Prometheus."""
        source = metric.get("metricSource") if isinstance(metric, Mapping) else None
        if not isinstance(source, Mapping):
            raise refuse(f"{where}.metricSource", source, "where the metric comes from", "write it")
        kind = source.get("type")
        if kind is None and (name := source.get("metricSourceRef")) is not None:
            kind = self.get("DataSource", name, f"{where}.metricSource.metricSourceRef")["spec"].get("type")
        if not isinstance(kind, str) or kind.lower() != _PROMETHEUS:
            raise refuse(
                f"{where}.metricSource.type", kind, "Prometheus, which is what is asked here", "export it there"
            )
        inner = source.get("spec")
        query = inner.get("query") if isinstance(inner, Mapping) else None
        if not isinstance(query, str) or not query.strip():
            raise refuse(f"{where}.metricSource.spec.query", query, "a query", "write it")
        return query


def _checked(one: object, where: str) -> Mapping[str, Any]:
    if not isinstance(one, Mapping):
        raise refuse(where, one, "a mapping with apiVersion, kind, metadata and spec", "correct it")
    if (version := one.get("apiVersion")) != API_VERSION:
        raise refuse(f"apiVersion of {where}", version, API_VERSION, "convert the document to it")
    if (kind := one.get("kind")) not in KINDS:
        raise refuse(f"kind of {where}", kind, f"one of {', '.join(KINDS)}", "correct it, or take the document out")
    metadata, spec = one.get("metadata"), one.get("spec")
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str):
        raise refuse(f"metadata of {where}", metadata, "a mapping with a name", "name it")
    for key in ("annotations", "labels"):
        if not isinstance(metadata.get(key) or {}, Mapping):
            raise refuse(f"metadata.{key} of {where}", metadata[key], "a mapping", "correct it")
    if not isinstance(spec, Mapping):
        raise refuse(f"spec of {kind} {metadata['name']}", spec, "a mapping", "write it")
    return one
