"""Words for tests of the shell: what is typed, and what it says."""

import json

from typer.testing import CliRunner

from customary.cli import app


def say(*words, code=0, width=100):
    """Type a command; its output, after its exit code was checked and no traceback seen."""
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": str(width)})
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done


def told(*words, code=0):
    """The JSON that a command writes, which must be all it writes on stdout."""
    return json.loads(say(*words, "--format", "json", code=code).stdout)


def refused(*words, code=1):
    """The sentence in which a command refuses: one line on stderr, nothing on stdout."""
    done = say(*words, code=code)
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]
