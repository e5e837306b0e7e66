"""A shop made ready: the demo generated where it is missing, snapshots built, their quarantine told."""

from customary import intake
from customary.cli.progress import Tell
from customary.errors import Refused
from customary.fingerprints import verify_file
from customary.intake.settings import read_settings
from customary.places import shop_path, shops, shops_folder
from customary.publish import build
from customary.query.rulebook import mismatch, proposal
from customary.shop import Outdated, Shop, Snapshot, current_snapshot, fitting
from customary.units import MONEY
from customary.wording import say, wording

DEMO = "demo"
CUSTOMERS = 20_000


def make_demo(tell: Tell) -> None:
    """Generate the demo shop's files and adopt them; the shop appears only once all are there.

    One that is here keeps its settings and snapshots: its files are those of this version afterwards.
    """
    from customary import demo

    folder, is_here = shops_folder() / DEMO, DEMO in shops()
    anew = wording("inventing the demo shop anew: its files are another version's")
    tell(anew if is_here else wording("inventing the demo shop"))
    demo.generate(folder, customers=CUSTOMERS, progress=tell)
    files = sorted(path for path in (folder / "files").iterdir() if path.is_file())
    settings = {} if is_here else {"title": "Demo shop", "as_of": demo.AS_OF.isoformat()}
    intake.adopt(files, intake.source_named(DEMO), folder, settings, replace=is_here)


def _needs_files() -> bool:
    """Whether the demo shop is not here, or was invented by another version; a shop of that name is left alone."""
    from customary import demo

    if DEMO not in shops():
        return True
    folder = shops_folder() / DEMO
    return read_settings(folder).get("source") == DEMO and not demo.is_of_this_version(folder)


def make_demo_at_scale(size: str, tell: Tell) -> str:
    """Generate and adopt the demo shop of that size; gives its name. One that is here already is refused."""
    from customary import demo
    from customary.demo.scale import SCALES, generate_at_scale

    name = f"{DEMO}-{size.lower()}"
    if name in shops():
        raise Refused("shop “{name}” is here already: `customary remove {name}` first", name=name)
    folder = shops_folder() / name
    generate_at_scale(folder, SCALES[size], tell)
    settings = {"title": f"Demo shop, scale {size}", "as_of": demo.AS_OF.isoformat()}
    intake.adopt(sorted((folder / "files").iterdir()), intake.source_named("demo_scale"), folder, settings)
    return name


def build_shop(name: str, tell: Tell, as_of: str | None = None, accepted: str = "", engine: str = "") -> Snapshot:
    """A fresh snapshot of the shop; the demo is made first where it is not there, or is another version's.

    `accepted` is why one that misses its standards is published.
    """
    if name == DEMO and _needs_files():
        make_demo(tell)
    return build(name, tell, as_of=as_of, accepted=accepted, engine=engine)


def ensure_snapshot(name: str, tell: Tell | None) -> None:
    """Make sure that the shop has a snapshot of this version, whole and sound: built with `tell`, else refused."""
    if name == DEMO and tell and DEMO not in shops():
        build_shop(name, tell)
    try:
        snapshot = current_snapshot(shop_path(name))
        snapshot = fitting(snapshot) if snapshot else None
    except Outdated:
        if tell is None:
            raise
        snapshot = None
    if snapshot:
        verify_file(snapshot)
    elif tell:
        build_shop(name, tell)
    else:
        raise Refused("shop “{name}” was never built: run `customary build {name}`", name=name)


def misfit(shop: Shop) -> list[str]:
    """What to say where the tiers are bounded in another currency than the shop's, with bounds that would suit it."""
    found = mismatch(shop)
    if found is None:
        return []
    try:
        high, low = (MONEY.text(bound, shop.currency) for bound in proposal(shop).bounds)
    except Refused as error:
        return [found.text, str(error)]
    template = (
        "Its own customers suggest {high} and {low} (where the top 5% and 20% of the year's buyers begin): "
        "`customary rules --propose {shop}` prints them, with --write they are the shop's."
    )
    return [
        found.text,
        say(template, high=high, low=low, shop=shop.name),
    ]
