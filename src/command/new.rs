//! `salesbook new`: a page from its kind's pattern, in the folder where pages of its kind stand.
//!
//! The page starts as a draft. The pages that its pattern refers to are chosen from the playbook, so that `check` has
//! nothing to say about it. A tool comes with its rule and example cases, the first page of a section with the
//! section's own page. No existing file is ever touched.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::init::create;
use super::{Refusal, report};
use crate::config::{self, Config};
use crate::content::kind::Name;
use crate::content::{self, Kind, Page, PageAddress, schema};
use crate::diagnostic::{Bilingual, Diagnostics, Language};
use crate::load::{self, CONFIG};
use crate::markdown::Settings;
use crate::path::SourcePath;
use crate::search;

/// What the author asked for.
#[derive(Debug, Clone)]
pub struct NewOptions {
    /// The kind's word.
    pub kind: String,
    /// The title.
    pub title: String,
    /// The id; made from the title unless given.
    pub id: Option<String>,
    /// The playbook's root.
    pub root: PathBuf,
}

/// Makes the page. Exit code 1 when the playbook has no room for it as asked, 2 when the machine fails.
pub fn run(options: &NewOptions, asked: Option<Language>) -> ExitCode {
    super::finish(make(options, asked))
}

/// Makes the page, and says where it is and what to do next.
fn make(options: &NewOptions, asked: Option<Language>) -> Result<String, Refusal> {
    let book = Book::open(&options.root, asked)?;
    let language = super::language(asked, &book.config);
    let kind = schema::kind(&options.kind).ok_or_else(|| Refusal::new(super::unknown_kind(&options.kind, language)))?;
    let plan = plan(kind, options, &book).map_err(|reason| Refusal::new(reason.in_language(language)))?;
    for (path, text) in &plan.files {
        create(&options.root.join(path), text.as_bytes()).map_err(|error| Refusal::of_machine(&error, language))?;
    }
    Ok(report_of(kind, &plan, &options.root, language))
}

/// What a new page must fit in with.
#[derive(Debug)]
struct Book {
    config: Config,
    /// Every page's address by its file; of the playbook's own language.
    addresses: Vec<(SourcePath, PageAddress)>,
    /// The pages that can be read, published ones first.
    pages: Vec<Page>,
    rules: Vec<SourcePath>,
}

impl Book {
    /// Reads the playbook. Mistakes in its pages are no obstacle, mistakes in its settings are.
    fn open(root: &Path, asked: Option<Language>) -> Result<Book, Refusal> {
        let (loaded, mut found) = load::load_sources(root);
        let path = SourcePath::new(CONFIG).expect("a plain name");
        found.retain(|diagnostic| diagnostic.path == path);
        let file = loaded.sources.get(&path);
        let (config, in_config) = file.map(config::parse).unwrap_or_default();
        found.extend(in_config);
        if !found.is_empty() {
            let mut diagnostics = Diagnostics::default();
            diagnostics.extend(found);
            let language =
                file.map_or_else(|| super::language_of_environment(asked), |_| super::language(asked, &config));
            let message = report::human(&diagnostics, &loaded.sources, language, report::colors());
            return Err(Refusal { message, code: if loaded.machine_failed { 2 } else { 1 } });
        }
        // Nobody lists thresholds in what is only looked through.
        let settings = Settings {
            raw_html: config.raw_html,
            variables: &config.variables,
            language: config.interface_language(),
            thresholds: &crate::rule::settings::Settings::unreadable(),
        };
        let mut addresses = Vec::new();
        let mut pages = Vec::new();
        for path in &loaded.pages {
            let Ok(address) = PageAddress::of(path) else { continue };
            if address.language == config.language {
                addresses.push((path.clone(), address));
                pages.extend(loaded.sources.get(path).and_then(|file| content::parse_page(file, settings).0));
            }
        }
        pages.sort_by_key(|page| page.common.draft);
        Ok(Book { addresses, pages, rules: loaded.rules, config })
    }

