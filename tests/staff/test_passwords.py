"""Which passwords are refused."""

import pytest

from tracker.staff.password_rules import password_fault


@pytest.mark.parametrize(
    "password",
    [
        "short", "elevenchars", "password1234", "Password2024!", "passwordpassword", "PassW0rd!!!!", "welcomeadmin1",
        "qwertyuiop12", "1q2w3e4r5t6y", "123456789012", "abcabcabcabc", "aaaaaaaaaaaa", "abcdefghijkl",
        "letmeinplease", "Sunshine-Dragon", "x" * 201, "ana.example-of-mine",
    ],
)  # fmt: skip
def test_short_and_common_passwords_are_refused_with_a_reason(password: str) -> None:
    assert password_fault(password, "ana.example")


@pytest.mark.parametrize(
    "password", ["lantern walrus copper", "gräßlich-müde-igel", "tT9#kq-vv0pLz", "my dog eats 14 plums"]
)
def test_long_uncommon_passwords_are_taken_whatever_their_characters(password: str) -> None:
    assert password_fault(password, "ana") is None
