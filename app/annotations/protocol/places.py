"""The addresses (IRIs) that a debate's annotations and their targets have on this site."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    origin: str
    debate_url: str

    @property
    def container(self) -> str:
        return f"{self.origin}{self.debate_url}/annotations/"

    @property
    def essay(self) -> str:
        """The essay as it reads now: what programs show, and what new annotations may name as their source."""
        return f"{self.origin}{self.debate_url}/essay"

    @property
    def feed(self) -> str:
        return f"{self.origin}{self.debate_url}/annotations.atom"

    @property
    def file(self) -> str:
        return f"{self.origin}{self.debate_url}/annotations.jsonld"

    def annotation(self, id: int) -> str:
        return f"{self.container}{id}"

    def revision(self, number: int) -> str:
        """One wording of the essay, which never changes: what offsets count in."""
        return f"{self.essay}/revisions/{number}"

    def person(self, username: str) -> str:
        return f"{self.origin}/people/{username}"

    def collection(self, *, only_iris: bool) -> str:
        return f"{self.container}?iris={int(only_iris)}"

    def page(self, after: int, *, only_iris: bool) -> str:
        return f"{self.collection(only_iris=only_iris)}&after={after}"

    def annotation_id(self, iri: str) -> int | None:
        """Which annotation of this debate is meant, if one is."""
        number = iri.removeprefix(self.container)
        is_one = number != iri and number.isascii() and number.isdigit() and not number.startswith("0")
        return int(number) if is_one and len(number) < 19 else None

    def revision_number(self, iri: str) -> int | None:
        """Which wording of this debate's essay is meant, if one is."""
        number = iri.removeprefix(f"{self.essay}/revisions/")
        is_one = number != iri and number.isascii() and number.isdigit()
        return int(number) if is_one and len(number) < 10 else None

    def is_essay(self, iri: str) -> bool:
        return iri.partition("#")[0].partition("?")[0] == self.essay or self.revision_number(iri) is not None
