"""Property values as Pulumi encodes them on the wire: known, unknown or secret."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # Pulumi's marker, the same everywhere
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN_SENTINELS = frozenset(
    (
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    )
)
REDACTED = "[secret]"
_SHOWN = 40  # characters of a text in a message


class _Unknown:
    def __repr__(self) -> str:
        return "[unknown]"


UNKNOWN = _Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that may be compared but never shown."""

    value: Any = field(repr=False)


class SecretText(str):
    """A secret string: equal to its text, but formatted as `[secret]`."""

    __slots__ = ()

    def __str__(self) -> str:
        return REDACTED

    def __repr__(self) -> str:
        return REDACTED

    def __format__(self, specification: str) -> str:
        return REDACTED


@dataclass(frozen=True)
class Place:
    """Where a value is unknown: the resource, the property path, and the URNs that will produce it; or, as
    `reason`, why what is known does not tell.
    """

    urn: str
    path: str
    producers: tuple[str, ...] = ()
    reason: str = ""


class Undecided(Exception):  # noqa: N818  # a verdict, not an error
    """Raised on reading a value that is not known yet, so that no rule passes by accident."""

    def __init__(self, first: Place, *more: Place) -> None:
        self.places = (first, *more)
        super().__init__(", ".join(place.path for place in self.places))


class Mistyped(Exception):  # noqa: N818  # a verdict, not an error
    """Raised on reading a value that is of another type than the API takes, which refuses the object for it."""

    def __init__(self, path: str, expected: str, found: Any, by: str = "the API server") -> None:
        self.path = path
        super().__init__(f"{path} must be {expected}, not {_kind(found)}: {by} refuses it")


@dataclass(frozen=True)
class Wrong:
    """Stands for a value of another type than the provider takes; reading it raises Mistyped."""

    expected: str
    value: Any = field(repr=False)

    def error(self, path: str, *, secret: bool = False) -> Mistyped:
        hidden = secret and isinstance(self.value, str)
        return Mistyped(path, self.expected, SecretText(self.value) if hidden else self.value, "the provider")


class Unset(KeyError):  # noqa: N818  # a verdict, as above
    """A property that its reader cannot do without is not set: which, and of which resource."""

    def __init__(self, urn: str, path: str) -> None:
        super().__init__(path)
        self.urn, self.path = urn, path


class Partial(list[T]):
    """A list that may lack items: `undecided` are the places that would tell."""

    def __init__(self, items: Iterable[T] = (), undecided: Iterable[Place] = ()) -> None:
        super().__init__(items)
        self.undecided = tuple(undecided)


@dataclass(frozen=True)
class Origin:
    """The resource that a value belongs to."""

    urn: str
    property_dependencies: Mapping[str, tuple[str, ...]]

    def undecided(self, path: str) -> Undecided:
        top = path.split(".")[0].split("[")[0]
        return Undecided(Place(self.urn, path, self.property_dependencies.get(top, ())))


def decode(value: Any) -> Any:
    """A value in wire encoding with `UNKNOWN` and `Secret` in the places of Pulumi's markers."""
    if isinstance(value, str):
        return UNKNOWN if value in _UNKNOWN_SENTINELS else value
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    signature = value.get(_SIGNATURE)
    if signature == _SECRET:
        return Secret(decode(value["value"]) if "value" in value else UNKNOWN)
    if signature == _OUTPUT:
        known = decode(value["value"]) if "value" in value else UNKNOWN
        return Secret(known) if value.get("secret") else known
    return {key: decode(item) for key, item in value.items() if key != _SIGNATURE}


