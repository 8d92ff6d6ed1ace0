"""Rooms as the resources of a stack, in all three spellings: what the readers of stacks must turn back into rooms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from declarations.association import ConfiguredTableAssociation
from declarations.audience_model import ConfiguredAudienceModelAssociation
from declarations.base import Declaration
from declarations.clean_room import CleanRoom, RoomMembership
from declarations.configured_table import ConfiguredTable
from declarations.data_source import DataSource
from declarations.rule_resources import (
    ConfiguredTableAnalysisRule,
    ConfiguredTableAssociationAnalysisRule,
    IntermediateTableAnalysisRule,
)
from policies.reading.resource import UNKNOWN_TEXTS, Resource, plain

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
assert UNKNOWN_TEXT in UNKNOWN_TEXTS
COLLABORATION = "00000000-0000-0000-0000-00000000000c"


@dataclass(frozen=True)
class Link:
    """A property's value that another resource makes: an identifier or ARN with the resource's name."""

    value: str
    name: str


def urn(kind: str, name: str) -> str:
    """Return the URN of a resource in the tests' stack."""
    return f"urn:pulumi:test::rooms::{kind}::{name}"


@dataclass(frozen=True)
class Declared:
    """A resource as a program declares it."""

    kind: str
    name: str
    properties: dict[str, Any]
    """Inputs, and what the service makes, as Link to itself."""
    account: str

    @property
    def urn(self) -> str:
        """Its URN."""
        return urn(self.kind, self.name)


def arn(account: str, path: str) -> str:
    """Return an ARN of the service."""
    return f"arn:aws:cleanrooms:us-east-1:{account}:{path}"


def stack(room: CleanRoom) -> list[Declared]:
    """Return the resources of all members of *room*, in our spelling, with buckets, catalogue and roles."""
    return [*_collaboration(room), *(one for member in room.memberships for one in _share(room, member))]


def _collaboration(room: CleanRoom) -> Iterator[Declared]:
    creator = room.collaboration.creator_account_id
    made = {"collaborationIdentifier": Link(COLLABORATION, "room"), "creatorAccountId": Link(creator, "room")}
    yield _ours("Collaboration", "room", {**room.collaboration.to_request(), **made}, creator)


def _ours(word: str, name: str, properties: dict[str, Any], account: str) -> Declared:
    return Declared(f"cleanrooms:index:{word}", name, properties, account)


def _made(word: str, name: str, account: str, parent: str = "") -> dict[str, Any]:
    """Return what the service makes: an identifier and an ARN."""
    lower = f"{word[:1].lower()}{word[1:]}"
    path = f"{parent}{word.lower()}/{name}-id"
    return {f"{lower}Identifier": Link(f"{name}-id", name), "arn": Link(arn(account, path), name)}


def _share(room: CleanRoom, member: RoomMembership) -> Iterator[Declared]:
    account, own = member.account_id, f"member-{member.account_id}"
    request = {
        **member.to_request(collaboration_identifier="later"),
        "collaborationIdentifier": Link(COLLABORATION, "room"),
    }
    yield _ours("Membership", own, {**request, **_made("Membership", own, account)}, account)
    references = _references(room)
    for table in member.configured_tables:
        yield from _table(member, table, references)
    for one in member.configured_table_associations:
        yield from _association(member, one)
    for word, held, name in _children(member):
        request = held.to_request(references)
        if isinstance(held, ConfiguredAudienceModelAssociation) and held.configured_audience_model:
            model = Link(held.configured_audience_model_arn, f"{name}-model")
            made = {"name": model.name, "configuredAudienceModelArn": model}
            settings = held.configured_audience_model.to_request()
            yield _ours("ConfiguredAudienceModel", model.name, {**settings, **made}, member.account_id)
            request = {**request, "configuredAudienceModelArn": model}
        yield _child(member, word, request, name)
    for intermediate in member.intermediate_tables:
        yield _child(member, "IntermediateTable", intermediate.to_request(references), intermediate.name)
        if intermediate.analysis_rule:
            link = {"intermediateTableIdentifier": Link(f"{intermediate.name}-id", intermediate.name)}
            rule = IntermediateTableAnalysisRule.of(intermediate.analysis_rule).to_request(references)
            yield _child(member, "IntermediateTableAnalysisRule", {**rule, **link}, f"{intermediate.name}-rule")
    for source in member.data_sources:
        yield from _source(member, source)


