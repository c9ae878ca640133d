from sqlalchemy import func, select
from sqlalchemy.orm import Session

from edu.programs.reference import load_initiatives
from models.programs import Initiative, Project, Standing


def initiative(session: Session, code: str) -> Initiative:
    return session.scalars(select(Initiative).where(Initiative.code == code)).one()


def test_the_project_has_its_four_initiatives_in_three_languages(session: Session) -> None:
    load_initiatives(session)
    project = session.scalars(select(Project)).one()
    assert project.name("kk") == "ЖИ негізіндегі интерактивті білім беру"
    assert {found.code for found in project.initiatives} == {
        "ai_university", "tomorrow_school", "gpt_education", "pupils_ai",
    }  # fmt: skip
    assert all(found.name(code) for found in project.initiatives for code in ("kk", "ru", "en"))
    assert all(found.source and found.status for found in project.initiatives)


def test_the_project_is_filed_under_a_direction(session: Session) -> None:
    load_initiatives(session)
    assert session.scalars(select(Project)).one().direction_id is not None


def test_only_the_ai_university_is_planned(session: Session) -> None:
    load_initiatives(session)
    planned = select(Initiative.code).where(Initiative.standing == Standing.PLANNED)
    assert session.scalars(planned).all() == ["ai_university"]


def test_loading_again_changes_nothing(session: Session) -> None:
    load_initiatives(session)
    before = initiative(session, "gpt_education").id
    load_initiatives(session)
    assert session.scalar(select(func.count()).select_from(Initiative)) == 4
    assert initiative(session, "gpt_education").id == before


def test_loading_again_keeps_what_a_manager_opened_and_refreshes_the_names(
    session: Session,
) -> None:
    load_initiatives(session)
    university = initiative(session, "ai_university")
    university.standing = Standing.OPEN
    university.name_ru = "старое имя"
    session.flush()
    load_initiatives(session)
    again = initiative(session, "ai_university")
    assert (again.standing, again.name_ru) == (Standing.OPEN, "ИИ-университет")
