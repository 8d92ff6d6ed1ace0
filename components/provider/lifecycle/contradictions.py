"""What the service would refuse although every property has its shape, told before anything is done.

Of most types there can be only one, so the old one is deleted before the new one is made: a refusal that comes later
would leave none. What does not change was taken once, and is not judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from botocore import xform_name
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from components.provider.aws.requests import creation
from components.provider.declared import Declared
from components.provider.errors import InvalidPropertyError
from components.provider.properties.places import HIDDEN, Place
from components.provider.values import Path, Properties, has_unknowns
from components.resources.analysis_template import ANALYSIS_TEMPLATE
from components.resources.configured_table import CONFIGURED_TABLE
from components.resources.configured_table_analysis_rule import CONFIGURED_TABLE_ANALYSIS_RULE
from components.resources.resource_type import ResourceType
from components.resources.service_model import TAGS
from declarations.base import CAMEL_CASE_PATHS
from declarations.configured_table import ConfiguredTable
from declarations.requests import OPERATIONS, parse_request

SqlJudge = Callable[[str, Mapping[str, str]], str | None]
"""Tells what is wrong with a template's SQL, given the types of its parameters by name; None when nothing is."""

_ANY_IDENTIFIER: Final = "00000000-0000-0000-0000-000000000000"
_TEXT: Final = ("source", "text")
_OF_TABLE: Final = ("name", "tableReference", "allowedColumns", "analysisMethod")


def contradictions(
    kind: ResourceType, new: Properties, declared: Declared, judge_sql: SqlJudge
) -> Iterator[InvalidPropertyError]:
    """Yield what the service would refuse of inputs that have the right shapes.

    Args:
        kind: The resource type.
        new: The inputs; what is not known is not judged.
        declared: What the program has declared so far.
        judge_sql: Judges the SQL of templates.
    """
    yield from _of_itself(kind, new)
    if kind is ANALYSIS_TEMPLATE:
        yield from _of_sql(new, judge_sql)
    if kind is CONFIGURED_TABLE_ANALYSIS_RULE:
        yield from _of_its_table(new, declared)


def _of_itself(kind: ResourceType, new: Properties) -> Iterator[InvalidPropertyError]:
    """Yield what several properties together, or a limit outside the shapes, do not allow."""
    operation = xform_name(kind.create.name)
    if operation not in OPERATIONS:
        return
    identifiers = [to_camel(name) for name in OPERATIONS[operation].identifiers]
    stated = {name: value for name, value in new.values.items() if name not in {*identifiers, TAGS}}
    if any(has_unknowns(value) for value in stated.values()):
        return
    try:
        parse_request(operation, {**creation(kind, stated, {}), **dict.fromkeys(identifiers, _ANY_IDENTIFIER)})
    except ValidationError as error:
        yield from (_problem(line["loc"], line["msg"], new) for line in error.errors(include_url=False))


def _of_sql(new: Properties, judge_sql: SqlJudge) -> Iterator[InvalidPropertyError]:
    source, parameters = new.values.get("source"), new.values.get("analysisParameters", ())
    text = source.get("text") if isinstance(source, Mapping) else None
    if new.values.get("format") != "SQL" or not isinstance(text, str) or has_unknowns(parameters):
        return
    wrong = judge_sql(text, {each["name"]: each["type"] for each in parameters})
    if wrong is not None:
        yield _problem(_TEXT, wrong, new)


def _of_its_table(new: Properties, declared: Declared) -> Iterator[InvalidPropertyError]:
    """Yield what a rule says about columns that its table, as the program declares it, does not show."""
    table = declared.inputs(CONFIGURED_TABLE, str(new.values.get("configuredTableIdentifier")))
    policy = new.values.get("analysisRulePolicy")
    if table is None or has_unknowns(policy) or any(has_unknowns(table.get(name)) for name in _OF_TABLE):
        return
    stated = {name: table[name] for name in _OF_TABLE if name in table}
    try:
        rule = policy["v1"] if isinstance(policy, Mapping) else None
        ConfiguredTable.model_validate({**stated, "analysisRule": rule}, context={CAMEL_CASE_PATHS: True})
    except ValidationError as error:
        for line in error.errors(include_url=False):
            if line["loc"][:1] == ("analysisRule",):
                yield _problem(("analysisRulePolicy", "v1", *line["loc"][1:]), line["msg"], new)


def _problem(path: Path, message: str, new: Properties) -> InvalidPropertyError:
    place = Place(path, new.secrets)
    return place.problem(f"would be refused: {HIDDEN if place.is_secret else message}")
