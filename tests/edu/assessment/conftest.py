import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from edu.accounts.scope import Scope
from edu.assessment.importer import import_responses
from edu.intake import FileRefused, ImportCount, IncomingFile
from edu.registry.vault import Vault


@dataclass
class Bringing:
    """Brings files in; `mapping` is what the tests change."""

    session: Any
    scope: Scope
    vault: Vault
    mapping: dict[str, Any] = field(default_factory=dict)

    def bring(self, text: str | bytes, **changes: object) -> ImportCount:
        content = text if isinstance(text, bytes) else text.encode()
        mapping = json.dumps(self.mapping | changes).encode()
        return import_responses(
            self.session,
            self.scope,
            IncomingFile("answers.csv", content),
            mapping=IncomingFile("mapping.json", mapping),
            vault=self.vault,
        )

    def problems(self, text: str | bytes, **changes: object) -> list[dict[str, Any]]:
        with pytest.raises(FileRefused) as refused:
            self.bring(text, **changes)
        return list(refused.value.errors)

    def codes(self, text: str | bytes, **changes: object) -> list[tuple[object, object, str]]:
        return [(one["line"], one["column"], one["code"]) for one in self.problems(text, **changes)]


@pytest.fixture
def vault() -> Vault:
    return Vault(b"e" * 32, b"i" * 32)


@pytest.fixture
def sample(session, scope, vault) -> Bringing:
    """Anonymous respondents: two items from 1 to 4, a group."""
    return Bringing(
        session,
        scope,
        vault,
        {
            "instrument": "survey",
            "wave": "2026",
            "person": None,
            "school": "school",
            "items": ["q1", "q2"],
            "range": [1, 4],
            "groups": {"sex": "sex"},
            "sample": "pilot",
        },
    )


@pytest.fixture
def bringing_as(vault) -> Callable[..., Bringing]:
    """People of the registry, brought in by a given session and scope."""

    def make(session, scope) -> Bringing:
        mapping = {
            "instrument": "test",
            "wave": "baseline",
            "person": "pupil",
            "school": "school",
            "items": ["q1", "q2"],
            "range": [0, 1],
            "groups": {},
            "sample": None,
        }
        return Bringing(session, scope, vault, mapping)

    return make
