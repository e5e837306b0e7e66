"""What a stranger's machine relies on: the locks, the pins, the top level and the search for a Python."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / ".ci" / "locks").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

TOP_LEVEL = {
    *("pyproject.toml", "notebooks", "lib", "queries", "tests", "data"),
    *("README.md", "CONTRIBUTING.md", "DECISIONS.md", "LICENSE", "Makefile", ".gitignore", ".ci"),
}


def git(*words):
    """Ask git about this checkout, whoever owns its folder."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return subprocess.run(
        ["git", "-c", "safe.directory=*", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def pins(lock):
    """The requirements of a lock file, by canonical name."""
    lines = re.findall(r"^[^\s#-].*?(?= \\$|$)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {canonicalize_name(found.name): found for found in map(Requirement, lines)}


# --- the checkout --------------------------------------------------------------------------------


def test_lib_is_tracked():
    """The library is in git: stock ignore lists for Python leave a folder called lib/ out."""
    assert git("ls-files", "lib/customary").stdout.split()


@pytest.mark.parametrize("path", ["lib/customary/a_new_module.py", "lib/customary/frames/a_new_frame.py"])
def test_new_modules_are_not_ignored(path):
    """A module written tomorrow is not ignored by git either (1 is git's answer for "not ignored")."""
    assert git("check-ignore", "--quiet", "--no-index", path).returncode == 1


def test_top_level_holds_only_what_it_may():
    """The top level holds the agreed names and nothing else."""
    tracked = git("ls-files", "-z").stdout.split("\0")
    assert {path.split("/")[0] for path in tracked if path} <= TOP_LEVEL


# --- the locks -----------------------------------------------------------------------------------


def test_both_locks_exist():
    """There is one lock to run with and one to test with."""
    assert [lock.name for lock in LOCKS] == ["app.txt", "test.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_place(lock):
    """A lock says what to install and never where from: no option, URL, host, or path of a machine."""
    places = re.compile(r"://|^\s*-|file:|@|\bwww\.|(^|[\s'\"=(])[/~]|[A-Za-z]:\\", flags=re.MULTILINE)
    text = re.sub(r"\n    --hash=sha256:[0-9a-f]{64}", "", lock.read_text(encoding="utf-8"))
    assert not places.search(text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_is_exact_and_hashed(lock):
    """Every locked requirement is one version with at least one SHA-256."""
    text = re.sub(r"\s*#.*", "", lock.read_text(encoding="utf-8"))
    for requirement in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()):
        assert re.match(r"[a-z0-9.-]+==[^\s=]+ .*--hash=sha256:[0-9a-f]{64}", requirement), requirement


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("app", PROJECT["dependencies"]),
        ("test", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]),
    ],
    ids=["app", "test"],
)
def test_a_lock_satisfies_the_declared_pins(name, declared):
    """Whatever pyproject.toml asks for is locked, at a version it allows."""
    locked = pins(ROOT / ".ci" / "locks" / f"{name}.txt")
    for wanted in map(Requirement, declared):
        (pin,) = locked[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), f"{wanted} is locked at {pin.version}"


def test_tests_run_on_what_users_run():
    """The test lock holds the whole app lock, at the same versions."""
    app, test = (pins(ROOT / ".ci" / "locks" / name) for name in ("app.txt", "test.txt"))
    assert {name: str(pin.specifier) for name, pin in app.items()}.items() <= {
        name: str(pin.specifier) for name, pin in test.items()
    }.items()


# --- the search for a Python ---------------------------------------------------------------------

GOOD = Path(getattr(sys, "_base_executable", sys.executable))
SHIM = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"
# Does what an older interpreter, or one without ensurepip, does with the question: it says no.
TOO_OLD = '#!/bin/sh\ncase "$1" in --version) echo "Python 3.11.2" ;; *) exit 1 ;; esac\n'


