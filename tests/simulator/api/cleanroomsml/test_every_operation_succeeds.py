"""Audiences and models of one's own from beginning to end, in which every operation of the service succeeds once."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.api.service_model import load_service_model
from tests.simulator.api import faithful
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.audiences import ROLE, SEED, Audiences
from tests.simulator.api.rooms import Room, make_room

CUSTOM = {
    "custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND], "additionalAnalyses": "ALLOWED"}
}
ANY_ALGORITHM = "arn:aws:cleanrooms-ml:us-east-1:*:membership/*/configured-model-algorithm-association/*"
OPEN = {"allowedResultReceivers": [BRAND], "allowedAdditionalAnalyses": [ANY_ALGORITHM]}


@pytest.fixture
def room(accounts: Accounts) -> Room:
    able = {"customMLMemberAbilities": ["CAN_RECEIVE_MODEL_OUTPUT", "CAN_RECEIVE_INFERENCE_OUTPUT"]}
    brand = {
        "accountId": BRAND,
        "displayName": "Brand",
        "memberAbilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
        "mlMemberAbilities": able,
    }
    made = make_room(accounts, members=[brand])
    made.add_table(RETAILER, "sales", {"id": "string", "city": "string"}, CUSTOM)
    made.put_rows(RETAILER, "sales/1.csv", "a,Rome\nb,Rome\nc,Oslo\n")
    made.client(RETAILER).create_configured_table_association_analysis_rule(
        membershipIdentifier=made.memberships[RETAILER],
        configuredTableAssociationIdentifier=made.tables["sales"]["association"],
        analysisRuleType="CUSTOM",
        analysisRulePolicy={"v1": {"custom": OPEN}},
    )
    return made


def test_all(room: Room, audiences: Audiences) -> None:
    faithful.answered.clear()
    look_alikes(audiences)
    association = algorithms(room, audiences)
    channel = channels(room, audiences, association)
    trained(room, audiences, association, channel)
    ends(room, audiences, association, channel)
    assert set(load_service_model("cleanroomsml").operations) - faithful.answered == set()


def look_alikes(audiences: Audiences) -> None:
    client, configured = audiences.ml(), audiences.ready()
    dataset = client.list_training_datasets()["trainingDatasets"][0]["trainingDatasetArn"]
    assert client.get_training_dataset(trainingDatasetArn=dataset)["status"] == "ACTIVE"
    (model,) = client.list_audience_models()["audienceModels"]
    (shown,) = client.list_configured_audience_models()["configuredAudienceModels"]
    assert (model["status"], shown["status"]) == ("ACTIVE", "ACTIVE")
    named = {"configuredAudienceModelArn": configured}
    client.update_configured_audience_model(**named, description="of visitors")
    assert client.get_configured_audience_model(**named)["minMatchingSeedSize"] == 25
    statement = f'{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "{configured}"}}'
    client.put_configured_audience_model_policy(
        **named, configuredAudienceModelPolicy=f'{{"Statement": [{statement}]}}'
    )
    client.get_configured_audience_model_policy(**named)
    client.delete_configured_audience_model_policy(**named)
    client.tag_resource(resourceArn=dataset, tags={"team": "ads", "stage": "test"})
    client.untag_resource(resourceArn=dataset, tagKeys=["stage"])
    assert client.list_tags_for_resource(resourceArn=dataset)["tags"] == {"team": "ads"}
    job = audiences.start(RETAILER, configured, audiences.add_seed(SEED, RETAILER))
    assert audiences.job(job)["status"] == "ACTIVE"
    size = {"type": "ABSOLUTE", "value": 10}
    client.start_audience_export_job(name="out", audienceGenerationJobArn=job, audienceSize=size)
    assert client.list_audience_export_jobs()["audienceExportJobs"][0]["status"] == "ACTIVE"
    assert client.list_audience_generation_jobs()["audienceGenerationJobs"]
    for delete, arn in (
        (client.delete_training_dataset, {"trainingDatasetArn": dataset}),
        (client.delete_audience_model, {"audienceModelArn": model["audienceModelArn"]}),
        (client.delete_configured_audience_model, named),
    ):
        with pytest.raises(client.exceptions.ConflictException):
            delete(**arn)
    client.delete_audience_generation_job(audienceGenerationJobArn=job)
    client.delete_configured_audience_model(**named)
    client.delete_audience_model(audienceModelArn=model["audienceModelArn"])
    client.delete_training_dataset(trainingDatasetArn=dataset)


def algorithms(room: Room, audiences: Audiences) -> str:
    client, role = audiences.ml(), ROLE.format(account=RETAILER)
    made = client.create_configured_model_algorithm(
        name="propensity", roleArn=role, trainingContainerConfig={"imageUri": "registry/trainer:1"}
    )["configuredModelAlgorithmArn"]
    assert client.get_configured_model_algorithm(configuredModelAlgorithmArn=made)["name"] == "propensity"
    assert client.list_configured_model_algorithms()["configuredModelAlgorithms"]
    membership = {"membershipIdentifier": room.memberships[RETAILER]}
    exports = {"maxSize": {"unit": "GB", "value": 1.5}, "filesToExport": ["MODEL"]}
    privacy = {"policies": {"trainedModelExports": exports}}
    association: str = client.create_configured_model_algorithm_association(
        **membership, name="propensity", configuredModelAlgorithmArn=made, privacyConfiguration=privacy
    )["configuredModelAlgorithmAssociationArn"]
    named = {"configuredModelAlgorithmAssociationArn": association}
    client.get_configured_model_algorithm_association(**membership, **named)
    client.list_configured_model_algorithm_associations(**membership)
    other, here = audiences.ml(BRAND), {"collaborationIdentifier": room.id}
    seen = other.get_collaboration_configured_model_algorithm_association(**here, **named)
    assert seen["creatorAccountId"] == RETAILER
    other.list_collaboration_configured_model_algorithm_associations(**here)
    with pytest.raises(client.exceptions.ConflictException):
        client.delete_configured_model_algorithm(configuredModelAlgorithmArn=made)
    return association


def channels(room: Room, audiences: Audiences, association: str) -> str:
    client, membership = audiences.ml(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    query = {"sqlParameters": {"queryString": "SELECT id, city FROM sales"}}
    channel = {"dataSource": {"protectedQueryInputParameters": query}, "roleArn": ROLE.format(account=BRAND)}
    arn: str = client.create_ml_input_channel(
        **membership,
        name="sales",
        configuredModelAlgorithmAssociations=[association],
        inputChannel=channel,
        retentionInDays=7,
    )["mlInputChannelArn"]
    named = {"mlInputChannelArn": arn}
    room.finished(client.get_ml_input_channel(**membership, **named)["protectedQueryIdentifier"])
    shown = client.get_ml_input_channel(**membership, **named)
    assert (shown["status"], shown["numberOfRecords"]) == ("ACTIVE", 3), shown
    client.list_ml_input_channels(**membership)
    other, here = audiences.ml(), {"collaborationIdentifier": room.id}
    assert "inputChannel" not in other.get_collaboration_ml_input_channel(**here, **named)
    other.list_collaboration_ml_input_channels(**here)
    return arn


def trained(room: Room, audiences: Audiences, association: str, channel: str) -> None:
    client, membership = audiences.ml(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    here = {"collaborationIdentifier": room.id}
    asked: dict[str, Any] = {
        **membership,
        "configuredModelAlgorithmAssociationArn": association,
        "resourceConfig": {"instanceType": "ml.m5.large", "volumeSizeInGB": 1},
        "dataChannels": [{"mlInputChannelArn": channel, "channelName": "sales"}],
    }
    arn = client.create_trained_model(**asked, name="buyers")["trainedModelArn"]
    named = {**membership, "trainedModelArn": arn}
    statuses = [client.get_trained_model(**named)["status"] for _ in range(2)]
    assert statuses == ["CREATE_IN_PROGRESS", "ACTIVE"]
    assert "no container runs" in client.get_trained_model(**named)["statusDetails"]["message"]
    used(room, audiences, arn, channel)
    further = [{"trainedModelArn": arn, "channelName": "base"}]
    second = client.create_trained_model(**asked, name="again", incrementalTrainingDataChannels=further)
    assert second["trainedModelArn"] == arn
    version = {"versionIdentifier": second["versionIdentifier"]}
    client.cancel_trained_model(**named, **version)
    assert client.get_trained_model(**named, **version)["status"] == "CANCEL_IN_PROGRESS"
    assert len(client.list_trained_models(**membership)["trainedModels"]) == 1
    assert len(client.list_trained_model_versions(**named)["trainedModels"]) == 2
    other = audiences.ml()
    other.get_collaboration_trained_model(**here, trainedModelArn=arn)
    other.list_collaboration_trained_models(**here)
    with pytest.raises(ClientError, match="is INACTIVE"):
        client.cancel_trained_model(**named, **version)
    client.delete_trained_model_output(**named)
    assert client.get_trained_model(**named, **version)["status"] == "INACTIVE"
    assert [each["status"] for each in client.list_trained_model_versions(**named)["trainedModels"]] == [
        "DELETE_IN_PROGRESS",
        "INACTIVE",
    ]


def used(room: Room, audiences: Audiences, model: str, channel: str) -> None:
    """Export a model, and use it."""
    client, membership = audiences.ml(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    here, members = {"collaborationIdentifier": room.id}, {"members": [{"accountId": BRAND}]}
    started = {**membership, "name": "out", "trainedModelArn": model, "outputConfiguration": members}
    with pytest.raises(ClientError, match=f"account {BRAND} has no ML configuration"):
        client.start_trained_model_export_job(**started)
    role = ROLE.format(account=BRAND)
    place = {"destination": {"s3Destination": {"s3Uri": "s3://results/ml"}}, "roleArn": role}
    client.put_ml_configuration(**membership, defaultOutputLocation=place)
    assert client.get_ml_configuration(**membership)["defaultOutputLocation"] == place
    client.start_trained_model_export_job(**started)
    other = audiences.ml()
    jobs = [other.list_collaboration_trained_model_export_jobs(**here, trainedModelArn=model) for _ in range(2)]
    assert jobs[1]["collaborationTrainedModelExportJobs"][0]["status"] == "ACTIVE"
    machine = {"instanceType": "ml.m5.large"}
    job = client.start_trained_model_inference_job(
        **started, resourceConfig=machine, dataSource={"mlInputChannelArn": channel}
    )["trainedModelInferenceJobArn"]
    named = {**membership, "trainedModelInferenceJobArn": job}
    assert client.get_trained_model_inference_job(**named)["status"] == "CREATE_IN_PROGRESS"
    client.cancel_trained_model_inference_job(**named)
    assert len(client.list_trained_model_inference_jobs(**membership)["trainedModelInferenceJobs"]) == 1
    found = other.list_collaboration_trained_model_inference_jobs(**here, trainedModelArn=model)
    assert found["collaborationTrainedModelInferenceJobs"][0]["status"] == "INACTIVE"
    client.delete_ml_configuration(**membership)


def ends(room: Room, audiences: Audiences, association: str, channel: str) -> None:
    client, membership = audiences.ml(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    owner, own = audiences.ml(), {"membershipIdentifier": room.memberships[RETAILER]}
    named = {**own, "configuredModelAlgorithmAssociationArn": association}
    with pytest.raises(owner.exceptions.ConflictException):
        owner.delete_configured_model_algorithm_association(**named)
    client.delete_ml_input_channel_data(**membership, mlInputChannelArn=channel)
    for _ in range(2):
        status = client.get_ml_input_channel(**membership, mlInputChannelArn=channel)["status"]
        (model,) = client.list_trained_models(**membership)["trainedModels"]
        client.list_trained_model_versions(**membership, trainedModelArn=model["trainedModelArn"])
    assert status == "INACTIVE"
    owner.delete_configured_model_algorithm_association(**named)
    (algorithm,) = owner.list_configured_model_algorithms()["configuredModelAlgorithms"]
    owner.delete_configured_model_algorithm(configuredModelAlgorithmArn=algorithm["configuredModelAlgorithmArn"])
