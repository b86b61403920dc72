"""The evaluator answers what AWS's documentation says."""

import pytest

from tests.policies.access.known import KNOWN
from tests.policies.access.known.case import Case, ours


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case[0].page)
def test_the_answer_is_the_documented_one(case: Case) -> None:
    assert str(ours(case).outcome) == case[1].answer


def test_there_are_several_hundred_of_all_three() -> None:
    answers = [ask.answer for _, ask in KNOWN]
    assert len(answers) >= 300
    assert min(map(answers.count, ("allow", "deny", "may"))) >= 10
