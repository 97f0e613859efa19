#!/usr/bin/env python3
"""Turns a corpus of plain Markdown pages into a playbook of salesbook.

    to_playbook.py CORPUS PLAYBOOK

CORPUS is what `make_corpus.py --flavor neutral` writes: docs/<section>/<page>.md with `title` and `tags` in the front
matter, and one index.md for each section and for the whole. PLAYBOOK gets salesbook.yaml and content/zh/. Ids come from
the file names; a name that occurs twice gets its section in front. Links between pages name the ids. Bodies are kept
byte for byte but for their links. What playbook pages have and the corpus has not (summary, aliases, related pages) is
taken from the page's own text, so that pages cost what real ones cost. Standard library only.
"""
import os
import posixpath
import re
import shutil
import sys

LINK = re.compile(r"\]\(([^()\s]+\.md)\)")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def split(text):
    """Front matter as (key, value as written), and the body."""
    if not text.startswith("---\n"):
        return {}, text
    header, body = text[4:].split("\n---\n", 1)
    keys = dict(line.split(": ", 1) for line in header.split("\n") if ": " in line)
    return keys, body.lstrip("\n")


def texts(value):
    """`["a", "b"]` as a list."""
    return re.findall(r'"((?:[^"\\]|\\.)*)"', value)


def without_title(body):
    """A body may repeat its title as a first-level heading; a playbook page must not."""
    return re.sub(r"\A# [^\n]*\n+", "", body)


def sentence(body):
    """The first sentence of the text, short enough for a summary."""
    for line in body.split("\n"):
        line = re.sub(r"[*\[\]]|\([^)]*\)", "", line).strip()
        if line and line[0] not in "#|->":
            return line.split("。")[0][:44] + "。"
    return ""


def read_pages(docs):
    """{relative path: text} of every Markdown file, in path order."""
    found = {}
    for folder, _, names in os.walk(docs):
        for name in names:
            if name.endswith(".md"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    found[os.path.relpath(path, docs).replace(os.sep, "/")] = file.read()
    return dict(sorted(found.items()))


def ids_of(paths):
    """{relative path: id}; the id is unique in the whole playbook."""
    taken, ids = set(), {}
    for path in paths:
        section, name = posixpath.split(path)
        stem = re.sub(r"[^a-z0-9]+", "-", name[: -len(".md")].lower()).strip("-")
        if stem == "index":
            identity = section or "home"
        else:
            identity = stem if stem not in taken else "%s-%s" % (section, stem)
        if identity in taken:
            raise SystemExit("%s: the id %s is taken" % (path, identity))
        taken.add(identity)
        ids[path] = identity
    return ids


def page(path, text, ids, number):
    keys, body = split(text)
    section, name = posixpath.split(path)
    targets = []

    def link(match):
        target = posixpath.normpath(posixpath.join(section, match.group(1)))
        if ids[target] not in targets:
            targets.append(ids[target])
        return "](%s)" % ids[target]

    body = LINK.sub(link, without_title(body))
    title = texts(keys["title"])[0]
    kind = "guide" if name != "index.md" else "section" if section else "home"
    header = ["kind: " + kind, "title: " + quoted(title), "summary: " + quoted(sentence(body))]
    if kind == "guide":
        headings = re.findall(r"^## (.+)$", body, re.M)
        topic = title.split("：")[-1].split("（")[0]
        aliases = [topic] + ["%s%s" % (topic, heading) for heading in headings[:3]]
        header.append("aliases: [%s]" % ", ".join(quoted(alias) for alias in aliases))
        header.append("tags: [%s]" % ", ".join(quoted(tag) for tag in texts(keys.get("tags", ""))))
        header.append("related: [%s]" % ", ".join(target for target in targets[:3] if target != ids[path]))
        header.append("provenance: proposed")
    header.append("weight: %d" % number)
    return "---\n%s\n---\n%s" % ("\n".join(header), body)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    docs, out = os.path.join(sys.argv[1], "docs"), sys.argv[2]
    content = os.path.join(out, "content", "zh")
    shutil.rmtree(content, ignore_errors=True)
    pages = read_pages(docs)
    ids = ids_of(pages)
    for number, (path, text) in enumerate(pages.items()):
        section, name = posixpath.split(path)
        file = "_index.md" if name == "index.md" else ids[path] + ".md"
        folder = os.path.join(content, section)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, file), "w", encoding="utf-8", newline="\n") as target:
            target.write(page(path, text, ids, number))
    with open(os.path.join(out, "salesbook.yaml"), "w", encoding="utf-8", newline="\n") as file:
        file.write("title: 销售作战手册\nname: corpus\nlanguage: zh\n")
    print("%d pages" % len(pages))


if __name__ == "__main__":
    main()
