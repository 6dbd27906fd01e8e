"""The network over named features: what it scores, and that it comes back from its file as it went."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.nlp.network import Network


def network() -> Network:
    """Two features, a vector of one number, one hidden unit for each feature, two labels."""
    return Network(
        names=("tirs", "but\nmarqué"),
        labels=("none", "ArmedClash"),
        hidden=np.array([[2, 0], [0, 1]], np.float32),
        vector=np.array([[-1, 0]], np.float32),
        bias=np.array([0, 0.5], np.float32),
        output=np.array([[0, 1], [1, 0]], np.float32),
        output_bias=np.array([0, 0.25], np.float32),
    )


def test_each_row_is_scored_by_its_known_features_and_its_vector() -> None:
    rows = [["tirs", "nouveau"], [], ["but\nmarqué"], ["tirs", "but\nmarqué"]]
    scores = network().scores(rows, np.array([[0], [0], [0], [1.5]], np.float32))
    assert scores.tolist() == [[0.5, 2.25], [0.5, 0.25], [1.5, 0.25], [1.5, 0.75]]


def test_a_hidden_unit_below_zero_says_nothing() -> None:
    assert network().scores([["tirs"]], np.array([[9]], np.float32)).tolist() == [[0.5, 0.25]]


def test_no_rows_give_no_scores() -> None:
    assert network().scores([]).shape == (0, 2)


def test_a_network_is_read_as_it_was_written(tmp_path: Path) -> None:
    first, second = tmp_path / "one.npz", tmp_path / "two.npz"
    network().save(first)
    read = Network.read(first)
    assert read.names == ("tirs", "but\nmarqué")
    assert read.scores([["tirs"]]).tolist() == network().scores([["tirs"]]).tolist()
    read.save(second)
    assert first.read_bytes() == second.read_bytes()


def test_a_file_that_is_no_network_says_so(tmp_path: Path) -> None:
    (tmp_path / "broken.npz").write_bytes(b"tirs")
    with pytest.raises(ValueError, match=r"pickle|npz"):
        Network.read(tmp_path / "broken.npz")
    with pytest.raises(FileNotFoundError):
        Network.read(tmp_path / "absent.npz")
