"""Audiences: the seed is read, matched and ranked; each of the two accounts sees its own side."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER
from tests.simulator.api.audiences import SEED, Audiences, associated, refused
from tests.simulator.api.rooms import Room, make_room


def test_own_model(audiences: Audiences) -> None:
    """Users who buy what the seed buys come first; the seed itself is left out."""
    model = audiences.ready()
    arn = audiences.start(RETAILER, model, audiences.add_seed(SEED, RETAILER))
    pending = audiences.accounts.client(RETAILER, "cleanroomsml")
    job = audiences.job(arn)
    assert job["status"] == "ACTIVE", job
    scores = [(each["audienceSize"]["value"], each["score"]) for each in job["metrics"]["relevanceMetrics"]]
    assert [size for size, _ in scores] == [10, 50, 150]
    assert scores[0][1] > 0.9
    assert sorted((score for _, score in scores), reverse=True) == [score for _, score in scores]
    assert job["metrics"]["recallMetric"] > 0.2
    assert job["startedBy"] == RETAILER
    assert pending.list_audience_generation_jobs(configuredAudienceModelArn=model)["audienceGenerationJobs"]


def test_same_seed_same_audience(audiences: Audiences) -> None:
    model, seed = audiences.ready(), audiences.add_seed(SEED, RETAILER)
    first, second = (audiences.job(audiences.start(RETAILER, model, seed, name)) for name in ("first", "second"))
    assert first["metrics"] == second["metrics"]


def test_export(audiences: Audiences) -> None:
    """An export holds as many users as asked for, none of the seed, the most similar first."""
    model = audiences.ready()
    arn = audiences.start(RETAILER, model, audiences.add_seed(SEED, RETAILER))
    client = audiences.ml()
    size = {"type": "ABSOLUTE", "value": 50}
    asked = {"name": "out", "audienceGenerationJobArn": arn, "audienceSize": size}
    refused(client.start_audience_export_job, "ConflictException", **asked)
    audiences.job(arn)
    message = refused(
        client.start_audience_export_job, "ValidationException", **asked | {"audienceSize": size | {"value": 49}}
    )
    assert "ABSOLUTE 10, ABSOLUTE 50, ABSOLUTE 150" in message
    client.start_audience_export_job(**asked)
    (export,) = client.list_audience_export_jobs(audienceGenerationJobArn=arn)["audienceExportJobs"]
    assert export["status"] == "ACTIVE", export
    room = Room(audiences.accounts, "", {})
    lines = room.lines(export["outputLocation"], RETAILER)
    assert len(lines) == 50
    assert not {f'{{"user_id": "{user}"}}' for user in SEED} & set(lines)
    assert all(line < '{"user_id": "u100"}' for line in lines)


def test_seed_in_output(audiences: Audiences) -> None:
    model = audiences.ready()
    seed = audiences.add_seed(SEED, RETAILER)
    arn = audiences.start(RETAILER, model, seed, includeSeedInOutput=True)
    audiences.job(arn)
    size = {"type": "ABSOLUTE", "value": 150}
    audiences.ml().start_audience_export_job(name="out", audienceGenerationJobArn=arn, audienceSize=size)
    (export,) = audiences.ml().list_audience_export_jobs()["audienceExportJobs"]
    lines = Room(audiences.accounts, "", {}).lines(export["outputLocation"], RETAILER)
    assert {f'{{"user_id": "{user}"}}' for user in SEED} <= set(lines)


@pytest.mark.parametrize(
    ("seed", "code", "message"),
    [
        (SEED[:24], "INVALID_SEED_SIZE", "the seed has 24 different users; it needs 25 to 500,000"),
        (SEED[:20] * 2, "INVALID_SEED_SIZE", "the seed has 20 different users; it needs 25 to 500,000"),
        (
            [*SEED[:24], *(f"stranger{number}" for number in range(80))],
            "INSUFFICIENT_MATCHING_SEED",
            ("fewer than 25 users of the seed match the training data, the minimum of the configured audience model"),
        ),
    ],
)
def test_small_seed(audiences: Audiences, seed: list[str], code: str, message: str) -> None:
    """How many users have matched is not told: it would tell who is in the training data."""
    model = audiences.ready()
    job = audiences.job(audiences.start(RETAILER, model, audiences.add_seed(seed, RETAILER)))
    assert (job["status"], job["statusDetails"]) == ("CREATE_FAILED", {"statusCode": code, "message": message})
    assert "metrics" not in job


@pytest.mark.parametrize(
    "text", ["u001\nu002\n", '["u001"]', '{"id": "u001"}', '{"user_id": true}', "\xff", "[" * 9999]
)
def test_seed_that_is_no_seed(audiences: Audiences, text: str) -> None:
    model = audiences.ready()
    job = audiences.job(audiences.start(RETAILER, model, audiences.add_seed([], RETAILER, text)))
    assert job["statusDetails"]["statusCode"] == "INVALID_SEED"
    assert "u001" not in job["statusDetails"]["message"]


@pytest.mark.parametrize("uri", ["s3://nowhere/seed", "s3://seeds-111111111111/nothing", "s3://seeds-111111111111/se"])
def test_missing_seed(audiences: Audiences, uri: str) -> None:
    model = audiences.ready()
    seed = audiences.add_seed(SEED, RETAILER) | {"dataSource": {"s3Uri": uri}}
    job = audiences.job(audiences.start(RETAILER, model, seed))
    assert job["statusDetails"]["statusCode"] == "SEED_NOT_FOUND"


def test_other_account_needs_the_policy(audiences: Audiences) -> None:
    model, seed = audiences.ready(), audiences.add_seed(SEED)
    start = audiences.ml(BRAND).start_audience_generation_job
    asked = {"name": "first", "configuredAudienceModelArn": model, "seedAudience": seed}
    closed = refused(start, "AccessDeniedException", **asked)
    missing = refused(start, "AccessDeniedException", **asked | {"configuredAudienceModelArn": model[:-1] + "x"})
    assert missing == closed.replace(model, model[:-1] + "x")
    room, _ = associated(audiences.accounts, model)
    refused(start, "AccessDeniedException", **asked)
    made = start(**asked, collaborationId=room.id)["audienceGenerationJobArn"]
    assert made.split(":")[4] == BRAND


def test_association_that_is_deleted_closes_the_model(audiences: Audiences) -> None:
    model, seed = audiences.ready(), audiences.add_seed(SEED)
    room, association = associated(audiences.accounts, model)
    room.client(RETAILER).delete_configured_audience_model_association(**association)
    asked = {"name": "first", "configuredAudienceModelArn": model, "seedAudience": seed, "collaborationId": room.id}
    refused(audiences.ml(BRAND).start_audience_generation_job, "AccessDeniedException", **asked)
    policy = audiences.ml().get_configured_audience_model_policy
    refused(policy, "ResourceNotFoundException", configuredAudienceModelArn=model)


def test_two_accounts_see_their_own_side(audiences: Audiences) -> None:
    """Two ARNs, names and lists of tags; the seed is seen by its owner, the output by the owner of the model."""
    model = audiences.ready(
        sharedAudienceMetrics=["NONE"], tags={"team": "ads"}, childResourceTagOnCreatePolicy="FROM_PARENT_RESOURCE"
    )
    room, _ = associated(audiences.accounts, model)
    mine = audiences.start(BRAND, model, audiences.add_seed(SEED), collaborationId=room.id, tags={"mine": "yes"})
    theirs = mine.replace(BRAND, RETAILER)
    brand, retailer = audiences.job(mine), audiences.job(theirs)
    assert (brand["status"], retailer["status"]) == ("ACTIVE", "ACTIVE")
    assert (brand["name"], retailer["name"]) == ("first", f"{BRAND}-first")
    assert (brand["tags"], retailer["tags"]) == ({"mine": "yes"}, {"team": "ads"})
    assert ("seedAudience" in brand, "seedAudience" in retailer) == (True, False)
    assert ("metrics" in brand, "metrics" in retailer) == (False, True)
    refused(audiences.ml(BRAND).get_audience_generation_job, "AccessDeniedException", audienceGenerationJobArn=theirs)
    size = {"type": "ABSOLUTE", "value": 10}
    audiences.ml(BRAND).start_audience_export_job(name="out", audienceGenerationJobArn=mine, audienceSize=size)
    (seen,) = audiences.ml(BRAND).list_audience_export_jobs()["audienceExportJobs"]
    (written,) = audiences.ml().list_audience_export_jobs()["audienceExportJobs"]
    assert ("outputLocation" in seen, "outputLocation" in written) == (False, True)
    assert written["audienceGenerationJobArn"] == theirs
    audiences.ml().delete_audience_generation_job(audienceGenerationJobArn=theirs)
    assert audiences.ml(BRAND).list_audience_generation_jobs()["audienceGenerationJobs"] == []
    assert audiences.ml(BRAND).list_audience_export_jobs()["audienceExportJobs"] == []


def test_failure_tells_the_owner_of_the_model_nothing_of_the_seed(audiences: Audiences) -> None:
    model = audiences.ready()
    room, _ = associated(audiences.accounts, model)
    mine = audiences.start(BRAND, model, audiences.add_seed(SEED[:3]), collaborationId=room.id)
    assert "3 different users" in audiences.job(mine)["statusDetails"]["message"]
    theirs = audiences.job(mine.replace(BRAND, RETAILER))
    assert theirs["statusDetails"]["message"] == "the seed audience cannot be used"


def test_members_only(audiences: Audiences) -> None:
    """A collaboration that is named must have both accounts as active members."""
    model, seed = audiences.ready(), audiences.add_seed(SEED, RETAILER)
    room = make_room(audiences.accounts)
    start = audiences.ml(RETAILER).start_audience_generation_job
    asked = {"name": "first", "configuredAudienceModelArn": model, "seedAudience": seed}
    start(**asked, collaborationId=room.id)
    nowhere = "00000000-0000-4000-8000-000000000000"
    refused(start, "AccessDeniedException", **asked | {"collaborationId": nowhere})
    refused(
        audiences.ml(STRANGER).start_audience_generation_job,
        "AccessDeniedException",
        **asked | {"collaborationId": room.id},
    )


def test_name_role_and_kind_of_seed(audiences: Audiences) -> None:
    model, seed = audiences.ready(), audiences.add_seed(SEED, RETAILER)
    start = audiences.ml(RETAILER).start_audience_generation_job
    asked = {"name": "first", "configuredAudienceModelArn": model, "seedAudience": seed}
    start(**asked)
    refused(start, "ConflictException", **asked)
    asked["name"] = "second"
    role = {"roleArn": f"arn:aws:iam::{BRAND}:role/clean-rooms"}
    refused(start, "AccessDeniedException", **asked | {"seedAudience": seed | role})
    refused(start, "ValidationException", **asked | {"seedAudience": {"roleArn": seed["roleArn"]}})
    query = {"sqlParameters": {"queryString": "SELECT 1"}}
    refused(start, "ValidationException", **asked | {"seedAudience": seed | query})


def test_pending_jobs_are_limited(audiences: Audiences) -> None:
    model, seed = audiences.ready(), audiences.add_seed(SEED, RETAILER)
    for number in range(10):
        audiences.start(RETAILER, model, seed, str(number))
    start = audiences.ml(RETAILER).start_audience_generation_job
    asked = {"configuredAudienceModelArn": model, "seedAudience": seed}
    refused(start, "ServiceQuotaExceededException", name="one more", **asked)
    assert len(audiences.ml().list_audience_generation_jobs()["audienceGenerationJobs"]) == 10
    start(name="one more", **asked)


def test_later_changes_of_the_model_do_not_matter(audiences: Audiences) -> None:
    model = audiences.ready()
    arn = audiences.start(RETAILER, model, audiences.add_seed(SEED, RETAILER))
    audiences.ml().update_configured_audience_model(configuredAudienceModelArn=model, minMatchingSeedSize=500)
    assert audiences.job(arn)["status"] == "ACTIVE"


SQL_RULE = {
    "custom": {
        "allowedAnalyses": ["ANY_QUERY"],
        "allowedAnalysisProviders": [BRAND],
        "additionalAnalyses": "REQUIRED",
    }
}


def queried(audiences: Audiences, allowed: str | None) -> tuple[Room, str]:
    """Make a room with a table of customers whose owner allows an additional analysis, or does not."""
    model = audiences.ready()
    room, association = associated(audiences.accounts, model)
    room.add_table(BRAND, "customers", {"user_id": "string", "city": "string"}, SQL_RULE)
    room.put_rows(BRAND, "customers/1.csv", "".join(f"{user},Rome\n" for user in SEED))
    if allowed is not None:
        pattern = allowed.format(id=association["configuredAudienceModelAssociationIdentifier"])
        custom = {"allowedResultReceivers": [BRAND], "allowedAdditionalAnalyses": [pattern]}
        room.client(BRAND).create_configured_table_association_analysis_rule(
            membershipIdentifier=room.memberships[BRAND],
            configuredTableAssociationIdentifier=room.tables["customers"]["association"],
            analysisRuleType="CUSTOM",
            analysisRulePolicy={"v1": {"custom": custom}},
        )
    return room, model


ANY_MODEL = f"arn:aws:cleanrooms:us-east-1:{RETAILER}:membership/*/configuredaudiencemodelassociation/*"
OTHER_MODEL = ANY_MODEL.replace("configuredaudiencemodelassociation/*", "configuredaudiencemodelassociation/other")


def test_seed_of_a_query(audiences: Audiences) -> None:
    """The rows of the query are the seed, though no member may have them."""
    room, model = queried(audiences, ANY_MODEL)
    with pytest.raises(ClientError, match="'customers' never gives direct results"):
        room.ask("SELECT user_id FROM customers")
    query = {"queryString": "SELECT user_id FROM customers WHERE city = 'Rome'"}
    seed = {"sqlParameters": query, "roleArn": f"arn:aws:iam::{BRAND}:role/ml"}
    arn = audiences.start(BRAND, model, seed, collaborationId=room.id)
    room.finished(audiences.job(arn)["protectedQueryIdentifier"])
    job = audiences.job(arn)
    assert job["status"] == "ACTIVE", job
    assert job["metrics"]["relevanceMetrics"][0]["score"] > 0.9
    assert "protectedQueryIdentifier" not in audiences.job(arn.replace(BRAND, RETAILER))
    (query,) = room.client(BRAND).list_protected_queries(membershipIdentifier=room.memberships[BRAND])[
        "protectedQueries"
    ]
    assert query["receiverConfigurations"] == [{"analysisType": "ADDITIONAL_ANALYSIS"}]


@pytest.mark.parametrize("allowed", [None, OTHER_MODEL])
def test_seed_of_a_query_that_the_rules_refuse(audiences: Audiences, allowed: str | None) -> None:
    room, model = queried(audiences, allowed)
    query = {"queryString": "SELECT user_id FROM customers"}
    seed = {"sqlParameters": query, "roleArn": f"arn:aws:iam::{BRAND}:role/ml"}
    start = audiences.ml(BRAND).start_audience_generation_job
    asked = {"name": "first", "configuredAudienceModelArn": model, "seedAudience": seed, "collaborationId": room.id}
    assert "may not use results of 'customers'" in refused(start, "ValidationException", **asked)


def test_seed_of_a_query_that_fails(audiences: Audiences) -> None:
    room, model = queried(audiences, ANY_MODEL)
    room.put_rows(BRAND, "customers/2.csv", "u001\n" * 3)
    query = {"queryString": "SELECT user_id, city FROM customers"}
    seed = {"sqlParameters": query, "roleArn": f"arn:aws:iam::{BRAND}:role/ml"}
    bucket = audiences.accounts.client(BRAND, "s3")
    for key in ("customers/1.csv", "customers/2.csv"):
        bucket.delete_object(Bucket=f"data-{BRAND}", Key=key)
    bucket.delete_bucket(Bucket=f"data-{BRAND}")
    arn = audiences.start(BRAND, model, seed, collaborationId=room.id)
    room.finished(audiences.job(arn)["protectedQueryIdentifier"])
    details = audiences.job(arn)["statusDetails"]
    assert details["statusCode"] == "SEED_QUERY_FAILED"


def test_query_with_several_columns_needs_the_user(audiences: Audiences) -> None:
    room, model = queried(audiences, ANY_MODEL)
    query = {"queryString": "SELECT user_id AS who, city FROM customers"}
    seed = {"sqlParameters": query, "roleArn": f"arn:aws:iam::{BRAND}:role/ml"}
    arn = audiences.start(BRAND, model, seed, collaborationId=room.id)
    room.finished(audiences.job(arn)["protectedQueryIdentifier"])
    message = audiences.job(arn)["statusDetails"]["message"]
    assert message == "the query must return a column 'user_id'; found who, city"
