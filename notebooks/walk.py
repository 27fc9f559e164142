"""The sample company's workspace, walked through in Python: `marimo edit notebooks/walk.py`."""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import os
    import tempfile
    from pathlib import Path

    import marimo as mo

    from icp_voice import View, Workspace, to_pandas
    from icp_voice.demo import run_demo

    folder = Path(os.environ.get("ICP_VOICE_DEMO") or Path(tempfile.mkdtemp()) / "demo")
    if not (folder / "icp-voice.toml").is_file():
        run_demo(folder)
    workspace = Workspace(folder)
    return View, mo, to_pandas, workspace


@app.cell
def _(mo, workspace):
    icp = workspace.icp()
    mo.md(
        f"**{len(icp.accounts)} accounts are ICP** by the rule `{icp.rule}`; {len(icp.without_feedback)} were never heard."
    )
    return


@app.cell
def _(View, to_pandas, workspace):
    pains = to_pandas(workspace.highlights(View(account_tag="ICP", category="pain_point")))
    pains[["account_name", "role", "date", "text"]].head(10)
    return (pains,)


@app.cell
def _(to_pandas, workspace):
    themes = to_pandas(workspace.themes("pain_point"))
    themes["ICP accounts"] = themes["icp_accounts"].map(len)
    themes[["name", "ICP accounts"]]
    return (themes,)


@app.cell
def _(View, mo, workspace):
    answer = workspace.ask("What is involved in the customer's buying process?", View(account_tag="ICP"))
    mo.md("\n\n".join(f"> {quote.highlight.text}\n>\n> — {quote.highlight.account_name}" for quote in answer.quotes))
    return (answer,)


@app.cell
def _(to_pandas, workspace):
    coverage = to_pandas(workspace.coverage().cells).pivot(index="account", columns="category", values="state")
    coverage
    return (coverage,)


@app.cell
def _(to_pandas, workspace):
    gaps = to_pandas(workspace.gaps())
    plan = workspace.plan(8)
    gaps[["kind", "account", "category", "reason"]]
    return gaps, plan


if __name__ == "__main__":
    app.run()
