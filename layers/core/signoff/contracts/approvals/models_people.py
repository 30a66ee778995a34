"""People as they see themselves: who the directory says they are, and when they are away."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from signoff.contracts.approvals.times import moment, moment_or_none
from signoff.directory.absences import read_absence
from signoff.directory.groups import groups_of_user
from signoff.directory.names import MAX_ID
from signoff.directory.user import Absence, User

_TIME = {"format": "date-time"}
_Moment = Annotated[str, Field(max_length=64, json_schema_extra=_TIME)]


class OutOfOfficeRequest(BaseModel):
    """Away from one moment to another; new tasks come to the delegate meanwhile."""

    model_config = ConfigDict(strict=True, defer_build=True, alias_generator=to_camel)

    since: Annotated[_Moment | None, Field(alias="from", description="Absent: from now on")] = None
    until: Annotated[_Moment | None, Field(alias="to", description="Absent: open-ended")] = None
    delegate_id: Annotated[
        str | None,
        Field(min_length=1, max_length=MAX_ID, description="Absent: nobody stands in"),
    ] = None

    def read(self) -> Absence:
        """The absence. Raises Invalid."""
        return read_absence(self.since, self.until, self.delegate_id)


class _Answer(BaseModel):
    model_config = ConfigDict(
        strict=True, defer_build=True, alias_generator=to_camel, validate_by_name=True
    )


class OwnAbsence(_Answer):
    """When one is away, and who stands in."""

    since: Annotated[str, Field(alias="from", json_schema_extra=_TIME)]
    until: Annotated[str | None, Field(alias="to")]
    delegate_id: str | None


class Me(_Answer):
    """Who the caller's token says they are."""

    id: str
    name: str
    email: str | None
    groups: list[str]
    roles: list[str]
    department: str | None
    manager_id: str | None
    out_of_office: OwnAbsence | None


def shown_me(user: User) -> Me:
    """The user as they see themselves."""
    away = user.absence
    return Me(
        id=user.user_id,
        name=user.name,
        email=user.email,
        groups=list(groups_of_user(user)),
        roles=list(user.roles),
        department=user.department,
        manager_id=user.manager,
        out_of_office=OwnAbsence(
            since=moment(away.since), until=moment_or_none(away.until), delegate_id=away.delegate
        )
        if away
        else None,
    )
