"""Requests made up from the API's own description: none of them is a server error, and all answers fit it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.conftest import running

# The same requests each time: what passes passes again. Another seed makes up others.
SEED = int(os.environ.get("FUZZ_SEED", "1"))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
def test_no_request_breaks_the_service(tmp_path: Path) -> None:
    # Without workers: what is made up here may be huge, and nobody waits for it.
    with running(tmp_path / "service", "--workers", "0") as service:
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"),
                "run",
                f"{service.url}/openapi.json",
                "--exclude-path=/v1/events",  # it never ends
                f"--checks={CHECKS}",
                "--phases=examples,coverage,fuzzing",
                "--max-examples=30",
                f"--seed={SEED}",
                "--no-color",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "generated" in done.stdout
