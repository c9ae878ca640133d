"""Tables of means and link errors: what is taken, what is refused, and where exactly."""

import pytest
from sqlalchemy import func, select

from edu.accounts.scope import system_scope
from edu.intake import FileRefused, ImportCount, IncomingFile
from edu.outcomes.pisa.published.links_importer import import_link_errors
from edu.outcomes.pisa.published.means_importer import import_means
from models.pisa import Product, SurveyLinkError, SurveyMean

MEANS = "cycle,economy,domain,mean,se,source,status"
LINKS = "from_cycle,to_cycle,domain,link_error,source,status"


def file_of(*lines: str) -> IncomingFile:
    return IncomingFile("table.csv", "\n".join(lines).encode())


def bring_means(session, *lines: str, header: str = MEANS) -> ImportCount:
    return import_means(session, system_scope(), file_of(header, *lines))


def refused(importer, session, *lines: str) -> list[tuple]:
    with pytest.raises(FileRefused) as told:
        importer(session, system_scope(), file_of(*lines))
    return [(error["line"], error["column"], error["code"]) for error in told.value.errors]


def mean_of(session, **wanted: object) -> SurveyMean:
    return session.scalars(select(SurveyMean).filter_by(**wanted)).one()


def test_means_come_in_and_the_same_file_changes_nothing(session) -> None:
    line = "2025,KAZ,mathematics,430.5,2.1,OECD PISA 2025,verified"
    assert bring_means(session, line) == ImportCount(new=1)
    assert bring_means(session, line) == ImportCount(unchanged=1)
    found = mean_of(session, economy="KAZ")
    assert (found.mean, found.se, found.verified, found.comparable) == (430.5, 2.1, True, True)


def test_an_official_table_replaces_what_was_recalled(known) -> None:
    before = mean_of(known, economy="KAZ", cycle=2022, domain="science")
    assert not before.verified
    line = "2022,KAZ,science,422.97,1.75,OECD PISA 2022 Vol. I Table I.B1,verified"
    assert bring_means(known, line) == ImportCount(changed=1)
    after = mean_of(known, economy="KAZ", cycle=2022, domain="science")
    assert (after.mean, after.se, after.verified) == (422.97, 1.75, True)
    assert after.level2plus == 0.55  # the file says nothing of it


def test_a_semicolon_file_with_decimal_commas_is_read_alike(session) -> None:
    header = MEANS.replace(",", ";") + ";level2plus"
    count = bring_means(session, "2022;KAZ;reading;386,1;1,8;OECD;verified;36,4", header=header)
    assert count == ImportCount(new=1)
    assert mean_of(session, economy="KAZ").level2plus == pytest.approx(0.364)


def test_another_product_is_another_figure(session) -> None:
    header = "product," + MEANS
    bring_means(
        session,
        "pisa,2022,KAZ,mathematics,425,1.7,OECD,verified",
        "pisa_for_schools,2022,KAZ,mathematics,471,6,school reports,unverified",
        "modo,2022,KAZ,mathematics,61,0.4,national center,unverified",
        header=header,
    )
    assert mean_of(session, product=Product.PISA).mean == 425
    assert mean_of(session, product=Product.MODO).mean == 61


def test_every_error_of_a_table_of_means_is_told_at_its_place(session) -> None:
    found = refused(
        import_means,
        session,
        MEANS,
        "1999,KAZ,mathematics,425,1.7,OECD,verified",
        "2022,Қазақстан,mathematics,425,1.7,OECD,verified",
        "2022,KAZ,maths,425,1.7,OECD,verified",
        "2022,KAZ,mathematics,much,0,OECD,verified",
        "2022,KAZ,reading,386,1.8,,maybe",
        "2022,KAZ,science,423,1.8,OECD,verified",
        "2022,kaz,science,424,1.8,OECD,verified",
    )
    assert found == [
        (2, "cycle", "out_of_range"),
        (3, "economy", "unreadable_value"),
        (4, "domain", "unknown_choice"),
        (5, "mean", "unreadable_value"),
        (5, "se", "out_of_range"),
        (6, "source", "value_missing"),
        (6, "status", "unknown_choice"),
        (8, "economy", "figure_twice"),
    ]
    assert session.scalar(select(func.count()).select_from(SurveyMean)) == 0


