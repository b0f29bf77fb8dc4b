"""What is asked of the server."""

from __future__ import annotations


def _begin(way: str, given: str) -> str:
    return f"""
mutation Begin($input: {given}!) {{
  begun: {way}(input: $input) {{
    run {{ id name kind config seed plan {{ id document }} progress {{ lastStep }} }}
    lease {{ id }}
  }}
}}"""


BEGIN = {
    "start": _begin("startRun", "StartRunInput"),
    "claim": _begin("claimRun", "ClaimRunInput"),
    "resume": _begin("resumeRun", "ResumeRunInput"),
}
"""The ways in which a run comes into our hands. Each tells the same run when it is asked again with the same token, so
whatever became of the first answer, asking again is right."""
STATUS = "query Status($input: ID!) { run(id: $input) { status } }"
RENEW = "mutation Renew($input: RenewRunInput!) { renewRun(input: $input) { lease { id } } }"
LOG = "mutation Log($input: LogSeriesInput!) { logSeries(input: $input) { replayed } }"
FINISH = "mutation Finish($input: FinishRunInput!) { finishRun(input: $input) { run { id } } }"
