"""The CSV of a selection: the rows that the index gives under the columns of UCDP GED and ACLED."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from kg.web.app import Settings, create_app
from tests.web.pages.conftest import store_of, told


def test_force_against_civilians_is_one_sided(tmp_path: Path) -> None:
    article = told("a-levant", 21, "organisation/agence", "Le Levant")
    (report,) = article.reports
    (toll,) = report.casualties
    civilians = replace(toll, victims="Civilians")
    article = replace(article, reports=(replace(report, casualties=(civilians,)),))
    application = create_app(Settings(store_of(tmp_path / "store", [article]), workers=1))
    try:
        client: FlaskClient = application.test_client()
        (strike,) = csv.DictReader(io.StringIO(client.get("/events.csv").text))
        assert (strike["type_of_violence"], strike["side_a"], strike["side_b"]) == ("3", "Armenia", "")
        assert (strike["deaths_civilians"], strike["deaths_unknown"], strike["best"]) == ("21", "0", "21")
        (strike,) = csv.DictReader(io.StringIO(client.get("/events.csv?columns=acled").text))
        assert (strike["disorder_type"], strike["event_type"]) == ("Political violence", "Explosions/Remote violence")
    finally:
        application.extensions["kg_workers"].close()
