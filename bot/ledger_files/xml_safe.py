"""XML from strangers: no entities, no DTD, no network, bounded size. Every XML reader goes through here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from bot.billing.drafts import FileRefused, Source, refused

MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
_PROLOG_BYTES = 4096


def local_name(element: etree._Element) -> str:
    """Return the name of ``element`` without its namespace."""
    return etree.QName(element).localname


def line_of(element: etree._Element) -> int | None:
    """Return the 1-based line on which ``element`` begins, or None when the parser did not note it."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def path_of(element: etree._Element, *, numbered: bool = True) -> str:
    """Return the path of ``element`` by local names, with a 1-based index where siblings share a name.

    Args:
        element: The element.
        numbered: Whether to give the index; of no use while siblings are dropped as they are read.
    """
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None:
        parent = current.getparent()
        step = local_name(current)
        if numbered and parent is not None:
            twins = list(parent.iterchildren(current.tag))
            if len(twins) > 1:
                step += f"[{twins.index(current) + 1}]"
        steps.append(step)
        current = parent
    return "/".join(reversed(steps))


def parse_document(*, path: Path, label: str) -> etree._Element:
    """Return the root of the XML file at ``path``, read whole.

    Args:
        path: The file; at most ``MAX_DOCUMENT_BYTES``.
        label: How messages call the file.

    Raises:
        FileRefused: It is too large, has a document type declaration, or is not well-formed XML.
    """
    size = path.stat().st_size
    if size > MAX_DOCUMENT_BYTES:
        raise refused(
            source=Source(label),
            field="",
            reason=f"the file has {size:,} bytes; an e-invoice may have at most {MAX_DOCUMENT_BYTES:,}",
            way_out="Export it without its attachments and import again",
        )
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    content = path.read_bytes()
    _refuse_declared(content, label)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _syntax_refusal(label, error) from error
    _refuse_doctype(root, label)
    return root


def iterate(*, path: Path, label: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield ``(event, element)`` for every start and end tag of a large XML file; the caller clears what it has read.

    Raises:
        FileRefused: It has a document type declaration or is not well-formed XML.
    """
    with path.open("rb") as stream:
        _refuse_declared(stream.read(_PROLOG_BYTES), label)
        stream.seek(0)
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        checked = False
        try:
            for event, element in events:
                if not checked:
                    _refuse_doctype(element, label)
                    checked = True
                yield event, element
        except etree.XMLSyntaxError as error:
            raise _syntax_refusal(label, error) from error


def _refuse_declared(content: bytes, label: str) -> None:
    # Looked for before parsing as well: what a declaration declares must not even be read.
    if b"<!DOCTYPE" in content[:_PROLOG_BYTES]:
        raise _doctype_refusal(label)


def _refuse_doctype(element: etree._Element, label: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise _doctype_refusal(label)


def _doctype_refusal(label: str) -> FileRefused:
    return refused(
        source=Source(label),
        field="DOCTYPE",
        reason="the file declares a document type, which neither an e-invoice nor a bank statement may",
        way_out="Ask the sender for the file as its system issued it",
    )


def _syntax_refusal(label: str, error: etree.XMLSyntaxError) -> FileRefused:
    return refused(
        source=Source(label, error.lineno or None),
        field="",
        reason=f"the file is not well-formed XML ({(error.msg or 'no content').rstrip('.')})",
        way_out="Ask for the file again; it may have been cut off or edited by hand",
    )
