"""`python -m model_sim`: run the stand-in model server until SIGTERM or Ctrl-C."""

import json
import logging
import sys
from collections.abc import Sequence

from model_sim.server.options import parse_options
from model_sim.server.running import Addresses, StartError, build_stand_in
from model_sim.server.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server of a command line; the exit code: 0 stopped, 1 cannot start, 2 usage."""
    settings = parse_options(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        stand_in = build_stand_in(settings, lambda addresses: announce(settings, addresses))
    except StartError as error:
        sys.stderr.write(f"model_sim: {error}\n")
        return 1
    stand_in.run(handle_signals=True)
    return 0


def announce(settings: Settings, addresses: Addresses) -> None:
    """Print where the server is and with which key, for a person or as one JSON line."""
    facts = {
        "base_url": addresses.base_url,
        "api_key": settings.api_key,
        "models": list(settings.models),
        "control": addresses.control,
        "control_token": settings.control_token,
    }
    lines = [f"{name + ':':15}{value}" for name, value in facts.items()]
    sys.stdout.write(json.dumps(facts) + "\n" if settings.json else "\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
