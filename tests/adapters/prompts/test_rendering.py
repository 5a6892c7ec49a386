"""A template is a form to fill: strict about its variables, small in what it may say."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.prompts.rendering import LONGEST_PROMPT, render, used_variables
from trading.prompts import BadPromptError, Prompt, PromptTexts

VARIABLES: dict[str, object] = {
    "symbol": "SOMEUSDT",
    "horizon_bars": 24,
    "position": "",
    "allowed_actions": ("LONG", "FLAT"),
    "risk_limits": {"min_rr": "1.5"},
    "table": "row\n" * 1000,
}


def filled(template: str) -> str:
    return render(PromptTexts("system", template), VARIABLES).user


def test_both_templates_are_filled() -> None:
    texts = PromptTexts("Judge {{ symbol }}.", "{{ horizon_bars }} bars")
    assert render(texts, VARIABLES) == Prompt("Judge SOMEUSDT.", "24 bars")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{{ allowed_actions|join(", ") }}', "LONG, FLAT"),
        ("{% for one in allowed_actions %}{{ loop.index }}{{ one }} {% endfor %}", "1LONG 2FLAT "),
        ("{% if position %}held{% else %}flat{% endif %}", "flat"),
        ("{% if symbol == 'X' or not position %}a{% endif %}", "a"),
        ("{{ 'held' if position else 'flat' }}", "flat"),
        ("{{ risk_limits.min_rr }} {{ symbol|lower }}", "1.5 someusdt"),
        ("{# a remark #}<b> & {{ symbol }}", "<b> & SOMEUSDT"),
        ("a\n{% if symbol %}\nb\n{% endif %}\nc", "a\nb\nc"),
    ],
)
def test_what_a_prompt_needs_is_allowed(template: str, text: str) -> None:
    assert filled(template) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("\n{{ simbol }}", "line 2: there is no variable 'simbol'; there are symbol"),
        ("{{ one }}", "line 1: there is no variable 'one'"),
        ("\n{{ risk_limits.min_r }}", "line 2: .*no attribute 'min_r'"),
        ("{{ risk_limits }}", "line 1: a dict is written as a whole"),
        ("{{ allowed_actions }}", "a tuple is written as a whole"),
        ("\n\n{% if symbol < 3 %}{% endif %}", "line 3: '<' not supported"),
        ("{% for a, b in horizon_bars %}{% endfor %}", "line 1: 'int' object is not iterable"),
        ("\n{{ symbol", "line 2: unexpected end of template"),
        ("{% if symbol %}", "line 1: Unexpected end of template"),
        ("{{ symbol|tojson }}", "no filter 'tojson'; there are join"),
        ("{{ table|join(table) }}", "the filter 'join' belongs to one variable"),
        ("{{ table|trim|upper }}", "the filter 'upper' belongs to one variable"),
        ("{{ '\\ud800' }}", "surrogates not allowed"),
        ("{% for a in table %}{{ table }}{% endfor %}", "longer than 60000 characters"),
    ],
)
def test_a_mistake_is_named_with_its_template_and_line(template: str, message: str) -> None:
    with pytest.raises(BadPromptError, match=f"(?s)the (filled )?user template.*{message}"):
        filled(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ symbol.__class__.__mro__ }}",
        "{{ symbol.__class__ }}",
        "{{ symbol._x }}",
        "{{ symbol.upper }}",
        "{{ symbol.format(symbol) }}",
        "{{ table['a'] }}",
        "{{ table[0:1] }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a' * 999999999 }}",
        "{{ table ~ table }}",
        "{{ range(9) }}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ self }}",
        "{{ symbol is defined }}",
        "{{ symbol|attr('upper') }}",
        "{% for a in table %}{% for b in table %}{% endfor %}{% endfor %}",
        "{% for a in table recursive %}{{ loop(a) }}{% endfor %}",
        "{% set a = 1 %}",
        "{% with a = 1 %}{% endwith %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'settings.py' %}",
        "{% extends 'a' %}",
        "{% import 'a' as b %}",
        "{% block a %}{% endblock %}",
        "{% filter upper %}{% endfilter %}",
        "{% do symbol.x() %}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ " + "not " * 500 + "symbol }}",
        "{% if symbol %}" * 100 + "{% endif %}" * 100,
        "{{ " + "1" * 5000 + " }}",
    ],
)
def test_what_could_reach_out_or_never_end_is_refused(template: str) -> None:
    with pytest.raises(BadPromptError, match="user template"):
        filled(template)


_WORDS = "{{ }} {% %} {# #} symbol table for a in endfor if else endif ( ) ' . _ join 1 =="
_PIECES = st.sampled_from([*_WORDS.split(), " ", "\n", "|", "{% for a in table %}"])


@given(st.lists(_PIECES | st.text(max_size=3), max_size=30).map("".join))
@example("{% for a in table %}{% for b in table %}")
def test_any_text_is_filled_or_refused(template: str) -> None:
    with suppress(BadPromptError):
        assert len(filled(template)) <= LONGEST_PROMPT


def test_loop_variables_are_not_among_the_variables_that_are_used() -> None:
    template = "{% for one in allowed_actions %}{{ one }}{{ loop.index }}{% endfor %}{{ symbol }}"
    assert used_variables("user", template) == {"allowed_actions", "symbol"}
