"""What we write ourselves, because it is quicker, is what the libraries would have written."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape
from wtforms import SelectField, widgets
from wtforms.fields import SelectChoice
from wtforms.form import BaseForm

from kinderwerk.web.compiled import put
from kinderwerk.web.form import Choosing, attributes

TEXT = st.text(max_size=12) | st.sampled_from(["<b>", "a \"b\" & 'c'", "", "0"])
NAMES = st.sampled_from(
    ["class", "class_", "data_note", "aria_label", "id", "required", "value", "for_", "data-x"]
)
VALUES = TEXT | TEXT.map(Markup) | st.booleans() | st.integers()


@given(st.dictionaries(NAMES, VALUES))
def test_attributes(given_: dict[str, Any]) -> None:
    assert attributes(**given_) == widgets.html_params(**given_)


@given(
    st.lists(st.tuples(TEXT, st.none() | TEXT | TEXT.map(Markup))), TEXT, st.booleans(),
    st.dictionaries(NAMES, VALUES),
)  # fmt: skip
def test_choices(
    choices: list[tuple[str, str | None]], chosen: str, required: bool, told: dict[str, Any]
) -> None:
    form = BaseForm(
        {"it": SelectField(choices=[SelectChoice(value, label) for value, label in choices])}
    )
    form.process(data={"it": chosen})
    form["it"].flags.required = required
    assert Choosing()(form["it"], **told) == widgets.Select()(form["it"], **told)


class Speaks:
    def __html__(self) -> str:
        return "<i>said</i>"


@given(VALUES | st.none() | st.floats() | st.builds(Speaks))
def test_what_a_page_puts_out(value: object) -> None:
    assert put(value) == escape(value)
    assert "<b>" not in put("<b>")
