"""What MkDocs has to know to make one site of documents that lie where GitHub's readers look for them.

Some pages of the site are outside of docs/, and links are as they work on GitHub: relative to the document, also to
what is no page. mkdocs.yml names this module.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent.parent
OUTSIDE = {
    "README.zh.md": "zh/index.md",
    "UPGRADING.md": "upgrading.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "reporting.md",
    "charts/erlang-docker/README.md": "chart.md",
    **{
        str(path.relative_to(ROOT)): f"examples/{path.parent.name}.md"
        for path in sorted(ROOT.glob("examples/*/README.md"))
    },
}
"""A document to where it is on the site."""
FAVICON = ROOT / "services/erlang_docker/servers/page/favicon.svg"
LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)")
CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
BREAKS = re.compile(r"(?<=::)|(?<=[,(])(?=[^\s)])")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are outside of docs/, and the page's picture."""
    files.append(File.generated(config, FAVICON.name, abs_src_path=str(FAVICON)))
    for document, page in OUTSIDE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / document)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Have each link lead to the page that its document is, or to the repository."""
    outside = {uri: document for document, uri in OUTSIDE.items()}
    document = outside.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    repository = f"{config.extra['repository']}/blob/main"

    def led(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(document), link[2]))
        if target == "README.md" and not link.string.startswith("#", link.end()):
            target = "docs/index.md"
        uri = OUTSIDE.get(target, target.removeprefix("docs/"))
        if target not in OUTSIDE and not target.startswith("docs/"):
            return f"{link[1]}{repository}/{target}"
        return link[1] + posixpath.relpath(uri, posixpath.dirname(page.file.src_uri) or ".")

    page.meta.setdefault("description", description(markdown))
    parts = CODE.split(markdown)
    return "".join(part if number % 2 else LINK.sub(led, part) for number, part in enumerate(parts))


def description(markdown: str) -> str:
    """What search engines show of a page: the first sentences of its first paragraph, 200 characters at most."""
    paragraphs = CODE.sub("", markdown).split("\n\n")
    first = next((text for text in paragraphs if len(text) > 60 and re.match(r"[\w`*]", text)), "")
    plain = " ".join(re.sub(r"\[([^]]*)\]\([^)]*\)|[*`<>]", r"\1", first).split())
    sentences = re.match(r".{1,199}[.。:](?= )", f"{plain} ")
    return sentences[0] if sentences else plain


def on_page_content(html: str, page: Any, config: Any, files: Files) -> str:
    """Have pictures open in full, and long code in tables go on in the next line after a comma, a bracket or `::`.

    GitHub wants `\\|` for a bar in such code, and shows it without the backslash.
    """

    def broken(code: re.Match[str]) -> str:
        text = code[1].replace(r"\|", "|")
        return f"<code>{BREAKS.sub('<wbr>', text)}</code>"

    html = re.sub(r'<img [^>]*src="([^"]+)"[^>]*>', r'<a href="\1">\g<0></a>', html)
    return TABLE.sub(lambda table: re.sub(r"<code>([^<]*)</code>", broken, table[0]), html)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """The language of a Chinese page: the theme knows that of the whole site, and browsers choose letters by it."""
    return output.replace('<html lang="en"', '<html lang="zh-CN"', 1) if page.url.startswith("zh/") else output
