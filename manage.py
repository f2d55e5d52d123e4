#!/usr/bin/env python3
"""Runs MailHub's commands; a mistake in the configuration is one sentence, not a traceback."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailhub.settings")
    if find_spec("django") is None:
        use_own_environment()
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError, ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(refuse(str(error)))
    except (OperationalError, ProgrammingError) as error:
        sentence = explain(str(error))
        if sentence is None:
            raise
        sys.exit(refuse(sentence))


def use_own_environment() -> None:
    """Start again with the Python of .venv, so that `python manage.py …` works without activating it."""
    python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if not python.exists() or Path(sys.prefix) == python.parent.parent:
        sys.exit(refuse("MailHub's environment is not there yet; bin/start and bin/test make it."))
    os.execv(python, [str(python), *sys.argv])


def explain(problem: str) -> str | None:
    """A sentence for a database that is away or empty; None for what is a fault of the program."""
    first_line = (problem.splitlines() or [""])[0]
    if "no such table" in problem or ("relation" in problem and "does not exist" in problem):
        return "The database has no tables yet; run `python manage.py migrate` (bin/start does it too)."
    if "no such column" in problem or "syntax error" in problem:
        return None
    return f"The database did not serve MailHub: {first_line}. Check DATABASE_URL and that the server runs."


def refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


if __name__ == "__main__":
    main()
