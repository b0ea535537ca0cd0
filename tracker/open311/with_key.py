"""What a system sends with its key: its arguments, however it sends them, and the key itself."""

from flask import request

_BEARER = "bearer "


def sent_fields() -> dict[str, list[str]]:
    """The arguments of this request by name, those of its body before those of its address."""
    names = dict.fromkeys([*request.form, *request.args])
    return {name: [*request.form.getlist(name), *request.args.getlist(name)] for name in names}


def sent_values() -> dict[str, str]:
    """The first of each that is not empty; what is empty was not sent."""
    first = {name: next(filter(str.strip, texts), "") for name, texts in sent_fields().items()}
    return {name: text for name, text in first.items() if text}


def sent_key() -> str:
    """The API key of this request: its argument, or its header."""
    header = request.headers.get("Authorization", "")
    bearer = header[len(_BEARER) :] if header.lower().startswith(_BEARER) else ""
    return sent_values().get("api_key", "").strip() or bearer.strip()
