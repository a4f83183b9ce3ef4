"""A patient for each test; Twilio's description judges what the emulator answered."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import migrated_file
from tests.doctor.patient import Patient
from tests.emulator.conftest import judge_exchanges

__all__ = ["migrated_file"]

NewPatient = Callable[..., Patient]


@pytest.fixture
def new_patient(migrated_file: Path, tmp_path: Path) -> Iterator[NewPatient]:
    """Builds the one patient of a test, with other settings than the right ones.

    On SQLite alone: of the database only the directory is read, and `tests/storage` does that on
    both.
    """
    database_url = f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'voice.db')}"
    patients: list[Patient] = []

    def build(**settings: Any) -> Patient:
        patients.append(Patient(database_url, **settings))
        return patients[-1]

    yield build
    for patient in patients:
        judge_exchanges(patient.twilio)
        patient.close()


@pytest.fixture
def patient(new_patient: NewPatient) -> Patient:
    """All is right with it."""
    return new_patient()
