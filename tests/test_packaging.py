"""What a stranger's machine relies on: the locks, the wheel, every system, the top level, the search for a Python."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from live_server import live_server
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from customary import places
from customary.errors import Refused
from customary.publish import lock

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / ".ci" / "locks").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

TOP_LEVEL = {
    *("pyproject.toml", "notebooks", "lib", "queries", "tests", "data"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md", "LICENSE", "Makefile", ".gitignore", ".ci"),
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
        ("app", PROJECT["dependencies"] + EXTRAS["build"]),
        ("test", PROJECT["dependencies"] + EXTRAS["build"] + EXTRAS["test"]),
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


def test_what_builds_is_not_needed_to_run():
    """The build backend is locked, so that no network is needed to install from the checkout, and no dependency."""
    assert [Requirement(wanted).name for wanted in EXTRAS["build"]] == ["setuptools"]
    assert "setuptools" not in {Requirement(wanted).name for wanted in PROJECT["dependencies"]}


# --- the wheel -----------------------------------------------------------------------------------


def checkout():
    """The files of this checkout that git has or would have, relative to it."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout.split("\0")
    return [path for path in listed if path and (ROOT / path).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of a copy of this checkout, built without network; the checkout itself stays as it is."""
    copy, built = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    for path in checkout():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, copy / path)
    words = ["wheel", str(copy), "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(built)]
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *words], env=bare(), check=True)
    (found,) = built.glob("*.whl")
    return found


def bare(**more):
    """This process's environment without what would lead a child back to this checkout or its shops."""
    kept = {name: text for name, text in os.environ.items() if name not in ("PYTHONPATH", "CUSTOMARY_SHOPS")}
    return {**kept, **more}


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The Python of a new venv that holds the wheel, and its dependencies by way of this venv's packages."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    # A path in a .pth file is searched last, and .pth files in it (an editable customary's) are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    python = Path(sysconfig.get_path("scripts", "venv", vars=paths)) / "python"
    words = ["--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *words], env=bare(), check=True)
    return python


def test_a_wheel_carries_the_package_and_its_content(wheel):
    """Every module and file of the package; data, queries and notebooks; marimo's settings; no shop, no picture."""
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("customary/")}
    package = {path.removeprefix("lib/") for path in checkout() if path.startswith("lib/customary/")}
    content = {path for path in checkout() if path.startswith(("data/", "queries/", "notebooks/"))}
    shown_only = {path for path in content if path.startswith(("data/shops/", "data/pictures/"))}
    shipped = {f"customary/_content/{path}" for path in content - shown_only | {"pyproject.toml"}}
    assert held == package | shipped


def test_building_leaves_no_copy_in_the_checkout():
    """Data, queries and notebooks lie once: a checkout has no `_content`, so `places` finds them at the top."""
    assert not (ROOT / "lib" / "customary" / "_content").exists()
    assert places.CONTENT == ROOT


SMALL_DEMO = (
    "import sys; from customary.cli import main, ready; "
    "ready.CUSTOMERS = 500; sys.argv = ['customary', 'build', 'demo']; main()"
)


def test_a_wheel_builds_and_serves_the_demo(installed, tmp_path):
    """In an empty folder, from an empty venv: the command says its version, builds the demo in ./shops, serves it."""
    command = installed.with_name("customary")
    said = subprocess.run([command, "--version"], cwd=tmp_path, env=bare(), check=True, capture_output=True, text=True)
    assert said.stdout == f"customary {PROJECT['version']}\n"
    subprocess.run([installed, "-c", SMALL_DEMO], cwd=tmp_path, env=bare(), check=True, capture_output=True)
    assert (tmp_path / "shops" / "demo" / "current").is_file()
    serve = "from customary.serve.run import serve; serve('demo', port=0)"
    here = {"PYTHONPATH": "", "CUSTOMARY_SHOPS": ""}
    with live_server(["-c", serve], here, tmp_path / "server.log", python=str(installed)) as server:
        assert "Demo shop" in httpx.get(server.address).text
        page = httpx.get(f"{server.address}00_start/")
        assert page.status_code == 200
        assert "The looks of every page" in page.text, "the style sheet of the wheel was not found"
        assert str(installed.parents[1]) not in page.text


# --- every system --------------------------------------------------------------------------------

IMPORT_ALL = """
import builtins, pkgutil, sys

real, missing = builtins.__import__, {missing!r}

def strict(name, globals=None, *rest, **named):
    if name in missing and (globals or {{}}).get("__name__", "").startswith("customary"):
        raise ModuleNotFoundError(name)
    return real(name, globals, *rest, **named)

builtins.__import__ = strict
import customary
for module in pkgutil.walk_packages(customary.__path__, "customary."):
    real(module.name)
    print(module.name)
"""
UNIX_ONLY = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty")


def test_every_module_can_be_imported_on_windows():
    """No module needs at its import what only Unix has; the libraries see to themselves."""
    words = [sys.executable, "-c", IMPORT_ALL.format(missing=UNIX_ONLY)]
    path = os.pathsep.join([str(ROOT / "lib"), *filter(None, sys.path)])
    done = subprocess.run(words, env=bare(PYTHONPATH=path), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {"customary.publish.lock", "customary.serve.run", "customary.__main__"} <= set(done.stdout.split())


@pytest.mark.parametrize("is_free", [True, False])
def test_windows_locks_a_byte(tmp_path, monkeypatch, is_free):
    """There the build lock is one byte of the file, asked for without waiting; one that is taken is a refusal."""
    asked = []

    def locking(_file, mode, size):
        asked.append((mode, size))
        if not is_free:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
    monkeypatch.setattr(lock.sys, "platform", "win32")
    with nullcontext() if is_free else pytest.raises(Refused, match="being built"), lock.build_lock(tmp_path):
        pass
    assert asked == [(2, 1)]


# --- where shops lie -----------------------------------------------------------------------------


def test_shops_lie_where_the_variable_says(monkeypatch, tmp_path):
    """CUSTOMARY_SHOPS wins, relative to the folder one is in; without it a checkout's data/shops, else ./shops."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUSTOMARY_SHOPS", "mine")
    assert places.shops_folder() == tmp_path / "mine"
    monkeypatch.delenv("CUSTOMARY_SHOPS")
    assert places.shops_folder() == ROOT / "data" / "shops"
    monkeypatch.setattr(places, "CONTENT", tmp_path / "site-packages" / "customary" / "_content")
    assert places.shops_folder() == tmp_path / "shops"


def test_every_variable_is_in_the_readme():
    """README names each environment variable that the code and its tests read."""
    sources = [*(ROOT / "lib").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    read = {name for path in sources for name in re.findall(r"\bCUSTOMARY_[A-Z_]+\b", path.read_text("utf-8"))}
    section = (ROOT / "README.md").read_text("utf-8").partition("## Environment variables")[2].partition("\n## ")[0]
    assert read == set(re.findall(r"\bCUSTOMARY_[A-Z_]+\b", section))


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
