"""The retCodes of the wire itself: authentication, limits, routes (spec 1.1, 1.6)."""

from enum import IntEnum


class WireCode(IntEnum):
    """Codes the server answers with before the engine is asked (Bybit docs, "Error Codes")."""

    OK = 0
    PARAMETER = 10001
    TIMESTAMP = 10002
    KEY_INVALID = 10003
    SIGNATURE = 10004
    PERMISSION = 10005
    TOO_MANY_VISITS = 10006
    ROUTE_NOT_FOUND = 10017
    OPERATION_UNKNOWN = 10404
    AUTH_REPEATED = 20001
    REQUEST_ID_REPEATED = 20006


TOO_MANY_VISITS = "Too many visits. Exceeded the API Rate Limit."
PERMISSION_DENIED = "Permission denied, please check your API key permissions."
