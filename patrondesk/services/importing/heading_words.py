"""The fields of each kind, and the headings under which other programs export them.

Every field lists its other names in tiers, best first: a name of an earlier tier wins over one of a later.
Names are compared without case, spaces and marks.
"""

from __future__ import annotations

import re
import unicodedata

from patrondesk.records.importing import Kind

_MARKS = re.compile(r"[\W_]+")

_PATRON_KEYS = {
    "patron_username": ("patron user name, borrower username", "username, login", "user, userid"),
    "patron_barcode": ("borrower barcode, user barcode, student barcode, patron card", "cardnumber, card"),
    "patron_external_id": (
        "patron id, borrower external id, student external id",
        "borrowernumber, student id, district id, sis id",
    ),
}
_ITEM_KEYS = {
    "item_barcode": ("copy barcode, itembarcode, resource barcode", "accession number, accession no"),
    "item_external_id": ("item id, copy id, itemnumber",),
}
_PATRONS = {
    "username": ("user name, login, login name, userid, user login, student web id",),
    "barcode": (
        "card number, cardnumber, library card, patron barcode, borrower barcode, user barcode, student barcode, card",
        "student number, identifier",
    ),
    "external_id": (
        "sourcedid, district id, sis id, external system id, primary id, borrowernumber, student id, teacher id, staff id",
        "patron id, person id, id",
    ),
    "family_name": ("surname, last name, lastname, familyname, family names, surnames", "last"),
    "given_name": ("first name, firstname, givenname, given names, first names, forename, forenames", "first"),
    "middle_name": ("middlename, middle names, second name",),
    "preferred_name": (
        "preferred given name, preferred first name, pref first name, nickname, known as, preferred",
        "othernames, other names",
    ),
    "gender": ("sex",),
    "birth_date": ("dob, date of birth, birthdate, birthday, birth day",),
    "email": ("e-mail, email address, mail, email primary, student email, teacher email, staff email", "secondary email"),
    "phone": ("telephone, phone number, day phone, home phone, phone primary", "mobile, mobile phone, cell, cell phone, sms"),
    "street": ("address, street address, address line 1, address1, address primary, street1",),
    "city": ("town, suburb, city town",),
    "state": ("province, county, region",),
    "post_code": ("postcode, zip, zip code, zipcode, postal code, student zip",),
    "country": (),
    "language": ("lang, preferred language",),
    "patron_type": (
        "patron type, user type, borrower type, borrower category, category code, patron category",
        "role, type, category",
    ),
    "user_group": ("usergroup, group, patron group, profile",),
    "record_type": (),
    "account_type": (),
    "access_level": (),
    "persona": (),
    "year_level": ("grade level, grade, grades, year group, yl", "year"),
    "homeroom": ("home room, form class, form group, roll class, roll group, tutor group, registration group", "form, class"),
    "cohort": (),
    "graduation_year": ("grad year, class of, year of graduation, graduationyr",),
    "enabled": ("is enabled, account enabled",),
    "block": ("blocked, barred, is blocked",),
    "expiry_date": (
        "expires, expiry, expires on, date expiry, expiration date, card expires, expiration, valid until, membership expires",
    ),
    "purge_date": ("purge on, purges on",),
    "registered_on": ("registered, date enrolled, enrollment date, enrolment date, registration date", "created, created on"),
    "library": (
        "site, branch, branch code, site short name, school, school id, school sis id, school dfe number, orgsourcedids, campus",
    ),
    "guarantor": ("guarantor id, guarantorid, guarantor barcode, guarantor username",),
    "note": ("notes, borrower notes, borrowernotes, patron note", "comment, comments"),
}
_ITEMS = {
    "barcode": ("item barcode, copy barcode, itembarcode", "accession number, accession no"),
    "external_id": ("item id, copy id, itemnumber", "id"),
    "title": ("item title, title statement",),
    "author": ("authors, creator, main author",),
    "call_number": ("callno, item call number, shelf mark, shelfmark, classification", "spine label, dewey"),
    "collection": ("ccode, collection code, collection name", "shelving location, location"),
    "price": ("replacement price, purchase price, replacement cost, cost, list price",),
    "status": ("item status, copy status, availability",),
    "library": ("site, branch, home branch, holding branch, school, owning library",),
    "withdrawn": ("deleted, is deleted, item withdrawn, discarded",),
}
_LOANS = {
    "external_id": ("loan id, circ id, issue id, circulation id, transaction id", "id"),
    **_PATRON_KEYS,
    **_ITEM_KEYS,
    "checked_out": (
        "checked out on, check out date, checkout date, date out, loan date, issue date, checked out at, date checked out",
        "borrowed, issued, out",
    ),
    "due": ("due date, date due, due on, due back",),
    "returned": ("returned on, return date, date returned, check in date, checkin date, checked in", "checkin, in"),
    "renewals": ("renewal count, times renewed, renewed",),
}
_FINES = {
    "external_id": ("fine id, fee id, bill id, accountlines id, charge id", "id"),
    **_PATRON_KEYS,
    **_ITEM_KEYS,
    "loan": ("loan id, loan external id, issue id, circ id",),
    "type": ("fine type, fee type, reason, account type, debit type code, charge type, fine reason",),
    "charged_on": (
        "date charged, charge date, creation date, creation time, created, assessed on, date assessed, billed on",
        "date",
    ),
    "amount": ("original amount, fine amount, amount charged, total amount, charge",),
    "paid": ("amount paid, paid so far, payments, paid amount, payment",),
    "balance": ("amount outstanding, outstanding, amount owed, owed, amount due, remaining, balance due",),
    "status": ("fine status, fee status",),
    "comment": ("note, notes, comments, description",),
}
_RESERVATIONS = {
    **_PATRON_KEYS,
    "item_barcode": _ITEM_KEYS["item_barcode"],
    "title": ("item title",),
    "requested_on": ("requested, request date, reserve date, reserved on, hold date, placed on, date requested", "created, date"),
    "expires_on": ("expires, expiry, expiry date, expiration date",),
}
_RESPONSIBILITIES = {
    **_PATRON_KEYS,
    "kind": ("type, responsibility",),
    "reference": ("ref, reference number", "number, id"),
    "status": ("state",),
}
_DEACTIVATIONS = {
    "username": ("user name, login, login name, userid",),
    "enabled": ("is enabled, account enabled", "active, is active"),
}
_NAMES: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.PATRONS: _PATRONS,
    Kind.ITEMS: _ITEMS,
    Kind.LOANS: _LOANS,
    Kind.FINES: _FINES,
    Kind.RESERVATIONS: _RESERVATIONS,
    Kind.RESPONSIBILITIES: _RESPONSIBILITIES,
    Kind.DEACTIVATIONS: _DEACTIVATIONS,
}


def squash(heading: str) -> str:
    """A heading as it is compared: `Last Name`, `last_name` and `lastName` are alike."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading).casefold())


def _known(names: dict[str, tuple[str, ...]]) -> dict[str, tuple[tuple[int, str], ...]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for field, tiers in names.items():
        own = {squash(field): 0}
        for rank, tier in enumerate(tiers, 1):
            for name in tier.split(","):
                own.setdefault(squash(name), rank)
        for name, rank in own.items():
            if name:
                found.setdefault(name, []).append((rank, field))
    return {name: tuple(sorted(claims)) for name, claims in found.items()}


FIELDS: dict[Kind, tuple[str, ...]] = {kind: tuple(names) for kind, names in _NAMES.items()}
KNOWN: dict[Kind, dict[str, tuple[tuple[int, str], ...]]] = {kind: _known(names) for kind, names in _NAMES.items()}
