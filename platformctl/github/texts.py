"""What may stand in a comment: within GitHub's size, and harmless where somebody else's code wrote it."""

import re

from platformctl.errors import CommandError

LIMIT = 65_536  # characters of a comment or an issue; more is refused with 422 "body is too long"
_FOR_CLOSING = 500  # characters for the ends of what is open where the text is cut
_FENCE = re.compile(r"^\s*(```+|~~~+)")
# Elements that reports use; everything else of HTML is shown as it is written.
_ALLOWED = re.compile(
    r"</?(?:details|summary|sub|sup|b|i|em|strong|code|pre|br|table|thead|tbody|tr|th|td)\s*/?>|<details open>"
)
_TAG = re.compile(r"<[^>\n]*>?")
# What GitHub makes a mention or a reference of after it has read the Markdown, entities among it.
_NOTICED = re.compile(
    r"(?:@|&(?:#0*64|#x0*40|commat);)(?=\w)|(?:(?<![\w&])#|&(?:#0*35|#x0*23|num);)(?=\d)|\bGH-(?=\d)", re.IGNORECASE
)


def size(text: str) -> int:
    """The size that counts against the limit: in UTF-16, as the pages of GitHub count."""
    return len(text.encode("utf-16-le")) // 2


def fitted(body: str, page: str, limit: int = LIMIT) -> str:
    """The body, cut after a whole line where it is too long; what was open is closed, and a last line says so."""
    if size(body) <= limit:
        return body
    where = f"[The run]({page})" if page else "The run"
    note = f"\n\n**Cut here: too long for a comment. {where} has all of it.**\n"
    room, kept = limit - size(note) - _FOR_CLOSING, []
    for line in body.splitlines():
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, *_closing(kept)]) + note


def _closing(lines: list[str]) -> list[str]:
    fence, depth = "", 0
    for line in lines:
        if match := _FENCE.match(line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        elif not fence:
            depth += line.count("<details") - line.count("</details>")
    return ([fence] if fence else []) + ["</details>"] * max(depth, 0)


def marked(body: str, marker: str) -> str:
    """The body, whose first line is the marker that says whose comment it is; CommandError where it is another."""
    first = body.partition("\n")[0].strip()
    if first != marker:
        raise CommandError(f"the first line must be the marker {marker}, got {first[:80]!r}")
    return body


def defused(body: str) -> str:
    """The body of a run that was somebody else's code: it mentions nobody, loads nothing, and marks nothing but itself.

    Links stay, as in any comment that its author could write.
    """
    marker, _, rest = body.partition("\n")
    if any(ord(character) < 32 and character not in "\n\t" for character in rest):
        raise CommandError("the report holds control characters: it is not a report")
    rest = _TAG.sub(lambda tag: tag[0] if _ALLOWED.fullmatch(tag[0]) else tag[0].replace("<", "&lt;"), rest)
    rest = rest.replace("![", "!\u200b[")
    return f"{marker}\n{_NOTICED.sub(lambda sign: f'{sign[0]}&#8203;', rest)}"
