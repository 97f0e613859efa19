//! Search: the reader of the browser, run in QuickJS on what the Rust side wrote.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use rquickjs::{Context, Function, Promise, Runtime};
use salesbook::artifact::Artifacts;
use salesbook::path::OutputPath;
use salesbook::search::{Linguistics, SearchPage, SearchSection, SearchSettings, build_index};
use serde_json::Value;

/// In the order in which the theme joins them.
const READER: [&str; 2] = [
    include_str!("../../themes/default/scripts/search-index.js"),
    include_str!("../../themes/default/scripts/search-reader.js"),
];
static LINGUISTICS: LazyLock<Linguistics> = LazyLock::new(Linguistics::load);

/// A published index with the reader beside it.
struct Searcher {
    _runtime: Runtime,
    context: Context,
}

impl Searcher {
    fn new(pages: &[SearchPage]) -> Self {
        Searcher::open(build_index(pages, &SearchSettings::default(), &LINGUISTICS))
    }

    fn open(files: Artifacts) -> Self {
        let runtime = Runtime::new().expect("QuickJS starts");
        let context = Context::full(&runtime).expect("QuickJS has memory");
        context.with(|ctx| {
            let read = move |path: String| -> Option<String> {
                let path = OutputPath::new(path).expect("the reader asks for paths inside the site");
                files.get(&path).map(|bytes| String::from_utf8(bytes.to_vec()).expect("scripts are UTF-8"))
            };
            let read = Function::new(ctx.clone(), read).expect("a function");
            ctx.globals().set("readFile", read).expect("a global");
            ctx.eval::<(), _>(
                r#"
                globalThis.SB_BOOT = { root: "file:///book/", assets: { searchBoot: "search/boot.js" } };
                const values = new Map();
                globalThis.loads = [];
                globalThis.SB = (key, value) => values.set(key, value);
                SB.load = async (key, path) => {
                    if (!values.has(key)) {
                        loads.push(path);
                        const script = readFile(path);
                        if (script === undefined || script === null) throw new Error("no file " + path);
                        (0, eval)(script);
                        if (!values.has(key)) throw new Error(path + " does not define " + key);
                    }
                    return values.get(key);
                };
                "#,
            )
            .expect("the loader runs");
            for script in READER {
                ctx.eval::<(), _>(script).expect("the reader runs");
            }
        });
        Searcher { _runtime: runtime, context }
    }

    /// The reader's whole answer.
    fn answer(&self, query: &str, options: &str) -> Value {
        let call = format!(
            "SB.reader.answer({}, {options}).then(JSON.stringify).catch((e) => JSON.stringify({{error: String(e), stack: e.stack}}))",
            serde_json::to_string(query).expect("a string"),
        );
        let json: String = self.context.with(|ctx| {
            let promise: Promise = ctx.eval(call).expect("the call is valid");
            promise.finish().expect("the answer arrives")
        });
        let answer: Value = serde_json::from_str(&json).expect("JSON");
        assert!(answer["error"].is_null(), "{query:?}: {answer}");
        answer
    }

    /// Ids of the results, best first.
    fn ids(&self, query: &str) -> Vec<String> {
        let answer = self.answer(query, "{limit: 1000}");
        let results = answer["results"].as_array().expect("an array");
        results.iter().map(|result| result["id"].as_str().expect("a string").to_owned()).collect()
    }

    #[track_caller]
    fn check_first(&self, query: &str, expected: &str) {
        let ids = self.ids(query);
        assert_eq!(ids.first().map(String::as_str), Some(expected), "{query}: {:?}", &ids[..ids.len().min(5)]);
    }
}

fn page(id: &str, title: &str, aliases: &[&str], text: &str) -> SearchPage {
    SearchPage {
        id: id.to_owned(),
        kind: if id.starts_with("obj") { "objection" } else { "guide" }.to_owned(),
        title: title.to_owned(),
        url: format!("pages/{id}.html"),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        sections: vec![SearchSection { text: text.to_owned(), ..SearchSection::default() }],
        ..SearchPage::default()
    }
}

