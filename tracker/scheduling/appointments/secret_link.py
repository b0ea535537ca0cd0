"""The secret in a resident's own link: reckoned from the installation's key, so that only its hash is kept. Pure."""

import base64
import hashlib
import hmac


def secret_of(key: str, appointment_id: int) -> str:
    """The secret of one appointment: 256 bits that nobody guesses without the key."""
    made = hmac.new(key.encode(), f"appointment {appointment_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
