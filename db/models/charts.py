"""`charts`: the pictures an analyst saw, stored once per content."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Recorded


class ChartRow(Base, Recorded):
    """A PNG under the SHA-256 of its bytes; the database checks that hash itself."""

    __tablename__ = "charts"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    png: Mapped[bytes]
    width: Mapped[int]
    height: Mapped[int]

    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(png), 'hex')", name="sha256_is_of_png"),
        CheckConstraint("width > 0 AND height > 0", name="has_size"),
    )