fn small_book() -> Vec<SearchPage> {
    vec![
        page(
            "guide-crm",
            "CRM系统怎么选",
            &["客户管理软件"],
            "先看客户资料是不是都在一个CRM系统里。太贵了的不要买，太贵了，太贵了。",
        ),
        page("guide-discount", "让价的规矩", &[], "客户说「太贵了」，先不要让价。分期的利息另算。"),
        page("obj-price", "太贵了", &["报价太高", "价格接受不了", "too expensive"], "先问和谁比。便宜不等于省钱。"),
        page("obj-think", "再考虑考虑", &["考虑一下", "再看看"], "问清还差哪一条。"),
    ]
}

#[test]
fn finds_fragments_titles_and_aliases() {
    let book = Searcher::new(&small_book());
    book.check_first("太贵了", "obj-price");
    book.check_first("太贵", "obj-price");
    book.check_first("贵", "obj-price");
    book.check_first("接受不了", "obj-price");
    book.check_first("再考虑", "obj-think");
    book.check_first("说太贵", "guide-discount");
    book.check_first("分期利息", "guide-discount");
    assert_eq!(book.ids("没有这个"), Vec::<String>::new());
}

#[test]
fn finds_latin_words_by_form_beginning_and_typing_error() {
    let book = Searcher::new(&small_book());
    book.check_first("crm", "guide-crm");
    book.check_first("CRM系统", "guide-crm");
    book.check_first("too expensive", "obj-price");
    book.check_first("expens", "obj-price");
    book.check_first("expansive", "obj-price");
    assert_eq!(book.answer("expansive", "{}")["results"][0]["match"], "fuzzy");
}

#[test]
fn finds_pinyin_initials_and_mixed_queries() {
    let book = Searcher::new(&small_book());
    for query in ["taiguile", "taigui", "tai gui", "tai'gui", "tgl", "TGL", "taigu"] {
        book.check_first(query, "obj-price");
        assert_eq!(book.answer(query, "{}")["results"][0]["match"], "pinyin", "{query}");
    }
    book.check_first("zaikaolv", "obj-think");
    book.check_first("zaikaolu", "obj-think");
    book.check_first("jiagejiesoubuliao", "obj-price");
    book.check_first("taiguilee", "obj-price");
    book.check_first("报价tg", "obj-price");
    let candidates = &book.answer("tgl", "{}")["candidates"];
    assert_eq!(candidates[0], "太贵了");
}

#[test]
fn finds_what_sounds_the_same() {
    let book = Searcher::new(&small_book());
    book.check_first("太桂了", "obj-price");
    book.check_first("在考绿", "obj-think");
    assert_eq!(book.answer("太桂了", "{}")["results"][0]["match"], "fuzzy");
}

#[test]
fn finds_the_matter_in_a_question() {
    let book = Searcher::new(&small_book());
    book.check_first("嫌太贵了怎么办", "obj-price");
    book.check_first("装修公司嫌太贵", "obj-price");
}

#[test]
fn hidden_aliases_find_and_stay_hidden() {
    let mut pages = small_book();
    pages[2].hidden_aliases = vec!["吝啬型".to_owned()];
    let files = build_index(&pages, &SearchSettings::default(), &LINGUISTICS);
    for (path, bytes) in files.iter() {
        assert!(!String::from_utf8_lossy(bytes).contains("吝啬"), "{path}");
    }
    let book = Searcher::open(files);
    book.check_first("吝啬型", "obj-price");
    book.check_first("linse", "obj-price");
    book.check_first("linsexing", "obj-price");
    book.check_first("lsx", "obj-price");
}

#[test]
fn result_says_where_and_how_it_matches() {
    let mut pages = small_book();
    pages[1].sections.push(SearchSection {
        anchor: "付款".to_owned(),
        heading: "付款".to_owned(),
        text: "前一句。定金付三成，余款到货付清。".to_owned(),
    });
    let book = Searcher::new(&pages);
    let answer = book.answer("余款到货", "{}");
    let result = &answer["results"][0];
    assert_eq!(result["id"], "guide-discount");
    assert_eq!(result["match"], "exact");
    assert_eq!(result["anchor"], "付款");
    assert_eq!(result["url"], "file:///book/pages/guide-discount.html");
    assert_eq!(result["snippet"], "定金付三成，余款到货付清。");
    assert_eq!(result["passages"][0]["marks"], serde_json::json!([[6, 10]]));
    assert_eq!(book.answer("分期利息", "{}")["results"][0]["match"], "related");
}

