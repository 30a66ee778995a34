"""People as the admin API takes and shows them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from signoff.contracts.admin.models import LEFT_OUT, Sent, Shown
from signoff.directory.absences import read_absence
from signoff.directory.groups import groups_of_user
from signoff.directory.names import MAX_EMAIL, MAX_GROUPS, MAX_ID, MAX_NAME, MAX_ROLES
from signoff.directory.user import Absence, User

_Id = Annotated[str, Field(min_length=1, max_length=MAX_ID, examples=["bob"])]
_Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["Bob Marsh"])]
_Email = Annotated[str, Field(max_length=MAX_EMAIL, examples=["bob@example.com"])]
_Groups = Annotated[
    list[_Id], Field(max_length=MAX_GROUPS, examples=[["legal-reviewers"]], description="Pools")
]
_Roles = Annotated[
    list[_Id],
    Field(
        max_length=MAX_ROLES,
        examples=[["approver"]],
        description="admin, designer, approver and auditor open scopes (docs/directory.md); others "
        "are the organisation's own",
    ),
]


_Moment = Annotated[str, Field(max_length=64, description="RFC 3339 with an offset")]


class OutOfOffice(Sent):
    """Away from one moment to another; who stands in is asked instead."""

    since: Annotated[_Moment | None, Field(alias="from", description="Absent: from now on")] = None
    until: Annotated[_Moment | None, Field(alias="to", description="Absent: open-ended")] = None
    delegate_id: Annotated[
        _Id | None, Field(description="Absent: nobody stands in, and the others are asked")
    ] = None

    def read(self) -> Absence:
        """The absence. Raises Invalid."""
        return read_absence(self.since, self.until, self.delegate_id)


class CreateUserRequest(Sent):
    """Somebody who is to be put into the directory."""

    id: _Id
    name: _Name
    email: _Email | None = None
    groups: _Groups = Field(default_factory=list)
    roles: _Roles = Field(default_factory=list)
    department: _Id | None = None
    manager_id: _Id | None = None


class EditUserRequest(Sent):
    """What is to change; what is left out stays, and null takes away."""

    name: _Name = LEFT_OUT
    email: _Email | None = None
    groups: _Groups | None = None
    roles: _Roles | None = None
    department: _Id | None = None
    manager_id: _Id | None = None
    out_of_office: OutOfOffice | None = None
    active: Annotated[
        Literal[True], Field(description="true brings back somebody who was removed")
    ] = LEFT_OUT
    version: Annotated[
        int | None,
        Field(ge=1, description="The version that was seen: 409 where it is no longer the newest"),
    ] = None

    def changes(self) -> dict[str, Any]:
        """What was sent, in the words of ``directory.users.edit_user``. Raises Invalid."""
        sent = self.model_fields_set
        given: dict[str, tuple[str, Any]] = {
            "name": ("name", self.name),
            "email": ("email", self.email),
            "groups": ("groups", tuple(self.groups or ())),
            "roles": ("roles", tuple(self.roles or ())),
            "department": ("department", self.department),
            "manager_id": ("manager", self.manager_id),
            "out_of_office": ("absence", self.out_of_office and self.out_of_office.read()),
            "active": ("active", self.active),
        }
        return dict(pair for name, pair in given.items() if name in sent)


class ShownOutOfOffice(Shown):
    """When somebody is away, and who stands in."""

    since: Annotated[str, Field(alias="from")]
    until: Annotated[str | None, Field(alias="to")]
    delegate_id: str | None


class Person(Shown):
    """A user of the directory."""

    id: str
    name: str
    email: str | None
    groups: Annotated[
        list[str],
        Field(description="With `administrators`, of which the role admin makes a member"),
    ]
    roles: list[str]
    department: str | None
    manager_id: str | None
    out_of_office: ShownOutOfOffice | None
    status: Literal["ACTIVE", "REMOVED"]
    created_at: str
    updated_at: str
    version: int


def shown_user(user: User) -> Person:
    """The user as the admin API shows them."""
    away = user.absence
    return Person(
        id=user.user_id,
        name=user.name,
        email=user.email,
        groups=list(groups_of_user(user) if user.active else user.groups),
        roles=list(user.roles),
        department=user.department,
        manager_id=user.manager,
        out_of_office=ShownOutOfOffice(
            since=away.since, until=away.until, delegate_id=away.delegate
        )
        if away
        else None,
        status="ACTIVE" if user.active else "REMOVED",
        created_at=user.created_at,
        updated_at=user.updated_at,
        version=user.version,
    )
