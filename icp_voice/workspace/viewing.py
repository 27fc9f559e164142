"""Verbs about saved views as people handle them: a name is given once, and the ICP document follows what becomes of it."""

from __future__ import annotations

from dataclasses import replace

from icp_voice.errors import IcpVoiceError
from icp_voice.model import View
from icp_voice.workspace.arranging import ArrangingVerbs
from icp_voice.workspace.questions import QuestionVerbs


class ViewVerbs(ArrangingVerbs, QuestionVerbs):
    """Verbs about saved views: a name is given once, and the ICP document follows what becomes of it."""

    def section_titles(self) -> dict[str, str]:
        """Return section -> its title, of those of the ICP document, in their order."""
        from icp_voice.publish.sections import REPORTS

        return {one.name: one.title for one in REPORTS["icp"].sections}

    def save_new_view(self, view: View, *, instead: str = "", section: str = "") -> None:
        """Save a view under a name that no other has, and put it into a section of the ICP document if one is named.

        `instead` is the one view of which it may take the place.
        """
        name = view.name.strip()
        if name != instead and name in {one.name for one in self.views()}:
            raise IcpVoiceError(f'There is a view "{name}" already.', hint="Choose another name.")
        with self.store.transaction():
            self.save_view(replace(view, name=name))
            if section:
                self.add_view_to_document(name, section=section)

    def rename_view(self, name: str, to: str) -> None:
        """Give a saved view another name; where it stands in the ICP document, it stays."""
        view, to = self.view(name), to.strip()
        if to == name:
            return
        with self.store.transaction():
            section = dict(self.arrangement().views).get(name, "")
            self.save_new_view(replace(view, name=to), section=section)
            self.forget_view(name)

    def forget_view(self, name: str) -> None:
        """Take a saved view away, out of the ICP document too."""
        self.view(name)
        with self.store.transaction():
            if name in dict(self.arrangement().views):
                self.remove_view_from_document(name)
            self.remove_view(name)

    def add_theme_to_document(self, theme: str, *, section: str = "asked") -> str:
        """Save a theme as a view of its name, and put it into a section of the ICP document; return the view's name."""
        chosen = self._known_theme(theme)
        saved = {one.name: one for one in self.views()}
        view = View(name=chosen.name, theme=chosen.id, category=chosen.category)
        with self.store.transaction():
            if saved.get(view.name) is None or saved[view.name].theme != chosen.id:
                self.save_new_view(view)
            self.add_view_to_document(view.name, section=section)
        return view.name
