"""Training data sets: tables of interactions of users with items. The table is read when a model is trained.

Source: API CreateTrainingDataset and its kin; userguide/ml-training-data-requirements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanroomsml.lookup import own
from simulator.api.cleanroomsml.records import account_record, check_name, check_role
from simulator.api.errors import FieldProblem, conflict, invalid_fields
from simulator.api.tagging import show_with_tags

KIND = "training_dataset"
"""The kind under which data sets are kept."""

REQUIRED = ("USER_ID", "ITEM_ID", "TIMESTAMP")
"""Roles that exactly one column must have."""

_MOST_FEATURES = 10


def create_training_dataset(call: Call) -> Answer:
    """Create a data set from a table and the roles of its columns; the table is read when a model is trained."""
    check_role(call, call.asked["roleArn"])
    _check_schema(call.asked["trainingData"])
    check_name(call, KIND)
    body = {"status": "ACTIVE", **call.chosen("name", "description", "roleArn", "trainingData")}
    return call.store.put(account_record(call, KIND, body)).body


def get_training_dataset(call: Call) -> Answer:
    """Show a data set to its owner."""
    return show_with_tags(own(call, KIND))


def list_training_datasets(call: Call) -> Answer:
    """List the caller's data sets."""
    return {"trainingDatasets": [each.body for each in call.store.of(KIND, account=call.account)]}


def delete_training_dataset(call: Call) -> Answer:
    """Delete a data set that no audience model uses; the table stays."""
    gone = own(call, KIND)
    for model in call.store.of("audience_model", parent=gone.id):
        raise conflict(f"audience model {model.arn} depends on training dataset {gone.arn}", "SUBRESOURCES_EXIST")
    call.store.remove(gone)
    return {}


def roles(trained: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the columns of each role.

    Args:
        trained: One Dataset of `trainingData`.
    """
    found: dict[str, list[str]] = {}
    for column in trained["inputConfig"]["schema"]:
        for role in column["columnTypes"]:
            found.setdefault(role, []).append(column["columnName"].lower())
    return found


def _check_schema(stated: list[Mapping[str, Any]]) -> None:
    problems = [problem for index, trained in enumerate(stated) for problem in _problems(index, trained)]
    if problems:
        raise invalid_fields(problems)


def _problems(index: int, trained: Mapping[str, Any]) -> Iterator[FieldProblem]:
    place = f"trainingData.{index}.inputConfig.schema"
    found = roles(trained)
    for role in REQUIRED:
        if len(found.get(role, ())) != 1:
            yield FieldProblem(place, f"Member must have exactly one {role} column; found {len(found.get(role, ()))}")
    features = sum(len(columns) for role, columns in found.items() if role not in REQUIRED)
    if features > _MOST_FEATURES:
        yield FieldProblem(place, f"Member must have at most {_MOST_FEATURES} features; found {features}")
    counts = Counter(column["columnName"].lower() for column in trained["inputConfig"]["schema"])
    for name, count in counts.items():
        if count > 1:
            yield FieldProblem(place, f"Member must name each column once; found {name!r} {count} times")
