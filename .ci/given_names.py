"""Writes the given names of the language packs anew from Faker's (MIT).

Run by name: `.venv/bin/python .ci/given_names.py`, with `faker` installed. What is also a word of
the language is marked in the lists by hand; the marks are kept.
"""

from __future__ import annotations

from importlib import import_module

from models.language.pack import BUILT_IN_PACKS, load_given_names, load_name_words

LOCALES = {
    "en": ("en_GB", "en_US"),
    "es": ("es_AR", "es_CO", "es_ES", "es_MX"),
    "it": ("it_IT",),
}
HEAD = """\
# Given names, from the provider `person` of Faker 40.63.0 ({locales}; MIT, see NOTICE).
# `*`: also a word of the language, so a name only with a capital inside of a sentence.
"""


def main() -> None:
    """Write the list of every language that has one."""
    for code, locales in LOCALES.items():
        marked = load_given_names(code).words
        particles = load_name_words(code).particles
        names: set[str] = set()
        for locale in locales:
            provider = import_module(f"faker.providers.person.{locale}").Provider
            for sort in ("first_names", "first_names_male", "first_names_female"):
                listed = getattr(provider, sort, ())
                names |= {part for name in listed for part in name.lower().split()}
        lines = [f"{name} *" if name in marked else name for name in sorted(names - set(particles))]
        path = BUILT_IN_PACKS / code / "given_names.txt"
        path.write_text(HEAD.format(locales=", ".join(locales)) + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
