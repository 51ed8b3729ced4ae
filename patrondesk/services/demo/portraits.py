"""Drawn portraits: small SVG pictures put together from our own shapes, as varied as a school and no one in particular.

Only what SVG Tiny knows: shapes, paths, one gradient; no filters, no styles, no text.
"""

from __future__ import annotations

from patrondesk.services.demo import shapes
from patrondesk.services.demo.dice import Dice
from patrondesk.services.demo.names import TRADITIONS
from patrondesk.services.demo.people import Person

_WITH_PORTRAIT = 0.67
_SCARVES = {"arabic": 0.5, "turkish": 0.15, "east_african": 0.3}


def portrait(person: Person, seed: int) -> str | None:
    """The person's picture as an SVG document of at most 1.5 kB, or None: about a third have none, so initials show."""
    if person.kind == "department":
        return None
    dice = Dice(seed, "portrait", person.number)
    return draw(dice, person) if dice.chance(_WITH_PORTRAIT) else None


def draw(dice: Dice, person: Person) -> str:
    """A portrait for the person, whatever share has one."""
    lists = TRADITIONS[person.tradition]
    tone = int(dice.one(lists.tones))
    skin, shade = shapes.SKIN[tone]
    grown = person.kind != "student"
    hair = dice.one(shapes.GREY) if grown and dice.chance(0.3) else shapes.HAIR[int(dice.one(lists.hairs))]
    coat = dice.one(shapes.CLOTHES)
    behind, over = _hair(dice, person, tone)
    cloth = dice.one([colour for colour in shapes.CLOTHES if colour != coat])
    top, bottom = dice.one(shapes.BACKS)
    width, height = dice.one(("11.5", "12", "12.4")), dice.one(("13.5", "14", "14.3"))
    covered = over == "scarf"
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><linearGradient id="b" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/></linearGradient>'
        '<rect width="64" height="64" fill="url(#b)"/>',
        shapes.BEHIND[behind].format(h=hair) if behind else "",
        f'<path d="M9 64Q10 49 25 47H39Q54 49 55 64Z" fill="{coat}"/><path d="M27 38H37V47Q32 52 27 47Z" fill="{shade}"/>',
        "" if covered else dice.one(shapes.COLLARS),
        "" if covered else f'<ellipse cx="32" cy="29.5" rx="14" ry="2.6" fill="{shade}"/>',
        f'<ellipse cx="32" cy="28" rx="{width}" ry="{height}" fill="{skin}"/>',
        *_face(dice, hair, shade, tone, bearded=grown and person.gender == "male" and dice.chance(0.4)),
        shapes.OVER[over].format(h=hair, c=cloth),
        _glasses(dice) if dice.chance(0.2) else "",
        "</svg>",
    ]
    return "".join(parts)


def _hair(dice: Dice, person: Person, tone: int) -> tuple[str, str]:
    """The shapes behind the head and over it."""
    boy, grown = person.gender == "male", person.kind != "student"
    if not boy and dice.chance(_SCARVES.get(person.tradition, 0.0)):
        return "", "scarf"
    if boy and person.tradition == "indian" and dice.chance(0.25):
        return "", "turban"
    if boy and grown and dice.chance(0.25):
        return "sides", "bare"
    if tone >= 4 and dice.chance(0.8):
        behind, over = dice.one(shapes.CURLY_BOYS if boy else shapes.CURLY_GIRLS)
    else:
        behind, over = dice.one(shapes.BOYS if boy else shapes.GIRLS)
    return ("bun" if grown and behind in ("puffs", "braids") else behind), over


def _face(dice: Dice, hair: str, shade: str, tone: int, *, bearded: bool) -> list[str]:
    gap = dice.one((4.6, 5.0, 5.4))
    brow = hair if tone < 5 else "#1a1412"
    parts = [
        f'<g fill="#2a211d">{shapes.EYE.format(32 - gap)}{shapes.EYE.format(32 + gap)}</g>',
        f'<g stroke-width="1.2" stroke-linecap="round" fill="none"><path d="{shapes.BROWS}" stroke="{brow}"/>',
        f'<path d="{shapes.NOSE}" stroke="{shade}"/></g>',
    ]
    if bearded:
        parts.append(shapes.BEARD.format(h=hair))
    elif tone < 3 and dice.chance(0.3):
        parts.append(shapes.CHEEKS)
    elif tone < 3 and dice.chance(0.2):
        parts.append(shapes.FRECKLES.format(h=shade))
    return [*parts, dice.one(shapes.MOUTHS)]


def _glasses(dice: Dice) -> str:
    lenses = shapes.ROUND_LENSES if dice.chance(0.6) else shapes.SQUARE_LENSES
    return f'<g fill="#fff" fill-opacity=".2" stroke="#223" stroke-width="1.2">{lenses}<path d="M30.5 28H33.5"/></g>'