def test_2015_never_becomes_comparable(known) -> None:
    header = MEANS + ",comparable"
    said = "2015,KAZ,reading,427,3.4,OECD,verified,"
    found = refused(import_means, known, header, said + "1")
    assert found == [(2, "comparable", "cycle_never_comparable")]
    bring_means(known, said, header=header)
    assert not mean_of(known, cycle=2015, domain="reading").comparable


def test_link_errors_come_in_by_quantity(session) -> None:
    header = LINKS + ",quantity"
    lines = [
        "2012,2022,mathematics,3.5,OECD,verified,",
        "2012,2022,mathematics,1.2,OECD,verified,share",
    ]
    count = import_link_errors(session, system_scope(), file_of(header, *lines))
    assert count == ImportCount(new=2)
    again = import_link_errors(session, system_scope(), file_of(header, *lines))
    assert again == ImportCount(unchanged=2)


def test_link_errors_that_contradict_one_another_are_refused_at_import(session) -> None:
    first = "2018,2022,science,1.5,OECD,verified"
    import_link_errors(session, system_scope(), file_of(LINKS, first))
    lines = ("2012,2018,science,9,OECD,verified", "2012,2022,science,2,OECD,verified")
    with pytest.raises(FileRefused) as refused:
        import_link_errors(session, system_scope(), file_of(LINKS, *lines))
    found = [(error["line"], error["code"], error["found"]) for error in refused.value.errors]
    assert found == [
        (2, "link_errors_inconsistent", "9.0"),
        (3, "link_errors_inconsistent", "2.0"),
    ]
    better = lines[0].replace(",9,", ",3,"), lines[1]
    assert import_link_errors(session, system_scope(), file_of(LINKS, *better)).new == 2


def test_a_link_over_a_third_cycle_may_be_larger_than_what_would_be_assumed(session) -> None:
    """5 points assumed between 2009 and 2022 would contradict these two; their chain does not."""
    lines = ("2009,2018,reading,9,OECD,verified", "2018,2022,reading,1.5,OECD,verified")
    assert import_link_errors(session, system_scope(), file_of(LINKS, *lines)).new == 2


def test_a_link_error_of_a_share_is_in_percentage_points(session) -> None:
    line = "2018,2022,science,1.2,OECD,verified,share"
    import_link_errors(session, system_scope(), file_of(LINKS + ",quantity", line))
    assert session.scalars(select(SurveyLinkError)).one().error == pytest.approx(0.012)


def test_a_cycle_in_which_pisa_was_not_held_is_refused(session) -> None:
    line = "2017,2022,science,1.2,OECD,verified"
    assert refused(import_link_errors, session, LINKS, line) == [(2, "from_cycle", "no_such_cycle")]
    header = "cycle,economy,domain,mean,se,source,status,product"
    wrong = "2017,KAZ,reading,405,3,OECD,verified,"
    assert refused(import_means, session, header, wrong) == [(2, "cycle", "no_such_cycle")]
    apart = "2017,KAZ,reading,405,3,MODO,verified,modo"
    assert import_means(session, system_scope(), file_of(header, apart)).new == 1


def test_every_error_of_a_table_of_links_is_told_at_its_place(session) -> None:
    found = refused(
        import_link_errors,
        session,
        LINKS,
        "2022,2018,mathematics,2.24,OECD,verified",
        "2018,2022,mathematics,-1,OECD,verified",
        "2018,2022,reading,1.47,OECD,verified",
        "2018,2022,reading,1.48,OECD,verified",
    )
    assert found == [
        (2, "to_cycle", "cycles_out_of_order"),
        (3, "link_error", "out_of_range"),
        (5, "to_cycle", "figure_twice"),
    ]
    assert session.scalar(select(func.count()).select_from(SurveyLinkError)) == 0


def test_a_missing_column_is_named(session) -> None:
    assert refused(import_means, session, "cycle,economy,domain,mean,source,status", "x") == [
        (1, "se", "column_missing")
    ]
