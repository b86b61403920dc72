"""What never leaves the collector. Card numbers are told by Luhn and IBANs by their check digits, in
collector/sensitive; this is the rest: what is told by its name, or by what it looks like.

Too much is taken out rather than too little. Known to go without need: one in ten of the numbers of 13 to 19 digits
that are no card's, whatever stands behind the word bearer, and user@host of a connection.
"""

from collections.abc import Mapping
from typing import Final

# Keys of attributes of whose value nothing stays, however they are put together (RE2). The first are masked wherever
# they stand in a key, the others as a word of it.
_ANYWHERE = (
    "authorization",
    "cookie",
    "passw(?:or)?d",
    "secret",
    "api[._-]?key",
    "private[._-]?key",
    "credential",
    "(?:access|refresh|session|auth|bearer|csrf)[._-]?token",
    "card[._-]?(?:number|no|pan)",
    "security[._-]?code",
)
_AS_A_WORD = ("pan", "cvv2?", "cvc2?", "csc", "pin", "iban", "track[12]", "pwd", "jwt", "token", "ssn")
MASKED_KEYS: Final = (
    f"(?i)(?:{'|'.join(_ANYWHERE)})",
    f"(?i)(?:^|[._-])(?:{'|'.join(_AS_A_WORD)})(?:$|[._-])",
)

_NAMED = (
    r"passw(?:or)?d|pwd|secret|api[_-]?key|(?:access|refresh|session|auth|id)[_-]?token|client[_-]?secret|cvv2?|cvc2?"
)
# Of what other companies issue: Stripe, GitHub, GitLab, Slack, Google, Pulumi, npm.
_PREFIXES = r"[prs]k_(?:live|test)_|whsec_|gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|AIza|pul-|npm_"
_WORD = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?"
# By the name that stands in their place. Sources: RFC 6750 (bearer), RFC 7519 (JWT), RFC 7468 (keys as text), RFC 3986
# (user information), IAM user guide, "Unique identifiers" (AKIA, ASIA), and the documentation of Stripe and GitHub.
PATTERNS: Final[Mapping[str, str]] = {
    "pem": r"-{5}BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-{5}[\s\S]*?(?:-{5}END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-{5}|\z)",
    "authorization": r"(?i)\bauthorization[\"']?\s*[:=]\s*[\"']?(?:(?:basic|bearer|digest|token)\s+)?[^\s\"',;]+",
    "bearer": r"(?i)\bbearer(?:\s+|%20|\+)[a-z0-9._~+/=-]{4,}",
    "basic": r"(?i)\bbasic\s+[a-z0-9+/]{6,}={1,2}",
    "jwt": r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?",
    "aws-key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "issued": rf"\b(?:{_PREFIXES})[A-Za-z0-9_+/=-]{{8,}}",
    "user-information": r"://[^\s/:@?#]*:[^\s/@?#]+@",
    "assignment": rf"(?i)\b(?:{_NAMED})\\?[\"']?\s*[:=]\s*\\?[\"']?[^\s\"'\\,;&}}\]]+",
    "email": rf"[\p{{L}}\p{{N}}.!#$&'*+/=?^_`{{|}}~-]+(?:@|%40){_WORD}(?:\.{_WORD})*\.\p{{L}}{{2,}}",
}
