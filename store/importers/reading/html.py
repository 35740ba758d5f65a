"""The words of an HTML mail, with and without what it quotes. Nothing is ever fetched."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

HTML_CHARACTERS = 1024 * 1024
# The parser takes quadratic time on deeper pages.
NESTING = 400

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# The parser takes quadratic time on their contents, which nobody wrote.
_CONTROLS = re.compile(
    r"</?(?:select|option|optgroup|selectedcontent)(?![a-z0-9])[^<>]*>?", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<[^<>]*>")
# Elements that hold nothing, or that the next one of their kind closes.
_NOT_NESTING = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr
    p li td th tr dt dd
    """.split()
)
_UNREAD = frozenset("head script style title noscript template iframe object svg textarea".split())
_LINES = frozenset(
    """
    address article aside blockquote center dd div dl dt fieldset footer form header hr li main
    nav ol pre section table tbody thead tr ul
    """.split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6".split())
_CELLS = frozenset({"td", "th"})

# Marks at the edges of elements until all text is together.
_BREAK, _LINE, _PARAGRAPH = "\x01", "\x02", "\x03"
_EDGES = re.compile("([\x01-\x03])")

_QUOTES = (
    "div.gmail_quote, .gmail_quote_container, .gmail_attr, blockquote[type=cite], "
    ".moz-cite-prefix, .yahoo_quoted, .protonmail_quote, .tutanota_quote, .zmail_extra, "
    "#isReplyContent, #mail-editor-reference-message-container"
)
# The message that is answered goes from here to the end of the parent.
_QUOTES_TO_THE_END = "#divRplyFwdMsg, #appendonsend, hr#stopSpelling, #OLK_SRC_BODY_SECTION"
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|max-height:0(?!\.?\d)"
    r"|(?:font-size|opacity):0(?!\.?\d)"
)


def words_of(html: str) -> tuple[str, str]:
    """Return what the writer wrote, and the whole text with quoted messages.

    Hidden text (the preview line of newsletters) is in neither.
    """
    html = _CONTROLS.sub(" ", html[:HTML_CHARACTERS])
    if _is_nested_too_deeply(html):
        plain = _tidy(_ANY_TAG.sub(" ", html))
        return plain, plain
    tree = LexborHTMLParser(html)
    if tree.root is None:
        return "", ""
    hidden = {
        node.mem_id
        for node in tree.css("[style], [hidden]")
        if "hidden" in node.attributes
        or _HIDDEN.search("".join((node.attributes.get("style") or "").lower().split()))
    }
    quoted = {node.mem_id for node in tree.css(_QUOTES)}
    for node in tree.css(_QUOTES_TO_THE_END):
        following: LexborNode | None = node
        while following is not None and following.mem_id not in quoted:
            quoted.add(following.mem_id)
            following = following.next
    whole = _rendered(tree.root, hidden)
    return (_rendered(tree.root, hidden | quoted) if quoted else whole), whole


def _is_nested_too_deeply(html: str) -> bool:
    depth = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _NOT_NESTING:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > NESTING:
                return True
    return False


def _rendered(root: LexborNode, left_out: set[int]) -> str:
    """Write the text below `root`, with blocks on lines of their own."""
    pieces: list[str] = []
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            pieces.append(node)
        elif node.is_text_node:
            pieces.append(_EDGES.sub(" ", node.text_content or ""))
        elif node.is_element_node and node.mem_id not in left_out and node.tag not in _UNREAD:
            if node.tag == "pre":
                text = _EDGES.sub(" ", node.text()).replace("\n", _BREAK)
                pieces += [_LINE, text, _LINE]
            else:
                _open(node, pieces, stack)
    return _tidy("".join(pieces))


def _open(node: LexborNode, pieces: list[str], stack: list[LexborNode | str]) -> None:
    """Write the edge of an element and put its children, and its other edge, on the stack."""
    tag = node.tag or ""
    if tag == "br":
        pieces.append(_BREAK)
        return
    edge = _PARAGRAPH if tag in _PARAGRAPHS else _LINE if tag in _LINES else ""
    edge = " " if tag in _CELLS else edge
    pieces.append(edge)
    stack.append(edge)
    children: list[LexborNode | str] = []
    child = node.first_child
    while child is not None:
        children.append(child)
        child = child.next
    stack.extend(reversed(children))


def _tidy(text: str) -> str:
    """Make lines out of the marked text: no space at edges, at most one empty line."""
    lines: list[str] = []
    current = ""
    for piece in _EDGES.split(text):
        if piece not in (_BREAK, _LINE, _PARAGRAPH):
            current = " ".join(piece.split())
            continue
        if current or piece == _BREAK:
            lines.append(current)
        if piece == _PARAGRAPH and lines and lines[-1]:
            lines.append("")
        current = ""
    lines.append(current)
    kept = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return "\n".join(kept).strip()
