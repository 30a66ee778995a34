"""A stack seen with AWS credentials: for commands that go past the API."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from signoff.cli.failures import Failure, InConflict, Missing, Refused, Unreachable
from signoff.cli.stack import find_local_stack, searched

F = TypeVar("F", bound=Callable[..., Any])
LOCAL_STACK = "signoff"
_DENIED = {"AccessDenied", "AccessDeniedException", "ExpiredToken", "InvalidClientTokenId"}


def aws_options(command: F) -> F:
    """Give ``command`` --stack, --endpoint-url, --region and --profile, for ``account``."""
    for option in (
        click.option(
            "--profile", metavar="NAME", help="AWS profile; default: as the AWS CLI has it."
        ),
        click.option(
            "--region", metavar="REGION", help="AWS region; default: as the AWS CLI has it."
        ),
        click.option(
            "--endpoint-url", metavar="URL", help="AWS endpoint, for stacks that are not on AWS."
        ),
        click.option(
            "--stack",
            metavar="NAME",
            help="CloudFormation stack.  [default: signoff, on the local stack]",
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Account:
    """Where a stack is, and a session that may go there."""

    session: Any
    stack: str
    endpoint_url: str | None

    def client(self, service: str) -> Any:
        """A client whose calls are bounded and never repeated by themselves."""
        from botocore.config import Config

        config = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1})
        return self.session.create_client(service, endpoint_url=self.endpoint_url, config=config)

    @contextmanager
    def told(self, *permissions: str) -> Iterator[None]:
        """What AWS refuses inside becomes a Failure; ``permissions`` are what the calls take."""
        from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

        try:
            yield
        except EndpointConnectionError as error:
            raise Unreachable(
                f"Nothing listens at {self.endpoint_url or 'AWS'}.",
                "Is the stack up? `make up` starts it.",
            ) from error
        except ClientError as error:
            raise _refusal(error, self.stack, permissions) from error
        except BotoCoreError as error:
            raise Unreachable(f"AWS: {error}") from error


def account(
    stack: str | None, endpoint_url: str | None, region: str | None, profile: str | None
) -> Account:
    """The stack that was asked for; without any of it the local stack of this directory."""
    local = find_local_stack() if stack is None and endpoint_url is None else None
    if local is not None:
        endpoint_url, region = local.endpoint_url, local.region
    elif stack is None:
        raise click.UsageError(
            f"Which stack? There is no {searched()} (`make up` makes one); give --stack NAME."
        )
    session = session_of(profile, region, is_local=local is not None)
    return Account(session, stack or LOCAL_STACK, endpoint_url)


def session_of(profile: str | None, region: str | None, *, is_local: bool) -> Any:
    """A botocore session. Raises Refused where there are no credentials or no such profile."""
    # Half a second of import that no other command pays.
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        session = botocore.session.Session(profile=profile)
        if region:
            session.set_config_variable("region", region)
        if is_local:
            # The emulator's root, which answers on this machine only.
            session.set_credentials("test", "test")
        elif session.get_credentials() is None:
            raise Refused("There are no AWS credentials.", "Set them as for the AWS CLI.")
    except BotoCoreError as error:
        raise Refused(f"AWS: {error}") from error
    return session


def _refusal(error: Any, stack: str, permissions: tuple[str, ...]) -> Failure:
    code = error.response["Error"]["Code"]
    message = error.response["Error"]["Message"]
    if code == "ValidationError" or "does not exist" in message:
        return Missing(f"There is no stack {stack} with Signoff in this account and region.")
    if code in _DENIED:
        return Refused(f"AWS: {message}", f"It takes {' and '.join(permissions)}.")
    if code.rpartition(".")[2] == "UnsupportedOperation":
        return InConflict(f"AWS: {message}")
    return Failure(f"AWS: {message}")