#[test]
fn kinds_are_filtered_and_counted() {
    let book = Searcher::new(&small_book());
    let answer = book.answer("太贵了", "{kinds: ['guide'], counts: true}");
    let ids: Vec<&str> = answer["results"].as_array().expect("array").iter().filter_map(|r| r["id"].as_str()).collect();
    assert_eq!(ids, ["guide-crm", "guide-discount"]);
}

#[test]
fn odd_queries_are_answered() {
    let book = Searcher::new(&small_book());
    for query in
        ["", " ", "，。", "\u{0}", "\u{1f600}", "\"", "a", "贵贵贵贵", "__proto__", "constructor", "𠀀𠀁", "v", "'"]
    {
        book.ids(query);
    }
    book.ids(&"太贵了".repeat(500));
    book.ids(&"word ".repeat(500));
    Searcher::new(&[]).ids("太贵");
}

#[test]
fn same_pages_give_the_same_bytes() {
    let build = || build_index(&small_book(), &SearchSettings::default(), &LINGUISTICS);
    let (first, second) = (build(), build());
    assert!(first.iter().eq(second.iter()));
    assert!(first.iter().any(|(path, _)| path.as_str() == "search/boot.js"));
}

#[test]
fn a_changed_word_changes_the_edition() {
    let boot = |pages: &[SearchPage]| {
        let files = build_index(pages, &SearchSettings::default(), &LINGUISTICS);
        files.get(&OutputPath::new("search/boot.js").expect("valid")).expect("is there").to_vec()
    };
    let mut pages = small_book();
    let before = boot(&pages);
    pages[0].say = Some("另一句".to_owned());
    assert_ne!(before, boot(&pages));
}

#[test]
fn query_and_index_fold_alike() {
    let texts = ["ＣＲＭ系统", "ﬁne café", "Straße ΣΑΣ", "İstanbul", "㍿", "Ⅻ期", "カタカナﾊﾟ", "e\u{301}t\u{301}é"];
    let pages: Vec<SearchPage> =
        texts.iter().enumerate().map(|(n, text)| page(&format!("p{n}"), text, &[], "")).collect();
    let book = Searcher::new(&pages);
    for (number, text) in texts.iter().enumerate() {
        book.check_first(text, &format!("p{number}"));
    }
}

#[test]
fn large_index_is_read_in_a_few_small_files() {
    let pages: Vec<SearchPage> = (0..3000u32)
        .map(|number| {
            let mut state = number.wrapping_mul(2_654_435_761).wrapping_add(12_345);
            let text: String = (0..200)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    char::from_u32(0x4e00 + (state >> 20) % 2500).expect("a Han character")
                })
                .collect();
            let id = format!("p{number:04}");
            page(&id, &format!("第{number}页"), &[], &text)
        })
        .collect();
    let files = build_index(&pages, &SearchSettings::default(), &LINGUISTICS);
    let largest = files.iter().filter(|(path, _)| path.as_str().contains("/b/")).map(|(_, bytes)| bytes.len()).max();
    assert!(largest.expect("there are shards") < 8_000);
    let wanted: String = pages[1234].sections[0].text.chars().skip(50).take(4).collect();
    let book = Searcher::open(files);
    book.check_first(&wanted, "p1234");
    let loads: usize = book.context.with(|ctx| ctx.eval("loads.length").expect("a number"));
    assert!(loads < 20, "{loads}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Every page that contains the query as it stands is found: no fragment of two characters or more is lost.
    #[test]
    fn every_page_with_the_fragment_is_found(
        texts in prop::collection::vec("[天地人你我他客户说贵买卖，。]{0,40}", 1..80),
        query in "[天地人你我他客户说贵买卖]{2,6}",
    ) {
        let pages: Vec<SearchPage> =
            texts.iter().enumerate().map(|(n, text)| page(&format!("p{n:02}"), "页", &[], text)).collect();
        let found = Searcher::new(&pages).ids(&query);
        for page in pages.iter().filter(|page| page.sections[0].text.contains(&query)) {
            prop_assert!(found.contains(&page.id), "{} has {query}", page.sections[0].text);
        }
    }

    #[test]
    fn any_text_can_be_indexed_and_searched(title in any::<String>(), text in any::<String>(), query in any::<String>()) {
        let book = Searcher::new(&[page("p", &title, &[&query], &text)]);
        book.ids(&query);
        book.ids(&text);
    }
}

