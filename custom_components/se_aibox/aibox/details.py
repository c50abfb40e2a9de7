"""Finds somebody's work in what was stored at their enrollment."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

# The names of the vendor's pages (docs/protocol.md §5), and others that users may have
# given these fields; without case and underscores.
_DEPARTMENT = frozenset({"department", "departmentname", "dept", "deptname", "部门"})
_JOB_NUMBER = frozenset(
    {
        "employeeid",
        "employeeno",
        "employeenumber",
        "jobno",
        "jobnum",
        "jobnumber",
        "staffid",
        "staffno",
        "staffnumber",
        "worknumber",
        "工号",
    }
)


class Work(NamedTuple):
    """Where somebody works, as far as it was enrolled: personal data."""

    department: str = ""
    job_number: str = ""


NO_WORK = Work()


def work_in(details: Mapping[str, object]) -> Work:
    """Return the department and job number in enrollment details."""
    found = dict(_texts(details))
    return Work(_first(found, _DEPARTMENT), _first(found, _JOB_NUMBER))


def _texts(details: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the texts and whole numbers at any depth, by their keys."""
    for key, value in details.items():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield key.replace("_", "").lower(), str(value).strip()


def _first(found: Mapping[str, str], names: frozenset[str]) -> str:
    return next((text for name in sorted(names) if (text := found.get(name))), "")