def claiming(minor, level="final"):
    """A good interpreter that believes to be Python 3.<minor>."""
    kind = f'type("V", (tuple,), {{"releaselevel": "{level}"}})'
    lie = f'import sys; sys.version_info = {kind}((3, {minor}, 2, "{level}", 0)); exec(sys.argv[1])'
    return f"""#!/bin/sh\nexec "{GOOD}" -I -c '{lie}' "$3"\n"""


@pytest.fixture
def machine(tmp_path):
    """A machine with a shell and three tools, no Python, and an empty home."""
    path = tmp_path / "bin"
    path.mkdir()
    (tmp_path / "home").mkdir()
    for tool in ("ls", "grep", "sort"):
        (path / tool).symlink_to(shutil.which(tool))
    return tmp_path


def fake(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


def find_python(machine, *folders, **extra):
    path = os.pathsep.join(str(folder) for folder in (*folders, machine / "bin"))
    return subprocess.run(
        [str(ROOT / ".ci" / "find-python")],
        env={"PATH": path, "HOME": str(machine / "home"), **extra},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_says_what_to_install(found):
    assert (found.returncode, found.stdout) == (1, "")
    (sentence,) = found.stderr.splitlines()
    assert "needs Python 3.12 or newer" in sentence
    assert "install" in sentence
    assert sentence.endswith(".")


def test_no_python_is_said_in_one_sentence(machine):
    """Where there is no Python, one sentence says what to install."""
    assert_says_what_to_install(find_python(machine))


@pytest.mark.parametrize(
    "script",
    [SHIM, TOO_OLD, claiming(11), claiming(16, "alpha")],
    ids=["shim", "says no", "3.11", "3.16 alpha"],
)
def test_a_python_that_will_not_do_is_refused(machine, script):
    """A shim that does not run, a Python that is too old, and one not yet released do not count."""
    for name in ("python3.13", "python3", "python"):
        fake(machine / "bin" / name, script)
    assert_says_what_to_install(find_python(machine))


def test_the_oldest_good_one_is_accepted(machine):
    """3.12 is good enough."""
    fake(machine / "bin" / "python3", claiming(12))
    assert find_python(machine).returncode == 0


def test_a_good_one_is_found_behind_a_broken_shim(machine):
    """The search goes on after a shim that does not run."""
    fake(machine / "bin" / "python3.13", SHIM)
    (machine / "bin" / "python3").symlink_to(GOOD)
    found = find_python(machine)
    assert (found.returncode, found.stderr) == (0, "")
    assert Path(found.stdout.rstrip("\n")).samefile(GOOD)


def test_a_folder_with_a_space_is_no_obstacle(machine):
    """A Python in a folder with a space in its name is found, and its path comes whole."""
    folder = machine / "my tools"
    folder.mkdir()
    (folder / "python3").symlink_to(GOOD)
    found = find_python(machine, folder)
    assert found.returncode == 0, found.stderr
    assert Path(found.stdout.rstrip("\n")).samefile(GOOD)


def test_the_variable_python_comes_first(machine):
    """$PYTHON is asked before PATH, and may have a space in it."""
    marker = machine / "asked"
    fake(machine / "my own" / "py", f'#!/bin/sh\n: > "{marker}"\nexec "{GOOD}" "$@"\n')
    fake(machine / "bin" / "python3", SHIM)
    found = find_python(machine, PYTHON=str(machine / "my own" / "py"))
    assert found.returncode == 0, found.stderr
    assert marker.exists()


def test_the_newest_pyenv_release_is_taken(machine):
    """Of pyenv's versions the newest plain release that runs is taken: 3.13.10 before 3.13.9 before 3.9."""
    log = machine / "log"
    versions = machine / "home" / ".pyenv" / "versions"
    for name in ("3.9.18", "3.13.9", "3.13.10", "3.13.11t", "3.99.0a1", "my-env"):
        then = "exit 1" if name == "3.13.10" else f'exec "{GOOD}" "$@"'
        fake(versions / name / "bin" / "python", f'#!/bin/sh\necho {name} >> "{log}"\n{then}\n')
    found = find_python(machine)
    assert found.returncode == 0, found.stderr
    assert log.read_text(encoding="utf-8").split() == ["3.13.10", "3.13.9"]
