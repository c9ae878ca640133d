"""The first page of each role, and the page of one program."""

from flask import Blueprint, render_template

from edu.accounts.sign_in import scope, session
from edu.dashboard import presentation
from edu.web.permission import Permission, needs

pages = Blueprint("dashboard", __name__, template_folder="templates")


@pages.get("/")
@needs(Permission.SIGNED_IN)
def home() -> str:
    """The home of the reader's role."""
    shown = presentation.home(session(), scope())
    return render_template(f"dashboard/{shown.template}.html", home=shown.content)


@pages.get("/programs/<int:program_id>")
@needs(Permission.READ_FIGURES)
def program(program_id: int) -> str:
    """One program: who takes part, and what they gained."""
    shown = presentation.program_page(session(), scope(), program_id=program_id)
    return render_template("dashboard/program.html", page=shown)