    fn owner_of(&self, id: &str) -> Option<&SourcePath> {
        self.addresses.iter().find(|(_, address)| address.id == id).map(|(path, _)| path)
    }

    /// The id of a page of a kind: the preferred one if it is there, else the first, else the preferred one all the
    /// same, for a page must name one.
    fn page_of(&self, kind: Name, preferred: &str) -> String {
        let mut ids = self.pages.iter().filter(|page| page.kind.name() == kind).map(|page| page.address.id.as_str());
        let found = ids.clone().find(|id| *id == preferred).or_else(|| ids.next());
        found.unwrap_or(preferred).to_string()
    }

    /// A method as a link to its heading, found like [`Book::page_of`].
    fn method(&self) -> String {
        const PAGE: &str = "objection-methods";
        const HEADING: &str = "询问法";
        let used = self.pages.iter().find_map(|page| match &page.kind {
            Kind::Objection(objection) => objection.methods.first().map(|method| method.value.clone()),
            _ => None,
        });
        let page = self.pages.iter().find(|page| page.address.id == PAGE);
        let anchors = page.map(|page| page.body.headings.iter().map(|heading| heading.anchor.as_str()));
        match anchors {
            Some(mut anchors) if anchors.clone().any(|anchor| anchor == HEADING) || used.is_none() => {
                let anchor = anchors.clone().find(|anchor| *anchor == HEADING).or_else(|| anchors.next());
                anchor.map_or_else(|| PAGE.to_string(), |anchor| format!("{PAGE}#{anchor}"))
            }
            _ => used.unwrap_or_else(|| format!("{PAGE}#{HEADING}")),
        }
    }
}

/// The files to be made; the first is the page.
#[derive(Debug)]
struct Plan {
    id: String,
    files: Vec<(String, String)>,
}

/// Folders that the site keeps for itself.
const RESERVED: [&str; 3] = ["assets", "search", "tags"];

/// At most so many characters are taken from a title: file names end at 255 bytes, addresses are read by people.
const ID_LENGTH: usize = 60;

/// Decides what is made, or says why it cannot be.
fn plan(kind: Name, options: &NewOptions, book: &Book) -> Result<Plan, Bilingual> {
    let language = book.config.interface_language();
    let content = format!("content/{}", book.config.language);
    let title = options.title.trim();
    if title.is_empty() || title.contains(char::is_control) {
        return Err(Bilingual::new("标题不能是空的，也不能换行", "a title is one line and not empty"));
    }
    let Some(pattern) = schema::pattern(kind, language) else {
        return Err(Bilingual::new(
            format!("首页只有一个：`{content}/_index.md`"),
            format!("a playbook has one home page: `{content}/_index.md`"),
        ));
    };
    let id = match &options.id {
        Some(id) if config::is_name(id) => id.clone(),
        Some(id) => {
            return Err(Bilingual::new(
                format!("编号不能用：`{id}`；只用小写字母、数字和连字符"),
                format!("id cannot be used: `{id}`; use lower-case letters, digits and hyphens"),
            ));
        }
        None => id_of(kind, title)?,
    };
    let section = section_of(kind);
    let folder = section.unwrap_or(&id);
    if section.is_none() && RESERVED.contains(&folder) {
        return Err(Bilingual::new(
            format!("网站自己要用`{folder}`这个文件夹；用`--id`换一个编号"),
            format!("the site itself uses the folder `{folder}`; give another id by `--id`"),
        ));
    }
    if let Some(path) = book.owner_of(&id) {
        return Err(Bilingual::new(
            format!("编号`{id}`已经有了：`{path}`；用`--id`换一个编号"),
            format!("id `{id}` exists already: `{path}`; give another one by `--id`"),
        ));
    }

    let page = fill(pattern, kind, title, book);
    let mut files = match section {
        Some(section) => vec![(format!("{content}/{section}/{id}.md"), page)],
        None => vec![(format!("{content}/{id}/_index.md"), page)],
    };
    if kind == Name::Tool && !book.rules.iter().any(|rule| rule.as_str() == format!("rules/{id}.rhai")) {
        let (rule, cases) = schema::rule_pattern(language);
        files.push((format!("rules/{id}.rhai"), rule.replace("{{title}}", title)));
        files.push((format!("rules/{id}.cases.yaml"), cases.to_string()));
    }
    let is_first = !book.addresses.iter().any(|(_, address)| address.section.as_deref() == section);
    if let Some(section) = section.filter(|section| is_first && book.owner_of(section).is_none()) {
        files.push((format!("{content}/{section}/_index.md"), section_page(section, language)));
    }
    Ok(Plan { id, files })
}

