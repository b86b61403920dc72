"""The key of the person at this machine: made when it is first asked for, readable by that person alone."""

import base64
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformctl.errors import CommandError
from platformctl.signing.signature import Signature, Trust, fingerprint

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_FILE = "signing-key.pem"


def state_folder() -> Path:
    """What this person's commands keep between runs: XDG base directories, XDG_STATE_HOME."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "billing-platform"


@dataclass(frozen=True)
class LocalKey:
    """An Ed25519 key in a file of mode 0600."""

    private: "Ed25519PrivateKey"

    @property
    def public(self) -> bytes:
        """DER of X.509."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def label(self) -> str:
        """For people, who see no more of it than of a commit's hash."""
        return f"local key {fingerprint(self.public)[:16]}"

    @property
    def trust(self) -> Trust:
        """This key alone."""
        return {fingerprint(self.public): "the key of this machine's user"}

    def sign(self, message: bytes) -> Signature:
        """The signature of the message."""
        value, public = self.private.sign(message), self.public
        return Signature("ED25519", self.label, base64.b64encode(public).decode(), base64.b64encode(value).decode())


def local_key(folder: Path | None = None) -> LocalKey:
    """The key in `folder` (default: the person's state folder); CommandError when others can read it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    file = (folder or state_folder()) / _FILE
    if not file.exists():
        _make(file)
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise CommandError(f"{file} has mode {mode:04o}, so others can sign with it: `chmod 600 {file}`")
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError, OSError) as error:
        raise CommandError(f"{file} is no private key: {error}; move it away, and a new one is made") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise CommandError(f"{file} is no Ed25519 key; move it away, and a new one is made")
    return LocalKey(key)


def _make(file: Path) -> None:
    """Whole or not at all; of two commands at once the first one's key stays."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, new = tempfile.mkstemp(dir=file.parent, prefix=".key-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as sink:
            sink.write(text)
        Path(new).chmod(0o600)
        os.link(new, file)
    except FileExistsError:
        pass
    finally:
        Path(new).unlink()
