"""The shapes and colours from which portraits are put together.

In a shape `{h}` is the hair's colour and `{c}` that of a cap or cloth. The picture is 64 by 64; the face is an ellipse
round (32, 28), about 12 wide and 14 high each way.
"""

from __future__ import annotations

# Skin and its shade, from light to dark; a tradition's `tones` are places here.
SKIN = (
    ("#fbdcc8", "#eebfa5"), ("#f3c9a8", "#e0ab86"), ("#e0ac80", "#c98f62"), ("#c68a5c", "#ab7046"), ("#96603c", "#7c4c2d"),
    ("#6b4229", "#55321d"),
)  # fmt: skip
HAIR = ("#231c1a", "#4a2f20", "#7a4b26", "#c7994a", "#a9502a", "#e3c67c")
GREY = ("#8d8a86", "#b9b5ae", "#5c5854")
CLOTHES = (
    "#2a5d3b", "#7d3217", "#4c4d47", "#7c2346", "#6a4e00", "#27508f", "#5b3b86", "#1f6a70", "#a8442f", "#37475a",
    "#8a6d3b", "#3f6f2f",
)  # fmt: skip
BACKS = (
    ("#efe3f8", "#d8cbe6"), ("#dfe8fb", "#c2cfe6"), ("#e0f1e2", "#c5dccb"), ("#e8e8e4", "#d0d0c9"), ("#fbe6df", "#e9cdc3"),
    ("#dff2f0", "#bfdcd9"), ("#fdf0d2", "#ebd9ae"), ("#f6e0e8", "#e3c4d1"),
)  # fmt: skip

BEHIND = {
    "long": '<path d="M18 28Q17 11 32 11T46 28V48Q39 52 32 52T18 48Z" fill="{h}"/>',
    "bob": '<path d="M18 27Q18 11 32 11T46 27V39Q46 43 42 43H22Q18 43 18 39Z" fill="{h}"/>',
    "waves": '<path d="M18 27Q17 10 32 10T46 27Q51 34 46 39Q50 46 44 49H20Q14 46 18 39Q13 34 18 27Z" fill="{h}"/>',
    "braids": '<path d="M19 26Q20 11 32 11T45 26V34H19Z" fill="{h}"/>'
    '<path d="M20 32L18 52M44 32L46 52" stroke="{h}" stroke-width="5" stroke-linecap="round"/>',
    "afro": '<circle cx="32" cy="24" r="18.5" fill="{h}"/>',
    "puffs": '<g fill="{h}"><circle cx="18.5" cy="17" r="7.5"/><circle cx="45.5" cy="17" r="7.5"/></g>',
    "bun": '<circle cx="32" cy="9.5" r="6" fill="{h}"/>',
    "sides": '<path d="M18.6 27Q18 20 23 16.5H41Q46 20 45.4 27Q45 33 43 35H21Q19 33 18.6 27Z" fill="{h}"/>',
    "tail": '<path d="M42 16Q53 18 50 38Q49 44 45 45Q48 30 40 22Z" fill="{h}"/>',
}
OVER = {
    "parting": '<path d="M19.5 29Q18 12 32 12T44.5 29Q43 21 35 17Q29 23 22.5 24Q20.5 26 19.5 29Z" fill="{h}"/>',
    "fringe": '<path d="M19.5 27Q18 12 32 12T44.5 27Q44 23 41 21.5H23Q20 23 19.5 27Z" fill="{h}"/>',
    "middle": '<path d="M19.5 30Q18 12 32 12T44.5 30Q44 20 32 16.5Q20 20 19.5 30Z" fill="{h}"/>',
    "crop": '<path d="M19.8 25Q18 12.5 32 12.5T44.2 25Q43 18.5 32 18.5T19.8 25Z" fill="{h}"/>',
    "quiff": '<path d="M19.5 26Q17 17 23 13Q33 7 42 12Q47 15 44.5 26Q43 20 39 18Q30 21 24 18Q21 20 19.5 26Z" fill="{h}"/>',
    "curls": '<path d="M20 26Q15 21 20 18Q19 12 25 12.5Q28 8 33 11Q39 8 41 13Q47 13 45 19Q49 22 44 26'
    'Q44 20 39 19Q35 21 32 18.5Q28 21 25 19Q20 20 20 26Z" fill="{h}"/>',
    "spikes": '<path d="M19.5 26L18 15L23.5 16L24 9.5L29.5 13L33 8L36 13L41 10L41 16L46 16L44.5 26Q43 19 32 19T19.5 26Z" '
    'fill="{h}"/>',
    "bowl": '<path d="M18.5 28Q16.5 11 32 11T45.5 28Q45 24 43.5 23.5Q32 25 20.5 23.5Q19 24 18.5 28Z" fill="{h}"/>',
    "bare": "",
    "scarf": '<path d="M32 9.5Q49 10 47 32Q47 47 32 49Q17 47 17 32Q15 10 32 9.5ZM32 16Q21.5 16 21.5 29T32 41.5T42.5 29T32 16Z" '
    'fill-rule="evenodd" fill="{c}"/>',
    "turban": '<path d="M18.5 23Q15 6 32 5.5T45.5 23Q39 17 32 18.5T18.5 23Z" fill="{c}"/>'
    '<path d="M20 20Q31 14 41 8M23 11Q33 11 44.5 20" stroke="#000" stroke-opacity=".18" stroke-width="1.3" fill="none"/>',
    "cap": '<path d="M19 22Q19 9.5 32 9.5T45 22Z" fill="{c}"/>'
    '<path d="M18 22.5Q32 18.5 51 22.5" stroke="{c}" stroke-width="3" stroke-linecap="round" fill="none"/>',
}
# What goes together: behind the head, over it.
GIRLS = (
    ("long", "parting"), ("long", "middle"), ("long", "fringe"), ("bob", "fringe"), ("bob", "parting"), ("waves", "middle"),
    ("waves", "parting"), ("braids", "middle"), ("tail", "crop"), ("bun", "crop"), ("bun", "parting"), ("", "crop"),
    ("", "quiff"),
)  # fmt: skip
BOYS = (
    ("", "crop"), ("", "quiff"), ("", "curls"), ("", "spikes"), ("", "bowl"), ("", "parting"), ("", "fringe"), ("bob", "middle"),
    ("", "cap"),
)  # fmt: skip
CURLY_GIRLS = (("afro", "crop"), ("puffs", "crop"), ("braids", "crop"), ("bun", "crop"), ("waves", "middle"), ("", "crop"))
CURLY_BOYS = (("", "crop"), ("", "curls"), ("afro", "crop"), ("", "crop"), ("", "cap"))

