"""The component that trains an audience model and makes it ready to share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

import pulumi

from components import sdk
from components.arguments import arguments_of


@dataclass(frozen=True)
class Interactions:
    """A Glue table of who did what with which item and when. Source: API Dataset, ColumnSchema.

    Attributes:
        database_name: The Glue database.
        table_name: The Glue table.
        columns: What each column is: USER_ID, ITEM_ID, TIMESTAMP, CATEGORICAL_FEATURE or NUMERICAL_FEATURE; exactly
            one of each of the first three.
    """

    database_name: str
    table_name: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Segments:
    """Which segments others may create, and where they are written. Source: API CreateConfiguredAudienceModel.

    Attributes:
        s3_uri: Where segments are written, `s3://BUCKET/PREFIX`.
        role_arn: The role that writes them.
        sizes: The sizes that may be asked for: percent (1 to 20), or numbers of people.
        in_percent: Whether *sizes* are percent.
        least_seed: Fewest people of a seed audience that the model must know, 25 to 500,000.
        share_metrics: Whether relevance metrics of segments are shown to those who create them.
    """

    s3_uri: str
    role_arn: pulumi.Input[str]
    sizes: Sequence[int]
    in_percent: bool = True
    least_seed: int = 500
    share_metrics: bool = False


@dataclass(frozen=True, kw_only=True)
class AudienceModelArgs:
    """The arguments of an AudienceModel.

    Attributes:
        interactions: What the model learns from.
        segments: Which segments others may create.
        training_role_arn: The role that reads the table of interactions.
        kms_key_arn: The key that encrypts the model; absent: the service's own.
        tags: Tags of all three resources.
    """

    interactions: Interactions
    segments: Segments
    training_role_arn: pulumi.Input[str]
    kms_key_arn: pulumi.Input[str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


class AudienceModelArgsDict(TypedDict):
    """AudienceModelArgs as a dictionary."""

    interactions: Interactions
    segments: Segments
    training_role_arn: pulumi.Input[str]
    kms_key_arn: NotRequired[pulumi.Input[str] | None]
    tags: NotRequired[Mapping[str, str]]


class AudienceModel(pulumi.ComponentResource):
    """A training dataset, the model trained on it, and the configured model that a member shares.

    Training takes hours; `pulumi up` waits for it.

    Attributes:
        dataset: The training dataset.
        model: The trained model.
        configured: The configured model; its ARN is what a ConfiguredAudienceModelAssociation takes.
    """

    dataset: sdk.TrainingDataset
    model: sdk.AudienceModel
    configured: sdk.ConfiguredAudienceModel

    def __init__(
        self,
        name: str,
        args: AudienceModelArgs | AudienceModelArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the model.

        Args:
            name: The component's name and that of all three resources in the service.
            args: What the model learns from, and which segments others may create.
            opts: Options, such as the provider of the owner's account.
        """
        stated = arguments_of(AudienceModelArgs, args)
        segments = stated.segments
        super().__init__("cleanrooms:components:AudienceModel", name, {}, opts)
        here, own_tags = pulumi.ResourceOptions(parent=self), dict(stated.tags)
        self.dataset = sdk.TrainingDataset(
            f"{name}-dataset",
            here,
            name=name,
            role_arn=stated.training_role_arn,
            training_data=[_dataset(stated.interactions)],
            tags=own_tags,
        )
        self.model = sdk.AudienceModel(
            f"{name}-model",
            here,
            name=name,
            training_dataset_arn=self.dataset.training_dataset_arn,
            kms_key_arn=stated.kms_key_arn,
            tags=own_tags,
        )
        self.configured = sdk.ConfiguredAudienceModel(
            f"{name}-configured",
            here,
            name=name,
            audience_model_arn=self.model.audience_model_arn,
            output_config={
                "destination": {"s3_destination": {"s3_uri": segments.s3_uri}},
                "role_arn": segments.role_arn,
            },
            shared_audience_metrics=["ALL" if segments.share_metrics else "NONE"],
            min_matching_seed_size=segments.least_seed,
            audience_size_config={
                "audience_size_type": "PERCENTAGE" if segments.in_percent else "ABSOLUTE",
                "audience_size_bins": list(segments.sizes),
            },
            tags=own_tags,
        )
        self.register_outputs({"configuredAudienceModelArn": self.configured.configured_audience_model_arn})


def _dataset(interactions: Interactions) -> sdk.DatasetArgsDict:
    table: sdk.GlueDataSourceArgsDict = {
        "database_name": interactions.database_name,
        "table_name": interactions.table_name,
    }
    schema: list[pulumi.Input[sdk.ColumnSchemaArgs | sdk.ColumnSchemaArgsDict]] = [
        {"column_name": column, "column_types": [kind]} for column, kind in interactions.columns.items()
    ]
    return {"type": "INTERACTIONS", "input_config": {"schema": schema, "data_source": {"glue_data_source": table}}}
