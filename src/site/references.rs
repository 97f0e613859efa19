//! References: every id, link and anchor leads somewhere, and to the right kind of page.

use std::collections::{HashMap, HashSet};

use super::{Site, SitePage};
use crate::content::Kind;
use crate::content::kind::{GROUPS, NAMES, Name};
use crate::diagnostic::{Bilingual, Code, Diagnostic, code};
use crate::markdown::{Body, ListQuery, Target};
use crate::path::SourcePath;
use crate::source::{Span, Spanned};

/// What is known besides the published pages.
pub(super) struct Known {
    /// Language and id of pages whose own file has errors.
    pub(super) unreadable: Vec<(String, String)>,
    /// Ids of rules that have errors.
    pub(super) unreadable_rules: Vec<String>,
    /// Language and id of drafts.
    pub(super) drafts: Vec<(String, String)>,
    /// The file of the settings.
    pub(super) config_path: SourcePath,
}

pub(super) fn check(site: &Site, known: &Known) -> Vec<Diagnostic> {
    let ids = site.pages.iter().map(|page| page.page.address.id.as_str()).collect::<HashSet<_>>();
    let mut checker = Checker { site, known, ids: ids.into_iter().collect(), found: Vec::new() };
    checker.ids.sort_unstable();
    for page in &site.pages {
        checker.page(page);
    }
    checker.covers();
    checker.rules();
    for suggestion in &site.config.suggestions {
        checker.reference(&known.config_path, &site.config.language, "suggestions", suggestion, None);
    }
    checker.found
}

struct Checker<'site> {
    site: &'site Site,
    known: &'site Known,
    ids: Vec<&'site str>,
    found: Vec<Diagnostic>,
}

