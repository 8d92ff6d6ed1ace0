"""The boto3 create requests of every declared resource: which operation creates what, and how to read a request.

Source: the create_* operations of the botocore `cleanrooms` service model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError

from declarations.analysis_template import AnalysisTemplate
from declarations.association import ConfiguredTableAssociation
from declarations.audience_model import ConfiguredAudienceModelAssociation
from declarations.base import CAMEL_CASE_PATHS, IDENTIFIER_PATTERN, Declaration
from declarations.change_request import CollaborationChangeRequest
from declarations.collaboration import Collaboration
from declarations.configured_table import ConfiguredTable
from declarations.id_mapping import IdMappingTable, IdNamespaceAssociation
from declarations.intermediate_table import IntermediateTable
from declarations.membership import Membership
from declarations.privacy_budget import PrivacyBudgetTemplate
from declarations.rule_resources import (
    ConfiguredTableAnalysisRule,
    ConfiguredTableAssociationAnalysisRule,
    IntermediateTableAnalysisRule,
)

OPERATIONS: dict[str, type[Declaration]] = {
    "create_analysis_template": AnalysisTemplate,
    "create_collaboration": Collaboration,
    "create_collaboration_change_request": CollaborationChangeRequest,
    "create_configured_audience_model_association": ConfiguredAudienceModelAssociation,
    "create_configured_table": ConfiguredTable,
    "create_configured_table_analysis_rule": ConfiguredTableAnalysisRule,
    "create_configured_table_association": ConfiguredTableAssociation,
    "create_configured_table_association_analysis_rule": ConfiguredTableAssociationAnalysisRule,
    "create_id_mapping_table": IdMappingTable,
    "create_id_namespace_association": IdNamespaceAssociation,
    "create_intermediate_table": IntermediateTable,
    "create_intermediate_table_analysis_rule": IntermediateTableAnalysisRule,
    "create_membership": Membership,
    "create_privacy_budget_template": PrivacyBudgetTemplate,
}
"""The declaration that each operation creates."""


class ParsedRequest(NamedTuple):
    """A parsed boto3 request.

    Attributes:
        declaration: What the request creates.
        identifiers: The request's identifiers by snake_case name, as `to_request` takes them.
    """

    declaration: Declaration
    identifiers: dict[str, str]


def parse_request(operation: str, params: Mapping[str, Any]) -> ParsedRequest:
    """Read the parameters of a boto3 call.

    Args:
        operation: The call, such as `create_membership`.
        params: Its keyword arguments, camelCase.

    Raises:
        LookupError: The operation is not in OPERATIONS.
        pydantic.ValidationError: A member is missing, unknown or not allowed; its path names the member.
    """
    if operation not in OPERATIONS:
        message = f"{operation!r} is not among {', '.join(OPERATIONS)}"
        raise LookupError(message)
    model = OPERATIONS[operation]
    members = {to_camel(name): name for name in model.identifiers}
    room_only = {alias for name in model.room_only for alias in (name, model.model_fields[name].alias)}
    body = {name: value for name, value in params.items() if name not in members}
    errors = [
        _error("extra_forbidden", "Extra inputs are not permitted", (name,), body.pop(name))
        for name in params
        if name in room_only
    ]
    errors += [error for name in members if (error := _identifier_error(name, params))]
    try:
        declaration = model.model_validate(body, by_alias=True, by_name=False, context={CAMEL_CASE_PATHS: True})
    except ValidationError as error:
        errors += [_again(line) for line in error.errors(include_url=False)]
    else:
        errors += [_reference_error(path, reference) for path, reference in declaration.held_references()]
    if errors:
        raise ValidationError.from_exception_data(model.__name__, errors)
    return ParsedRequest(declaration, {name: params[member] for member, name in members.items()})


def _identifier_error(member: str, params: Mapping[str, Any]) -> InitErrorDetails | None:
    if member not in params:
        return _error("missing", "Field required", (member,), dict(params))
    value = params[member]
    if isinstance(value, str) and re.fullmatch(IDENTIFIER_PATTERN, value):
        return None
    return _error("string_pattern_mismatch", f"String should match pattern '{IDENTIFIER_PATTERN}'", (member,), value)


def _reference_error(path: tuple[str | int, ...], reference: str) -> InitErrorDetails:
    camel_case = tuple(to_camel(step) if isinstance(step, str) else step for step in path)
    return _error("unresolved", f"{reference!r} is known inside a room only; an ARN is needed", camel_case, reference)


def _again(line: Any) -> InitErrorDetails:  # noqa: ANN401 - an entry of ValidationError.errors()
    return _error(line["type"], line["msg"], line["loc"], line["input"])


def _error(kind: Any, message: str, path: tuple[str | int, ...], value: Any) -> InitErrorDetails:  # noqa: ANN401 - as above
    error = PydanticCustomError(kind, "{message}", {"message": message})
    return InitErrorDetails(type=error, loc=path, input=value)