def _children(member: RoomMembership) -> Iterator[tuple[str, Declaration, str]]:
    for template in member.analysis_templates:
        yield "AnalysisTemplate", template, template.name
    for index, budget in enumerate(member.privacy_budget_templates):
        yield "PrivacyBudgetTemplate", budget, f"{member.account_id}-budget-{index}"
    for model in member.configured_audience_model_associations:
        yield "ConfiguredAudienceModelAssociation", model, model.configured_audience_model_association_name
    for namespace in member.id_namespace_associations:
        yield "IdNamespaceAssociation", namespace, namespace.name
    for mapping in member.id_mapping_tables:
        yield "IdMappingTable", mapping, mapping.name


def _child(member: RoomMembership, word: str, request: dict[str, Any], name: str) -> Declared:
    """Return what belongs to a membership; a rule has no identifier of its own."""
    own = f"member-{member.account_id}"
    here = {"membershipIdentifier": Link(f"{own}-id", own)}
    made = {} if word.endswith("Rule") else _made(word, name, member.account_id, f"membership/{own}-id/")
    return _ours(word, name, {**request, **here, **made}, member.account_id)


def _association(member: RoomMembership, one: ConfiguredTableAssociation) -> Iterator[Declared]:
    table, name = f"{member.account_id}-{one.configured_table_name}", f"{member.account_id}-as-{one.name}"
    request = {**one.to_request(), "configuredTableIdentifier": Link(f"{table}-id", table)}
    yield _child(member, "ConfiguredTableAssociation", request, name)
    if one.analysis_rule:
        link = {"configuredTableAssociationIdentifier": Link(f"{name}-id", name)}
        rule = ConfiguredTableAssociationAnalysisRule.of(one.analysis_rule).to_request()
        yield _child(member, "ConfiguredTableAssociationAnalysisRule", {**rule, **link}, f"{name}-rule")


def _references(room: CleanRoom) -> dict[str, Any]:
    """Return the ARNs of templates and tables, each as a link to what makes it."""
    found: dict[str, Any] = {}
    for member in room.memberships:
        place = f"membership/member-{member.account_id}-id"
        for template in member.analysis_templates:
            path = f"{place}/analysistemplate/{template.name}-id"
            found[f"template:{template.name}"] = Link(arn(member.account_id, path), template.name)
        for one in member.configured_table_associations:
            name = f"{member.account_id}-as-{one.name}"
            link = Link(arn(member.account_id, f"{place}/configuredtableassociation/{name}-id"), name)
            found[f"table:{one.name}"] = link
    return found


def _table(member: RoomMembership, table: ConfiguredTable, references: Mapping[str, Any]) -> Iterator[Declared]:
    account, name = member.account_id, f"{member.account_id}-{table.name}"
    made = _made("ConfiguredTable", name, account)
    yield _ours("ConfiguredTable", name, {**table.to_request(), **made}, account)
    if table.analysis_rule:
        properties = ConfiguredTableAnalysisRule.of(table.analysis_rule).to_request(dict(references))
        link = {"configuredTableIdentifier": Link(f"{name}-id", name)}
        yield _ours("ConfiguredTableAnalysisRule", f"{name}-rule", {**properties, **link}, account)
    if table.table_reference.glue and table.columns:
        yield _glue(member, table)


