"""Random sequences of operations by three accounts agree with a small model of the service.

Every operation is tried by whoever, on whatever was ever made, deleted things and things of others included. The
default run is short; `CLEANROOM_SEQUENCES=500` asks for that many.
"""

from __future__ import annotations

import os
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts
from tests.simulator.api.cleanrooms.room_model import (
    ACTIVE,
    INVITED,
    ChildState,
    MembershipState,
    Model,
    RoomState,
    TableState,
)
from tests.simulator.api.rooms import ROLE

ACCOUNTS = (RETAILER, BRAND, STRANGER)
ABILITIES = ["CAN_QUERY", "CAN_RECEIVE_RESULTS"]
POLICY = {"v1": {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": list(ACCOUNTS)}}}
PLACE = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "results"}}}
SEQUENCES = int(os.environ.get("CLEANROOM_SEQUENCES", "12"))
STEPS = 40

_who = st.sampled_from(ACCOUNTS)
_name = st.sampled_from(["sales", "people"])
_which = st.integers(0, 5)


class Sequences(RuleBasedStateMachine):
    """The endpoint beside the model; `_made` remembers every id there ever was, so that gone ones are tried, too."""

    accounts: Accounts

    def __init__(self) -> None:
        super().__init__()
        self.accounts.forget()
        self.model = Model()
        self.arns: dict[str, str] = {}
        self._made: dict[str, list[str]] = {
            "room": [],
            "membership": [],
            "table": [],
            "association": [],
            "template": [],
        }

    def _pick(self, kind: str, which: int) -> str:
        made = self._made[kind]
        return made[-1 - which % len(made)] if made else "00000000-0000-4000-8000-000000000000"

    def _call(self, account: str, operation: str, expected: str | None, **asked: Any) -> Any:
        try:
            answer = getattr(self.accounts.client(account), operation)(**asked)
        except ClientError as error:
            code, answer = error.response["Error"]["Code"], None
        else:
            code = None
        assert code == expected, (operation, account, asked)
        return answer

    def _keep(self, kind: str, resource: dict[str, Any], owner: str) -> str:
        made: str = resource["id"]
        self._made[kind].append(made)
        self.arns[made] = resource["arn"]
        self.model.tags[resource["arn"]] = (owner, {})
        return made

    @initialize(account=_who, guest=_who)
    def begin(self, account: str, guest: str) -> None:
        """Most sequences are about one collaboration that both have joined."""
        guest = guest if guest != account else next(each for each in ACCOUNTS if each != account)
        self.create_room(account, guest)
        for each in (account, guest):
            self.join(each, 0)

    @rule(account=_who, guest=_who)
    def create_room(self, account: str, guest: str) -> None:
        answer = self._call(
            account,
            "create_collaboration",
            "ValidationException" if guest == account else None,
            name="room",
            creatorDisplayName="Creator",
            creatorMemberAbilities=ABILITIES,
            queryLogStatus="DISABLED",
            members=[{"accountId": guest, "displayName": "Guest", "memberAbilities": []}],
        )
        if answer:
            made = self._keep("room", answer["collaboration"], account)
            self.model.rooms[made] = RoomState(account, {account: INVITED, guest: INVITED})

    @rule(account=_who, which=_which)
    def delete_room(self, account: str, which: int) -> None:
        room = self._pick("room", which)
        expected = self.model.owning(account, room)
        self._call(account, "delete_collaboration", expected, collaborationIdentifier=room)
        if expected is None:
            self.model.end_room(room)
            del self.model.tags[self.arns[room]]

    @rule(account=_who, which=_which)
    def join(self, account: str, which: int) -> None:
        room = self._pick("room", which)
        expected = self.model.joining(account, room)
        asked = {"collaborationIdentifier": room, "queryLogStatus": "DISABLED"}
        answer = self._call(account, "create_membership", expected, **asked)
        if answer:
            self.model.rooms[room].statuses[account] = ACTIVE
            made = self._keep("membership", answer["membership"], account)
            self.model.memberships[made] = MembershipState(account, room)

    @rule(account=_who, which=_which)
    def leave(self, account: str, which: int) -> None:
        membership = self._pick("membership", which)
        expected = self.model.leaving(account, membership)
        self._call(account, "delete_membership", expected, membershipIdentifier=membership)
        if expected is None:
            self.model.end_membership(membership)
            del self.model.tags[self.arns[membership]]

    @rule(account=_who, guest=_who, which=_which)
    def remove(self, account: str, guest: str, which: int) -> None:
        room = self._pick("room", which)
        expected = self.model.removing(account, room, guest)
        self._call(account, "delete_member", expected, collaborationIdentifier=room, accountId=guest)
        if expected is None:
            self.model.remove(room, guest)

    @rule(account=_who)
    def create_table(self, account: str) -> None:
        answer = self._call(
            account,
            "create_configured_table",
            None,
            name="table",
            tableReference={"glue": {"databaseName": "lake", "tableName": "table"}},
            allowedColumns=["id"],
            analysisMethod="DIRECT_QUERY",
        )
        self.model.tables[self._keep("table", answer["configuredTable"], account)] = TableState(account)

    @rule(account=_who, which=_which)
    def delete_table(self, account: str, which: int) -> None:
        table = self._pick("table", which)
        expected = self.model.table(account, table)
        self._call(account, "delete_configured_table", expected, configuredTableIdentifier=table)
        if expected is None:
            del self.model.tables[table]
            del self.model.tags[self.arns[table]]

    @rule(account=_who, which=_which)
    def add_rule(self, account: str, which: int) -> None:
        table = self._pick("table", which)
        expected = self.model.ruling(account, table, ruled=False)
        asked = {"configuredTableIdentifier": table, "analysisRuleType": "CUSTOM", "analysisRulePolicy": POLICY}
        self._call(account, "create_configured_table_analysis_rule", expected, **asked)
        if expected is None:
            self.model.tables[table].ruled = True

    @rule(account=_who, which=_which)
    def delete_rule(self, account: str, which: int) -> None:
        table = self._pick("table", which)
        expected = self.model.ruling(account, table, ruled=True)
        asked = {"configuredTableIdentifier": table, "analysisRuleType": "CUSTOM"}
        self._call(account, "delete_configured_table_analysis_rule", expected, **asked)
        if expected is None:
            self.model.tables[table].ruled = False

    @rule(account=_who, membership=_which, table=_which, name=_name)
    def associate(self, account: str, membership: int, table: int, name: str) -> None:
        where, what = self._pick("membership", membership), self._pick("table", table)
        answer = self._call(
            account,
            "create_configured_table_association",
            self.model.associating(account, where, what, name),
            membershipIdentifier=where,
            configuredTableIdentifier=what,
            name=name,
            roleArn=ROLE.format(account=account),
        )
        if answer:
            made = self._keep("association", answer["configuredTableAssociation"], account)
            self.model.associations[made] = ChildState(where, name, what)

    @rule(account=_who, name=_name)
    def bring_ruled_table(self, account: str, name: str) -> None:
        """What random draws seldom do in this order."""
        self.create_table(account)
        self.add_rule(account, 0)
        for which in range(min(3, len(self._made["membership"]))):
            self.associate(account, which, 0, name)

    @rule(account=_who, membership=_which, which=_which)
    def dissociate(self, account: str, membership: int, which: int) -> None:
        where, gone = self._pick("membership", membership), self._pick("association", which)
        expected = self.model.child(account, where, self.model.associations.get(gone))
        asked = {"membershipIdentifier": where, "configuredTableAssociationIdentifier": gone}
        self._call(account, "delete_configured_table_association", expected, **asked)
        if expected is None:
            del self.model.associations[gone]
            del self.model.tags[self.arns[gone]]

    @rule(account=_who, membership=_which, name=_name)
    def write_template(self, account: str, membership: int, name: str) -> None:
        where = self._pick("membership", membership)
        answer = self._call(
            account,
            "create_analysis_template",
            self.model.writing(account, where, name),
            membershipIdentifier=where,
            name=name,
            format="SQL",
            source={"text": "SELECT COUNT(*) AS n FROM sales"},
        )
        if answer:
            made = self._keep("template", answer["analysisTemplate"], account)
            self.model.templates[made] = ChildState(where, name)

    @rule(account=_who, membership=_which, which=_which)
    def delete_template(self, account: str, membership: int, which: int) -> None:
        where, gone = self._pick("membership", membership), self._pick("template", which)
        expected = self.model.child(account, where, self.model.templates.get(gone))
        asked = {"membershipIdentifier": where, "analysisTemplateIdentifier": gone}
        self._call(account, "delete_analysis_template", expected, **asked)
        if expected is None:
            del self.model.templates[gone]
            del self.model.tags[self.arns[gone]]

    @rule(
        account=_who, kind=st.sampled_from(["room", "membership", "table"]), which=_which, key=_name, add=st.booleans()
    )
    def tag(self, account: str, kind: str, which: int, key: str, *, add: bool) -> None:
        arn = self.arns.get(self._pick(kind, which))
        if arn is None:
            return
        expected = self.model.tagging(account, arn)
        if add:
            self._call(account, "tag_resource", expected, resourceArn=arn, tags={key: account})
        else:
            self._call(account, "untag_resource", expected, resourceArn=arn, tagKeys=[key])
        if expected is None:
            tags = self.model.tags[arn][1]
            tags.pop(key, None)
            tags.update({key: account} if add else {})
        answer = self._call(account, "list_tags_for_resource", expected, resourceArn=arn)
        assert answer is None or answer["tags"] == self.model.tags[arn][1]

    @rule(account=_who, membership=_which, name=_name)
    def query(self, account: str, membership: int, name: str) -> None:
        where = self._pick("membership", membership)
        answer = self._call(
            account,
            "start_protected_query",
            self.model.querying(account, where, name),
            type="SQL",
            membershipIdentifier=where,
            sqlParameters={"queryString": f"SELECT COUNT(*) AS n FROM {name}"},
            resultConfiguration=PLACE,
        )
        if answer:
            asked = {"membershipIdentifier": where, "protectedQueryIdentifier": answer["protectedQuery"]["id"]}
            while (seen := self._call(account, "get_protected_query", None, **asked)["protectedQuery"]) and seen[
                "status"
            ] in {"SUBMITTED", "STARTED"}:
                pass
            assert (seen["status"], seen["error"]["code"]) == ("FAILED", "RESOURCE_NOT_FOUND")  # no catalog, no rows

    @rule(account=_who)
    def look_at_own(self, account: str) -> None:
        """What an account has is listed, and nothing of others."""
        client, model = self.accounts.client(account), self.model
        listed = client.list_collaborations()["collaborationList"]
        assert {each["id"]: each["memberStatus"] for each in listed} == {
            room: held.statuses[account] for room, held in model.rooms.items() if model.sees(account, room)
        }
        listed = client.list_memberships()["membershipSummaries"]
        assert {each["id"]: each["status"] for each in listed} == {
            each: held.status for each, held in model.memberships.items() if held.account == account
        }
        listed = client.list_configured_tables()["configuredTableSummaries"]
        assert {each["id"]: bool(each["analysisRuleTypes"]) for each in listed} == {
            table: held.ruled for table, held in model.tables.items() if held.account == account
        }

    @rule(account=_who, which=_which)
    def look_at_room(self, account: str, which: int) -> None:
        """A collaboration shows its members to those who may see it, its tables and templates to those who joined."""
        room = self._pick("room", which)
        asked = {"collaborationIdentifier": room}
        seen = self.model.sees(account, room)
        answer = self._call(account, "list_members", None if seen else "AccessDeniedException", **asked)
        if answer:
            statuses = {each["accountId"]: each["status"] for each in answer["memberSummaries"]}
            assert statuses == self.model.rooms[room].statuses
        expected = self.model.joined(account, room)
        answer = self._call(account, "list_schemas", expected, **asked)
        if answer:
            shown = {each["name"]: each["analysisRuleTypes"] for each in answer["schemaSummaries"]}
            assert shown == self.model.schemas(room)
        answer = self._call(account, "list_collaboration_analysis_templates", expected, **asked)
        if answer:
            active = {
                each for each, held in self.model.memberships.items() if (held.room, held.status) == (room, ACTIVE)
            }
            assert {each["id"] for each in answer["collaborationAnalysisTemplateSummaries"]} == {
                each for each, held in self.model.templates.items() if held.membership in active
            }

    def teardown(self) -> None:
        """At the end everything is looked at by everybody."""
        for account in ACCOUNTS:
            self.look_at_own(account)
            for which in range(len(self._made["room"])):
                self.look_at_room(account, which)


def test_random_sequences(accounts: Accounts) -> None:
    Sequences.accounts = accounts
    profile = settings(
        max_examples=SEQUENCES,
        phases=(Phase.generate,),  # a sequence takes a second: making a failing one shorter would take many minutes
        stateful_step_count=STEPS,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Sequences, settings=profile)
