"""How long a resource type is: lines of code for each type that the sandbox serves, and the median.

Counted is everything under sandbox/aws/: lines that hold code, so neither blank lines nor comments nor docstrings.
The lines of a type are those of its own declaration and of whatever that names in its module (functions, constants,
the declarations these name in turn); what n types name is counted as an nth for each. Lines that no type names
(imports, the list of types) and modules without types are spread evenly: over the types of the module, or of the
folder. So the lines of all types add up to the lines of the folder.
What every type uses alike (the driver, the forms and the tags in sandbox/) is no part of any type: its total stands
in the last line.
"""

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sandbox.aws import MODULES

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "sandbox" / "aws"
TARGET_LINES = 15
_NO_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def main() -> None:
    """Print each type with its lines, each module with its median, and the median of all."""
    lines = dict(_of_types())
    for module, found in lines.items():
        print(f"{module}: {len(found)} types, median {statistics.median(found.values()):.1f}")
        for token, number in sorted(found.items(), key=lambda pair: -pair[1]):
            print(f"  {number:6.1f}  {token}")
    every = [number for found in lines.values() for number in found.values()]
    rest = sum(len(code_lines(path)) for path in (ROOT / "sandbox").glob("*.py"))
    median = statistics.median(every)
    print(f"{len(every)} types, {sum(every):.0f} lines, median {median:.1f} (target: at most {TARGET_LINES})")
    print(f"{rest} lines in sandbox/*.py serve all types")
    sys.exit(median > TARGET_LINES)


def _of_types() -> Iterator[tuple[str, dict[str, float]]]:
    """Lines by type, for each module; what belongs to no module with types is spread over all."""
    paths = {Path(str(module.__file__)): [kind.token for kind in module.TYPES] for module in MODULES}
    spread = sum(len(code_lines(path)) for path in TABLES.rglob("*.py") if path not in paths)
    number = sum(len(tokens) for tokens in paths.values())
    for path, tokens in paths.items():
        own = _own_lines(path, len(tokens))
        found = {token: lines + spread / number for token, lines in zip(tokens, own, strict=True)}
        yield str(path.relative_to(TABLES)), found


def _own_lines(path: Path, number: int) -> list[float]:
    """The lines of each type of a module, in the order of its TYPES."""
    code = code_lines(path)
    statements = {name: node for node in ast.parse(path.read_text()).body for name in _defined(node)}
    types = [node.id for node in ast.walk(statements.pop("TYPES")) if isinstance(node, ast.Name) and node.id != "TYPES"]
    used = [_reached(name, statements) for name in types]
    users = Counter(name for names in used for name in names)
    size = {name: len(code & set(range(_first(node), (node.end_lineno or 0) + 1))) for name, node in statements.items()}
    left = len(code) - sum(size[name] for name in users)
    return [sum(size[name] / users[name] for name in names) + left / number for names in used]


def _reached(name: str, statements: dict[str, ast.stmt]) -> set[str]:
    found, waiting = {name}, [name]
    while waiting:
        for node in ast.walk(statements[waiting.pop()]):
            if isinstance(node, ast.Name) and node.id in statements and node.id not in found:
                found.add(node.id)
                waiting.append(node.id)
    return found


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def code_lines(path: Path) -> set[int]:
    """The numbers of the lines that hold code."""
    text = path.read_text()
    documented = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    held = {line for one in tokens if one.type not in _NO_CODE for line in range(one.start[0], one.end[0] + 1)}
    return held - documented


if __name__ == "__main__":
    main()
