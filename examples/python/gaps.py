"""Reports what became of a paper's claims: what was claimed, what a run observed, and how far that is apart."""

from __future__ import annotations

import argparse
import os
import sys

from generated import Client, GapsPaper, GapsPaperClaimsNodes, GraphQLClientError

COLOURS = {"EXCEEDED": 32, "REPRODUCED": 32, "WITHIN_TOLERANCE": 33, "NOT_REPRODUCED": 31}
HEAD = ("claim", "claimed", "observed", "gap", "verdict")


def read(client: Client, paper: str) -> tuple[GapsPaper, list[GapsPaperClaimsNodes]]:
    """A paper, with the claims of all pages."""
    found = client.gaps(paper).paper
    if found is None:
        raise SystemExit(f"{paper} is not there, or not for you to see")
    claims, page = found.claims.nodes, found.claims.page_info
    while page.has_next_page:
        more = client.gaps(paper, page.end_cursor).paper
        if more is None:
            break
        claims, page = claims + more.claims.nodes, more.claims.page_info
    return found, claims


def row(claim: GapsPaperClaimsNodes) -> tuple[str, ...]:
    """A line of the table."""
    where = " ".join(part for part in (claim.dataset_name, claim.split) if part)
    what = f"{claim.metric_name} on {where}" if where else claim.metric_name
    unit = f" {claim.units}" if claim.units else ""
    claimed = f"{claim.metric_value:g}{unit}"
    if not claim.evals.nodes:
        return what, claimed, "", "", "not compared yet"
    newest = claim.evals.nodes[0]
    verdict = newest.verdict.value.lower().replace("_", " ")
    return what, claimed, f"{newest.observed:g}{unit}", f"{newest.gap_percent:+.2f} %", verdict


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Lines whose columns stand below each other; numbers stand to the right."""
    what, claimed, observed, gap = (max(map(len, column)) for column in list(zip(*rows, strict=True))[:4])
    return [f"{r[0]:<{what}}  {r[1]:>{claimed}}  {r[2]:>{observed}}  {r[3]:>{gap}}  {r[4]}" for r in rows]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("paper", help="the id of the paper, paper_…")
    paper = arguments.parse_args().paper
    address = os.environ.get("REPROGRAPH_URL", "http://127.0.0.1:8080").rstrip("/") + "/graphql"
    key = os.environ.get("REPROGRAPH_TOKEN")
    if not key:
        raise SystemExit("there is no key: set REPROGRAPH_TOKEN")
    client = Client(address, {"Authorization": f"Bearer {key}"})
    try:
        found, claims = read(client, paper)
    except GraphQLClientError as why:
        raise SystemExit(str(why)) from None

    print(found.title)
    if found.reproduction:
        of = found.reproduction
        print(f"{of.claim_count} claims, {of.evaluated_claim_count} compared, {of.reproduced_claim_count} reproduced")
    print()
    head, *lines = table([HEAD, *map(row, claims)])
    print(head)
    is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line, claim in zip(lines, claims, strict=True):
        colour = COLOURS.get(claim.evals.nodes[0].verdict.value) if claim.evals.nodes else None
        print(f"\x1b[{colour}m{line}\x1b[0m" if is_coloured and colour else line)


if __name__ == "__main__":
    main()
