"""The stated confidence of reports and figures."""

from __future__ import annotations

from kg.model import Article
from kg.nlp.confidence import BRIEF, FIRM, LEAST, PLAIN, Calibration, logit
from kg.nlp.extract import Extractor
from kg.nlp.triggers import Trigger


def test_surer_triggers_and_types_make_surer_reports() -> None:
    known = Calibration.load("fr")
    doubtful, sure = (Trigger(0, 1, 0, "Bombing", score, "cue:x", kind) for score, kind in ((0.4, 0.5), (0.95, 0.98)))
    assert known.of_report([doubtful], "Bombing") < known.of_report([sure], "Bombing")
    assert known.lets_through(sure)
    assert not known.lets_through(Trigger(0, 1, 0, "Bombing", 0.2, "cue:x", 0.3))


def test_a_long_text_tells_of_conflict_by_a_sure_report_or_by_two_plain_triggers() -> None:
    known = Calibration.load("fr")
    plain, doubtful = (Trigger(0, 1, 0, "Airstrike", score, "cue:x", 0.3) for score in (PLAIN, PLAIN - 0.01))
    assert known.vouches([FIRM], [doubtful], BRIEF + 1)
    assert known.vouches([FIRM - 0.01], [plain, plain], BRIEF + 1)
    assert not known.vouches([FIRM - 0.01], [plain, doubtful], BRIEF + 1)
    assert known.vouches([], [], BRIEF)


def test_log_odds_stay_finite() -> None:
    assert logit(0.5) == 0.0
    assert -10 < logit(0.0) < logit(1.0) < 10


def test_reports_and_figures_carry_rule_and_confidence() -> None:
    text = "Une bombe a explosé à Kaboul lundi, tuant douze civils, a annoncé la police."
    (report,) = [r for r in Extractor.shared().extract(Article("t", text)).reports if r.casualties]
    assert report.rule.startswith("cue:")
    assert LEAST <= report.confidence <= 1.0
    (figure,) = report.casualties
    assert figure.rule.startswith("casualty:")
    assert 0.0 < figure.confidence < 1.0
