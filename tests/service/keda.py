"""The shape of KEDA's kinds, as far as the manifests here use them.

Facts are those of KEDA 2's documentation (`keda.sh/docs`: ScaledObject spec, authentication, scaler "Redis
Lists"). A field that is not named here is refused: KEDA's own schema lets any text pass in a trigger's
metadata.
"""

from __future__ import annotations

from typing import Any

API = "keda.sh/v1alpha1"


def _object(required: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_NAMED = _object(("name",), name=_TEXT)
_COUNT = {"type": "integer", "minimum": 0}
_POSITIVE = {"type": "integer", "minimum": 1}

# Values of a trigger's metadata are texts, numbers too.
_REDIS = _object(
    ("address", "listName"),
    address={"type": "string", "pattern": r"^[a-z.-]+:\d+$"},
    listName=_TEXT,
    listLength={"type": "string", "pattern": r"^\d+$"},
    activationListLength={"type": "string", "pattern": r"^\d+$"},
    databaseIndex={"type": "string", "pattern": r"^\d+$"},
    enableTLS={"enum": ["true", "false"]},
)
_TRIGGER = _object(
    ("type", "metadata"), type={"const": "redis"}, metadata=_REDIS, authenticationRef=_NAMED, name=_TEXT
)
_SPECS = {
    "ScaledObject": _object(
        ("scaleTargetRef", "triggers"),
        scaleTargetRef=_NAMED,
        pollingInterval=_POSITIVE,
        cooldownPeriod=_COUNT,
        idleReplicaCount=_COUNT,
        minReplicaCount=_COUNT,
        maxReplicaCount=_POSITIVE,
        triggers={"type": "array", "items": _TRIGGER, "minItems": 1},
    ),
    "TriggerAuthentication": _object(
        ("secretTargetRef",),
        secretTargetRef={
            "type": "array",
            "minItems": 1,
            "items": _object(
                ("parameter", "name", "key"),
                # What the scaler takes from a secret.
                parameter={"enum": ["username", "password"]},
                name=_TEXT,
                key=_TEXT,
            ),
        },
    ),
}


def schema(kind: str) -> dict[str, Any]:
    """The JSON schema of a kind."""
    return _object(
        ("apiVersion", "kind", "metadata", "spec"),
        apiVersion={"const": API},
        kind={"const": kind},
        metadata=_NAMED,
        spec=_SPECS[kind],
    )
