"""Unpacks gzip that may be forged: damaged, cut short, with something behind it, or growing without end."""

import zlib
from collections.abc import Iterable, Iterator

_GZIP = 16 + zlib.MAX_WBITS
_STEP_BYTES = 1 << 20  # what is inflated at once: forged gzip can grow a thousandfold
_LARGEST_BYTES = 64 << 20  # of a digest; an entry takes some 400 bytes, so this is 160,000 log files in one hour


class UnreadableError(Exception):
    """The bytes are not what they should be; the message continues "it ..."."""


def inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one gzip stream, in parts; UnreadableError for anything else, which may come after some parts."""
    stream = zlib.decompressobj(_GZIP)
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                yield stream.decompress(rest, _STEP_BYTES)
                rest = stream.unconsumed_tail
            if stream.unused_data:
                raise UnreadableError("has bytes behind the end of its gzip stream")
        yield stream.flush()
    except zlib.error:
        raise UnreadableError("is not gzip, or damaged") from None
    if not stream.eof:
        raise UnreadableError("ends before its gzip stream does")


def inflate_whole(chunks: Iterable[bytes]) -> bytes:
    """The same at once; refuses more than a digest can hold."""
    raw = bytearray()
    for part in inflate(chunks):
        raw += part
        if len(raw) > _LARGEST_BYTES:
            raise UnreadableError(f"holds more than {_LARGEST_BYTES >> 20} MiB")
    return bytes(raw)
