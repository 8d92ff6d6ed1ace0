"""A plan, the content of a `plan.yaml`: which queries run how often, over which period, on growing tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from declarations.base import AccountId, Declaration, Flag, Problem, TableAlias, sized, unknown_name
from declarations.bigquery.names import TablePath
from declarations.frequency import Cron, Rate, Span, parse_cron, parse_rate, parse_span

LONGEST = 3660
"""Longest horizon of a plan, in days: ten years."""

MOST_OCCURRENCES = 200_000
"""Most runs of queries that a plan may expect."""

WorkerType = Literal["CR.1X", "CR.4X", "CR.8X"]
"""Size of a worker. Source: API WorkerComputeType."""


def _with_unit(parse: Callable[[str], object]) -> BeforeValidator:
    """Reject a number without unit with the message of *parse*, which shows how to write one."""

    def no_bare_number(value: object) -> object:
        try:
            return parse(str(value)) if isinstance(value, (int, float)) else value
        except ValueError as error:
            raise PydanticCustomError("number_without_unit", "{message}", {"message": str(error)}) from None

    return BeforeValidator(no_bare_number)


SpanText = Annotated[str, _with_unit(parse_span)]
"""A span of time: `7 days`, `2 weeks`, `1 month` or `1 year`."""
RateText = Annotated[str, _with_unit(parse_rate)]
"""How often at random: `3 per week`, `0.5 per day`."""
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Number = Annotated[float, Field(allow_inf_nan=False)]
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_EARLIEST = date(2000, 1, 1)
_LATEST = date(2200, 1, 1)


class AssumedContribution(Declaration):
    """What one user contributes to a query, for expected errors without sample rows."""

    rows_per_user: Annotated[int, Field(strict=True, ge=1, le=2**52)] = 1
    """The contribution limit: most rows of one user that the query keeps."""
    smallest_value: _Number = 0
    """Lower bound of an aggregated value after bounding, in the column's unit."""
    largest_value: _Number | None = None
    """Upper bound of an aggregated value after bounding, in the column's unit; absent means unknown."""
    mean_value: _Number | None = None
    """Mean of an aggregated value, in the column's unit; absent means unknown."""
    mean_rows_per_user: _Positive = 1
    """Rows that a user contributes on average."""

    def problems(self) -> Iterator[Problem]:
        """Bounds are in order, and means lie between their bounds."""
        smallest, largest, mean = self.smallest_value, self.largest_value, self.mean_value
        if largest is not None and largest < smallest:
            message = f"the largest value {largest:g} is below the smallest value {smallest:g}"
            yield Problem(("largest_value",), message)
        elif mean is not None and (mean < smallest or (largest is not None and mean > largest)):
            upper = "" if largest is None else f" to {largest:g}"
            yield Problem(("mean_value",), f"{mean:g} is outside the values from {smallest:g}{upper}")
        if self.mean_rows_per_user > self.rows_per_user:
            message = f"the mean of {self.mean_rows_per_user:g} rows is above the limit of {self.rows_per_user} rows"
            yield Problem(("mean_rows_per_user",), message)


class PlannedRun(Declaration):
    """One query, asked again and again. Exactly one of `every`, `cron` and `about` says how often."""

    query: Annotated[str, Field(min_length=1, max_length=500)]
    """Name of a query or template of the room."""
    room: Annotated[str, Field(min_length=1)] | None = None
    """Name of one of the plan's further rooms; absent means the room that the plan is made for."""
    every: SpanText | None = None
    """A span between two runs, as `7 days` or `1 month`; each run is at 00:00 UTC, just after any refresh."""
    cron: str | None = None
    """A cron expression of five fields in UTC, as `0 6 * * MON`."""
    about: RateText | None = None
    """A mean frequency of random runs, as `3 per week`: independent of each other (a Poisson process)."""
    times: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    """How often the query is asked each time, for instance once for each of several campaigns."""
    first: date | None = None
    """First day; absent means the plan's start."""
    until: date | None = None
    """Last day, included; absent means the plan's end."""
    parameters: dict[str, str] = Field(default_factory=dict)
    """Values of the template's parameters, for the pilot run on sample rows."""
    seconds: _Positive | None = None
    """Run time in seconds at the plan's start; absent means the plan's `compute.seconds_per_query`."""
    assumed: AssumedContribution | None = None
    """What one user contributes; measured instead where there are sample rows."""

    def problems(self) -> Iterator[Problem]:
        """One frequency, and one that can be read."""
        present = [name for name in ("every", "cron", "about") if getattr(self, name) is not None]
        if len(present) != 1:
            yield Problem(
                (), f"exactly one of every, cron, about must be present; found {', '.join(present) or 'none'}"
            )
            return
        try:
            self.frequency  # noqa: B018 - the property parses
        except ValueError as error:
            yield Problem((present[0],), str(error))
        if self.first and self.until and self.first > self.until:
            yield Problem(("until",), f"the last day {self.until} is before the first day {self.first}")

    @property
    def frequency(self) -> Span | Cron | Rate:
        """The frequency, parsed."""
        if self.every is not None:
            return parse_span(self.every)
        return parse_cron(self.cron) if self.cron is not None else parse_rate(self.about or "")


