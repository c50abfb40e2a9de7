"""The department and the job number in enrollment details."""

from collections.abc import Mapping

import pytest

from custom_components.se_aibox.aibox.details import NO_WORK, Work, work_in


@pytest.mark.parametrize(
    ("details", "work"),
    [
        ({}, NO_WORK),
        ({"name": "Tom", "ext_info": {"room": "1"}}, NO_WORK),
        ({"department": " Sales ", "job_number": 17}, Work("Sales", "17")),
        ({"ext_info": {"deptName": "Sales", "jobNo": "017"}}, Work("Sales", "017")),
        ({"ext_user_info": {"部门": "销售部", "工号": "A-1"}}, Work("销售部", "A-1")),
        ({"department": ["Sales"], "job_number": True}, NO_WORK),
        ({"department": "", "dept": "Sales"}, Work("Sales")),
    ],
)
def test_work_is_found_at_any_depth(details: Mapping[str, object], work: Work) -> None:
    """Under the names that are usual, in any spelling."""
    assert work_in(details) == work
