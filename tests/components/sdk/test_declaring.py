"""Resources reach Pulumi as stated, however they are stated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components import sdk
from tests.components.conftest import Declared, identifier

WHOLE: dict[str, Any] = {
    "name": "purchases",
    "table_reference": {"glue": {"database_name": "retail", "table_name": "purchases"}},
    "allowed_columns": ["id"],
    "analysis_method": sdk.AnalysisMethod.DIRECT_QUERY,
    "tags": {"snake_case": "kept", "camelCase": "kept"},
}
SENT = {
    "name": "purchases",
    "tableReference": {"glue": {"databaseName": "retail", "tableName": "purchases"}},
    "allowedColumns": ["id"],
    "analysisMethod": "DIRECT_QUERY",
    "tags": {"snake_case": "kept", "camelCase": "kept"},
}
GLUE = sdk.GlueTableReferenceArgs(database_name="retail", table_name="purchases")


def run(program: Callable[[], None]) -> None:
    pulumi.runtime.test(program)()


def as_properties() -> None:
    sdk.ConfiguredTable("t", **WHOLE)


def as_dictionary() -> None:
    sdk.ConfiguredTable("t", WHOLE)  # type: ignore[call-overload] # a plain dict; literals are checked


def as_arguments() -> None:
    sdk.ConfiguredTable(
        "t",
        sdk.ConfiguredTableArgs(**WHOLE | {"table_reference": sdk.TableReferenceArgs(glue=GLUE)}),
        pulumi.ResourceOptions(),
    )


def as_keywords() -> None:
    sdk.ConfiguredTable("t", args=sdk.ConfiguredTableArgs(**WHOLE), opts=pulumi.ResourceOptions())


def with_options_first() -> None:
    sdk.ConfiguredTable("t", pulumi.ResourceOptions(), **WHOLE)


@pytest.mark.parametrize("program", [as_properties, as_dictionary, as_arguments, as_keywords, with_options_first])
def test_every_form_sends_the_same(declared: Declared, program: Callable[[], None]) -> None:
    run(program)
    assert declared.named("ConfiguredTable") == {"t": SENT}


def test_outputs_have_types(declared: Declared) -> None:
    def program() -> pulumi.Output[None]:
        table = sdk.ConfiguredTable("t", **WHOLE)

        def check(values: list[Any]) -> None:
            reference, found, columns = values
            assert reference == "retail"
            assert found == identifier("t")
            assert columns == ["id"]

        glue = table.table_reference.apply(lambda reference: reference.glue.database_name if reference.glue else None)
        return pulumi.Output.all(glue, table.configured_table_identifier, table.allowed_columns).apply(check)

    pulumi.runtime.test(program)()
    assert len(declared.resources) == 1


def test_get_reads_and_creates_nothing(declared: Declared) -> None:
    def program() -> pulumi.Output[None]:
        found = sdk.ConfiguredTable.get("t", "an-id")
        assert isinstance(found, sdk.ConfiguredTable)

        def check(found_id: str) -> None:
            assert found_id == "an-id"

        return found.id.apply(check)

    pulumi.runtime.test(program)()
    (read,) = declared.resources
    assert (read.resource_id, dict(read.inputs)) == ("an-id", {})


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (
            lambda: sdk.ConfiguredTable("t", **WHOLE, allowed_colums=[]),  # type: ignore[call-overload] # that is the test
            "ConfiguredTable 't' has no property 'allowed_colums'; did you mean 'allowed_columns'?",
        ),
        (
            lambda: sdk.ConfiguredTable("t", name="purchases"),  # type: ignore[call-overload] # that is the test
            "ConfiguredTable 't': the required property 'table_reference' is missing",
        ),
        (
            lambda: sdk.ConfiguredTable("t", 3),  # type: ignore[call-overload] # that is the test
            "ConfiguredTable 't': args must be ConfiguredTableArgs or a dictionary; found 3",
        ),
        (
            lambda: sdk.ConfiguredTable("t", opts={"protect": True}, **WHOLE),  # type: ignore[call-overload] # that is the test
            "ConfiguredTable 't': opts must be a pulumi.ResourceOptions; found dict",
        ),
    ],
)
def test_mistakes_are_said(declared: Declared, program: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        program()
    assert str(caught.value) == message
    assert declared.resources == []


def test_a_provider_sends_what_is_no_text_as_json(declared: Declared) -> None:
    def program() -> None:
        sdk.Provider(
            "partner",
            region="us-east-1",
            endpoint="http://127.0.0.1:1",
            assume_role={"role_arn": "arn:aws:iam::222222222222:role/pulumi", "external_id": "x"},
            allowed_account_ids=["222222222222"],
            default_tags={"snake_case": "kept"},
        )

    run(program)
    (provider,) = declared.resources
    assert provider.typ == "pulumi:providers:cleanrooms"
    assert dict(provider.inputs) == {
        "region": "us-east-1",
        "endpoint": "http://127.0.0.1:1",
        "assumeRole": '{"roleArn": "arn:aws:iam::222222222222:role/pulumi", "externalId": "x"}',
        "allowedAccountIds": '["222222222222"]',
        "defaultTags": '{"snake_case": "kept"}',
    }


def test_resources_take_a_provider_of_their_own(declared: Declared) -> None:
    def program() -> None:
        partner = sdk.Provider("partner", region="us-east-1")
        sdk.ConfiguredTable("t", **WHOLE, opts=pulumi.ResourceOptions(provider=partner))

    run(program)
    (table,) = [each for each in declared.resources if each.name == "t"]
    assert "partner" in str(table.provider)


def test_functions_ask(declared: Declared) -> None:
    def program() -> pulumi.Output[None]:
        told = sdk.get_schemas("c", schema_type="TABLE")
        assert told.schema_summaries == []
        parameters = sdk.PreviewPrivacyImpactParametersInputArgs(
            differential_privacy=sdk.DifferentialPrivacyPreviewParametersInputArgs(epsilon=3, users_noise_per_query=30)
        )

        def check(impact: sdk.PreviewPrivacyImpactResult) -> None:
            assert impact.privacy_impact is not None

        asked = sdk.preview_privacy_impact_output(pulumi.Output.from_input("m"), parameters)
        return asked.apply(check)

    pulumi.runtime.test(program)()
    assert {each.token: dict(each.args) for each in declared.calls} == {
        "cleanrooms:index:getSchemas": {"collaborationIdentifier": "c", "schemaType": "TABLE"},
        "cleanrooms:index:previewPrivacyImpact": {
            "membershipIdentifier": "m",
            "parameters": {"differentialPrivacy": {"epsilon": 3, "usersNoisePerQuery": 30}},
        },
    }
