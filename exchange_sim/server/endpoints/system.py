"""What the venue says of its own maintenance, for who asks (GET /v5/system/status)."""

from exchange_sim.server.calls import Call
from exchange_sim.server.messages import Answer
from exchange_sim.server.rows.status_rows import maintenance_row


def system_status(call: Call) -> Answer:
    """GET /v5/system/status, by `id` or `state` if one is given."""
    wanted = {name: call.parameters.text(name) for name in ("id", "state")}
    rows = [maintenance_row(notice) for notice in call.announced(call.now_ms)]
    told = [
        row for row in rows if all(not word or row[name] == word for name, word in wanted.items())
    ]
    return Answer({"list": told})
