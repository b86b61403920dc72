"""Prints the mutation score of every rule: `python -m tests.policies.mutation`."""

from policies.rules import ALL
from tests.policies.mutation.exceptions import ABOUT_LITERALS, ABOUT_OTHERS, EXCEPTIONS, UNCHANGEABLE
from tests.policies.mutation.scoring import Score, score


def main() -> None:
    scores = [score(rule) for rule in ALL]
    print(f"{'rule':<8}{'properties':>11}{'noticed':>9}{'excepted':>10}{'score':>7}   excepted properties")
    for one in scores:
        print(_row(one))
    noticed, excepted = sum(len(one.noticed) for one in scores), sum(map(_excepted, scores))
    changed = noticed + sum(len(one.unnoticed) for one in scores)
    print(
        f"{len(scores)} rules: {noticed} of {changed} (example, property) pairs noticed, {excepted} excepted by name,"
    )
    rest, all_ = (f"{100 * noticed / of:.1f} %" for of in (changed - excepted, changed))
    print(f"so {rest} of the rest; {all_} of all")


def _row(one: Score) -> str:
    noticed, excepted = len(one.noticed), _excepted(one)
    changed = noticed + len(one.unnoticed)
    share = f"{100 * noticed / (changed - excepted):.0f} %" if changed > excepted else "-"
    dead = [entry for entry in one.dead if (one.rule, entry) not in UNCHANGEABLE]
    notes = [
        *EXCEPTIONS.get(one.rule, {}),
        *(f"DEAD {entry}" for entry in dead),
        *(f"BLIND {place}" for place in one.blind if one.rule not in (*ABOUT_LITERALS, *ABOUT_OTHERS)),
    ]
    return f"{one.rule:<8}{len(BY_RULE[one.rule]):>11}{noticed:>9}{excepted:>10}{share:>7}   {', '.join(notes)}"


def _excepted(one: Score) -> int:
    return sum(1 for _, entry in one.unnoticed if entry in EXCEPTIONS.get(one.rule, {}))


BY_RULE = {rule.id: rule.reads for rule in ALL}

if __name__ == "__main__":
    main()
