"""The build backend: setuptools, and data, queries and notebooks go with the package.

They lie at the top of a checkout and inside an installed package; `customary/places.py` finds them in either. They are
copied into the build alone: never into the checkout, never by an editable installation, which works on the checkout.
"""

import shutil
from pathlib import Path

from setuptools.build_meta import *  # noqa: F403  (all that a build backend must offer)
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent.parent
CONTENT = "customary/_content"
# pyproject.toml as well: marimo reads its settings from the one above the notebooks.
SHIPPED = ("pyproject.toml", "data/**/*.*", "notebooks/*.*", "notebooks/public/**/*.*", "queries/**/*.*")
KEPT_HERE = ("data/shops", "data/pictures")  # somebody's shops; what only README shows
LEFTOVERS = ("__pycache__", "__marimo__")


def shipped() -> list[str]:
    """The files of data, queries and notebooks that a wheel carries, relative to the checkout, with `/` between."""
    found = (path.relative_to(ROOT) for pattern in SHIPPED for path in ROOT.glob(pattern) if path.is_file())
    return sorted(path.as_posix() for path in found if _is_shipped(path))


def _is_shipped(path: Path) -> bool:
    left_over = path.suffix == ".before" or any(part in LEFTOVERS for part in path.parts)
    return not left_over and not path.as_posix().startswith(KEPT_HERE)


class BuildWithContent(build_py):
    """Builds the modules as ever and copies the content beside them."""

    def run(self) -> None:
        """Build; the content of an earlier build goes first, so that nothing lives on in it."""
        super().run()
        if not self.editable_mode:
            content = Path(self.build_lib, CONTENT)
            if content.exists():
                shutil.rmtree(content)
            for source, target in self._content().items():
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def get_source_files(self) -> list[str]:
        """What a source distribution must hold to build the same wheel: the content and this module too."""
        return [*super().get_source_files(), ".ci/backend.py", *shipped()]

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """What the build wrote."""
        content = [] if self.editable_mode else self._content().values()
        return [*super().get_outputs(include_bytecode), *content]

    def _content(self) -> dict[str, str]:
        return {name: str(Path(self.build_lib, CONTENT, name)) for name in shipped()}
