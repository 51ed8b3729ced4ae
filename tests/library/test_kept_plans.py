"""A kept plan: run with exactly its list less those struck out, each one checked again, and what became different reported."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from patrondesk.clock import Clock
from patrondesk.errors import NotFound, Refused
from patrondesk.jobs import purge
from patrondesk.jobs.ticket import Ticket
from patrondesk.models.fine import Fine
from patrondesk.models.library import Library
from patrondesk.models.patron import Patron, PatronNote
from patrondesk.models.purge import PurgePlan, PurgePlanLine
from patrondesk.records.ids import PatronId
from patrondesk.records.plans import PlanState
from patrondesk.records.purging import Override
from patrondesk.records.staff import Permission
from patrondesk.services import checking, loans, patrons, policy
from patrondesk.services.purging import batch_reading, destroy, plans, reviewing
from patrondesk.services.purging.plan import make_plan
from tests.builders import building
from tests.library.people import MODEST, build, free, people
from tests.library.test_resume import Impatient, Killed, told


def kept(office, chosen, unknown=(), overrides=()):
    return plans.save_plan(office, make_plan(office, chosen, source="list", unknown=unknown, overrides=overrides))


def run(office, plan_id, ticket=None, **how):
    return purge.run(office, reviewing.thaw(office, plan_id), ticket or Ticket(), plan_id=plan_id, **how)


def present(office):
    with office.database.read() as session:
        return set(session.scalars(sa.select(Patron.id)))


def numbers(result):
    batch = result.batch
    return batch.planned, batch.purged, batch.refused, batch.vanished, batch.not_reached


# ---------------------------------------------------------------- exactly its list


@MODEST
@given(everybody=people(guarantors=False), data=st.data())
def test_it_touches_exactly_its_list_less_those_struck_out(libraries, everybody, data):
    place = st.sampled_from(range(len(everybody)))
    listed = data.draw(st.lists(place, unique=True, min_size=1), "listed")
    struck = data.draw(st.lists(st.sampled_from(listed), unique=True), "struck")
    held_since = set(data.draw(st.lists(st.sampled_from(listed), unique=True, max_size=2), "held since"))
    gone = set(data.draw(st.lists(st.sampled_from(listed), unique=True, max_size=2), "gone"))
    stop = data.draw(st.one_of(st.none(), st.integers(1, 4)), "stop")
    with libraries() as office:
        with building(office, balance_threshold="2.00") as school:
            keys = build(school, everybody, office.clock.today())
        plan_id = kept(office, [keys[n] for n in listed], unknown=["nobody at all"])
        assert plans.strike(office, plan_id, [keys[n] for n in struck], "stays") == len(struck)
        for number in held_since:
            patrons.protect(office, keys[number], "repeats the year", None)
        gone = {n for n in gone if free(everybody, n) and n not in held_since}
        if gone:
            purge.run(office, make_plan(office, [keys[n] for n in gone], source="page"), Ticket())
        before = present(office)
        frozen = reviewing.thaw(office, plan_id)
        shown = reviewing.read_plan(office, plan_id)
        going = [n for n in listed if n not in struck and n not in gone and n not in held_since and free(everybody, n)]
        assert [one.id for one in frozen.eligible] == [keys[n] for n in going] == [one.id for one in shown.going]
        assert frozen.planned == len(listed) - len(struck) + 1
        assert frozen.planned == len(frozen.eligible) + len(frozen.held) + frozen.missing
        assert len(shown.going) + len(shown.held) + shown.missing + shown.line.struck == len(listed) + 1
        done = run(office, plan_id, Impatient(stop) if stop else None, chunk=2)
        if done.batch.not_reached:
            purge.resume(office, done.batch.id, Ticket(), chunk=2)
        done = batch_reading.read_batch(office, done.batch.id)
        assert {one.id for one in done.purged} == before - present(office) == {keys[n] for n in going}
        planned, *parts = numbers(done)
        assert planned == sum(parts) == frozen.planned
        assert done.batch.vanished == frozen.missing
        assert plans.list_plans(office) == []


def a_kept_school(office):
    """Nine leavers as in a run without a break, two struck out; one with a fine that is set aside."""
    with building(office) as school:
        listed = [school.patron() for _ in range(9)]
        for patron in listed:
            school.belongings(patron)
            school.loan(patron, "returned")
        school.loan(listed[1], "open")
        school.loan(listed[6], "open")
        school.fine(listed[7], 500)
    plan_id = kept(office, listed, ["nobody"], [Override(PatronId(listed[7]), "BALANCE_DUE", "agreed")])
    plans.strike(office, plan_id, [listed[2], listed[5]], "comes back in spring")
    return plan_id


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("after", [2, 4, 6])
def test_stopped_and_taken_up_again_it_ends_as_an_unbroken_run(libraries, after, dies):
    with libraries() as office:
        plan_id = a_kept_school(office)
        whole = run(office, plan_id, chunk=2)
        unbroken = told(office, whole.batch.id)
        assert numbers(whole) == (8, 5, 2, 1, 0)
    with libraries() as office:
        plan_id = a_kept_school(office)
        if dies:
            with pytest.raises(Killed):
                run(office, plan_id, Impatient(after, dies), chunk=2)
        else:
            run(office, plan_id, Impatient(after), chunk=2)
        part = batch_reading.list_batches(office)[0]
        assert part.not_reached == 7 - after
        done = purge.resume(office, part.id, Ticket(), chunk=2)
        assert told(office, done.batch.id) == unbroken


def test_whoever_was_held_by_the_time_of_the_question_stays_when_the_run_goes_on(office):
    with building(office) as school:
        first, second, third = (school.patron() for _ in range(3))
    plan_id = kept(office, [first, second, third])
    with building(office) as school:
        school.loan(third, "open")
    frozen = reviewing.thaw(office, plan_id)
    assert [one.id for one in frozen.held] == [third]
    part = purge.run(office, frozen, Impatient(1), plan_id=plan_id, chunk=1)
    loans.mark_all_lost(office, third)
    done = purge.resume(office, part.batch.id, Ticket(), chunk=1)
    assert {one.id for one in done.purged} == {first, second}
    assert [(one.id, [r.code for r in one.reasons]) for one in done.refused] == [(third, ["OPEN_LOANS"])]


def test_a_plan_that_was_changed_meanwhile_is_not_run(office):
    with building(office) as school:
        first, second = school.patron(), school.patron()
    plan_id = kept(office, [first, second])
    frozen = reviewing.thaw(office, plan_id)
    plans.strike(office, plan_id, [second])
    with pytest.raises(Refused) as said:
        purge.run(office, frozen, Ticket(), plan_id=plan_id)
    assert said.value.code == "PLAN_CHANGED"
    assert present(office) >= {first, second}
    assert plans.list_plans(office)[0].state is PlanState.OPEN


def test_a_plan_runs_once(office):
    with building(office) as school:
        one, other = school.patron(), school.patron()
    plan_id = kept(office, [one])
    frozen = reviewing.thaw(office, plan_id)
    run(office, plan_id)
    for again in (
        lambda: purge.run(office, frozen, Ticket(), plan_id=plan_id),
        lambda: reviewing.thaw(office, plan_id),
        lambda: plans.strike(office, plan_id, [one]),
        lambda: plans.discard(office, plan_id),
    ):
        with pytest.raises(Refused, match="was run already"):
            again()
    discarded = kept(office, [other])
    plans.discard(office, discarded)
    with pytest.raises(Refused, match="was discarded"):
        reviewing.thaw(office, discarded)
    assert [line.state for line in plans.list_plans(office, every=True)] == [PlanState.DISCARDED, PlanState.RUN]


def test_the_settings_of_the_day_apply(office):
    with building(office) as school:
        patron = school.patron()
        school.loan(patron)
    plan_id = kept(office, [patron])
    assert not reviewing.read_plan(office, plan_id).settings_changed
    policy.change_setting(office, "retain_deleted_patron_loans", "false")
    policy.change_setting(office, "undo_days", "0")
    assert reviewing.read_plan(office, plan_id).settings_changed
    frozen = reviewing.thaw(office, plan_id)
    assert (frozen.retain_loans, frozen.undo_until) == (False, None)
    assert run(office, plan_id).loans_deleted == 1


def test_what_it_settles_is_counted_now(office):
    with building(office, balance_threshold="5.00") as school:
        patron = school.patron()
        fine = school.fine(patron, 300)
    plan_id = kept(office, [patron])
    with office.database.write() as session:
        session.get_one(Fine, fine).balance = 200
    frozen = reviewing.thaw(office, plan_id)
    assert (frozen.fines_to_waive, frozen.amount_to_waive) == (1, 200)


# ---------------------------------------------------------------- drift


def test_drift_before_and_after(office):
    with building(office) as school:
        same, changed, loan, paid, gone, struck, aside = (school.patron() for _ in range(7))
        owed = school.fine(paid, 700)
        school.fine(aside, 100)
    plan_id = kept(
        office, [same, changed, loan, paid, gone, struck, aside], overrides=[Override(PatronId(aside), "BALANCE_DUE", "agreed")]
    )
    assert reviewing.find_drift(office, plan_id) == []
    assert reviewing.count_drift(office) == {plan_id: 0}
    with building(office) as school:
        school.loan(loan, "open")
        school.loan(struck, "open")
        school.fine(aside, 150)
    with office.database.write() as session:
        session.get_one(Fine, owed).balance = 0
        session.get_one(Patron, changed).version += 1
        name = session.get_one(Patron, loan).family_name
    plans.strike(office, plan_id, [struck])
    purge.run(office, make_plan(office, [gone], source="page"), Ticket())
    drift = reviewing.find_drift(office, plan_id)
    assert [(d.id, d.changed, d.gone) for d in drift] == [
        (changed, True, False), (loan, False, False), (paid, False, False), (gone, False, True), (aside, False, False),
    ]  # fmt: skip
    by_id = {d.id: d for d in drift}
    assert ([r.code for r in by_id[loan].before], [r.code for r in by_id[loan].now]) == ([], ["OPEN_LOANS"])
    assert by_id[loan].name.startswith(name)
    assert ([r.code for r in by_id[paid].before], by_id[paid].now) == (["BALANCE_DUE"], ())
    assert by_id[gone].name == f"Patron {gone}"
    assert [r.amount for r in (*by_id[aside].before, *by_id[aside].now)] == [100, 250]
    assert all(r.overridden for r in by_id[aside].now)
    assert reviewing.count_drift(office) == {plan_id: 5}
    shown, frozen = reviewing.read_plan(office, plan_id), reviewing.thaw(office, plan_id)
    assert [one.id for one in shown.going] == [one.id for one in frozen.eligible] == [same, changed, aside]
    assert [one.id for one in shown.held] == [one.id for one in frozen.held] == [loan, paid]
    assert (shown.missing, frozen.missing, shown.line.struck) == (1, 1, 1)
    assert [reason.code for one in shown.held for reason in one.in_the_way] == ["OPEN_LOANS", "BALANCE_DUE"]

    done = run(office, plan_id)
    assert {one.id for one in done.purged} == {same, changed, aside}
    after = {d.id: d for d in reviewing.find_drift(office, plan_id)}
    assert set(after) == {changed, loan, gone, aside}
    assert after[changed].changed
    assert after[changed].name.startswith("Quill"), "told from the undo archive"
    assert ([r.code for r in after[loan].before], [r.code for r in after[loan].now]) == ([], ["OPEN_LOANS"])
    assert after[gone].gone
    assert reviewing.count_drift(office) == {}


def test_two_plans_do_not_set_aside_for_each_other(office):
    with building(office) as school:
        patron = school.patron()
        school.fine(patron, 500)
    aside = kept(office, [patron], overrides=[Override(PatronId(patron), "BALANCE_DUE", "agreed")])
    plain = kept(office, [patron])
    assert reviewing.count_drift(office) == {aside: 0, plain: 0}
    assert [len(reviewing.thaw(office, each).eligible) for each in (aside, plain)] == [1, 0]


# ---------------------------------------------------------------- who may, whose, and for how long


def test_only_who_may_purge_sees_or_changes_a_plan(office):
    with building(office) as school:
        patron = school.patron()
    plan_id = kept(office, [patron])
    actor = office.actor
    nobody = replace(office, actor=replace(actor, permissions=actor.permissions - {Permission.PURGE}))
    for forbidden in (
        lambda: plans.list_plans(nobody),
        lambda: reviewing.read_plan(nobody, plan_id),
        lambda: reviewing.thaw(nobody, plan_id),
        lambda: reviewing.find_drift(nobody, plan_id),
        lambda: plans.strike(nobody, plan_id, [patron]),
    ):
        with pytest.raises(Refused) as said:
            forbidden()
        assert said.value.code == "NOT_PERMITTED"


def test_a_plan_of_another_library_is_not_there(office):
    with building(office) as school:
        patron = school.patron()
    plan_id = kept(office, [patron])
    with office.database.write() as session:
        other = Library(short_name="other", name="Other", created_at=office.clock.now(), secret="00" * 32)
        session.add(other)
        session.flush()
        session.get_one(PurgePlan, plan_id).library_id = other.id
    for absent in (reviewing.read_plan, reviewing.thaw, reviewing.find_drift):
        with pytest.raises(NotFound):
            absent(office, plan_id)
    assert plans.list_plans(office) == []
    assert reviewing.count_drift(office) == {}


def later(days):
    """The clock so many days from now."""

    class Later(Clock):
        def now(self):
            return super().now() + dt.timedelta(days=days)

    return Later()


@pytest.mark.parametrize(("days", "state"), [(89, PlanState.OPEN), (91, PlanState.DISCARDED)])
def test_upkeep_discards_what_waited_ninety_days(office, days, state):
    with building(office) as school:
        patron = school.patron()
        school.fine(patron, 500)
    plan_id = kept(office, [patron], overrides=[Override(PatronId(patron), "BALANCE_DUE", "agreed")])
    plans.strike(office, plan_id, [patron], "said by the office")
    destroy.destroy_due(replace(office, clock=later(days)))
    assert plans.list_plans(office, every=True)[0].state is state
    with office.database.read() as session:
        line = session.scalars(sa.select(PurgePlanLine)).one()
        assert (line.note is None, line.overrides is None) == ((state is PlanState.DISCARDED,) * 2)


def test_words_written_on_a_plan_go_with_the_patron(office):
    with building(office) as school:
        patron = school.patron()
        name = school.session.get_one(Patron, patron).family_name
    plan_id = kept(office, [patron])
    plans.strike(office, plan_id, [patron], f"{name} repeats the year")
    purge.run(office, make_plan(office, [patron], source="page"), Ticket())
    shown = reviewing.read_plan(office, plan_id).patrons[0]
    assert (shown.gone, shown.struck, shown.note, shown.name) == (True, True, None, "")
    assert checking.find_problems(office) == []


def test_notes_of_a_plan_that_was_run_go_when_nothing_can_be_undone(office):
    with building(office) as school:
        goes, stays = school.patron(), school.patron()
    policy.change_setting(office, "undo_days", "0")
    plan_id = kept(office, [goes, stays])
    plans.strike(office, plan_id, [stays], "a friend of the other one")
    run(office, plan_id)
    with office.database.read() as session:
        assert session.scalars(sa.select(PurgePlanLine.note)).all() == [None, None]


# ---------------------------------------------------------------- in words


def test_people_are_worded_as_they_are_now(office):
    with building(office) as school:
        first, second = school.patron(), school.patron()
        school.loan(second, "open")
        school.loan(first)
    plan_id = kept(office, [second, first], unknown=["ghost"])
    with office.database.write() as session:
        session.get_one(Patron, first).preferred_name = "Wiremu"
        session.add(PatronNote(patron_id=second, text="x", created_at=office.clock.now()))
    plans.strike(office, plan_id, [second], "  repeats the year ")
    shown = reviewing.read_plan(office, plan_id)
    assert [one.id for one in shown.patrons] == [second, first], "in the plan's order"
    assert shown.patrons[1].name.endswith(", Wiremu")
    struck = shown.patrons[0]
    assert (struck.struck, struck.note, struck.struck_by) == (True, "repeats the year", "May Okafor")
    assert [r.text for r in struck.reasons] == ["1 item on loan"] == [r.text for r in struck.in_the_way]
    assert shown.patrons[1].past_loans == 1
    day = office.clock.now().astimezone()
    assert shown.sentence == (
        f"2 patrons of a list, made on {day.day} {day:%B %Y} by May Okafor. 1 name of the list named nobody here."
    )
    assert plans.put_back(office, plan_id, [second]) == 1
    back = reviewing.read_plan(office, plan_id).patrons[0]
    assert (back.struck, back.note, back.struck_by, back.struck_at) == (False, None, None, None)


@pytest.mark.parametrize(
    ("source", "criteria", "words"),
    [
        ("page", {"page": 3, "page_size": 50, "reason": None, "sort": "name", "descending": False, "searched": False},
         "1 patron of page 3 of User Purge (50 a page), sorted by name, made on"),
        ("page", {"page": 1, "page_size": 20, "reason": "none", "sort": "balance", "descending": True, "searched": True},
         "1 patron of page 1 of User Purge (20 a page), only those who can go, found by a search, sorted by what they owe, "
         "the last first, made on"),
        ("page", {"reason": "BALANCE_DUE"}, "1 patron of User Purge, only those with the reason “balance due”, made on"),
        ("list", {"words": 1}, "1 patron of a list of 1 name, made on"),
        ("plan", {}, "1 patron of a plan from before, made on"),
        ("loans", {}, "1 patron, made on"),
    ],
)  # fmt: skip
def test_how_it_was_chosen_is_a_sentence(office, source, criteria, words):
    with building(office) as school:
        patron = school.patron()
    plan_id = plans.save_plan(office, make_plan(office, [patron], source=source, criteria=criteria))
    assert reviewing.read_plan(office, plan_id).sentence.startswith(words)


def test_those_held_from_the_beginning_are_no_drift(office):
    with building(office) as school:
        goes, stays = school.patron(), school.patron()
        school.loan(stays, "open")
    plan_id = kept(office, [goes, stays])
    done = run(office, plan_id)
    assert (done.batch.purged, done.batch.refused) == (1, 1)
    assert reviewing.find_drift(office, plan_id) == []


def test_an_empty_plan_is_not_kept(office):
    with pytest.raises(Refused) as said:
        kept(office, [], unknown=["nobody"])
    assert said.value.code == "EMPTY_PLAN"
