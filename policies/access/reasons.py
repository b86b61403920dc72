"""Which documents are heard on a request, and the statements of them that decide it: the reasons of a decision."""

from collections.abc import Iterator

from policies.access.catalogue import has_resource_control
from policies.access.decision import Reason
from policies.access.document import Document, Documents
from policies.access.grants import lets
from policies.access.matching import applies, denied, granted
from policies.access.request import Request
from policies.access.truth import Truth


def denials(request: Request, documents: Documents) -> Iterator[Reason]:
    """The statements that deny, or may."""
    for document in _bearing(request, documents):
        yield from _reasons(document, "Deny", request)
    for document in (*_naming(documents), *_resource_control(request, documents)):
        yield from _reasons(document, "Deny", request, documents)


def allowances(request: Request, documents: Documents) -> Iterator[Reason]:
    """The statements and grants that allow, or may."""
    for document in _bearing(request, documents):
        yield from _reasons(document, "Allow", request)
    for document in _naming(documents):
        yield from _reasons(document, "Allow", request, documents)
    for grant in documents.grants:
        if (truth := lets((grant,), request)) is not Truth.NO:
            yield Reason(grant.name, "grant", "Allow", certain=truth is Truth.YES)


def control_on(request: Request, documents: Documents) -> tuple[tuple[Document, ...], ...]:
    """Service control policies bind the principals of an account, but neither services nor their linked roles."""
    return documents.control if request.kind == "AWS" and not request.is_service_linked else ()


def _bearing(request: Request, documents: Documents) -> Iterator[Document]:
    yield from documents.identity
    if documents.boundary and not request.is_root:
        yield documents.boundary
    yield from documents.session
    for level in control_on(request, documents):
        yield from level


def _naming(documents: Documents) -> Iterator[Document]:
    """The documents that say whom they are about."""
    yield from (document for document in (documents.resource, documents.endpoint) if document)


def _resource_control(request: Request, documents: Documents) -> tuple[Document, ...]:
    """Resource control policies bind everyone but service-linked roles, in some services, and do not keep anybody from
    retiring a grant ("Resource control policies").
    """
    if not documents.resource_control or request.is_service_linked or request.action.lower() == "kms:retiregrant":
        return ()
    return documents.resource_control if has_resource_control(request.action.partition(":")[0]) else ()


def _reasons(
    document: Document, effect: str, request: Request, of_resource: Documents | None = None
) -> Iterator[Reason]:
    if document.statements is None:
        yield Reason(document.name, "", effect, certain=False)
    for statement in document.statements or ():
        if statement.effect != effect:
            continue
        truth = applies(statement, document, request)
        if of_resource and truth is not Truth.NO:
            bounded = of_resource.boundary is not None
            named = denied(statement, request, bounded=bounded) if statement.denies else granted(statement, request).any
            truth = min(truth, named)
        if truth is not Truth.NO:
            yield Reason(document.name, statement.label, effect, certain=truth is Truth.YES)
