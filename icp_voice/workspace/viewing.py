"""Verbs about saved views as people handle them: a name is given once, and the ICP document follows what becomes of it."""

from __future__ import annotations

from dataclasses import replace

from icp_voice.errors import IcpVoiceError
from icp_voice.model import View
from icp_voice.workspace.arranging import ArrangingVerbs
from icp_voice.workspace.questions import QuestionVerbs


class ViewVerbs(ArrangingVerbs, QuestionVerbs):
    """Verbs about saved views: a name is given once, and the ICP document follows what becomes of it."""

    def save_new_view(self, view: View, *, instead: str = "", section: str = "") -> None:
        """Save a view under a name that no other has, and put it into a section of the ICP document if one is named.

        `instead` is the one view of which it may take the place.
        """
        name = view.name.strip()
        if not name or name != instead:
            self._free(name)
        with self.replacing("save view", name, [("view", (name,))], detail=(detail := {})) as store:
            store.views.put(self._checked(replace(view, name=name)))
            detail["arranged"] = [self.add_view_to_document(name, section=section)] if section else []

    def rename_view(self, name: str, to: str) -> None:
        """Give a saved view another name; where it stands in the ICP document, it stays."""
        view, to = self.view(name), to.strip()
        if to == name:
            return
        self._free(to)
        rows = [("view", (to,)), ("view", (name,))]
        with self.replacing("rename view", to, rows, detail=(detail := {})) as store:
            store.views.put(replace(view, name=to))
            detail["arranged"] = self._placed_as(name, to)
            store.views.remove(name)

    def forget_view(self, name: str) -> None:
        """Take a saved view away, out of the ICP document too."""
        self.view(name)
        with self.replacing("remove view", name, [("view", (name,))], detail=(detail := {})) as store:
            placed = name in dict(self.arrangement().views)
            detail["arranged"] = [self.remove_view_from_document(name)] if placed else []
            store.views.remove(name)

    def _placed_as(self, name: str, to: str) -> list[int]:
        section = dict(self.arrangement().views).get(name)
        if section is None:
            return []
        return [self.add_view_to_document(to, section=section), self.remove_view_from_document(name)]

    def _free(self, name: str) -> None:
        if not name:
            raise IcpVoiceError("A view is saved under a name.", hint="Give it one.")
        if name in {one.name for one in self.views()}:
            raise IcpVoiceError(f'There is a view "{name}" already.', hint="Choose another name.")

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
