"""What a run reads again when little is new."""

from __future__ import annotations

import numpy as np
import pytest

from icp_voice.embed.batches import BATCH, height
from icp_voice.store import open_store


def test_vectors_that_were_taken_back_are_missing(tmp_path):
    store = open_store(tmp_path / "voice.db")
    row = np.ones((1, 4), np.float32)
    store.vectors.put("model", ["kept"], row)
    store.db.conn.commit()
    assert store.vectors.missing("model", ["kept", "new", "new"]) == ["new"]
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.vectors.put("model", ["new"], row)
        assert store.vectors.missing("model", ["new"]) == []
        raise ZeroDivisionError
    assert store.vectors.missing("model", ["new", "kept"]) == ["new"]
    assert store.vectors.missing("another model", ["kept"]) == ["kept"]


def test_a_batch_is_as_high_as_its_texts_need():
    assert [height(members) for members in (1, 4, 5, 8, 9, BATCH)] == [4, 4, 8, 8, BATCH, BATCH]
