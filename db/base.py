"""The declarative base: constraint names, the type of every Python type, shared columns."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import MetaData, Text, Uuid, func
from sqlalchemy.dialects.postgresql import INTERVAL, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from db.types import Amount, PositionIndexType, UtcTime, words
from trading.orders import PositionIndex

Json = dict[str, object]
"""A JSON object. Decimals are stored as strings, times in ISO format."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every model. There are no relationships, so no row can hide a query."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        Decimal: Amount(),
        datetime: UtcTime(),
        timedelta: INTERVAL(),
        UUID: Uuid(),
        Json: JSONB(none_as_null=True),
        PositionIndex: PositionIndexType(),
        StrEnum: words(StrEnum),
    }


class Identified:
    """A UUIDv7 key: unique without asking the database, and in order of creation."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-100)


class OfAccount:
    """The account that a row belongs to."""

    environment: Mapped[str] = mapped_column(sort_order=-90)
    account: Mapped[str] = mapped_column(sort_order=-89)


class Recorded:
    """Wall time of the row, by the database's clock. All other times are market time."""

    recorded_at: Mapped[datetime] = mapped_column(
        server_default=func.clock_timestamp(), sort_order=100
    )