def _glue(member: RoomMembership, table: ConfiguredTable) -> Declared:
    glue, source = table.table_reference.glue, member.data_source(table)
    assert glue is not None
    columns = [
        {"name": name, "type": column.type, "parameters": {"pii": column.pii or "none"}}
        for name, column in (table.columns or {}).items()
    ]
    storage: dict[str, Any] = {"columns": columns}
    if source:
        storage["location"] = f"s3://{source.bucket}/{source.key_prefix or ''}"
    properties = {"name": glue.table_name, "databaseName": glue.database_name, "storageDescriptor": storage}
    return Declared("aws:glue/catalogTable:CatalogTable", f"glue-{table.name}", properties, member.account_id)


def _source(member: RoomMembership, source: DataSource) -> Iterator[Declared]:
    account, bucket = member.account_id, source.bucket
    name = f"bucket-{source.name}"
    held = {"bucket": bucket, "tags": dict(source.tags or {}), "id": Link(bucket, name)}
    yield Declared("aws:s3/bucket:Bucket", name, held, account)
    default = {"sseAlgorithm": source.encryption, "kmsMasterKeyId": source.kms_key_arn}
    rules = [{"applyServerSideEncryptionByDefault": default}]
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    yield Declared(kind, f"encryption-{source.name}", {"bucket": bucket, "rules": rules}, account)
    closed = source.block_public_access
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    block = {"bucket": bucket, **dict.fromkeys(names, closed)}
    kind = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    yield Declared(kind, f"access-{source.name}", block, account)


def role(account: str, role_arn: str, statements: Sequence[Mapping[str, Any]]) -> list[Declared]:
    """Return a role with one policy."""
    name = role_arn.rpartition("/")[2]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    made = {"name": name, "arn": Link(role_arn, name), "id": Link(name, name)}
    policy = {"role": Link(name, name), "policy": document}
    return [
        Declared("aws:iam/role:Role", name, made, account),
        Declared("aws:iam/rolePolicy:RolePolicy", f"{name}-policy", policy, account),
    ]


def wire(declared: Sequence[Declared], *, preview: bool = False) -> list[dict[str, Any]]:
    """Return resources as JSON: type, name, urn, properties, dependencies, account.

    Args:
        declared: The resources.
        preview: Whether nothing exists yet: what resources make is not known, only what it is made from.
    """
    by_name = {one.name: one.urn for one in declared}
    return [
        {
            "type": one.kind,
            "name": one.name,
            "urn": one.urn,
            "properties": _values(one.properties, preview=preview),
            "dependencies": {
                name: sorted({by_name[link.name] for link in _links(value) if link.name != one.name})
                for name, value in one.properties.items()
            },
            "account": one.account,
        }
        for one in declared
    ]


def _values(value: Any, *, preview: bool) -> Any:  # noqa: ANN401 - a property's value
    if isinstance(value, Link):
        return UNKNOWN_TEXT if preview else value.value
    if isinstance(value, Mapping):
        return {key: _values(item, preview=preview) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_values(item, preview=preview) for item in value]
    return value


def _links(value: Any) -> Iterator[Link]:  # noqa: ANN401 - as above
    if isinstance(value, Link):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _links(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _links(item)


def in_aws(one: Declared) -> Declared:
    """Return a resource in the spelling of pulumi-aws, which has three of them; others stay ours."""
    word = one.kind.rpartition(":")[2]
    change = _AWS.get(word)
    if change is None or not one.kind.startswith("cleanrooms:"):
        return one
    kind = f"aws:cleanrooms/{word[:1].lower()}{word[1:]}:{word}"
    lower = f"{word[:1].lower()}{word[1:]}Identifier"
    properties = {("id" if name == lower else name): value for name, value in one.properties.items()}
    return replace(one, kind=kind, properties=change(properties))


def _aws_collaboration(properties: dict[str, Any]) -> dict[str, Any]:
    encryption = properties.get("dataEncryptionMetadata")
    if encryption:
        renamed = {"allowClearText" if key == "allowCleartext" else key: value for key, value in encryption.items()}
        properties = {**properties, "dataEncryptionMetadata": renamed}
    members = [{**member, "status": "ACTIVE"} for member in properties["members"]]
    return {**properties, "members": members}


def _aws_membership(properties: dict[str, Any]) -> dict[str, Any]:
    held = dict(properties)
    return {"collaborationId": held.pop("collaborationIdentifier"), **held}


def _aws_table(properties: dict[str, Any]) -> dict[str, Any]:
    return {**properties, "tableReference": properties["tableReference"]["glue"]}


_AWS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "Collaboration": _aws_collaboration,
    "Membership": _aws_membership,
    "ConfiguredTable": _aws_table,
}


