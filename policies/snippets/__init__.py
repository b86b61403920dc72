"""What an engineer writes to mend a finding: one Python snippet for each rule, in terms of our components.

Each module of this package holds some rules' in `SNIPPETS`; a snippet has its own imports and is read, never run, by
the product. Names that it neither imports nor makes stand for what the program has already: `account_id`, `region`,
`key` (an EncryptionKey), `network` (a Network), `bucket`, `topic` and the like, and `..._args` for a component's
arguments as they are, of which `replace` changes one. `tests/policies/test_snippets.py` runs every one of them.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules


class UnknownRuleError(KeyError):
    """No module has a snippet for the rule."""

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def snippet(rule_id: str) -> str:
    """The snippet that mends what the rule `rule_id`, such as `NET-01`, finds: Python source, ending in a newline.

    Raises UnknownRuleError for an id that no module knows.
    """
    for module in sorted(module.name for module in iter_modules(__path__)):
        snippets: dict[str, str] = import_module(f"{__name__}.{module}").SNIPPETS
        if rule_id in snippets:
            return snippets[rule_id]
    raise UnknownRuleError(
        f"no snippet for the rule {rule_id!r}: ids are written like NET-01, `platformctl rules` lists them"
    )
