"""The table of allowed changes."""

import pytest

from tracker.errors import Conflict
from tracker.scheduling.orders.work_status import ALLOWED, WorkStatus, check_change


def test_every_status_has_its_row_and_a_way_out() -> None:
    assert set(ALLOWED) == set(WorkStatus)
    assert all(ALLOWED.values())


@pytest.mark.parametrize("old", list(WorkStatus))
@pytest.mark.parametrize("new", list(WorkStatus))
def test_a_change_is_refused_in_words_exactly_when_the_table_lacks_it(old: WorkStatus, new: WorkStatus) -> None:
    if new in ALLOWED[old]:
        check_change(old, new)
        return
    with pytest.raises(Conflict, match=f"is «{old.label}» and cannot become «{new.label}»"):
        check_change(old, new)


def test_work_that_is_done_is_never_planned_again_without_being_requested() -> None:
    assert WorkStatus.PLANNED not in ALLOWED[WorkStatus.DONE] | ALLOWED[WorkStatus.NOT_DONE]
