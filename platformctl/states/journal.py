"""What an update could not save: kept on this machine, and put into the bucket when it is back."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from platformctl.errors import CommandError, Exit
from platformctl.states import integrity
from platformctl.states.backend import BackendError, Bucket
from platformctl.states.examine import backend_of, keys_of, read_state
from platformctl.states.keys import OURS, Keys
from platformctl.states.relay import PATIENCE_S, Answer, Asked, Forward, fenced, forwarding, patient, relay
from platformctl.target import Target

_REFUSED = 403  # the engine's client does not repeat it; the engine itself does, ten times in half a minute


@dataclass(frozen=True)
class Journal:
    """A state that waits for its bucket, in a file on this machine with a note beside it."""

    file: Path  # the state's bytes
    base: str  # digest of the state that the bucket has, as far as it answered; empty: none
    lock: str  # the key of the engine's lock, which it could not take away
    backend: str
    since: str
    tried: tuple[str, ...] = ()  # digests of what we sent and had no answer for: the bucket may have taken them

    @property
    def note(self) -> Path:
        return self.file.with_suffix(".note.json")


def journal_of(target: Target) -> Journal | None:
    """The journal that waits for this target; None when there is none."""
    file = _file(target)
    try:
        told = json.loads(file.with_suffix(".note.json").read_text())
        known = (told["base"], told["lock"], told["backend"], told["since"], tuple(told["tried"]))
        return Journal(file, *known) if file.is_file() else None
    except FileNotFoundError:
        return None
    except (ValueError, KeyError):
        raise CommandError(f"{file.with_suffix('.note.json')} is not readable: see what {file} holds") from None


def _file(target: Target) -> Path:
    return target.project.root / OURS / "journals" / f"{target.project.name}.{target.environment}.json"


class _Keeper:
    """Judges each request of the engine: its saves are kept here first, the rest is passed on."""

    def __init__(self, forward: Forward, keys: Keys, prefix: str, journal: Journal, patience_s: float):
        self._forward, self._keys, self._prefix, self._patience_s = forward, keys, prefix, patience_s
        self.journal, self.gone, self._pending = journal, False, set[str]()
        self._kept: bytes | None = None  # the last save that ended something and that the bucket did not take
        self._taken: bytes | None = None  # the last one that it took
        self._one_at_a_time = threading.Lock()

    def __call__(self, asked: Asked) -> Answer:
        key = asked.key.removeprefix(self._prefix)
        if asked.method == "PUT" and key in (self._keys.state, self._keys.compressed):
            with self._one_at_a_time:
                return self._save(asked)
        said = Answer(_REFUSED) if self.gone else patient(self._forward, asked, self._patience_s)
        if said.lost:
            self.gone = True
            return Answer(_REFUSED)
        if asked.method == "PUT" and key.startswith(self._keys.locks) and said.status == 200:
            self.journal = replace(self.journal, lock=key)
        return said

    def _save(self, asked: Asked) -> Answer:
        pending = _pending(asked.body, self._keys)
        begins = not pending <= self._pending
        tried = dict.fromkeys((*self.journal.tried, integrity.digest(asked.body)))
        self.journal = replace(self.journal, tried=tuple(tried))
        # What will not begin is not kept: the journal would tell of it as under way.
        self._keep(self._kept if begins else asked.body)
        said = patient(self._forward, asked, 0 if self.gone else self._patience_s)
        if said.status == 200:
            self.gone, self._pending, self._kept, self._taken = False, pending, None, asked.body
            self.journal = replace(self.journal, base=integrity.digest(asked.body), tried=())
            _forget(self.journal)
            return said
        if not self.gone and not said.lost:
            return said  # the bucket refuses: the engine tells people why, and what it could not save is kept
        self.gone = True
        if begins:
            return Answer(_REFUSED)
        self._pending, self._kept = pending, asked.body
        return Answer(200, {"ETag": f'"{integrity.digest(asked.body)[:32]}"'})

    def end(self) -> None:
        """Where the bucket has all there is and not let go of the engine's lock: what it has is put there again, with
        that.
        """
        if self.gone and self._kept is None and self.journal.lock:
            self._keep(self._taken)

    def _keep(self, content: bytes | None) -> None:
        if content is None:
            _forget(self.journal)
            return
        _write(self.journal.file, content)
        _write(self.journal.note, _noted(self.journal))


@contextmanager
def journalled(
    target: Target, patience_s: float = PATIENCE_S, may_write: Callable[[], bool] = lambda: True
) -> Iterator[Target]:
    """The target with an engine whose saves pass through us. CommandError at the end when the bucket did not take the
    last one: says where it is kept.

    `may_write`: whether the deploy lock is still ours (Lease.may_write), asked before each save.

    While the bucket is gone, what would begin is refused: nothing more is asked of the cloud; what ends is kept.
    """
    bucket, keys = backend_of(target), keys_of(target)
    if not isinstance(bucket, Bucket):
        yield target
        return
    content = read_state(bucket, keys)
    since = datetime.now(UTC).isoformat(timespec="seconds")
    base = integrity.digest(content) if content is not None else ""
    forward = fenced(forwarding(bucket), may_write)
    keeper = _Keeper(forward, keys, bucket.prefix, Journal(_file(target), base, "", bucket.url, since), patience_s)
    try:
        with relay(keeper) as url:
            yield replace(target, variables={**target.variables, "PULUMI_BACKEND_URL": through(url, target.variables)})
    finally:  # also when the command is interrupted, as one is that has lost its deploy lock
        keeper.end()
    if (waiting := journal_of(target)) is not None:
        _settle(target, waiting)


def through(url: str, variables: Mapping[str, str]) -> str:
    """The backend's URL by way of the relay."""
    parts = urlsplit(variables["PULUMI_BACKEND_URL"])
    kept = {k: v for k, v in parse_qsl(parts.query) if k not in ("disable_https", "use_path_style")}
    own = {"endpoint": url, "disableSSL": "true", "s3ForcePathStyle": "true"}
    return parts._replace(query=urlencode({**kept, **own})).geturl()


