"""The providers' versions come from what the engine was asked for."""

from typing import Any

from platformctl.plans.versions import providers


def _event(type_: str, **inputs: Any) -> dict[str, Any]:
    return {"resourcePreEvent": {"metadata": {"type": type_, "new": {"inputs": inputs}}}}


def test_each_package_has_its_versions_whatever_the_order() -> None:
    events = [
        _event("pulumi:providers:kubernetes", version="4.34.2"),
        _event("pulumi:providers:aws", version="7.51.1"),
        _event("pulumi:providers:aws", version="6.0.0"),
        _event("pulumi:providers:random"),
        _event("aws:kms/key:Key", version="no provider"),
        {"resourcePreEvent": {"metadata": {"type": "pulumi:providers:gone", "new": None}}},
    ]
    expected = {"aws": "6.0.0, 7.51.1", "kubernetes": "4.34.2", "random": "unpinned"}
    assert providers(events) == providers(events[::-1]) == expected
