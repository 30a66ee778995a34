"""The ``$default`` route: what no operation answers is 404 or 405, in its contract's words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from signoff.entrypoints.face import Face
from signoff.entrypoints.http import Event, HttpRequest
from signoff.entrypoints.refusals import MethodNotAllowed, UnknownRoute
from signoff.entrypoints.respond import respond

# Path templates with their methods, per face and prefix.
Routes = Mapping[str, tuple[str, ...]]


def fallback(faces: Mapping[str, Face], routes: Routes) -> Callable[[Event, Any], dict[str, Any]]:
    """The handler. ``faces`` says whose words a path prefix is answered in, longest prefix first.

    A path is an operation's if it fits its template; then the method was wrong. Of several
    templates the most literal one is meant.
    """
    literal_first = sorted(routes.items(), key=lambda route: route[0].count("{"))
    patterns = [(_pattern(template), methods) for template, methods in literal_first]
    by_length = sorted(faces.items(), key=lambda item: len(item[0]), reverse=True)

    def refuse(http: HttpRequest, _request_id: str) -> dict[str, Any]:
        matching = (methods for pattern, methods in patterns if pattern.fullmatch(http.path))
        allowed = next(matching, ())
        if allowed:
            raise MethodNotAllowed(tuple(sorted(allowed)))
        raise UnknownRoute("Not found")

    def handler(event: Event, _context: Any) -> dict[str, Any]:
        path = str(event.get("rawPath") or "/")
        face = next(face for prefix, face in by_length if path.startswith(prefix))
        return respond(face, "notFound", event, refuse)

    return handler


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("[^/]+".join(re.escape(part) for part in parts))