def _settle(target: Target, waiting: Journal) -> None:
    """The bucket may be back by now; else people are told."""
    try:
        replay(target, waiting)
    except BackendError:
        live = "" if target.sandbox else " --live"
        raise CommandError(
            f"the bucket of the state stopped answering, so the update was ended: what was under way has ended, nothing"
            f" more was asked of the cloud. The whole state until then is kept in {target.project.shown(waiting.file)};"
            f" keep that file. When the bucket is back: `platformctl state replay {target.name}{live}`, then go on",
            Exit.ENGINE,
        ) from None


def replay(target: Target, waiting: Journal) -> str:
    """Puts the kept state into the bucket and takes the engine's lock away; returns its digest.

    CommandError when the bucket's state is not the one that the update had begun from: somebody wrote it meanwhile.
    """
    from platformctl.states import sealing
    from platformctl.states.locking import locked

    backend, keys = backend_of(target), keys_of(target)
    if backend.url != waiting.backend:
        raise CommandError(f"the journal belongs to {waiting.backend}, and PULUMI_BACKEND_URL names {backend.url}")
    content = waiting.file.read_bytes()
    if problems := integrity.read(content, keys.project, keys.stack)[1]:
        raise CommandError(f"{waiting.file} is not sound: {problems[0].message}")
    if waiting.lock:
        backend.delete(waiting.lock)
    with locked(backend, keys):
        present = read_state(backend, keys)
        now = integrity.digest(present) if present is not None else ""
        if now not in (waiting.base, integrity.digest(content), *waiting.tried):
            raise CommandError(
                f"the state in {backend.url} was written meanwhile by somebody else ({now[:12]}), so the journal "
                f"{waiting.file} was not put over it: compare the two, then `pulumi stack import` what is right"
            )
        backend.write(keys.compressed if content.startswith(b"\x1f\x8b") else keys.state, content)
        sealing.seal(target, "replay")
    _forget(waiting)
    return integrity.digest(content)


def _pending(content: bytes, keys: Keys) -> set[str]:
    checkpoint = integrity.read(content, keys.project, keys.stack)[0]
    listed: list[dict[str, Any]] = checkpoint.pending if checkpoint else []
    return {f"{one.get('type')} {(one.get('resource') or {}).get('urn')}" for one in listed}


def _noted(journal: Journal) -> bytes:
    told = {field: getattr(journal, field) for field in ("base", "lock", "backend", "since", "tried")}
    return json.dumps({"schema": 1, **told}).encode()


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.touch(mode=0o600)
    new.write_bytes(content)
    new.replace(file)


def _forget(journal: Journal) -> None:
    journal.file.unlink(missing_ok=True)
    journal.note.unlink(missing_ok=True)
