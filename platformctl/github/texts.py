"""What may stand in a comment: within GitHub's size, and harmless where the text was written by somebody else's code."""

import re

from platformctl.errors import CommandError

LIMIT = 65_536  # characters of a comment or an issue; more is refused with 422 "body is too long"
MARKER = re.compile(r"<!-- platformctl:[a-z]+:[a-z0-9/-]+ -->")
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
    where = f"[the run]({page})" if page else "the run"
    note = f"\n\n**Cut here: too long for a comment. {where.capitalize() if not page else where} has all of it.**\n"
    room, kept = limit - size(note) - 200, []
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


def marker_of(body: str) -> str:
    """The first line, which says whose comment it is; CommandError where it says nothing."""
    first = body.partition("\n")[0].strip()
    if not MARKER.fullmatch(first):
        raise CommandError(
            f"the first line must be a marker such as <!-- platformctl:diff:staging -->, got {first[:80]!r}"
        )
    return first


def defused(body: str) -> str:
    """The body of a run that was somebody else's code: it mentions nobody, loads nothing, and marks nothing but itself.

    Links stay, as in any comment that its author could write.
    """
    marker = marker_of(body)
    rest = body.partition("\n")[2]
    if any(ord(character) < 32 and character not in "\n\t" for character in rest):
        raise CommandError("the report holds control characters: it is not a report")
    rest = _TAG.sub(lambda tag: tag[0] if _ALLOWED.fullmatch(tag[0]) else tag[0].replace("<", "&lt;"), rest)
    rest = rest.replace("![", "!\u200b[")
    return f"{marker}\n{_NOTICED.sub(lambda sign: f'{sign[0]}&#8203;', rest)}"