def has_unknown(value: Any) -> bool:
    """Whether anything inside a decoded value is unknown."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def unknown_where_wrong(value: Any) -> Any:
    """The decoded value, with what is of another type than the provider takes as unknown."""
    if isinstance(value, Wrong):
        return UNKNOWN
    if isinstance(value, Secret):
        return Secret(unknown_where_wrong(value.value))
    if isinstance(value, dict):
        return {key: unknown_where_wrong(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unknown_where_wrong(item) for item in value]
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def listing(value: Any) -> Sequence[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def secret_texts(value: Any, *, secret: bool = False) -> Iterator[str]:
    """Every secret text inside a decoded value."""
    if isinstance(value, Wrong):
        value = value.value
    if isinstance(value, Secret):
        yield from secret_texts(value.value, secret=True)
    elif isinstance(value, dict):
        for item in value.values():
            yield from secret_texts(item, secret=secret)
    elif isinstance(value, list):
        for item in value:
            yield from secret_texts(item, secret=secret)
    elif secret and isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
        yield str.__str__(value) if isinstance(value, str) else str(value)


def opened(value: Any, path: str, origin: Origin, *, secret: bool = False) -> Any:
    """`value` for reading: maps as Block, lists as Items; raises Undecided if it is unknown."""
    if isinstance(value, Secret):
        value, secret = value.value, True
    if value is UNKNOWN:
        raise origin.undecided(path)
    if isinstance(value, Wrong):
        raise value.error(path, secret=secret)
    if isinstance(value, dict):
        return Block(value, path, origin, secret=secret)
    if isinstance(value, list):
        return Items(value, path, origin, secret=secret)
    return SecretText(value) if secret and isinstance(value, str) else value


class Block(Mapping[str, Any]):
    """A map of properties; reading an unknown one raises Undecided, and null counts as absent."""

    __slots__ = ("_origin", "_raw", "_secret", "path")

    def __init__(self, raw: Mapping[str, Any], path: str, origin: Origin, *, secret: bool = False) -> None:
        self._raw, self.path, self._origin, self._secret = raw, path, origin, secret

    def __getitem__(self, key: str) -> Any:
        if self._raw.get(key) is None:
            raise Unset(self._origin.urn, self.at(key))
        return opened(self._raw[key], self.at(key), self._origin, secret=self._secret)

    def __iter__(self) -> Iterator[str]:
        return (key for key, value in self._raw.items() if value is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        """Whether the property is set, be its value known or not."""
        return self._raw.get(key) is not None  # type: ignore[call-overload]

    @property
    def raw(self) -> Mapping[str, Any]:
        """What is inside, with UNKNOWN and Secret in their places."""
        return self._raw

    def at(self, key: str) -> str:
        """The path of a property of this block, as messages name it."""
        return f"{self.path}.{key}" if self.path else key

    def undecided(self, reason: str, key: str = "") -> Undecided:
        """The error that says why what is known does not decide about a property, or about the whole block."""
        return Undecided(Place(self._origin.urn, self.at(key) if key else self.path, (), reason))

    def block(self, key: str) -> "Block":
        """The map under `key`, empty if unset; raises Mistyped for anything else, as the readers below do."""
        value = self.get(key)
        if value is None:
            return Block({}, self.at(key), self._origin)
        if not isinstance(value, Block):
            raise Mistyped(self.at(key), "an object", value)
        return value

    def each(self, key: str) -> list["Block"]:
        """The maps of the list under `key`; of one that is unknown, only reading a property raises."""
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, Items):
            raise Mistyped(self.at(key), "a list", value)
        blocks = value.each()
        for index, item in enumerate(blocks):
            if not isinstance(item, Block):
                raise Mistyped(f"{self.at(key)}[{index}]", "an object", item)
        return blocks

    def texts(self, key: str) -> "Items":
        """The list of texts under `key`; whether each is one is seen on reading it with `text_of`."""
        value = self.get(key)
        if value is None:
            return Items((), self.at(key), self._origin)
        if not isinstance(value, Items):
            raise Mistyped(self.at(key), "a list", value)
        return value

    def text(self, key: str) -> str:
        """The text under `key`, empty if unset: Kubernetes does not tell the two apart."""
        value = self.get(key, "")
        if not isinstance(value, str):
            raise Mistyped(self.at(key), "text", value)
        return value

    def flag(self, key: str) -> bool | None:
        """The boolean under `key`; None if unset."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            raise Mistyped(self.at(key), "true or false", value)
        return value

    def number(self, key: str) -> int | None:
        """The whole number under `key`; None if unset."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
            raise Mistyped(self.at(key), "a whole number", value)
        return int(value)

    def blocks(self, *keys: str) -> list["Block"]:
        """The nested blocks under the first of `keys` that is set; one block or a list of them, both as a
        list.
        """
        for key in keys:
            if key in self:
                value = self[key]
                if isinstance(value, Block):
                    return [value]
                return self.each(key)
        return []


class _AllUnknown(dict[str, Any]):
    """The content of a map that is not known: every property of it is unknown too."""

    def __missing__(self, key: str) -> Any:
        return UNKNOWN

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002
        return super().get(key, UNKNOWN)


def nothing_known(**but: Any) -> Mapping[str, Any]:
    """Properties of which every one is unknown, but these."""
    return _AllUnknown(but)


class Items(Sequence[Any]):
    """A list of properties; reading an unknown item raises Undecided."""

    __slots__ = ("_origin", "_raw", "_secret", "path")

    def __init__(self, raw: Sequence[Any], path: str, origin: Origin, *, secret: bool = False) -> None:
        self._raw, self.path, self._origin, self._secret = raw, path, origin, secret

    def __getitem__(self, index: Any) -> Any:
        return opened(self._raw[index], f"{self.path}[{index}]", self._origin, secret=self._secret)

    def __len__(self) -> int:
        return len(self._raw)

    def read(self) -> list[str]:
        """The texts of this list; raises Mistyped if an item is something else (null is the empty text)."""
        return [self.text_of(index) for index in range(len(self))]

    def text_of(self, index: int) -> str:
        value = self[index]
        if value is not None and not isinstance(value, str):
            raise Mistyped(f"{self.path}[{index}]", "text", value)
        return value or ""

    def each(self) -> list[Block]:
        """The maps of this list as blocks; of one that is unknown, only reading a property raises."""
        return [
            Block(_AllUnknown(), f"{self.path}[{index}]", self._origin) if raw is UNKNOWN else self[index]
            for index, raw in enumerate(self._raw)
        ]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, SecretText):
        return "text"
    if isinstance(value, str):
        return f"the text {value[:_SHOWN]!r}"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "an object" if isinstance(value, Mapping) else "a list"


def plain(value: Any) -> Any:
    """Blocks and Items as dicts and lists; raises Undecided if anything inside is unknown."""
    if isinstance(value, Block):
        return {key: plain(value[key]) for key in value}
    if isinstance(value, Items):
        return [plain(value[index]) for index in range(len(value))]
    return value
