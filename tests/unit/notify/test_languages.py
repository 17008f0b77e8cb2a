"""Every language is complete: nothing missing, nothing left over, the same places to fill."""

import string
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest
from babel import Locale

from healthcheckd.domain.observations import Cause
from healthcheckd.notify.languages import CATALOGUES, RESTRICTED, Catalogue, Remedy
from healthcheckd.settings import ALERT_ONLY

ENGLISH = CATALOGUES["en"]
OTHERS = sorted(set(CATALOGUES) - {"en"})
LEVELS = {"gateway", "engine", "label", "network", "everything", "outside"}


def places(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def texts(catalogue: Catalogue) -> Iterator[str]:
    """Every sentence of a language."""
    yield from catalogue.phrases.values()
    yield from catalogue.tips.values()
    for forms in catalogue.plurals.values():
        yield from forms.values()
    for steps in catalogue.checks.values():
        yield from steps
    for remedy in (
        *catalogue.remedies.values(),
        *(one for own in catalogue.elsewhere.values() for one in own.values()),
    ):
        yield from (remedy.label, remedy.action, remedy.operator_action, remedy.happened)
        yield from (*remedy.steps, *remedy.operator_steps)


def faults(language: str, ours: Catalogue) -> list[str]:
    """What a catalogue lacks, has too much of, or fills otherwise than English does."""
    found = [
        f"{part}: {sorted(set(getattr(ours, part)) ^ set(getattr(ENGLISH, part)))}"
        for part in ("phrases", "plurals", "tips", "elsewhere", "checks")
        if set(getattr(ours, part)) != set(getattr(ENGLISH, part))
    ]
    found += [f"places of {key}" for key, text in ENGLISH.phrases.items() if places(text) != places(_or(ours, key))]
    found += [f"forms of {key}" for key, forms in ours.plurals.items() if set(forms) != plural_forms(language)]
    found += [
        f"places of {key}"
        for key, forms in ours.plurals.items()
        if any(places(form) != places(ENGLISH.plurals[key]["other"]) for form in forms.values())
    ]
    if set(ours.remedies) != {RESTRICTED, *(cause.value for cause in Cause)}:
        found.append("remedies")
    return found


def _or(catalogue: Catalogue, key: str) -> str:
    return catalogue.phrases.get(key, "")


def plural_forms(language: str) -> set[str]:
    return {*Locale.parse(language).plural_form.tags, "other"}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_language_is_complete(language: str) -> None:
    assert faults(language, CATALOGUES[language]) == []


def _without(key: str) -> dict[str, str]:
    return {name: text for name, text in CATALOGUES["es"].phrases.items() if name != key}


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        ({"phrases": _without("offline")}, "phrases: ['offline']"),
        ({"phrases": {**CATALOGUES["es"].phrases, "more": "más"}}, "phrases: ['more']"),
        ({"phrases": {**CATALOGUES["es"].phrases, "until": "hasta"}}, "places of until"),
        ({"plurals": {"accounts": {"one": "{count}", "other": "{count}"}}}, "forms of accounts"),
        ({"plurals": {"accounts": {"one": "una", "many": "{count}", "other": "{count}"}}}, "places of accounts"),
        ({"remedies": {}}, "remedies"),
        ({"checks": {}}, f"checks: {sorted(LEVELS)}"),
    ],
)
def test_an_incomplete_language_is_found_out(spoilt: dict[str, object], fault: str) -> None:
    assert fault in faults("es", replace(CATALOGUES["es"], **spoilt))


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_cause_says_what_to_do_to_both_readers(language: str) -> None:
    ours = CATALOGUES[language]
    assert set(ours.checks) == LEVELS
    assert set(ours.elsewhere) == ALERT_ONLY
    for kind, own in ours.elsewhere.items():
        assert {RESTRICTED, Cause.UNKNOWN} <= set(own) == set(ENGLISH.elsewhere[kind]) <= set(ours.remedies)
    for remedy, english in _pairs(ours):
        assert all(asdict(remedy).values())
        assert places(*remedy.steps) == places(*english.steps) <= {"open_qr", "helper", "until"}
        assert places(*remedy.operator_steps) == set()


def _pairs(ours: Catalogue) -> Iterator[tuple[Remedy, Remedy]]:
    yield from ((remedy, ENGLISH.remedies[cause]) for cause, remedy in ours.remedies.items())
    for kind, own in ours.elsewhere.items():
        yield from ((remedy, ENGLISH.elsewhere[kind][cause]) for cause, remedy in own.items())


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_was_left_in_english(language: str) -> None:
    english = set(texts(ENGLISH))
    assert [text for text in texts(CATALOGUES[language]) if text in english and len(text.split()) > 3] == []


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_sentences_are_tidy(language: str) -> None:
    for text in texts(CATALOGUES[language]):
        assert text == " ".join(text.split())
        assert text


@pytest.mark.parametrize(
    ("language", "menu", "button"),
    [
        ("en", "Linked devices", "“Link a device”"),
        ("pt_BR", "Dispositivos conectados", "“Conectar dispositivo”"),
        ("es", "Dispositivos vinculados", "“Vincular dispositivo”"),
    ],
)
def test_whatsapps_own_words_are_those_on_the_phone(language: str, menu: str, button: str) -> None:
    steps = CATALOGUES[language].remedies[Cause.LOGGED_OUT].steps
    assert menu in steps[1]
    assert button in steps[2]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("firewall", "proxy")),
        ("pt_BR", ("firewall", "proxy")),
        ("es", ("cortafuegos", "proxy")),
    ],
)
def test_owners_are_not_sent_to_firewalls_and_operators_not_to_phones(language: str, words: tuple[str, ...]) -> None:
    ours = CATALOGUES[language]
    to_owners = " ".join([*ours.tips.values(), *(step for one in ours.remedies.values() for step in one.steps)])
    assert not [word for word in words if word in to_owners.lower()]
    assert all(word in " ".join(ours.remedies[Cause.UNKNOWN].operator_steps) for word in words)
    phone = {"en": "phone", "pt_BR": "celular", "es": "teléfono"}[language]
    assert not [one.operator_action for one in ours.remedies.values() if phone in one.operator_action]
