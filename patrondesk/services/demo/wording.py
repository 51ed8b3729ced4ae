"""The made-up school's free texts: comments of blocks, reasons to keep, notes, references. None holds a person's name."""

from __future__ import annotations

BLOCKS = (
    "Has not answered three letters about the atlas.", "Water damage to two books, parents asked to call.",
    "Card lent to another student.", "Laptop charger not brought back.",
    "Asked by the year dean until the books are found.",
)  # fmt: skip
KEEP = (
    "Comes back after an exchange year.", "Scholarship reader, account kept on.", "Works in the library as a volunteer.",
    "Archive project not finished.", "Asked by the principal to keep the record.",
)  # fmt: skip
NOTES = (
    "Prefers large print.", "Reading mentor for Year 7 on Tuesdays.", "May borrow up to six books for the study group.",
    "Phone the office before writing home.", "Likes books about the sea.", "Brings books back through the front office.",
    "Has a second set of textbooks at home.", "Helps to shelve at lunchtime.",
)  # fmt: skip
REFERENCES = {
    "po_line": "PO line {}, class set of novels", "purchase_order": "PO-{}", "invoice": "INV-{}",
    "locked_bib": "Bibliographic record {}", "import_profile": "Import profile {}, e-books",
    "md_editor": "Editor session {}", "asset": "Laptop L{}", "grant": "Reading grant {}",
}  # fmt: skip
