"""Writes a document that was not there before, whole or not at all."""

import os
import tempfile
from pathlib import Path

from platformctl.errors import CommandError


def write_new(file: Path, text: str) -> None:
    """CommandError where something of the name is there already, which stays as it is, or it cannot be written."""
    try:
        handle, new = tempfile.mkstemp(prefix=".incident-", dir=file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as sink:
                sink.write(text)
                sink.flush()
                os.fsync(sink.fileno())
            Path(new).chmod(0o644)
            os.link(new, file)  # unlike a rename it never takes another's place
        finally:
            Path(new).unlink()
    except FileExistsError:
        raise CommandError(
            f"{file} is there already and is not overwritten: name another with --output, or add to it with"
            f" `platformctl incident add {file} TEXT`"
        ) from None
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror or error}") from None