/// The folder of a kind's pages; a section is a folder itself.
fn section_of(kind: Name) -> Option<&'static str> {
    Some(match kind {
        Name::Home | Name::Section => return None,
        Name::Objection => "objections",
        Name::Type => "customer-types",
        Name::Script => "aida",
        Name::Tool | Name::CustomerCard => "tools",
        Name::Guide | Name::Reference => "reference",
        Name::Case | Name::Drill | Name::Scenario | Name::Path => kind.as_str(),
    })
}

fn id_of(kind: Name, title: &str) -> Result<String, Bilingual> {
    let prefix = match kind {
        Name::Objection => "obj-",
        Name::Type => "type-",
        _ => "",
    };
    let mut id = search::romanize(title);
    if id.is_empty() {
        return Err(Bilingual::new(
            format!("从`{title}`取不出编号；用`--id`写一个，只用小写字母、数字和连字符"),
            format!("no id can be made from `{title}`; give one by `--id`: lower-case letters, digits and hyphens"),
        ));
    }
    if id.len() > ID_LENGTH {
        let end = id[..=ID_LENGTH].rfind('-').unwrap_or(ID_LENGTH);
        id.truncate(end);
    }
    Ok(if id.starts_with(prefix) { id } else { format!("{prefix}{id}") })
}

/// Fills the blanks of a pattern: in the front matter as YAML, below it as text.
fn fill(pattern: &str, kind: Name, title: &str, book: &Book) -> String {
    let end = pattern[4..].find("\n---\n").map_or(pattern.len(), |at| at + 4);
    let (front_matter, text) = pattern.split_at(end);
    let front_matter = front_matter
        .replace("{{kind}}", kind.as_str())
        .replace("{{type}}", &book.page_of(Name::Type, "type-rational"))
        .replace("{{card}}", &book.page_of(Name::Objection, "obj-price-too-high"))
        .replace("{{tool}}", &book.page_of(Name::Tool, "type-finder"))
        .replace("{{method}}", &book.method())
        .replace("{{title}}", &yaml_scalar(title));
    // Braces in a line to be said would be a variable.
    front_matter + &*text.replace("{{title}}", &title.replace('{', "（").replace('}', "）"))
}

/// A title as the value of a key: as it is where nothing in it could mean anything else, else in double quotes.
fn yaml_scalar(text: &str) -> String {
    let plain_start = text.starts_with(char::is_alphabetic);
    let plain = text.chars().all(|c| c.is_alphanumeric() || " -，。？！、,.?!'’".contains(c));
    let word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&text.to_lowercase().as_str());
    if plain_start && plain && !word {
        return text.to_string();
    }
    // A JSON string is a double-quoted YAML scalar.
    serde_json::to_string(text).expect("a string can be written")
}