def in_native(declared: Sequence[Declared]) -> list[Declared]:
    """Return resources in the spelling of pulumi-aws-native: rules inside what they rule."""
    rules = {one.name: one for one in declared if one.kind.endswith("AnalysisRule")}
    found = []
    for one in declared:
        word = one.kind.rpartition(":")[2]
        if one.name in rules:
            continue
        if one.kind.startswith("cleanrooms:") and not word.startswith("ConfiguredAudienceModel"):
            own = next((rule for rule in rules.values() if _rules(rule, one)), None)
            one = replace(one, kind=f"aws-native:cleanrooms:{word}", properties=_native(one.properties, own))  # noqa: PLW2901 - the same resource, spelled differently
        found.append(one)
    return found


def _rules(rule: Declared, one: Declared) -> bool:
    word = rule.kind.rpartition(":")[2].removesuffix("AnalysisRule")
    name = f"{word[:1].lower()}{word[1:]}Identifier"
    return one.kind.endswith(f":{word}") and rule.properties.get(name) == one.properties.get(name)


def _native(properties: dict[str, Any], rule: Declared | None) -> dict[str, Any]:
    held = {
        name.replace("creatorML", "creatorMl").replace("RequestTypes", "Types"): value
        for name, value in properties.items()
    }
    if tags := held.get("tags"):
        held["tags"] = [{"key": key, "value": value} for key, value in tags.items()]
    if "privacyBudgetType" in held:
        [held["parameters"]] = held["parameters"].values()
    if rule is not None:
        policy = rule.properties["analysisRulePolicy"]
        held["analysisRules"] = [{"type": rule.properties["analysisRuleType"], "policy": policy}]
    return held


def resources(sent: Sequence[Mapping[str, Any]]) -> list[Resource]:
    """Return resources of the wire as readers take them."""
    return [
        Resource(
            one["type"],
            one["urn"],
            one["name"],
            plain(one["properties"], set()),
            {name: frozenset(urns) for name, urns in one["dependencies"].items()},
            {"assumeRole": json.dumps({"roleArn": f"arn:aws:iam::{one['account']}:role/pulumi"})},
        )
        for one in sent
    ]


def exported(sent: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document that `pulumi stack export` prints for resources that are there."""
    providers = {one["account"]: _provider_state(one["account"]) for one in sent}
    states = [_state(one, "outputs") for one in sent]
    return {"version": 3, "deployment": {"manifest": {}, "resources": [*providers.values(), *states]}}


def previewed(sent: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document that `pulumi preview --json` prints for resources that are to be made."""
    providers = {one["account"]: _provider_state(one["account"]) for one in sent}
    states = [*providers.values(), *(_state(one, "inputs") for one in sent)]
    return {"steps": [{"op": "create", "urn": state["urn"], "newState": state} for state in states]}


def _state(one: Mapping[str, Any], member: str) -> dict[str, Any]:
    return {
        "urn": one["urn"],
        "custom": True,
        "type": one["type"],
        "provider": f"{urn('pulumi:providers:cleanrooms', one['account'])}::{UNKNOWN_TEXT}",
        member: one["properties"],
        "propertyDependencies": one["dependencies"],
    }


def _provider_state(account: str) -> dict[str, Any]:
    kind = "pulumi:providers:cleanrooms"
    settings = {"assumeRole": json.dumps({"roleArn": f"arn:aws:iam::{account}:role/pulumi"})}
    return {"urn": urn(kind, account), "custom": True, "type": kind, "inputs": settings}