MOUTHS = (
    '<path d="M28 36Q32 39.5 36 36" stroke="#a2453c" stroke-width="1.5" stroke-linecap="round" fill="none"/>',
    '<path d="M27.5 35.5Q32 41.5 36.5 35.5Z" fill="#fff" stroke="#a2453c" stroke-width="1"/>',
    '<path d="M29 36.2Q32 37.6 35 36.2" stroke="#a2453c" stroke-width="1.5" stroke-linecap="round" fill="none"/>',
    '<path d="M28.5 36Q33 38.5 36 35.5" stroke="#a2453c" stroke-width="1.5" stroke-linecap="round" fill="none"/>',
)
COLLARS = (
    "",
    '<path d="M26 46L32 53L38 46" stroke="#fff" stroke-opacity=".85" stroke-width="2.5" fill="none"/>',
    '<path d="M25.5 46Q32 54 38.5 46" stroke="#000" stroke-opacity=".22" stroke-width="2" fill="none"/>',
    '<path d="M24 47Q32 57 40 47" stroke="#fff" stroke-opacity=".35" stroke-width="3" fill="none"/>',
    '<path d="M26 46L32 52L38 46L36 64H28Z" fill="#fff" fill-opacity=".88"/><path d="M31 52H33L34 64H30Z" fill="#2b2f3a"/>',
)
EYE = '<circle cx="{:g}" cy="28.5" r="1.5"/>'
BROWS = "M25 25Q27 23.5 29.5 24.8M34.5 24.8Q37 23.5 39 25"
NOSE = "M32 29.5Q33.5 32 31.5 32.3"
BEARD = '<path d="M20.5 30Q21 43 32 43.5T43.5 30Q42 35 37 34Q32 32.5 27 34Q22 35 20.5 30Z" fill="{h}"/>'
CHEEKS = '<g fill="#e8847a" fill-opacity=".32"><circle cx="24.5" cy="33" r="2.3"/><circle cx="39.5" cy="33" r="2.3"/></g>'
FRECKLES = '<path d="M25 31.5h1.2M27.5 32.7h1.2M36 32.7h1.2M38.5 31.5h1.2" stroke="{h}" stroke-width="1.1"/>'
ROUND_LENSES = '<circle cx="26.5" cy="28.5" r="4"/><circle cx="37.5" cy="28.5" r="4"/>'
SQUARE_LENSES = '<path d="M22 25.5h8.5v6h-8.5zM33.5 25.5h8.5v6h-8.5z"/>'
