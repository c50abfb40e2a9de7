"""The report of a run: its accounts as tables, and whether they balance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from tools.table import table

from .books import Account
from .memory import MemoryCurve
from .site import SiteAccount
from .viewers import Viewed

MOST_GROWTH: Final = 2 * 1024 * 1024
_MIB: Final = 1024 * 1024
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run."""

    seconds: float
    accounts: Mapping[str, Account]
    site: SiteAccount
    viewed: Viewed
    # The number of faults of each kind.
    faults: Mapping[str, int]
    # What remained after the entries were unloaded, by kind.
    left_over: Mapping[str, Sequence[str]]
    complaints: Sequence[str]
    memory: MemoryCurve

    @property
    def balances(self) -> bool:
        """Whether there are no errors and memory did not grow too much."""
        growth = self.memory.growth
        return (
            all(account.balances for account in self.accounts.values())
            and self.site.balances
            and self.viewed.balances
            and not any(self.left_over.values())
            and not self.complaints
            and (growth is None or growth <= MOST_GROWTH)
        )

    def lines(self) -> list[str]:
        """Return the report as lines of Markdown."""
        return [
            *table(("recognitions", *self.accounts, "must be"), self._rows()),
            "",
            *table(("site", "", "must be"), self._site()),
            "",
            *table(("card", "", "must be"), self._card()),
            "",
            *table(("Home Assistant", "", "must be"), self._remains()),
            "",
            *self._course(),
            "Faults: "
            + ", ".join(f"{count} × {what}" for what, count in self.faults.items()),
            *self._details(),
        ]

    def _rows(self) -> list[tuple[str, ...]]:
        def row(
            what: str, values: Iterable[object], must_be: str = ""
        ) -> tuple[str, ...]:
            return (what, *map(str, values), must_be)

        accounts = tuple(self.accounts.values())
        delays = [_delays(account.delays) for account in accounts]
        return [
            row("emitted by the box", (each.emitted for each in accounts)),
            row("delivered live", (each.live for each in accounts)),
            row("recovered", (each.recovered for each in accounts)),
            row("capture device gone meanwhile", (each.excused for each in accounts)),
            row("lost", (len(each.lost) for each in accounts), "0"),
            row("delivered twice", (len(each.twice) for each in accounts), "0"),
            row("invented", (len(each.invented) for each in accounts), "0"),
            row("live and stale", (len(each.stale) for each in accounts), "0"),
            row("in peace", (each.peaceful for each in accounts)),
            row("in peace, not live", (len(each.held_up) for each in accounts), "0"),
            row("delay in peace, median", (each[0] for each in delays)),
            row("delay in peace, 99 %", (each[1] for each in delays)),
        ]

    def _site(self) -> list[tuple[str, ...]]:
        site = self.site
        return [
            (what, str(value), must_be)
            for what, value, must_be in (
                ("delivered, of people who count", site.seen, ""),
                ("passages", site.passages, ""),
                ("passages fired twice", len(site.twice), "0"),
                ("passages wrong", len(site.wrong), "0"),
                ("emptied", site.emptied, ""),
                ("emptied, certainly", site.certainly_emptied, "≥ 1"),
                ("emptied, perhaps", site.undecided, ""),
                ("emptied too many", len(site.too_many), "0"),
                ("emptied too few", len(site.too_few), "0"),
                ("trackers turned home", site.turned_home, ""),
                ("of these, by a recovery", len(site.home_by_recovery), "0"),
                ("misplaced at the end", len(site.misplaced), "0"),
            )
        ]

    def _card(self) -> list[tuple[str, ...]]:
        viewed = self.viewed
        return [
            ("rows, live", str(len(viewed.live)), ""),
            ("rows, recovered", str(viewed.recovered), ""),
            ("live, without a row", str(len(viewed.missing)), "0"),
            ("pictures loaded", str(viewed.pictures), ""),
            ("pictures gone", str(viewed.gone), ""),
            ("wrong answers", str(len(viewed.wrong)), "0"),
        ]

    def _remains(self) -> list[tuple[str, ...]]:
        memory = self.memory
        return [
            *(
                (f"{kind} left over", str(len(names)), "0")
                for kind, names in self.left_over.items()
            ),
            ("errors logged, nonsense asked", str(len(self.complaints)), "0"),
            ("memory, most", _mebibytes(memory.peak), ""),
            ("memory, after ten minutes", _mebibytes(memory.warm), ""),
            ("memory, in the last minute", _mebibytes(memory.last), ""),
            (
                "growth after ten minutes",
                _mebibytes(memory.growth),
                f"≤ {_mebibytes(MOST_GROWTH)}",
            ),
        ]

    def _course(self) -> list[str]:
        """Return how the memory developed, if the run was long enough."""
        course = ", ".join(map(_mebibytes, self.memory.course))
        return [f"Memory, every five minutes: {course}", ""] if course else []

    def _details(self) -> list[str]:
        """Return the errors, one per line."""
        details = [
            f"{name}: {what}: {each}"
            for name, account in self.accounts.items()
            for what, wrong in (
                ("lost", account.lost),
                ("twice", account.twice),
                ("invented", account.invented),
                ("stale", account.stale),
                ("not live", account.held_up),
            )
            for each in wrong[:_SHOWN]
        ]
        details += (
            f"site: {what}: {each}"
            for what, wrong in (
                ("twice", self.site.twice),
                ("wrong", self.site.wrong),
                ("too many", self.site.too_many),
                ("too few", self.site.too_few),
                ("by a recovery", self.site.home_by_recovery),
                ("misplaced", self.site.misplaced),
            )
            for each in wrong[:_SHOWN]
        )
        details += (f"card: missing: {each}" for each in self.viewed.missing[:_SHOWN])
        details += (f"card: {each}" for each in self.viewed.wrong[:_SHOWN])
        details += (
            f"left over: {name}" for names in self.left_over.values() for name in names
        )
        details += self.complaints[:_SHOWN]
        return details and ["", *details]


def _mebibytes(size: int | None) -> str:
    return "too short to tell" if size is None else f"{size / _MIB:.1f} MiB"


def _delays(delays: Sequence[float]) -> tuple[str, str]:
    if len(delays) < 2:
        return "–", "–"
    percentiles = quantiles(delays, n=100, method="inclusive")
    return f"{percentiles[49] * 1000:.0f} ms", f"{percentiles[98] * 1000:.0f} ms"
