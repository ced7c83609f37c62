"""How the FlexMeasures server hashed passwords."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hashing:
    """What has to be known to verify its hashes.

    Attributes:
        salt: Its SECURITY_PASSWORD_SALT; None when it is not told.
        is_single: Whether it hashed passwords without the salt (SECURITY_PASSWORD_SINGLE_HASH).
    """

    salt: str | None = field(default=None, repr=False)
    is_single: bool = False

    @property
    def is_known(self) -> bool:
        """Whether hashes can be verified."""
        return self.is_single or self.salt is not None

    @property
    def why_not(self) -> str:
        """Why a password could not be imported."""
        return (
            "no --password-salt was given" if not self.is_known else "none, or hashed neither by bcrypt nor by Argon2"
        )