/// The page of a section that gets its first page.
fn section_page(section: &str, language: Language) -> String {
    let (zh, en) = match section {
        "objections" => {
            (("客户的异议", "按客户说的话找卡片。"), ("Objections", "Find the card by what the customer says."))
        }
        "customer-types" => {
            (("客户类型", "认出来，换一种谈法。"), ("Customer types", "How to recognise them, and how to adapt."))
        }
        "aida" => (("话术", "能照着讲的整套话。"), ("Talks", "Complete talks to follow.")),
        "tools" => (("工具", "答几个问题，看看该怎么谈。"), ("Tools", "Answer a few questions and see what to do.")),
        "case" => (("案例", "发生过的事，和从里面学到的。"), ("Cases", "What happened, and what we learned.")),
        "drill" => (("练习", "练一练，几分钟一次。"), ("Drills", "Short exercises.")),
        "scenario" => {
            (("情景", "某一种场合从头到尾怎么做。"), ("Scenarios", "What to do in a situation, step by step."))
        }
        "path" => (("学习路径", "先学什么，再学什么。"), ("Learning paths", "What to learn first, and what next.")),
        _ => (("参考", "要用时来查的文章。"), ("Reference", "Articles to look things up in.")),
    };
    let (title, summary) = match language {
        Language::Zh => zh,
        Language::En => en,
    };
    format!("---\nkind: section\ntitle: {title}\nsummary: {summary}\nweight: 90\n---\n{summary}\n")
}

