"""Logging in on a private or trade socket (spec 1.3)."""

from exchange_sim.server.authentication import authenticate_socket
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.keys import Keyring
from exchange_sim.server.streams.session import Message, Session, arguments


class Login:
    """Checks logins against the keyring and the clocks."""

    def __init__(self, keyring: Keyring, clocks: Clocks) -> None:
        self._keyring = keyring
        self._clocks = clocks

    def attempt(self, session: Session, message: Message) -> None:
        """Give `session` the key its login proves.

        Raises: VenueError 10001..10004; the session stays as it was.
        """
        credentials = arguments(message)
        account = self._keyring.account_of(str(credentials[0])) if credentials else ""
        session.key = authenticate_socket(
            credentials, self._keyring, self._clocks.accepted_ms(account)
        )
