"""Settings and codebook: what is not allowed is told with file, key and what is."""

from __future__ import annotations

from pathlib import Path

import pytest

from icp_voice.errors import SettingsError
from icp_voice.settings import load_codebook, load_settings, write_settings
from icp_voice.settings.codebook import FEWEST_EXAMPLES


def written(folder: Path, text: str) -> Path:
    (folder / "icp-voice.toml").write_text(text, "utf-8")
    return folder


def codebook(folder: Path, text: str) -> Path:
    (folder / "pipelines").mkdir()
    (folder / "pipelines" / "codebook.toml").write_text(text, "utf-8")
    return folder


def test_written_settings_are_read_back_as_they_were(tmp_path):
    write_settings(tmp_path, company='Müller "&" Söhne', domains=("Ours.example",), people=("Ann",), competitors=())
    settings = load_settings(tmp_path)
    assert (settings.company, settings.domains, settings.people) == ('Müller "&" Söhne', ("ours.example",), ("Ann",))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('compny = "X"', r'there is no key "compny".*Allowed here: company.*Did you mean "company"'),
        ("domains = []", 'the key "company" is missing'),
        ('company = "X"\n[tags]\nthreshold = 3', r'"tags.threshold" is 3, but it should be less than or equal to 1'),
        ('company = "X"\n[tags]\ntreshold = 0.3', r'no key "tags.treshold".*Did you mean "threshold"'),
        ('company = "X"\n[models]\nengine = "cuda"', r"'auto', 'torch' or 'openvino'"),
        ('company = "X"\ndomains = ["me@x.example"]', "bare domains"),
        ("company = ", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(tmp_path, text, told):
    with pytest.raises(SettingsError, match=f"(?s)icp-voice.toml.*{told}"):
        load_settings(written(tmp_path, text))


ENTRY = """[[category]]
name = "{name}"
title = "T"
definition = "D"
question = "Q?"
examples = {examples}
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ENTRY.format(name="pricing", examples="[]"), r'category "pricing": 0 examples are too few'),
        (ENTRY.format(name="Pricing", examples="[]"), r'category "Pricing": "name" is'),
        (ENTRY.format(name="pricing", examples='["a", "b", "c"]') * 2, r'"pricing" stands there twice'),
        (ENTRY.format(name="pricing", examples="[]").replace("title", "titel"), r'there is no key "titel"'),
        ("", "there is no category"),
        ('category = "x"', r"\[\[category\]\]"),
    ],
)
def test_a_wrong_codebook_entry_is_named(tmp_path, text, told):
    with pytest.raises(SettingsError, match=f"codebook.toml.*{told}"):
        load_codebook(codebook(tmp_path, text))


def test_every_shipped_category_has_examples_and_questions_to_ask():
    for category in load_codebook():
        assert len(category.examples) >= FEWEST_EXAMPLES, category.name
        assert category.counter_examples and category.interview_questions, category.name


def test_a_category_of_a_users_own_is_not_judged_by_the_shipped_examples(tmp_path):
    book = load_codebook(codebook(tmp_path, ENTRY.format(name="pricing", examples='["a b", "c d", "e f"]')))
    assert book.names == ("pricing",)
    assert {example.known for example in book.examples if example.labels} == {frozenset({"pricing"})}
