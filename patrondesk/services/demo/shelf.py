"""The library's shelf: made-up titles with authors, call numbers, collections and prices, and the copies of them."""

from __future__ import annotations

from typing import NamedTuple

from patrondesk.folding import fold
from patrondesk.services.demo.calendar import PHASES
from patrondesk.services.demo.dice import Dice
from patrondesk.services.demo.names import TRADITIONS

COPIES_A_PATRON = 5  # a patron has at most so many in one round, and nobody else has them then (see `story`)
_MOST_TITLES = 25_000
_ADJECTIVES = (
    "Hidden", "Last", "Silent", "Crooked", "Borrowed", "Winter", "Paper", "Glass", "Second", "Lost", "Northern", "Hollow",
    "Golden", "Restless", "Distant", "Unlikely", "Secret", "Broken", "Salt", "Midnight", "Quiet", "Wandering", "Copper",
    "Seventh", "Upside-Down", "Forgotten",
)  # fmt: skip
_NOUNS = (
    "Lighthouse", "Orchard", "Compass", "Kite", "Harbour", "Map", "Garden", "Signal", "River", "Bridge", "Clockmaker",
    "Tide", "Lantern", "Island", "Letter", "Fox", "Piano", "Staircase", "Comet", "Beekeeper", "Violin", "Mountain", "Whale",
    "Observatory", "Canoe", "Swimmer", "Forest", "Mask",
)  # fmt: skip
_PEOPLE = (
    "Ottoline Vane", "Captain Brimble", "Tama and the Eel", "Marguerite Sparrow", "Doctor Quince", "the Pemberton Twins",
    "Grandmother Huia", "Ezra Finch", "the Night Librarian", "Little Wolf", "Professor Amaranth", "Nobody’s Daughter",
    "the Tin Piper", "Wilhelmina Stone", "Bao and the Moon",
)  # fmt: skip
_PLACES = (
    "Kaimoana Bay", "Saltmarsh", "the Far Valley", "Ashgrove", "Upper Ferry", "the Seven Hills", "Blackwater",
    "Lantern Street", "Cloud Island", "the Old Mill",
)  # fmt: skip
_SUBJECTS = {
    "Volcanoes": "551.21", "Whales": "599.5", "Bridges": "624.2", "Chemistry": "540", "Statistics": "519.5",
    "Bread": "641.815", "Weaving": "746.1", "Navigation": "623.89", "Ancient Rome": "937", "Genetics": "576.5",
    "Chess": "794.1", "Photography": "770", "Climate": "551.6", "Coding": "005.1", "Athletics": "796.42", "Poetry": "808.1",
    "Democracy": "321.8", "Bees": "595.799", "The Moon": "523.3", "Drawing": "743", "Geometry": "516", "Rivers": "551.48",
    "Migration": "304.8", "Robots": "629.892", "Music Theory": "781", "The Pacific": "995", "Birds of the Coast": "598.177",
    "Marine Life": "578.77", "Electricity": "537", "World Religions": "200",
}  # fmt: skip
_GUIDES = (
    "A Field Guide", "An Introduction", "The Illustrated History", "Questions and Answers", "A Workbook", "Explained",
    "for Beginners", "in Ten Chapters",
)  # fmt: skip
_OTHERS = (
    ("Te Pukapuka o te Awa", "Te reo Māori"), ("Ngā Kōrero o te Moana", "Te reo Māori"),
    ("Ko te Whetū Tuatahi", "Te reo Māori"), ("El jardín de la abuela", "Languages"), ("La carte oubliée", "Languages"),
    ("Der leise Fluss", "Languages"), ("小さな灯台", "Languages"), ("海边的信", "Languages"), ("바람의 지도", "Languages"),
    ("Маяк на острове", "Languages"), ("حديقة الليل", "Languages"), ("Το νησί των πουλιών", "Languages"),
    ("नदी की कहानी", "Languages"), ("Con thuyền giấy", "Languages"),
)  # fmt: skip
_WRITERS = tuple("english scottish irish maori spanish french german polish indian west_african nordic".split())
_PREFIX = {
    "Fiction": "F", "Senior fiction": "SF", "Graphic novels": "GN", "Te reo Māori": "MAO", "Languages": "L",
    "Picture books": "P", "Reference": "REF", "Teacher resources": "TR",
}  # fmt: skip


class Title(NamedTuple):
    """What can be asked for. `price` in minor units, None where the library does not know it."""

    title: str
    author: str | None
    call_number: str
    collection: str
    price: int | None


class Copy(NamedTuple):
    """One copy, by its number from 0; `title` is a place in the shelf's titles."""

    number: int
    title: int
    barcode: str
    status: str


