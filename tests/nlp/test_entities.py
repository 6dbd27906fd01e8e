"""Who and what is named: spans, kinds, keys and forms."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

import pytest

from kg.gazetteer import Gazetteer
from kg.nlp.entities import Recognised, recognise
from kg.nlp.parse import parse

DAY = date(2020, 10, 31)


def read(text: str) -> Recognised:
    return recognise(parse(text), DAY, Gazetteer.open())


def named(text: str) -> dict[str, str]:
    """Label (or any form) to kind of the entities that a text names."""
    found = read(text)
    return {
        form: found.entities[key].kind
        for key in found.named
        for form in (found.entities[key].label, *found.entities[key].aliases)
    }


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("La ville de Kankossa a été évacuée lundi.", "Kankossa", "place"),
        ("Un convoi a sauté sur une mine près de Tilouba, selon des habitants.", "Tilouba", "place"),
        ("De violents combats ont éclaté autour de Mir Kasban.", "Mir Kasban", "place"),
        ("Les habitants de Haret Saïd doivent partir.", "Haret Saïd", "place"),
        ("Des tirs ont éclaté aux abords de Tell Amran.", "Tell Amran", "place"),
        ("La maire de Villa Roya a fui.", "Villa Roya", "place"),
        ("Le camp militaire Dosso a brûlé.", "camp militaire Dosso", "place"),
        ("Selon Awa Ndiaye, coordinatrice du camp, les vivres manquent.", "Awa Ndiaye", "person"),
        ("Le colonel Idrissa Barmou a pris la parole.", "Idrissa Barmou", "person"),
        ("Le chef de la délégation, Tomas Verhaegen, est reparti.", "Tomas Verhaegen", "person"),
        ("L'ONG Secours Delta a distribué des vivres.", "Secours Delta", "organisation"),
        (
            "Le Front populaire pour la justice (FPJ) a signé un accord.",
            "Front populaire pour la justice",
            "organisation",
        ),
        ("Le ministère kényan de l'Intérieur a confirmé le bilan.", "ministère kényan de l'Intérieur", "organisation"),
        ("Le Croissant-Rouge libyen a évacué douze blessés.", "Croissant-Rouge libyen", "organisation"),
        ("La Turquie a fermé sa frontière.", "Turquie", "state"),
        ("L'armée tchadienne a repris le poste.", "armée tchadienne", "group"),
        ("Trois touristes norvégiens ont été enlevés.", "touristes norvégiens", "group"),
        ("Les Somaliens ont voté dimanche.", "Somaliens", "group"),
        ("Un navire a coulé en mer Noire.", "mer Noire", "place"),
        ("Des obus sont tombés sur l'hôpital Al-Wafa.", "hôpital Al-Wafa", "place"),
        ("Un avion s'est posé à l'aéroport du roi Tarek.", "aéroport du roi Tarek", "place"),
        ("Ils ont échappé aux FSR.", "FSR", "organisation"),
        (
            "Selon le bureau du Procureur général péruvien, il ment.",
            "bureau du Procureur général péruvien",
            "organisation",
        ),
        ("Le cabinet du premier ministre malien a réagi.", "cabinet du premier ministre malien", "organisation"),
        ("Le bureau du procureur de la CPI enquête.", "bureau du procureur de la CPI", "organisation"),
        ("Les Casques bleus de la Monuk sont partis.", "Monuk", "organisation"),
        (
            "L'Opération des Nations unies en Ouganda (Onuo) ferme.",
            "Opération des Nations unies en Ouganda",
            "organisation",
        ),
    ],
)
def test_names_of_each_kind(text: str, name: str, kind: str) -> None:
    found = named(text)
    assert name in found, found
    assert found[name] == kind or {found[name], kind} <= {"organisation", "group"}


@pytest.mark.parametrize(
    "text",
    [
        "Hier, des milliers de personnes ont défilé dans le calme.",
        "Deux F-16 et un Mi-24 ont survolé la zone.",
        "Lire aussi : la Turquie ferme sa frontière",
        "La ministre déléguée à la Coopération a démissionné.",
        "Le cargo « Étoile du Nord » a été touché par un missile.",
        "Quarante-cinq otages ont été relâchés. Celui-ci est mort.",
        "Le prix Nobel de la paix lui a été remis.",
        "Elle a reçu le prix Sakharov mardi.",
        "Le prix Bayeux a salué ce reportage.",
        "Préchauffez le four. Mélangez la farine, le beurre et le sucre.",
        "",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert named(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Issa Baramdji est en fuite. Selon le camp Baramdji, le vote est nul.",
        "Le camp Baramdji dément. Issa Baramdji n'a rien dit.",
        "Des proches du camp Baramdji ont défilé, a dit Issa Baramdji.",
    ],
)
def test_a_camp_with_a_surname_is_a_persons_side_and_no_place(text: str) -> None:
    assert set(named(text)) == {"Issa Baramdji", "Baramdji"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("C'est l'une des attaques les plus meurtrières de l'année.", "meurtrières"),
        ("Ce fut la frappe la plus meurtrière depuis mars.", "meurtrière"),
        ("Les régions les moins sûres sont au nord.", "sûres"),
    ],
)
def test_a_superlative_names_nobody(text: str, word: str) -> None:
    doc = parse(text)
    assert recognise(doc, DAY, Gazetteer.open()).actor(next(t.i for t in doc if t.text == word)) == []


def test_a_surname_and_a_title_go_to_the_full_name() -> None:
    found = read("Moussa Kobéré a été arrêté jeudi. M. Kobéré dirigeait un syndicat.")
    assert found.named == ["person/musa-kobere"]
    assert "Kobéré" in found.entities["person/musa-kobere"].aliases


def test_a_short_form_in_brackets_is_known_before_and_after() -> None:
    found = read("Le MRT dépose les armes. Le Mouvement rural du Tarkan (MRT) a signé. Le MRT demande une amnistie.")
    keys = {mention.key for mention in found.mentions}
    assert len(keys) == 1
    entity = found.entities[keys.pop()]
    assert {entity.label, *entity.aliases} >= {"Mouvement rural du Tarkan", "MRT"}


@pytest.mark.parametrize(
    ("text", "long", "short"),
    [
        (
            "La Mission d'appui de l'Union au Kivu (Mauk) dément. La Mauk est partie.",
            "Mission d'appui de l'Union au Kivu",
            "Mauk",
        ),
        (
            "L'Agence nouvelle d'images (Ani, privée) l'a filmé. Selon l'Ani, il ment.",
            "Agence nouvelle d'images",
            "Ani",
        ),
        (
            "Le Conseil des églises de Tarkan (Cet) a signé. Le Cet demande une trêve.",
            "Conseil des églises de Tarkan",
            "Cet",
        ),
    ],
)
def test_a_short_form_written_as_a_word_stands_for_its_long_form(text: str, long: str, short: str) -> None:
    found = read(text)
    (entity,) = [e for e in found.entities.values() if long in (e.label, *e.aliases)]
    assert short in entity.aliases


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Moscou dénonce une provocation.", "state/RUS"),
        ("Les informations de Moscou font état de mille morts.", "state/RUS"),
        ("La version de Kiev diffère de celle des témoins.", "state/UKR"),
        ("Selon les chiffres de Bakou, douze chars ont brûlé.", "state/AZE"),
        ("Le Kremlin dément toute implication.", "state/RUS"),
        ("Kinshasa accuse Kigali d'armer les rebelles.", "state/RWA"),
        ("Le rapport reproche à Bakou d'avoir rompu la trêve.", "state/AZE"),
        ("Des pourparlers entre Khartoum et Addis-Abeba ont repris.", "state/ETH"),
    ],
)
def test_a_capital_that_speaks_is_its_state(text: str, key: str) -> None:
    assert key in read(text).named


@pytest.mark.parametrize(
    "text",
    [
        "Une bombe a explosé à Moscou.",
        "MOSCOU, 12 mars (AFP) - Le procès a repris.",
        "Il est arrivé dimanche à Moscou.",
        "L'avion venait de Moscou.",
    ],
)
def test_a_capital_where_something_happens_is_a_place(text: str) -> None:
    found = read(text)
    assert [found.entities[key].kind for key in found.named if "Mosc" in str(found.entities[key])][:1] == ["place"]


def test_one_force_under_several_nouns_is_one_entity() -> None:
    found = read("Des soldats ougandais ont traversé le fleuve. L'armée ougandaise confirme l'avancée.")
    forces = [key for key in found.named if found.entities[key].country == "UGA"]
    assert len(forces) == 1


def test_a_toponym_is_chosen_by_the_country_beside_it() -> None:
    found = read("Une bombe a explosé à Tripoli (Liban), non loin de Beyrouth.")
    place = next(e for e in found.entities.values() if "Tripoli" in (e.label, *e.aliases))
    assert place.country == "LBN"
    assert (
        read("Les milices tiennent Tripoli, en Libye.")
        .entities[next(m.key for m in read("Les milices tiennent Tripoli, en Libye.").mentions)]
        .country
        == "LBY"
    )


def test_mentions_are_sorted_and_do_not_overlap() -> None:
    found = read(
        "Le président Emmanuel Macron a reçu à Paris le chef du PKK, selon l'agence Anadolu. L'ONU s'inquiète."
    )
    ends = [0]
    for mention in found.mentions:
        assert mention.start >= ends[-1]
        ends.append(mention.end)
    assert found.at(found.mentions[0].start) == found.mentions[0].key
    assert found.at(0) is None


def _people_examples() -> list[tuple[str, str]]:
    with (files("kg.fr") / "entities_peoples.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["example"], row["country"]) for row in csv.DictReader(stream) if row["example"] and row["country"]]


def test_the_examples_of_peoples_name_their_country() -> None:
    for example, country in _people_examples():
        found = read(example)
        reached = {found.entities[key].country for key in found.named}
        for token in range(len(example.split())):
            reached |= {found.entities[key].country for key in found.actor(token)}
        assert country in reached, example


@pytest.mark.parametrize(
    "text",
    [
        "مقتل ثلاثة جنود في غارة جوية",
        "Взрыв в центре города, есть погибшие",
        "🔥🔥🔥 💥",
        "<p>Un <b>texte</b>&nbsp;HTML</p>",
        "-" * 500,
    ],
)
def test_odd_text_is_survived(text: str) -> None:
    found = read(text)
    for i in range(len(parse(text))):
        assert set(found.actor(i) + found.place(i)) <= set(found.entities)


def test_the_same_text_gives_the_same_answer() -> None:
    text = (
        "Damas et Ankara négocient à Genève, a dit Staffan Holm. Les FDS et l'armée syrienne s'affrontent à Tell Baraq."
    )
    assert [read(text).mentions, read(text).named] == [read(text).mentions, read(text).named]