class TableGrowth(Declaration):
    """How large a table is at the plan's start, and how it grows: by the same number every month."""

    users: _Positive | None = None
    """Users at the start; with sample rows the users found there stand for this many."""
    users_per_month: _Amount = 0
    """Users added in a month."""
    rows: _Positive | None = None
    """Rows at the start."""
    rows_per_month: _Amount = 0
    """Rows added in a month; run times grow in the same proportion."""

    def problems(self) -> Iterator[Problem]:
        """Growth needs something to grow from, and every user has a row."""
        for name in ("users", "rows"):
            if getattr(self, f"{name}_per_month") and getattr(self, name) is None:
                yield Problem((f"{name}_per_month",), f"growth needs the number at the start; {name!r} is missing")
        if self.users is not None and self.rows is not None and self.users > self.rows:
            yield Problem(("users",), f"{self.users:,g} users in {self.rows:,g} rows; every user has at least one row")


class PlannedChange(Declaration):
    """A change of a budget on a day, at 00:00 UTC. Exactly one of epsilon and noise, `recreate`, `refresh`."""

    at: date
    """The day."""
    room: Annotated[str, Field(min_length=1)] | None = None
    """Name of one of the plan's further rooms; absent means the room that the plan is made for."""
    owner: AccountId | None = None
    """The member whose budget changes; absent means the only one who has a budget of that kind."""
    table: TableAlias | None = None
    """The table whose access budget changes; absent means the differential privacy budget."""
    view: TablePath | None = None
    """The view of BigQuery whose budgets begin anew; only with `recreate: true`."""
    epsilon: Annotated[int, Field(strict=True, ge=1, le=20)] | None = None
    """The new epsilon; it can only be raised once queries have run."""
    users_noise_per_query: Annotated[int, Field(strict=True, ge=10, le=100)] | None = None
    """The new noise, in users."""
    recreate: Flag = False
    """Whether the template is deleted and re-created, or the view's policy updated: the budget is full again."""
    refresh: Flag = False
    """Whether the access budget is refreshed by hand."""

    def problems(self) -> Iterator[Problem]:
        """One change at a time, of a kind that the budget has."""
        settings = self.epsilon is not None or self.users_noise_per_query is not None
        if sum((settings, self.recreate, self.refresh)) != 1:
            allowed = "epsilon and users_noise_per_query (one or both), recreate: true, or refresh: true"
            yield Problem((), f"a change states one of {allowed}")
        elif self.view is not None and (not self.recreate or self.table is not None or self.owner is not None):
            message = "the budgets of a view only begin anew: beside 'view' write recreate: true, and no owner or table"
            yield Problem(("view",), message)
        elif self.table is not None and settings:
            yield Problem(("table",), "an access budget has neither epsilon nor noise; found both a table and these")
        elif self.table is None and self.refresh:
            message = "only access budgets are refreshed by hand; name the table, or write recreate: true"
            yield Problem(("refresh",), message)


class WantedAccuracy(Declaration):
    """Which error is still useful."""

    relative_error: Annotated[float, Field(gt=0, le=10)] = 0.1
    """Wanted error: 95 % of the noise within this share of the value; 0.1 is 10 %."""
    group_users: Annotated[int, Field(strict=True, ge=1, le=10**9)] = 1000
    """The smallest group, in users, that must have it."""
    group_sizes: Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=10**9)], ...], sized(1, 12)] = (
        100,
        300,
        1000,
        3000,
        10_000,
    )
    """Group sizes, in users, to show expected errors for."""


class Prices(Declaration):
    """List prices in USD for a CRPU-hour; the defaults are those of us-east-1."""

    spark_sql: _Amount = 2.0
    """Spark SQL."""
    differential_privacy: _Amount = 2.0
    """What is added when a table under differential privacy is read."""
    as_of: date = date(2026, 10, 1)
    """When these prices were read."""


