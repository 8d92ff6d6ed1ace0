"""A small model of the service: what exists, who owns it, and which error each operation is to answer with.

It knows nothing of the implementation: dictionaries by id, and a few sentences of the API reference as conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

INVITED, ACTIVE, LEFT, REMOVED, DELETED = "INVITED", "ACTIVE", "LEFT", "REMOVED", "COLLABORATION_DELETED"
DENIED, NOT_FOUND, CONFLICT, INVALID = (
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ConflictException",
    "ValidationException",
)


@dataclass
class RoomState:
    """A collaboration: who made it, and the status of each member."""

    creator: str
    statuses: dict[str, str]


@dataclass
class MembershipState:
    """A membership; it outlives its collaboration."""

    account: str
    room: str
    status: str = ACTIVE


@dataclass
class TableState:
    """A configured table, and whether it has a rule."""

    account: str
    ruled: bool = False


@dataclass
class ChildState:
    """What belongs to a membership: an association with its table, or a template."""

    membership: str
    name: str
    table: str = ""


@dataclass
class Model:
    """Everything that exists, by id; `tags` by ARN, each with its owner."""

    rooms: dict[str, RoomState] = field(default_factory=dict)
    memberships: dict[str, MembershipState] = field(default_factory=dict)
    tables: dict[str, TableState] = field(default_factory=dict)
    associations: dict[str, ChildState] = field(default_factory=dict)
    templates: dict[str, ChildState] = field(default_factory=dict)
    tags: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def sees(self, account: str, room: str) -> bool:
        """Tell whether an account may know of a collaboration."""
        held = self.rooms.get(room)
        return held is not None and (held.creator == account or held.statuses.get(account) in {INVITED, ACTIVE})

    def owning(self, account: str, room: str) -> str | None:
        """Only the creator may, and nobody else learns whether it exists."""
        return None if self.sees(account, room) and self.rooms[room].creator == account else DENIED

    def joined(self, account: str, room: str) -> str | None:
        """Only an active member may."""
        return None if self.sees(account, room) and self.rooms[room].statuses[account] == ACTIVE else DENIED

    def joining(self, account: str, room: str) -> str | None:
        """Only who is invited may, once."""
        if room not in self.rooms:
            return NOT_FOUND
        return {INVITED: None, ACTIVE: CONFLICT}.get(self.rooms[room].statuses.get(account, ""), DENIED)

    def removing(self, account: str, room: str, guest: str) -> str | None:
        """The creator removes others, not itself."""
        if wrong := self.owning(account, room):
            return wrong
        if self.rooms[room].statuses.get(guest, REMOVED) == REMOVED:
            return NOT_FOUND
        return CONFLICT if guest == account else None

    def having(self, account: str, membership: str) -> str | None:
        """The membership must be the caller's."""
        if membership not in self.memberships:
            return NOT_FOUND
        return None if self.memberships[membership].account == account else DENIED

    def using(self, account: str, membership: str) -> str | None:
        """It must be active, too."""
        wrong = self.having(account, membership)
        return wrong or (None if self.memberships[membership].status == ACTIVE else CONFLICT)

    def leaving(self, account: str, membership: str) -> str | None:
        """Everything that was brought in must be deleted first."""
        held = (*self.associations.values(), *self.templates.values())
        wrong = self.having(account, membership)
        return wrong or (CONFLICT if any(each.membership == membership for each in held) else None)

    def child(self, account: str, membership: str, held: ChildState | None) -> str | None:
        """A child is found by way of its own membership only."""
        wrong = self.having(account, membership)
        return wrong or (None if held is not None and held.membership == membership else NOT_FOUND)

    def table(self, account: str, table: str) -> str | None:
        """The table must be the caller's."""
        if table not in self.tables:
            return NOT_FOUND
        return None if self.tables[table].account == account else DENIED

    def ruling(self, account: str, table: str, *, ruled: bool) -> str | None:
        """A table has at most one rule: *ruled* says whether the operation wants to find one."""
        wrong = self.table(account, table)
        if wrong or self.tables[table].ruled == ruled:
            return wrong
        return NOT_FOUND if ruled else CONFLICT

    def associating(self, account: str, membership: str, table: str, name: str) -> str | None:
        """Names are unique in a collaboration."""
        if wrong := self.using(account, membership) or self.table(account, table):
            return wrong
        room = self.memberships[membership].room
        taken = {each.name for each in self.associations.values() if self.memberships[each.membership].room == room}
        return CONFLICT if name in taken else None

    def writing(self, account: str, membership: str, name: str) -> str | None:
        """Names of templates are unique in a membership."""
        taken = {each.name for each in self.templates.values() if each.membership == membership}
        return self.using(account, membership) or (CONFLICT if name in taken else None)

    def tagging(self, account: str, arn: str) -> str | None:
        """What belongs to somebody else cannot be told from what does not exist."""
        return None if arn in self.tags and self.tags[arn][0] == account else NOT_FOUND

    def querying(self, account: str, membership: str, name: str) -> str | None:
        """Only the creator can query, tables that are there and ruled; the operation does not know conflicts."""
        if wrong := self.using(account, membership):
            return INVALID if wrong == CONFLICT else wrong
        room = self.memberships[membership].room
        if self.rooms[room].creator != account:
            return DENIED
        return None if self.schemas(room).get(name) else INVALID

    def schemas(self, room: str) -> dict[str, list[str]]:
        """Return the names of the tables of a collaboration with the types of their rules."""
        return {
            each.name: ["CUSTOM"] if self.tables[each.table].ruled else []
            for each in self.associations.values()
            if self.memberships[each.membership].room == room
            and self.memberships[each.membership].status == ACTIVE
            and each.table in self.tables
        }

    def end_room(self, room: str) -> None:
        """Delete a collaboration; its memberships say so."""
        del self.rooms[room]
        for membership in self.memberships.values():
            if membership.room == room:
                membership.status = DELETED

    def end_membership(self, membership: str) -> None:
        """Delete a membership; the member has left."""
        gone = self.memberships.pop(membership)
        room = self.rooms.get(gone.room)
        if room is not None and room.statuses[gone.account] == ACTIVE:
            room.statuses[gone.account] = LEFT

    def remove(self, room: str, guest: str) -> None:
        """Remove a member with its membership."""
        self.rooms[room].statuses[guest] = REMOVED
        for membership in self.memberships.values():
            if (membership.room, membership.account) == (room, guest):
                membership.status = REMOVED
