"""The words and the tree that themes are made of: what scikit-learn makes of the same texts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from icp_voice.analysis.theme_ward import ward_joins
from icp_voice.analysis.theme_words import strongest, tf_idf, word_vectors

WHO = ("we", "our admins", "the Zürich team", "new users")
WHAT = ("cannot export invoices", "love the dashboards", "wait for exports", "asked for invoices twice")
WHERE = ("on big accounts", "every month", "since May", "in the app", "by mail", "again and again")
TEXTS = [
    f"{who} {what} {where}".upper() if k % 7 == 0 else f"{who} {what}, {where}."
    for k, (who, what, where) in enumerate(product(WHO, WHAT, WHERE))
]


@pytest.mark.parametrize("fewest", [1, 2, 20])
def test_words_are_weighed_as_scikit_learn_weighs_them(fewest: int) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    theirs = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=fewest).fit_transform([*TEXTS, "we we we"])
    ours = tf_idf([*TEXTS, "we we we"], fewest)
    assert ours.shape == theirs.shape
    assert abs(ours - theirs).max() < 1e-12


@pytest.mark.parametrize("some", [slice(None), slice(0, 30)], ids=["more texts than terms", "more terms than texts"])
def test_the_strongest_directions_are_those_of_scikit_learn(some: slice) -> None:
    from sklearn.decomposition import TruncatedSVD

    table = tf_idf(TEXTS[some], 1)
    theirs = TruncatedSVD(12, random_state=0).fit_transform(table)
    ours = strongest(table, 12, 0)
    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 1e-9


def test_texts_without_words_have_an_empty_vector() -> None:
    assert not word_vectors(["!!", "?", "a"], 0).any()
    assert word_vectors(["invoices", "!!"], 0).tolist() == [[1.0], [0.0]]


def test_groups_join_as_in_scikit_learns_ward_tree() -> None:
    import scipy.sparse as sp
    from sklearn.cluster import ward_tree

    rows = np.random.default_rng(0).normal(size=(120, 5))
    near = np.argsort(((rows[:, None] - rows[None]) ** 2).sum(axis=2), axis=1)[:, 1:7]
    graph = sp.csr_matrix((np.ones(near.size), (np.repeat(np.arange(120), 6), near.ravel())), (120, 120))
    graph = graph.maximum(graph.T).tocsr()
    theirs = ward_tree(rows, connectivity=graph)[0][:90]
    assert [set(pair) for pair in ward_joins(rows, graph, 30)] == [set(pair) for pair in theirs.tolist()]
