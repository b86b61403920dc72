"""What each kind of beginning consists of."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from platformctl.errors import CommandError
from platformctl.project import Project
from platformctl.scaffold.texts import at_end_of_block, before_end_of, class_of, filled, kebab, module_of, title_of
from platformctl.scaffold.writing import write

_TYPE = re.compile(r"aws:(\w+)/(\w+):(\w+)")
_WORKER = "worker"
# What components.services.definition and components.tags take.
CHOICES = {
    "risk": ("payment-write", "read", "webhook-out", _WORKER),
    "data_class": ("public", "internal", "personal", "financial", "audit"),
    "pci_scope": ("out", "connected", "cde"),
}


@dataclass(frozen=True)
class Written:
    """The files, relative to the checkout, and what to do next."""

    files: tuple[Path, ...]
    next: tuple[str, ...]


def component(project: Project, name: str, layer: str) -> Written:
    kebab("NAME", name)
    kebab("--layer", layer)
    module, root = module_of(name), project.root
    values = {"name": name, "module": module, "Class": class_of(name), "layer": layer, "Title": title_of(name)}
    made, test = root / "components" / f"{module}.py", root / "tests" / "components" / f"test_{module}.py"
    texts = {made: filled("component.py.txt", **values), test: filled("component_test.py.txt", **values)}
    files = write(texts, new=(made, test), root=root)
    following = f"make it in a layer of stacks/, then `platformctl check` and `pytest {test.relative_to(root)}`"
    return _written(files, root, following)


def rule(project: Project, id_: str, name: str, area: str, type_: str, property_: str, pack: str) -> Written:
    from policies.rule import Pack
    from policies.rules import BY_ID

    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,4}-\d{2}", id_):
        raise CommandError(f"ID must be like NET-18: its area in capitals and two digits, got {id_!r}")
    if id_ in BY_ID:
        raise CommandError(f"{id_} exists already: {BY_ID[id_].summary} `platformctl rules` lists all of them")
    kebab("--name", name)
    if not (found := _TYPE.fullmatch(type_)):
        raise CommandError(f"--type must be a type of AWS such as aws:sqs/queue:Queue, got {type_!r}")
    if not re.fullmatch(r"[a-z]\w*", property_):
        raise CommandError(f"--property must be written as Pulumi does in states, such as fifoQueue, got {property_!r}")
    _one_of("--pack", pack, [one.value for one in Pack])
    root, module = project.root, module_of(name)
    folder = root / "policies" / "rules" / area
    _one_of("--area", area, sorted(file.parent.name for file in folder.parent.glob("*/__init__.py")))
    values = {"id": id_, "name": name, "Title": title_of(name), "type": type_, "property": property_}
    values |= {"pack": Pack(pack).name, "python_property": re.sub(r"(?=[A-Z])", "_", property_).lower()}
    values |= {"service": found[1], "Class": found[3]}
    made, area_file = folder / f"{module}.py", folder / "__init__.py"
    snippets = root / "policies" / "snippets" / f"{area}.py"
    snippets = snippets if snippets.exists() else snippets.with_name("general.py")
    texts = {
        made: filled("rule.py.txt", **values),
        area_file: _with_module(area_file, area, module, root),
        snippets: before_end_of(
            snippets.read_text(), "SNIPPETS", "}", filled("snippet.txt", **values), str(snippets.relative_to(root))
        ),
    }
    files = write(texts, new=(made,), root=root)
    tests = f"`pytest tests/policies/test_examples.py tests/policies/test_snippets.py -k {id_}`"
    return _written(files, root, f"write its check, its examples and its snippet, then {tests}", _DOCS)


_DOCS = "`platformctl rules docs` writes its page, `platformctl check` says what it finds in the environments"


def service(project: Project, name: str, given: dict[str, str], digest: str) -> Written:
    """`given`: owner, risk, data_class and pci_scope."""
    kebab("NAME", name)
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise CommandError(f"--digest must be sha256: and 64 of 0-9 a-f, got {digest!r}: take it from the registry")
    for key, allowed in CHOICES.items():
        _one_of(f"--{key.replace('_', '-')}", given[key], [*allowed])
    worker, root = given["risk"] == _WORKER, project.root
    routes = "" if worker else f'\n        routes=("/v1/{name}",),'
    definition = filled("service.txt", name=name, routes=routes, **given)
    definitions = root / "stacks" / "services.py"
    if f'name="{name}"' in definitions.read_text():
        raise CommandError(f"stacks/services.py has a service or a queue {name!r} already: choose another name")
    texts = {definitions: before_end_of(definitions.read_text(), "SERVICES", ")", definition, "stacks/services.py")}
    for environment in project.environments:
        file = project.settings_file(environment)
        host = "" if worker else f"\n  host: {name}.internal.{environment}.example"
        release = filled("release.txt", name=name, digest=digest, host=host)
        told = _with_owner(file, given["owner"])
        texts[file] = at_end_of_block(told, "releases", release, file.name)

    def valid() -> None:
        for environment in project.environments:
            _settings(root, environment)

    files = write(texts, new=(), root=root, check=valid)
    return _written(
        files,
        root,
        "say what it needs (databases, queues, secrets, hosts: docs/services.md) and set its hosts and replicas",
        "`platformctl check`, then `platformctl access ENV --write` for what its role may do",
    )


def _with_owner(file: Path, owner: str) -> str:
    """The settings with the owner among those who are told of alerts."""
    import yaml

    text = file.read_text()
    delivery = yaml.safe_load(text)["config"].get("billing-platform:delivery") or {}
    if owner in ((delivery.get("alerts") or {}).get("owners") or {}):
        return text
    return at_end_of_block(text, "owners", f"{owner}: {{}}\n", file.name)


def _settings(root: Path, environment: str) -> None:
    """Reads them in a process of its own: this one has loaded the services as they were."""
    import subprocess
    import sys

    line = [sys.executable, "-m", "platformctl", "settings", "validate", environment]
    done = subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CommandError(f"nothing was written, for {environment} would not be valid:\n{done.stderr or done.stdout}")


def _with_module(file: Path, area: str, module: str, root: Path) -> str:
    """The area's list of modules with one more."""
    text, place = file.read_text(), str(file.relative_to(root))
    names = re.search(r"^_MODULES = \(([^)]*)\)", text, re.MULTILINE | re.DOTALL)
    imports = re.search(rf"^from policies\.rules\.{area} import (\([^)]*\)|[^\n]*)", text, re.MULTILINE)
    if not names or not imports:
        raise CommandError(f"{place} has no list _MODULES with its import: add the module {module} by hand")
    listed = [one for one in re.split(r"[\s,()]+", imports[1]) if one]
    head = f"from policies.rules.{area} import"
    imported = f"{head} {', '.join(sorted({*listed, module}))}"
    if len(imported) > 120:
        imported = f"{head} (\n" + "".join(f"    {one},\n" for one in sorted({*listed, module})) + ")"
    text = text.replace(imports[0], imported)
    if "\n" in names[1]:
        return text.replace(names[0], f"_MODULES = ({names[1]}    {module},\n)")
    return text.replace(names[0], f"_MODULES = ({names[1].rstrip(', ')}, {module})")


def _one_of(option: str, value: str, allowed: list[str]) -> None:
    if value not in allowed:
        near = get_close_matches(value, allowed, 1)
        hint = f": did you mean {near[0]}?" if near else ""
        raise CommandError(f"{option} must be one of {', '.join(allowed)}, got {value!r}{hint}")


def _written(files: list[Path], root: Path, *following: str) -> Written:
    return Written(tuple(file.relative_to(root) for file in files), following)
