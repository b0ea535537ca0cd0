"""Reads pages and sends their forms as a browser would: only what stands in a form is sent, hidden fields and all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Node:
    """An element: its attributes, and its children in order, texts among them."""

    tag: str
    attrs: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def find_all(self, *tags: str, css: str = "") -> list["Node"]:
        """Every element below with one of these tags, and this class if one is given."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags and (not css or css in child.attrs.get("class", "").split()):
                    found.append(child)
                found += child.find_all(*tags, css=css)
        return found

    def text(self) -> str:
        """What is read there, blanks run together."""
        parts = (child if isinstance(child, str) else child.text() for child in self.children)
        return " ".join(" ".join(parts).split())

    def own_text(self) -> str:
        """The same without notes and badges inside."""
        return " ".join(" ".join(child for child in self.children if isinstance(child, str)).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.path = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.path[-1].children.append(node)
        if tag not in VOID:
            self.path.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.path[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.path[1:]):
            while self.path.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)


def read_html(html: str) -> Node:
    """The tree of a page, or of a piece of one."""
    reader = _Reader()
    reader.feed(html)
    return reader.path[0]


@dataclass
class Form:
    """A form as it stands on a page: what it would send, and what else may be chosen in it."""

    action: str
    values: list[tuple[str, str]]
    choices: dict[str, set[str]]

    def fill(self, changes: Mapping[str, str]) -> list[tuple[str, str]]:
        """What it sends with these fields filled in; a field or choice that it does not have cannot be filled in."""
        for name, value in changes.items():
            assert name in self.choices, f"{self.action} has no field {name}, but {sorted(self.choices)}"
            assert not self.choices[name] or value in self.choices[name], f"{name} offers no {value}"
        return [pair for pair in self.values if pair[0] not in changes] + list(changes.items())


def forms_of(html: str, page: str, action: str = "", of: Mapping[str, str] | None = None) -> list[Form]:
    """Every form on a page that is posted, to an address that ends so and with these values in it.

    A form in which they do not stand at all is not read: a page of sixty forms takes longer to read than to make.
    """
    texts = (action, *(of or {}).values())
    pieces = [one for one in re.findall(r"<form\b.*?</form>", html, re.DOTALL) if 'method="post"' in one]
    able = [one for one in pieces if all(text in f"{unescape(one)}{page}" for text in texts)]
    forms = [_form(read_html(one).find_all("form")[0], page) for one in able]
    given = set((of or {}).items())
    return [form for form in forms if form.action.split("?")[0].endswith(action) and given <= set(form.values)]


def _form(node: Node, page: str) -> Form:
    form = Form(node.attrs.get("action") or page, [], {})
    for control in node.find_all("input", "textarea", "select", "button"):
        name = control.attrs.get("name")
        if name:
            _add_control(form, name, control)
    return form


def _add_control(form: Form, name: str, control: Node) -> None:
    choices = form.choices.setdefault(name, set())
    kind, value = control.attrs.get("type", "text"), control.attrs.get("value", "")
    if control.tag == "select":
        options = control.find_all("option")
        choices.update(option.attrs.get("value", "") for option in options)
        chosen = [one for one in options if "selected" in one.attrs] or options[:1]
        form.values += [(name, one.attrs.get("value", "")) for one in chosen]
    elif control.tag == "textarea":
        form.values.append((name, "".join(str(one) for one in control.children).removeprefix("\n")))
    elif control.tag == "button" or kind in ("radio", "checkbox"):
        choices.add(value or "on")
        if "checked" in control.attrs:
            form.values.append((name, value or "on"))
    elif kind != "file":
        form.values.append((name, value))


class Person:
    """Somebody at a screen. Every page she opens must answer, every form she sends must be taken."""

    def __init__(self, client: FlaskClient, name: str, user_id: int, sign_in: Callable[["Person"], None]) -> None:
        self.client, self.name, self.user_id, self.sign_in = client, name, user_id, sign_in
        self.is_in = False
        self.pages = 0

    def open(self, page: str) -> str:
        """Read a page; whoever was away signs in before."""
        if not self.is_in:
            self.sign_in(self)
            self.is_in = True
        self.pages += 1
        answer = self.client.get(page)
        assert answer.status_code == 200, (page, answer.status_code, answer.location)
        return str(answer.text)

    def press(
        self, page: str, action: str, changes: Mapping[str, str], html: str = "",
        of: Mapping[str, str] | None = None, asks_back: bool = False,
    ) -> str:  # fmt: skip
        """Fill in the form of a page whose address ends so, and send it; gives what follows, or its address.

        `of`: what stands in its hidden fields, where several forms of a page go to one address. `asks_back`: the
        answer is a question, on the same form.
        """
        html = html or self.open(page)
        assert self.is_in
        fitting = forms_of(html, page, action, of)
        able = [form for form in fitting if _offers(form, changes)] or fitting
        assert able, f"{self.name} finds no form «{action}» on {page}: {_said(html)}"
        self.pages += 1
        answer = self.client.post(able[0].action, data=_as_sent(able[0].fill(changes)))
        expected = (409,) if asks_back else (200, 302, 303)
        assert answer.status_code in expected, (page, action, answer.status_code, _said(answer.text))
        return str(answer.location or answer.text)


def _offers(form: Form, changes: Mapping[str, str]) -> bool:
    return all(
        name in form.choices and (not form.choices[name] or value in form.choices[name])
        for name, value in changes.items()
    )


def _as_sent(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    return sent


def _said(html: str) -> str:
    said = re.findall(r'class="error-summary".*?</div>|class="flash.*?</p>|<h1.*?</h1>', html, re.DOTALL)
    return " / ".join(read_html(f"<p {one}" if one.startswith("class") else one).text() for one in said)
