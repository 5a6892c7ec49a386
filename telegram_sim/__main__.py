"""`python -m telegram_sim`: run the stand-in for Telegram until SIGTERM or Ctrl-C."""

import argparse
import json
import secrets
import sys
from collections.abc import Sequence

from telegram_sim.server import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; the exit code: 0 stopped, 1 the port is taken, 2 usage."""
    parser = argparse.ArgumentParser(
        prog="python -m telegram_sim",
        description="A stand-in for Telegram's Bot API, on this machine only.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default="", help="the bot's token; made up by default")
    parser.add_argument("--json", action="store_true", help="tell the addresses as one JSON line")
    options = parser.parse_args(arguments)
    token = options.token or f"42:{secrets.token_hex(16)}"

    def announce(address: str) -> None:
        facts = {"base_url": f"{address}/bot", "control": f"{address}/control", "token": token}
        lines = "".join(f"{name}: {value}\n" for name, value in facts.items())
        sys.stdout.write(json.dumps(facts) + "\n" if options.json else lines)
        sys.stdout.flush()

    try:
        serve(token, options.port, announce)
    except OSError as error:
        sys.stderr.write(f"telegram_sim: port {options.port} cannot be used: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