class Compute(Declaration):
    """What queries run on, for the money. Source: userguide, worker table; API WorkerComputeConfiguration."""

    worker_type: WorkerType = "CR.1X"
    """Size of a worker: CR.1X is 2 CRPU, CR.4X 8, CR.8X 16."""
    workers: Annotated[int, Field(strict=True, ge=2, le=400)] = 16
    """Number of workers."""
    seconds_per_query: _Positive = 60
    """Run time of a query in seconds; less than 60 s is billed as 60 s."""
    prices: Prices = Prices()
    """Prices for a CRPU-hour."""


class Plan(Declaration):
    """A plan of queries over a time to come."""

    title: Annotated[str, Field(max_length=200)] | None = None
    """What the plan is for."""
    start: date
    """First day, UTC."""
    length: SpanText
    """How long, as `12 months`; ten years at most."""
    rooms: dict[str, str] = Field(default_factory=dict)
    """Further rooms over the same data: a name for each, and its path from the plan's folder."""
    runs: Annotated[tuple[PlannedRun, ...], sized(1, 1000)]
    """What is asked how often."""
    tables: dict[str, TableGrowth] = Field(default_factory=dict)
    """How large tables are and how they grow, by their names in SQL; other tables stay as they are."""
    changes: tuple[PlannedChange, ...] = ()
    """Changes of budgets on given days."""
    accuracy: WantedAccuracy = WantedAccuracy()
    """Which error is still useful."""
    certainty: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """With which probability no query may be refused, for the plan to count as carried."""
    compute: Compute = Compute()
    """What queries run on, and prices."""

    def problems(self) -> Iterator[Problem]:
        """Days lie inside the plan, rooms are named, and there are not too many runs."""
        if not _EARLIEST <= self.start < _LATEST:
            yield Problem(("start",), f"{self.start} is outside {_EARLIEST} to {_LATEST}")
            return
        try:
            days = (parse_span(self.length).after(self.start) - self.start).days
        except ValueError as error:
            yield Problem(("length",), str(error))
            return
        if days > LONGEST:
            yield Problem(
                ("length",), f"{self.length!r} is {days} days; at most {LONGEST} days (ten years) are allowed"
            )
            return
        misplaced = list(self._misplaced_days())
        yield from (*misplaced, *self._unknown_rooms())
        if misplaced:
            return  # runs are counted only for days inside the plan: dates end with the year 9999
        expected = sum(self._expected_occurrences(run) for run in self.runs)
        if expected > MOST_OCCURRENCES:
            message = f"about {expected:,.0f} runs are planned; at most {MOST_OCCURRENCES:,} are allowed"
            yield Problem(("runs",), message)

    @property
    def end(self) -> date:
        """The day after the last one."""
        return parse_span(self.length).after(self.start)

    def window(self, run: PlannedRun) -> tuple[date, date]:
        """Return the first day of *run* and the day after its last one, inside the plan."""
        first = max(run.first or self.start, self.start)
        end = self.end if run.until is None else min(run.until + timedelta(days=1), self.end)
        return first, max(first, end)

    def _expected_occurrences(self, run: PlannedRun) -> float:
        first, end = self.window(run)
        frequency = run.frequency
        if isinstance(frequency, Cron):
            return frequency.number(first, end) * run.times
        days = (end - first).days
        if isinstance(frequency, Rate):
            return frequency.per_day * days * run.times
        return (days / (frequency.after(first) - first).days + 1) * run.times

    def _misplaced_days(self) -> Iterator[Problem]:
        inside = f"the plan runs from {self.start} to {self.end} (not included)"
        for index, run in enumerate(self.runs):
            for name in ("first", "until"):
                day = getattr(run, name)
                if day is not None and not self.start <= day < self.end:
                    yield Problem(("runs", index, name), f"{day} is outside the plan; {inside}")
        for index, change in enumerate(self.changes):
            if not self.start <= change.at < self.end:
                yield Problem(("changes", index, "at"), f"{change.at} is outside the plan; {inside}")

    def _unknown_rooms(self) -> Iterator[Problem]:
        for field in ("runs", "changes"):
            for index, each in enumerate(getattr(self, field)):
                if each.room is not None and each.room not in self.rooms:
                    message = f"the plan has no further room {each.room!r}"
                    yield unknown_name((field, index, "room"), message, each.room, "rooms", self.rooms)