class Shelf:
    """All titles (at most some ten thousand, in memory) and as many copies as are asked for (made when asked)."""

    def __init__(self, patrons: int, seed: int) -> None:
        wanted = max(2400, COPIES_A_PATRON * (patrons + 50))
        self.copies = wanted if wanted <= 40_000 else max(40_000, patrons)
        # The copies are dealt to the groups of patrons who take turns.
        self.copies -= self.copies % PHASES
        self._next = self.copies - 1
        dice = Dice(seed, "shelf")
        self.titles = [_title(dice, number) for number in range(min(_MOST_TITLES, self.copies * 3 // 5))]

    def copy(self, number: int, status: str | None = None) -> Copy:
        """A copy; those beyond `copies` are further ones, for what is out or lost. Without a status it mostly is available."""
        if status is None:
            status = ("withdrawn", "on_order", "in_process")[number % 3] if number * 7919 % 100 < 3 else "available"
        return Copy(number, self.copy_title(number), f"B{30000 + number:07d}", status)

    def further(self, status: str, *, priced: bool = True) -> Copy:
        """A copy that nobody had before, out or lost; on request one whose price is not known."""
        self._next += 1
        while not priced and self.titles[self.copy_title(self._next)].price is not None:
            self._next += 1
        return self.copy(self._next, status)

    def dealt(self, number: int, place: int, turn: int) -> int:
        """The copy that a patron gets as the `turn`-th of a round: nobody else gets it in that round."""
        size = self.copies // PHASES
        return (number % PHASES) * size + ((number // PHASES) * COPIES_A_PATRON + turn + place * 1009) % size

    def copy_title(self, number: int) -> int:
        """Each title has one copy; what is left over goes to the popular ones, which stand at the front."""
        many = len(self.titles)
        if number < many:
            return number
        return int(many * (number * 40_503 % 65_536 / 65_536) ** 3)


def _title(dice: Dice, number: int) -> Title:
    kind = dice.roll()
    author = _author(dice)
    short = "".join(c for c in fold(author).upper() if c.isalpha())[:3]
    if number < len(_OTHERS):
        name, collection = _OTHERS[number]
    elif kind < 0.52:
        name = _story(dice)
        collection = dice.one(("Fiction", "Fiction", "Fiction", "Senior fiction", "Graphic novels", "Picture books"))
    else:
        subject = dice.one(tuple(_SUBJECTS))
        guide = dice.one(_GUIDES)
        about = f"{subject} in {dice.one(_PLACES)}" if dice.chance(0.4) else subject
        name = f"{about} {guide}" if guide in ("Explained", "for Beginners", "in Ten Chapters") else f"{about}: {guide}"
        if dice.chance(0.15):
            name += f", Volume {dice.between(1, 9)}"
        collection = dice.one(("Non-fiction",) * 7 + ("Reference", "Teacher resources"))
        call = f"{_PREFIX[collection]} {_SUBJECTS[subject]} {short}" if collection in _PREFIX else f"{_SUBJECTS[subject]} {short}"
        return Title(name, author, call, collection, _price(dice, 2400))
    return Title(name, author if dice.chance(0.98) else None, f"{_PREFIX[collection]} {short}", collection, _price(dice, 1200))


def _story(dice: Dice) -> str:
    adjective, noun, person, place = dice.one(_ADJECTIVES), dice.one(_NOUNS), dice.one(_PEOPLE), dice.one(_PLACES)
    name = (
        f"The {adjective} {noun}",
        f"The {noun} of {place}",
        f"{person[:1].upper()}{person[1:]} and the {adjective} {noun}",
        f"A {noun} in {place}",
        f"The {adjective} {noun} of {place}",
        f"How the {noun} Came to {place}",
        f"{adjective} {noun}s",
        f"What {person} Saw in {place}",
    )[dice.below(8)]
    return f"{name}, Book {dice.between(2, 7)}" if dice.chance(0.08) else name


def _author(dice: Dice) -> str:
    lists = TRADITIONS[dice.one(_WRITERS)]
    family = dice.one(lists.families).partition("/")[0]
    # Initials only: no author is ever called like a patron.
    return f"{family}, {dice.one(lists.girls + lists.boys)[0]}. {dice.one('ABCDEFGHJKLMNPRSTVW')}."


def _price(dice: Dice, usual: int) -> int | None:
    if dice.chance(0.06):
        return None
    return int(usual * (0.6 + 1.4 * dice.roll() ** 2)) // 50 * 50 + dice.one((0, 40, 45, 49))