impl<'site> Checker<'site> {
    fn push(&mut self, code: Code, path: &SourcePath, span: Span, zh: String, en: String) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(code, path, span, Bilingual::new(zh, en)));
        self.found.last_mut().expect("it was just added")
    }

    /// Whether nothing more need be said about an id: its page has findings of its own.
    fn excused(&self, language: &str, id: &str) -> bool {
        self.known.unreadable.iter().any(|(known, name)| known == language && name == id)
    }

    /// Finds the page of an id, or reports it.
    fn target(
        &mut self,
        path: &SourcePath,
        language: &str,
        id: &Spanned<String>,
        code: Code,
        zh: &str,
        en: &str,
    ) -> Option<&'site SitePage> {
        if let Some(page) = self.site.resolve(language, &id.value) {
            return Some(page);
        }
        if self.excused(language, &id.value) {
            return None;
        }
        let name = &id.value;
        if self.known.drafts.iter().any(|(known, draft)| known == language && draft == name) {
            self.push(
                code::LINK_TO_DRAFT,
                path,
                id.span,
                format!("`{name}`是草稿，不会发布"),
                format!("`{name}` is a draft and will not be published"),
            );
            let last = self.found.last_mut().expect("it was just added");
            *last = last.clone().help(
                "删掉那一页的`draft: true`，或者先去掉这里的引用",
                "remove `draft: true` there, or this reference",
            );
            return None;
        }
        let message = Bilingual::new(zh.replace("{}", name), en.replace("{}", name));
        let mut diagnostic = Diagnostic::new(code, path, id.span, message).nearest(name, self.ids.iter().copied());
        let address = id.value.starts_with("www.") || id.value.contains('.');
        diagnostic = match (diagnostic.help.is_none(), address) {
            (true, true) => diagnostic.help(
                "链接写页面编号，不带`.html`；外面的网址要以`https://`开头",
                "a link is a page id without `.html`; an address elsewhere starts with `https://`",
            ),
            (true, false) => diagnostic.help(
                format!("建一个`{name}.md`，或者改成已有页面的编号"),
                format!("make a page `{name}.md`, or name an existing page"),
            ),
            _ => diagnostic,
        };
        self.found.push(diagnostic);
        None
    }

    /// An id in a key of the front matter, optionally of one kind only.
    fn reference(&mut self, path: &SourcePath, language: &str, key: &str, id: &Spanned<String>, kind: Option<Name>) {
        let page = match self.site.resolve(language, &id.value) {
            Some(page) => page,
            None => {
                let zh = format!("`{key}`里的`{{}}`不是任何页面的编号");
                let en = format!("`{{}}` in `{key}` is no page's id");
                self.target(path, language, id, code::UNKNOWN_PAGE, &zh, &en);
                return;
            }
        };
        let actual = page.page.kind.name();
        if let Some(expected) = kind.filter(|kind| *kind != actual) {
            let (expected, actual) = (expected.as_str(), actual.as_str());
            self.push(
                code::WRONG_KIND,
                path,
                id.span,
                format!("`{key}`要`{expected}`页面，`{}`是`{actual}`", id.value),
                format!("`{key}` takes pages of kind `{expected}`, but `{}` is of kind `{actual}`", id.value),
            );
            let all = self.ids_of_kind(language, expected);
            self.help(match all.as_str() {
                "" => Bilingual::new(
                    format!("先建一个`kind: {expected}`的页面"),
                    format!("make a page of `kind: {expected}` first"),
                ),
                all => Bilingual::new(format!("可以写：{all}"), format!("one of: {all}")),
            });
        }
    }

    /// Adds what to do to the last finding.
    fn help(&mut self, help: Bilingual) {
        self.found.last_mut().expect("it was just added").help = Some(help);
    }

    /// The first pages of a kind, for a help text.
    fn ids_of_kind(&self, language: &str, kind: &str) -> String {
        let pages = self.site.pages.iter().map(|page| &page.page);
        let fitting = pages.filter(|page| page.address.language == language && page.kind.name().as_str() == kind);
        fitting.map(|page| page.address.id.as_str()).take(9).collect::<Vec<_>>().join(" ")
    }

    fn anchor(&mut self, path: &SourcePath, page: &SitePage, anchor: &str, span: Span) {
        let headings = &page.page.body.headings;
        if headings.iter().any(|heading| heading.anchor == anchor) {
            return;
        }
        let id = &page.page.address.id;
        let message =
            Bilingual::new(format!("`{id}`里没有小标题`{anchor}`"), format!("page `{id}` has no heading `{anchor}`"));
        let mut diagnostic = Diagnostic::new(code::BROKEN_ANCHOR, path, span, message)
            .nearest(anchor, headings.iter().map(|heading| heading.anchor.as_str()));
        if headings.is_empty() {
            diagnostic = diagnostic.help(
                "那一页没有小标题，删掉`#`和它后面的字",
                "that page has no headings; delete `#` and what follows",
            );
        } else if diagnostic.help.is_none() {
            let all = headings.iter().map(|heading| heading.anchor.as_str()).take(12).collect::<Vec<_>>().join(" ");
            diagnostic = diagnostic.help(format!("那一页的小标题：{all}"), format!("headings of that page: {all}"));
        }
        // The span holds the whole target; only the part behind `#` is replaced.
        let suggestion = diagnostic.suggestion.take().map(|anchor| format!("{id}#{anchor}"));
        diagnostic.suggestion = suggestion;
        self.found.push(diagnostic);
    }

    /// A suggested page stands in place of the whole target, so the heading behind it is kept.
    fn keep_anchor(&mut self, span: Span, anchor: &str) {
        if let Some(suggestion) =
            self.found.last_mut().filter(|last| last.span == span).and_then(|last| last.suggestion.as_mut())
        {
            suggestion.push('#');
            suggestion.push_str(anchor);
        }
    }

    fn body(&mut self, page: &'site SitePage, body: &'site Body) {
        let path = &page.page.path;
        let language = page.page.address.language.as_str();
        for link in &body.links {
            match &link.target {
                Target::External(_) | Target::Unsafe(_) => {}
                Target::Anchor(anchor) => self.anchor(path, page, anchor, link.span),
                Target::Page { id, anchor } => {
                    let id = Spanned::new(id.clone(), link.span);
                    let target = self.target(
                        path,
                        language,
                        &id,
                        code::BROKEN_LINK,
                        "没有编号为`{}`的页面",
                        "no page has the id `{}`",
                    );
                    match (target, anchor) {
                        (Some(target), Some(anchor)) => self.anchor(path, target, anchor, link.span),
                        (None, Some(anchor)) => self.keep_anchor(link.span, anchor),
                        _ => {}
                    }
                }
            }
        }
        for tool in &body.tools {
            self.reference(path, language, "tool", tool, Some(Name::Tool));
        }
        for image in &body.images {
            let known = image_path(path, &image.value).is_some_and(|path| self.site.static_files.contains_key(&path));
            if !known {
                let name = &image.value;
                self.push(
                    code::MISSING_IMAGE,
                    path,
                    image.span,
                    format!("没有图片`{name}`"),
                    format!("there is no image `{name}`"),
                );
                self.help(if name.contains("://") {
                    Bilingual::new(
                        "外面的图片不能用：下载到`content`里，写相对路径",
                        "images of other hosts cannot be used: save it in `content` and name it by a relative path",
                    )
                } else {
                    Bilingual::new(
                        "图片放在`content`里，路径从这个文件算起；支持png jpg gif webp svg",
                        "images stand in `content`, named relative to this file; png jpg gif webp svg are supported",
                    )
                });
            }
        }
        for query in &body.lists {
            self.list(path, language, query);
        }
    }

    /// A list must show a page; a condition that no page can meet is blamed for itself.
    fn list(&mut self, path: &SourcePath, language: &str, query: &ListQuery) {
        if matching(self.site, language, query).next().is_some() {
            return;
        }
        let site = self.site;
        let sections = site.sections.get(language).map(Vec::as_slice).unwrap_or_default();
        let terms = site.terms.get(language).map(Vec::as_slice).unwrap_or_default();
        let conditions = [
            ("kind", &query.kind, NAMES.iter().map(|(name, _)| *name).collect::<Vec<&str>>()),
            ("group", &query.group, GROUPS.iter().map(|(name, _)| *name).collect()),
            ("tag", &query.tag, terms.iter().map(|term| term.name.as_str()).collect()),
            ("section", &query.section, sections.iter().map(|section| section.name.as_str()).collect()),
        ];
        let mut blamed = false;
        for (key, condition, known) in conditions {
            let Some(value) = condition.as_ref().filter(|value| !known.contains(&value.value.as_str())) else {
                continue;
            };
            blamed = true;
            let message = Bilingual::new(
                format!("`{key}`没有`{}`这个值，列表是空的", value.value),
                format!("`{}` is not a value of `{key}`, so the list is empty", value.value),
            );
            let mut diagnostic = Diagnostic::new(code::EMPTY_LIST, path, value.span, message)
                .nearest(&value.value, known.iter().copied());
            if diagnostic.help.is_none() {
                let all = known.into_iter().take(12).collect::<Vec<_>>().join(" ");
                diagnostic = diagnostic.help(format!("可以写：{all}"), format!("one of: {all}"));
            }
            self.found.push(diagnostic);
        }
        if !blamed {
            let span = Span::new(query.span.start, query.span.start + "```list".len());
            let (zh, en) = ("没有页面符合这个列表的条件", "no page fits the conditions of this list");
            self.push(code::EMPTY_LIST, path, span, zh.into(), en.into());
            self.help(Bilingual::new(
                "去掉一个条件，或者先写一页符合条件的页面",
                "remove a condition, or write a page that fits",
            ));
        }
    }

    fn page(&mut self, page: &'site SitePage) {
        let path = &page.page.path;
        let language = page.page.address.language.clone();
        self.body(page, &page.page.body);
        for id in &page.page.common.related {
            self.reference(path, &language, "related", id, None);
        }
        match &page.page.kind {
            Kind::Home(home) => {
                for id in &home.pinned {
                    self.reference(path, &language, "pinned", id, None);
                }
                if let Some(tool) = &home.tool {
                    self.reference(path, &language, "tool", tool, Some(Name::Tool));
                }
                for entry in &home.entries {
                    self.reference(path, &language, "page", &entry.page, None);
                }
            }
            Kind::Type(customer_type) => {
                let lists = [
                    &customer_type.signals,
                    &customer_type.do_,
                    &customer_type.dont,
                    &customer_type.promise,
                    &customer_type.first_visit,
                ];
                for body in
                    lists.into_iter().flatten().chain(customer_type.objections.iter().map(|typical| &typical.answer))
                {
                    self.body(page, body);
                }
                for typical in &customer_type.objections {
                    self.reference(path, &language, "card", &typical.card, Some(Name::Objection));
                }
                if let Some(script) = &customer_type.script {
                    self.reference(path, &language, "script", script, Some(Name::Script));
                }
            }
            Kind::Objection(objection) => {
                for body in objection.causes.iter().chain([&objection.avoid]) {
                    self.body(page, body);
                }
                for id in &objection.types {
                    self.reference(path, &language, "types", id, Some(Name::Type));
                }
                for variant in &objection.variants {
                    self.reference(path, &language, "variants", &variant.customer_type, Some(Name::Type));
                }
                for method in &objection.methods {
                    let (id, anchor) = method.value.split_once('#').unwrap_or((&method.value, ""));
                    let (zh, en) = ("`methods`里的`{}`不是任何页面的编号", "`{}` in `methods` is no page's id");
                    let id = Spanned::new(id.to_string(), method.span);
                    let target = self.target(path, &language, &id, code::UNKNOWN_PAGE, zh, en);
                    match target {
                        _ if anchor.is_empty() => {}
                        Some(target) => self.anchor(path, target, anchor, method.span),
                        None => self.keep_anchor(method.span, anchor),
                    }
                }
            }
            Kind::Script(script) => {
                if let Some(id) = &script.customer_type {
                    self.reference(path, &language, "customer_type", id, Some(Name::Type));
                }
            }
            Kind::Tool(tool) => {
                for outcome in &tool.outcomes {
                    if let Some(id) = &outcome.page {
                        self.reference(path, &language, "page", id, None);
                    }
                }
                for warning in &tool.warnings {
                    if let Some(id) = &warning.page {
                        self.reference(path, &language, "page", id, None);
                    }
                }
                for id in tool.outputs.iter().flat_map(|output| &output.pages) {
                    self.reference(path, &language, "pages", id, None);
                }
                self.rule_of(page, tool);
            }
            Kind::CustomerCard(card) => {
                for axis in &card.axes {
                    self.reference(path, &language, "tool", &axis.tool, Some(Name::Tool));
                }
                for id in &card.urgent {
                    self.urgent(path, id);
                }
            }
            Kind::Section | Kind::Plain(_) => {}
        }
    }

    /// A warning that no tool gives would never come first.
    fn urgent(&mut self, path: &SourcePath, id: &Spanned<String>) {
        let warnings: Vec<&str> = self
            .site
            .pages
            .iter()
            .filter_map(|page| if let Kind::Tool(tool) = &page.page.kind { Some(tool) } else { None })
            .flat_map(|tool| tool.warnings.iter().map(|warning| warning.id.value.as_str()))
            .collect();
        if warnings.contains(&id.value.as_str()) || !self.known.unreadable.is_empty() {
            return;
        }
        let message = Bilingual::new(
            format!("没有一个工具有提醒`{}`", id.value),
            format!("no tool has a warning `{}`", id.value),
        );
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_VALUE, path, id.span, message).nearest(&id.value, warnings);
        if diagnostic.help.is_none() {
            diagnostic = diagnostic.help(
                "写工具页里`warnings`下面的`id`，或者从`urgent`里删掉",
                "name the `id` of a warning of a tool page, or remove it from `urgent`",
            );
        }
        self.found.push(diagnostic);
    }

    fn rule_of(&mut self, page: &SitePage, tool: &crate::content::kind::Tool) {
        let own = Spanned::new(page.page.address.id.clone(), Span::default());
        let rule = tool.rule.as_ref().unwrap_or(&own);
        if self.site.rules.contains_key(&rule.value) || self.known.unreadable_rules.contains(&rule.value) {
            return;
        }
        let id = &rule.value;
        let message =
            Bilingual::new(format!("没有规则`rules/{id}.rhai`"), format!("there is no rule `rules/{id}.rhai`"));
        let mut diagnostic = Diagnostic::new(code::TOOL_WITHOUT_RULE, &page.page.path, rule.span, message)
            .nearest(id, self.site.rules.keys().map(String::as_str));
        if diagnostic.help.is_none() {
            diagnostic = diagnostic.help(
                format!("建一个`rules/{id}.rhai`，里面写`fn classify(facts)`"),
                format!("make `rules/{id}.rhai` with `fn classify(facts)`"),
            );
        }
        self.found.push(diagnostic);
    }

    /// Every row of the inventory belongs to exactly one page.
    fn covers(&mut self) {
        let mut owners: HashMap<(&str, &str), &SitePage> = HashMap::new();
        for page in &self.site.pages {
            let address = &page.page.address;
            owners.insert((address.language.as_str(), address.id.as_str()), page);
        }
        let mut found = Vec::new();
        for page in &self.site.pages {
            for row in &page.page.common.covers {
                let key = (page.page.address.language.as_str(), row.value.as_str());
                if let Some(owner) = owners.insert(key, page) {
                    let message = Bilingual::new(
                        format!("条目`{}`已经由`{}`收录", row.value, owner.page.path),
                        format!("row `{}` is covered by `{}` already", row.value, owner.page.path),
                    );
                    found.push(
                        Diagnostic::new(code::COVERED_TWICE, &page.page.path, row.span, message)
                            .help("从其中一页的`covers`里删掉", "remove it from one of the two pages"),
                    );
                }
            }
        }
        self.found.extend(found);
    }

    /// A rule that no page uses is not shipped; its author should know.
    fn rules(&mut self) {
        let used: HashSet<&str> = self
            .site
            .pages
            .iter()
            .filter_map(|page| match &page.page.kind {
                Kind::Tool(tool) => Some(tool.rule_id(&page.page.address.id)),
                _ => None,
            })
            .collect();
        for (id, rule) in &self.site.rules {
            let waiting = self.known.unreadable.iter().chain(&self.known.drafts).any(|(_, page)| page == id);
            if !used.contains(id.as_str()) && !waiting {
                let message =
                    Bilingual::new(format!("没有工具页面使用规则`{id}`"), format!("no tool page uses the rule `{id}`"));
                self.found.push(Diagnostic::new(code::RULE_WITHOUT_TOOL, rule.path(), Span::default(), message).help(
                    format!("建一个`kind: tool`的页面`{id}.md`"),
                    format!("make a page `{id}.md` of `kind: tool`"),
                ));
            }
        }
    }
}

