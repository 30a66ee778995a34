"""``signoff token``: a person's own access token, for the shell."""

from typing import Any

import click

from signoff.cli.failures import EXIT_CODES, BadInput, Refused
from signoff.cli.options import json_option, options_of
from signoff.cli.output import say, write_json
from signoff.cli.stack import LocalStack, find_local_stack, searched

CALLBACK_PORT = 8765  # the template's first CallbackUrls


@click.command(epilog=EXIT_CODES)
@click.option("--user", metavar="ID", help="A user of the local stack, with the password it gave.")
@click.option("--api-url", metavar="URL", envvar="SIGNOFF_API_URL", help="Base address of the API.")
@click.option(
    "--client-id",
    metavar="ID",
    envvar="SIGNOFF_CLIENT_ID",
    help="OAuth client; the stack's output UserPoolClientId.  [env: SIGNOFF_CLIENT_ID]",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=CALLBACK_PORT,
    show_default=True,
    help="Where to listen for the browser; one of the stack's CallbackUrls.",
)
@json_option
@click.pass_context
def token(
    ctx: click.Context, user: str | None, api_url: str | None, client_id: str | None, port: int
) -> None:
    """Print an access token.

    With --user it is that of a user of the local stack. Without, a browser opens the sign-in page
    of the stack at --api-url, and the token is that of whoever signs in there. It is good for an
    hour.

    \b
    Examples:
      curl -H "Authorization: Bearer $(signoff token --user bob)" …
      signoff token --api-url https://… --client-id 4rf2…
    """
    local = find_local_stack()
    if user is not None:
        if local is None:
            raise BadInput(f"There is no {searched()}.", "`make up` makes a local stack.")
        tokens = _by_password(local, user)
    else:
        from signoff.cli.sign_in import sign_in

        url = api_url or (local.api_url if local else None)
        client = client_id or (local.client_id if local and url == local.api_url else None)
        if url is None or client is None:
            raise click.UsageError("Give --user, or --api-url and --client-id.", ctx)
        tokens = sign_in(url, client, port, say)
    if options_of(ctx).as_json:
        write_json(tokens)
    else:
        click.echo(tokens["access_token"])


def _by_password(local: LocalStack, user: str) -> dict[str, object]:
    """Tokens for the password in stack.json; only local stacks take passwords here."""
    import botocore.session
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    from signoff.identity.pool_users import pool_name

    password = local.passwords.get(user)
    if password is None or local.client_id is None:
        known = ", ".join(local.passwords) or "nobody"
        raise BadInput(f"{user} is not a user of the local stack.", f"It knows {known}.")
    pool: Any = botocore.session.get_session().create_client(
        "cognito-idp",
        region_name=local.region,
        endpoint_url=local.endpoint_url,
        config=Config(signature_version=UNSIGNED, connect_timeout=5, read_timeout=20),
    )
    try:
        answer = pool.initiate_auth(
            ClientId=local.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": pool_name(local.tenant, user), "PASSWORD": password},
        )["AuthenticationResult"]
    except (ClientError, BotoCoreError, KeyError) as error:
        raise Refused(f"{user} cannot sign in.", "`make up` looks after the passwords.") from error
    return {
        "access_token": answer["AccessToken"],
        "refresh_token": answer.get("RefreshToken"),
        "expires_in": answer["ExpiresIn"],
        "token_type": answer["TokenType"],
    }
