"""A view as SQL: the conditions under which a highlight belongs to it."""

from __future__ import annotations

from icp_voice.model import View


def conditions(view: View) -> tuple[str, dict[str, object]]:
    """Return the `where` conditions of a view and their parameters.

    They speak of the tables highlight, document and account as `Highlights.select` joins them.
    """
    parts: list[str] = ["1"]
    values: dict[str, object] = {}

    def add(condition: str, **given: object) -> None:
        parts.append(condition)
        values.update(given)

    if view.account_tag:
        add("document.account in (select account from tagged where tag = :account_tag)", account_tag=view.account_tag)
    if view.account:
        add("document.account = :account", account=view.account)
    if view.category:
        add(
            "highlight.id in (select highlight from held_tag where category = :category)",
            category=view.category,
        )
    elif view.coded:
        add("highlight.id in (select highlight from held_tag)")
    if view.theme:
        add("highlight.id in (select highlight from theme_member where theme = :theme)", theme=view.theme)
    if view.kind:
        add("document.kind = :kind", kind=view.kind)
    if view.since:
        add("document.date >= :since", since=view.since)
    if view.until:
        add("document.date != '' and document.date <= :until", until=view.until)
    for number, (name, value) in enumerate(sorted(view.attributes.items())):
        path, wanted = f"path{number}", f"value{number}"
        add(
            f"lower(coalesce(json_extract(account.attributes, :{path}), '')) = lower(:{wanted})",
            **{path: f'$."{name}"', wanted: value},
        )
    return " and ".join(parts), values
