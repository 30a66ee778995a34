"""From a checked definition to a state machine in Amazon States Language.

    definition → lower → annotate_leads → route → fuse → land → prune → emit

Each arrow is a file, each file one idea; `docs/compiler.md` describes what comes out.  Nothing here
imports anything of AWS.
"""

from __future__ import annotations

from .emit import MACHINE_SCHEMA
from .graph import to_mermaid
from .machine import FUNCTIONS, Machine, MachineTooLarge, substitute
from .pipeline import compile_definition, compile_resume, resume_points

__all__ = [
    "FUNCTIONS",
    "MACHINE_SCHEMA",
    "Machine",
    "MachineTooLarge",
    "compile_definition",
    "compile_resume",
    "resume_points",
    "substitute",
    "to_mermaid",
]
