"""Making the text of a message at the moment it is sent; it is never kept.

A feature has a `mails.py`, which `kinderwerk.app` imports, with a renderer for each template:

    @register("signup.confirmed", N_("Confirmation of a sign-up"))
    def confirmed(session: Session, message: Message) -> Mail | None:
        signup = session.get(Signup, UUID(message.subject_ids["signup"]))
        return signup and letter("signup_confirmed", _("You are in!"), signup=signup)

`letter` renders `templates/mail/signup_confirmed.txt`, in the language of the message. Its
paragraphs are divided by empty lines; a last line that is an address makes its paragraph a link,
with the words above as its label. None means that there is nothing to tell any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from flask import render_template, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from kinderwerk.messages.models import Message
from kinderwerk.web.extensions import settings


@dataclass(frozen=True, slots=True)
class Mail:
    """What goes out; `calendar` are dates that come along as a file for calendars.

    `short` is what goes to a telephone, and `settings` the page on which one can do without.
    """

    subject: str
    text: str
    html: str | None = None
    calendar: bytes | None = None
    short: str | None = None
    settings: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    lines: tuple[str, ...]
    link: str | None = None
    language: str | None = None  # of words that somebody wrote, where it is another

    @property
    def label(self) -> str:
        """Return the words of a link, without the colon that leads to the address in text."""
        return " ".join(self.lines).rstrip(" :")


Renderer = Callable[[Session, Message], Mail | None]


@dataclass(frozen=True, slots=True)
class Template:
    label: str
    render: Renderer


#: Divides a mail from who sent it, in text.
SIGNATURE: Final = "--"
TEMPLATES: Final[dict[str, Template]] = {}


def register(name: str, label: str) -> Callable[[Renderer], Renderer]:
    """Declare who makes the text of messages with this template; the label is for staff."""

    def keep(renderer: Renderer) -> Renderer:
        if name in TEMPLATES:
            raise ValueError(f"{name} has a renderer already")
        TEMPLATES[name] = Template(label, renderer)
        return renderer

    return keep


def label(name: str) -> str:
    return TEMPLATES[name].label if name in TEMPLATES else name


def render(session: Session, message: Message) -> Mail | None:
    """Make the mail in its own language; needs a request, real or made for the purpose."""
    with force_locale(message.language):
        return TEMPLATES[message.template].render(session, message)


def letter(
    name: str, subject: str, /, foreign: Mapping[str, str] = MappingProxyType({}), **context: Any
) -> Mail:
    """Make a mail from `templates/mail/<name>.txt`, and the same as simple HTML.

    `foreign` are paragraphs as somebody wrote them, with the language in which that was. To a
    telephone goes the subject with the first link.
    """
    written = render_template(f"mail/{name}.txt", **context).strip()
    text = render_template("mail/letter.txt", text=written)
    told = [replace(one, language=foreign.get(one.label)) for one in paragraphs(text)]
    html = render_template("mail/letter.html", subject=subject, paragraphs=told)
    plain = " ".join(str(subject).split())
    links = [one.link for one in told if one.link]
    return Mail(plain, text.strip() + "\n", html, short=" ".join([f"{plain}.", *links[:1]]))


def address(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page, as a mail must name it."""
    site = urlsplit(settings().public_url)
    return f"{site.scheme}://{site.netloc}{url_for(endpoint, **values)}"


def paragraphs(text: str) -> list[Paragraph]:
    blocks = (tuple(block.strip().splitlines()) for block in text.split("\n\n") if block.strip())
    return [
        _paragraph(tuple(line.strip() for line in lines if line.strip() != SIGNATURE))
        for lines in blocks
    ]


def _paragraph(lines: tuple[str, ...]) -> Paragraph:
    if lines[-1].startswith(("https://", "http://")):
        return Paragraph(lines[:-1] or lines, lines[-1])
    return Paragraph(lines)
