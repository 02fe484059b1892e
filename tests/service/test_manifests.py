"""The manifests for Kubernetes: they have the shape that its API asks for, and fit what they deploy."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from collector.jobs.tickets import NAMESPACE, QUEUES
from collector.settings import Settings
from tests.service import keda

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses what Python is about to take away
    import kubernetes_validate

DOCKER = Path(__file__).parents[2] / "docker"
FOLDER = DOCKER / "kubernetes"


def manifests() -> Iterator[dict[str, Any]]:
    """Everything that `kubectl apply -k` would apply."""
    (listed,) = yaml.safe_load_all((FOLDER / "kustomization.yaml").read_text())
    for name in listed["resources"]:
        yield from yaml.safe_load_all((FOLDER / name).read_text())


def check(manifest: dict[str, Any]) -> None:
    """Hold a manifest against the schema of the newest Kubernetes, or of KEDA."""
    if manifest["apiVersion"] == keda.API:
        jsonschema_rs.validate(keda.schema(manifest["kind"]), manifest)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def named(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in manifests() if one["kind"] == kind}


def test_every_file_is_listed() -> None:
    (listed,) = yaml.safe_load_all((FOLDER / "kustomization.yaml").read_text())
    assert {path.name for path in FOLDER.iterdir()} == {"kustomization.yaml", *listed["resources"]}


@pytest.mark.parametrize(
    "manifest", list(manifests()), ids=lambda one: f"{one['kind']} {one['metadata']['name']}"
)
def test_manifests_fit_their_schemas(manifest: dict[str, Any]) -> None:
    check(manifest)


def test_a_wrong_manifest_would_be_noticed() -> None:
    (wrong,) = [one for one in manifests() if one["kind"] == "PodDisruptionBudget"]
    wrong["spec"]["minAvailabel"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        check(wrong)
    wrong = named("ScaledObject")["player"]
    wrong["spec"]["triggers"][0]["metadata"]["listLength"] = 2
    with pytest.raises(jsonschema_rs.ValidationError, match='is not of type "string"'):
        check(wrong)


def test_keda_finds_redis_and_its_password() -> None:
    (redis,) = (one for one in manifests() if one["kind"] == "Service" and one["metadata"]["name"] == "redis")
    (listed,) = yaml.safe_load_all((FOLDER / "kustomization.yaml").read_text())
    where = f"redis.{listed['namespace']}:{redis['spec']['ports'][0]['port']}"
    logins = named("TriggerAuthentication")
    for one in named("ScaledObject").values():
        (trigger,) = one["spec"]["triggers"]
        assert trigger["metadata"]["address"] == where
        (secret,) = logins[trigger["authenticationRef"]["name"]]["spec"]["secretTargetRef"]
        assert secret["name"] == "collector"  # made of the files that make-secrets writes
        assert re.search(rf"\b{secret['key']}\b", (DOCKER / "make-secrets").read_text())


def test_workers_scale_with_the_queues_that_there_are() -> None:
    lists = {
        trigger["metadata"]["listName"]
        for one in named("ScaledObject").values()
        for trigger in one["spec"]["triggers"]
    }
    assert lists == {f"{NAMESPACE}:{queue}" for queue in QUEUES.values()}
    deployments = named("Deployment")
    for one in named("ScaledObject").values():
        assert one["spec"]["scaleTargetRef"]["name"] in deployments
        assert "replicas" not in deployments[one["spec"]["scaleTargetRef"]["name"]]["spec"]


def test_settings_are_ones_that_exist() -> None:
    names = {f"COLLECTOR_{name.upper()}" for name in Settings.model_fields}
    for name in named("ConfigMap")["settings"]["data"]:
        assert (
            name in names
            or name.startswith("AWS_")
            or name
            in {
                "COLLECTOR_SECRETS",
                "COLLECTOR_S3_PUBLIC_ENDPOINT",
            }
        )


def test_pods_can_do_little() -> None:
    pods = {**named("Deployment"), **named("StatefulSet")}
    assert set(pods) == {"api", "player", "renderer", "redis", "seaweedfs"}
    for one in pods.values():
        spec = one["spec"]["template"]["spec"]
        assert spec["securityContext"]["runAsNonRoot"]
        assert spec["automountServiceAccountToken"] is False
        (container,) = spec["containers"]
        assert container["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"]


def test_pods_run_as_the_users_of_the_images() -> None:
    for name, image in (("api", "collector"), ("seaweedfs", "seaweedfs")):
        kind = "Deployment" if name == "api" else "StatefulSet"
        user = named(kind)[name]["spec"]["template"]["spec"]["securityContext"]["runAsUser"]
        assert f"--uid {user}" in (DOCKER / f"{image}.Dockerfile").read_text()
