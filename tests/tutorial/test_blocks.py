"""Reading a page: its commands, and whether what was printed is what it shows."""

import pytest

from tests.tutorial.blocks import Block, blocks, missing

PAGE = """
Text.
```sh
one
two
```
More.
```sh
three
```
```text exit 4
...
a ... c
```
```python
not a command
```
```sh
four
```

Words between.

```text
not of four
```
"""


def test_commands_come_in_order_with_what_follows_them_at_once() -> None:
    assert list(blocks(PAGE)) == [Block("one\ntwo\n"), Block("three\n", "...\na ... c\n", 4), Block("four\n")]


@pytest.mark.parametrize(
    ("shown", "printed", "first"),
    [
        ("a\nb", "a\nb", None),
        ("a\nb", "  a\n    b\n", None),
        ("a\nc", "a\nb\nc", "c"),
        ("a\n...\nc", "a\nb\nc", None),
        ("...\nc", "a\nb", "c"),
        ("...\nc\n...\na", "a\nb\nc", "a"),
        ("a (...): b", "a (x:7): b", None),
        ("a (...): b", "a (x:7): bc", "a (...): b"),
        ("a.c", "abc", "a.c"),
    ],
)
def test_says_which_line_of_the_page_was_not_printed(shown: str, printed: str, first: str | None) -> None:
    assert missing(shown, printed) == first
