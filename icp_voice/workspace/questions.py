"""Verbs about views and questions."""

from __future__ import annotations

from dataclasses import replace

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import Answer, View
from icp_voice.workspace.base import Base


class QuestionVerbs(Base):
    """Verbs about views and questions."""

    def save_view(self, view: View) -> None:
        """Save a view under its name; with a question, what the data does not answer becomes a gap."""
        if not view.name:
            raise IcpVoiceError("A view is saved under a name.", hint="Give it one.")
        checked = self._checked(view)
        with self.replacing("save view", checked.name, [("view", (checked.name,))]) as store:
            store.views.put(checked)

    def remove_view(self, name: str) -> None:
        """Forget a saved view."""
        self.view(name)
        with self.replacing("remove view", name, [("view", (name,))]) as store:
            store.views.remove(name)

    def views(self) -> list[View]:
        """Return the saved views."""
        return self.store.views.all()

    def view(self, name: str) -> View:
        """Return one saved view."""
        views = {view.name: view for view in self.views()}
        if name not in views:
            raise unknown("view", name, views)
        return views[name]

    def ask(self, question: str, view: View | None = None) -> Answer:
        """Answer a question by the customers' own words within a view, or say that the data does not answer it."""
        from icp_voice.profile.ask import ask

        asked = self._checked(replace(view or View(), question=question))
        tools = self.tools
        return ask(self.store, tools.settings, self.codebook, tools.language, tools.embedder, asked, index=self.index)
