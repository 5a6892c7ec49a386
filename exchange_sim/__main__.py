"""`python -m exchange_sim`: run the simulated exchange until SIGTERM or Ctrl-C."""

import json
import logging
import sys
from collections.abc import Sequence

from exchange_sim.engine.errors import JournalError
from exchange_sim.market.errors import MarketDataError
from exchange_sim.server.options import parse_options
from exchange_sim.server.running import Addresses, StartError, build_simulator
from exchange_sim.server.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulator of a command line; the exit code: 0 stopped, 1 cannot start, 2 usage."""
    settings = parse_options(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        simulator = build_simulator(settings, lambda addresses: announce(settings, addresses))
    except (StartError, MarketDataError, JournalError) as error:
        sys.stderr.write(f"exchange_sim: {error}\n")
        return 1
    simulator.run(handle_signals=True)
    return 0


def announce(settings: Settings, addresses: Addresses) -> None:
    """Print where the exchange is and with which key, for a person or as one JSON line."""
    facts = {
        "rest": addresses.rest,
        "websocket": addresses.websocket,
        "control": addresses.control,
        "control_token": settings.control_token,
        "api_key": settings.api_key,
        "api_secret": settings.api_secret,
    }
    lines = [f"{name + ':':15}{value}" for name, value in facts.items()]
    sys.stdout.write(json.dumps(facts) + "\n" if settings.json else "\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