/// The path in the playbook of an image that a page names; nothing when it leaves the playbook.
pub fn image_path(page: &SourcePath, written: &str) -> Option<SourcePath> {
    let mut parts: Vec<&str> = page.as_str().split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    SourcePath::new(parts.join("/")).ok().filter(|path| path.as_str().starts_with("content/"))
}

/// The pages that a `list` block shows, in the order of the book.
pub fn matching<'site>(
    site: &'site Site,
    language: &'site str,
    query: &'site ListQuery,
) -> impl Iterator<Item = super::PageIndex> + 'site {
    let wanted =
        |wanted: &Option<Spanned<String>>, actual: &str| wanted.as_ref().is_none_or(|text| text.value == actual);
    let sections = site.sections.get(language).map(Vec::as_slice).unwrap_or_default();
    sections.iter().flat_map(|section| section.pages.iter().copied()).filter(move |index| {
        let page = &site.pages[*index].page;
        let group = match &page.kind {
            Kind::Objection(objection) => objection.group.value,
            _ => "",
        };
        wanted(&query.kind, page.kind.name().as_str())
            && wanted(&query.group, group)
            && wanted(&query.section, page.address.section.as_deref().unwrap_or(""))
            && query.tag.as_ref().is_none_or(|tag| page.common.tags.iter().any(|own| own.value == tag.value))
    })
}
