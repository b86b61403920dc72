"""What the managed policies of AWS say, from the copy that the pinned package moto keeps of them.

AWS adds to its policies at any time, so the copy is as of the package's release: `version()`.
"""

import json
from functools import cache
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from policies.access.document import Document

_PACKAGE, _FILE = "moto", "iam/aws_managed_policies.py"
_OURS = "arn:aws:iam::aws:policy"


def version() -> str:
    """The release of the package that the copy comes from."""
    return version_of(_PACKAGE)


def known(document: Document) -> Document:
    """The document, with its content if it is a managed policy of AWS that the copy holds."""
    if document.statements is not None or not document.name.startswith(_OURS):
        return document
    content = _contents().get(document.name)
    return Document.of(document.name, content) if content else document


@cache
def _contents() -> dict[str, Any]:
    """By ARN. The file is read, not imported: the package would load for a second what is not needed here."""
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        return {}
    text = (Path(package.origin).parent / _FILE).read_text()
    policies = json.loads(text.split('"""')[1])
    return {f"{_OURS}{policy.get('Path', '/')}{name}": policy["Document"] for name, policy in policies.items()}