/// The pages of this repository's own playbook, read roughly: enough to judge the ranking.
fn playbook() -> Vec<SearchPage> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/zh");
    let mut pages: Vec<SearchPage> = walkdir::WalkDir::new(&root)
        .into_iter()
        .filter_map(|entry| entry.ok())
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "md"))
        .filter_map(|entry| {
            let text = std::fs::read_to_string(entry.path()).expect("content is readable");
            let id = entry.path().file_stem().expect("has a name").to_string_lossy().into_owned();
            playbook_page(&root, entry.path(), &id, &text)
        })
        .collect();
    pages.sort_by(|a, b| a.url.cmp(&b.url));
    pages
}

fn playbook_page(root: &Path, path: &Path, id: &str, text: &str) -> Option<SearchPage> {
    let (header, body) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let header: Value = serde_saphyr::from_str(header).ok()?;
    let strings = |key: &str| -> Vec<String> {
        let list = header[key].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    let string = |key: &str| header[key].as_str().unwrap_or_default().to_owned();
    let lead = ["summary", "say", "step_back", "ask", "avoid"].map(string).join("\n");
    let mut sections = vec![SearchSection { text: lead, ..SearchSection::default() }];
    for line in body.lines().filter(|line| !line.starts_with("```")) {
        match line.strip_prefix("## ") {
            Some(heading) => sections.push(SearchSection {
                anchor: heading.to_owned(),
                heading: heading.to_owned(),
                text: String::new(),
            }),
            None => {
                let text = &mut sections.last_mut().expect("there is a first").text;
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    let relative = path.strip_prefix(root).expect("below the root").with_extension("html");
    Some(SearchPage {
        id: id.to_owned(),
        kind: string("kind"),
        title: string("title"),
        url: relative.to_string_lossy().into_owned(),
        breadcrumb: String::new(),
        say: header["say"].as_str().map(str::to_owned),
        aliases: strings("aliases"),
        hidden_aliases: header["internal_name"].as_str().map(str::to_owned).into_iter().collect(),
        sections,
    })
}

fn playbook_settings() -> SearchSettings {
    let percents = [("objection", 160), ("type", 140), ("tool", 120), ("section", 80)];
    SearchSettings {
        kind_percents: percents.map(|(kind, percent)| (kind.to_owned(), percent)).into(),
        ..SearchSettings::default()
    }
}

#[test]
fn playbook_answers_what_salespeople_type() {
    let book = Searcher::open(build_index(&playbook(), &playbook_settings(), &LINGUISTICS));
    for (query, id) in [
        ("太贵了", "obj-price-too-high"),
        ("tgl", "obj-price-too-high"),
        ("taigui", "obj-price-too-high"),
        ("tai gui", "obj-price-too-high"),
        ("too expensive", "obj-price-too-high"),
        ("再考虑", "obj-time-think"),
        ("lizhi", "type-rational"),
    ] {
        book.check_first(query, id);
    }
}

/// A floor, so that a change of the ranking shows what it costs. A line that fails says what came instead.
#[test]
fn known_items_stay_in_front() {
    let book = Searcher::open(build_index(&playbook(), &playbook_settings(), &LINGUISTICS));
    let items: Vec<(&str, &str)> = include_str!("../search/known-items.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').expect("a tab stands between query and page"))
        .collect();
    let (mut first, mut among_three) = (0, 0);
    for (query, id) in &items {
        let ids = book.ids(query);
        let place = ids.iter().position(|found| found == id);
        first += usize::from(place == Some(0));
        among_three += usize::from(place.is_some_and(|place| place < 3));
        if place != Some(0) {
            println!("{query}: {id} in place {place:?}, behind {:?}", &ids[..ids.len().min(3)]);
        }
    }
    assert!(first * 100 >= items.len() * 80, "first: {first} of {}", items.len());
    assert!(among_three * 100 >= items.len() * 90, "among three: {among_three} of {}", items.len());
}