fn report_of(kind: Name, plan: &Plan, root: &Path, language: Language) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (path, _) in &plan.files {
        // As the author would write it from here: `./content/…` says nothing more than `content/…`.
        let path = if root == Path::new(".") { PathBuf::from(path) } else { root.join(path) };
        lines.push(path.display().to_string());
    }
    let id = &plan.id;
    lines.push(match (language, kind) {
        (Language::Zh, Name::Tool) => format!(
            "接着做：在页面里写问题和结果，在规则里写怎么判断，运行`salesbook test {id}`；写好后删掉`draft: true`"
        ),
        (Language::Zh, _) => format!(
            "接着做：打开文件填好，`salesbook check`没有问题后删掉`draft: true`；别的页面用`[[{id}]]`链接它"
        ),
        (Language::En, Name::Tool) => format!(
            "next: write the questions and outcomes in the page and the judgement in the rule, run `salesbook test {id}`, then delete `draft: true`"
        ),
        (Language::En, _) => format!(
            "next: fill in the file, run `salesbook check`, then delete `draft: true`; other pages link to it as `[[{id}]]`"
        ),
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::command::support::Folder;
    use crate::content::kind::NAMES;
    use crate::pipeline;

    fn options(root: &Path, kind: &str, title: &str) -> NewOptions {
        NewOptions { kind: kind.to_string(), title: title.to_string(), id: None, root: root.to_path_buf() }
    }

    fn started(name: &str, language: Language) -> Folder {
        let folder = Folder::new(name);
        crate::command::init::make(folder.path(), language).expect("the folder is empty");
        folder
    }

    /// Everything that `check` says, with drafts or as published.
    fn findings(root: &Path, drafts: bool) -> Vec<String> {
        let mut checked = pipeline::check(root, drafts);
        crate::command::test::check_cases(&mut checked);
        checked.diagnostics.sorted().iter().map(|found| format!("{}: {}", found.path, found.message.en)).collect()
    }

    #[test]
    fn a_new_page_of_every_kind_is_clean_as_a_draft_and_when_published() {
        for language in [Language::Zh, Language::En] {
            let folder = started("new-kinds", language);
            let root = folder.path();
            let mut made = Vec::new();
            for (word, name) in NAMES.into_iter().filter(|(_, name)| *name != Name::Home) {
                let book = Book::open(root, None).expect("settings can be read");
                let asked = options(root, word, &format!("试一试 {word}"));
                made.push(root.join(&plan(name, &asked, &book).expect("there is room").files[0].0));
                make(&asked, Some(language)).expect("there is room");
            }
            assert_eq!(findings(root, true), Vec::<String>::new());
            for path in made {
                let text = fs::read_to_string(&path).expect("it was made");
                assert_eq!(text.matches("draft: true\n").count(), 1, "{}", path.display());
                fs::write(&path, text.replace("draft: true\n", "")).expect("writable");
            }
            assert_eq!(findings(root, false), Vec::<String>::new());
        }
    }

    #[test]
    fn ids_come_from_titles() {
        let id = |kind, title| id_of(kind, title).expect("it has a reading");
        assert_eq!(id(Name::Objection, "太贵了"), "obj-tai-gui-le");
        assert_eq!(id(Name::Objection, "We don't have a budget"), "obj-we-dont-have-a-budget");
        assert_eq!(id(Name::Type, "Type A"), "type-a");
        assert_eq!(id(Name::Guide, "CRM怎么用"), "crm-zen-me-yong");
        assert!(id_of(Name::Guide, "？！").is_err());
        let long = id(Name::Guide, &"价格".repeat(40));
        assert!(long.len() <= ID_LENGTH && config::is_name(&long), "{long}");
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = started("new-again", Language::Zh);
        let root = folder.path();
        make(&options(root, "objection", "太贵了"), None).expect("there is room");
        let page = root.join("content/zh/objections/obj-tai-gui-le.md");
        fs::write(&page, "mine").expect("writable");
        assert_eq!(make(&options(root, "objection", "太贵了"), None).expect_err("the id is taken").code, 1);
        assert_eq!(fs::read_to_string(&page).expect("readable"), "mine");

        // The id is taken wherever the page stands.
        let elsewhere = NewOptions { id: Some("type-owner".into()), ..options(root, "guide", "老板") };
        assert_eq!(make(&elsewhere, None).expect_err("the id is taken").code, 1);
        assert!(!root.join("content/zh/reference").exists());

        // A rule that waits for its page is kept.
        fs::write(root.join("rules/budget.rhai"), "mine").expect("writable");
        let tool = NewOptions { id: Some("budget".into()), ..options(root, "tool", "预算") };
        make(&tool, None).expect("there is room");
        assert_eq!(fs::read_to_string(root.join("rules/budget.rhai")).expect("readable"), "mine");
    }

    #[test]
    fn what_cannot_be_made_is_refused() {
        let folder = started("new-refused", Language::En);
        let root = folder.path();
        let refused = |options: &NewOptions| make(options, None).is_err_and(|refusal| refusal.code == 1);
        assert!(refused(&options(root, "objektion", "x")));
        assert!(refused(&options(root, "home", "x")));
        assert!(refused(&options(root, "guide", "  ")));
        assert!(refused(&options(root, "guide", "a\nb")));
        assert!(refused(&options(root, "section", "Search")));
        assert!(refused(&NewOptions { id: Some("../x".into()), ..options(root, "guide", "x") }));
        assert!(refused(&options(&root.join("content"), "guide", "x")), "there are no settings");
        assert_eq!(findings(root, true), Vec::<String>::new());
    }

    #[test]
    fn any_title_reads_back_as_it_was_written() {
        let titles = [
            "太贵了",
            "It's \"too\" dear: why?",
            "- 先这样",
            "“再说吧”",
            "yes",
            "2026-01-01",
            "50",
            "客户说：不要",
            "a #b",
            "{称呼}好",
            "C:\\x",
            "[[x]]",
            "`code`",
            "*",
            "& co",
            "不急，真的？",
            "x: ",
            "Don't",
        ];
        for (number, title) in titles.into_iter().enumerate() {
            let folder = started("new-titles", Language::Zh);
            let asked = NewOptions { id: Some(format!("page-{number}")), ..options(folder.path(), "objection", title) };
            make(&asked, None).expect("there is room");
            let checked = pipeline::check(folder.path(), true);
            let found: Vec<_> = checked.diagnostics.sorted().iter().map(|found| found.message.en.clone()).collect();
            assert!(found.is_empty(), "{title}: {found:?}");
            let page = checked.site.expect("it is clean");
            let page = page.resolve("zh", &format!("page-{number}")).expect("it was made");
            assert_eq!(page.page.common.title.value, title.trim());
        }
    }
}
