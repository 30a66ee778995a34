"""POST /api/v1/admin/definitions"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_definitions import PublishedDefinition, published_definition
from signoff.definitions.publish import publish
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.face import Answered
from signoff.entrypoints.request import Request


def publish_definition(request: Request[None]) -> Answered[PublishedDefinition]:
    """Publish a definition, YAML or JSON, as a new version; 200 if it is the newest already."""
    publication = publish(request.caller, request.content, request.media_type)
    return Answered(published_definition(publication), 201 if publication.created else 200)


handler = endpoint(
    ADMIN, "POST /api/v1/admin/definitions", publish_definition, scope="admin:definitions",
    media_types=("application/yaml", "application/json"), status=201, also=(200,), refusals=(409,),
)  # fmt: skip
