"""A BigQuery room: tables, and the views over them that others may query under analysis rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from declarations.base import Declaration, Description, DisplayName, Problem, unknown_name
from declarations.bigquery.column_types import BigQueryType, can_be_privacy_unit, path_type
from declarations.bigquery.names import ProjectId, TablePath, ViewColumnName
from declarations.bigquery.privacy_policy import PrivacyPolicy
from declarations.personal_data import PersonalData
from declarations.quotas import exceeded


class BigQueryColumn(Declaration):
    """A column of a table or view; in YAML its type alone will do."""

    type: BigQueryType
    """The type as in CREATE TABLE."""
    pii: PersonalData = None
    """What personal data it holds: `email`, `customer_id` or another of policies' words; absent or `none`: none; in
    a view, what the query's columns hold."""
    description: Description | None = None
    """What the column means."""

    @model_validator(mode="before")
    @classmethod
    def _type_alone(cls, value: Any) -> Any:  # noqa: ANN401 - what the file holds, not checked yet
        return {"type": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Allow the type alone in the JSON Schema, too."""
        return {"anyOf": [{"type": "string"}, handler.resolve_ref_schema(handler(schema))]}


Columns = Annotated[Mapping[ViewColumnName, BigQueryColumn], Field(min_length=1, max_length=10_000)]
"""Columns by name, in order, with their types."""


class BigQueryTable(Declaration):
    """A table: a source of views' data, or a table that the one who queries brings to join with."""

    name: TablePath
    """Its path, `dataset.table` or `project.dataset.table`."""
    columns: Columns
    """Its columns."""


class BigQueryView(Declaration):
    """A logical view; with a privacy policy every query over it must keep to that policy."""

    name: TablePath
    """Its path, `dataset.view` or `project.dataset.view`."""
    query: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    """The SELECT that it stands for."""
    columns: Columns | None = None
    """Its columns; absent: those of its query."""
    privacy_policy: PrivacyPolicy | None = None
    """Its analysis rule; absent: none of its own, while the rules of views that it reads still hold."""
    kind: Literal["VIEW", "MATERIALIZED_VIEW"] = "VIEW"
    """Whether its rows are kept; only a logical view can have a policy."""

    def problems(self) -> Iterator[Problem]:
        """Reject a policy on a materialized view, or one whose columns the view does not have."""
        if self.privacy_policy is None:
            return
        if self.kind == "MATERIALIZED_VIEW":
            yield Problem(
                ("privacy_policy",), f"a materialized view takes no privacy policy; found one on '{self.name}'"
            )
        if self.columns is not None:
            yield from column_problems(self.privacy_policy, {name: each.type for name, each in self.columns.items()})


def column_problems(policy: PrivacyPolicy, columns: Mapping[str, str]) -> Iterator[Problem]:
    """Yield every column of *policy* that a view lacks, and a privacy unit whose type does not qualify.

    Args:
        policy: The view's policy.
        columns: The types of the view's columns by name; "" for a type that is not known.
    """
    types = {name.lower(): column_type for name, column_type in columns.items()}
    for path, name in named_columns(policy):
        if path_type(types, name) is None:
            at = ("privacy_policy", *path)
            yield unknown_name(at, f"{name!r} is not a column of the view", name, "columns", columns)
    unit = policy.privacy_unit_column
    found = path_type(types, unit) if unit is not None else None
    if found and not can_be_privacy_unit(found):
        message = f"the privacy unit {unit!r} has type {found}, which cannot be grouped by"
        yield Problem(("privacy_policy",), message)


def named_columns(policy: PrivacyPolicy) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every column that *policy* names, each with its path in the policy; fields of STRUCTs with dots."""
    for part in ("aggregation_threshold_policy", "differential_privacy_policy"):
        holder = getattr(policy, part)
        if holder is not None:
            yield (part, "privacy_unit_column"), holder.privacy_unit_column
    if policy.join_restriction_policy is not None:
        for index, name in enumerate(policy.join_restriction_policy.columns):
            yield ("join_restriction_policy", "join_allowed_columns", index), name


class BigQueryRoom(Declaration):
    """Tables and views of BigQuery that are queried together."""

    name: DisplayName
    """A name shown to people."""
    project: ProjectId
    """The project of every path that names none."""
    tables: tuple[BigQueryTable, ...] = ()
    """The tables."""
    views: tuple[BigQueryView, ...] = ()
    """The views; each may read tables and other views."""

    def problems(self) -> Iterator[Problem]:
        """Reject ambiguous names, and more views with a policy than a clean room can share."""
        first: dict[str, str] = {}
        for part in ("tables", "views"):
            for index, entry in enumerate(getattr(self, part)):
                place = f"{part}.{index}"
                if (known := first.setdefault(self.full_path(entry.name), place)) != place:
                    yield Problem((part, index, "name"), f"{entry.name!r} is already the name of {known}")
        shared = sum(view.privacy_policy is not None for view in self.views)
        if (message := exceeded("shared_resources", shared)) is not None:
            yield Problem(("views",), message)

    def full_path(self, path: str) -> str:
        """Return *path* with its project."""
        return path if path.count(".") > 1 else f"{self.project}.{path}"

    def table(self, name: str) -> BigQueryTable | None:
        """Return the table of that path, with or without project; None when there is none."""
        return next((table for table in self.tables if self.full_path(table.name) == self.full_path(name)), None)

    def view(self, name: str) -> BigQueryView | None:
        """Return the view of that path, with or without project; None when there is none."""
        return next((view for view in self.views if self.full_path(view.name) == self.full_path(name)), None)


class BigQueryRoomFile(Declaration):
    """A room file of BigQuery: the top-level key `bigquery` distinguishes it from a room of AWS."""

    bigquery: BigQueryRoom
    """The room."""
