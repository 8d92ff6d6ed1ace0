"""Sessions, members, settings, buckets over HTTP; and what this endpoint refuses."""

from __future__ import annotations

from pathlib import Path

from simulator.api.macie2 import refused
from simulator.api.server import local_endpoint
from tests.simulator.api.accounts import BRAND, Accounts
from tests.simulator.api.macie2.jobs import BUCKET, Lake, later
from tests.simulator.api.macie2.test_classification_job import CARD, DAILY, refusal


def test_session(lake: Lake) -> None:
    macie = lake.macie
    assert macie.get_macie_session()["status"] == "ENABLED"
    job = lake.run(**DAILY)["jobId"]
    macie.update_macie_session(status="PAUSED", findingPublishingFrequency="ONE_HOUR")
    shown = macie.get_macie_session()
    assert (shown["status"], shown["findingPublishingFrequency"]) == ("PAUSED", "ONE_HOUR")
    assert refusal(lake.start) == ("AccessDeniedException", "Macie is not enabled")
    macie.update_macie_session(status="ENABLED")
    assert lake.job(job)["jobStatus"] == "CANCELLED"
    macie.disable_macie()
    assert refusal(macie.get_macie_session)[0] == "ResourceNotFoundException"
    assert refusal(macie.list_classification_jobs) == ("AccessDeniedException", "Macie is not enabled")
    macie.enable_macie()
    assert refusal(macie.enable_macie) == ("ConflictException", "Macie has already been enabled")
    assert macie.list_classification_jobs()["items"] == []


def test_administrators_look_into_the_buckets_of_members(lake: Lake) -> None:
    theirs = lake.accounts.client(BRAND, "macie2")
    s3 = lake.accounts.client(BRAND, "s3")
    s3.create_bucket(Bucket="theirs")
    s3.put_object(Bucket="theirs", Key="card.txt", Body=CARD.encode())
    definition = {"bucketDefinitions": [{"accountId": BRAND, "buckets": ["theirs"]}]}
    assert lake.run(s3JobDefinition=definition)["lastRunErrorStatus"] == {"code": "ERROR"}
    lake.macie.create_invitations(accountIds=[BRAND])
    (invitation,) = theirs.list_invitations()["invitations"]
    assert theirs.get_invitations_count()["invitationsCount"] == 1
    theirs.accept_invitation(administratorAccountId=lake.account, invitationId=invitation["invitationId"])
    assert theirs.get_administrator_account()["administrator"]["accountId"] == lake.account
    assert lake.macie.get_member(id=BRAND)["relationshipStatus"] == "Enabled"
    assert lake.run(s3JobDefinition=definition)["lastRunErrorStatus"] == {"code": "NONE"}
    assert lake.analysed() == ["card.txt"]
    theirs.disassociate_from_administrator_account()
    assert lake.macie.list_members()["members"] == []
    assert len(lake.macie.list_members(onlyAssociated="false")["members"]) == 1


def test_buckets(lake: Lake) -> None:
    lake.put("card.txt", CARD)
    lake.put("picture.png", b"\x89PNG")
    lake.s3.create_bucket(Bucket="empty")
    lake.run(**DAILY)
    shown = lake.macie.describe_buckets(criteria={"bucketName": {"eq": [BUCKET]}})["buckets"]
    assert [(each["objectCount"], each["classifiableObjectCount"]) for each in shown] == [(2, 1)]
    assert shown[0]["unclassifiableObjectCount"] == {"fileType": 1, "storageClass": 0, "total": 1}
    assert shown[0]["jobDetails"]["isMonitoredByJob"] == "TRUE"
    order = {"attributeName": "objectCount", "orderBy": "DESC"}
    assert [each["bucketName"] for each in lake.macie.describe_buckets(sortCriteria=order)["buckets"]] == [
        BUCKET,
        "empty",
    ]
    statistics = lake.macie.get_bucket_statistics()
    assert (statistics["bucketCount"], statistics["objectCount"]) == (2, 2)
    term = {"simpleCriterion": {"key": "S3_BUCKET_NAME", "comparator": "NE", "values": ["empty"]}}
    found = lake.macie.search_resources(bucketCriteria={"includes": {"and": [term]}})["matchingResources"]
    assert [each["matchingBucket"]["bucketName"] for each in found] == [BUCKET]


def test_settings_are_kept(lake: Lake) -> None:
    macie = lake.macie
    destination = {"s3Destination": {"bucketName": BUCKET, "kmsKeyArn": "arn:aws:kms:us-east-1:111111111111:key/1"}}
    assert macie.put_classification_export_configuration(configuration=destination)["configuration"] == destination
    assert macie.get_classification_export_configuration()["configuration"] == destination
    publication = {"publishClassificationFindings": True, "publishPolicyFindings": False}
    macie.put_findings_publication_configuration(securityHubConfiguration=publication)
    assert macie.get_findings_publication_configuration()["securityHubConfiguration"] == publication
    macie.update_reveal_configuration(configuration={"status": "ENABLED", "kmsKeyId": "key"})
    assert macie.get_reveal_configuration()["configuration"]["status"] == "ENABLED"
    macie.update_automated_discovery_configuration(status="ENABLED")
    assert macie.get_automated_discovery_configuration()["status"] == "ENABLED"
    macie.update_organization_configuration(autoEnable=True)
    assert macie.describe_organization_configuration()["autoEnable"] is True


def test_refused_operations_say_so(lake: Lake) -> None:
    assert refusal(lake.macie.get_usage_totals) == (
        "AccessDeniedException",
        "GetUsageTotals is not emulated by this endpoint",
    )
    assert refused.NOT_EMULATED


def test_jobs_survive_a_restart(tmp_path: Path) -> None:
    """A job that ran when the endpoint was stopped goes on when it is asked for again, and ends once."""
    state = tmp_path / "state.db"
    with local_endpoint(state=state) as url:
        lake = Lake(Accounts(url))
        lake.put("card.txt", CARD)
        daily = lake.run(**DAILY)["jobId"]
        once = lake.start()
    with local_endpoint(state=state) as url:
        accounts = Accounts(url)
        lake.accounts, lake.macie = accounts, accounts.client(lake.account, "macie2")
        assert lake.finished(once)["jobStatus"] == "COMPLETE"
        assert lake.analysed() == ["card.txt"]
        lake.s3 = accounts.client(lake.account, "s3")
        lake.put("new.txt", CARD)
        with later(days=1):
            assert lake.finished(daily)["statistics"]["numberOfRuns"] == 1.0
