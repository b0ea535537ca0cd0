"""The secret in a person's own link: reckoned from the installation's key, so that only its hash is kept. Pure."""

import base64
import hashlib
import hmac


def secret_of(key: str, kind: str, number: int) -> str:
    """The secret of one row, such as «appointment» 7: 256 bits that nobody guesses without the key."""
    made = hmac.new(key.encode(), f"{kind} {number}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def hash_of(secret: str) -> str:
    """What the database keeps of a secret or a random token; a leaked database opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
