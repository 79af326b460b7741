"""A notebook for analysts over the published warehouse.

`marimo run warehouse/query/notebook.py` opens it in a browser; `marimo edit` also allows changes.
Arguments after `--` are passed to the notebook: `--warehouse FOLDER`, by default
`callqa-data/warehouse`.
"""

import marimo

app = marimo.App(width="medium", app_title="callqa")


@app.cell
def _():
    from pathlib import Path

    import marimo as mo

    from warehouse.query import charts
    from warehouse.query.reader import open_snapshot
    from warehouse.query.search import SearchFilter, search
    from warehouse.sql_files import sql_of

    return Path, SearchFilter, charts, mo, open_snapshot, search, sql_of


@app.cell
def _(Path, mo, open_snapshot):
    folder = Path(mo.cli_args().get("warehouse") or "callqa-data/warehouse")

    def ask(sql, **values):
        """The rows of a query, each as a dictionary."""
        with open_snapshot(folder) as snapshot:
            columns, rows = snapshot.ask(sql, values)
            return [dict(zip(columns, row, strict=True)) for row in rows]

    return ask, folder


@app.cell
def _(ask, mo):
    (of,) = ask(
        "select run_id, built_at::date as day, (select count(*) from core.call) as calls"
        " from meta.snapshot"
    )
    mo.md(f"# {of['calls']:,} calls\n\nas of run {of['run_id']}, published on {of['day']} (UTC)")
    return


@app.cell
def _(ask, mo):
    teams = [row["team"] for row in ask("select distinct team from core.agent order by team")]
    team = mo.ui.dropdown(teams, value=teams[0] if teams else None, label="Team")
    team
    return (team,)


@app.cell
def _(ask, charts, mo, sql_of, team):
    weeks = ask(sql_of(charts.__file__, "notebook_weeks"), team=team.value)
    mo.vstack(
        [mo.md("## Mean score by week, with its 95 % interval"), mo.Html(charts.band_chart(weeks))]
    )
    return (weeks,)


@app.cell
def _(ask, charts, mo, sql_of, team):
    agents = ask(sql_of(charts.__file__, "notebook_agents"), team=team.value)
    mo.vstack([mo.md("## The team in the last week"), mo.ui.table(agents, selection=None)])
    return (agents,)


@app.cell
def _(ask, charts, mo, sql_of):
    rules = ask(sql_of(charts.__file__, "notebook_rules"))
    mo.vstack(
        [
            mo.md("## Rules that failed most in the last four weeks"),
            mo.ui.table(rules, selection=None),
        ]
    )
    return (rules,)


@app.cell
def _(mo):
    words = mo.ui.text(label="Search transcripts", placeholder="cancel contract")
    words
    return (words,)


@app.cell
def _(SearchFilter, folder, mo, open_snapshot, search, words):
    turns = []
    if words.value:
        with open_snapshot(folder) as snapshot:
            names, found = search(snapshot, words.value, SearchFilter())
            turns = [dict(zip(names, row, strict=True)) for row in found]
    mo.ui.table(turns, selection=None) if turns else mo.md("")
    return (turns,)


@app.cell
def _(mo):
    query = mo.ui.code_editor("from mart.queue_daily limit 10", language="sql", label="SQL query")
    query
    return (query,)


@app.cell
def _(ask, mo, query):
    answer = ask(query.value)
    mo.ui.table(answer, selection=None)
    return (answer,)


if __name__ == "__main__":
    app.run()
